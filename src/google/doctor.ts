/**
 * What `zeues doctor` looks at in Google's sheet: three reads, whatever its size, and no write, so
 * that it may run beside a server. What stands in the cells is doctor-celdas.
 */
import type { Finding } from "../ledger/finding.ts";
import { aviso, bien, mal } from "../ledger/finding.ts";
import {
  METADATA_COLUMNAS,
  OPERACIONES_CRITICAS,
  oddTitles,
  ROLES_COLUMNAS,
  repeatedTitles,
  TRABAJADORES_COLUMNAS,
} from "../workbook/columns.ts";
import { DEFAULT_DIALECT, headerKey } from "../workbook/tab.ts";
import { headerRange, quoted } from "./a1.ts";
import type { Access } from "./access.ts";
import { BUDGET_PER_MINUTE } from "./budget.ts";
import { openSpreadsheet } from "./client.ts";
import { headerOf, missingTitles, PROPIAS, sheetNamed } from "./columnas.ts";
import { examineCells } from "./doctor-celdas.ts";
import { SheetsError } from "./failure.ts";
import type { Properties, RangeRows, Sheet, Spreadsheet } from "./spreadsheet.ts";

/** A person waits; a workbook of full size on a slow line takes ten seconds. */
const TIMEOUT_MS = 20_000;
/** Of one spreadsheet, all its tabs together (support.google.com/drive/answer/37603). */
const CELLS_MAX = 10_000_000;
/** From here on there is a reason to tidy up before Google refuses. */
const CELLS_MANY = 8_000_000;
const CREAR = "zeues planilla --crear";

const number = new Intl.NumberFormat("es-CL", { useGrouping: "always" });

/** Tabs and the columns that each must have. */
const TABS = {
  Operaciones: OPERACIONES_CRITICAS,
  Trabajadores: TRABAJADORES_COLUMNAS,
  Roles: ROLES_COLUMNAS,
} as const;
type TabName = keyof typeof TABS;
const TAB_NAMES = Object.keys(TABS) as readonly TabName[];

/** A failure's sentence for somebody who waits: a command does not go on by itself. */
export const sentenceNow = ({ message }: SheetsError): string =>
  message.replace(/: se (sigue solo|vuelve a leer antes de seguir)$/, "");

function failed(error: SheetsError): Finding {
  const words = error.detail === "" ? "" : ` (${error.detail})`;
  const what = `Google: ${sentenceNow(error)}${words}`;
  if (error.kind === "denied") return mal(what);
  const { fault } = error;
  return fault.kind === "busy" && fault.reason === "quota"
    ? aviso(what, "vuelve a probar en un minuto")
    : mal(what, "revisa la conexión y vuelve a probar");
}

function* examineSettings(properties: Properties, zone: string): Generator<Finding> {
  const { locale, timeZone } = properties;
  const settings = "cámbiala en Archivo > Configuración";
  if (locale !== "es_CL") {
    const what = "una fecha escrita a mano (03-05) puede entenderse como mes/día";
    yield aviso(`configuración regional ${locale}, no es_CL: ${what}`, `${settings}: Chile`);
  }
  if (timeZone !== zone) {
    const what = `zona horaria de la planilla ${timeZone}, no ${zone} (ZEUES_TZ)`;
    yield aviso(`${what}: HOY() y AHORA() dan otra hora`, settings);
  }
}

function examineSize({ sheets }: Properties): Finding {
  const cells = sheets.reduce((sum, { rowCount, columnCount }) => sum + rowCount * columnCount, 0);
  const left = Math.max(0, CELLS_MAX - cells);
  const rows = number.format(Math.floor(left / METADATA_COLUMNAS.length));
  const what = `celdas: ${number.format(cells)} de ${number.format(CELLS_MAX)}`;
  return cells < CELLS_MANY
    ? bien(what)
    : aviso(`${what}: quedan ${rows} filas de Metadata`, "borra filas o pestañas que no uses");
}

function* examineTabs(properties: Properties): Generator<Finding> {
  for (const name of TAB_NAMES) {
    if (sheetNamed(properties, name)) continue;
    yield mal(`falta la pestaña ${name}`, "créala, o vuelve a ponerle ese nombre");
  }
  for (const name of [...TAB_NAMES, "Metadata"]) {
    const twins = properties.sheets.filter(({ title }) => headerKey(title) === headerKey(name));
    if (twins.length < 2) continue;
    const titles = twins.map(({ title }) => `«${title}»`).join(", ");
    yield aviso(`${titles}: varias pestañas valen por ${name}`, "cambia el nombre de las otras");
  }
  if (!sheetNamed(properties, "Metadata")) {
    yield mal("falta la pestaña Metadata, el registro de lo que se hace", `${CREAR} la agrega`);
  }
}

