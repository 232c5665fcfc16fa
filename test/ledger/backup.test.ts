/** Backups: whole, checked, of one place of the log, while others commit (issue 7). */
import { Database } from "bun:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { copyFileSync, readdirSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import type { Ledger } from "../../src/ledger/ledger.ts";
import { FORMAT } from "../../src/ledger/migrations.ts";
import { openRedisTarget } from "../../src/ledger/redis-copy.ts";
import { openRedisSource } from "../../src/ledger/redis-transfer.ts";
import {
  type Fill,
  fillFromRedis,
  fillFromSqlite,
  makeBackup,
  removeOld,
  verifyBackup,
} from "../../src/ledger/sqlite-backup.ts";
import { openSqliteSource } from "../../src/ledger/sqlite-transfer.ts";
import { contentsOf } from "../support/ledger-contents.ts";
import { sqliteStore } from "../support/ledger-store.ts";
import { copy, emptyPlace, fileOf, fill, message, STEPS } from "../support/ledger-transfer.ts";
import { AT_MS, importar, persist, seqOf, store, upTo } from "../support/ledger-writes.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { tempFolder } from "../support/shop.ts";

const backupOf = (into: string, filling: Fill, madeMs = AT_MS) =>
  makeBackup({ fill: filling, destination: into, madeMs, zone: "America/Santiago", by: "0.0.1" });

const visible = (folder: string): string[] =>
  readdirSync(folder).filter((name) => !name.endsWith("-hold"));

test("it holds all that the ledger held, says what it is, and is its owner's alone", async () => {
  await using kept = await sqliteStore();
  await fill(kept, STEPS);
  using folder = tempFolder();
  const { path, seal, bytes } = await backupOf(folder.path, fillFromSqlite(kept.path));
  expect(path).toBe(join(folder.path, `zeues-2026-11-20-082600-suceso-${seal.head}.sqlite`));
  expect(visible(folder.path)).toEqual([path.slice(folder.path.length + 1)]);
  expect(statSync(path)).toMatchObject({ size: bytes, mode: 0o100600 });
  expect(verifyBackup(path)).toEqual(seal);
  expect(seal).toMatchObject({ by: "0.0.1", madeMs: AT_MS, format: FORMAT, lastMs: AT_MS });
  const original = await contentsOf(openSqliteSource(fileOf(kept)));
  expect(seal.events).toBe(original.seq);
  expect(await contentsOf(openSqliteSource({ path, nowMs: AT_MS }))).toEqual(original);
});

