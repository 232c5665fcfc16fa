/** The contract: atomic commits and idempotency (L1, L2, L4). */
import { expect, test } from "bun:test";
import { type Acceso, keyOfAcceso, visibleOf } from "../../src/domain/acceso.ts";
import type { Spool } from "../../src/domain/spool.ts";
import {
  type Ledger,
  REMEMBER_MS,
  type RecordState,
  sesionKey,
  spoolKey,
  type Write,
} from "../../src/ledger/ledger.ts";
import { type Create, openNew, STORM } from "../support/ledger-house.ts";
import {
  accesosOf,
  accesoWrite,
  advance,
  contratar,
  eventsOf,
  importar,
  leerPlanilla,
  persist,
  quitarWrite,
  salirWrite,
  seqOf,
  seqsOf,
  sesionOf,
  sesionWrite,
  store,
  tagOf,
  upTo,
} from "../support/ledger-writes.ts";

export function commits(create: Create): void {
  test("the first event has seq 1 and no seq is skipped, refused commits included (L1)", async () => {
    await using house = await openNew(create);
    const { ledger } = house;
    expect(seqsOf(await store(ledger, importar("A"), importar("B")))).toEqual([1, 2]);
    expect((await ledger.commit({ writes: [importar("A")] })).kind).toBe("conflict");
    expect(seqsOf(await store(ledger, contratar(93), importar("C")))).toEqual([3, 4]);
    expect(seqsOf(await ledger.read(seqOf(0)))).toEqual(upTo(4));
  });

  test("a commit answers with its events, in the order of its writes, as the log has them", async () => {
    await using house = await openNew(create);
    const writes = [importar("Z"), leerPlanilla(), contratar(93), importar("A")];
    const events = await store(house.ledger, ...writes);
    expect(events.map(({ kind }) => kind)).toEqual(["spool", "planilla", "trabajador", "spool"]);
    expect(events).toEqual(await house.ledger.read(seqOf(0)));
  });

  test("every write of a commit is stored, or none when one conflicts (L2)", async () => {
    await using house = await openNew(create);
    const { ledger } = house;
    const a = importar("A");
    await store(ledger, a);
    const result = await ledger.commit({
      writes: [importar("B"), advance(a.state), contratar(7, 4)],
      remember: { key: "k", fingerprint: "f" },
      documents: { Operaciones: "never" },
    });
    expect(result).toEqual({ kind: "conflict", key: "trabajador:7", state: null });
    expect(await ledger.snapshot()).toMatchObject({ seq: 1, spools: [a.state], trabajadores: [] });
    expect(await ledger.recall("k")).toBeNull();
    expect(await ledger.document("Operaciones")).toBeNull();
  });

  test("a conflict answers with the state that stands now", async () => {
    await using house = await openNew(create);
    const { ledger } = house;
    const a = importar("A");
    const taken = advance(a.state);
    await store(ledger, a);
    await store(ledger, taken);
    const result = await ledger.commit({ writes: [advance(a.state)] });
    expect(result).toEqual({ kind: "conflict", key: spoolKey(tagOf("A")), state: taken.state });
  });

  test("expected version 0 means that there is none yet", async () => {
    await using house = await openNew(create);
    const { ledger } = house;
    const absent = advance(importar("A").state);
    expect(await ledger.commit({ writes: [absent] })).toMatchObject({ state: null });
    const [first, second] = await Promise.all([
      ledger.commit({ writes: [importar("A")] }),
      ledger.commit({ writes: [importar("A")] }),
    ]);
    expect(first.kind).toBe("committed");
    expect(second).toMatchObject({ kind: "conflict", state: importar("A").state });
  });

  test("of 64 concurrent commits on one spool exactly one wins each version", async () => {
    await using house = await openNew(create);
    const { ledger } = house;
    const a = importar("A");
    await store(ledger, a);
    await Promise.all(upTo(STORM).map(() => persist(ledger, a.state)));
    const events = await ledger.history(tagOf("A"));
    expect(events.map(({ version }) => version)).toEqual(upTo(STORM + 1));
    expect(seqsOf(events)).toEqual(upTo(STORM + 1));
  });

  test("a state of null removes the record; its events stay, and it may begin anew", async () => {
    await using house = await openNew(create);
    const { ledger } = house;
    const [one, other] = [sesionOf("one"), sesionOf("other")];
    await store(ledger, sesionWrite(one), sesionWrite(other));
    await store(ledger, salirWrite(one));
    expect((await ledger.snapshot()).sesiones).toEqual([other]);
    const again = await ledger.commit({ writes: [salirWrite(one)] });
    expect(again).toEqual({ kind: "conflict", key: sesionKey("one"), state: null });
    await store(ledger, sesionWrite(one));
    const log = await ledger.read(seqOf(0));
    expect(log.map(({ version }) => version)).toEqual([1, 1, 2, 1]);
    expect(log[2]).toEqual({ ...salirWrite(one).event, seq: seqOf(3) });
    expect((await ledger.snapshot()).sesiones).toHaveLength(2);
  });

  test("access of every kind is given, changed and taken away, and the log tells no secret", async () => {
    await using house = await openNew(create);
    const { ledger } = house;
    const all = accesosOf("one");
    await store(ledger, ...all.map(accesoWrite));
    for (const acceso of all) expect(await ledger.state(keyOfAcceso(acceso))).toEqual(acceso);
    const changed = all.map((acceso) => ({ ...acceso, version: 2 }));
    await store(ledger, ...changed.map(accesoWrite));
    for (const acceso of all) {
      const key = keyOfAcceso(acceso);
      const stale = await ledger.commit({ writes: [quitarWrite(acceso)] });
      expect(stale).toEqual({ kind: "conflict", key, state: { ...acceso, version: 2 } });
    }
    await store(ledger, ...changed.map(quitarWrite));
    expect((await ledger.snapshot()).accesos).toEqual([]);
    expect(await ledger.state(keyOfAcceso(all[0] as Acceso))).toBeNull();
    const log = await ledger.read(seqOf(0));
    const visible = log.map((event) => event.kind === "acceso" && event.visible);
    const gone = all.map(() => null);
    expect(visible).toEqual([...all.map(visibleOf), ...changed.map(visibleOf), ...gone]);
    expect(JSON.stringify(log)).not.toContain("argon2id");
  });

  test("a code that two use at once is used by one (L2)", async () => {
    await using house = await openNew(create);
    const { ledger } = house;
    const [, , , , alta] = accesosOf("one");
    if (!alta) throw new Error("no code");
    await store(ledger, accesoWrite(alta));
    const results = await Promise.all(
      upTo(STORM).map((n) => {
        const [, , tablet] = accesosOf(`tablet-${n}`);
        if (!tablet) throw new Error("no tablet");
        return ledger.commit({ writes: [quitarWrite(alta), accesoWrite(tablet)] });
      }),
    );
    expect(results.filter(({ kind }) => kind === "committed")).toHaveLength(1);
    expect((await ledger.snapshot()).accesos.map(({ kind }) => kind)).toEqual(["tablet"]);
  });

  test("a record is removed with its commit or not at all (L2)", async () => {
    await using house = await openNew(create);
    const { ledger } = house;
    const sesion = sesionOf("one");
    await store(ledger, sesionWrite(sesion), importar("A"));
    const writes = [salirWrite(sesion), importar("A")];
    expect((await ledger.commit({ writes })).kind).toBe("conflict");
    expect((await ledger.snapshot()).sesiones).toEqual([sesion]);
    const stale = await ledger.commit({ writes: [salirWrite({ ...sesion, version: 2 })] });
    expect(stale).toEqual({ kind: "conflict", key: sesionKey("one"), state: sesion });
  });

  test("a malformed commit fails alone; those beside it are stored", async () => {
    await using house = await openNew(create);
    const { ledger } = house;
    const a = importar("A");
    const [acceso] = accesosOf("a");
    if (!acceso) throw new Error("no access");
    const malformed: readonly (readonly Write[])[] = [
      [],
      [a, a],
      [{ ...a, expectedVersion: 1 }],
      [{ ...a, expectedVersion: -1 }],
      [{ ...a, key: spoolKey(tagOf("B")) }],
      [{ ...a, state: { ...a.state, version: 9 } as RecordState }],
      [{ ...salirWrite(sesionOf("a")), expectedVersion: 0 }],
      [{ ...a, state: null }],
      [{ ...accesoWrite(acceso), key: "acceso:tablet:another" }],
      [{ ...quitarWrite(acceso), expectedVersion: 0 }],
      [{ ...a, state: { ...a.state, ciclo: 1n as unknown as number } }],
    ];
    const results = await Promise.allSettled([
      ledger.commit({ writes: [importar("B")] }),
      ...malformed.map((writes) => ledger.commit({ writes })),
      ledger.commit({ writes: [importar("C")] }),
    ]);
    const outcomes = results.map(({ status }) => status);
    expect(outcomes).toEqual([
      "fulfilled",
      ...malformed.map(() => "rejected" as const),
      "fulfilled",
    ]);
    expect((await ledger.snapshot()).spools.map(({ tag }) => String(tag))).toEqual(["B", "C"]);
  });
}

