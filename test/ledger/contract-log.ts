/** The contract: what is read from a ledger, and who follows it (L5, L6). */
import { expect, test } from "bun:test";
import { type Acceso, keyOfAcceso } from "../../src/domain/acceso.ts";
import type { Event } from "../../src/domain/event.ts";
import { READ_LIMIT } from "../../src/ledger/ledger.ts";
import { arrived, type Create, HOSTILE_TAGS, openNew, STORM } from "../support/ledger-house.ts";
import {
  accesosOf,
  accesoWrite,
  advance,
  contratar,
  importar,
  leerPlanilla,
  persist,
  replay,
  seqOf,
  seqsOf,
  sesionOf,
  sesionWrite,
  store,
  tagOf,
  upTo,
} from "../support/ledger-writes.ts";

export function reading(create: Create): void {
  test("documents are stored with the commit and replaced by name", async () => {
    await using house = await openNew(create);
    const { ledger } = house;
    const csv = `TAG_SPOOL;Línea\r\n${'é,"\u0000\n'.repeat(20_000)}`;
    const documents = { Operaciones: "old", ["__proto__"]: "p", "Roles/1": "" };
    await ledger.commit({ writes: [leerPlanilla()], documents });
    await ledger.commit({ writes: [leerPlanilla(1)], documents: { Operaciones: csv } });
    expect(await ledger.document("Operaciones")).toBe(csv);
    expect(await ledger.document("Roles/1")).toBe("");
    expect(await ledger.document("__proto__")).toBe("p");
    expect(await ledger.document("Trabajadores")).toBeNull();
  });

  test("documents are stored without an event too: no seq is taken and nobody is told", async () => {
    await using house = await openNew(create);
    const { ledger } = house;
    const told: Event[] = [];
    await ledger.follow(seqOf(0), (events) => void told.push(...events));
    await ledger.commit({ writes: [leerPlanilla()], documents: { kept: "k", Operaciones: "old" } });
    // As JSON: a text is stored as UTF-8, which has no lone surrogates.
    const texts = HOSTILE_TAGS.map((tag) => JSON.stringify(tag));
    const hostile = Object.fromEntries(texts.map((text) => [`hoja:${text}`, text]));
    const documents = { Operaciones: "new", ["__proto__"]: "p", empty: "", ...hostile };
    expect(await ledger.putDocuments(documents)).toBe(true);
    for (const [name, body] of Object.entries(documents)) {
      expect(await ledger.document(name)).toBe(body);
    }
    expect(await ledger.document("kept")).toBe("k");
    expect(await ledger.putDocuments({})).toBe(true);
    expect(seqsOf(await store(ledger, importar("A")))).toEqual([2]);
    expect(seqsOf(await arrived(ledger, told, 2))).toEqual([1, 2]);
  });

  test("documents put beside commits, all at once, are all stored and take no seq", async () => {
    await using house = await openNew(create);
    const { ledger } = house;
    const put = upTo(STORM).flatMap((n) => [
      ledger.putDocuments({ [`doc-${n}`]: `${n}` }),
      store(ledger, importar(`S-${n}`)),
    ]);
    await Promise.all(put);
    for (const n of upTo(STORM)) expect(await ledger.document(`doc-${n}`)).toBe(`${n}`);
    expect(seqsOf(await ledger.read(seqOf(0)))).toEqual(upTo(STORM));
  });

  test("a tag may hold anything: each has its own record and its own history", async () => {
    await using house = await openNew(create);
    const { ledger } = house;
    for (const tag of HOSTILE_TAGS) {
      const first = importar(tag);
      await store(ledger, first);
      await store(ledger, advance(first.state));
    }
    for (const tag of HOSTILE_TAGS) {
      const events = await ledger.history(tagOf(tag));
      expect(events.map((event) => [event.tag, event.version])).toEqual([
        [tagOf(tag), 1],
        [tagOf(tag), 2],
      ]);
    }
    const { spools } = await ledger.snapshot();
    expect(spools.map(({ tag }) => String(tag)).sort()).toEqual([...HOSTILE_TAGS].sort());
    expect(await ledger.history(tagOf("nobody"))).toEqual([]);
  });

  test("idempotency keys may hold anything", async () => {
    await using house = await openNew(create);
    const { ledger } = house;
    for (const key of HOSTILE_TAGS) {
      const remember = { key, fingerprint: JSON.stringify(key) };
      expect((await ledger.commit({ writes: [importar(key)], remember })).kind).toBe("committed");
    }
    for (const key of HOSTILE_TAGS) {
      expect(await ledger.recall(key)).toMatchObject({ fingerprint: JSON.stringify(key) });
    }
  });

  test("read pages through the log from any place", async () => {
    await using house = await openNew(create);
    const { ledger } = house;
    await store(ledger, ...upTo(25).map((n) => importar(`S-${n}`)));
    const pages: number[][] = [];
    for (let after = 0; after < 25; after += 10) {
      pages.push(seqsOf(await ledger.read(seqOf(after), 10)));
    }
    expect(pages.map((page) => page.length)).toEqual([10, 10, 5]);
    expect(pages.flat()).toEqual(upTo(25));
    expect(await ledger.read(seqOf(25))).toEqual([]);
    expect(await ledger.read(seqOf(9_999))).toEqual([]);
  });

  test("the snapshot is what the log replays to", async () => {
    await using house = await openNew(create);
    const { ledger } = house;
    const spools = upTo(20).map((n) => importar(`S-${n}`));
    const accesos = accesosOf("one").map(accesoWrite);
    await store(ledger, ...spools, contratar(93), leerPlanilla(), sesionWrite(sesionOf("one")));
    await store(ledger, ...accesos);
    const storm = upTo(200).map((n) => spools[n % spools.length]?.state);
    await Promise.all(storm.map((spool) => spool && persist(ledger, spool)));
    const { seq, spools: stored, ...rest } = await ledger.snapshot();
    const { trabajadores, planilla, sesiones } = rest;
    expect(seq).toBe(seqOf(223 + accesos.length));
    expect(sesiones).toEqual([sesionOf("one")]);
    const states = accesos.map(({ state }) => state as Acceso);
    expect(rest.accesos).toEqual(states.sort((a, b) => (keyOfAcceso(a) < keyOfAcceso(b) ? -1 : 1)));
    const log = await ledger.read(seqOf(0));
    expect(new Map(stored.map((spool) => [spool.tag, spool]))).toEqual(replay(log));
    expect(trabajadores).toEqual([contratar(93).state as (typeof trabajadores)[number]]);
    expect(planilla).toEqual(leerPlanilla().state as NonNullable<typeof planilla>);
  });

  test("accesses are read in the order of their keys, whatever their names and the order given", async () => {
    await using house = await openNew(create);
    const names = ["b", "a", "B", "ñ", "a:b", "a/b", "1", "__proto__", "%_*?[a]"];
    for (const name of names) {
      const [, , tablet] = accesosOf(name);
      if (tablet) await store(house.ledger, accesoWrite(tablet));
    }
    const keys = (await house.ledger.snapshot()).accesos.map(keyOfAcceso);
    expect(keys).toHaveLength(names.length);
    const bytes = (key: string) => Buffer.from(key);
    expect(keys).toEqual([...keys].sort((a, b) => Buffer.compare(bytes(a), bytes(b))));
  });

  test("an empty ledger has nothing, at seq 0", async () => {
    await using house = await openNew(create);
    const nothing = {
      spools: [],
      trabajadores: [],
      sesiones: [],
      accesos: [],
      planilla: null,
      ajustes: null,
    };
    expect(await house.ledger.snapshot()).toEqual({ seq: seqOf(0), ...nothing });
    expect(await house.ledger.read(seqOf(0))).toEqual([]);
  });
}

