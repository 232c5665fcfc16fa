/** Access is given, used up and taken away by commits; attempts are counted before (G1, G2). */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  type AccesoDeps,
  barrer,
  type Canje,
  canjear,
  olvidarWrite,
  poner,
  quitar,
  reservarIntento,
  type Said,
} from "../../src/actions/acceso.ts";
import { iniciarSesion } from "../../src/actions/sesion.ts";
import {
  type Acceso,
  type Alta,
  accesoKey,
  ID_PROPIO_MIN,
  INTENTOS_LIBRES,
  INTENTOS_OLVIDO_MS,
  type Intentos,
  keyOfAcceso,
  type Supervisor,
  type Tablet,
  visibleOf,
} from "../../src/domain/acceso.ts";
import { SEQ_ZERO } from "../../src/domain/event.ts";
import { newEnlace, newTablet, PRIMERA } from "../../src/identity/alta.ts";
import type { CommitResult, Ledger, Write } from "../../src/ledger/ledger.ts";
import { LedgerUnavailable, sesionKey } from "../../src/ledger/ledger.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import { tabletOf } from "../support/acceso.ts";
import { actor, MAURICIO, NOW_MS, trabajador } from "../support/builders.ts";
import { redisStore } from "../support/ledger-redis.ts";
import { ledgerWith } from "../support/ledger-with.ts";
import { accesosOf, accesoWrite, seqOf, sesionOf, store, upTo } from "../support/ledger-writes.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";

const AUTOR = { firma: null, medio: "consola", dispositivo: null } as const;
const SAID: Said = { autor: AUTOR, hecho: "tablet inscrito", sobre: "Portón" };
const KEY = "pin:93:tablet-1";
/** More at the same time than a shop has fingers. */
const PARALLEL = 200;

function open() {
  const clock = { nowMs: NOW_MS };
  const onFault = (fault: unknown): never => {
    throw fault;
  };
  const ledger = openSqliteLedger({ path: ":memory:", onFault });
  const deps: AccesoDeps = { ledger, now: () => clock.nowMs };
  return { ledger, clock, deps, [Symbol.asyncDispose]: () => ledger.close() };
}

/** A ledger on which somebody else writes before each commit, so often. */
function contested(ledger: Ledger, before: () => Promise<unknown>, times: number): Ledger {
  let left = times;
  return ledgerWith(ledger, {
    async commit(commit) {
      if (left-- > 0) await before();
      return ledger.commit(commit);
    },
  });
}

const standing = (ledger: Ledger, acceso: Acceso) => ledger.state(keyOfAcceso(acceso));