export function remembering(create: Create): void {
  const remember = { key: "tablet-1/42", fingerprint: "TOMAR A" };

  test("a key of remember commits once; asked again it answers with the first outcome (L4)", async () => {
    await using house = await openNew(create);
    const { ledger } = house;
    const a = importar("A");
    const events = eventsOf(await ledger.commit({ writes: [a, contratar(93)], remember }));
    await store(ledger, advance(a.state));
    const again = await ledger.commit({ writes: [a, contratar(93)], remember });
    expect(again).toEqual({ kind: "remembered", fingerprint: "TOMAR A", events });
    expect(await ledger.recall(remember.key)).toEqual({ fingerprint: "TOMAR A", events });
    expect(await ledger.recall("tablet-1/43")).toBeNull();
    expect((await ledger.snapshot()).seq).toBe(seqOf(3));
  });

  test("a key used for another request answers with the first fingerprint, to be compared", async () => {
    await using house = await openNew(create);
    const { ledger } = house;
    await ledger.commit({ writes: [importar("A")], remember });
    const other = { key: remember.key, fingerprint: "TOMAR B" };
    const result = await ledger.commit({ writes: [importar("B")], remember: other });
    expect(result).toMatchObject({ kind: "remembered", fingerprint: "TOMAR A" });
    expect(await stateOf(ledger, "B")).toBeUndefined();
  });

  test("the same key twice at the same time commits once, also on different spools", async () => {
    await using house = await openNew(create);
    const { ledger } = house;
    const writes = upTo(STORM).map((n) => importar(`S-${n}`));
    const results = await Promise.all(
      writes.map((write) => ledger.commit({ writes: [write], remember })),
    );
    const kinds = results.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "committed")).toHaveLength(1);
    expect(kinds.filter((kind) => kind === "remembered")).toHaveLength(STORM - 1);
    expect((await ledger.snapshot()).seq).toBe(seqOf(1));
  });

  test("a conflict is not remembered: the retry under the same key commits", async () => {
    await using house = await openNew(create);
    const { ledger } = house;
    const a = importar("A");
    await store(ledger, a);
    expect((await ledger.commit({ writes: [a], remember })).kind).toBe("conflict");
    expect((await ledger.commit({ writes: [advance(a.state)], remember })).kind).toBe("committed");
  });

  test("a key is forgotten after REMEMBER_MS, not before", async () => {
    let nowMs = 1_000_000;
    await using house = await openNew(create, { nowMs: () => nowMs });
    const { ledger } = house;
    await ledger.commit({ writes: [importar("A")], remember });
    nowMs += REMEMBER_MS;
    expect(await ledger.recall(remember.key)).not.toBeNull();
    nowMs += 1;
    expect(await ledger.recall(remember.key)).toBeNull();
    const again = await ledger.commit({ writes: [importar("B")], remember });
    expect(eventsOf(again)).toHaveLength(1);
    expect(await ledger.recall(remember.key)).toMatchObject({ events: eventsOf(again) });
  });
}

const stateOf = async (ledger: Ledger, tag: string): Promise<Spool | undefined> =>
  (await ledger.snapshot()).spools.find((spool) => spool.tag === tag);
