/** One action on one spool for whoever asks by HTTP, page or program: done, counted, told. */
import { type ActRequest, act, type Outcome } from "../actions/act.ts";
import type { Actor } from "../domain/command.ts";
import type { SpoolEvent } from "../domain/event.ts";
import { LedgerUnavailable } from "../ledger/ledger.ts";
import { type Deps, OWN_WRITE_MS } from "./context.ts";
import { type Told, tell, tellAway, tellEdge } from "./refusals.ts";

const MS_PER_S = 1_000;

interface NotDone {
  readonly ok: false;
  readonly told: Told;
}
export type Performed = { readonly ok: true; readonly event: SpoolEvent } | NotDone;

type Acted = Extract<Outcome, { ok: true }> | NotDone;

/** The work's answer, or the 503 when the store can't be asked meanwhile. */
export async function unlessAway<T>(
  { log }: Deps,
  { requestId }: Pick<Actor, "requestId">,
  work: () => Promise<T>,
): Promise<T | NotDone> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof LedgerUnavailable)) throw error;
    log.warn({ requestId, err: error }, "ledger away");
    return { ok: false, told: tellAway(error) };
  }
}

async function acted(deps: Deps, request: ActRequest): Promise<Acted> {
  const outcome = await act(deps.act, request);
  if (outcome.ok) return outcome;
  const { refusal } = outcome;
  return { ok: false, told: refusal ? tell(refusal) : tellEdge("CLAVE_REUTILIZADA") };
}

/** One line for an action that was not done; one that was has the commit's. */
function logRefusal({ log }: Deps, { tag, command, actor }: ActRequest, { code }: Told): void {
  const { requestId, trabajador } = actor;
  const about = { requestId, tag, accion: command.accion, code, quien: trabajador.id };
  log.info(about, "refused");
}

/**
 * Does one action, counts it, and waits (bounded) until this process shows it, so that the asker's
 * next GET does.
 */
export async function perform(deps: Deps, request: ActRequest): Promise<Performed> {
  const { accion } = request.command;
  const { acciones, accionSeconds } = deps.metrics;
  const beganMs = performance.now();
  const outcome = await unlessAway(deps, request.actor, () => acted(deps, request));
  accionSeconds.observe({ accion }, (performance.now() - beganMs) / MS_PER_S);
  if (!outcome.ok) {
    acciones.inc({ accion, resultado: outcome.told.code });
    logRefusal(deps, request, outcome.told);
    return outcome;
  }
  const { event, repeated } = outcome;
  acciones.inc({ accion, resultado: repeated ? "repeated" : "ok" });
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
