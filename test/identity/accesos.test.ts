/** Who may come in, in memory: as the snapshot says, then as the log goes on. */
import { describe, expect, test } from "bun:test";
import {
  type Acceso,
  type AccesoVisible,
  keyOfAcceso,
  type Token,
  visibleOf,
} from "../../src/domain/acceso.ts";
import type { Event, Seq } from "../../src/domain/event.ts";
import { type Accesos, createAccesos } from "../../src/identity/accesos.ts";
import { sha256 } from "../../src/identity/secret.ts";
import { TABLET_SECRET, tabletOf } from "../support/acceso.ts";
import { id, NOW_MS, ROSA } from "../support/builders.ts";
import { accesosOf, accesoWrite, quitarWrite } from "../support/ledger-writes.ts";

const BEARER = "zt_a-token-of-a-program";
const token = (parts: Partial<Token> = {}): Token => ({
  kind: "token",
  version: 1,
  id: "erp",
  nombre: "ERP",
  hash: sha256(BEARER),
  roles: ["Soldador"],
  trabajadorId: null,
  desdeMs: NOW_MS,
  venceMs: null,
  ...parts,
});

function open(first: readonly Acceso[] = []) {
  const clock = { nowMs: NOW_MS };
  const accesos = createAccesos(() => clock.nowMs);
  accesos.load(first);
  let seq = 0;
  const tell = (write: { readonly event: object }): void => {
    seq += 1;
    accesos.apply([{ ...write.event, seq: seq as Seq } as Event]);
  };
  return {
    clock,
    accesos,
    given: (acceso: Acceso) => tell(accesoWrite(acceso)),
    taken: (acceso: Acceso) => tell(quitarWrite(acceso)),
  };
}

const KINDS: readonly AccesoVisible["kind"][] = [
  "supervisor",
  "pin",
  "tablet",
  "token",
  "alta",
  "intentos",
];
const everything = (accesos: Accesos) => KINDS.flatMap((kind) => accesos.all(kind));

describe("a token", () => {
  test("holds to the last millisecond before its end, and not at it", () => {
    const { accesos, clock } = open([token({ venceMs: NOW_MS + 1_000 })]);
    clock.nowMs = NOW_MS + 999;
    expect(accesos.token(BEARER)?.id).toBe("erp");
    clock.nowMs += 1;
    expect(accesos.token(BEARER)).toBeNull();
    // It still stands: for the page on which it can be revoked.
    expect(accesos.get("token", "erp")).not.toBeNull();
  });

  test("without an end holds until it is revoked", () => {
    const { accesos, clock, taken } = open([token()]);
    clock.nowMs += 10 * 365 * 24 * 3_600_000;
    expect(accesos.token(BEARER)?.roles).toEqual(["Soldador"]);
    taken(token());
    expect(accesos.token(BEARER)).toBeNull();
  });

  test("is found by its secret alone, and is no tablet", () => {
    const { accesos } = open([token(), tabletOf()]);
    for (const other of ["", "erp", sha256(BEARER), ` ${BEARER}`, BEARER.slice(3), TABLET_SECRET]) {
      expect([other, accesos.token(other)]).toEqual([other, null]);
    }
    for (const other of ["", "tablet-1", sha256(TABLET_SECRET), BEARER]) {
      expect([other, accesos.tablet(other)]).toEqual([other, null]);
    }
    expect(accesos.tablet(TABLET_SECRET)?.id).toBe("tablet-1");
  });
});

test("a tablet that is revoked is none; renamed it is the same", () => {
  const { accesos, given, taken } = open([tabletOf()]);
  given({ ...tabletOf(), version: 2, nombre: "Portón" });
  expect(accesos.tablet(TABLET_SECRET)).toMatchObject({ id: "tablet-1", nombre: "Portón" });
  taken({ ...tabletOf(), version: 2 });
  expect([accesos.tablet(TABLET_SECRET), accesos.get("tablet", "tablet-1")]).toEqual([null, null]);
});

test("a secret that is changed is the old one no more", () => {
  const { accesos, given } = open([token()]);
  given(token({ version: 2, hash: sha256("zt_another") }));
  expect([accesos.token(BEARER), accesos.token("zt_another")?.version]).toEqual([null, 2]);
});

test("a supervisor is found by worker, until it is taken away", () => {
  const [supervisor] = accesosOf("rosa", ROSA.id);
  if (supervisor?.kind !== "supervisor") throw new Error("no supervisor");
  const { accesos, given, taken } = open();
  expect(accesos.supervisorOf(ROSA.id)).toBeNull();
  given(supervisor);
  expect(accesos.supervisorOf(ROSA.id)?.usuario).toBe("rosa");
  given({ ...supervisor, version: 2, trabajadorId: id(51) });
  expect([accesos.supervisorOf(ROSA.id), accesos.supervisorOf(id(51))?.version]).toEqual([null, 2]);
  taken({ ...supervisor, version: 2 });
  expect(accesos.supervisorOf(id(51))).toBeNull();
});

test("the log leads to what a snapshot says, whichever kinds it is of", () => {
  const all = ["b", "a", "ñ"].flatMap((name, at) => accesosOf(name, 90 + at));
  const { accesos, given, taken } = open();
  for (const acceso of all) given(acceso);
  expect(everything(accesos)).toEqual(everything(open(all).accesos));
  for (const kind of KINDS) {
    const keys = accesos.all(kind).map(keyOfAcceso);
    expect(keys).toEqual([...keys].sort());
    expect(keys).toHaveLength(3);
  }
  for (const acceso of all) taken(acceso);
  expect(everything(accesos)).toEqual([]);
});

test("loading anew leaves nothing of before", () => {
  const { accesos } = open([token(), tabletOf(), ...accesosOf("a", ROSA.id)]);
  accesos.load([]);
  expect(everything(accesos)).toEqual([]);
  expect([accesos.token(BEARER), accesos.tablet(TABLET_SECRET)]).toEqual([null, null]);
  expect(accesos.supervisorOf(ROSA.id)).toBeNull();
});

describe("C1: no secret is in memory or in an event", () => {
  const secrets = ["$argon2id$of-rosa", "$argon2id$pin-of-rosa", "a-rosa"];

  test.each(accesosOf("rosa").map((acceso) => [acceso.kind, acceso] as const))(
    "%s",
    (_, acceso) => {
      const { accesos, given } = open([acceso]);
      given({ ...acceso, version: 2 });
      const told = JSON.stringify([
        accesoWrite(acceso).event,
        quitarWrite(acceso).event,
        visibleOf(acceso),
        everything(accesos),
      ]);
      for (const secret of secrets) expect(told).not.toContain(secret);
    },
  );
});
