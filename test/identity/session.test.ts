/** Sessions (spec 8): random, kept hashed, ended everywhere at once. Laws I1 to I4. */

import { describe, expect, test } from "bun:test";
import type { Sesion } from "../../src/domain/sesion.ts";
import { sha256, sign } from "../../src/identity/secret.ts";
import {
  actorOf,
  IDLE_OWN_MS,
  IDLE_TABLET_MS,
  SESSION_MS,
  type Sessions,
} from "../../src/identity/session.ts";
import { tabletOf } from "../support/acceso.ts";
import { HOUR_MS, INGRID, MAURICIO, MINUTE_MS, NOW_MS, ROSA } from "../support/builders.ts";
import { sesionWrite } from "../support/ledger-writes.ts";
import {
  found,
  type House,
  type How,
  OTHER_TABLET,
  openHouse,
  pinDe,
  supervisorDe,
  TABLET,
} from "./house.ts";

/** Whether a cookie is worth something on its tablet. */
const holds = (sessions: Sessions, cookie: string, tabletId: string | null = TABLET): boolean =>
  sessions.find(cookie, tabletId) !== null;

const OWN: How = { prueba: "clave", tabletId: null };

test("a session is found by its cookie and by nothing else", async () => {
  await using house = await openHouse();
  const { sessions, signIn } = house.here;
  const cookie = await signIn(MAURICIO);
  const sesion = sessions.find(cookie, TABLET);
  expect(sesion).toMatchObject({
    sesion: { trabajadorId: MAURICIO.id, sinceMs: NOW_MS, prueba: "nombre", tabletId: TABLET },
    trabajador: MAURICIO,
  });
  const hash = sesion?.sesion.hash ?? "";
  const sal = sesion?.sesion.sal ?? "";
  for (const other of [
    "",
    `${cookie} `,
    cookie.slice(1),
    hash,
    sal,
    "' OR 1=1 --",
    "..",
    "a.b.c",
  ]) {
    expect([other, sessions.find(other, TABLET)]).toEqual([other, null]);
  }
});

test("one that the log has not brought does not hold", async () => {
  await using house = await openHouse();
  const begun = { trabajadorId: MAURICIO.id, prueba: "nombre", tabletId: TABLET } as const;
  const { cookie, sesion } = house.here.sessions.create(begun);
  expect(holds(house.here.sessions, cookie)).toBe(false);
  expect(house.here.sessions.holds(sesion.hash)).toBe(false);
});

describe("I1", () => {
  test("an id is 256 random bits, a salt 128, never twice", async () => {
    await using house = await openHouse();
    const begun = { trabajadorId: MAURICIO.id, prueba: "nombre", tabletId: TABLET } as const;
    const made = Array.from({ length: 100 }, () => house.here.sessions.create(begun));
    const ids = made.map(({ cookie }) => cookie.split(".")[0] ?? "");
    const salts = made.map(({ sesion }) => sesion.sal);
    expect(new Set([...ids, ...salts]).size).toBe(200);
    for (const id of ids) expect(Buffer.from(id, "base64url")).toHaveLength(32);
    for (const sal of salts) expect(Buffer.from(sal, "base64url")).toHaveLength(16);
  });

  test("the ledger keeps only a hash of the id", async () => {
    await using house = await openHouse();
    const cookie = await house.here.signIn(MAURICIO);
    const [id = ""] = cookie.split(".");
    const sesiones = await house.stored();
    const rest = { prueba: "nombre", tabletId: TABLET, sinceMs: NOW_MS } as const;
    const wanted = { version: 1, hash: sha256(id), trabajadorId: MAURICIO.id, ...rest };
    expect(sesiones).toEqual([{ ...wanted, sal: expect.any(String) as unknown as string }]);
    await house.here.leave(cookie, MAURICIO);
    expect(JSON.stringify([sesiones, await house.log()])).not.toContain(id);
  });
});

