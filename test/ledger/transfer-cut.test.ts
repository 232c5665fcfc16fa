/** A copy that is cut is no ledger, and the next one is whole (issue 4, zeues migrate). */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { openRedisTarget } from "../../src/ledger/redis-copy.ts";
import { openRedisSource } from "../../src/ledger/redis-transfer.ts";
import { openSqliteTarget } from "../../src/ledger/sqlite-copy.ts";
import { openSqliteSource } from "../../src/ledger/sqlite-transfer.ts";
import { transfer } from "../../src/ledger/transfer.ts";
import { contentsOf } from "../support/ledger-contents.ts";
import { sqliteStore } from "../support/ledger-store.ts";
import { copy, emptyPlace, fileOf, fill, message, STEPS } from "../support/ledger-transfer.ts";
import { importar, seqOf, store, upTo } from "../support/ledger-writes.ts";
import { launch } from "../support/program.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server[Symbol.asyncDispose]());

const redisPlace = () => emptyPlace(server.url);

/** Copies in a process of its own, which is killed where it has come to. */
async function killedAt(direction: string, path: string, prefix: string, stage: string, far = 0) {
  const script = join(import.meta.dir, "../support/ledger-migrate.ts");
  const args = [direction, path, server.url, prefix, stage, String(far)];
  const program = launch([process.execPath, script, ...args]);
  await program.said(/stopped/);
  await program.kill("SIGKILL");
}

const CUTS = [
  ["events", 10],
  ["events", 150],
  ["records", 1],
  ["documents", 1],
  ["outcomes", 1],
  ["checked", 0],
] as const;

describe("a copy that is killed is no ledger, and the next one clears it away", () => {
  test.each(CUTS)("into Redis, at %s %d", async (stage, far) => {
    await using kept = await sqliteStore();
    await fill(kept, STEPS);
    const { place, prefix, open } = redisPlace();
    await killedAt("a-redis", kept.path, prefix, stage, far);
    expect(await message(open())).toContain("en Redis hay una copia sin terminar");
    expect(await message(openRedisSource(place))).toContain("copia sin terminar");
    await copy(openSqliteSource(fileOf(kept)), () => openRedisTarget(place));
    const original = await contentsOf(openSqliteSource(fileOf(kept)));
    expect(await contentsOf(openRedisSource(place))).toEqual(original);
    const there = await open();
    await store(there, importar("next"));
    await there.close();
  });

  test.each(CUTS)("into SQLite, at %s %d", async (stage, far) => {
    await using kept = await sqliteStore();
    await using back = await sqliteStore();
    await fill(kept, STEPS);
    const { place, prefix } = redisPlace();
    await copy(openSqliteSource(fileOf(kept)), () => openRedisTarget(place));
    await killedAt("a-sqlite", back.path, prefix, stage, far);
    expect(existsSync(back.path)).toBe(false);
    await copy(openRedisSource(place), () => openSqliteTarget(fileOf(back)));
    const original = await contentsOf(openSqliteSource(fileOf(kept)));
    expect(await contentsOf(openSqliteSource(fileOf(back)))).toEqual(original);
    expect((await readdir(back.folder)).filter((name) => name.includes("copia"))).toEqual([]);
  });
});

test("of two copies into one Redis the later one goes on, and is whole", async () => {
  await using kept = await sqliteStore();
  await using twin = await sqliteStore();
  await fill(kept, STEPS);
  await fill(twin, STEPS);
  const { place } = redisPlace();
  const source = await openSqliteSource(fileOf(kept));
  const early = await openRedisTarget(place);
  const first = await source.after(seqOf(0), 1);
  await early.addEvents(first, await source.reading.read(seqOf(0), 1));
  await copy(openSqliteSource(fileOf(twin)), () => openRedisTarget(place));
  expect(await message(early.putRecords([]))).toContain("esta se detuvo");
  await early.close();
  await source.close();
  const original = await contentsOf(openSqliteSource(fileOf(twin)));
  expect(await contentsOf(openRedisSource(place))).toEqual(original);
});

test("a full Redis refuses the copy, and is left as it was", async () => {
  await using full = await startRedis();
  await using kept = await sqliteStore();
  await fill(kept, STEPS);
  const { place } = emptyPlace(full.url);
  const onProgress = async ({ stage }: { readonly stage: string }): Promise<void> => {
    if (stage === "records") await full.command("CONFIG", "SET", "maxmemory", 1);
  };
  const source = await openSqliteSource(fileOf(kept));
  const copying = await openRedisTarget(place);
  const said = await message(transfer(source, copying, { onProgress }));
  expect(said).toContain("Redis está lleno (OOM)");
  await copying.close();
  await source.close();
  await full.command("CONFIG", "SET", "maxmemory", 0);
  expect(await full.command("KEYS", "*")).toEqual([]);
  await copy(openSqliteSource(fileOf(kept)), () => openRedisTarget(place));
});

test("a Redis that goes away in the middle ends the copy, and the next one is whole", async () => {
  await using away = await startRedis();
  await using kept = await sqliteStore();
  await fill(kept, STEPS);
  const { place } = emptyPlace(away.url);
  const source = await openSqliteSource(fileOf(kept));
  const copying = await openRedisTarget(place);
  const onProgress = async ({ stage }: { readonly stage: string }): Promise<void> => {
    if (stage === "records") await away.kill("SIGKILL");
  };
  expect(await message(transfer(source, copying, { onProgress }))).not.toBe("accepted");
  await copying.close();
  await source.close();
  await away.restart();
  await copy(openSqliteSource(fileOf(kept)), () => openRedisTarget(place));
  const original = await contentsOf(openSqliteSource(fileOf(kept)));
  expect(await contentsOf(openRedisSource(place))).toEqual(original);
});

test("a disk that fills up ends the copy: no ledger is there", async () => {
  await using back = await sqliteStore();
  const { place, prefix, open } = redisPlace();
  const ledger = await open();
  for (const part of upTo(20)) {
    const tags = upTo(100).map((n) => `${"x".repeat(1_000)}-${part}-${n}`);
    await store(ledger, ...tags.map(importar));
  }
  await ledger.close();
  // Files may grow to 2 MB; SIGXFSZ ignored, a write beyond it fails as on a full disk.
  const script = join(import.meta.dir, "../support/ledger-migrate.ts");
  const command = [process.execPath, script, "a-sqlite", back.path, server.url, prefix, "none"];
  const shell = `trap '' XFSZ; ulimit -S -f 2048; exec "$@"`;
  await using child = Bun.spawn(["bash", "-c", shell, "bash", ...command], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = await new Response(child.stderr).text();
  expect(await child.exited).not.toBe(0);
  expect(said).toMatch(/LedgerUnavailable: .*(SQLITE_FULL|SQLITE_IOERR)/);
  expect(existsSync(back.path)).toBe(false);
  await copy(openRedisSource(place), () => openSqliteTarget(fileOf(back)), 100);
  expect((await contentsOf(openSqliteSource(fileOf(back)))).seq).toBe(seqOf(2_000));
});
