/** Who may come in stays out of Google's sheet: hashes, and people whom it does not have. */
import { expect, test } from "bun:test";
import { ID_PROPIO_MIN } from "../../src/domain/acceso.ts";
import type { Command } from "../../src/domain/command.ts";
import type { Trabajador } from "../../src/domain/trabajador.ts";
import { newCodigo, newEnlace, newTablet, newToken } from "../../src/identity/alta.ts";
import { spoolKey, trabajadorKey } from "../../src/ledger/ledger.ts";
import { accesoWrite, PIN, pinOf } from "../support/acceso.ts";
import { actor, attempt, command, MAURICIO, tag, trabajador } from "../support/builders.ts";
import { openStand, type Stand } from "./stand.ts";
import { tagOf, taller } from "./taller-hoja.ts";

const OWN = trabajador({
  id: ID_PROPIO_MIN,
  nombre: "Ana",
  apellido: "Díaz",
  roles: ["Supervisor"],
});

async function act(stand: Stand, cmd: Command, who: Trabajador): Promise<void> {
  const { ledger, picture, tiempo } = stand;
  const before = picture.floor.spool(tag(tagOf(1)));
  if (!before) throw new Error("no spool");
  const done = attempt(before, cmd, actor(who), tiempo.wall());
  if (!done.ok) throw new Error(JSON.stringify(done.refusal));
  const { spool: state, event } = done;
  await ledger.commit({
    writes: [{ key: spoolKey(state.tag), expectedVersion: before.version, state, event }],
  });
}

test("our own supervisor's doing is in Metadata, no secret is, and the sheet does not end them", async () => {
  await using stand = await openStand({ sheets: taller(3) });
  await stand.live(10_000);
  const { ledger, emulator, picture, tiempo } = stand;
  const nowMs = tiempo.wall();
  const [alta, code] = await newCodigo("Mesa 1", nowMs);
  const [enlace, link] = newEnlace({ quien: null }, nowMs);
  const [tablet, cookie] = newTablet("Mesa 1", nowMs);
  const told = { nombre: "p", roles: ["Lectura"], trabajadorId: null, venceMs: null } as const;
  const [token, bearer] = newToken(told, nowMs);
  const pin = await pinOf(OWN.id);
  const autor = { firma: null, medio: "consola", dispositivo: null } as const;
  const own = { ...OWN, version: 1 };
  const event = { kind: "trabajador", version: 1, atMs: nowMs, autor, trabajador: own } as const;
  await ledger.commit({
    writes: [
      { key: trabajadorKey(OWN.id), expectedVersion: 0, state: own, event },
      ...[alta, enlace, tablet, token, pin].map(accesoWrite),
    ],
  });
  await act(stand, command("TOMAR"), MAURICIO);
  await act(stand, command("LIBERAR"), OWN);
  await stand.live(600_000);
  const sheet = JSON.stringify(emulator.snapshot());
  expect(sheet).toContain("LIBERAR");
  expect(sheet).toContain(String(OWN.id));
  const hashes = [alta.hash, enlace.hash, tablet.hash, token.hash, pin.clave];
  for (const hidden of [code, link, cookie, bearer, "$argon2", ...hashes]) {
    expect(sheet).not.toContain(hidden);
  }
  expect(sheet).not.toMatch(new RegExp(`\\b${PIN}\\b`));
  // Read many times meanwhile, without them in it.
  expect(picture.floor.trabajador(OWN.id)).toEqual(own);
  expect(picture.floor.planilla?.congelada).toBeUndefined();
});
