/** A shop in short, for intakes without ledger and Google: what is known, the log, the sheet. */
import type { Command } from "../../src/domain/command.ts";
import type { Pending, Seq, SpoolEvent } from "../../src/domain/event.ts";
import { evolve } from "../../src/domain/evolve.ts";
import type { Spool, Tag } from "../../src/domain/spool.ts";
import type { Trabajador } from "../../src/domain/trabajador.ts";
import { eventIdOf } from "../../src/workbook/event-id.ts";
import type { IntakeInput } from "../../src/workbook/intake-input.ts";
import { isOurs, planExport } from "../../src/workbook/plan-export.ts";
import { type IntakePlan, planIntake } from "../../src/workbook/plan-intake.ts";
import { headerKey, type Tab } from "../../src/workbook/tab.ts";
import { attempt, NOW_MS, policy, tag } from "../support/builders.ts";
import { type Celdas, type Known, libro, NADA } from "./libro.ts";

export class Taller {
  known: Known = NADA;
  readonly log: SpoolEvent[] = [];
  nowMs = NOW_MS;

  /** As the sheet's first contact leaves it. */
  static of(tabs: readonly Tab[]): Taller {
    const taller = new Taller();
    taller.take(tabs);
    return taller;
  }

  static ofRows(...rows: readonly Celdas[]): Taller {
    return Taller.of(libro(...rows));
  }

  spool(text = "A-1"): Spool {
    const spool = this.known.spools.get(tag(text));
    if (!spool) throw new Error(`no ${text}`);
    return spool;
  }

  history(whose: Tag): readonly SpoolEvent[] {
    return this.log.filter((event) => event.tag === whose);
  }

  /** Somebody does something in ZEUES. */
  act(command: Command, who: Trabajador, text = "A-1"): this {
    const done = attempt(this.spool(text), command, who, this.nowMs);
    if (!done.ok) throw new Error(JSON.stringify(done.refusal));
    this.append(done.event);
    return this;
  }

  append(event: Pending<SpoolEvent>): void {
    this.log.push({ ...event, seq: (this.log.length + 1) as Seq });
    const before = this.known.spools.get(event.tag);
    if (!before) throw new Error(`no ${event.tag}`);
    const spools = new Map(this.known.spools).set(event.tag, evolve(before, event));
    this.known = { ...this.known, spools };
  }

  /** The sheet once the outbox has written everything. */
  written(tabs: readonly Tab[]): readonly Tab[] {
    return planExport({
      tabs,
      spools: this.known.spools,
      trabajadores: [...this.known.trabajadores.values()],
      events: this.log,
      policy: policy(),
      eventId: eventIdOf,
    });
  }

  /** Plans, and plans again with the histories that the first plan asked for. */
  plan(tabs: readonly Tab[], parts: Partial<IntakeInput> = {}): IntakePlan {
    const input: IntakeInput = {
      tabs,
      ...this.known,
      history: new Map(),
      policy: policy(),
      nowMs: this.nowMs,
      medio: "planilla",
      pendientes: () => false,
      actuado: (whose) => this.history(whose).some(isOurs),
      avisos: [],
      ...parts,
    };
    const first = planIntake(input);
    if (first.dudas.length === 0) return first;
    const history = new Map(first.dudas.map((whose) => [whose, this.history(whose)]));
    return planIntake({ ...input, history });
  }

  /** Plans and commits. */
  take(tabs: readonly Tab[], parts: Partial<IntakeInput> = {}): IntakePlan {
    const plan = this.plan(tabs, parts);
    const [spools, trabajadores] = [new Map(this.known.spools), new Map(this.known.trabajadores)];
    let { planilla } = this.known;
    for (const change of plan.changes) {
      if (change.kind === "spool") {
        spools.set(change.state.tag, change.state);
        this.log.push({ ...change.event, seq: (this.log.length + 1) as Seq });
      } else if (change.kind === "trabajador") trabajadores.set(change.state.id, change.state);
      else planilla = change.state;
    }
    this.known = { spools, trabajadores, planilla };
    return plan;
  }
}

/** What a plan does, in short: `IMPORTAR A-1`, `planilla`. */
export const doings = ({ changes }: IntakePlan): readonly string[] =>
  changes.map(({ kind, event }) =>
    event.kind === "spool" ? `${event.cambio.accion} ${event.tag}` : kind,
  );

/** What a plan does to spools, in short. */
export const hechos = (plan: IntakePlan): readonly string[] =>
  doings(plan).filter((doing) => doing.includes(" "));

/** Hands change cells of the row of a tag. */
export function hand(tabs: readonly Tab[], cells: Celdas, text = "A-1"): readonly Tab[] {
  return tabs.map((tab) => {
    if (tab.name !== "Operaciones") return tab;
    const keys = tab.header.map(headerKey);
    const rows = tab.rows.map((row) => {
      if (row[keys.indexOf("tagspool")]?.trim() !== text) return row;
      const copy = tab.header.map((_, i) => row[i] ?? "");
      for (const [title, cell] of Object.entries(cells)) {
        const place = keys.indexOf(headerKey(title));
        if (place < 0) throw new Error(`no column ${title}`);
        copy[place] = cell;
      }
      return copy;
    });
    return { ...tab, rows };
  });
}
