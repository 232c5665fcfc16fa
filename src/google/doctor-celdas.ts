/** What `zeues doctor` says of the cells of Operaciones that would hurt the sync. */
import { parseLectura } from "../domain/fecha.ts";
import { parseTag } from "../domain/spool.ts";
import { aviso, bien, type Finding } from "../ledger/finding.ts";
import { shown } from "../workbook/cell.ts";
import { ESCRITAS } from "../workbook/columns.ts";
import { filaOf, headerKey } from "../workbook/tab.ts";
import { columnRange } from "./a1.ts";
import type { Sheet, Spreadsheet, Value } from "./spreadsheet.ts";
import { textOf } from "./valores.ts";

/** A sheet with more rows than the budgets were measured with (spec 10). */
const CARRETES_MAX = 10_000;
/** Rows and tags that a line names. */
const NAMED_MAX = 5;
const FECHAS = [
  "Fecha_Materiales",
  "Fecha_Armado",
  "Fecha_Soldadura",
  "Fecha_QC_Metrologia",
  "Fecha_Ocupacion",
] as const;

const number = new Intl.NumberFormat("es-CL", { useGrouping: "always" });

/** `5, 9, 12 y 3 más` */
function some(items: readonly (string | number)[]): string {
  const more = items.length - NAMED_MAX;
  return items.slice(0, NAMED_MAX).join(", ") + (more > 0 ? ` y ${number.format(more)} más` : "");
}

const enFilas = (filas: readonly number[]): string =>
  `${filas.length === 1 ? "en la fila" : "en las filas"} ${some(filas)}`;

export interface Operaciones {
  readonly sheet: Sheet;
  /** The header first. */
  readonly rows: readonly (readonly Value[])[];
  readonly locale: string;
}

/** Row numbers whose cell in a column is such. */
function filasWhere(
  { rows }: Operaciones,
  column: number,
  is: (value: Value) => boolean,
): readonly number[] {
  return rows.slice(1).flatMap((row, index) => {
    const value = row[column];
    return value !== undefined && is(value) ? [filaOf(index)] : [];
  });
}

function* examineTags(tab: Operaciones, column: number): Generator<Finding> {
  const typed = filasWhere(tab, column, (value) => typeof value !== "string");
  if (typed.length > 0) {
    yield aviso(
      `TAG_SPOOL guardado como número o fecha ${enFilas(typed)}: se lee otra cosa que lo escrito`,
      "pon la columna en Formato > Número > Texto sin formato y escribe esos tags de nuevo",
    );
  }
  const counts = new Map<string, number>();
  for (const row of tab.rows.slice(1)) {
    const tag = parseTag(textOf(row[column] ?? "", false));
    if (tag !== null) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  }
  const twice = [...counts].filter(([, count]) => count > 1).map(([tag]) => shown(tag));
  if (twice.length > 0) {
    yield aviso(
      `TAG_SPOOL repetidos, ${number.format(twice.length)} en total (${some(twice)}): ` +
        "en esas filas no se escribe",
      "deja cada tag en una sola fila",
    );
  }
  const count = number.format(counts.size);
  yield counts.size <= CARRETES_MAX
    ? bien(`Operaciones: ${count} carretes`)
    : aviso(
        `Operaciones: ${count} carretes, más de los ${number.format(CARRETES_MAX)} medidos`,
        "guarda en otra planilla lo ya despachado",
      );
}

function* examineDates(tab: Operaciones, at: ReadonlyMap<string, number>): Generator<Finding> {
  for (const name of FECHAS) {
    const column = at.get(headerKey(name));
    if (column === undefined) continue;
    const filas = filasWhere(
      tab,
      column,
      (value) => typeof value === "boolean" || (typeof value === "number" && !parseLectura(value)),
    );
    if (filas.length === 0) continue;
    yield aviso(
      `${name} con algo que no es fecha ${enFilas(filas)}`,
      "escribe la fecha, o bórralo",
    );
  }
}

/** Formulas in columns that ZEUES writes; a text that looks like one comes to itself. */
async function* examineFormulas(
  spreadsheet: Spreadsheet,
  { sheet, rows }: Operaciones,
  at: ReadonlyMap<string, number>,
): AsyncGenerator<Finding> {
  const places = ESCRITAS.flatMap((name) => {
    const column = at.get(headerKey(name));
    return column === undefined ? [] : [{ name, column }];
  });
  const ranges = places.map(({ column }) => columnRange(sheet.title, column));
  const readings = await spreadsheet.read(ranges, { formulas: true });
  for (const [i, { name, column }] of places.entries()) {
    const filas = (readings[i]?.rows ?? []).flatMap(([entered = ""], index) => {
      const isFormula = String(entered).startsWith("=") && entered !== rows[index]?.[column];
      return isFormula ? [index + 1] : [];
    });
    if (filas.length === 0) continue;
    yield aviso(
      `${name} con fórmulas ${enFilas(filas)}: ZEUES escribe encima`,
      "lleva la fórmula a una columna tuya",
    );
  }
}

/** Looks at the rows of Operaciones; one more read, for formulas. */
export async function* examineCells(
  spreadsheet: Spreadsheet,
  tab: Operaciones,
): AsyncGenerator<Finding> {
  const at = new Map<string, number>();
  for (const [column, title] of (tab.rows[0] ?? []).entries()) {
    const key = headerKey(String(title));
    if (!at.has(key)) at.set(key, column);
  }
  const tags = at.get(headerKey("TAG_SPOOL"));
  if (tags !== undefined) yield* examineTags(tab, tags);
  yield* examineDates(tab, at);
  yield* examineFormulas(spreadsheet, tab, at);
}
