/**
 * A stand with hands in it, for tests that say what happens when people do something to the sheet.
 * What hands do is done to a second sheet too, which ZEUES never sees: whatever is not ours must
 * come out the same in both.
 */
import { expect } from "bun:test";
import { act } from "../../src/actions/act.ts";
import {
  aceptarCambio,
  aplicarCongelada,
  type Decidido,
  deshacerCambio,
} from "../../src/actions/planilla.ts";
import { huellaDe } from "../../src/domain/cambio-visto.ts";
import type { Actor, Command } from "../../src/domain/command.ts";
import { SEQ_ZERO, type SpoolEvent } from "../../src/domain/event.ts";
import type { CambioAMano } from "../../src/domain/planilla.ts";
import { DEFAULT_POLICY } from "../../src/domain/policy.ts";
import type { Spool } from "../../src/domain/spool.ts";
import { ESCRITAS } from "../../src/workbook/columns.ts";
import { eventIdOf } from "../../src/workbook/event-id.ts";
import { isOurs } from "../../src/workbook/plan-export.ts";
import { headerKey } from "../../src/workbook/tab.ts";
import { Emulator, type SheetSeed } from "../sheets-emulator/emulator.ts";
import type { Hands } from "../sheets-emulator/hands.ts";
import { actor, HOUR_MS, id, tag } from "../support/builders.ts";
import { openStand, type Stand } from "./stand.ts";
import { SUCIAS, tagOf, taller } from "./taller-hoja.ts";

export const MAURICIO = 93;
export const ALVARO = 7;
export const LUIS = 8;
export const ROSA = 9;

/** With so many, three changed rows are few; more than three freeze the import. */
const SPOOLS = 30;
/** A poll and the flush after it. */
const SOON_MS = 25_000;

const OURS = new Set(ESCRITAS.map(headerKey));

type Grid = readonly (readonly unknown[])[];
/** A spool of the seed by its number, or any tag. */
export type Which = number | string;

const text = (value: unknown): string => String(value ?? "");
const nameOf = (spool: Which): string => (typeof spool === "number" ? tagOf(spool) : spool);
const isLog = (title: string): boolean => headerKey(title).startsWith("metadata");
const isOperaciones = (title: string): boolean => headerKey(title).startsWith("operaciones");

const columnIn = (grid: Grid, column: string): number =>
  (grid[0] ?? []).findIndex((title) => headerKey(text(title)) === headerKey(column));

/** The engineers' cells of a tab of ours, every cell of another. */
function theirs(title: string, grid: Grid): readonly string[] {
  const own = isOperaciones(title) ? OURS : new Set<string>();
  const at = (grid[0] ?? []).flatMap((name, i) => (own.has(headerKey(text(name))) ? [] : [i]));
  const rows = grid.map((row) => at.map((i) => text(row[i])));
  const last = rows.findLastIndex((row) => row.some((cell) => cell !== ""));
  return rows.slice(0, last + 1).map((row) => JSON.stringify(row));
}

export class Taller implements AsyncDisposable {
  readonly stand: Stand;
  readonly #shadow: Emulator;

  constructor(stand: Stand, shadow: Emulator) {
    this.stand = stand;
    this.#shadow = shadow;
  }

  get emulator(): Emulator {
    return this.stand.emulator;
  }

