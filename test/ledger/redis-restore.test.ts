/** A backup becomes the ledger in Redis: the old one or the whole new one, at any moment. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { openRedisTarget } from "../../src/ledger/redis-copy.ts";
import { type RedisRestore, restoreRedis } from "../../src/ledger/redis-restore.ts";
import { openRedisSource } from "../../src/ledger/redis-transfer.ts";
import { fillFromRedis, makeBackup } from "../../src/ledger/sqlite-backup.ts";
import { copyPrivate } from "../../src/ledger/sqlite-place.ts";
import { openSqliteSource } from "../../src/ledger/sqlite-transfer.ts";
import { contentsOf } from "../support/ledger-contents.ts";
import { stranger } from "../support/ledger-redis.ts";
import { sqliteStore } from "../support/ledger-store.ts";
import { copy, emptyPlace, fileOf, fill, message, STEPS } from "../support/ledger-transfer.ts";
import { AT_MS, importar, store } from "../support/ledger-writes.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { tempFolder } from "../support/shop.ts";

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server[Symbol.asyncDispose]());

/** A ledger in Redis, and a backup of it. */
async function backedUp(folder: string) {
  await using kept = await sqliteStore();
  await fill(kept, STEPS);
  const there = emptyPlace(server.url);
  await copy(openSqliteSource(fileOf(kept)), () => openRedisTarget(there.place));
  const options = { destination: folder, madeMs: AT_MS, zone: "UTC", by: "test" };
  const { path } = await makeBackup({ fill: fillFromRedis(there.place), ...options });
  return { ...there, archive: path, original: await contentsOf(openRedisSource(there.place)) };
}

/** Restores from a working copy of its own, as the command does. */
async function restore(
  archive: string,
  options: Pick<RedisRestore, "place"> & Partial<RedisRestore>,
) {
  using folder = tempFolder();
  const working = join(folder.path, "copia.sqlite");
  copyPrivate(archive, working);
  const describe: RedisRestore["describe"] = ({ events, lastMs }) => `tiene ${events}, ${lastMs}`;
  return await restoreRedis({ working, force: false, describe, keep: async () => {}, ...options });
}

test("into an empty Redis, and not into one with events", async () => {
  using folder = tempFolder();
  const { archive, original } = await backedUp(folder.path);
  const { place } = emptyPlace(server.url);
  await restore(archive, { place });
  expect(await contentsOf(openRedisSource(place))).toEqual(original);
  expect(await message(restore(archive, { place }))).toBe(`tiene ${original.seq}, ${AT_MS}`);
});

test("forced: what was kept first, what was cut changed nothing, nothing is left over", async () => {
  using folder = tempFolder();
  const { archive, original, place, open, prefix } = await backedUp(folder.path);
  const ledger = await open();
  const lease = await ledger.lease("planilla", 60_000);
  await store(ledger, importar("after the backup"));
  const { epoch } = ledger;
  await ledger.close();
  const later = await contentsOf(openRedisSource(place));
  const cut = {
    place,
    force: true,
    onStage: (stage: string) => {
      if (stage === "staged") throw new Error("cut");
    },
  };
  expect(await message(restore(archive, cut))).toBe("cut");
  expect(await contentsOf(openRedisSource(place))).toEqual(later);

  let keptFirst = false;
  const keep = async () => {
    keptFirst = (await contentsOf(openRedisSource(place))).seq === later.seq;
  };
  await restore(archive, { place, force: true, keep });
  expect(keptFirst).toBe(true);
  expect(await contentsOf(openRedisSource(place))).toEqual(original);
  using redis = stranger(server.url);
  expect(await redis.keys(`${prefix}:restauracion*`)).toEqual([]);
  const again = await open();
  expect(again.epoch).not.toBe(epoch);
  expect(again.epoch).not.toBe("");
  // A holder of before has a lower fence than any new one.
  await redis.del(`${prefix}:lease:planilla`);
  expect((await again.lease("planilla", 1_000))?.fence).toBeGreaterThan(lease?.fence ?? Number.NaN);
  await again.close();
});

test("whoever commits between the copy that is kept and the change stops it", async () => {
  using folder = tempFolder();
  const { archive, place, prefix } = await backedUp(folder.path);
  using redis = stranger(server.url);
  const onStage = async (stage: string): Promise<void> => {
    if (stage === "staged") await redis.hincrby(`${prefix}:meta`, "head", 1);
  };
  const said = await message(restore(archive, { place, force: true, onStage }));
  expect(said).toContain("alguien cambió el registro en Redis");
});

test("a server that is at work keeps it out", async () => {
  using folder = tempFolder();
  const { archive, place, open } = await backedUp(folder.path);
  const ledger = await open();
  const said = await message(restore(archive, { place, force: true }));
  expect(said).toContain("detén los servidores primero");
  await ledger.close();
});
