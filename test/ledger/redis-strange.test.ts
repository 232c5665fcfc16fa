/** What strangers, other versions and other clocks put before a process (issue 4, bad input). */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Event } from "../../src/domain/event.ts";
import { REMEMBER_MS } from "../../src/ledger/ledger.ts";
import { FORMAT, redisKeys } from "../../src/ledger/redis-keys.ts";
import { arrived } from "../support/ledger-house.ts";
import { redisStore } from "../support/ledger-redis.ts";
import {
  accesosOf,
  accesoWrite,
  importar,
  seqOf,
  seqsOf,
  sesionOf,
  sesionWrite,
  store,
  upTo,
} from "../support/ledger-writes.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server[Symbol.asyncDispose]());

/** A ledger with one event, followed; malformed messages are collected. */
async function openHouse() {
  const kept = redisStore(server.url);
  const faults: unknown[] = [];
  const ledger = await kept.open({ onFault: (fault) => faults.push(fault) });
  await store(ledger, importar("A"));
  const events: Event[] = [];
  await ledger.follow(seqOf(0), (news) => void events.push(...news));
  return {
    ledger,
    events,
    faults,
    keys: redisKeys(kept.prefix),
    store: kept,
    [Symbol.asyncDispose]: () => ledger.close(),
  };
}

const message = async (asked: Promise<unknown>): Promise<string> =>
  await asked.then(
    () => "accepted",
    (reason: Error) => reason.message,
  );

describe("events that would give somebody rights", () => {
  const sesion = sesionOf("forged");
  const [supervisor] = accesosOf("forged");
  if (!supervisor) throw new Error("no access to forge");
  test.each([sesionWrite(sesion), accesoWrite(supervisor)])(
    "forged on our channel, they are not believed: %p",
    async ({ event }) => {
      await using house = await openHouse();
      const { ledger, events, keys } = house;
      const body = JSON.stringify(event);
      await server.command("PUBLISH", keys.bell, `${FORMAT} ${ledger.epoch} 2 2\n${body}`);
      await ledger.health();
      expect(seqsOf(events)).toEqual([1]);
      await store(ledger, importar("B"));
      await arrived(ledger, events, 2);
      expect(events.map(({ kind }) => kind)).toEqual(["spool", "spool"]);
    },
  );

  test("committed, they come, in their order with what came with them", async () => {
    await using house = await openHouse();
    const { ledger, events } = house;
    const other = await house.store.open({});
    await store(other, importar("B"), sesionWrite(sesion), importar("C"));
    await arrived(ledger, events, 4);
    await other.close();
    expect(events.map(({ kind }) => kind)).toEqual(["spool", "spool", "sesion", "spool"]);
  });
});

describe("messages on our channel that are none of ours", () => {
  test.each([
    "",
    "hola",
    "{}",
    `${FORMAT}`,
    `${FORMAT} epoch 2`,
    `${FORMAT} epoch 2 2\n{"kind":`,
    `9 epoch 2 2\n{}`,
    `${FORMAT} EPOCH 2 2\n{"kind":`,
    `${FORMAT} EPOCH 2 3\n{}`,
    `${FORMAT} EPOCH 9007199254740993 2`,
    "\u0000".repeat(100_000),
  ])("%j is ignored, and the next event comes", async (text) => {
    await using house = await openHouse();
    const { ledger, events, keys } = house;
    const ours = text.replace("EPOCH", ledger.epoch);
    await server.command("PUBLISH", keys.bell, ours);
    await ledger.health();
    expect(seqsOf(events)).toEqual([1]);
    await store(ledger, importar("B"));
    expect(seqsOf(await arrived(ledger, events, 2))).toEqual([1, 2]);
  });

  test("a bell that tells an event before its time, or twice, changes nothing", async () => {
    await using house = await openHouse();
    const { ledger, events, keys } = house;
    const body = '{"kind":"spool"}';
    await server.command("PUBLISH", keys.bell, `${FORMAT} ${ledger.epoch} 7 7\n${body}`);
    await server.command("PUBLISH", keys.bell, `${FORMAT} ${ledger.epoch} 1 1\n${body}`);
    await store(ledger, importar("B"));
    expect(await arrived(ledger, events, 2)).toEqual((await ledger.read(seqOf(0))) as Event[]);
  });
});

test("keys of strangers under our prefix are not looked at", async () => {
  await using house = await openHouse();
  const { keys, ledger, store: kept } = house;
  for (const name of ["", ":", ":recordX", ":history", ":other:spool:A"]) {
    await server.command("SET", `${kept.prefix}${name}`, "x");
  }
  await store(ledger, importar("B"));
  await ledger.close();
  const again = await kept.open();
  expect((await again.snapshot()).spools).toHaveLength(2);
  expect(await server.command("TYPE", keys.log)).toBe("stream");
  await again.close();
});