describe("G2: attempts", () => {
  const okOf = (all: readonly { readonly ok: boolean }[]) => all.filter(({ ok }) => ok).length;
  const storm = (deps: AccesoDeps, count: number) =>
    upTo(count).map(() => reservarIntento(deps, KEY, "Mauricio"));

  test("one by one: as many as are free, then until when", async () => {
    await using house = open();
    for (const n of upTo(INTENTOS_LIBRES)) {
      const reserva = await reservarIntento(house.deps, KEY, "Mauricio");
      expect(reserva).toMatchObject({ ok: true, intentos: { fallos: n, version: n } });
    }
    const locked = { ok: false, hastaMs: NOW_MS + 30_000 } as const;
    expect(await reservarIntento(house.deps, KEY, "Mauricio")).toEqual(locked);
    const other = await reservarIntento(house.deps, "pin:93:tablet-2", "Mauricio");
    expect(other).toMatchObject({ ok: true, intentos: { fallos: 1 } });
    house.clock.nowMs += 30_000;
    expect(await reservarIntento(house.deps, KEY, "Mauricio")).toMatchObject({ ok: true });
  });

  test(`${PARALLEL} at the same time are not one more than one by one`, async () => {
    await using house = open();
    const all = await Promise.all(storm(house.deps, PARALLEL));
    expect(okOf(all)).toBe(INTENTOS_LIBRES);
    const counted = (await house.ledger.state(accesoKey("intentos", KEY))) as Intentos;
    expect(counted.fallos).toBe(INTENTOS_LIBRES);
    expect(okOf(await Promise.all(storm(house.deps, 10)))).toBe(0);
    // The wait over, one more, however many ask for it.
    house.clock.nowMs += 30_000;
    expect(okOf(await Promise.all(storm(house.deps, PARALLEL)))).toBe(1);
  });

  test("each is in the log before anything is looked at, by whom nobody knows", async () => {
    await using house = open();
    await Promise.all(storm(house.deps, 20));
    const log = await house.ledger.read(SEQ_ZERO);
    expect(log).toHaveLength(INTENTOS_LIBRES);
    for (const event of log) {
      expect(event).toMatchObject({
        kind: "acceso",
        key: `acceso:intentos:${KEY}`,
        hecho: "intento de entrar",
        sobre: "Mauricio",
        autor: { firma: null },
      });
    }
  });

  test("when nothing can be stored none is looked at", async () => {
    await using house = open();
    const away = ledgerWith(house.ledger, {
      commit: async (): Promise<CommitResult> => {
        throw new LedgerUnavailable("away");
      },
    });
    const asked = reservarIntento({ ledger: away, now: () => NOW_MS }, KEY, "Mauricio");
    await expect(asked).rejects.toBeInstanceOf(LedgerUnavailable);
  });

  test("whoever always comes second is not let through", async () => {
    await using house = open();
    const conflict: CommitResult = {
      kind: "conflict",
      key: accesoKey("intentos", KEY),
      state: null,
    };
    const ledger = ledgerWith(house.ledger, { commit: async () => conflict });
    const reserva = await reservarIntento({ ledger, now: () => NOW_MS }, KEY, "Mauricio");
    expect(reserva).toEqual({ ok: false, hastaMs: NOW_MS + 1_000 });
  });

  describe("over two processes on one Redis", () => {
    let server: RedisServer;
    beforeAll(async () => {
      server = await startRedis();
    });
    afterAll(() => server[Symbol.asyncDispose]());

    test(`${PARALLEL} at the same time are not one more either`, async () => {
      const kept = redisStore(server.url);
      const [here, there] = [await kept.open(), await kept.open()];
      const now = (): number => NOW_MS;
      const all = await Promise.all([
        ...storm({ ledger: here, now }, PARALLEL / 2),
        ...storm({ ledger: there, now }, PARALLEL / 2),
      ]);
      expect(okOf(all)).toBe(INTENTOS_LIBRES);
      expect(await there.state(accesoKey("intentos", KEY))).toMatchObject({
        fallos: INTENTOS_LIBRES,
      });
      await Promise.all([here.close(), there.close()]);
    });

    test("a code is used once, whichever process it is typed in", async () => {
      const kept = redisStore(server.url);
      const [here, there] = [await kept.open(), await kept.open()];
      const { canje } = await offer(here);
      const now = (): number => NOW_MS;
      const used = await Promise.all(
        [here, there, here, there].map((ledger) => canjear({ ledger, now }, canje())),
      );
      expect(used.filter((seq) => seq !== null)).toHaveLength(1);
      expect((await here.snapshot()).accesos.map(({ kind }) => kind)).toEqual(["tablet"]);
      await Promise.all([here.close(), there.close()]);
    });
  });

  test("who gets in forgets them, with the session that begins", async () => {
    await using house = open();
    const reserva = await reservarIntento(house.deps, KEY, "Mauricio");
    if (!reserva.ok) throw new Error("locked");
    const con = [olvidarWrite(reserva.intentos, AUTOR, NOW_MS)];
    await begin(house.ledger, con);
    expect(await house.ledger.state(accesoKey("intentos", KEY))).toBeNull();
    expect(await house.ledger.state(sesionKey("h"))).not.toBeNull();
  });

  test("an attempt that came in between stays counted, and the session begins all the same", async () => {
    await using house = open();
    const reserva = await reservarIntento(house.deps, KEY, "Mauricio");
    await reservarIntento(house.deps, KEY, "Mauricio");
    if (!reserva.ok) throw new Error("locked");
    await begin(house.ledger, [olvidarWrite(reserva.intentos, AUTOR, NOW_MS)]);
    expect(await house.ledger.state(accesoKey("intentos", KEY))).toMatchObject({ fallos: 2 });
    expect(await house.ledger.state(sesionKey("h"))).not.toBeNull();
  });
});

const begin = (ledger: Ledger, con: readonly Write[]) =>
  iniciarSesion(
    ledger,
    { sesion: sesionOf("h"), actor: actor(MAURICIO), antes: null, vencidas: [], con },
    NOW_MS,
  );

/** An open code for a tablet, and how it would be used, each time for another tablet. */
async function offer(ledger: Ledger) {
  const alta: Alta = {
    kind: "alta",
    version: 1,
    id: "a-1",
    hash: "hash",
    para: "tablet",
    nombre: "Portón",
    trabajadorId: null,
    venceMs: NOW_MS + 1,
  };
  await store(ledger, accesoWrite(alta));
  const canje = (parts: Partial<Canje> = {}): Canje => ({
    alta,
    acceso: newTablet(alta.nombre, NOW_MS)[0],
    persona: null,
    said: SAID,
    ...parts,
  });
  return { alta, canje };
}

