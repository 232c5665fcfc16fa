/** Redis gone, slow, full, replaced: nothing half done, nothing papered over (issue 4). */
import { expect, test } from "bun:test";
import { openCutProxy } from "../../bench/support/cut-proxy.ts";
import type { Event } from "../../src/domain/event.ts";
import {
  type Availability,
  type Ledger,
  LedgerUnavailable,
  OutcomeUnknown,
  type Rewound,
} from "../../src/ledger/ledger.ts";
import { redisStore, stranger } from "../support/ledger-redis.ts";
import { advance, importar, seqOf, seqsOf, store, upTo } from "../support/ledger-writes.ts";
import { startSentinels } from "../support/redis-sentinel.ts";
import { type RedisOptions, startRedis } from "../support/redis-server.ts";

/** Resolves when the ledger says that it is so. */
function becomes(ledger: Ledger, kind: Availability["kind"]): Promise<Availability> {
  if (ledger.availability.kind === kind) return Promise.resolve(ledger.availability);
  const { promise, resolve } = Promise.withResolvers<Availability>();
  const end = ledger.onAvailability((now) => {
    if (now.kind !== kind) return;
    end();
    resolve(now);
  });
  return promise;
}

/** A server and a ledger in it; what the ledger complains of is collected. */
async function openHouse(options?: RedisOptions) {
  const server = await startRedis(options);
  const kept = redisStore(server.url);
  const faults: unknown[] = [];
  const ledger = await kept.open({ onFault: (fault) => faults.push(fault) });
  return {
    server,
    ledger,
    faults,
    prefix: kept.prefix,
    open: () => kept.open({ onFault: (fault) => faults.push(fault) }),
    async [Symbol.asyncDispose]() {
      await ledger.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** All that a ledger's follower was given, and a promise of the event with that seq. */
async function watch(ledger: Ledger) {
  const events: Event[] = [];
  const waiting = new Map<number, () => void>();
  await ledger.follow(seqOf(0), (news) => {
    events.push(...news);
    for (const { seq } of news) waiting.get(seq)?.();
  });
  const reached = (seq: number): Promise<void> =>
    events.some((event) => event.seq === seq)
      ? Promise.resolve()
      : new Promise((resolve) => waiting.set(seq, resolve));
  return { events, reached };
}

const refusal = async (asked: Promise<unknown>): Promise<LedgerUnavailable> => {
  const error = await asked.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(LedgerUnavailable);
  return error as LedgerUnavailable;
};

test("with Redis gone commits are refused at once, and all goes on by itself when it is back", async () => {
  await using house = await openHouse();
  const { server, ledger } = house;
  const seen = await watch(ledger);
  await store(ledger, importar("A"));
  await server.kill("SIGKILL");
  const away = await becomes(ledger, "away");
  expect(away).toMatchObject({ aviso: "Sin conexión con Redis" });
  const many = await Promise.allSettled(upTo(200).map((n) => store(ledger, importar(`S-${n}`))));
  expect(many.every(({ status }) => status === "rejected")).toBe(true);
  expect(await ledger.health()).toMatchObject({ ok: false });
  await server.restart();
  await becomes(ledger, "ready");
  await store(ledger, importar("B"));
  await seen.reached(2);
  expect(seqsOf(seen.events)).toEqual([1, 2]);
});

test("a break that is over at once is not noticed: the commit waits for it", async () => {
  await using house = await openHouse();
  const { server, ledger } = house;
  const changes: Availability[] = [];
  ledger.onAvailability((now) => changes.push(now));
  for (const n of upTo(10)) {
    await server.command("CLIENT", "KILL", "TYPE", "normal");
    await server.command("CLIENT", "KILL", "TYPE", "pubsub");
    expect(seqsOf(await store(ledger, importar(`S-${n}`)))).toEqual([n]);
  }
  expect(changes).toEqual([]);
});

test("a commit whose answer is lost is stored once, and answered as what it is", async () => {
  await using house = await openHouse();
  using proxy = await openCutProxy(house.server.port);
  const through = redisStore(`redis://127.0.0.1:${proxy.port}`);
  const ledger = await through.open({ onFault: () => {} });
  const a = importar("A");
  await store(ledger, a);
  // The command arrives and is carried out; its answer never comes, the connection breaks.
  proxy.halfCut();
  const asked = store(ledger, advance(a.state));
  await house.server.command("SET", "marker", "1");
  proxy.restore();
  expect(seqsOf(await asked)).toEqual([2]);
  expect(seqsOf(await ledger.read(seqOf(0)))).toEqual([1, 2]);
  await ledger.close();
});

test("when the answer stays lost it is said that nobody knows, and the key tells later", async () => {
  await using house = await openHouse();
  using proxy = await openCutProxy(house.server.port);
  const ledger = await redisStore(`redis://127.0.0.1:${proxy.port}`).open({ onFault: () => {} });
  await store(ledger, importar("A"));
  proxy.halfCut();
  const remember = { key: "k", fingerprint: "f" };
  const error = await refusal(ledger.commit({ writes: [importar("B")], remember }));
  expect(error).toBeInstanceOf(OutcomeUnknown);
  // Since then Redis is known to be away, and what is not sent is known not to be done.
  await becomes(ledger, "away");
  expect(await refusal(store(ledger, importar("C")))).not.toBeInstanceOf(OutcomeUnknown);
  proxy.restore();
  await becomes(ledger, "ready");
  expect(await ledger.recall("k")).toMatchObject({ events: [{ seq: 2, tag: "B" }] });
  expect(seqsOf(await ledger.read(seqOf(0)))).toEqual([1, 2]);
  await ledger.close();
});

test("what others committed while a process heard nothing is read from the log, in order", async () => {
  await using house = await openHouse();
  using proxy = await openCutProxy(house.server.port);
  const deaf = redisStore(`redis://127.0.0.1:${proxy.port}`);
  const ledger = await deaf.open({ onFault: () => {} });
  const seen = await watch(ledger);
  const other = await redisStore(house.server.url, deaf.prefix).open({ onFault: () => {} });
  await store(other, importar("A"));
  await seen.reached(1);
  proxy.cut();
  await becomes(ledger, "away");
  await store(other, ...upTo(1_500).map((n) => importar(`S-${n}`)));
  proxy.restore();
  await becomes(ledger, "ready");
  await store(other, importar("Z"));
  await seen.reached(1_502);
  expect(seqsOf(seen.events)).toEqual(upTo(1_502));
  await other.close();
  await ledger.close();
});

test("a Redis that came back with less is noticed: told, under a new epoch, from its own state", async () => {
  await using house = await openHouse({ args: ["--appendonly", "no"] });
  const { server, ledger } = house;
  const a = importar("A");
  await store(ledger, a);
  const seen = await watch(ledger);
  await seen.reached(1);
  await server.command("SAVE");
  await store(ledger, advance(a.state));
  await store(ledger, importar("B"));
  await seen.reached(3);
  const { epoch } = ledger;
  const rewound = new Promise<Rewound>((resolve) => ledger.onRewound(resolve));
  await server.kill("SIGKILL");
  await server.restart();
  expect(await rewound).toEqual({ had: seqOf(3), stands: seqOf(1) });
  expect(ledger.epoch).not.toBe(epoch);
  // The old follower is gone: what it was given is of another log.
  await store(ledger, importar("C"));
  expect(seqsOf(seen.events)).toEqual([1, 2, 3]);
  const { seq, spools } = await ledger.snapshot();
  expect(seq).toBe(seqOf(2));
  expect(spools.map(({ tag }) => String(tag))).toEqual(["A", "C"]);
});

test("a log that lost events and went on past our place is another log too", async () => {
  await using house = await openHouse({ args: ["--appendonly", "no"] });
  const { server, ledger } = house;
  await store(ledger, importar("A"));
  await server.command("SAVE");
  await store(ledger, importar("LOST"));
  const rewound = new Promise<Rewound>((resolve) => ledger.onRewound(resolve));
  using proxy = await openCutProxy(server.port);
  await server.kill("SIGKILL");
  await server.restart();
  const url = `redis://127.0.0.1:${proxy.port}`;
  const other = await redisStore(url, house.prefix).open({ onFault: () => {} });
  await store(other, importar("B"), importar("C"), importar("D"));
  expect((await rewound).had).toBe(seqOf(2));
  const both = [ledger, other].map((one) => one.state("spool:D"));
  expect(await Promise.all(both)).toEqual([importar("D").state, importar("D").state]);
  await other.close();
});

test("an emptied Redis is not taken for a new shop", async () => {
  await using house = await openHouse();
  const { server, ledger } = house;
  await store(ledger, importar("A"));
  await server.command("FLUSHALL");
  const away = await becomes(ledger, "away");
  expect(away).toMatchObject({ detail: "Redis está vacío: no están los 1 sucesos del registro" });
  await refusal(store(ledger, importar("B")));
  expect(await server.command("KEYS", `${house.prefix}*`)).toEqual([]);
});

test("a full Redis refuses commits whole, says so, and takes them again when it has room", async () => {
  await using house = await openHouse();
  const { server, ledger } = house;
  await store(ledger, importar("A"));
  await server.command("CONFIG", "SET", "maxmemory", 1);
  expect((await refusal(store(ledger, importar("B")))).message).toContain("Redis está lleno (OOM)");
  expect(await becomes(ledger, "away")).toMatchObject({ aviso: "Redis no acepta cambios" });
  expect((await ledger.snapshot().catch(() => null))?.seq ?? 1).toBe(seqOf(1));
  await server.command("CONFIG", "SET", "maxmemory", 0);
  await becomes(ledger, "ready");
  expect(seqsOf(await store(ledger, importar("B")))).toEqual([2]);
});

test("a master that became a replica refuses, with what to do, until it is a master again", async () => {
  await using house = await openHouse();
  const { server, ledger } = house;
  await store(ledger, importar("A"));
  await using other = await startRedis({ args: ["--replicaof", `127.0.0.1 ${server.port}`] });
  await other.said(/MASTER <-> REPLICA sync: Finished with success/);
  await other.command("REPLICAOF", "NO", "ONE");
  await server.command("REPLICAOF", "127.0.0.1", other.port);
  await server.said(/sync: Finished with success|Successful partial resync/);
  await becomes(ledger, "ready");
  const refused = await refusal(store(ledger, importar("B")));
  expect(refused.message).toContain(
    "réplica de solo lectura (READONLY): apunta REDIS_URL al maestro",
  );
  expect(await becomes(ledger, "away")).toMatchObject({ aviso: "Redis no acepta cambios" });
  const { ok, detail } = await ledger.health();
  expect(ok).toBe(false);
  expect(detail).toContain("réplica de solo lectura");
  await server.command("REPLICAOF", "NO", "ONE");
  await becomes(ledger, "ready");
  expect(seqsOf(await store(ledger, importar("B")))).toEqual([2]);
});

test("a failover by Sentinel is survived: what was acknowledged and replicated is there", async () => {
  await using sentinels = await startSentinels();
  const kept = redisStore(sentinels.url);
  const ledger = await kept.open({ onFault: () => {} });
  const seen = await watch(ledger);
  await store(ledger, importar("A"), importar("B"));
  // WAIT counts what its own connection wrote; with that the replica has all before it too.
  {
    using writer = stranger(sentinels.master.url);
    await writer.set("marker", "1");
    expect(await writer.wait(1, 0)).toBe(1);
  }
  const failedOver = sentinels.failedOver();
  await sentinels.master.kill("SIGKILL");
  await failedOver;
  await becomes(ledger, "ready");
  for (;;) {
    const done = await store(ledger, importar("C")).catch(() => null);
    if (done) break;
    await becomes(ledger, "ready");
  }
  await seen.reached(3);
  expect(seqsOf(seen.events)).toEqual([1, 2, 3]);
  await ledger.close();
});

test("documents whose answer is lost are stored, and answered as such", async () => {
  await using house = await openHouse();
  using proxy = await openCutProxy(house.server.port);
  const ledger = await redisStore(`redis://127.0.0.1:${proxy.port}`).open({ onFault: () => {} });
  proxy.halfCut();
  const put = ledger.putDocuments({ cursor: "7" });
  await house.server.command("SET", "marker", "1");
  proxy.restore();
  expect(await put).toBe(true);
  expect(await ledger.document("cursor")).toBe("7");
  proxy.cut();
  await becomes(ledger, "away");
  expect(await refusal(ledger.putDocuments({ cursor: "8" }))).toBeInstanceOf(LedgerUnavailable);
  proxy.restore();
  await becomes(ledger, "ready");
  expect(await ledger.document("cursor")).toBe("7");
  await ledger.close();
});
