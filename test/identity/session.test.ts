/** Sessions (spec 8): random, kept hashed, ended everywhere at once. Laws I1 to I3. */

import { describe, expect, test } from "bun:test";
import { iniciarSesion, terminarSesion } from "../../src/actions/sesion.ts";
import { type Event, SEQ_ZERO } from "../../src/domain/event.ts";
import type { Trabajador } from "../../src/domain/trabajador.ts";
import { actorOf, createSessions, SESSION_MS, type Sessions } from "../../src/identity/session.ts";
import type { Ledger } from "../../src/ledger/ledger.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import { INGRID, MAURICIO, NOW_MS } from "../support/builders.ts";

interface Process {
  readonly sessions: Sessions;
  /** Hashes whose end was told, in order. */
  readonly ended: string[];
  /** Picks a name here. @returns the cookie */
  signIn(quien: Trabajador): Promise<string>;
  leave(cookie: string, quien: Trabajador): Promise<void>;
}

/** A process as compose makes one: from the ledger's snapshot, then from its log. */
async function start(ledger: Ledger, now: () => number): Promise<Process> {
  const sessions = createSessions(now);
  const ended: string[] = [];
  const { seq, sesiones } = await ledger.snapshot();
  sessions.load(sesiones);
  sessions.onEnd((hash) => ended.push(hash));
  await ledger.follow(seq, (events) => sessions.apply(events));
  return {
    sessions,
    ended,
    async signIn(quien) {
      const { cookie, sesion } = sessions.create(quien.id);
      const actor = actorOf(sesion, quien);
      const vencidas = sessions.expired(50);
      await iniciarSesion(ledger, { sesion, actor, antes: null, vencidas }, now());
      return cookie;
    },
    async leave(cookie, quien) {
      const sesion = found(sessions, cookie);
      await terminarSesion(ledger, sesion, actorOf(sesion, quien), now());
    },
  };
}

async function open() {
  const clock = { nowMs: NOW_MS };
  const now = (): number => clock.nowMs;
  const onFault = (fault: unknown): never => {
    throw fault;
  };
  const ledger = openSqliteLedger({ path: ":memory:", onFault });
  const [here, there] = [await start(ledger, now), await start(ledger, now)];
  const restart = (): Promise<Process> => start(ledger, now);
  const log = (): Promise<readonly Event[]> => ledger.read(SEQ_ZERO);
  return { clock, ledger, here, there, restart, log, [Symbol.asyncDispose]: () => ledger.close() };
}

function found(sessions: Sessions, cookie: string) {
  const sesion = sessions.find(cookie);
  if (!sesion) throw new Error("no session");
  return sesion;
}

test("a session is found by its cookie and by nothing else", async () => {
  await using house = await open();
  const { sessions, signIn } = house.here;
  const cookie = await signIn(MAURICIO);
  const sesion = sessions.find(cookie);
  expect(sesion).toMatchObject({ trabajadorId: MAURICIO.id, sinceMs: NOW_MS });
  for (const other of ["", `${cookie} `, cookie.slice(1), sesion?.hash ?? "", "' OR 1=1 --"]) {
    expect(sessions.find(other)).toBeNull();
  }
});

test("one that the log has not brought does not hold", async () => {
  await using house = await open();
  const { cookie } = house.here.sessions.create(MAURICIO.id);
  expect(house.here.sessions.find(cookie)).toBeNull();
});

describe("I1", () => {
  test("an id is 256 random bits, never twice", async () => {
    await using house = await open();
    const { create } = house.here.sessions;
    const cookies = Array.from({ length: 100 }, () => create(MAURICIO.id).cookie);
    expect(new Set(cookies).size).toBe(100);
    for (const cookie of cookies) expect(Buffer.from(cookie, "base64url")).toHaveLength(32);
  });

  test("the ledger keeps only a hash", async () => {
    await using house = await open();
    const cookie = await house.here.signIn(MAURICIO);
    const hash = new Bun.CryptoHasher("sha256").update(cookie).digest("hex");
    const { sesiones } = await house.ledger.snapshot();
    const { id: trabajadorId } = MAURICIO;
    expect(sesiones).toEqual([{ version: 1, hash, trabajadorId, sinceMs: NOW_MS }]);
    await house.here.leave(cookie, MAURICIO);
    expect(JSON.stringify([sesiones, await house.log()])).not.toContain(cookie);
  });
});