describe("I2: it holds while what it was begun with stands", () => {
  test("an ended one is found no more, and no other ends", async () => {
    await using house = await openHouse();
    const { sessions, signIn, leave } = house.here;
    const [mine, other] = [await signIn(MAURICIO), await signIn(INGRID)];
    const { hash } = found(sessions, mine);
    await leave(mine, MAURICIO);
    expect([holds(sessions, mine), sessions.holds(hash)]).toEqual([false, false]);
    expect(holds(sessions, other)).toBe(true);
  });

  test("so it is in every process, whichever it began or ended in", async () => {
    await using house = await openHouse();
    const { here, there } = house;
    const cookie = await here.signIn(MAURICIO);
    const { hash } = found(there.sessions, cookie);
    found(here.sessions, cookie);
    await there.leave(cookie, MAURICIO);
    expect(holds(here.sessions, cookie)).toBe(false);
    expect([here.sessions.holds(hash), there.sessions.holds(hash)]).toEqual([false, false]);
  });

  type Turn = (house: House) => unknown;
  const pin = (desdeMs: number): Turn => {
    return ({ give }) => give(pinDe(ROSA, desdeMs));
  };
  const clave = (desdeMs: number): Turn => {
    return ({ give }) => give(supervisorDe(ROSA, desdeMs));
  };
  const noPin: Turn = ({ take }) => take(pinDe(ROSA, 0));
  const noClave: Turn = ({ take }) => take(supervisorDe(ROSA, 0));
  const noTablet: Turn = ({ take }) => take(tabletOf());
  const otherTablet: Turn = ({ take }) => take(tabletOf("", OTHER_TABLET));
  const leaves: Turn = ({ change }) => change({ ...ROSA, activo: false });
  const named: Turn = ({ change }) => change({ ...ROSA, roles: [], apellido: "Otra" });
  const obligatorio: Turn = ({ policy }) => {
    policy.obligatorio = true;
  };
  const another: Turn = ({ give }) => give(pinDe(INGRID, NOW_MS + 1));
  const onTablet = (prueba: "nombre" | "pin" | "clave"): How => ({ prueba });

  test.each<[string, How, Turn, Turn | null, boolean]>([
    ["by name: nothing", onTablet("nombre"), () => {}, null, true],
    ["by name: a PIN is set", onTablet("nombre"), pin(NOW_MS), null, false],
    ["by name: the tablet is revoked", onTablet("nombre"), noTablet, null, false],
    ["by name: the worker leaves the shop", onTablet("nombre"), leaves, null, false],
    ["by name: the worker is renamed", onTablet("nombre"), named, null, true],
    ["by name: another tablet is revoked", onTablet("nombre"), otherTablet, null, true],
    ["by name: another's PIN is set", onTablet("nombre"), another, null, true],
    ["by name: their password is set", onTablet("nombre"), clave(NOW_MS + 1), null, true],
    ["by name: a PIN is wanted of everybody", onTablet("nombre"), obligatorio, null, false],
    ["by PIN: one is wanted of everybody", onTablet("pin"), obligatorio, pin(0), true],
    ["by password: a PIN is wanted of everybody", OWN, obligatorio, clave(0), true],
    ["by PIN: nothing", onTablet("pin"), () => {}, pin(NOW_MS - 1), true],
    [
      "by PIN: none changes it in the moment of signing in",
      onTablet("pin"),
      () => {},
      pin(NOW_MS),
      true,
    ],
    ["by PIN: it is changed", onTablet("pin"), pin(NOW_MS + 1), pin(NOW_MS - 1), false],
    ["by PIN: it is removed", onTablet("pin"), noPin, pin(NOW_MS - 1), false],
    ["by PIN: the tablet is revoked", onTablet("pin"), noTablet, pin(NOW_MS - 1), false],
    ["by PIN: the worker leaves the shop", onTablet("pin"), leaves, pin(NOW_MS - 1), false],
    ["by PIN: there never was one", onTablet("pin"), () => {}, null, false],
    ["by password: nothing", OWN, () => {}, clave(NOW_MS - 1), true],
    ["by password: chosen in this moment", OWN, () => {}, clave(NOW_MS), true],
    ["by password: it is changed", OWN, clave(NOW_MS + 1), clave(NOW_MS - 1), false],
    ["by password: their access is taken", OWN, noClave, clave(NOW_MS - 1), false],
    ["by password: the worker leaves the shop", OWN, leaves, clave(NOW_MS - 1), false],
    ["by password: the tablet is revoked", OWN, noTablet, clave(NOW_MS - 1), true],
    ["by password: their PIN is changed", OWN, pin(NOW_MS + 1), clave(NOW_MS - 1), true],
    ["by password on a tablet: it is revoked", onTablet("clave"), noTablet, clave(0), false],
    ["by name, without a tablet", { tabletId: null }, () => {}, null, false],
  ])("%s", async (_, how, turn, before, wanted) => {
    await using house = await openHouse();
    await before?.(house);
    const { here, there } = house;
    const cookie = await here.signIn(ROSA, how);
    const tabletId = how.tabletId === undefined ? TABLET : how.tabletId;
    const hash = here.sessions.find(cookie, tabletId)?.sesion.hash ?? "none";
    const session = there.sessions.find(cookie, tabletId)?.sesion;
    await turn(house);
    for (const { sessions } of [here, there, await house.restart()]) {
      expect(holds(sessions, cookie, tabletId)).toBe(wanted);
      expect(sessions.all().map((one) => one.hash)).toEqual(wanted && session ? [hash] : []);
    }
    // Streams ask by hash, in the processes that saw it used.
    expect([here.sessions.holds(hash), there.sessions.holds(hash)]).toEqual([wanted, wanted]);
  });

  test("on its own tablet and nowhere else", async () => {
    await using house = await openHouse();
    const { sessions, signIn } = house.here;
    const cookie = await signIn(MAURICIO);
    for (const elsewhere of [null, OTHER_TABLET, "", "no-tablet"]) {
      expect(holds(sessions, cookie, elsewhere)).toBe(false);
    }
    expect(holds(sessions, cookie, TABLET)).toBe(true);
  });

  test("one of a browser of one's own ends when that becomes a tablet of all", async () => {
    await using house = await openHouse();
    await house.give(supervisorDe(ROSA, 0));
    const { sessions, signIn } = house.here;
    const cookie = await signIn(ROSA, OWN);
    expect([holds(sessions, cookie, null), holds(sessions, cookie, TABLET)]).toEqual([true, false]);
  });
});

