/**
 * The recorded history of a chaos run: every request and what came back, and which action of the
 * log is whose. One key with one ask is one operation, however often it was sent.
 */
import type { Event, SpoolEvent } from "../../src/domain/event.ts";
import { tellEdge } from "../../src/http/refusals.ts";
import type { Ask, Done } from "../support/api.ts";

/** A refusal as the API words it. */
export interface Refused {
  readonly ok: false;
  readonly error: string;
  readonly message: string;
  readonly ocupado_por: { readonly worker_id: number } | null;
}

/** One request. Times are of one monotonic clock, those named `At` of the wall's; milliseconds. */
export interface Call {
  readonly key: string;
  readonly ask: Ask;
  /** Which process was asked. */
  readonly process: number;
  readonly invokedMs: number;
  readonly endedMs: number;
  readonly invokedAt: number;
  readonly endedAt: number;
  /** Null when the connection broke or nothing came in time. */
  readonly answer: { readonly status: number; readonly body: Done | Refused } | null;
}

/** All requests of one key for one action. */
export interface Operation {
  readonly ask: Ask;
  readonly calls: Call[];
  /** Its place in the log; null when it was never done. */
  event: SpoolEvent | null;
}

export interface Claims {
  readonly operations: readonly Operation[];
  /** By seq. */
  readonly ownerOf: ReadonlyMap<number, Operation>;
  readonly byKey: ReadonlyMap<string, readonly Operation[]>;
  readonly violations: string[];
}

const UNAVAILABLE = 503;
const FAULT = 500;

export const isUnavailable = ({ answer }: Call): boolean => answer?.status === UNAVAILABLE;

/** Whether a request may have been done or not, for all that its answer tells. */
export const isIndefinite = ({ answer }: Call): boolean => !answer || answer.status >= FAULT;

export const doneOf = ({ answer }: Call): Done | null =>
  answer?.body.ok === true ? answer.body : null;

/** The refusal of a definite answer. */
export function refusalOf(call: Call): Refused | null {
  const { answer } = call;
  return !answer || isIndefinite(call) || answer.body.ok ? null : answer.body;
}

export const invokedMs = ({ calls }: Operation): number =>
  Math.min(...calls.map((call) => call.invokedMs));

/** When it was first known to be done; Infinity when nobody was ever told. */
export const acknowledgedMs = ({ calls }: Operation): number =>
  Math.min(Number.POSITIVE_INFINITY, ...calls.filter(doneOf).map(({ endedMs }) => endedMs));

export const describeAsk = ({ accion, operacion, tag, worker }: Ask): string =>
  `${accion} ${operacion} of ${tag} by ${worker}`;

const askOf = (event: SpoolEvent): Ask => ({
  accion: event.cambio.accion,
  operacion: event.cambio.operacion ?? "",
  tag: event.tag,
  worker: event.autor.firma?.id ?? 0,
});

function group(calls: readonly Call[]): Map<string, Operation[]> {
  const byKey = new Map<string, Operation[]>();
  for (const call of calls) {
    const known = byKey.get(call.key) ?? [];
    byKey.set(call.key, known);
    const text = describeAsk(call.ask);
    let operation = known.find(({ ask }) => describeAsk(ask) === text);
    if (!operation) {
      operation = { ask: call.ask, calls: [], event: null };
      known.push(operation);
    }
    operation.calls.push(call);
  }
  return byKey;
}

/** What is wrong with an acknowledgement; null when the log says the same. */
function wrongAck(done: Done, { ask }: Operation, event: SpoolEvent | undefined): string | null {
  const told = `${describeAsk(ask)} was acknowledged as seq ${done.seq}`;
  if (!event) return `lost: ${told}, which is not in the log`;
  const logged = describeAsk(askOf(event));
  if (logged !== describeAsk(ask)) return `${told}, which is ${logged}`;
  const { version, estado_detalle } = done;
  if (version === event.version && estado_detalle === event.estadoDetalle) return null;
  return `${told}, version ${version} (${estado_detalle}): the log has ${event.version}`;
}