describe("I2", () => {
  test("an ended session is found no more, and whoever watches is told once", async () => {
    await using house = await open();
    const { sessions, signIn, leave, ended } = house.here;
    const [mine, other] = [await signIn(MAURICIO), await signIn(INGRID)];
    const { hash } = found(sessions, mine);
    await leave(mine, MAURICIO);
    expect(sessions.find(mine)).toBeNull();
    expect(sessions.find(other)).not.toBeNull();
    expect(ended).toEqual([hash]);
  });

  test("so it is in every process, whichever it began or ended in", async () => {
    await using house = await open();
    const { here, there } = house;
    const cookie = await here.signIn(MAURICIO);
    const { hash } = found(there.sessions, cookie);
    await there.leave(cookie, MAURICIO);
    expect(here.sessions.find(cookie)).toBeNull();
    expect([here.ended, there.ended]).toEqual([[hash], [hash]]);
  });

  test("who no longer listens is told nothing", async () => {
    await using house = await open();
    const told: string[] = [];
    house.here.sessions.onEnd((hash) => told.push(hash))();
    await house.here.leave(await house.here.signIn(MAURICIO), MAURICIO);
    expect(told).toEqual([]);
  });
});

describe("I3", () => {
  test("a session survives a restart", async () => {
    await using house = await open();
    const cookie = await house.here.signIn(MAURICIO);
    const { sessions } = await house.restart();
    expect(sessions.find(cookie)?.trabajadorId).toBe(MAURICIO.id);
  });

  test("of a rewound log only its own sessions hold, and the end of the others is told", async () => {
    await using house = await open();
    const { sessions, signIn, ended } = house.here;
    const kept = await signIn(MAURICIO);
    const { sesiones } = await house.ledger.snapshot();
    const lost = await signIn(INGRID);
    const { hash } = found(sessions, lost);
    sessions.load(sesiones);
    expect(sessions.find(kept)).not.toBeNull();
    expect(sessions.find(lost)).toBeNull();
    expect(ended).toEqual([hash]);
  });
});

describe("it lasts a shift and a half", () => {
  test("and not a moment longer", async () => {
    await using house = await open();
    const cookie = await house.here.signIn(MAURICIO);
    house.clock.nowMs += SESSION_MS - 1;
    expect(house.here.sessions.find(cookie)).not.toBeNull();
    expect(house.here.sessions.expired(50)).toEqual([]);
    house.clock.nowMs += 1;
    expect(house.here.sessions.find(cookie)).toBeNull();
    expect(house.here.sessions.expired(50)).toHaveLength(1);
    expect(house.here.sessions.expired(0)).toEqual([]);
  });

  test("then its record goes with the next one that begins", async () => {
    await using house = await open();
    await house.here.signIn(MAURICIO);
    house.clock.nowMs += SESSION_MS + 1;
    await house.there.signIn(INGRID);
    const { sesiones } = await house.ledger.snapshot();
    expect(sesiones.map(({ trabajadorId }) => trabajadorId)).toEqual([INGRID.id]);
    expect(house.here.sessions.expired(50)).toEqual([]);
  });
});

test("the actor in the log tells tablets apart and gives no session away", async () => {
  await using house = await open();
  const cookie = await house.here.signIn(MAURICIO);
  const sesion = found(house.here.sessions, cookie);
  const { medio, dispositivo, trabajador } = actorOf(sesion, MAURICIO);
  expect([medio, trabajador]).toEqual(["tablet", MAURICIO]);
  expect(sesion.hash).toStartWith(dispositivo ?? "-");
  expect(dispositivo).toHaveLength(12);
});
