/** A shop at work for the sync's tests: people act at their times, and what they did is counted. */
import { act } from "../../src/actions/act.ts";
import { decide } from "../../src/domain/decide.ts";
import type { SpoolEvent } from "../../src/domain/event.ts";
import { DEFAULT_POLICY } from "../../src/domain/policy.ts";
import type { Spool, Tag } from "../../src/domain/spool.ts";
import type { CallKind } from "../../src/google/budget.ts";
import { ESCRITAS } from "../../src/workbook/columns.ts";
import { eventIdOf } from "../../src/workbook/event-id.ts";
import { isOurs } from "../../src/workbook/plan-export.ts";
import { celdasOf } from "../../src/workbook/spool-cells.ts";
import { COMMANDS } from "../domain/sequences.ts";
import type { Emulator } from "../sheets-emulator/emulator.ts";
import { random } from "../sheets-emulator/faults.ts";
import { actor, NOW_MS } from "../support/builders.ts";
import type { Stand } from "./stand.ts";

export interface JornadaOptions {
  readonly seed: number;
  /** Milliseconds between two actions. */
  readonly everyMs: number;
  readonly actions: number;
  /** Spools that nobody acts on. */
  readonly idle?: (tag: Tag) => boolean;
}

/** People who act; each action's instant is its own, however late it is asked for. */
export class Jornada {
  readonly events: SpoolEvent[] = [];
  readonly #stand: Stand;
  readonly #options: JornadaOptions;
  readonly #random: () => number;
  readonly #beganMs: number;
  readonly #spools: readonly Tag[];
  #busy = false;

  constructor(stand: Stand, options: JornadaOptions) {
    const { floor } = stand.picture;
    this.#stand = stand;
    this.#options = options;
    this.#random = random(options.seed);
    this.#beganMs = stand.tiempo.ms;
    const sound = [...floor.spools()].filter(({ inconsistencia }) => inconsistencia === null);
    this.#spools = sound.map(({ tag }) => tag).filter((tag) => !options.idle?.(tag));
  }

  get done(): boolean {
    return this.events.length >= this.#options.actions;
  }

  /** Everybody does what was due by now. */
  async catchUp(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    const { everyMs } = this.#options;
    for (;;) {
      const dueMs = this.#beganMs + this.events.length * everyMs;
      if (this.done || dueMs > this.#stand.tiempo.ms) break;
      await this.#one(NOW_MS + dueMs);
    }
    this.#busy = false;
  }

  /** Somebody does something that the rules allow, to some spool. */
  async #one(atMs: number): Promise<void> {
    const { ledger, picture } = this.#stand;
    const { floor } = picture;
    const current = (tag: Tag): Spool | undefined => floor.spool(tag);
    const deps = { ledger, current, policy: DEFAULT_POLICY, now: () => atMs };
    const [tag, command, who] = this.#choose(atMs);
    const outcome = await act(deps, { tag, command, actor: who });
    if (!outcome.ok) throw new Error(`${tag}: ${JSON.stringify(outcome.refusal)}`);
    this.events.push(outcome.event);
  }

  #choose(atMs: number) {
    const { floor } = this.#stand.picture;
    const moves = [...floor.trabajadores()].flatMap((one) =>
      COMMANDS.map((command) => [command, actor(one)] as const),
    );
    const count = moves.length;
    for (;;) {
      const spool = floor.spool(this.#spools[this.#below(this.#spools.length)] as Tag);
      const first = this.#below(count);
      for (let i = 0; spool && i < count; i++) {
        const [command, who] = moves[(first + i * 7) % count] as (typeof moves)[number];
        if (decide(spool, command, who, DEFAULT_POLICY, atMs).ok) {
          return [spool.tag, command, who] as const;
        }
      }
    }
  }

  #below(n: number): number {
    return Math.floor(this.#random() * n);
  }
}

const BUDGET_WINDOW_MS = 60_000;

/** The most requests of a kind that arrived in any sliding minute. */
export function busiestMinute({ calls }: Emulator, kind: CallKind): number {
  const times = calls.flatMap((call) => (call.kind === kind ? [call.atMs] : []));
  let first = 0;
  return times.reduce((most, atMs, at) => {
    while ((times[first] ?? atMs) <= atMs - BUDGET_WINDOW_MS) first += 1;
    return Math.max(most, at - first + 1);
  }, 0);
}

/** Cells of ours that say something else than the ledger, of spools that were worked on. */
export function wrongCells(
  { emulator, picture }: Pick<Stand, "emulator" | "picture">,
  events: readonly SpoolEvent[],
): string[] {
  const [header = [], ...rows] = emulator.snapshot().Operaciones ?? [];
  const acted = new Set<string>(events.map(({ tag }) => tag));
  return rows.flatMap((row) => {
    const tag = String(row[header.indexOf("TAG_SPOOL")] ?? "");
    const spool = acted.has(tag) ? picture.floor.spool(tag as Tag) : undefined;
    if (!spool) return [];
    const celdas = celdasOf(spool, DEFAULT_POLICY);
    const wrong = ESCRITAS.filter(
      (name) => String(row[header.indexOf(name)] ?? "") !== celdas[name],
    );
    return wrong.map((name) => `${tag} ${name}: ${row[header.indexOf(name)]} for ${celdas[name]}`);
  });
}

/** Events that the log in the sheet has not exactly once. */
export function wrongInLog(
  { emulator }: Pick<Stand, "emulator">,
  events: readonly SpoolEvent[],
): string[] {
  const seen = new Map<string, number>();
  for (const [id] of emulator.snapshot().Metadata ?? []) {
    seen.set(String(id), (seen.get(String(id)) ?? 0) + 1);
  }
  return events.filter(isOurs).flatMap((event) => {
    const times = seen.get(eventIdOf(event)) ?? 0;
    return times === 1 ? [] : [`${event.seq} ${event.cambio.accion} ${times} times`];
  });
}