/** Books the acknowledgements: each names its event by its seq. */
function takeAcks(
  operations: readonly Operation[],
  bySeq: ReadonlyMap<number, SpoolEvent>,
  ownerOf: Map<number, Operation>,
): string[] {
  const found: string[] = [];
  const take = (operation: Operation, done: Done): void => {
    const event = bySeq.get(done.seq);
    const wrong = wrongAck(done, operation, event);
    if (wrong) found.push(wrong);
    if (wrong || !event) return;
    const owner = ownerOf.get(done.seq) ?? operation;
    if (owner !== operation) found.push(`two operations were told seq ${done.seq}`);
    if (operation.event && operation.event !== event) {
      found.push(`twice: ${describeAsk(operation.ask)} is ${operation.event.seq} and ${done.seq}`);
    }
    ownerOf.set(done.seq, operation);
    operation.event = event;
  };
  for (const operation of operations) {
    for (const call of operation.calls) {
      const done = doneOf(call);
      if (done) take(operation, done);
    }
  }
  return found;
}

/** Whether a request without a definite answer was under way when the event was decided. */
const wasUnderWay = ({ calls }: Operation, { atMs }: SpoolEvent): boolean =>
  calls.some((call) => isIndefinite(call) && call.invokedAt <= atMs && atMs <= call.endedAt);

/**
 * Finds whose each event is. Acknowledged ones are told by their seq. An event that nobody was told
 * of must be an operation's that never got a definite yes: the one that was under way when it was
 * decided, as a worker asks one thing at a time; else the earliest of those that ask for the same,
 * which leaves the most room to the others.
 * @param base the last seq before the run
 */
export function claim(log: readonly Event[], base: number, calls: readonly Call[]): Claims {
  const byKey = group(calls);
  const operations = [...byKey.values()].flat();
  const events = log.filter((event) => event.kind === "spool" && event.seq > base) as SpoolEvent[];
  const ownerOf = new Map<number, Operation>();
  const bySeq = new Map(events.map((event) => [event.seq as number, event]));
  const violations = takeAcks(operations, bySeq, ownerOf);
  const open = operations
    .filter(({ event, calls: sent }) => !event && sent.some(isIndefinite))
    .sort((a, b) => invokedMs(a) - invokedMs(b));
  for (const event of events) {
    if (ownerOf.has(event.seq)) continue;
    const text = describeAsk(askOf(event));
    const same = open.filter((one) => !one.event && describeAsk(one.ask) === text);
    const owner = same.find((one) => wasUnderWay(one, event)) ?? same[0];
    if (owner) {
      owner.event = event;
      ownerOf.set(event.seq, owner);
    } else violations.push(`nobody asked for seq ${event.seq}, ${text}`);
  }
  return { operations, ownerOf, byKey, violations };
}

/** The 503 that says that nothing was changed; another one says that nobody knows. */
const NOTHING_DONE = tellEdge("SERVICIO_NO_DISPONIBLE").message;

const saysNothingDone = (call: Call): boolean =>
  isUnavailable(call) &&
  call.answer?.body.ok === false &&
  call.answer.body.message === NOTHING_DONE;

/**
 * Requests whose 503 said that nothing was done, and it was: the event was decided while that
 * request, and no other of its operation, was under way. (One that broke may still be under way
 * long after its end.)
 */
export function untrue503({ operations }: Claims): string[] {
  return operations.flatMap(({ ask, calls, event }) => {
    if (!event) return [];
    const { atMs, seq } = event;
    const during = calls.filter(
      ({ invokedAt, endedAt, answer }) => invokedAt <= atMs && (!answer || atMs <= endedAt),
    );
    const [only] = during;
    return during.length === 1 && only && saysNothingDone(only)
      ? [`untrue 503: ${describeAsk(ask)} was said not to be done and is seq ${seq}`]
      : [];
  });
}
