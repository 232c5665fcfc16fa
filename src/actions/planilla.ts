/**
 * What supervisors decide about the workbook (spec 7): a hand edit is accepted or undone, an import
 * that stands still goes on. Rules on the ledger's own state, then one commit; a conflict means
 * that the rules run again.
 *
 * P1: a decision is about what its page showed: of an edit that has changed since, none is taken.
 */
import { type CambioVisto, huellaDe } from "../domain/cambio-visto.ts";
import type { Actor } from "../domain/command.ts";
import { hasRol } from "../domain/decide.ts";
import type { Cambio, Pending, Planilla, PlanillaEvent, Seq } from "../domain/event.ts";
import type { CambioAMano } from "../domain/planilla.ts";
import type { Policy } from "../domain/policy.ts";
import type { Refusal } from "../domain/refusal.ts";
import type { Spool } from "../domain/spool.ts";
import { firmaOf } from "../domain/trabajador.ts";
import { type Ledger, spoolKey, type Write } from "../ledger/ledger.ts";
import { toEvent } from "./act.ts";
import { autorOf } from "./autor.ts";

/** The sync writes the record every ten seconds at most; losing to it more often is a fault. */
const ATTEMPTS_MAX = 5;

export interface DecidirDeps {
  readonly ledger: Pick<Ledger, "commit" | "state">;
  readonly policy: Policy;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export type Decidido =
  /** The place in the log from which on it holds. */
  { readonly ok: true; readonly seq: Seq } | { readonly ok: false; readonly refusal: Refusal };

type Decision =
  | { readonly ok: true; readonly writes: readonly Write[] }
  | { readonly ok: false; readonly refusal: Refusal };

type PorQue = Extract<Refusal, { planilla: unknown }>["planilla"];

const refused = (refusal: Refusal) => ({ ok: false, refusal }) as const;
const invalid = (planilla: PorQue) => refused({ code: "TRANSICION_INVALIDA", planilla });

/** The record's next state, signed. */
function planillaWrite(before: Planilla, next: Partial<Planilla>, actor: Actor, atMs: number) {
  const version = before.version + 1;
  const planilla: Planilla = { ...before, ...next, version };
  const autor = autorOf(actor);
  const event: Pending<PlanillaEvent> = { kind: "planilla", atMs, version, autor, planilla };
  return { key: "planilla", expectedVersion: before.version, state: planilla, event } as const;
}

/** The edit that a page showed, if it still waits (P1). */
function seen({ cambios = [] }: Planilla, { tag, huella }: CambioVisto) {
  const cambio = cambios.find((one) => one.tag === tag && one.deshacer === null);
  if (!cambio) return invalid("resuelto");
  return huellaDe(cambio) === huella ? ({ ok: true, cambio } as const) : invalid("cambió");
}

/** Tries until it is stored. Throws LedgerUnavailable. */
async function decide(
  { ledger }: DecidirDeps,
  actor: Actor,
  rules: (planilla: Planilla) => Decision | Promise<Decision>,
): Promise<Decidido> {
  if (!hasRol(actor.trabajador, ["Supervisor"])) {
    return refused({ code: "ROL_NO_AUTORIZADO", roles: ["Supervisor"] });
  }
  for (let tries = 0; tries < ATTEMPTS_MAX; tries++) {
    // The key is the record's own.
    const planilla = (await ledger.state("planilla")) as Planilla | null;
    const decision = planilla ? await rules(planilla) : invalid("resuelto");
    if (!decision.ok) return decision;
    const result = await ledger.commit({ writes: decision.writes });
    const last = result.kind === "committed" ? result.events.at(-1) : undefined;
    if (last) return { ok: true, seq: last.seq };
  }
  throw new Error("the workbook's record changed under five tries");
}

/** What the accepted edit is to the spool. */
function corregido(spool: Spool, estado: NonNullable<CambioAMano["estado"]>): Cambio {
  const freed = spool.inspeccion.estado === "bloqueado" && estado.inspeccion.estado !== "bloqueado";
  return { accion: freed ? "SUPERVISOR_OVERRIDE" : "CORREGIR", operacion: null, estado };
}

/**
 * Takes a hand edit as it stands in the sheet: the spool's event and the record without it, in one
 * commit. Refuses whoever is no active Supervisor (ROL_NO_AUTORIZADO), an edit that is decided,
 * changed or can only be undone (TRANSICION_INVALIDA), and one whose spool has moved on
 * (CONFLICTO_DE_VERSION). Throws LedgerUnavailable.
 */
export const aceptarCambio = (
  deps: DecidirDeps,
  visto: CambioVisto,
  actor: Actor,
): Promise<Decidido> =>
  decide(deps, actor, async (planilla) => {
    const found = seen(planilla, visto);
    if (!found.ok) return found;
    const { tag, estado, version } = found.cambio;
    if (!estado) return invalid("solo deshacer");
    // The key is a spool's, so what stands there is a spool.
    const spool = (await deps.ledger.state(spoolKey(tag))) as Spool | null;
    if (!spool) return refused({ code: "SPOOL_NO_ENCONTRADO", tag });
    if (spool.version !== version) {
      return refused({ code: "CONFLICTO_DE_VERSION", tag, version: spool.version });
    }
    const nowMs = deps.now();
    const cambio = corregido(spool, estado);
    const { event, after } = toEvent(spool, cambio, actor, deps.policy, nowMs);
    const cambios = planilla.cambios?.filter((one) => one !== found.cambio) ?? [];
    const own = { key: spoolKey(tag), expectedVersion: version, state: after, event };
    return { ok: true, writes: [own, planillaWrite(planilla, { cambios }, actor, nowMs)] };
  });

/**
 * Has the sheet say again what ZEUES has; the sync does it and takes the edit off the list. Refuses
 * as aceptarCambio does, but for the spool's state, which does not matter here. Throws
 * LedgerUnavailable.
 */
export const deshacerCambio = (
  deps: DecidirDeps,
  visto: CambioVisto,
  actor: Actor,
): Promise<Decidido> =>
  decide(deps, actor, (planilla) => {
    const found = seen(planilla, visto);
    if (!found.ok) return found;
    const undone = { ...found.cambio, deshacer: firmaOf(actor.trabajador) };
    const cambios = planilla.cambios?.map((one) => (one === found.cambio ? undone : one)) ?? [];
    return { ok: true, writes: [planillaWrite(planilla, { cambios }, actor, deps.now())] };
  });

/**
 * Says that what the frozen import read is right; the sync imports it while the sheet still reads
 * the same. Refuses whoever is no active Supervisor, an import that goes on or was decided, and a
 * reading that is another by now (TRANSICION_INVALIDA). Throws LedgerUnavailable.
 */
export const aplicarCongelada = (
  deps: DecidirDeps,
  huella: string,
  actor: Actor,
): Promise<Decidido> =>
  decide(deps, actor, (planilla) => {
    const { congelada } = planilla;
    if (!congelada || congelada.aplicar) return invalid("resuelto");
    if (congelada.huella !== huella) return invalid("cambió");
    const next = { congelada: { ...congelada, aplicar: firmaOf(actor.trabajador) } };
    return { ok: true, writes: [planillaWrite(planilla, next, actor, deps.now())] };
  });
