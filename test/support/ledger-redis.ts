/** A Redis ledger under a hash tag of its own, in one real server that a file's tests share. */
import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import {
  openRedisLedger,
  type RedisLedger,
  type RedisLedgerOptions,
} from "../../src/ledger/redis.ts";
import { parseRedisUrl } from "../../src/ledger/redis-url.ts";
import type { OpenOptions, Store } from "./ledger-house.ts";

export interface RedisStore extends Store {
  readonly prefix: string;
  open(options?: OpenOptions & Pick<RedisLedgerOptions, "hear">): Promise<RedisLedger>;
}

function rethrow(error: unknown): never {
  throw error;
}

/** @param prefix the hash tag of another store, for a second process on it */
export function redisStore(url: string, prefix = `{zeues-test-${randomUUID()}}`): RedisStore {
  const target = parseRedisUrl(url);
  if (!target) throw new Error(`no Redis URL: ${url}`);
  return {
    prefix,
    open: (options = {}) => openRedisLedger({ target, prefix, onFault: rethrow, ...options }),
    // The server is thrown away as a whole.
    async [Symbol.asyncDispose]() {},
  };
}

/** A connection of a stranger, closed at the end of the test. */
export function stranger(url: string): Redis & Disposable {
  const redis = new Redis(url);
  return Object.assign(redis, { [Symbol.dispose]: () => redis.disconnect() });
}
