/** Finds a place for every refusal of a spool (linearizable.ts, 3), fast enough for long runs. */
import type { Policy } from "../../src/domain/policy.ts";
import type { Trabajador } from "../../src/domain/trabajador.ts";
import { type Call, describeAsk, type Operation, type Refused } from "./history.ts";
import { isRight, type Story } from "./story.ts";

/** When an accepted action can have happened. */
export interface Span {
  readonly invokedMs: number;
  readonly endedMs: number;
}

export interface Placing {
  readonly story: Story;
  /** Spans of the events, those before the run and all; `spans[k - 1]` is event k's. */
  readonly spans: readonly Span[];
  readonly trabajadores: ReadonlyMap<number, Trabajador>;
  readonly policy: Policy;
}

export interface RefusedCall {
  readonly call: Call;
  readonly refused: Refused;
  readonly operation: Operation;
}

/** Most places named in a finding. */
const NAMED_MAX = 3;

/** How many values at the beginning of a list that never falls are in, by bisection. */
function countWhile(values: readonly number[], isIn: (value: number) => boolean): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isIn(values[middle] ?? Number.POSITIVE_INFINITY)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** By event: the latest beginning up to it, and the earliest end from it on. Neither ever falls. */
function bounds(spans: readonly Span[]) {
  const begun: number[] = [];
  for (const { invokedMs } of spans) begun.push(Math.max(invokedMs, begun.at(-1) ?? invokedMs));
  const over: number[] = [];
  for (const { endedMs } of spans.toReversed()) {
    over.push(Math.min(endedMs, over.at(-1) ?? endedMs));
  }
  return { begun, over: over.reverse() };
}

export function describeRefused({ call, refused }: RefusedCall): string {
  const named = refused.ocupado_por ? ` (${refused.ocupado_por.worker_id})` : "";
  return `${refused.error}${named} for ${describeAsk(call.ask)} from process ${call.process}`;
}

/** Says of a refusal that has no place where it would have been right. */
function describeUnplaced(
  one: RefusedCall,
  from: number,
  last: number,
  right: (place: number) => boolean,
  places: number,
): string {
  const all = Array.from({ length: places }, (_, place) => place).filter(right);
  const earlier = all.filter((place) => place < from);
  const shown = earlier.length > 0 ? earlier.slice(-NAMED_MAX) : all.slice(0, NAMED_MAX);
  const kind = all.length === 0 ? "wrong" : earlier.length > 0 ? "stale" : "early";
  return (
    `${kind} refusal: ${describeRefused(one)}: allowed at versions ${from} to ${last}, ` +
    `right at ${shown.join(", ") || "none"}`
  );
}

/** Places the refusals of one spool. @returns those that have no place, in words. */
export function checkRefusals(placing: Placing, refusals: readonly RefusedCall[]): string[] {
  const { story, spans, trabajadores, policy } = placing;
  const { begun, over } = bounds(spans);
  const placeOf = new Map(story.events.map((event, at) => [event, at]));
  const found: string[] = [];
  const placed = new Map<RefusedCall, number>();
  const byEnd = refusals.toSorted((a, b) => a.call.endedMs - b.call.endedMs);
  let passed = 0;
  let latest = 0;
  for (const one of refusals.toSorted((a, b) => a.call.invokedMs - b.call.invokedMs)) {
    const { call, refused, operation } = one;
    // Whoever ended before this one was asked, was asked before it: it has its place.
    for (; (byEnd[passed]?.call.endedMs ?? call.invokedMs) < call.invokedMs; passed++) {
      const before = byEnd[passed];
      latest = Math.max(latest, (before && placed.get(before)) ?? 0);
    }
    const from = Math.max(
      latest,
      countWhile(over, (endedMs) => endedMs < call.invokedMs),
    );
    const own = operation.event ? placeOf.get(operation.event) : undefined;
    // Up to the first event that was asked for after the answer.
    const last = Math.min(
      countWhile(begun, (ms) => ms <= call.endedMs),
      own ?? story.events.length,
    );
    const trabajador = trabajadores.get(call.ask.worker);
    // Nothing that is asked here depends on the hour.
    const right = (place: number): boolean => {
      const state = story.states[place];
      return (
        state !== undefined && isRight(refused, state, call.ask, trabajador, policy, call.endedAt)
      );
    };
    let place = from;
    while (place <= last && !right(place)) place++;
    if (place <= last) placed.set(one, place);
    else found.push(describeUnplaced(one, from, last, right, story.states.length));
  }
  return found;
}