export function following(create: Create): void {
  const collect = (into: Event[]) => (events: readonly Event[]) => void into.push(...events);

  test("a follower gets what is stored after its place, then what commits, in order (L5)", async () => {
    await using house = await openNew(create);
    const { ledger } = house;
    await store(ledger, importar("A"), importar("B"), importar("C"));
    const fromStart: Event[] = [];
    const fromMiddle: Event[] = [];
    await ledger.follow(seqOf(0), collect(fromStart));
    await ledger.follow(seqOf(2), collect(fromMiddle));
    expect(seqsOf(fromStart)).toEqual([1, 2, 3]);
    expect(seqsOf(fromMiddle)).toEqual([3]);
    await store(ledger, importar("D"), importar("E"));
    expect(await ledger.read(seqOf(0))).toEqual(await arrived(ledger, fromStart, 5));
    expect(seqsOf(await arrived(ledger, fromMiddle, 3))).toEqual([3, 4, 5]);
  });

  test("whoever joins in the middle of a storm gets each event once, in order (L5)", async () => {
    await using house = await openNew(create);
    const { ledger } = house;
    const spools = upTo(STORM).map((n) => importar(`S-${n}`));
    await store(ledger, ...spools);
    const followers: Event[][] = [];
    const total = STORM + STORM * 8;
    await Promise.all(
      spools.map(async ({ state }, n) => {
        for (let round = 0; round < 8; round++) {
          await persist(ledger, state);
          if ((n + round) % 16 > 0) continue;
          const mine: Event[] = [];
          followers.push(mine);
          await ledger.follow(seqOf(0), collect(mine));
        }
      }),
    );
    expect(followers).toHaveLength(32);
    for (const mine of followers) {
      expect(seqsOf(await arrived(ledger, mine, total))).toEqual(upTo(total));
    }
  });

  test("a follower ahead of the log gets nothing before its place (L5)", async () => {
    await using house = await openNew(create);
    const { ledger } = house;
    const all: Event[] = [];
    const ahead: Event[] = [];
    await ledger.follow(seqOf(2), collect(ahead));
    await ledger.follow(seqOf(0), collect(all));
    await store(ledger, importar("A"));
    await store(ledger, importar("B"), importar("C"), importar("D"));
    expect(seqsOf(await arrived(ledger, all, 4))).toEqual([1, 2, 3, 4]);
    expect(seqsOf(await arrived(ledger, ahead, 2))).toEqual([3, 4]);
  });

  test("a log longer than READ_LIMIT is read in pages and followed whole (L5)", async () => {
    await using house = await openNew(create);
    const { ledger } = house;
    const total = READ_LIMIT + 5;
    await store(ledger, ...upTo(total).map((n) => importar(`S-${n}`)));
    expect(await ledger.read(seqOf(0), total)).toHaveLength(READ_LIMIT);
    const all: Event[] = [];
    await ledger.follow(seqOf(0), (events) => {
      // The page boundary: what commits between two pages must not be lost.
      if (all.length === 0) void store(ledger, importar("late"));
      all.push(...events);
    });
    expect(seqsOf(await arrived(ledger, all, total + 1))).toEqual(upTo(total + 1));
  });

  test("an ended follower gets nothing more, also when it ends itself", async () => {
    await using house = await openNew(create);
    const { ledger } = house;
    const ended: Event[] = [];
    const once: Event[] = [];
    const all: Event[] = [];
    const end = await ledger.follow(seqOf(0), collect(ended));
    const endSelf = await ledger.follow(seqOf(0), (events) => {
      once.push(...events);
      endSelf();
    });
    await ledger.follow(seqOf(0), collect(all));
    end();
    await store(ledger, importar("A"));
    await arrived(ledger, all, 1);
    await store(ledger, importar("B"));
    expect(seqsOf(await arrived(ledger, all, 2))).toEqual([1, 2]);
    expect(seqsOf(once)).toEqual([1]);
    expect(ended).toEqual([]);
  });

  test("a follower that throws is reported; the commit and the others go on", async () => {
    const faults: unknown[] = [];
    await using house = await openNew(create, { onFault: (fault) => faults.push(fault) });
    const { ledger } = house;
    const all: Event[] = [];
    const broken = new Error("broken follower");
    await ledger.follow(seqOf(0), () => {
      throw broken;
    });
    await ledger.follow(seqOf(0), collect(all));
    await store(ledger, importar("A"));
    expect(seqsOf(await arrived(ledger, all, 1))).toEqual([1]);
    expect(faults).toEqual([broken]);
  });

  test("a follower may commit and follow from within a delivery", async () => {
    await using house = await openNew(create);
    const { ledger } = house;
    const inner: Event[] = [];
    const outer: Event[] = [];
    const started: Promise<unknown>[] = [];
    await ledger.follow(seqOf(0), (events) => {
      outer.push(...events);
      if (outer.length > 1) return;
      started.push(ledger.follow(seqOf(0), collect(inner)), store(ledger, importar("B")));
    });
    await store(ledger, importar("A"));
    await arrived(ledger, outer, 1);
    await Promise.all(started);
    expect(seqsOf(await arrived(ledger, outer, 2))).toEqual([1, 2]);
    expect(seqsOf(await arrived(ledger, inner, 2))).toEqual([1, 2]);
  });
}
