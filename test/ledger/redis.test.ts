import { afterAll, beforeAll, describe } from "bun:test";
import { redisStore } from "../support/ledger-redis.ts";
import { type RedisServer, startRedis, valkeyBinary } from "../support/redis-server.ts";
import { ledgerContract } from "./contract.ts";

function onServer(name: string, binary: string): void {
  describe(name, () => {
    let server: RedisServer;
    beforeAll(async () => {
      server = await startRedis({ binary });
    });
    afterAll(() => server[Symbol.asyncDispose]());
    ledgerContract(name, async () => redisStore(server.url));
  });
}

onServer("Redis", "redis-server");
// Where there is one: this Debian has no package of it.
const valkey = valkeyBinary();
if (valkey) onServer("Valkey", valkey);