test("an entry of another format is named, and nothing after it is shown", async () => {
  await using house = await openHouse();
  const { ledger, keys, events } = house;
  await server.command("XADD", keys.log, "2-0", "2", "{}");
  await server.command("HSET", keys.meta, "head", 2);
  await server.command("PUBLISH", keys.bell, "look");
  const health = await ledger.health();
  expect(health.detail).toContain(
    "el suceso 2 del registro es de otro formato (2; este ZEUES conoce",
  );
  expect(health.ok).toBe(false);
  expect(await message(store(ledger, importar("B")))).toContain("otro formato");
  expect(seqsOf(events)).toEqual([1]);
});

test.each([
  ["99", "más nuevo (formato 99; este conoce 1): actualiza este proceso"],
  ["0", "más antiguo (formato 0; este conoce 1): ábrelo con aquella versión"],
])("a ledger of format %s is refused, at start and while running", async (format, text) => {
  await using house = await openHouse();
  const { ledger, keys, store: kept } = house;
  await server.command("HSET", keys.meta, "format", format);
  expect(await message(store(ledger, importar("B")))).toContain(text);
  expect(await message(ledger.putDocuments({ a: "1" }))).toContain(text);
  expect(await server.command("EXISTS", keys.document)).toBe(0);
  expect((await ledger.health()).detail).toContain(text);
  expect(await message(kept.open())).toContain(text);
});

test("a body that is no JSON stops there, with its place", async () => {
  await using house = await openHouse();
  const { ledger, keys } = house;
  await server.command("XADD", keys.log, "2-0", FORMAT, '{"kind":"spo');
  await server.command("HSET", keys.meta, "head", 2);
  expect((await ledger.health()).detail).toContain("el suceso 2 del registro no se puede leer");
});

test("a log whose end is not where it should be takes no commit", async () => {
  await using house = await openHouse();
  const { ledger, keys } = house;
  await server.command("XADD", keys.log, "7-0", FORMAT, "{}");
  expect(await message(store(ledger, importar("B")))).toContain("roto: head 1, último 7-0");
  await server.command("XDEL", keys.log, "7-0");
  // Redis remembers the highest id; without this each commit is refused, whole.
  expect(await message(store(ledger, importar("B")))).toContain("The ID specified in XADD");
  expect(seqsOf(await ledger.read(seqOf(0)))).toEqual([1]);
  await server.command("XSETID", keys.log, "1-0");
  await store(ledger, importar("B"));
});

test("a key of the wrong type refuses the commit whole, and only what needs it", async () => {
  await using house = await openHouse();
  const { ledger, keys } = house;
  await server.command("DEL", keys.history("spool:A"));
  await server.command("SET", keys.history("spool:B"), "x");
  expect(await message(store(ledger, importar("C"), importar("B")))).toContain("WRONGTYPE");
  expect(seqsOf(await ledger.read(seqOf(0)))).toEqual([1]);
  expect((await ledger.snapshot()).spools).toHaveLength(1);
  await store(ledger, importar("C"));
  await server.command("SET", keys.document, "x");
  expect(await message(ledger.putDocuments({ a: "1" }))).toContain("WRONGTYPE");
  expect(await server.command("GET", keys.document)).toBe("x");
});

test("without the password, and with a wrong one, the start says what to do", async () => {
  await using locked = await startRedis({ args: ["--requirepass", "secreto"] });
  const url = (auth: string): string => `redis://${auth}127.0.0.1:${locked.port}`;
  expect(await message(redisStore(url("")).open())).toContain("Redis pide contraseña (NOAUTH)");
  expect(await message(redisStore(url(":otra@")).open())).toContain("WRONGPASS");
  const ledger = await redisStore(url(":secreto@")).open();
  await store(ledger, importar("A"));
  await ledger.close();
});

test("where nothing listens the start says where, without the secret", async () => {
  const said = await message(redisStore("redis://user:secreto@127.0.0.1:1").open());
  expect(said).toContain("no se puede usar Redis: 127.0.0.1:1/0: ");
  expect(said).not.toContain("secreto");
});

test("clocks two hours apart change no order and lose no key", async () => {
  const kept = redisStore(server.url);
  const hour = 3_600_000;
  const early = await kept.open({ nowMs: () => 100 * hour });
  const late = await redisStore(server.url, kept.prefix).open({ nowMs: () => 102 * hour });
  const remember = (n: number) => ({ key: `k-${n}`, fingerprint: "f" });
  for (const n of upTo(20)) {
    const ledger = n % 2 ? early : late;
    await ledger.commit({ writes: [importar(`S-${n}`)], remember: remember(n) });
  }
  for (const n of upTo(20)) {
    expect((await early.recall(`k-${n}`))?.events[0]?.seq).toBe(seqOf(n));
    expect((await late.recall(`k-${n}`))?.events[0]?.seq).toBe(seqOf(n));
  }
  expect(REMEMBER_MS).toBeGreaterThan(4 * hour);
  await early.close();
  await late.close();
});
