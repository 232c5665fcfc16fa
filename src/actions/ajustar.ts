/** A supervisor's settings for all screens: an event like any other (spec 8: in the log). */
import { type Ajustes, ajustesDe } from "../domain/ajustes.ts";
import type { Actor } from "../domain/command.ts";
import { hasRol } from "../domain/decide.ts";
import type { AjustesEvent } from "../domain/event.ts";
import type { Refusal } from "../domain/refusal.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { autorOf } from "./autor.ts";

/** Two supervisors at once: the later one wins over the newer state; more is a fault. */
const ATTEMPTS_MAX = 5;

export type Ajustado =
  | { readonly ok: true; readonly event: AjustesEvent }
  | { readonly ok: false; readonly refusal: Refusal };

/**
 * Changes settings. Refuses whoever is no active Supervisor (ROL_NO_AUTORIZADO); throws
 * LedgerUnavailable when nothing can be stored.
 */
export async function ajustar(
  ledger: Pick<Ledger, "commit">,
  current: Ajustes,
  change: Partial<Omit<Ajustes, "version">>,
  actor: Actor,
  nowMs: number,
): Promise<Ajustado> {
  if (!hasRol(actor.trabajador, ["Supervisor"])) {
    return { ok: false, refusal: { code: "ROL_NO_AUTORIZADO", roles: ["Supervisor"] } };
  }
  const autor = autorOf(actor);
  let standing = current;
  for (let tries = 0; tries < ATTEMPTS_MAX; tries++) {
    const { version: expectedVersion } = standing;
    const version = expectedVersion + 1;
    const ajustes = { ...standing, ...change, version };
    const event = { kind: "ajustes" as const, atMs: nowMs, version, autor, ajustes };
    const result = await ledger.commit({
      writes: [{ key: "ajustes", expectedVersion, state: ajustes, event }],
    });
    if (result.kind === "conflict") {
      // The key is the settings', so what stands there is settings.
      standing = ajustesDe(result.state as Ajustes | null);
      continue;
    }
    const done = result.kind === "committed" ? result.events[0] : undefined;
    if (done?.kind === "ajustes") return { ok: true, event: done };
  }
  throw new Error("the settings changed under five tries");
}
