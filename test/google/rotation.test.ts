/** A log of 100,000 rows is long enough: it goes on in the next tab, each event once over both. */
import { expect, test } from "bun:test";
import { act } from "../../src/actions/act.ts";
import { DEFAULT_POLICY } from "../../src/domain/policy.ts";
import { METADATA_COLUMNAS } from "../../src/workbook/columns.ts";
import { actor, MAURICIO, tag } from "../support/builders.ts";
import { openStand, type Stand } from "./stand.ts";
import { METADATA_HEADER, tagOf, taller } from "./taller-hoja.ts";

const TAB_ROWS = 100_000;

/** A workbook whose log has room for so many rows more. */
const almostFull = (room: number) =>
  taller(12).map((sheet) => {
    if (sheet.title !== "Metadata") return sheet;
    const rows = Array.from({ length: TAB_ROWS - 1 - room }, (_, n) => [`vieja-${n}`]);
    return { ...sheet, values: [[...METADATA_HEADER], ...rows], rowCount: TAB_ROWS + 1 };
  });

async function tomar({ ledger, picture, tiempo }: Stand, spool: number): Promise<void> {
  const command = { accion: "TOMAR", operacion: "ARM" } as const;
  const current = (one: Parameters<typeof picture.floor.spool>[0]) => picture.floor.spool(one);
  const deps = { ledger, current, policy: DEFAULT_POLICY, now: tiempo.wall };
  const done = await act(deps, { tag: tag(tagOf(spool)), command, actor: actor(MAURICIO) });
  expect(done.ok).toBe(true);
}

const tagsIn = ({ emulator }: Stand, title: string): unknown[] => {
  const [header = [], ...rows] = emulator.snapshot()[title] ?? [];
  const at = header.indexOf("TAG_SPOOL");
  return rows.map((row) => row[at]).filter((cell) => cell !== undefined && cell !== "");
};

test("the log goes on in Metadata_2, also after another holder took over", async () => {
  await using stand = await openStand({ sheets: almostFull(1) });
  await stand.live(5_000);
  await tomar(stand, 1);
  await stand.live(5_000);
  expect(tagsIn(stand, "Metadata")).toEqual([tagOf(1)]);
  await tomar(stand, 2);
  await stand.live(10_000);
  expect(stand.emulator.snapshot().Metadata_2?.[0]).toEqual([...METADATA_COLUMNAS]);
  expect(tagsIn(stand, "Metadata_2")).toEqual([tagOf(2)]);
  await stand.takeOver();
  await tomar(stand, 3);
  await stand.live(10_000);
  expect(tagsIn(stand, "Metadata")).toEqual([tagOf(1)]);
  expect(tagsIn(stand, "Metadata_2")).toEqual([tagOf(2), tagOf(3)]);
});

test("the answer to adding the tab was lost: it gets its header and the row all the same", async () => {
  await using stand = await openStand({ sheets: almostFull(0) });
  await stand.live(5_000);
  stand.emulator.faults.add({
    kind: "apply-drop",
    methods: ["spreadsheets.batchUpdate"],
    times: 1,
  });
  await tomar(stand, 1);
  await stand.live(60_000);
  expect(stand.emulator.snapshot().Metadata_2?.[0]).toEqual([...METADATA_COLUMNAS]);
  expect(tagsIn(stand, "Metadata_2")).toEqual([tagOf(1)]);
});
