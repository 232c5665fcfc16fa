/** Small workbooks for tests, and the shop's own ones beside the repository. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { SpoolEvent } from "../../src/domain/event.ts";
import type { Spool, Tag } from "../../src/domain/spool.ts";
import type { Trabajador, TrabajadorId } from "../../src/domain/trabajador.ts";
import { readCsv } from "../../src/workbook/csv.ts";
import type { ImportInput } from "../../src/workbook/import-change.ts";
import { type ImportPlan, planImport } from "../../src/workbook/plan-import.ts";
import type { Tab } from "../../src/workbook/tab.ts";
import { NOW_MS, policy, tag } from "../support/builders.ts";

const DATA = join(import.meta.dir, "../../../shared/data");

export const dataFolder = (name: "taller" | "taller-sucio"): string => join(DATA, name);

export const readTabs = (folder: string): readonly Tab[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith(".csv"))
    .sort()
    .map((file) => readCsv(file.slice(0, -4), readFileSync(join(folder, file))));

export const csv = (name: string, text: string): Tab =>
  readCsv(name, new TextEncoder().encode(text));

/** Rows of Operaciones by column; what is not named is empty. */
export type Celdas = Readonly<Record<string, string>>;

const HEADER = [
  ...["SPLIT", "NV", "OT", "TAG_SPOOL", "Linea", "Fecha_Materiales", "Fecha_Armado", "Armador"],
  ...["Fecha_Soldadura", "Soldador", "Fecha_QC_Metrologia", "Ocupado_Por", "Fecha_Ocupacion"],
  ...["version", "Estado_Detalle", "Total_Uniones", "Notas"],
];

export const LISTO: Celdas = {
  SPLIT: "NV0600-1",
  NV: "NV0600",
  OT: "00001",
  TAG_SPOOL: "A-1",
  Linea: '4"-TW',
  Fecha_Materiales: "13-08-2026",
  Estado_Detalle: "Disponible - ARM pendiente, SOLD pendiente",
  Total_Uniones: "7",
};
export const SOLDADO: Celdas = {
  ...LISTO,
  Fecha_Armado: "01-09-2026",
  Armador: "MR(93)",
  Fecha_Soldadura: "02-09-2026",
  Soldador: "ÁS(75)",
  Estado_Detalle: "Disponible - ARM completado, SOLD completado, Metrología pendiente",
};
export const TOMADO: Celdas = {
  ...LISTO,
  Armador: "MR(93)",
  Ocupado_Por: "MR(93)",
  Fecha_Ocupacion: "20-11-2026 08:26:00",
  Estado_Detalle: "MR(93) trabajando ARM (ARM en progreso, SOLD pendiente)",
};

export const operaciones = (rows: readonly Celdas[], header: readonly string[] = HEADER): Tab => ({
  ...csv("Operaciones", `${header.join(",")}\r\n`),
  rows: rows.map((celdas) => header.map((title) => celdas[title] ?? "")),
});

export const GENTE = [
  csv(
    "Trabajadores",
    "Id,Nombre,Apellido,Activo\r\n93,Mauricio,Rodríguez,TRUE\r\n75,Álvaro,Silva,TRUE\r\n" +
      "80,Ñusta,Fuentes,TRUE\r\n97,Luis,Cáceres,TRUE\r\n168,Rosa,Pérez,TRUE\r\n",
  ),
  csv(
    "Roles",
    "Id,Rol,Activo\r\n93,Armador,TRUE\r\n75,Soldador,TRUE\r\n80,Metrologia,TRUE\r\n" +
      "97,Ayudante,TRUE\r\n168,Supervisor,TRUE\r\n",
  ),
];

const METADATA =
  "ID,Timestamp,Evento_Tipo,TAG_SPOOL,Worker_ID,Worker_Nombre,Operacion,Accion,Fecha_Operacion," +
  "Metadata_JSON,N_UNION\r\n";

export const metadata = (...lines: readonly string[]): Tab =>
  csv("Metadata", METADATA + lines.map((line) => `${line}\r\n`).join(""));

export const libro = (...rows: readonly Celdas[]): readonly Tab[] => [operaciones(rows), ...GENTE];

/** What a ledger would know, for planning without one. */
export interface Known {
  readonly spools: ReadonlyMap<Tag, Spool>;
  readonly trabajadores: ReadonlyMap<TrabajadorId, Trabajador>;
  readonly planilla: ImportInput["planilla"];
}

export const NADA: Known = { spools: new Map(), trabajadores: new Map(), planilla: null };

type Planned = Extract<ImportPlan, { ok: true }>;

export function plan(
  tabs: readonly Tab[],
  known: Known = NADA,
  parts: Partial<ImportInput> = {},
): ImportPlan {
  return planImport({
    tabs,
    tabsChanged: true,
    ...known,
    history: new Map<Tag, readonly SpoolEvent[]>(),
    policy: policy(),
    nowMs: NOW_MS,
    medio: "planilla",
    force: false,
    ...parts,
  });
}

/** As `plan`; a refusal fails the test. */
export function planned(...args: Parameters<typeof plan>): Planned {
  const result = plan(...args);
  if (!result.ok) throw new Error(result.motivo);
  return result;
}

/** What is known once a plan was committed. */
export function after(known: Known, { changes }: Planned): Known {
  const spools = new Map(known.spools);
  const trabajadores = new Map(known.trabajadores);
  let { planilla } = known;
  for (const change of changes) {
    if (change.kind === "spool") spools.set(change.state.tag, change.state);
    else if (change.kind === "trabajador") trabajadores.set(change.state.id, change.state);
    else planilla = change.state;
  }
  return { spools, trabajadores, planilla };
}

/** The spool that a workbook's row becomes at first sight. */
export function imported(celdas: Celdas, ...more: readonly Tab[]): Spool {
  const { spools } = after(NADA, planned([...libro(celdas), ...more]));
  const spool = spools.get(tag(celdas.TAG_SPOOL ?? ""));
  if (!spool) throw new Error("not imported");
  return spool;
}
