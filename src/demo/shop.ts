/**
 * The demo shop: some hundred spools in every state, made by the same rules as real ones, so that
 * each has a history that could have happened.
 */
import { toEvent } from "../actions/act.ts";
import type { Actor, Command } from "../domain/command.ts";
import { decide, hasRol, ROLES_DE } from "../domain/decide.ts";
import { estadoDetalle } from "../domain/estado-detalle.ts";
import type { Autor, Pending } from "../domain/event.ts";
import { blank } from "../domain/evolve.ts";
import { fechaAt } from "../domain/fecha.ts";
import type { Policy } from "../domain/policy.ts";
import type { Operacion, Spool, Tag } from "../domain/spool.ts";
import type { Trabajador } from "../domain/trabajador.ts";
import { type Ledger, spoolKey, trabajadorKey, type Write } from "../ledger/ledger.ts";
import { demoPeople } from "./people.ts";
import { between, pick, type Random, seeded } from "./random.ts";

const SPOOLS = 320;
const SEED = 2026;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Three weeks of work lie behind the demo shop. */
const PAST_MS = 21 * DAY_MS;

const SYSTEM: Autor = { firma: null, medio: "demo", dispositivo: null };
const CLIENTES = ["Celulosa Arauco", "Minera Escondida", "Puerto Ventanas", "Planta Coloso"];
const MATERIALES = ["A106 Gr.B", "A312 TP316L", "A53 Gr.B", "API 5L X52", "A333 Gr.6"];
const DIAMETROS = ["2", "3", "4", "6", "8", "10", "12", "16"];

/** How far a spool got: steps that are tried in order, with who may do them. */
type Step = readonly [Command["accion"], Operacion];
const ARMADO: readonly Step[] = [
  ["TOMAR", "ARM"],
  ["COMPLETAR", "ARM"],
];
const SOLDADURA: readonly Step[] = [
  ["TOMAR", "SOLD"],
  ["COMPLETAR", "SOLD"],
];
const RECHAZO: readonly Step[] = [["RECHAZAR", "METROLOGIA"]];
const REPARACION: readonly Step[] = [
  ["TOMAR", "REPARACION"],
  ["COMPLETAR", "REPARACION"],
];
const HECHO = [...ARMADO, ...SOLDADURA];
const pausa = (operacion: Operacion): readonly Step[] => [
  ["TOMAR", operacion],
  ["PAUSAR", operacion],
];

/** A life and how many of a hundred spools have it. */
const LIVES: readonly (readonly [number, readonly Step[]])[] = [
  [30, []],
  [3, [["TOMAR", "ARM"]]],
  [6, pausa("ARM")],
  [18, ARMADO],
  [3, [...ARMADO, ["TOMAR", "SOLD"]]],
  [5, [...ARMADO, ...pausa("SOLD")]],
  [10, HECHO],
  [14, [...HECHO, ["APROBAR", "METROLOGIA"]]],
  [4, [...HECHO, ...RECHAZO]],
  [1, [...HECHO, ...RECHAZO, ["TOMAR", "REPARACION"]]],
  [2, [...HECHO, ...RECHAZO, ...pausa("REPARACION")]],
  [2, [...HECHO, ...RECHAZO, ...REPARACION]],
  [1, [...HECHO, ...RECHAZO, ...REPARACION, ...RECHAZO]],
  [1, [...HECHO, ...RECHAZO, ...REPARACION, ...RECHAZO, ...REPARACION, ...RECHAZO]],
];

const lifeOf = (percent: number): readonly Step[] => {
  let sum = 0;
  for (const [share, life] of LIVES) {
    sum += share;
    if (percent < sum) return life;
  }
  return [];
};

function newSpool(index: number, random: Random, policy: Policy, beganMs: number): Spool {
  const area = pick(random, ["SL", "PW", "TW", "AC", "HC"]);
  const [zone, line] = [1_300 + Math.floor(index / 40), 28_000 + Math.floor(index / 8)];
  const tag = `MK-${zone}-${area}-${line}-${String((index % 8) + 1).padStart(3, "0")}`;
  return {
    ...blank(tag as Tag),
    nv: `NV06${String(Math.floor(index / 80)).padStart(2, "0")}`,
    ot: String(index + 1).padStart(5, "0"),
    ficha: {
      Cliente: pick(random, CLIENTES),
      Plano: `ISO-${20_000 + index}`,
      Material: pick(random, MATERIALES),
      Diametro_Principal: pick(random, DIAMETROS),
      Peso_kg: String(between(random, 60, 900)),
    },
    // One in ten still waits for its materials.
    fechaMateriales: random() < 0.1 ? null : fechaAt(beganMs, policy.zone),
  };
}

