/** A copy through a cluster: its keys are on one node, found wherever that is (spec 5). */
import { expect, test } from "bun:test";
import { openRedisTarget } from "../../src/ledger/redis-copy.ts";
import { examineRedis } from "../../src/ledger/redis-doctor.ts";
import { openRedisSource } from "../../src/ledger/redis-transfer.ts";
import { openSqliteTarget } from "../../src/ledger/sqlite-copy.ts";
import { openSqliteSource } from "../../src/ledger/sqlite-transfer.ts";
import { contentsOf } from "../support/ledger-contents.ts";
import { sqliteStore } from "../support/ledger-store.ts";
import { copy, emptyPlace, fileOf, fill, message, STEPS } from "../support/ledger-transfer.ts";
import { startCluster } from "../support/redis-cluster.ts";

test("there and back through a cluster, and the doctor finds all well", async () => {
  await using cluster = await startCluster();
  await using kept = await sqliteStore();
  await using back = await sqliteStore();
  await fill(kept, STEPS);
  const { place, open } = emptyPlace(cluster.url);
  await copy(openSqliteSource(fileOf(kept)), () => openRedisTarget(place));
  await copy(openRedisSource(place), () => openSqliteTarget(fileOf(back)));
  const original = await contentsOf(openSqliteSource(fileOf(kept)));
  expect(await contentsOf(openSqliteSource(fileOf(back)))).toEqual(original);

  const ledger = await open();
  expect(await message(openRedisSource(place))).toContain("lo está usando 1 proceso");
  await ledger.close();
  const findings = await Array.fromAsync(examineRedis({ ...place, nowMs: Date.now }));
  const told = findings.map(({ grade, what }) => `${grade} ${what}`).join("\n");
  expect(findings.filter(({ grade }) => grade !== "bien").map(({ what }) => what)).toEqual([]);
  expect(told).toMatch(/bien registro: 2\d\d sucesos, sin saltos/);
});
