/**
 * The must-show of the sheet sync: random actions, hands at work between and during the requests,
 * and a Google that loses answers; then what is left wrong is counted.
 */
import { act } from "../../src/actions/act.ts";
import { decide } from "../../src/domain/decide.ts";
import type { SpoolEvent } from "../../src/domain/event.ts";
import type { Sincronia } from "../../src/domain/planilla.ts";
import { DEFAULT_POLICY } from "../../src/domain/policy.ts";
import { parseTag, type Spool, type Tag } from "../../src/domain/spool.ts";
import { ESCRITAS, type Escrita } from "../../src/workbook/columns.ts";
import { eventIdOf } from "../../src/workbook/event-id.ts";
import { isOurs } from "../../src/workbook/plan-export.ts";
import { celdasOf, sameMeaning } from "../../src/workbook/spool-cells.ts";
import { COMMANDS } from "../domain/sequences.ts";
import { Emulator } from "../sheets-emulator/emulator.ts";
import { random } from "../sheets-emulator/faults.ts";
import type { Hands } from "../sheets-emulator/hands.ts";
import { actor } from "../support/builders.ts";
import { openStand, type Stand } from "./stand.ts";
import { SUCIAS, taller } from "./taller-hoja.ts";

export interface SimulationOptions {
  readonly seed: number;
  readonly actions: number;
  readonly spools: number;
  /** Share of the writes that fail, half before they are applied, half after. */
  readonly failing: number;
  /** Share of the gaps between requests in which hands act. */
  readonly hands: number;
  /** Milliseconds between two actions, on average: 400 is 150 a minute. */
  readonly everyMs: number;
}

export interface Outcome {
  readonly actions: number;
  readonly handsActed: number;
  readonly writes: number;
  readonly failedWrites: number;
  /** Cells of ours that say something else than the ledger, or than hands in a row of theirs. */
  readonly wrong: readonly string[];
  /** Cells of the engineers that are not as their hands left them. */
  readonly strangers: readonly string[];
  readonly logLost: number;
  readonly logTwice: number;
  /** Rows of others in Metadata that are gone. */
  readonly foreignLost: number;
  /** How long cells in wrong rows stood, each time that there were any; virtual milliseconds. */
  readonly wrongMs: readonly number[];
  /** The most that the sheet was behind while nothing failed for long, virtual milliseconds. */
  readonly behindMaxMs: number;
  readonly cambios: number;
  /** Hand edits of our columns that were taken: nobody made any. */
  readonly taken: number;
  /** Why the import stood still at the end, if it did. */
  readonly congelada: string | null;
  readonly said: Sincronia | null;
}

const OURS = new Set<string>(ESCRITAS);
const text = (value: unknown): string =>
  value === true ? "TRUE" : value === false ? "FALSE" : String(value ?? "");

type Grid = readonly (readonly unknown[])[];

/** What hands do to a sheet, to the real one and to one that ZEUES never sees alike. */
class Manos {
  acted = 0;
  #extra = 0;
  readonly #random: () => number;
  readonly #both: readonly Emulator[];
  readonly #real: Emulator;

  constructor(real: Emulator, shadow: Emulator, rnd: () => number) {
    this.#real = real;
    this.#both = [real, shadow];
    this.#random = rnd;
  }