const actorFor = (people: readonly Trabajador[], operacion: Operacion, random: Random): Actor => ({
  trabajador: pick(
    random,
    people.filter((t) => hasRol(t, ROLES_DE[operacion])),
  ),
  medio: "demo",
  dispositivo: null,
});

function commandOf([accion, operacion]: Step): Command {
  if (accion === "APROBAR") return { accion };
  if (accion === "RECHAZAR") return { accion, motivo: "Fuera de tolerancia" };
  return { accion, operacion } as Command;
}

function imported(spool: Spool, policy: Policy, atMs: number): Write {
  const state = { ...spool, version: 1 };
  const event: Pending = {
    kind: "spool",
    atMs,
    tag: spool.tag,
    version: 1,
    autor: SYSTEM,
    cambio: { accion: "IMPORTAR", operacion: null, spool },
    estadoDetalle: estadoDetalle(spool, policy),
  };
  return { key: spoolKey(spool.tag), expectedVersion: 0, state, event };
}

/** One spool's events, from its first sight to where its life leaves it. */
function lifeWrites(
  index: number,
  people: readonly Trabajador[],
  policy: Policy,
  random: Random,
  nowMs: number,
): readonly Write[] {
  const beganMs = nowMs - PAST_MS + between(random, 0, 3 * DAY_MS);
  let spool = newSpool(index, random, policy, beganMs);
  const writes = [imported(spool, policy, beganMs)];
  spool = { ...spool, version: 1 };
  const life = lifeOf((index * 37) % 100);
  const open = life.at(-1)?.[0] === "TOMAR";
  const spanMs = nowMs - beganMs - 9 * HOUR_MS;
  let actor = actorFor(people, "ARM", random);
  for (const [at, step] of life.entries()) {
    const last = at === life.length - 1;
    const atMs =
      open && last
        ? nowMs - between(random, 4, 8 * 60) * MINUTE_MS
        : Math.round(beganMs + (spanMs * (at + 1)) / (life.length + 1));
    if (step[0] !== "PAUSAR" && step[0] !== "COMPLETAR") actor = actorFor(people, step[1], random);
    const decision = decide(spool, commandOf(step), actor, policy, atMs);
    if (!decision.ok) break;
    const { event, after } = toEvent(spool, decision.cambio, actor, policy, atMs);
    const expectedVersion = spool.version;
    writes.push({ key: spoolKey(spool.tag), expectedVersion, state: after, event });
    spool = after;
  }
  return writes;
}

/** Writes in the order in which they happened, cut so that no commit holds a key twice. */
function* inCommits(writes: readonly Write[]): Generator<readonly Write[]> {
  let batch: Write[] = [];
  let keys = new Set<string>();
  for (const write of writes.toSorted((a, b) => a.event.atMs - b.event.atMs)) {
    if (keys.has(write.key)) {
      yield batch;
      batch = [];
      keys = new Set();
    }
    batch.push(write);
    keys.add(write.key);
  }
  if (batch.length > 0) yield batch;
}

/** Fills an empty ledger with the demo shop. */
export async function makeDemoShop(ledger: Ledger, policy: Policy, nowMs: number): Promise<void> {
  const random = seeded(SEED);
  const people = demoPeople();
  const hired = people.map((trabajador): Write => {
    const atMs = nowMs - PAST_MS;
    const event: Pending = { kind: "trabajador", atMs, version: 1, autor: SYSTEM, trabajador };
    return { key: trabajadorKey(trabajador.id), expectedVersion: 0, state: trabajador, event };
  });
  const lives = Array.from({ length: SPOOLS }, (_, index) =>
    lifeWrites(index, people, policy, random, nowMs),
  ).flat();
  for (const writes of [hired, ...inCommits(lives)]) {
    const result = await ledger.commit({ writes });
    if (result.kind !== "committed") throw new Error("the demo shop's ledger was not empty");
  }
}