describe("I3", () => {
  test("a session survives a restart", async () => {
    await using house = await openHouse();
    const cookie = await house.here.signIn(MAURICIO);
    const { sessions } = await house.restart();
    expect(found(sessions, cookie).trabajadorId).toBe(MAURICIO.id);
  });

  test("of a rewound log only its own sessions hold", async () => {
    await using house = await openHouse();
    const { sessions, signIn } = house.here;
    const kept = await signIn(MAURICIO);
    const sesiones = await house.stored();
    const lost = await signIn(INGRID);
    const { hash } = found(sessions, lost);
    sessions.load(sesiones);
    expect([holds(sessions, kept), holds(sessions, lost)]).toEqual([true, false]);
    expect(sessions.holds(hash)).toBe(false);
  });
});

describe("I4: when it was last used stands in its cookie", () => {
  const pinOfRosa = ({ give }: House) => give(pinDe(ROSA, 0));
  const claveOfRosa = ({ give }: House) => give(supervisorDe(ROSA, 0));

  test.each<[string, How, (house: House) => Promise<void>, number]>([
    ["by name on a tablet, ten minutes", {}, async () => {}, 10 * MINUTE_MS],
    ["by PIN on a tablet, ten minutes", { prueba: "pin" }, pinOfRosa, 10 * MINUTE_MS],
    ["by password on a tablet, ten minutes", { prueba: "clave" }, claveOfRosa, 10 * MINUTE_MS],
    ["by password on a browser of one's own, eight hours", OWN, claveOfRosa, 8 * HOUR_MS],
  ])("%s unused and not a moment longer", async (_, how, given, idleMs) => {
    await using house = await openHouse();
    await given(house);
    const { sessions, signIn } = house.here;
    const cookie = await signIn(ROSA, how);
    const tabletId = how.tabletId === undefined ? TABLET : how.tabletId;
    house.clock.nowMs += idleMs - 1;
    expect(holds(sessions, cookie, tabletId)).toBe(true);
    house.clock.nowMs += 1;
    expect(holds(sessions, cookie, tabletId)).toBe(false);
    expect(holds(house.there.sessions, cookie, tabletId)).toBe(false);
  });

  test("it is renewed once half a minute is over; the old one runs out, the new one does not", async () => {
    await using house = await openHouse();
    const { sessions, signIn } = house.here;
    const cookie = await signIn(MAURICIO);
    const { seq } = await house.ledger.snapshot();
    house.clock.nowMs += 29_999;
    expect(sessions.renew(cookie)).toBeNull();
    house.clock.nowMs += 1;
    const renewed = sessions.renew(cookie) ?? "";
    expect(renewed.split(".")[0]).toBe(cookie.split(".")[0] as string);
    house.clock.nowMs = NOW_MS + IDLE_TABLET_MS;
    for (const { sessions } of [house.here, house.there, await house.restart()]) {
      expect([holds(sessions, cookie), holds(sessions, renewed)]).toEqual([false, true]);
    }
    expect((await house.ledger.snapshot()).seq).toBe(seq);
  });

  test("however often it is used, it lasts a shift and a half and not a moment longer", async () => {
    await using house = await openHouse();
    const { sessions, signIn } = house.here;
    let cookie = await signIn(MAURICIO);
    while (house.clock.nowMs + 5 * MINUTE_MS < NOW_MS + SESSION_MS) {
      house.clock.nowMs += 5 * MINUTE_MS;
      expect(holds(sessions, cookie)).toBe(true);
      cookie = sessions.renew(cookie) ?? "";
    }
    house.clock.nowMs = NOW_MS + SESSION_MS - 1;
    expect(holds(sessions, cookie)).toBe(true);
    house.clock.nowMs += 1;
    expect([holds(sessions, cookie), holds(sessions, sessions.renew(cookie) ?? "")]).toEqual([
      false,
      false,
    ]);
  });

  /** What somebody with the cookie, and without the salt, may make of it. */
  test.each<[string, (mine: readonly string[], anothers: readonly string[]) => readonly string[]]>([
    ["its time is moved", ([id = "", t, mac = ""]) => [id, String(Number(t) + 60), mac]],
    ["its time is moved to the past", ([id = "", t, mac = ""]) => [id, String(Number(t) - 1), mac]],
    ["its time is written otherwise", ([id = "", t, mac = ""]) => [id, `0${t}`, mac]],
    ["its time is none", ([id = "", , mac = ""]) => [id, "Infinity", mac]],
    ["it is signed with nothing", ([id = "", t = ""]) => [id, t, ""]],
    ["it is signed with an empty key", ([id = "", t = ""]) => [id, t, sign("", t)]],
    ["it is signed with its own id", ([id = "", t = ""]) => [id, t, sign(id, t)]],
    ["its signature is cut", ([id = "", t = "", mac = ""]) => [id, t, mac.slice(0, -1)]],
    ["its signature is longer", ([id = "", t = "", mac = ""]) => [id, t, `${mac}A`]],
    ["its signature is another session's", ([id = "", t = ""], [, , mac = ""]) => [id, t, mac]],
    ["its id is another session's", ([, t = "", mac = ""], [id = ""]) => [id, t, mac]],
    ["a part is added", (mine) => [...mine, "x"]],
    ["a part is missing", ([id = "", t = ""]) => [id, t]],
    ["the id alone", ([id = ""]) => [id]],
  ])("a cookie is worth nothing when %s", async (_, forge) => {
    await using house = await openHouse();
    const { sessions, signIn } = house.here;
    const [mine, anothers] = [await signIn(MAURICIO), await signIn(INGRID)];
    house.clock.nowMs += MINUTE_MS;
    const forged = forge(mine.split("."), anothers.split(".")).join(".");
    expect([holds(sessions, forged), sessions.renew(forged)]).toEqual([false, null]);
    expect([holds(sessions, mine), holds(sessions, anothers)]).toEqual([true, true]);
  });

  test("one from more than a minute ahead is worth nothing until then", async () => {
    await using house = await openHouse();
    house.clock.nowMs += 61_000;
    const cookie = await house.here.signIn(MAURICIO);
    house.clock.nowMs -= 60_000;
    expect(holds(house.there.sessions, cookie)).toBe(true);
    house.clock.nowMs -= 1;
    expect(holds(house.there.sessions, cookie)).toBe(false);
  });

  test("one begun under a clock of years ahead does not outlive the mending of the clock", async () => {
    await using house = await openHouse();
    const { sessions } = house.there;
    const before = house.clock.nowMs;
    const YEARS_MS = 73 * 365 * 24 * HOUR_MS;
    house.clock.nowMs += YEARS_MS;
    const cookie = await house.here.signIn(MAURICIO);
    const { hash } = found(sessions, cookie);
    house.clock.nowMs = before;
    expect([sessions.holds(hash), sessions.all().length, holds(sessions, cookie)]).toEqual([
      false,
      0,
      false,
    ]);
    expect(house.here.sessions.holds(hash)).toBe(false);
  });

  test("a stream goes on while the process saw its session used", async () => {
    await using house = await openHouse();
    const { sessions, signIn } = house.here;
    const cookie = await signIn(MAURICIO);
    const { hash } = found(sessions, cookie);
    // Another process saw nobody use it.
    expect(house.there.sessions.holds(hash)).toBe(false);
    house.clock.nowMs += 9 * MINUTE_MS;
    const renewed = sessions.renew(cookie) ?? "";
    house.clock.nowMs += 9 * MINUTE_MS;
    expect(sessions.holds(hash)).toBe(true);
    // It had been used just before it was renewed: half a minute more, at most.
    house.clock.nowMs = NOW_MS + 9 * MINUTE_MS + IDLE_TABLET_MS + 30_000;
    expect([holds(sessions, renewed), sessions.holds(hash)]).toEqual([false, false]);
  });

  test("a stream of a browser of one's own lasts a working day unused", async () => {
    await using house = await openHouse();
    await house.give(supervisorDe(ROSA, 0));
    const { sessions, signIn } = house.here;
    const { hash } = found(sessions, await signIn(ROSA, OWN), null);
    house.clock.nowMs += IDLE_OWN_MS;
    expect(sessions.holds(hash)).toBe(true);
    house.clock.nowMs += 30_000;
    expect(sessions.holds(hash)).toBe(false);
  });
});

