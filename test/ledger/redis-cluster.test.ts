/** The whole contract on a cluster of three: all keys are on one node, whichever it is (spec 5). */
import { afterAll, beforeAll } from "bun:test";
import { redisStore } from "../support/ledger-redis.ts";
import { type RedisCluster, startCluster } from "../support/redis-cluster.ts";
import { ledgerContract } from "./contract.ts";

let cluster: RedisCluster;
beforeAll(async () => {
  cluster = await startCluster();
});
afterAll(() => cluster[Symbol.asyncDispose]());

ledgerContract("Redis Cluster", async () => redisStore(cluster.url));