describe("G1: a code", () => {
  test("makes what it is for, and is gone, in one commit", async () => {
    await using house = open();
    const { alta, canje } = await offer(house.ledger);
    const { acceso } = canje();
    expect(await canjear(house.deps, canje({ acceso }))).toBe(seqOf(3));
    expect(await standing(house.ledger, alta)).toBeNull();
    expect(await standing(house.ledger, acceso)).toEqual(acceso);
    const [, used, made] = await house.ledger.read(SEQ_ZERO);
    expect(used).toMatchObject({ hecho: "código usado", sobre: "Portón", visible: null });
    expect(made).toMatchObject({ hecho: "tablet inscrito", visible: visibleOf(acceso) });
  });

  test("of many at the same time one uses it", async () => {
    await using house = open();
    const { canje } = await offer(house.ledger);
    const used = await Promise.all(upTo(20).map(() => canjear(house.deps, canje())));
    expect(used.filter((seq) => seq !== null)).toHaveLength(1);
    const { accesos } = await house.ledger.snapshot();
    expect(accesos.map(({ kind }) => kind)).toEqual(["tablet"]);
  });

  test("that was withdrawn, or replaced by a new one of the same name, makes nothing", async () => {
    await using house = open();
    const { canje } = await offer(house.ledger);
    const key = accesoKey("alta", PRIMERA);
    const put = async (): Promise<Alta> => {
      const [alta] = newEnlace({ id: PRIMERA, quien: null }, NOW_MS);
      await poner(
        house.deps,
        key,
        (version) => ({ ...alta, version }),
        () => SAID,
      );
      return (await house.ledger.state(key)) as Alta;
    };
    const old = await put();
    const fresh = await put();
    expect(await canjear(house.deps, canje({ alta: old }))).toBeNull();
    expect(await house.ledger.state(key)).toEqual(fresh);
    await quitar(house.deps, key, SAID);
    expect(await canjear(house.deps, canje({ alta: fresh }))).toBeNull();
    expect((await house.ledger.snapshot()).accesos.map(({ kind }) => kind)).toEqual(["alta"]);
  });

  test("brings a person whom the workbook does not have, or nothing at all", async () => {
    await using house = open();
    const { alta, canje } = await offer(house.ledger);
    const persona = trabajador({ id: ID_PROPIO_MIN, roles: ["Supervisor"] });
    const [supervisor] = accesosOf("rosa", persona.id) as readonly [Supervisor];
    const one = canje({ acceso: supervisor, persona });
    expect(await canjear(house.deps, one)).toBe(seqOf(4));
    expect((await house.ledger.snapshot()).trabajadores).toEqual([persona]);
    // Somebody else took the Id, or the name, a moment before: the code is still good.
    await store(house.ledger, accesoWrite(alta));
    const [luis] = accesosOf("luis", persona.id) as readonly [Supervisor];
    expect(await canjear(house.deps, { ...one, acceso: luis })).toBeNull();
    expect(await canjear(house.deps, { ...one, persona: null })).toBeNull();
    expect(await standing(house.ledger, alta)).toEqual(alta);
    expect(await standing(house.ledger, luis)).toBeNull();
  });

  test("that can't be used up makes nothing", async () => {
    await using house = open();
    const { alta, canje } = await offer(house.ledger);
    const ledger = ledgerWith(house.ledger, {
      commit: async (): Promise<CommitResult> => {
        throw new LedgerUnavailable("disk full");
      },
    });
    const asked = canjear({ ledger, now: () => NOW_MS }, canje());
    await expect(asked).rejects.toBeInstanceOf(LedgerUnavailable);
    expect((await house.ledger.snapshot()).accesos).toEqual([alta]);
  });
});

