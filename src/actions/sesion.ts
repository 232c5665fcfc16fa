/**
 * Sessions begin and end as events, like all else that changes (spec 8), so that every process
 * knows them from its own memory and a stream ends wherever it is open.
 */
import type { Actor } from "../domain/command.ts";
import type { Autor, Seq } from "../domain/event.ts";
import type { FinDeSesion, Sesion } from "../domain/sesion.ts";
import { type Ledger, sesionKey, type Write } from "../ledger/ledger.ts";
import { autorOf, NADIE } from "./autor.ts";

/** Sessions forgotten with one that begins: what one sign-in leaves behind, fifty-fold. */
export const VENCIDAS_MAX = 50;

export interface Inicio {
  /** New: no other has its hash. */
  readonly sesion: Sesion;
  readonly actor: Actor;
  /** The browser's session until now, which ends; null when it had none. */
  readonly antes: Sesion | null;
  /** Some that have run out; their records are removed, at most VENCIDAS_MAX. */
  readonly vencidas: readonly Sesion[];
  /** What stands and falls with the sign-in: attempts that are forgotten. */
  readonly con?: readonly Write[];
}

function inicio(sesion: Sesion, autor: Autor, atMs: number): Write {
  const { hash, version } = sesion;
  const event = { kind: "sesion" as const, atMs, version, autor, hash, sesion, fin: null };
  return { key: sesionKey(hash), expectedVersion: version - 1, state: sesion, event };
}

function fin({ hash, version }: Sesion, why: FinDeSesion, autor: Autor, atMs: number): Write {
  const bare = { kind: "sesion" as const, atMs, version: version + 1, autor, hash };
  const event = { ...bare, sesion: null, fin: why };
  return { key: sesionKey(hash), expectedVersion: version, state: null, event };
}

/**
 * Begins a session, and in the same commit ends what it leaves behind.
 * @returns the place in the log from which on it is known. Throws LedgerUnavailable when it can't
 * be stored; then nothing was, and whoever was there before still is.
 */
export async function iniciarSesion(
  ledger: Pick<Ledger, "commit">,
  { sesion, actor, antes, vencidas, con = [] }: Inicio,
  nowMs: number,
): Promise<Seq> {
  const autor = autorOf(actor);
  const first = inicio(sesion, autor, nowMs);
  const begin = [first, ...con];
  const relevo = antes ? [fin(antes, "relevo", autor, nowMs)] : [];
  const takeOver = [...begin, ...relevo];
  const swept = vencidas
    .filter(({ hash }) => hash !== antes?.hash)
    .slice(0, VENCIDAS_MAX)
    .map((vencida) => fin(vencida, "vencida", NADIE, nowMs));
  // A conflict: another process ended one of them first, or counted one more attempt. That is
  // nobody's trouble; the rest, if any, goes with the next one that begins.
  const tries = [[...takeOver, ...swept], takeOver, [first, ...relevo], begin, [first]];
  for (const writes of tries) {
    const result = await ledger.commit({ writes });
    const last = result.kind === "committed" ? result.events.at(-1) : undefined;
    if (last) return last.seq;
  }
  throw new Error("a new session conflicts with one that exists");
}

/**
 * Ends the session of whoever leaves, or of somebody whom a supervisor signs out.
 * @returns the place in the log from which on it is over; null when it had ended already. Throws
 * LedgerUnavailable when it can't be stored; then it goes on.
 */
export async function terminarSesion(
  ledger: Pick<Ledger, "commit">,
  sesion: Sesion,
  actor: Actor,
  nowMs: number,
  why: "salida" | "revocada" = "salida",
): Promise<Seq | null> {
  const writes = [fin(sesion, why, autorOf(actor), nowMs)];
  const result = await ledger.commit({ writes });
  return result.kind === "committed" ? (result.events.at(-1)?.seq ?? null) : null;
}