describe("the records of those that have run out", () => {
  test("are told once their time is up, so many at a time", async () => {
    await using house = await openHouse();
    const { sessions, signIn } = house.here;
    await signIn(MAURICIO);
    house.clock.nowMs += SESSION_MS - 1;
    expect(sessions.expired(50)).toEqual([]);
    house.clock.nowMs += 1;
    expect(sessions.expired(50)).toHaveLength(1);
    expect(sessions.expired(0)).toEqual([]);
  });

  test("go with the next one that begins", async () => {
    await using house = await openHouse();
    await house.here.signIn(MAURICIO);
    house.clock.nowMs += SESSION_MS + 1;
    await house.there.signIn(INGRID);
    expect((await house.stored()).map(({ trabajadorId }) => trabajadorId)).toEqual([INGRID.id]);
    expect(house.here.sessions.expired(50)).toEqual([]);
  });
});

describe("a session of a ZEUES that knew no tablets", () => {
  const ID = "an-id-of-before-that-was-the-whole-cookie-43";
  const OLD = { version: 1, hash: sha256(ID), trabajadorId: MAURICIO.id, sinceMs: NOW_MS };
  const stored = ({ ledger }: House) =>
    ledger.commit({ writes: [sesionWrite(OLD as unknown as Sesion)] });

  test("does not hold, whatever its cookie says now", async () => {
    await using house = await openHouse();
    await stored(house);
    const t = String(NOW_MS / 1_000);
    const forged = ["", "undefined", ID, OLD.hash].map((key) => `${ID}.${t}.${sign(key, t)}`);
    for (const { sessions } of [house.here, await house.restart()]) {
      for (const cookie of [ID, `${ID}.${t}.`, ...forged]) {
        for (const tabletId of [null, TABLET]) {
          expect(holds(sessions, cookie, tabletId)).toBe(false);
        }
      }
      expect([sessions.holds(OLD.hash), sessions.all()]).toEqual([false, []]);
    }
  });

  test("goes with the next one that begins", async () => {
    await using house = await openHouse();
    await stored(house);
    const { sessions, signIn } = await house.restart();
    expect(sessions.expired(50)).toHaveLength(1);
    await signIn(INGRID);
    expect((await house.stored()).map(({ trabajadorId }) => trabajadorId)).toEqual([INGRID.id]);
  });
});

