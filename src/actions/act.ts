/**
 * The only way to change a spool: rules, then one commit, again on a version conflict
 * (architecture: the arrow never turns back).
 *
 * A1: rules run on the newest state; a conflict means they run again on the state that won. A
 *     refusal stands only when the ledger has no newer state: this process may lag another's.
 * A2: an idempotency key acts once: a repeated request gets the first outcome, whatever the spool
 *     has become since, also when the repeat overtook the answer.
 */
import type { Actor, Command } from "../domain/command.ts";
import { type Decision, decide } from "../domain/decide.ts";
import { estadoDetalle } from "../domain/estado-detalle.ts";
import type { Cambio, Pending, SpoolEvent } from "../domain/event.ts";
import { evolve } from "../domain/evolve.ts";
import type { Policy } from "../domain/policy.ts";
import type { Refusal } from "../domain/refusal.ts";
import type { Spool, Tag } from "../domain/spool.ts";
import { type Ledger, type Remembered, spoolKey, type Write } from "../ledger/ledger.ts";
import { autorOf } from "./autor.ts";

/**
 * Each conflict means that somebody else's action won, and rules then mostly refuse; a spool on
 * which 20 actions in a row win against ours is a fault, not contention.
 */
const ATTEMPTS_MAX = 20;

export interface ActDeps {
  readonly ledger: Pick<Ledger, "commit" | "recall" | "state">;
  /** The newest state that this process knows; the ledger may have a newer one. */
  readonly current: (tag: Tag) => Spool | undefined;
  readonly policy: Policy;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export interface ActRequest {
  readonly tag: Tag;
  readonly command: Command;
  readonly actor: Actor;
  /** The version that the asker saw; another one is refused once the rules have agreed. */
  readonly expectedVersion?: number;
  readonly idempotencyKey?: string;
}

export type Outcome =
  /** `repeated`: this answer was given before, nothing changed now. */
  | { readonly ok: true; readonly event: SpoolEvent; readonly repeated: boolean }
  | { readonly ok: false; readonly refusal: Refusal }
  /** The idempotency key belongs to another request: the asker's fault (400). */
  | { readonly ok: false; readonly refusal: null };

const fingerprintOf = ({ tag, command, actor }: ActRequest): string =>
  JSON.stringify([tag, command, actor.trabajador.id]);

/** The event that a decided change becomes, and the spool after it. */
export function toEvent(
  spool: Spool,
  cambio: Cambio,
  actor: Actor,
  policy: Policy,
  atMs: number,
): { readonly event: Pending<SpoolEvent>; readonly after: Spool } {
  const autor = autorOf(actor);
  const version = spool.version + 1;
  const bare = { tag: spool.tag, version, atMs, autor, cambio };
  const after = evolve(spool, bare);
  return { event: { kind: "spool", ...bare, estadoDetalle: estadoDetalle(after, policy) }, after };
}

function toWrite(
  spool: Spool,
  decision: Extract<Decision, { ok: true }>,
  request: ActRequest,
  deps: ActDeps,
  atMs: number,
): Write {
  const { event, after } = toEvent(spool, decision.cambio, request.actor, deps.policy, atMs);
  return { key: spoolKey(spool.tag), expectedVersion: spool.version, state: after, event };
}

function answerAgain(remembered: Remembered, request: ActRequest): Outcome {
  const [event] = remembered.events;
  if (remembered.fingerprint !== fingerprintOf(request) || event?.kind !== "spool") {
    return { ok: false, refusal: null };
  }
  return { ok: true, event, repeated: true };
}

async function recalled(
  ledger: Pick<Ledger, "recall">,
  request: ActRequest,
): Promise<Outcome | null> {
  if (request.idempotencyKey === undefined) return null;
  const remembered = await ledger.recall(request.idempotencyKey);
  return remembered && answerAgain(remembered, request);
}

/** The rules, then the asker's own precondition. */
function judge(spool: Spool, request: ActRequest, deps: ActDeps, nowMs: number): Decision {
  const decision = decide(spool, request.command, request.actor, deps.policy, nowMs);
  const { expectedVersion, tag } = request;
  if (!decision.ok || expectedVersion === undefined || expectedVersion === spool.version) {
    return decision;
  }
  const { version } = spool;
  return { ok: false, refusal: { code: "CONFLICTO_DE_VERSION", tag, version } };
}

/** What one try came to: an answer, or a newer state to try again on. */
type Tried = { readonly outcome: Outcome } | { readonly newer: Spool | null };

/**
 * A refusal by the rules, as the answer only when it is one by the ledger's own state too. It may
 * also come from our own first try (A2).
 */
async function refused(
  { ledger }: ActDeps,
  request: ActRequest,
  spool: Spool | null,
  outcome: Outcome,
): Promise<Tried> {
  // The key is a spool's, so what stands there is a spool.
  const stands = (await ledger.state(spoolKey(request.tag))) as Spool | null;
  if (stands?.version !== spool?.version) return { newer: stands };
  return { outcome: (await recalled(ledger, request)) ?? outcome };
}

async function attempt(deps: ActDeps, request: ActRequest, spool: Spool): Promise<Tried> {
  const nowMs = deps.now();
  const decision = judge(spool, request, deps, nowMs);
  if (!decision.ok) return await refused(deps, request, spool, decision);
  const key = request.idempotencyKey;
  const result = await deps.ledger.commit({
    writes: [toWrite(spool, decision, request, deps, nowMs)],
    ...(key === undefined ? {} : { remember: { key, fingerprint: fingerprintOf(request) } }),
  });
  // The key is a spool's, so the state that won is a spool.
  if (result.kind === "conflict") return { newer: result.state as Spool | null };
  if (result.kind === "remembered") return { outcome: answerAgain(result, request) };
  const event = result.kind === "committed" ? result.events[0] : undefined;
  if (event?.kind !== "spool") throw new Error("a spool's commit gave another event");
  return { outcome: { ok: true, event, repeated: false } };
}

/**
 * Does one command to one spool.
 * @returns the committed event, or why not. Throws LedgerUnavailable when nothing can be stored.
 */
export async function act(deps: ActDeps, request: ActRequest): Promise<Outcome> {
  const { tag } = request;
  const unknown: Outcome = { ok: false, refusal: { code: "SPOOL_NO_ENCONTRADO", tag } };
  let spool = deps.current(tag) ?? null;
  for (let tries = 0; tries < ATTEMPTS_MAX; tries++) {
    const tried: Tried = spool
      ? await attempt(deps, request, spool)
      : await refused(deps, request, null, unknown);
    if ("outcome" in tried) return tried.outcome;
    spool = tried.newer;
  }
  const version = spool?.version ?? 0;
  return { ok: false, refusal: { code: "CONFLICTO_DE_VERSION", tag, version } };
}
