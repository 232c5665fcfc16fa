/** A made-up workbook as CSV files: a shop of any size, the same at each run. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

/** Ids of the workers are 101, 102 … */
export const FIRST_WORKER = 101;

/** Everybody welds; every third also fits up, helps or inspects. */
const ROLES = ["Armador", "Ayudante", "Metrologia"];

const NOMBRES = ["Rosa", "Luis", "Íngrid", "Pedro", "Sofía", "Óscar", "Begoña", "Raúl", "Ana"];
const APELLIDOS = ["Pérez", "Ñancucheo", "Cáceres", "Núñez", "Zúñiga", "Vera", "Lagos"];

/** How far spools got before: a third each untouched, fitted up, and waiting for inspection. */
const STAGES = 3;

const tagAt = (at: number): string => `MK-${1300 + Math.floor(at / 40)}-TW-${28_000 + at}-001`;

/** The `nth` spool that is fitted up and not welded: every worker may take it for SOLD. */
export const weldableTag = (nth: number): string => tagAt(nth * STAGES + 1);

function spoolCells(at: number): readonly string[] {
  const tag = tagAt(at);
  const stage = at % STAGES;
  const who = `RP(${FIRST_WORKER})`;
  const arm = stage > 0 ? ["12-10-2026", who] : ["", ""];
  const sold = stage > 1 ? ["14-10-2026", who] : ["", ""];
  return [tag, `NV06${at % 10}`, String(at + 1), "01-10-2026", ...arm, ...sold, "", "Minera"];
}

const HEAD =
  "TAG_SPOOL,NV,OT,Fecha_Materiales,Fecha_Armado,Armador,Fecha_Soldadura,Soldador," +
  "Fecha_QC_Metrologia,Cliente";

const csv = (head: string, rows: readonly (readonly string[])[]): string =>
  `${[head, ...rows.map((row) => row.join(","))].join("\n")}\n`;

/** Writes the folder that `zeues import` reads. */
export async function writeWorkbook(
  folder: string,
  size: { readonly spools: number; readonly workers: number },
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const ids = Array.from({ length: size.workers }, (_, at) => FIRST_WORKER + at);
  const nombre = (id: number): string => NOMBRES[id % NOMBRES.length] ?? "";
  const apellido = (id: number): string => APELLIDOS[id % APELLIDOS.length] ?? "";
  const tabs = {
    Operaciones: csv(
      HEAD,
      Array.from({ length: size.spools }, (_, at) => spoolCells(at)),
    ),
    Trabajadores: csv(
      "Id,Nombre,Apellido,Activo",
      ids.map((id) => [String(id), nombre(id), apellido(id), "TRUE"]),
    ),
    Roles: csv(
      "Id,Rol,Activo",
      ids.flatMap((id) =>
        ["Soldador", ROLES[id % ROLES.length] ?? ""].map((rol) => [String(id), rol, "TRUE"]),
      ),
    ),
  };
  for (const [name, text] of Object.entries(tabs)) {
    await Bun.write(join(folder, `${name}.csv`), text);
  }
}
