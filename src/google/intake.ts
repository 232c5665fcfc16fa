/**
 * What hands wrote in the sheet, into the ledger (spec 7, "In"). What to change is
 * workbook/plan-intake's; this asks for the histories that it needs, and commits.
 */
import type { Planilla, Seq, SpoolEvent } from "../domain/event.ts";
import type { Policy } from "../domain/policy.ts";
import type { Spool, Tag } from "../domain/spool.ts";
import type { Trabajador, TrabajadorId } from "../domain/trabajador.ts";
import { type Commit, type Ledger, spoolKey, trabajadorKey, type Write } from "../ledger/ledger.ts";
import type { ImportChange } from "../workbook/import-change.ts";
import type { Aviso } from "../workbook/intake-input.ts";
import { Memoria } from "../workbook/memoria.ts";
import { isOurs } from "../workbook/plan-export.ts";
import { type IntakePlan, planIntake } from "../workbook/plan-intake.ts";
import { documentsOf, type Tab } from "../workbook/tab.ts";

/** What this process knows of the ledger. */
export interface Known {
  readonly spools: ReadonlyMap<Tag, Spool>;
  readonly trabajadores: ReadonlyMap<TrabajadorId, Trabajador>;
  readonly planilla: Planilla | null;
}

export interface IntakeDeps {
  readonly ledger: Pick<Ledger, "commit" | "history">;
  readonly fence: () => NonNullable<Commit["fence"]>;
  /** It may lag: a conflict plans again, then leaves it to the next poll. */
  readonly known: () => Known;
  /** Waits until `known` has what the ledger had; absent = until other work had its turn. */
  readonly caughtUp?: () => Promise<void>;
  /** Tags with events that the sheet lacks. */
  readonly pendientes: (tag: Tag) => boolean;
  readonly policy: Policy;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** The sheet as it was read. */
export interface Lectura {
  readonly tabs: readonly Tab[];
  /** What reading found odd, to be listed. */
  readonly avisos: readonly Aviso[];
}

export interface Taken {
  readonly plan: IntakePlan;
  readonly kind: "committed" | "nothing" | "fenced" | "conflict";
  /** Of the last event, when something was committed. */
  readonly seq: Seq | null;
}

/** A conflict is an action that came in between; so many in a row are left to the next poll. */
const ATTEMPTS_MAX = 5;
/** Histories asked in one go: enough to fill a round trip, few enough to wait behind. */
const HISTORIES_AT_ONCE = 50;
/** As many as a big shop has spools; rows that wait are asked once, not with every read. */
const HISTORIES_MAX = 10_000;

/** A change of an import as the ledger stores it. */
export function toWrite(change: ImportChange): Write {
  const { kind, state, expectedVersion, event } = change;
  switch (kind) {
    case "spool":
      return { key: spoolKey(state.tag), expectedVersion, state, event };
    case "trabajador":
      return { key: trabajadorKey(state.id), expectedVersion, state, event };
    case "planilla":
      return { key: "planilla", expectedVersion, state, event };
  }
}

/** Takes one reading of the sheet after the other. */
export class Intake {
  readonly #deps: IntakeDeps;
  readonly #memoria = new Memoria();
  readonly #histories = new Map<Tag, readonly SpoolEvent[]>();
  /** Whether something was done to a spool up to a version; true stays true. */
  readonly #acted = new Map<Tag, { readonly version: number; readonly acted: boolean }>();

  constructor(deps: IntakeDeps) {
    this.#deps = deps;
  }

  /**
   * What a reading would change; changes nothing.
   * @throws WorkbookError when the sheet can't be read as it is, LedgerUnavailable
   */
  async plan(lectura: Lectura): Promise<IntakePlan> {
    this.#forget();
    const first = this.#planned(lectura);
    if (first.dudas.length === 0) return first;
    await this.#ask(first.dudas);
    return this.#planned(lectura);
  }

  /**
   * Commits what a reading changes, all at once or not at all.
   * @throws WorkbookError when the sheet can't be read as it is, LedgerUnavailable
   */
  async take(lectura: Lectura): Promise<Taken> {
    const { ledger, fence, caughtUp } = this.#deps;
    for (let attempt = 1; ; attempt++) {
      const plan = await this.plan(lectura);
      if (plan.changes.length === 0) return { plan, kind: "nothing", seq: null };
      const records = plan.changes.some(({ kind }) => kind !== "planilla");
      const result = await ledger.commit({
        writes: plan.changes.map(toWrite),
        ...(records ? { documents: documentsOf(lectura.tabs) } : {}),
        fence: fence(),
      });
      if (result.kind === "committed") {
        return { plan, kind: "committed", seq: result.events.at(-1)?.seq ?? null };
      }
      if (result.kind === "fenced") return { plan, kind: "fenced", seq: null };
      if (attempt === ATTEMPTS_MAX) return { plan, kind: "conflict", seq: null };
      await (caughtUp?.() ?? new Promise<void>((turn) => setImmediate(turn)));
    }
  }

  #planned({ tabs, avisos }: Lectura): IntakePlan {
    const { pendientes, policy, now } = this.#deps;
    const known = this.#deps.known();
    return planIntake({
      tabs,
      avisos,
      ...known,
      history: this.#histories,
      pendientes,
      actuado: (tag) => this.#actuado(tag, known.spools.get(tag)?.version),
      policy,
      nowMs: now(),
      medio: "planilla",
      memoria: this.#memoria,
    });
  }

  #actuado(tag: Tag, version: number | undefined): boolean | undefined {
    const told = this.#acted.get(tag);
    return told && (told.acted || told.version === version) ? told.acted : undefined;
  }

  /** Drops histories that went on since they were asked. */
  #forget(): void {
    const { spools } = this.#deps.known();
    if (this.#histories.size > HISTORIES_MAX) this.#histories.clear();
    for (const [tag, events] of this.#histories) {
      if (events.at(-1)?.version !== spools.get(tag)?.version) this.#histories.delete(tag);
    }
  }

  async #ask(tags: readonly Tag[]): Promise<void> {
    for (let i = 0; i < tags.length; i += HISTORIES_AT_ONCE) {
      await Promise.all(
        tags.slice(i, i + HISTORIES_AT_ONCE).map(async (tag) => {
          const events = await this.#deps.ledger.history(tag);
          this.#histories.set(tag, events);
          const version = events.at(-1)?.version ?? 0;
          this.#acted.set(tag, { version, acted: events.some(isOurs) });
        }),
      );
    }
  }
}
