import { afterAll, beforeAll } from "bun:test";
import { redisStore } from "../support/ledger-redis.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { ledgerContract } from "./contract.ts";

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server[Symbol.asyncDispose]());

ledgerContract("Redis", async () => redisStore(server.url));
