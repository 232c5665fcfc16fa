/**
 * Random histories of one spool for the properties: a crew with random roles acts under a random
 * policy, and the engineers edit in between. Half of the steps ask for anything at all, half for
 * something that is accepted then, so that histories get far (`reaches every state` checks it).
 * Every state is frozen: a rule that wrote into its input would throw.
 */
import fc from "fast-check";
import { ACCIONES, type Accion, type Actor, type Command } from "../../src/domain/command.ts";
import { decide } from "../../src/domain/decide.ts";
import { estadoDetalle } from "../../src/domain/estado-detalle.ts";
import type { Cambio, Descripcion, Pending, SpoolEvent } from "../../src/domain/event.ts";
import { blank, evolve } from "../../src/domain/evolve.ts";
import type { Policy } from "../../src/domain/policy.ts";
import { OCUPABLES, type Spool } from "../../src/domain/spool.ts";
import { ROLES, type Trabajador } from "../../src/domain/trabajador.ts";
import {
  type Attempt,
  actor,
  armado,
  attempt,
  command,
  fecha,
  HOUR_MS,
  soldado,
  spool,
  trabajador,
  ZONE,
} from "../support/builders.ts";

/** Every command there is: METROLOGIA and the supervisor's have no operation. */
export const COMMANDS: readonly Command[] = ACCIONES.flatMap((accion) =>
  "operacion" in command(accion)
    ? OCUPABLES.map((operacion) => command(accion, operacion))
    : [command(accion)],
);

interface Pick {
  /** Picks by `n` among what is accepted then, if anything is. */
  readonly lucky: boolean;
  readonly n: number;
  readonly waitMs: number;
  /** The engineers' edit just before, if any. */
  readonly edit: Descripcion | null;
}

export interface Scenario {
  readonly start: Spool;
  readonly crew: readonly Trabajador[];
  readonly policy: Policy;
  readonly startMs: number;
  readonly picks: readonly Pick[];
}

export interface Step {
  readonly before: Spool;
  readonly command: Command;
  readonly actor: Actor;
  readonly nowMs: number;
  readonly result: Attempt;
  readonly after: Spool;
}

export interface History {
  readonly scenario: Scenario;
  readonly steps: readonly Step[];
  /** All that happened, from the import on, in order. */
  readonly events: readonly Pending<SpoolEvent>[];
  readonly end: Spool;
}

function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) frozen(part);
  }
  return value;
}

const text = fc.oneof(fc.string({ unit: "binary", maxLength: 8 }), fc.constant("__proto__"));
const descripcion: fc.Arbitrary<Descripcion> = fc.record({
  nv: text,
  ot: text,
  ficha: fc.dictionary(text, text, { maxKeys: 3, noNullPrototype: true }),
  fechaMateriales: fc.option(fc.constant(fecha("19-10-2026")), { freq: 8 }),
});

const pick: fc.Arbitrary<Pick> = fc.record({
  lucky: fc.boolean(),
  n: fc.noBias(fc.nat(9_999)),
  // Half of them within the time in which a completion can be undone.
  waitMs: fc.oneof(fc.nat(12 * HOUR_MS), fc.nat(4_000)),
  edit: fc.oneof(
    { weight: 9, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: descripcion },
  ),
});

const person = (id: number): fc.Arbitrary<Trabajador> =>
  fc
    .record({
      id: fc.constant(id),
      nombre: text,
      apellido: text,
      activo: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
      roles: fc.oneof(fc.subarray([...ROLES]), fc.constant([...ROLES])),
    })
    .map(trabajador);

export const scenario: fc.Arbitrary<Scenario> = fc.record({
  start: fc.oneof(descripcion.map(spool), descripcion.map(armado), descripcion.map(soldado)),
  crew: fc.tuple(person(1), person(2), person(3), person(4)),
  policy: fc.record({
    soldAfter: fc.constantFrom("arm-begun", "arm-completed"),
    maxCycles: fc.nat(4),
    zone: fc.constant(ZONE),
  }),
  // Weeks that hold the change of the clock, both ways.
  startMs: fc.constantFrom(Date.UTC(2026, 2, 25), Date.UTC(2026, 7, 26)),
  picks: fc.array(pick, { minLength: 1, maxLength: 120, size: "max" }),
});

const SELDOM: ReadonlyMap<Accion, number> = new Map([
  ["APROBAR", 5],
  ["DESHACER", 3],
  ["ANOTAR", 7],
]);

/** One of all that the crew could ask; of what is accepted, for a lucky pick. */
function choose(state: Spool, { lucky, n }: Pick, { crew, policy }: Scenario, nowMs: number) {
  const moves = crew.flatMap((who) => COMMANDS.map((cmd) => [cmd, actor(who)] as const));
  // An approval ends a history, and an undo or a remark leads nowhere: they are picked seldom, so
  // that histories get far.
  const accepted = moves.filter(
    ([cmd, who]) =>
      n % (SELDOM.get(cmd.accion) ?? 1) === 0 && decide(state, cmd, who, policy, nowMs).ok,
  );
  const from = lucky && accepted.length > 0 ? accepted : moves;
  const chosen = from[n % from.length];
  if (!chosen) throw new Error("no crew");
  return chosen;
}

/** Plays a scenario from the import of its spool. */
export function play(sc: Scenario): History {
  const steps: Step[] = [];
  const events: Pending<SpoolEvent>[] = [];
  let state = frozen(blank(sc.start.tag));
  let nowMs = sc.startMs;
  const sheet = (cambio: Cambio): void => {
    const autor = { firma: null, medio: "planilla", dispositivo: null } as const;
    const bare = { tag: state.tag, version: state.version + 1, atMs: nowMs, autor, cambio };
    state = frozen(evolve(state, frozen(bare)));
    events.push({ kind: "spool", ...bare, estadoDetalle: estadoDetalle(state, sc.policy) });
  };
  sheet({ accion: "IMPORTAR", operacion: null, spool: sc.start });
  for (const p of sc.picks) {
    nowMs += p.waitMs;
    if (p.edit) sheet({ accion: "EDITAR", operacion: null, descripcion: p.edit });
    const [cmd, who] = choose(state, p, sc, nowMs);
    const before = state;
    const result = frozen(attempt(before, frozen(cmd), frozen(who), nowMs, sc.policy));
    if (result.ok) {
      events.push(result.event);
      state = result.spool;
    }
    steps.push({ before, command: cmd, actor: who, nowMs, result, after: state });
  }
  return { scenario: sc, steps, events, end: state };
}

export const history: fc.Arbitrary<History> = scenario.map(play);
