/**
 * A backup is restored while the sheet knows more than it (docs/backup.md): nothing in the sheet is
 * lost or written twice, and what it says of work done since comes back.
 */
import { expect, test } from "bun:test";
import { act } from "../../src/actions/act.ts";
import { DEFAULT_POLICY } from "../../src/domain/policy.ts";
import type { Tag } from "../../src/domain/spool.ts";
import { fillFromSqlite, makeBackup } from "../../src/ledger/sqlite-backup.ts";
import { restoreSqlite } from "../../src/ledger/sqlite-restore.ts";
import { actor, command } from "../support/builders.ts";
import { tempFolder } from "../support/shop.ts";
import { Jornada, wrongCells, wrongInLog } from "./jornada.ts";
import { openStand, type Stand } from "./stand.ts";
import { tagOf, taller } from "./taller-hoja.ts";

const SPOOLS = 200;
const SETTLED_MS = 60_000;
const ZONE = DEFAULT_POLICY.zone;

async function work(stand: Stand, seed: number, actions: number): Promise<Jornada> {
  const jornada = new Jornada(stand, {
    seed,
    actions,
    everyMs: 1_000,
    idle: (tag) => tag === LOST || tag === HELD,
  });
  while (!jornada.done) {
    await stand.live(1_000);
    await jornada.catchUp();
  }
  await stand.live(SETTLED_MS);
  return jornada;
}

/** Only acted on after the backup: finished, and taken. */
const LOST = tagOf(150) as Tag;
const HELD = tagOf(151) as Tag;

async function doOne(stand: Stand, tag: Tag, accion: "TOMAR" | "COMPLETAR"): Promise<void> {
  const { ledger, picture, tiempo } = stand;
  const who = [...picture.floor.trabajadores()].find(({ roles }) => roles.includes("Ayudante"));
  if (!who) throw new Error("nobody helps");
  const current = (one: Tag) => picture.floor.spool(one);
  const deps = { ledger, current, policy: DEFAULT_POLICY, now: tiempo.wall };
  const outcome = await act(deps, { tag, command: command(accion), actor: actor(who) });
  expect(outcome).toMatchObject({ ok: true });
}

const idsIn = ({ emulator }: Stand): readonly string[] =>
  emulator.hands.sheet("Metadata").rows.flatMap(([id]) => (id?.value ? [String(id.value)] : []));

test("a backup is restored: the sheet keeps each row once, and the work since comes back", async () => {
  using folder = tempFolder();
  await using stand = await openStand({ sheets: taller(SPOOLS) });
  await stand.live(SETTLED_MS);
  await work(stand, 1, 60);
  const { path: archive, seal } = await makeBackup({
    fill: fillFromSqlite(stand.path),
    destination: folder.path,
    madeMs: stand.tiempo.wall(),
    zone: ZONE,
    by: "test",
  });
  await doOne(stand, LOST, "TOMAR");
  await doOne(stand, LOST, "COMPLETAR");
  await doOne(stand, HELD, "TOMAR");
  await stand.live(SETTLED_MS);
  const before = idsIn(stand);
  await stand.leave();
  restoreSqlite({ archive, seal, path: stand.path, force: true, stamp: "x", describe: () => "" });

  await using again = await openStand({ sheets: [], after: stand });
  expect(again.picture.floor.spool(LOST)?.arm.estado).toBe("pendiente");
  await again.live(10 * SETTLED_MS);
  const { floor } = again.picture;
  expect(floor.planilla?.congelada ?? null).toBeNull();
  expect(floor.spool(LOST)?.arm.estado).toBe("completado");
  expect(floor.spool(HELD)?.ocupacion).not.toBeNull();

  const { events } = await work(again, 2, 60);
  const after = idsIn(again);
  expect(new Set(after).size).toBe(after.length);
  expect(after.slice(0, before.length)).toEqual([...before]);
  expect(wrongInLog(again, events)).toEqual([]);
  expect(wrongCells(again, events)).toEqual([]);
}, 120_000);