  #pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.#random() * items.length)] as T;
  }

  #rows(): number {
    return this.#real.hands.sheet("Operaciones").rows.length;
  }

  #header(): string[] {
    return (this.#real.hands.sheet("Operaciones").rows[0] ?? []).map((c) => text(c?.value));
  }

  act(): void {
    this.acted += 1;
    const kinds = [
      [0.3, () => this.#sort()],
      [0.45, () => this.#each((hands) => hands.insertRows("Operaciones", this.#row, 1))],
      [0.6, () => this.#deleteBlank()],
      [0.7, () => this.#move()],
      [0.8, () => this.#columns()],
      [0.9, () => this.#type()],
      [1, () => this.#log()],
    ] as const;
    const kind = this.#random();
    this.#row = this.#anyRow();
    kinds.find(([below]) => kind < below)?.[1]();
  }

  #row = 2;

  #anyRow(): number {
    return 2 + Math.floor(this.#random() * (this.#rows() - 2));
  }

  #each(what: (hands: Hands) => void): void {
    for (const { hands } of this.#both) what(hands);
  }

  #sort(): void {
    const column = this.#pick(["Cliente", "Obs", "TAG_SPOOL", "OT"]);
    const down = this.#random() < 0.5;
    this.#each((hands) => hands.sort("Operaciones", column, down));
  }

  #move(): void {
    const [row, to] = [this.#row, this.#anyRow()];
    if (to >= row && to <= row + 1) return;
    this.#each((hands) => hands.moveRows("Operaciones", row, 1, to));
  }

  #type(): void {
    const typed = this.#pick(["0042", "1E5", "3-5", "1,5", "=1+2", "texto", "x"]);
    this.#each((hands) => hands.type(hands.address("Operaciones", this.#row, "Obs"), typed));
  }

  /** A blank row of hands' own, or rarely a spool's. */
  #deleteBlank(): void {
    const { rows } = this.#real.hands.sheet("Operaciones");
    const at = this.#header().indexOf("TAG_SPOOL");
    const obs = this.#header().indexOf("Obs");
    const blank = rows.findIndex((r, i) => i > 0 && !text(r[at]?.value) && !text(r[obs]?.value));
    if (blank > 0) this.#each((hands) => hands.deleteRows("Operaciones", blank + 1));
  }

  #columns(): void {
    const header = this.#header();
    const extras = header.filter((title) => title.startsWith("Extra"));
    const kind = this.#random();
    if (kind < 0.4) {
      const before = this.#pick(header.filter((title) => title !== ""));
      this.#extra += 1;
      this.#each((hands) => {
        const at = hands.column("Operaciones", before);
        hands.insertColumns("Operaciones", before);
        hands.put("Operaciones", 1, at, `Extra ${this.#extra}`);
      });
    } else if (kind < 0.6 && extras.length > 0) {
      const gone = this.#pick(extras);
      this.#each((hands) => hands.deleteColumns("Operaciones", gone));
    } else {
      const [a, b] = [this.#pick(header), this.#pick(header)];
      if (a !== "" && b !== "" && a !== b) {
        this.#each((hands) => hands.moveColumns("Operaciones", a, b));
      }
    }
  }

  #log(): void {
    const { hands } = this.#real;
    const rows = hands.sheet("Metadata").rows.length;
    const row = 2 + Math.floor(this.#random() * (rows - 1));
    const kind = this.#random();
    if (kind < 0.4) hands.sort("Metadata", "Timestamp", this.#random() < 0.5);
    else if (kind < 0.8) hands.insertRows("Metadata", row, 1 + Math.floor(this.#random() * 3));
    else hands.put("Metadata", rows + 1, "Metadata_JSON", `nota de alguien ${this.acted}`);
  }
}

/** Every text that a cell of ours may rightly hold, by tag and column. */
class Legitimo {
  readonly #said = new Map<string, Set<string>>();

  add(spool: Spool): void {
    const celdas = celdasOf(spool, DEFAULT_POLICY);
    for (const name of ESCRITAS) this.#of(spool.tag, name).add(celdas[name]);
  }

  #of(tag: string, name: string): Set<string> {
    const key = JSON.stringify([tag, name]);
    const said = this.#said.get(key) ?? new Set();
    this.#said.set(key, said);
    return said;
  }

  has(tag: string, name: string, cell: string): boolean {
    return this.#of(tag, name).has(cell);
  }
}

/** Rows of a sheet as tag and our cells. */
function ownRows(grid: Grid) {
  const header = (grid[0] ?? []).map(text);
  const at = header.indexOf("TAG_SPOOL");
  return grid.slice(1).map((row) => ({
    tag: parseTag(text(row[at])) ?? "",
    cells: new Map(
      header.flatMap((name, i) => (OURS.has(name) ? [[name as Escrita, text(row[i])]] : [])),
    ),
  }));
}

/** Cells that say what neither the ledger ever did nor hands. */
function strayCells(real: Grid, shadow: Grid, legit: Legitimo): string[] {
  const hands = new Map<string, Set<string>>();
  for (const { tag, cells } of ownRows(shadow)) {
    for (const [name, cell] of cells) {
      const key = JSON.stringify([tag, name]);
      hands.set(key, (hands.get(key) ?? new Set([""])).add(cell));
    }
  }
  return ownRows(real).flatMap(({ tag, cells }) =>
    [...cells].flatMap(([name, cell]) => {
      if (name === "Notas" || hands.get(JSON.stringify([tag, name]))?.has(cell)) return [];
      return legit.has(tag, name, cell) ? [] : [`${tag} ${name}: ${cell}`];
    }),
  );
}

/** The engineers' cells, without ours, by row. */
function theirs(grid: Grid): string[] {
  const header = (grid[0] ?? []).map(text);
  return grid.map((row) =>
    JSON.stringify(header.flatMap((name, i) => (OURS.has(name) ? [] : [text(row[i])]))),
  );
}

function wrongCells(stand: Stand, shadow: Emulator, acted: ReadonlySet<string>): string[] {
  const { floor } = stand.picture;
  const real = stand.emulator.snapshot().Operaciones ?? [];
  const untouched = ownRows(shadow.snapshot().Operaciones ?? []);
  const count = new Map<string, number>();
  for (const { tag } of untouched) count.set(tag, (count.get(tag) ?? 0) + 1);
  const held = (tag: string, cell: string): boolean =>
    floor.planilla?.cambios?.some(
      (cambio) => cambio.tag === tag && cambio.celdas.some(({ dice }) => dice === cell),
    ) ?? false;
  return ownRows(real).flatMap(({ tag, cells }, i) => {
    const spool = count.get(tag) === 1 ? floor.spool(tag as Tag) : undefined;
    const sound = spool?.inconsistencia === null ? spool : null;
    const wanted = sound && celdasOf(sound, DEFAULT_POLICY, cells.get("Notas") ?? "");
    return [...cells].flatMap(([name, cell]) => {
      const hand = untouched[i]?.cells.get(name) ?? "";
      const right = wanted
        ? sameMeaning(name, cell, wanted[name]) || held(tag, cell)
        : cell === hand;
      // Nothing was ever done to it here: its version is the workbook's own.
      const own = name === "version" && cell === hand && sound && !acted.has(sound.tag);
      return right || own ? [] : [`${tag} ${name}: ${cell} for ${wanted?.[name] ?? hand}`];
    });
  });
}

async function oneAction(stand: Stand, rnd: () => number): Promise<boolean> {
  const { floor } = stand.picture;
  const spools = [...floor.spools()].filter(({ inconsistencia }) => inconsistencia === null);
  const people = [...floor.trabajadores()];
  const spool = spools[Math.floor(rnd() * spools.length)];
  if (!spool) return false;
  const offset = Math.floor(rnd() * COMMANDS.length * people.length);
  for (let i = 0; i < COMMANDS.length * people.length; i++) {
    const at = (i * 7 + offset) % (COMMANDS.length * people.length);
    const command = COMMANDS[at % COMMANDS.length];
    const person = people[Math.floor(at / COMMANDS.length)];
    if (!command || !person) continue;
    if (command.accion === "ANOTAR" && rnd() < 0.9) continue;
    const who = actor(person);
    if (!decide(spool, command, who, DEFAULT_POLICY, stand.tiempo.wall()).ok) continue;
    const { ledger, tiempo } = stand;
    const deps = {
      ledger,
      current: (tag: Tag) => floor.spool(tag),
      policy: DEFAULT_POLICY,
      now: tiempo.wall,
    };
    return (await act(deps, { tag: spool.tag, command, actor: who })).ok;
  }
  return false;
}

async function logCounts(stand: Stand) {
  const rows = stand.emulator.snapshot().Metadata ?? [];
  const at = (rows[0] ?? []).map(text).indexOf("ID");
  const seen = new Map<string, number>();
  for (const row of rows.slice(1)) {
    const id = text(row[at]);
    if (id !== "") seen.set(id, (seen.get(id) ?? 0) + 1);
  }
  const events: SpoolEvent[] = [];
  for (let after = 0; ; ) {
    const read = await stand.ledger.read(after as never);
    for (const event of read) if (event.kind === "spool" && isOurs(event)) events.push(event);
    const last = read.at(-1);
    if (!last) break;
    after = last.seq;
  }
  const times = events.map((event) => seen.get(eventIdOf(event)) ?? 0);
  const foreign = rows.slice(1).map((row) => row.map(text).join("|"));
  return {
    lost: times.filter((n) => n === 0).length,
    twice: times.filter((n) => n > 1).length,
    foreign,
  };
}

/** Runs it. */
export async function simulate(options: SimulationOptions): Promise<Outcome> {
  const { seed, failing, everyMs } = options;
  const rnd = random(seed);
  const handsRandom = random(seed + 1);
  const sheets = taller(options.spools, SUCIAS);
  await using stand = await openStand({ sheets, random: random(seed + 2) });
  const { emulator, tiempo, picture } = stand;
  const shadow = new Emulator({ sheets, now: tiempo.wall });
  const manos = new Manos(emulator, shadow, handsRandom);
  const legit = new Legitimo();
  const acted = new Set<string>();
  let taken = 0;
  picture.floor.subscribe((changes) => {
    for (const { after, event } of changes) {
      if (after) legit.add(after);
      if (event.kind === "spool" && isOurs(event)) acted.add(event.tag);
      if (event.kind === "spool" && event.autor.medio === "planilla" && isOurs(event)) taken += 1;
    }
  });
  await stand.live(5_000);

  emulator.latencyMs = () => 200 + Math.floor(rnd() * 600);
  emulator.faults.seed(seed);
  const before = ["refuse", "drop", "html"] as const;
  const after = ["apply-drop", "apply-cut", "apply-html"] as const;
  // Rules are tried one after the other: each gets its share of what those before it left.
  const half = failing / 2;
  const shares = [
    ...before.map((kind) => [kind, 1 - (1 - half) ** (1 / before.length)] as const),
    ...after.map((kind) => [kind, 1 - (1 - half / (1 - half)) ** (1 / after.length)] as const),
  ];
  for (const [kind, probability] of shares) {
    emulator.faults.add({ kind, methods: ["write"], probability });
  }
  let wrongSince: number | null = null;
  const wrongMs: number[] = [];
  const look = (): void => {
    const grids = [emulator, shadow].map((one) => one.snapshot().Operaciones ?? []);
    const stray = strayCells(grids[0] ?? [], grids[1] ?? [], legit);
    if (stray.length > 0) {
      wrongSince ??= tiempo.ms;
    } else if (wrongSince !== null) {
      wrongMs.push(tiempo.ms - wrongSince);
      wrongSince = null;
    }
  };
  let handsOn = true;
  emulator.hooks.beforeApply = () => {
    if (handsOn && handsRandom() < options.hands) manos.act();
  };
  emulator.hooks.afterApply = (call) => {
    if (call.kind === "write") look();
    if (handsOn && handsRandom() < options.hands) manos.act();
  };
  let done = 0;
  let behindMaxMs = 0;
  const start = emulator.calls.length;
  while (done < options.actions) {
    if (await oneAction(stand, rnd)) done += 1;
    await stand.live(Math.floor(rnd() * 2 * everyMs));
    const since = stand.turno().sincronia().pendienteDesdeMs;
    if (since !== null) behindMaxMs = Math.max(behindMaxMs, tiempo.wall() - since);
  }
  emulator.faults.clear();
  handsOn = false;
  await stand.live(240_000);
  look();
  const calls = emulator.calls.slice(start).filter(({ kind }) => kind === "write");
  const counts = await logCounts(stand);
  const foreign = (shadow.snapshot().Metadata ?? []).slice(1).map((r) => r.map(text).join("|"));
  const mine = theirs(emulator.snapshot().Operaciones ?? []);
  const other = theirs(shadow.snapshot().Operaciones ?? []);
  const strangers = other.filter((row, i) => mine[i] !== row);
  return {
    actions: done,
    handsActed: manos.acted,
    writes: calls.length,
    failedWrites: calls.filter(({ fault }) => fault !== null).length,
    wrong: wrongCells(stand, shadow, acted),
    strangers: mine.length === other.length ? strangers : [`rows ${mine.length} ${other.length}`],
    logLost: counts.lost,
    logTwice: counts.twice,
    foreignLost: foreign.filter(
      (row) => !counts.foreign.some((one) => one.startsWith(row) || row.startsWith(one)),
    ).length,
    wrongMs,
    behindMaxMs,
    cambios: picture.floor.planilla?.cambios?.length ?? 0,
    taken,
    congelada: picture.floor.planilla?.congelada?.motivo ?? null,
    said: stand.said(),
  };
}
