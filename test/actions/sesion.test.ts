/** Sessions begin and end by commits, and leave nothing behind. */
import { expect, test } from "bun:test";
import { iniciarSesion, terminarSesion, VENCIDAS_MAX } from "../../src/actions/sesion.ts";
import { keyOfAcceso } from "../../src/domain/acceso.ts";
import { type Event, SEQ_ZERO } from "../../src/domain/event.ts";
import type { Sesion } from "../../src/domain/sesion.ts";
import { firmaOf } from "../../src/domain/trabajador.ts";
import { type Commit, type CommitResult, LedgerUnavailable } from "../../src/ledger/ledger.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import { actor, INGRID, MAURICIO, NOW_MS } from "../support/builders.ts";
import {
  accesosOf,
  accesoWrite,
  quitarWrite,
  seqOf,
  store,
  upTo,
} from "../support/ledger-writes.ts";

const of = (hash: string): Sesion => ({
  version: 1,
  hash,
  trabajadorId: MAURICIO.id,
  prueba: "nombre",
  tabletId: "tablet-1",
  sal: "salt",
  sinceMs: NOW_MS,
});
const MAURICIO_AQUI = actor(MAURICIO, { dispositivo: "tablet-1" });

function open() {
  const onFault = (fault: unknown): never => {
    throw fault;
  };
  const ledger = openSqliteLedger({ path: ":memory:", onFault });
  const begin = (sesion: Sesion, antes: Sesion | null = null, vencidas: readonly Sesion[] = []) =>
    iniciarSesion(ledger, { sesion, actor: MAURICIO_AQUI, antes, vencidas }, NOW_MS);
  const log = (): Promise<readonly Event[]> => ledger.read(SEQ_ZERO);
  const hashes = async (): Promise<readonly string[]> =>
    (await ledger.snapshot()).sesiones.map(({ hash }) => hash);
  return { ledger, begin, log, hashes, [Symbol.asyncDispose]: () => ledger.close() };
}

/** What became of which session, in the order of the log. */
const story = (events: readonly Event[]) =>
  events.map((event) => (event.kind === "sesion" ? [event.hash, event.fin] : [event.kind]));

test("the log says who began it, where, and when", async () => {
  await using house = open();
  expect(await house.begin(of("a"))).toBe(seqOf(1));
  const autor = { firma: firmaOf(MAURICIO), medio: "tablet", dispositivo: "tablet-1" };
  const rest = { version: 1, seq: 1, atMs: NOW_MS, fin: null };
  const event = { kind: "sesion", hash: "a", autor, sesion: of("a"), ...rest };
  expect(await house.log()).toEqual([event as Event]);
});

test("who picks a name in a browser ends the session that it had, in the same commit", async () => {
  await using house = open();
  await house.begin(of("a"));
  expect(await house.begin(of("b"), of("a"))).toBe(seqOf(3));
  expect(await house.hashes()).toEqual(["b"]);
  expect(story(await house.log())).toEqual([
    ["a", null],
    ["b", null],
    ["a", "relevo"],
  ]);
});

test("who leaves signs it; leaving twice is leaving once", async () => {
  await using house = open();
  await house.begin(of("a"));
  const leave = () => terminarSesion(house.ledger, of("a"), actor(INGRID), NOW_MS);
  expect(await leave()).toBe(seqOf(2));
  expect(await leave()).toBeNull();
  const [, end] = await house.log();
  expect(end).toMatchObject({ fin: "salida", sesion: null, autor: { firma: firmaOf(INGRID) } });
});

test("what has run out goes with the next that begins, signed by nobody, so many at a time", async () => {
  await using house = open();
  const old = upTo(VENCIDAS_MAX + 3).map((n) => of(`old-${n}`));
  for (const sesion of old) await house.begin(sesion);
  await house.begin(of("a"), null, old);
  expect(await house.hashes()).toHaveLength(4);
  const last = (await house.log()).at(-1);
  expect(last).toMatchObject({ fin: "vencida", autor: { firma: null } });
});

test("a session that another process ended first stops nobody from beginning one", async () => {
  await using house = open();
  await house.begin(of("old-1"));
  await house.begin(of("antes"));
  // Known here as run out; removed there a moment ago.
  expect(await house.begin(of("a"), of("antes"), [of("old-1"), of("gone")])).toBe(seqOf(4));
  expect(await house.hashes()).toEqual(["a", "old-1"]);
  expect(await house.begin(of("b"), of("antes"), [of("gone")])).toBe(seqOf(5));
  expect(await house.hashes()).toEqual(["a", "b", "old-1"]);
});

test("what can't be forgotten with it stays, and the session that it takes over ends all the same", async () => {
  await using house = open();
  const [, , , , , intentos] = accesosOf("a");
  if (!intentos) throw new Error("no attempts");
  await store(house.ledger, accesoWrite(intentos));
  await house.begin(of("a"));
  // Somebody tried once more in between.
  await store(house.ledger, accesoWrite({ ...intentos, version: 2 }));
  const con = [quitarWrite(intentos)];
  const inicio = { sesion: of("b"), actor: MAURICIO_AQUI, antes: of("a"), vencidas: [], con };
  await iniciarSesion(house.ledger, inicio, NOW_MS);
  expect(await house.hashes()).toEqual(["b"]);
  expect(await house.ledger.state(keyOfAcceso(intentos))).toMatchObject({ version: 2 });
});

test("a supervisor signs somebody out: the log says so", async () => {
  await using house = open();
  await house.begin(of("a"));
  await terminarSesion(house.ledger, of("a"), actor(INGRID), NOW_MS, "revocada");
  expect(story(await house.log()).at(-1)).toEqual(["a", "revocada"]);
});

test("one that runs out while it is taken over ends once", async () => {
  await using house = open();
  await house.begin(of("a"));
  await house.begin(of("b"), of("a"), [of("a")]);
  expect(story(await house.log()).slice(1)).toEqual([
    ["b", null],
    ["a", "relevo"],
  ]);
});

test("it throws when nothing can be stored, and when a hash is not new", async () => {
  await using house = open();
  await house.begin(of("a"));
  await expect(house.begin(of("a"))).rejects.toThrow("conflicts");
  const away = {
    commit: async (_: Commit): Promise<CommitResult> => {
      throw new LedgerUnavailable("away");
    },
  };
  const inicio = { sesion: of("b"), actor: MAURICIO_AQUI, antes: null, vencidas: [] };
  await expect(iniciarSesion(away, inicio, NOW_MS)).rejects.toBeInstanceOf(LedgerUnavailable);
  const ending = terminarSesion(away, of("a"), MAURICIO_AQUI, NOW_MS);
  await expect(ending).rejects.toBeInstanceOf(LedgerUnavailable);
});