/** Commits on and on until it is told to stop. */
async function working(ledger: Ledger, until: () => boolean): Promise<void> {
  const { spools } = await ledger.snapshot();
  while (!until()) {
    const { spools: now } = await ledger.snapshot();
    const one = now[Math.floor(Math.random() * spools.length)];
    if (one) await persist(ledger, one);
    // A backup in this very process must get its turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A backup while others commit: nothing acknowledged before it began is missing. */
async function expectLive(ledger: Ledger, filling: Fill): Promise<void> {
  await store(ledger, ...upTo(300).map((n) => importar(`S-${n}`)));
  using folder = tempFolder();
  let done = false;
  const others = [1, 2, 3, 4].map(() => working(ledger, () => done));
  try {
    for (const n of upTo(5)) {
      const [acknowledged] = await store(ledger, importar(`acknowledged-${n}`));
      const { path, seal } = await backupOf(folder.path, filling, AT_MS + n * 1_000);
      expect(seal.head).toBeGreaterThanOrEqual(acknowledged?.seq ?? Number.NaN);
      expect(verifyBackup(path)).toEqual(seal);
      expect(seal.epoch).toBe(ledger.epoch);
    }
  } finally {
    done = true;
    await Promise.all(others);
  }
  expect(visible(folder.path).length).toBe(5);
}

test("SQLite: it is of one place of the log while the server commits", async () => {
  await using kept = await sqliteStore();
  const ledger = await kept.open();
  await expectLive(ledger, fillFromSqlite(kept.path));
  await ledger.close();
});

describe("Redis", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test("it is of one place of the log while others commit", async () => {
    const { open, place } = emptyPlace(server.url);
    const ledger = await open();
    await expectLive(ledger, fillFromRedis(place));
    await ledger.close();
  });

  test("it holds what Redis held, in a SQLite file", async () => {
    await using kept = await sqliteStore();
    await fill(kept, STEPS);
    const { place } = emptyPlace(server.url);
    await copy(openSqliteSource(fileOf(kept)), () => openRedisTarget(place));
    using folder = tempFolder();
    const { path } = await backupOf(folder.path, fillFromRedis(place));
    const original = await contentsOf(openRedisSource(place));
    expect(await contentsOf(openSqliteSource({ path, nowMs: AT_MS }))).toEqual(original);
  });

  test("an empty one, or one that is away, makes no backup", async () => {
    using folder = tempFolder();
    const { place } = emptyPlace(server.url);
    expect(await message(backupOf(folder.path, fillFromRedis(place)))).toContain("está vacío");
    const nowhere = emptyPlace("redis://127.0.0.1:1").place;
    const said = await message(backupOf(folder.path, fillFromRedis(nowhere)));
    expect(said).toContain("no se puede usar Redis");
    expect(visible(folder.path)).toEqual([]);
  });
});

/** A small backup. */
async function small(folder: string, madeMs = AT_MS) {
  await using kept = await sqliteStore();
  const ledger = await kept.open();
  await store(ledger, ...upTo(50).map((n) => importar(`S-${n}`)));
  await ledger.close();
  return await backupOf(folder, fillFromSqlite(kept.path), madeMs);
}

describe("what is no whole backup of ours is told from one", () => {
  const verify = async (path: string): Promise<string> =>
    message(Promise.resolve().then(() => verifyBackup(path)));

  test("one byte changed, in whichever row", async () => {
    using folder = tempFolder();
    const { path } = await small(folder.path);
    const bytes = Buffer.from(await Bun.file(path).bytes());
    let found = 0;
    for (let at = bytes.indexOf("NV-1"); at >= 0; at = bytes.indexOf("NV-1", at + 1)) {
      const changed = Buffer.from(bytes);
      changed.write("X", at);
      await Bun.write(path, changed);
      const said = await verify(path);
      // Free room inside of pages keeps what once stood there: nobody reads that.
      if (said === "accepted") continue;
      expect(said).toBe(`${path}: está dañado: no es igual a lo que dice su sello`);
      found += 1;
    }
    // A record and an event of each of 50 spools.
    expect(found).toBe(100);
  });

  test("cut short", async () => {
    using folder = tempFolder();
    const { path, bytes } = await small(folder.path);
    for (const size of [bytes - 4_096, Math.floor(bytes / 2), 5_000, 100]) {
      truncateSync(path, size);
      expect(await verify(path)).toMatch(/está dañado|no es un respaldo/);
    }
  });

  test("an event gone, a record of another place", async () => {
    using folder = tempFolder();
    for (const [sql, words] of [
      ["DELETE FROM event WHERE seq = 7", "a su registro le faltan 1 sucesos"],
      ["UPDATE record SET version = 9 WHERE key = 'spool:S-3'", "spool:S-3 no está donde"],
      ["UPDATE document SET body = 'x'", null],
    ] as const) {
      const { path } = await small(folder.path);
      {
        using db = new Database(path);
        db.run(sql);
      }
      if (words === null) verifyBackup(path);
      else expect(await verify(path)).toContain(words);
    }
  });

  test("another program's, a newer one, a ledger without a seal, no file, a folder", async () => {
    using folder = tempFolder();
    const strange = join(folder.path, "otro.sqlite");
    {
      using db = new Database(strange);
      db.run("CREATE TABLE t (x)");
    }
    expect(await verify(strange)).toContain("es la base de datos de otro programa");
    const text = join(folder.path, "texto.sqlite");
    await Bun.write(text, "TAG_SPOOL,NV\n".repeat(500));
    expect(await verify(text)).toContain("no es un respaldo de ZEUES");
    const { path } = await small(folder.path);
    {
      using db = new Database(path);
      db.run(`PRAGMA user_version = ${FORMAT + 1}`);
    }
    expect(await verify(path)).toContain("lo escribió un ZEUES más nuevo");
    await using kept = await sqliteStore();
    await (await kept.open()).close();
    expect(await verify(kept.path)).toContain("le falta su sello");
    expect(await verify(join(folder.path, "nada.sqlite"))).toContain("no existe");
    expect(await verify(folder.path)).toContain("es una carpeta");
  });
});

test("--conservar removes the oldest of ours, nothing else, and never the one just made", async () => {
  using folder = tempFolder();
  const made = [];
  for (const n of upTo(4)) made.push(await small(folder.path, AT_MS + n * 1_000));
  const newest = made[3]?.path ?? "";
  const mine = join(folder.path, "zeues-2020-01-01-000000-suceso-1.sqlite");
  await Bun.write(mine, "not a backup");
  copyFileSync(newest, join(folder.path, "enero.sqlite"));
  // The clock went back: it is the oldest by name, and it stays.
  const late = await small(folder.path, AT_MS - 1_000);
  removeOld(late.path, 3);
  const names = [late.path, newest, made[2]?.path ?? "", mine, join(folder.path, "enero.sqlite")];
  expect(
    visible(folder.path)
      .map((name) => join(folder.path, name))
      .sort(),
  ).toEqual(names.sort());
});

test("two in the same second have two names; two at once: the second is refused", async () => {
  using folder = tempFolder();
  const first = await small(folder.path);
  const second = await small(folder.path);
  expect(second.path).toBe(first.path.replace(".sqlite", "-2.sqlite"));
  const begun = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  await using kept = await sqliteStore();
  const ledger = await kept.open();
  await store(ledger, importar("S"));
  const slow = backupOf(folder.path, async (temporary) => {
    begun.resolve();
    await goOn.promise;
    return fillFromSqlite(kept.path)(temporary);
  });
  await begun.promise;
  const said = await message(backupOf(folder.path, fillFromSqlite(kept.path)));
  expect(said).toContain("otro respaldo se está haciendo");
  goOn.resolve();
  expect((await slow).seal.head).toBe(seqOf(1));
  await ledger.close();
});

test("a destination that is no folder, or is taken, is refused in words", async () => {
  using folder = tempFolder();
  await using kept = await sqliteStore();
  const ledger = await kept.open();
  const filling = fillFromSqlite(kept.path);
  expect(await message(backupOf(folder.path, filling))).toContain("está vacío: nada que respaldar");
  await store(ledger, importar("S"));
  const into = (name: string) => message(backupOf(join(folder.path, name), filling));
  expect(await into("nada")).toContain("no existe la carpeta");
  expect(await into("nada/uno.sqlite")).toContain("no existe la carpeta");
  expect(await into("uno.sqlite")).toBe("accepted");
  expect(await into("uno.sqlite")).toContain("ya existe");
  expect(await message(backupOf("/proc", filling))).not.toBe("accepted");
  expect(await message(backupOf(folder.path, fillFromSqlite(`${kept.path}-x`)))).toContain(
    "no hay registro",
  );
  await ledger.close();
});