/** What else is odd in a header, beside what it lacks. */
function* examineTitles(
  name: string,
  header: readonly string[],
  names: readonly string[],
): Generator<Finding> {
  const tab = { name, dialect: DEFAULT_DIALECT, header, rows: [] };
  const keys = new Map(names.map((title) => [headerKey(title), title]));
  for (const title of new Set(repeatedTitles(tab))) {
    const what = `${name}: «${title}» está dos veces`;
    yield aviso(`${what}, vale la primera columna`, "cambia el título de la otra");
  }
  for (const title of oddTitles(tab, names)) {
    const known = keys.get(headerKey(title)) ?? title;
    yield aviso(`${name}: «${title}» se lee como ${known}`, "si quieres, escríbelo así");
  }
}

const columnas = (names: readonly string[]): string =>
  `${names.length === 1 ? "falta la columna" : "faltan las columnas"} ${names.join(", ")}`;

function* examineHeader(name: TabName | "Metadata", header: readonly string[]): Generator<Finding> {
  const critical = name === "Metadata" ? [] : missingTitles(header, TABS[name]);
  if (critical.length > 0) {
    const again = critical.length === 1 ? "ponla" : "ponlas";
    yield mal(`${name}: ${columnas(critical)}`, `${again} de nuevo, con su título en la fila 1`);
  }
  const own = { Operaciones: PROPIAS, Metadata: METADATA_COLUMNAS, Trabajadores: [], Roles: [] };
  const missing = missingTitles<string>(header, own[name]);
  if (missing.length > 0) yield aviso(`${name}: ${columnas(missing)}`, `${CREAR} las agrega`);
  yield* examineTitles(name, header, [...(name === "Metadata" ? [] : TABS[name]), ...own[name]]);
}

/** Reads Operaciones whole and the others' headers, and looks at them. */
async function* examineContents(sheet: Spreadsheet, properties: Properties) {
  const tabs: (readonly [TabName | "Metadata", Sheet])[] = [];
  for (const name of [...TAB_NAMES, "Metadata"] as const) {
    const found = sheetNamed(properties, name);
    if (found && found.columnCount > 0) tabs.push([name, found]);
  }
  const ranges = tabs.map(([name, { title }]) =>
    name === "Operaciones" ? quoted(title) : headerRange(title),
  );
  const readings: readonly RangeRows[] = await sheet.read(ranges);
  for (const [i, [name]] of tabs.entries()) yield* examineHeader(name, headerOf(readings[i]));
  const [first] = tabs;
  if (first?.[0] !== "Operaciones") return;
  const rows = readings[0]?.rows ?? [];
  yield* examineCells(sheet, { sheet: first[1], rows, locale: properties.locale });
}

export interface ExamineOptions {
  readonly access: Access;
  /** The shop's zone (ZEUES_TZ). */
  readonly zone: string;
  /** Of each request; TIMEOUT_MS. */
  readonly timeoutMs?: number;
}

/** Asks Google, and says what it found; a failure is a finding too. */
export async function* examineGoogle(options: ExamineOptions): AsyncGenerator<Finding> {
  const { access, zone, timeoutMs = TIMEOUT_MS } = options;
  const sheet = openSpreadsheet(access, { timeoutMs });
  try {
    const properties = await sheet.properties();
    const account = sheet.account ?? "la cuenta con que corre ZEUES";
    yield bien(`planilla de Google «${properties.title}», como ${account}`);
    yield bien("permiso: se puede leer; no se probó escribir");
    const ours = `${BUDGET_PER_MINUTE} lecturas y ${BUDGET_PER_MINUTE} escrituras`;
    yield bien(`cupo: ZEUES usa hasta ${ours} por minuto, de las 60 y 60 de esa cuenta`);
    yield* examineSettings(properties, zone);
    yield examineSize(properties);
    yield* examineTabs(properties);
    yield* examineContents(sheet, properties);
  } catch (error) {
    if (!(error instanceof SheetsError)) throw error;
    yield failed(error);
  }
}
