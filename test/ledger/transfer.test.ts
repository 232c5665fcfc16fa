/** A ledger copied from one store into the other, whole or not at all (issue 4, zeues migrate). */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import fc from "fast-check";
import { REMEMBER_MS } from "../../src/ledger/ledger.ts";
import { openRedisTarget } from "../../src/ledger/redis-copy.ts";
import { redisKeys } from "../../src/ledger/redis-keys.ts";
import { openRedisSource } from "../../src/ledger/redis-transfer.ts";
import { openSqliteTarget } from "../../src/ledger/sqlite-copy.ts";
import { openSqliteSource } from "../../src/ledger/sqlite-transfer.ts";
import { transfer } from "../../src/ledger/transfer.ts";
import { contentsOf } from "../support/ledger-contents.ts";
import { HOSTILE_TAGS } from "../support/ledger-house.ts";
import { sqliteStore } from "../support/ledger-store.ts";
import { copy, emptyPlace, fileOf, fill, message, STEPS } from "../support/ledger-transfer.ts";
import { AT_MS, importar, seqOf, store, tagOf, upTo } from "../support/ledger-writes.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server[Symbol.asyncDispose]());

const HOUR_MS = 3_600_000;
const redisPlace = () => emptyPlace(server.url);

test("there and back is the same, but for the epoch, whatever the shop did", async () => {
  const step = fc.tuple(fc.nat(11), fc.nat(40), fc.nat(30));
  const past = fc.array(step, { minLength: 1, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(past, async (steps) => {
      await using first = await sqliteStore();
      await using back = await sqliteStore();
      const { place, open } = redisPlace();
      await fill(first, steps);
      await copy(openSqliteSource(fileOf(first)), () => openRedisTarget(place));
      await copy(openRedisSource(place), () => openSqliteTarget(fileOf(back)));
      const there = await contentsOf(openRedisSource(place));
      const original = await contentsOf(openSqliteSource(fileOf(first)));
      expect(there).toEqual(original);
      expect(await contentsOf(openSqliteSource(fileOf(back)))).toEqual(original);
      const young = steps.filter(([, , hours]) => hours * HOUR_MS <= REMEMBER_MS);
      expect(original.outcomes).toHaveLength(young.length);
      const ledgers = [await first.open(), await open(), await back.open()];
      expect(new Set(ledgers.map(({ epoch }) => epoch)).size).toBe(3);
      await Promise.all(ledgers.map((ledger) => ledger.close()));
    }),
    { numRuns: 12 },
  );
}, 60_000);

test("a copy goes on where the log stands: same answers, next seq, no event announced again", async () => {
  await using kept = await sqliteStore();
  await fill(kept, STEPS);
  const { place, open, prefix } = redisPlace();
  const { head, tally } = await copy(openSqliteSource(fileOf(kept)), () => openRedisTarget(place));
  expect(tally.sucesos.count).toBe(head);
  const [original, there] = await Promise.all([kept.open(), open()]);
  expect(await there.read(seqOf(0))).toEqual(await original.read(seqOf(0)));
  for (const tag of HOSTILE_TAGS.map(tagOf)) {
    expect(await there.history(tag)).toEqual(await original.history(tag));
  }
  expect(Number((await store(there, importar("next")))[0]?.seq)).toBe(head + 1);
  expect(await server.command("GET", redisKeys(prefix).announced)).toBe(String(head));
  expect(await server.command("EXISTS", redisKeys(prefix).copy)).toBe(0);
  await Promise.all([original.close(), there.close()]);
});

test("remembered keys keep their age: the store forgets them a day after they were used", async () => {
  await using kept = await sqliteStore();
  await fill(kept, [
    [0, 1, 23],
    [0, 2, 25],
  ]);
  const { place, open } = redisPlace();
  await copy(openSqliteSource(fileOf(kept)), () => openRedisTarget(place));
  const key = `k-0-${HOSTILE_TAGS[1]}`;
  const ttl = Number(await server.command("PTTL", redisKeys(place.prefix).outcome(`key:${key}`)));
  expect(ttl).toBeGreaterThan(4 * HOUR_MS);
  expect(ttl).toBeLessThanOrEqual(5 * HOUR_MS);
  const there = await open({ nowMs: () => AT_MS });
  expect(await there.recall(key)).toMatchObject({ events: [{ seq: 1 }] });
  expect(await there.recall(`k-1-${HOSTILE_TAGS[2]}`)).toBeNull();
  await there.close();
});

describe("a target that is not empty is refused, and nothing of it is touched", () => {
  test("a Redis ledger with events", async () => {
    await using kept = await sqliteStore();
    await fill(kept, STEPS);
    const { place, open } = redisPlace();
    const there = await open();
    await store(there, importar("A"));
    await there.close();
    const said = await message(copy(openSqliteSource(fileOf(kept)), () => openRedisTarget(place)));
    expect(said).toMatch(/^Redis \(.*\) no está vacío: ya tiene un registro con 1 suceso$/);
    expect((await contentsOf(openRedisSource(place))).seq).toBe(seqOf(1));
  });

  test("what is left of a ledger whose place is lost", async () => {
    await using kept = await sqliteStore();
    await fill(kept, STEPS);
    const strays: readonly (readonly [string, ...string[]])[] = [
      ["XADD", "log", "1-0", "1", "{}"],
      ["HSET", "record", "spool:A", "1 {}"],
      ["HSET", "document", "tabs", "[]"],
      ["RPUSH", "history:spool:A", "1"],
      ["HSET", "outcome:key:k", "first", "1"],
    ];
    for (const [command, key = "", ...args] of strays) {
      const { place, prefix } = redisPlace();
      await server.command(command, `${prefix}:${key}`, ...args);
      const opening = () => openRedisTarget(place);
      expect(await message(copy(openSqliteSource(fileOf(kept)), opening))).toContain(
        "no está vacío",
      );
      expect(await server.command("KEYS", `${prefix}*`)).toEqual([`${prefix}:${key}`]);
    }
  });

  test("a ledger of another format", async () => {
    await using kept = await sqliteStore();
    await fill(kept, STEPS);
    const { place, prefix } = redisPlace();
    await server.command("HSET", redisKeys(prefix).meta, "format", "99", "head", "0");
    const said = await message(copy(openSqliteSource(fileOf(kept)), () => openRedisTarget(place)));
    expect(said).toContain("más nuevo (formato 99");
  });

  test("a SQLite ledger with events, and one that a server has open", async () => {
    await using kept = await sqliteStore();
    await using taken = await sqliteStore();
    await fill(kept, STEPS);
    const { place } = redisPlace();
    await copy(openSqliteSource(fileOf(kept)), () => openRedisTarget(place));
    const again = () => copy(openRedisSource(place), () => openSqliteTarget(fileOf(kept)));
    expect(await message(again())).toMatch(
      /no está vacío: ya tiene un registro con 2\d\d sucesos$/,
    );
    const server = await taken.open();
    const into = () => openSqliteTarget(fileOf(taken));
    expect(await message(copy(openRedisSource(place), into))).toContain("detenlo primero");
    await server.close();
    expect(await readdir(taken.folder)).not.toContain("zeues.db-copia");
  });

  test("a log of writes that has lost its file", async () => {
    await using kept = await sqliteStore();
    await using other = await sqliteStore();
    await fill(kept, STEPS);
    const { place } = redisPlace();
    await copy(openSqliteSource(fileOf(kept)), () => openRedisTarget(place));
    await Bun.write(`${other.path}-wal`, "x");
    const into = () => openSqliteTarget(fileOf(other));
    expect(await message(copy(openRedisSource(place), into))).toContain("sin su registro");
  });
});

test("a ledger that was begun and never used is empty: it is replaced", async () => {
  await using kept = await sqliteStore();
  await using back = await sqliteStore();
  await fill(kept, STEPS);
  const { place, open } = redisPlace();
  // While the copy is made it may look, and see that its ledger is no more.
  const idle = await open({ onFault: () => {} });
  await (await back.open()).close();
  await copy(openSqliteSource(fileOf(kept)), () => openRedisTarget(place));
  await idle.close();
  await copy(openRedisSource(place), () => openSqliteTarget(fileOf(back)));
  const original = await contentsOf(openSqliteSource(fileOf(kept)));
  expect(await contentsOf(openSqliteSource(fileOf(back)))).toEqual(original);
});

describe("a source that can't be copied", () => {
  test("nothing there, and nothing in it", async () => {
    await using kept = await sqliteStore();
    expect(await message(openSqliteSource(fileOf(kept)))).toContain("no hay registro en");
    expect(existsSync(kept.path)).toBe(false);
    await (await kept.open()).close();
    expect(await message(openSqliteSource(fileOf(kept)))).toContain("está vacío: nada que copiar");
    const { place, prefix } = redisPlace();
    expect(await message(openRedisSource(place))).toContain("está vacío: nada que copiar");
    expect(await server.command("KEYS", `${prefix}*`)).toEqual([]);
  });

  test("processes are connected to it", async () => {
    const { place, open } = redisPlace();
    const ledger = await open();
    await store(ledger, importar("A"));
    const said = await message(openRedisSource(place));
    expect(said).toContain(`lo está usando 1 proceso de ZEUES (zeues-${process.pid})`);
    expect(said).toContain("detén los servidores primero");
    await ledger.close();
    await (await openRedisSource(place)).close();
  });

  test("somebody commits to it while it is copied: nothing is kept", async () => {
    await using back = await sqliteStore();
    const { place, open } = redisPlace();
    const ledger = await open();
    await store(ledger, ...upTo(30).map((n) => importar(`S-${n}`)));
    await ledger.close();
    const source = await openRedisSource(place);
    const target = await openSqliteTarget(fileOf(back));
    const late = await open();
    const onProgress = async ({ stage }: { readonly stage: string }): Promise<void> => {
      if (stage === "checked") await store(late, importar("LATE"));
    };
    const said = await message(transfer(source, target, { onProgress }));
    expect(said).toContain("alguien trabaja en Redis");
    expect(said).toContain("suceso 30, ahora 31");
    await Promise.all([source.close(), target.close(), late.close()]);
    expect(await readdir(back.folder)).toEqual(["zeues.db-hold"]);
  });

  test("an event that can't be read is named, and one that is missing", async () => {
    await using back = await sqliteStore();
    const { place, open, prefix } = redisPlace();
    const ledger = await open();
    await store(ledger, ...upTo(30).map((n) => importar(`S-${n}`)));
    await ledger.close();
    const { log, meta } = redisKeys(prefix);
    const into = () => openSqliteTarget(fileOf(back));
    await server.command("XDEL", log, "12-0");
    expect(await message(copy(openRedisSource(place), into))).toContain("le falta el suceso 12");
    await server.command("XADD", log, "31-0", "1", '{"kind":');
    await server.command("HSET", meta, "head", "31");
    await server.command("XTRIM", log, "MINID", "31");
    const said = await message(copy(openRedisSource(place), into));
    expect(said).toContain("el suceso 31 del registro no se puede leer");
    expect(await readdir(back.folder)).toEqual(["zeues.db-hold"]);
  });
});

describe("a copy that is not the same is found out, and is no ledger", () => {
  test.each([
    ["sucesos", ["XDEL", "log", "7-0"]],
    ["carretes", ["HSET", "record", "spool:A", "1 {}"]],
    ["trabajadores", ["HSET", "record", "trabajador:0", "1 {}"]],
    ["sesiones", ["HSET", "record", "sesion:x", "1 {}"]],
    ["accesos", ["HSET", "record", "acceso:tablet:x", "1 {}"]],
    ["ajustes y planilla", ["HSET", "record", "planilla", "1 {}"]],
    ["historias", ["RPOP", "history:spool:A"]],
    ["claves recordadas", ["HSET", `outcome:key:k-2-${HOSTILE_TAGS[3]}`, "first", "1"]],
    ["documentos", ["HSET", "document", `hoja:${HOSTILE_TAGS[4]}`, "other"]],
  ] as const)("%s", async (part, [command, key, ...args]) => {
    await using kept = await sqliteStore();
    await fill(kept, STEPS);
    const { place, prefix, open } = redisPlace();
    const onProgress = async ({ stage }: { readonly stage: string }): Promise<void> => {
      if (stage === "outcomes") await server.command(command, `${prefix}:${key}`, ...args);
    };
    const source = await openSqliteSource(fileOf(kept));
    const target = await openRedisTarget(place);
    const said = await message(transfer(source, target, { onProgress }));
    expect(said).toMatch(new RegExp(`^la copia no es igual: (.*; )?${part} \\(`));
    expect(await message(open())).toContain("copia sin terminar");
    await Promise.all([source.close(), target.close()]);
    expect(await server.command("KEYS", `${prefix}*`)).toEqual([]);
  });
});
