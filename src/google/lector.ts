/**
 * Reads what a flush needs, in one request: the header, the tags and our columns of Operaciones,
 * and the end of Metadata. Columns are asked for by name (nombres.ts); the header of the very
 * answer says whether the names are right.
 */
import { WorkbookError } from "../workbook/tab.ts";
import { headerRange, quoted } from "./a1.ts";
import type { Bitacora } from "./bitacora.ts";
import type { Grant } from "./budget.ts";
import { type Conexion, logSheets } from "./conexion.ts";
import { SheetsError } from "./failure.ts";
import { type Hoja, headerOf, hojaDe, hojaRanges, lugaresDe, withClaves } from "./hoja.ts";
import type { Final } from "./log-plan.ts";
import { type Lugares, nameChanges } from "./nombres.ts";
import type { RangeRows } from "./spreadsheet.ts";
import { textRows } from "./valores.ts";

/** Hands that move columns between all of these are at work right now. */
const TRIES_MAX = 3;

export interface Lectura {
  readonly hoja: Hoja;
  /** Null where the workbook has no log. */
  readonly final: Final | null;
}

export class Lector {
  readonly #conexion: Conexion;
  readonly #bitacora: Bitacora;
  #at: Lugares | null = null;

  constructor(conexion: Conexion, bitacora: Bitacora) {
    this.#conexion = conexion;
    this.#bitacora = bitacora;
  }

  /**
   * @param whole the engineers' cells too, to tell rows that their tag does not tell
   * @throws WorkbookError (a tab or a critical column is missing), SheetsError
   */
  async read(grant: Grant, whole: boolean): Promise<Lectura> {
    try {
      return await this.#read(whole, grant);
    } catch (error) {
      this.#at = null;
      if (!(error instanceof SheetsError) || error.kind !== "denied") throw error;
      // A name or a tab that hands took away: once more, from the header on.
      return await this.#read(whole);
    }
  }

  async #read(whole: boolean, grant?: Grant): Promise<Lectura> {
    const conexion = this.#conexion;
    const { title } = await conexion.sheet("Operaciones");
    const log = await this.#bitacora.ranges();
    let at = this.#at ?? (await this.#places(title));
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      await this.#name(at);
      const ranges = hojaRanges(title, at);
      const held = tries === 0 ? grant : undefined;
      const rest = whole ? [quoted(title)] : [];
      const answers = await conexion.read([...ranges, ...(log ?? []), ...rest], held);
      const read = hojaDe(title, at, answers.slice(0, ranges.length));
      if ("moved" in read) {
        at = read.moved;
        conexion.forget();
        continue;
      }
      this.#at = at;
      const final = log ? await this.#final(answers.slice(ranges.length)) : null;
      return { hoja: whole ? claved(read.hoja, answers.at(-1)) : read.hoja, final };
    }
    throw new WorkbookError("Las columnas de la hoja Operaciones se están moviendo");
  }

  async #final([header, rows]: readonly RangeRows[]): Promise<Final | null> {
    const title = logSheets(await this.#conexion.properties()).at(-1)?.title ?? "";
    return header && rows ? this.#bitacora.final(header, rows, title) : null;
  }

  /** Gives the columns their names where they lack them. */
  async #name(at: Lugares): Promise<void> {
    const { names } = await this.#conexion.properties();
    const { sheetId } = await this.#conexion.sheet("Operaciones");
    const changes = nameChanges(names, sheetId, at);
    if (changes.length > 0) await this.#conexion.nameColumns(changes);
  }

  async #places(title: string): Promise<Lugares> {
    const [header] = await this.#conexion.read([headerRange(title)]);
    return lugaresDe(title, header ? headerOf(header) : []);
  }
}

function claved(hoja: Hoja, all: RangeRows | undefined): Hoja {
  const [titles = [], ...rows] = textRows(all?.rows ?? []);
  return withClaves(hoja, titles, rows);
}
