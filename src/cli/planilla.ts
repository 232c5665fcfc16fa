/** `zeues planilla`: the workbook in Google Sheets, looked at and completed on request (spec 7). */
import { openLedger } from "../compose-ledger.ts";
import { type Config, ConfigError } from "../config.ts";
import type { Access } from "../google/access.ts";
import { Backoff } from "../google/backoff.ts";
import { Budget } from "../google/budget.ts";
import { openSpreadsheet } from "../google/client.ts";
import { realClock } from "../google/clock.ts";
import { createMissing } from "../google/columnas.ts";
import { examineGoogle, sentenceNow } from "../google/doctor.ts";
import { SheetsError } from "../google/failure.ts";
import { type Preview, preview } from "../google/preview.ts";
import type { Policy } from "../google/retry.ts";
import { createLog } from "../log.ts";
import { report } from "./doctor.ts";

export interface PlanillaOptions {
  readonly config: Config;
  readonly args: readonly string[];
  readonly print: (line: string) => void;
}

/** What an option does with the sheet. @returns the exit code */
type Act = (access: Access, options: PlanillaOptions) => Promise<number>;

/** A command's own requests are few: it needs no account of what a server beside it sent. */
const policy = (): Policy => ({
  clock: realClock,
  budget: new Budget({ clock: realClock, before: "none" }),
  backoff: new Backoff({ clock: realClock, random: Math.random }),
});

const crear: Act = async (access, { print }) => {
  const { hecho, ojo } = await createMissing(openSpreadsheet(access), policy());
  for (const line of hecho) print(`Listo: ${line}.`);
  for (const line of ojo) print(`Ojo: ${line}.`);
  if (hecho.length === 0) print("No falta nada.");
  return ojo.length > 0 ? 1 : 0;
};

/** A terminal shows that many cells; a sheet that ZEUES never saw may lack thousands. */
const CELDAS_SHOWN = 200;
const TEXT_SHOWN = 60;

const short = (text: string): string => {
  const line = [...text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")];
  return line.length > TEXT_SHOWN ? `${line.slice(0, TEXT_SHOWN).join("")}…` : line.join("");
};

function* told({ resumen, changes, congelada, celdas, sucesos, bitacora }: Preview) {
  const count = (kind: string) => changes.filter((change) => change.kind === kind).length;
  yield `${resumen.carretes} carretes en la planilla, ${resumen.conErrores} con errores.`;
  if (congelada)
    yield `No se importaría nada hasta que un supervisor lo mire: ${congelada.motivo}.`;
  const people = `${count("trabajador")} trabajadores`;
  yield `Se leerían ${count("spool")} carretes y ${people}, nuevos o cambiados.`;
  if (celdas.length === 0) yield "No se escribiría ninguna celda.";
  else yield `Se escribirían ${celdas.length} celdas:`;
  for (const { fila, tag, columna, dice, dira } of celdas.slice(0, CELDAS_SHOWN)) {
    yield `  fila ${fila} (${short(tag)}), ${columna}: «${short(dice)}» pasa a «${short(dira)}»`;
  }
  if (celdas.length > CELDAS_SHOWN) yield `  y ${celdas.length - CELDAS_SHOWN} celdas más`;
  const where = bitacora ? "" : ", cuando exista la hoja Metadata (zeues planilla --crear)";
  yield `Metadata recibiría ${sucesos} filas${where}.`;
  yield "No se cambió nada (--dry-run).";
}

const ensayar: Act = async (access, { config, print }) => {
  const ledger = await openLedger(config, { log: createLog(config.logLevel) });
  try {
    const spreadsheet = openSpreadsheet(access);
    const calls = policy();
    const what = { ledger, spreadsheet, policy: config.policy, calls, now: Date.now };
    for (const line of told(await preview(what))) print(line);
    return 0;
  } finally {
    await ledger.close();
  }
};

const ACTS: ReadonlyMap<string, Act> = new Map([
  ["--crear", crear],
  ["--dry-run", ensayar],
]);

const USAGE = [
  "",
  "zeues planilla            revisa la planilla de Google, sin tocarla",
  "zeues planilla --dry-run  muestra qué se leería y qué se escribiría, sin hacerlo",
  "zeues planilla --crear    agrega las columnas y la pestaña de ZEUES que falten",
];

const revisar: Act = async (access, { config, print }) => {
  const code = await report(examineGoogle({ access, zone: config.policy.zone }), print);
  for (const line of USAGE) print(line);
  return code;
};

/**
 * The command. @returns the exit code: 1 when something is to be mended, 2 for an unknown option
 * @throws ConfigError without GOOGLE_SHEET_ID, WorkbookError, an Error with a sentence for people
 */
export async function planilla(options: PlanillaOptions): Promise<number> {
  const { args, config, print } = options;
  const [option, ...more] = args;
  const act = option === undefined ? revisar : ACTS.get(option);
  if (!act || more.length > 0) {
    for (const line of USAGE) print(line);
    return 2;
  }
  if (!config.google) {
    throw new ConfigError("planilla necesita GOOGLE_SHEET_ID; docs/google.md dice cómo empezar");
  }
  try {
    return await act(config.google, options);
  } catch (error) {
    if (!(error instanceof SheetsError)) throw error;
    throw new Error(`${sentenceNow(error)}. Repite la orden cuando esté arreglado`);
  }
}