  get #deps() {
    const { ledger, tiempo } = this.stand;
    return { ledger, policy: DEFAULT_POLICY, now: tiempo.wall };
  }

  get #planilla() {
    return this.stand.picture.floor.planilla;
  }

  /** Hands do something, and it is over before anything else happens. */
  hands(what: (hands: Hands) => void): void {
    for (const { hands } of [this.emulator, this.#shadow]) what(hands);
  }

  /** Hands do it once, between a flush's reading and its write. */
  handsBeforeWrite(what: (hands: Hands) => void): void {
    const { hooks } = this.emulator;
    hooks.beforeApply = (call) => {
      if (call.method !== "spreadsheets.values.batchUpdate") return;
      delete hooks.beforeApply;
      this.hands(what);
    };
  }

  /** Types into a spool's cell. */
  types(spool: Which, column: string, typed: string): void {
    const row = this.row(spool);
    this.hands((hands) => {
      hands.type(`Operaciones!${hands.address("Operaciones", row, column)}`, typed);
    });
  }

  live(ms = SOON_MS): Promise<void> {
    return this.stand.live(ms);
  }

  /** An hour in which nothing was due, and what is due after it. */
  hourLater(): Promise<void> {
    this.stand.tiempo.ms += HOUR_MS;
    return this.live();
  }

  #actor(worker: number): Actor {
    const person = this.stand.picture.floor.trabajador(id(worker));
    if (!person) throw new Error(`nobody has the Id ${worker}`);
    return actor(person);
  }

  /** An action on the floor. @throws when it is refused, with the refusal */
  async does(worker: number, spool: Which, command: Command): Promise<void> {
    const { floor } = this.stand.picture;
    const request = { tag: tag(nameOf(spool)), command, actor: this.#actor(worker) };
    const outcome = await act({ ...this.#deps, current: (one) => floor.spool(one) }, request);
    if (!outcome.ok) throw new Error(`refused: ${JSON.stringify(outcome.refusal)}`);
  }

  /** ARM and SOLD of a spool, completed. */
  async finishes(spool: Which): Promise<void> {
    for (const [worker, operacion] of [
      [MAURICIO, "ARM"],
      [ALVARO, "SOLD"],
    ] as const) {
      await this.does(worker, spool, { accion: "TOMAR", operacion });
      await this.does(worker, spool, { accion: "COMPLETAR", operacion });
    }
  }

  spool(spool: Which): Spool {
    const found = this.stand.picture.floor.spool(tag(nameOf(spool)));
    if (!found) throw new Error(`no spool ${nameOf(spool)}`);
    return found;
  }

  /** Actions of a spool, as the ledger has them. */
  async actions(spool: Which): Promise<readonly string[]> {
    const own = (await this.#events()).filter((event) => event.tag === nameOf(spool));
    return own.map(({ cambio }) => cambio.accion);
  }

  async #events(): Promise<readonly SpoolEvent[]> {
    const read = await this.stand.ledger.read(SEQ_ZERO, 10_000);
    return read.filter((event) => event.kind === "spool");
  }

  get #operaciones(): Grid {
    const tabs = Object.entries(this.emulator.snapshot());
    return tabs.find(([title]) => isOperaciones(title))?.[1] ?? [];
  }

  /** The first row of a tag, as the sheet shows it. */
  row(spool: Which): number {
    const grid = this.#operaciones;
    const at = columnIn(grid, "TAG_SPOOL");
    const found = grid.findIndex((cells) => text(cells[at]).trim() === nameOf(spool));
    if (found < 0) throw new Error(`no row of ${nameOf(spool)}`);
    return found + 1;
  }

  /** A cell of a tag's first row. */
  cell(spool: Which, column: string): unknown {
    const grid = this.#operaciones;
    return grid[this.row(spool) - 1]?.[columnIn(grid, column)] ?? "";
  }

  /** Why the sync stands still, as the chip says it. */
  chip(): string | null {
    return this.stand.said()?.motivo ?? null;
  }

  /** The list of problems, `rows: sentence`, of one tag or of all. */
  problems(spool?: Which): readonly string[] {
    const all = this.#planilla?.problemas ?? [];
    const mine = spool === undefined ? all : all.filter((one) => one.tag === nameOf(spool));
    return mine.map(({ filas, motivo }) => `${filas.join(", ")}: ${motivo}`);
  }

  /** The hand edit that waits. */
  waits(spool: Which): CambioAMano | undefined {
    return this.#planilla?.cambios?.find((cambio) => cambio.tag === nameOf(spool));
  }

  /** Why the import stands still. */
  frozen(): string | null {
    return this.#planilla?.congelada?.motivo ?? null;
  }

  accepts(spool: Which): Promise<Decidido> {
    return this.#decides(spool, aceptarCambio);
  }

  undoes(spool: Which): Promise<Decidido> {
    return this.#decides(spool, deshacerCambio);
  }

  async #decides(spool: Which, how: typeof aceptarCambio): Promise<Decidido> {
    const cambio = this.waits(spool);
    if (!cambio) throw new Error(`nothing waits of ${nameOf(spool)}`);
    const visto = { tag: cambio.tag, huella: huellaDe(cambio) };
    return await this.#nudging(how(this.#deps, visto, this.#actor(ROSA)));
  }

  letsImport(): Promise<Decidido> {
    const huella = this.#planilla?.congelada?.huella ?? "";
    return this.#nudging(aplicarCongelada(this.#deps, huella, this.#actor(ROSA)));
  }

  async #nudging(deciding: Promise<Decidido>): Promise<Decidido> {
    const done = await deciding;
    this.stand.turno().nudge();
    return done;
  }

  /** The sheet says of a spool what ZEUES says, and nothing is on its way. */
  expectSynced(spool: Which): void {
    const { version } = this.spool(spool);
    expect([nameOf(spool), this.cell(spool, "version")]).toEqual([nameOf(spool), version]);
    expect(this.stand.said()).toMatchObject({ pendientes: 0, motivo: null });
  }

  /** What is not ours is as hands left it. */
  expectStrangersWhole(): void {
    const mine = this.emulator.snapshot();
    for (const [title, grid] of Object.entries(this.#shadow.snapshot())) {
      if (!isLog(title)) expect(theirs(title, mine[title] ?? [])).toEqual(theirs(title, grid));
    }
  }

  /** Each event of ours has one row in Metadata. @param foreign words of rows of others */
  async expectLogWhole(foreign: readonly string[] = ["vieja-1", "NOTA"]): Promise<void> {
    const tabs = Object.entries(this.emulator.snapshot());
    const rows = tabs.flatMap(([title, grid]) => (isLog(title) ? grid.slice(1) : []));
    const times = (word: string): number => rows.filter((row) => row.includes(word)).length;
    const words = [...foreign, ...(await this.#events()).filter(isOurs).map(eventIdOf)];
    expect(words.map((word) => [word, times(word)])).toEqual(words.map((word) => [word, 1]));
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.stand[Symbol.asyncDispose]();
  }
}

/** Opens it, with the sheet read once and nothing to do. */
export async function openTaller(
  sheets: readonly SheetSeed[] = taller(SPOOLS, SUCIAS),
  locale = "es_CL",
): Promise<Taller> {
  const stand = await openStand({ sheets, locale });
  const shadow = new Emulator({ sheets, locale, now: stand.tiempo.wall });
  await stand.live(5_000);
  return new Taller(stand, shadow);
}