describe("giving and taking away", () => {
  const tablet = tabletOf();
  const key = keyOfAcceso(tablet);
  const named = (nombre: string) => (version: number) => ({ ...tablet, version, nombre });

  test("the newest wins, and the log says what was done, to whom, by whom", async () => {
    await using house = open();
    const hechos = (before: Acceso | null): Said => ({
      ...SAID,
      hecho: before ? "tablet renombrado" : "tablet inscrito",
    });
    expect(await poner(house.deps, key, named("uno"), hechos)).toBe(seqOf(1));
    expect(await poner(house.deps, key, named("dos"), hechos)).toBe(seqOf(2));
    expect(await quitar(house.deps, key, { ...SAID, hecho: "tablet revocado" })).toBe(seqOf(3));
    expect(await quitar(house.deps, key, SAID)).toBeNull();
    const log = await house.ledger.read(SEQ_ZERO);
    expect(log.map((event) => event.kind === "acceso" && event.hecho)).toEqual([
      "tablet inscrito",
      "tablet renombrado",
      "tablet revocado",
    ]);
    expect(log.map((event) => event.kind === "acceso" && event.visible)).toEqual([
      { ...tablet, version: 1, nombre: "uno" },
      { ...tablet, version: 2, nombre: "dos" },
      null,
    ]);
    expect(log[0]).toMatchObject({ autor: AUTOR, sobre: "Portón", atMs: NOW_MS, version: 1 });
  });

  test("twenty at the same time all do it, one after the other", async () => {
    await using house = open();
    await Promise.all(upTo(20).map((n) => poner(house.deps, key, named(`${n}`), () => SAID)));
    expect(await house.ledger.state(key)).toMatchObject({ version: 20 });
    const taken = await Promise.all(upTo(20).map(() => quitar(house.deps, key, SAID)));
    expect(taken.filter((seq) => seq !== null)).toEqual([seqOf(21)]);
  });

  test("what somebody else changed in between is looked at again", async () => {
    await using house = open();
    const between = () => poner(house.deps, key, named("otro"), () => SAID);
    const ledger = contested(house.ledger, between, 3);
    const seen: (string | null)[] = [];
    const make = (version: number, before: Acceso | null): Tablet => {
      seen.push((before as Tablet | null)?.nombre ?? null);
      return named("mío")(version);
    };
    await poner({ ledger, now: () => NOW_MS }, key, make, () => SAID);
    expect(seen).toEqual([null, "otro", "otro", "otro"]);
    expect(await house.ledger.state(key)).toMatchObject({ version: 4, nombre: "mío" });
  });

  test("what somebody else took away in between is taken away once", async () => {
    await using house = open();
    await poner(house.deps, key, named("uno"), () => SAID);
    const ledger = contested(house.ledger, () => quitar(house.deps, key, SAID), 1);
    expect(await quitar({ ledger, now: () => NOW_MS }, key, SAID)).toBeNull();
    expect(await house.ledger.read(SEQ_ZERO)).toHaveLength(2);
  });

  test("what never stops changing is a fault, not a loop", async () => {
    await using house = open();
    await poner(house.deps, key, named("uno"), () => SAID);
    const between = () => poner(house.deps, key, named("otro"), () => SAID);
    const ledger = contested(house.ledger, between, Number.POSITIVE_INFINITY);
    const deps: AccesoDeps = { ledger, now: () => NOW_MS };
    await expect(poner(deps, key, named("mío"), () => SAID)).rejects.toThrow("changed");
    await expect(quitar(deps, key, SAID)).rejects.toThrow("changed");
    expect(await house.ledger.state(key)).toMatchObject({ nombre: "otro" });
  });
});

describe("sweeping", () => {
  const [, , , , alta, intentos] = accesosOf("a") as readonly Acceso[];
  const open_ = { ...alta, venceMs: NOW_MS + 1 } as Alta;
  const over = { ...alta, id: "b", venceMs: NOW_MS } as Alta;
  const recent = { ...intentos, ultimoMs: NOW_MS - INTENTOS_OLVIDO_MS + 1 } as Intentos;
  const forgotten = { ...intentos, id: "b", ultimoMs: NOW_MS - INTENTOS_OLVIDO_MS } as Intentos;

  test("takes what is over, to the millisecond, and nothing else", async () => {
    await using house = open();
    const all = [open_, over, recent, forgotten, tabletOf()];
    await store(house.ledger, ...all.map(accesoWrite));
    await house.ledger.commit({ writes: barrer(all.map(visibleOf), NOW_MS) });
    const { accesos } = await house.ledger.snapshot();
    expect(accesos).toEqual([open_, recent, tabletOf()]);
    const told = (await house.ledger.read(seqOf(5))).map(
      (event) => event.kind === "acceso" && event,
    );
    expect(told).toMatchObject([
      { key: "acceso:alta:b", hecho: "código anulado", autor: { firma: null } },
      { key: "acceso:intentos:b", hecho: "intentos olvidados", autor: { firma: null } },
    ]);
  });

  test("takes so many at a time", () => {
    const many = upTo(120).map((n) => visibleOf({ ...over, id: `${n}` }));
    expect(barrer(many, NOW_MS)).toHaveLength(50);
    expect(barrer([], NOW_MS)).toEqual([]);
  });
});
