/** One action on one spool for whoever asks by HTTP, page or program: done, counted, told. */
import { type ActRequest, act, type Outcome } from "../actions/act.ts";
import type { SpoolEvent } from "../domain/event.ts";
import { LedgerUnavailable } from "../ledger/ledger.ts";
import { type Deps, OWN_WRITE_MS } from "./context.ts";
import { type Told, tell, tellAway, tellEdge } from "./refusals.ts";

interface NotDone {
  readonly ok: false;
  readonly told: Told;
}
export type Performed = { readonly ok: true; readonly event: SpoolEvent } | NotDone;

type Acted = Extract<Outcome, { ok: true }> | NotDone;

/** The work's answer, or the 503 when the store can't be asked meanwhile. */
export async function unlessAway<T>(deps: Deps, work: () => Promise<T>): Promise<T | NotDone> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof LedgerUnavailable)) throw error;
    deps.log.warn({ err: error }, "ledger away");
    return { ok: false, told: tellAway(error) };
  }
}

async function acted(deps: Deps, request: ActRequest): Promise<Acted> {
  const outcome = await act(deps.act, request);
  if (outcome.ok) return outcome;
  const { refusal } = outcome;
  return { ok: false, told: refusal ? tell(refusal) : tellEdge("CLAVE_REUTILIZADA") };
}

/**
 * Does one action, counts it, and waits (bounded) until this process shows it, so that the asker's
 * next GET does.
 */
export async function perform(deps: Deps, request: ActRequest): Promise<Performed> {
  const { accion } = request.command;
  const outcome = await unlessAway(deps, () => acted(deps, request));
  if (!outcome.ok) {
    deps.metrics.acciones.inc({ accion, resultado: outcome.told.code });
    return outcome;
  }
  const { event, repeated } = outcome;
  deps.metrics.acciones.inc({ accion, resultado: repeated ? "repeated" : "ok" });
  await deps.floor.reached(event.seq, OWN_WRITE_MS);
  return { ok: true, event };
}

/**
 * Of a batch: the 503 that a single action gives, when none could be tried. When the ledger goes
 * away half-way, the answer must tell which spools were done.
 */
export function noneTried(outcomes: readonly Performed[]): Told | null {
  const away = outcomes.flatMap((one) => (!one.ok && one.told.status === 503 ? [one.told] : []));
  return away.length === outcomes.length ? (away[0] ?? null) : null;
}
