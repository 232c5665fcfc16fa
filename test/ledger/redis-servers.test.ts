/** The servers that the Redis ledger is tested on are what they say. */
import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { Cluster, Redis } from "ioredis";
import { startCluster } from "../support/redis-cluster.ts";
import { startSentinels } from "../support/redis-sentinel.ts";
import { startRedis } from "../support/redis-server.ts";

test("what was acknowledged is there after kill -9 and a restart; in the end all is gone", async () => {
  const redis = await startRedis();
  const { folder, pid } = redis;
  await redis.command("SET", "a", "1");
  await redis.kill("SIGKILL");
  await expect(redis.command("GET", "a")).rejects.toThrow();
  await redis.restart();
  expect(redis.pid).not.toBe(pid);
  expect(await redis.command("GET", "a")).toBe("1");
  expect(await redis.command("CONFIG", "GET", "maxmemory-policy")).toContain("noeviction");
  await redis[Symbol.asyncDispose]();
  await expect(redis.command("GET", "a")).rejects.toThrow();
  expect(existsSync(folder)).toBe(false);
});

test("what Redis refuses is thrown, with its words", async () => {
  await using redis = await startRedis({ args: ["--maxclients", "20"] });
  expect(await redis.command("CONFIG", "GET", "maxclients")).toEqual(["maxclients", "20"]);
  await redis.command("SET", "a", "1");
  await expect(redis.command("LPUSH", "a", "1")).rejects.toThrow(/^WRONGTYPE/);
});

test("a cluster serves all slots from three nodes", async () => {
  await using cluster = await startCluster();
  for (const node of cluster.nodes) {
    expect(await node.command("CLUSTER", "INFO")).toContain("cluster_state:ok");
  }
  const client = new Cluster(cluster.nodes.map(({ port }) => ({ host: "127.0.0.1", port })));
  await Promise.all(["a", "b", "c", "d", "e"].map((key) => client.set(key, key)));
  expect(await client.get("e")).toBe("e");
  client.disconnect();
});

test("when the master dies, Sentinel makes the replica the master", async () => {
  await using sentinels = await startSentinels();
  const { master, replica } = sentinels;
  await master.command("SET", "a", "1");
  await master.command("WAIT", 1, 0);
  await expect(replica.command("SET", "a", "2")).rejects.toThrow(/^READONLY/);
  await master.kill("SIGKILL");
  await sentinels.failedOver();
  const [, hosts = "", name = ""] = /^redis\+sentinel:\/\/([^/]+)\/(.+)$/.exec(sentinels.url) ?? [];
  const client = new Redis({
    name,
    sentinels: hosts.split(",").map((host) => ({
      host: host.split(":")[0] ?? "",
      port: Number(host.split(":")[1]),
    })),
  });
  expect(await client.get("a")).toBe("1");
  expect(await client.set("a", "2")).toBe("OK");
  expect(await replica.command("GET", "a")).toBe("2");
  client.disconnect();
});
