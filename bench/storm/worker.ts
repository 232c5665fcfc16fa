/** One worker of the storm: acts at random, holds spools, repeats requests as bad Wi-Fi does. */
import { pick, type Random } from "../../src/demo/random.ts";
import type { Api, Ask, Done } from "../support/api.ts";
import { add, book, type Tally } from "./tally.ts";

export interface WorkerDeps {
  readonly api: Api;
  readonly tags: readonly string[];
  readonly tally: Tally;
  readonly random: Random;
  /** Whether one more action is wanted. */
  readonly more: () => boolean;
  /** Between two actions. */
  readonly think: () => Promise<void>;
}

/** Shares of all actions. */
const OWN = 0.6;
const MEDDLE = 0.07;
const SENSIBLE = 0.85;
const TWIN = 0.04;
const AGAIN = 0.08;
const LOST = 0.11;
const STOLEN = 0.13;
/** So many spools are reached for by all, others after so many actions: there people collide. */
const HOT = 12;
const HOT_SHARE = 0.3;
const HOT_ACTIONS = 100;

const TAKES = ["ARM", "SOLD", "REPARACION", "METROLOGIA"];
/** Mostly going back, so that a minute's storm does not run out of spools. */
const LEAVES = ["PAUSAR", "PAUSAR", "PAUSAR", "CANCELAR", "CANCELAR", "COMPLETAR", "COMPLETAR"];
const INSPECTS = ["APROBAR", "RECHAZAR", "RECHAZAR", "RECHAZAR"];

type Held = Pick<Ask, "tag" | "operacion">;

/** Which operation a spool seems to wait for. */
function opened(estado: string): string {
  if (/Pendiente reparación|REPARACION_PAUSADA/.test(estado)) return "REPARACION";
  if (/Metrología pendiente|PENDIENTE_METROLOGIA/.test(estado)) return "METROLOGIA";
  return /ARM completado/.test(estado) ? "SOLD" : "ARM";
}

function chooseAsk({ random, tags, tally }: WorkerDeps, worker: number, held: readonly Held[]) {
  if (held.length > 0 && random() < OWN) {
    return { ...pick(random, held), accion: pick(random, LEAVES), worker };
  }
  const from = (Math.floor(tally.acked.size / HOT_ACTIONS) * HOT) % tags.length;
  const tag = pick(random, random() < HOT_SHARE ? tags.slice(from, from + HOT) : tags);
  const sensible = random() < SENSIBLE;
  const operacion = sensible ? opened(tally.estados.get(tag) ?? "") : pick(random, TAKES);
  if (random() < MEDDLE) return { tag, operacion: "SOLD", accion: pick(random, LEAVES), worker };
  if (operacion === "METROLOGIA") {
    return { tag, operacion, accion: pick(random, INSPECTS), worker };
  }
  return { tag, operacion, accion: "TOMAR", worker };
}

/** The same request twice at once: both may be done, but only as one. */
async function twin({ api, tally }: WorkerDeps, ask: Ask, key: string): Promise<Done | null> {
  const both = await Promise.all([api.act(ask, key), api.act(ask, key)]);
  const [one, two] = both.map((answer) => book(tally, ask, answer));
  if (one && two && one.seq !== two.seq) {
    tally.violations.push(`one key, two events: ${one.seq} and ${two.seq}`);
  }
  return one ?? two ?? null;
}

/** The answer is lost, or the request itself; it is sent until it is answered. */
async function lost({ api, tally, random }: WorkerDeps, ask: Ask, key: string) {
  const abort = new AbortController();
  const sent = api.act(ask, key, abort.signal).catch(() => null);
  const ticks = Math.floor(random() * 3);
  for (let tick = 0; tick < ticks; tick++) await new Promise((resolve) => setImmediate(resolve));
  abort.abort();
  await sent;
  return book(tally, ask, await api.act(ask, key));
}

/** A request that was answered is sent again: the same answer, and nothing done. */
async function again({ api, tally }: WorkerDeps, ask: Ask, key: string): Promise<Done | null> {
  const first = book(tally, ask, await api.act(ask, key));
  if (!first) return null;
  const second = book(tally, ask, await api.act(ask, key));
  if (second?.seq !== first.seq || second.estado_detalle !== first.estado_detalle) {
    tally.violations.push(`asked again, answered otherwise: ${JSON.stringify([first, second])}`);
  }
  return first;
}

/** Another request with a key that was used is nobody's repeat. */
async function stolenKey({ api, tally, tags, random }: WorkerDeps, ask: Ask, key: string) {
  const first = book(tally, ask, await api.act(ask, key));
  if (!first) return null;
  const other = pick(random, tags);
  if (other === ask.tag) return first;
  const { body } = await api.act({ ...ask, tag: other }, key);
  if (body.ok) tally.violations.push(`key ${key} was taken for another request`);
  return first;
}

async function once({ api, tally }: WorkerDeps, ask: Ask, key: string): Promise<Done | null> {
  const beganAt = performance.now();
  const answer = await api.act(ask, key);
  tally.latenciesMs.push(performance.now() - beganAt);
  return book(tally, ask, answer);
}

async function perform(deps: WorkerDeps, ask: Ask, key: string): Promise<Done | null> {
  const { repeats } = deps.tally;
  const chance = deps.random();
  if (chance >= STOLEN) return await once(deps, ask, key);
  if (chance < TWIN) {
    add(repeats, "twin");
    return await twin(deps, ask, key);
  }
  if (chance < AGAIN) {
    add(repeats, "again");
    return await again(deps, ask, key);
  }
  if (chance < LOST) {
    add(repeats, "lost");
    return await lost(deps, ask, key);
  }
  add(repeats, "stolen key");
  return await stolenKey(deps, ask, key);
}

/** Works until there is no more to do. */
export async function work(deps: WorkerDeps, worker: number): Promise<void> {
  const held: Held[] = [];
  for (let nth = 0; deps.more(); nth++) {
    const ask = chooseAsk(deps, worker, held);
    const done = await perform(deps, ask, `storm-${worker}-${nth}`);
    const at = held.findIndex(({ tag }) => tag === ask.tag);
    if (done && ask.accion === "TOMAR") held.push(ask);
    else if (done && at >= 0) held.splice(at, 1);
    await deps.think();
  }
}