describe("the actor", () => {
  const sesion = { hash: "0123456789abcdef", prueba: "pin", tabletId: TABLET } as const;

  test("in the log tells browsers apart and gives no session away", async () => {
    await using house = await openHouse();
    await house.give(supervisorDe(ROSA, 0));
    const cookie = await house.here.signIn(ROSA, OWN);
    const { medio, dispositivo, trabajador } = actorOf(
      found(house.here.sessions, cookie, null),
      ROSA,
    );
    expect([medio, trabajador]).toEqual(["tablet", ROSA]);
    const { hash } = found(house.here.sessions, cookie, null);
    expect(hash).toStartWith(dispositivo ?? "-");
    expect(dispositivo).toHaveLength(12);
  });

  test("on a tablet is named by it", () => {
    expect(actorOf(sesion, MAURICIO).dispositivo).toBe(TABLET);
  });

  test("is a Supervisor only who proved who they are", () => {
    const rosa = { ...ROSA, roles: ["Armador", "Supervisor", "Soldador"] } as const;
    const rolesBy = (prueba: Sesion["prueba"]) =>
      actorOf({ ...sesion, prueba }, rosa).trabajador.roles;
    expect(rolesBy("nombre")).toEqual(["Armador", "Soldador"]);
    expect(rolesBy("pin")).toEqual(rosa.roles);
    expect(rolesBy("clave")).toEqual(rosa.roles);
  });
});
