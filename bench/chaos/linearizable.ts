/**
 * Is a recorded history linearizable: is there an order of all requests, one after another, that
 * explains every answer and in which whatever was answered before another was asked comes first
 * (Herlihy and Wing, 1990)?
 *
 * In general that takes a search; here the log is the witness. It says in which order the accepted
 * actions took effect, and each acknowledgement names its place in it (seq, version), so no other
 * order could explain the answers. Linearizability is local: it holds for all when it holds for
 * each spool. For one spool with events 1 … n, "place k" is the time between event k and k + 1:
 *
 * 1. Accepted actions: an order of intervals respects real time if and only if no later one was
 *    answered before an earlier one was asked. It is checked over the whole log at once, which is
 *    more than locality asks for: the log claims to be the order of all commits (ledger.ts, L1).
 *    One that nobody was told of has no end; it may take effect at any time after it was asked.
 *    One asked for several times with its key began with the first request and was over with the
 *    first yes: once a yes is out it is done, before the first request nobody wanted it.
 * 2. Each accepted action is legal in the state before it (story.ts).
 * 3. A refusal changes nothing, so that it may stand at any place k where it is right, as long as
 *    real time allows: not before an event acknowledged before it was asked, not after an event
 *    asked for after it was answered, not before the place of a refusal that ended before it began.
 *    Refusals are placed in the order in which they were asked, each at the first place that is
 *    right and allowed. All that must come before one was asked earlier and so has its place; each
 *    has the earliest place it can have in any valid order (by induction: the lower bounds only
 *    grow with earlier places). So when one finds none, there is none: no false alarm, and nothing
 *    is missed. Two refusals at the same place are ordered as they were asked.
 * 4. A key acts once and then answers the same for good: a refusal of a request whose key has an
 *    event must stand before that event.
 *
 * Requests without a definite answer (503, broken line) are part of their key's operation: it may
 * have taken effect once, at any time after it was asked, or never. A 503 that says that nothing
 * was done must have done nothing (history.ts).
 */
import type { Event, SpoolEvent } from "../../src/domain/event.ts";
import type { Policy } from "../../src/domain/policy.ts";
import {
  acknowledgedMs,
  type Call,
  type Claims,
  claim,
  describeAsk,
  invokedMs,
  isUnavailable,
  refusalOf,
  untrue503,
} from "./history.ts";
import { checkRefusals, describeRefused, type RefusedCall, type Span } from "./placing.ts";
import { checkSeqs, checkStory, storiesOf, trabajadoresOf } from "./story.ts";

export interface History {
  /** The whole log, from seq 1. */
  readonly log: readonly Event[];
  /** The last seq before the run: what follows was asked for in `calls`, all of it. */
  readonly base: number;
  readonly calls: readonly Call[];
  readonly policy: Policy;
}

/** A key that belongs to another request is refused for that alone. */
const KEY_USED = "CLAVE_REUTILIZADA";
const FAULT = 500;

const ANY_TIME: Span = {
  invokedMs: Number.NEGATIVE_INFINITY,
  endedMs: Number.POSITIVE_INFINITY,
};

/** An unclaimed event was already reported; it may stand anywhere. */
function spanOf({ seq }: { readonly seq: number }, { ownerOf }: Claims): Span {
  const owner = ownerOf.get(seq);
  return owner ? { invokedMs: invokedMs(owner), endedMs: acknowledgedMs(owner) } : ANY_TIME;
}

function checkRealTime(events: readonly SpoolEvent[], claims: Claims): string[] {
  const found: string[] = [];
  let latest = { seq: 0, invokedMs: Number.NEGATIVE_INFINITY };
  for (const event of events) {
    const span = spanOf(event, claims);
    if (span.endedMs < latest.invokedMs) {
      found.push(`inversion: seq ${event.seq} was over before seq ${latest.seq} was asked for`);
    }
    if (span.invokedMs > latest.invokedMs) latest = { seq: event.seq, invokedMs: span.invokedMs };
  }
  return found;
}

/** A key that was taken must have been taken by another request that was done. */
function checkKeyUsed(one: RefusedCall, { byKey }: Claims): string[] {
  const others = (byKey.get(one.call.key) ?? []).filter((other) => other !== one.operation);
  const used = others.some((other) => other.event && invokedMs(other) <= one.call.endedMs);
  return used ? [] : [`nobody used the key of ${describeRefused(one)}`];
}

function checkFaults(calls: readonly Call[]): string[] {
  return calls.flatMap((call) => {
    const status = call.answer?.status ?? 0;
    return status >= FAULT && !isUnavailable(call)
      ? [`${status} for ${describeAsk(call.ask)} from process ${call.process}`]
      : [];
  });
}

/** Judges a whole run. @returns what is wrong, a line each. */
export function checkHistory({ log, base, calls, policy }: History): readonly string[] {
  const claims = claim(log, base, calls);
  const violations = [...checkSeqs(log), ...claims.violations, ...checkFaults(calls)];
  const stories = storiesOf(log);
  const trabajadores = trabajadoresOf(log);
  const events = [...stories.values()].flatMap((story) => story.events);
  const sorted = events.filter(({ seq }) => seq > base).sort((a, b) => a.seq - b.seq);
  violations.push(...checkRealTime(sorted, claims));

  const refusals = new Map<string, RefusedCall[]>();
  for (const operation of claims.operations) {
    for (const call of operation.calls) {
      const refused = refusalOf(call);
      if (!refused) continue;
      const one = { call, refused, operation };
      if (refused.error === KEY_USED) violations.push(...checkKeyUsed(one, claims));
      else refusals.set(call.ask.tag, [...(refusals.get(call.ask.tag) ?? []), one]);
    }
  }
  for (const story of stories.values()) {
    violations.push(...checkStory(story, base, trabajadores, policy));
    const spans = story.events.map((event) =>
      event.seq > base ? spanOf(event, claims) : { ...ANY_TIME, endedMs: Number.NEGATIVE_INFINITY },
    );
    const placing = { story, spans, trabajadores, policy };
    violations.push(...checkRefusals(placing, refusals.get(story.tag) ?? []));
    refusals.delete(story.tag);
  }
  for (const [tag] of refusals) violations.push(`an answer about a spool without a log: ${tag}`);
  violations.push(...untrue503(claims));
  return violations;
}
