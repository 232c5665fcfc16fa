/**
 * Who may come in is changed like all else: one commit, with its event (spec 8: every action's
 * actor, device, time and outcome is in the log).
 *
 * G1: a one-time code works once: the commit that uses it removes it, and only one can.
 * G2: an attempt is counted in the ledger before a secret is looked at, so that guesses at the same
 *     time, in however many processes, are not more than guesses one by one.
 */
import {
  type Acceso,
  type AccesoEvent,
  type AccesoKey,
  type AccesoVisible,
  type Alta,
  accesoKey,
  contarIntento,
  type Hecho,
  INTENTOS_OLVIDO_MS,
  type Intentos,
  keyOfAcceso,
  visibleOf,
} from "../domain/acceso.ts";
import type { Autor, Pending, Seq } from "../domain/event.ts";
import type { Trabajador } from "../domain/trabajador.ts";
import { type Ledger, trabajadorKey, type Write } from "../ledger/ledger.ts";
import { NADIE } from "./autor.ts";

export interface AccesoDeps {
  readonly ledger: Pick<Ledger, "commit" | "state">;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** For the log: who did it, what, and whose access it is. */
export interface Said {
  readonly autor: Autor;
  readonly hecho: Hecho;
  readonly sobre: string;
}

/** Somebody else's change in between: it is looked at again this often, then it is a fault. */
const ATTEMPTS_MAX = 20;

function eventOf(
  key: AccesoKey,
  version: number,
  after: Acceso | null,
  { autor, hecho, sobre }: Said,
  atMs: number,
): Pending<AccesoEvent> {
  const visible = after && visibleOf(after);
  return { kind: "acceso", atMs, version, autor, key, hecho, sobre, visible };
}

/** Puts a record in place of one of that version (0 = none). */
export function putWrite(after: Acceso, said: Said, atMs: number): Write {
  const key = keyOfAcceso(after);
  const { version } = after;
  const event = eventOf(key, version, after, said, atMs);
  return { key, expectedVersion: version - 1, state: after, event };
}

/** Removes a record that stands. */
export function removeWrite(
  before: Pick<Acceso, "version">,
  key: AccesoKey,
  said: Said,
  atMs: number,
): Write {
  const event = eventOf(key, before.version + 1, null, said, atMs);
  return { key, expectedVersion: before.version, state: null, event };
}

/** What stands under a key in the ledger itself, with its secret. */
export async function standing<A extends Acceso>(
  { ledger }: Pick<AccesoDeps, "ledger">,
  key: AccesoKey,
): Promise<A | null> {
  // Keys say their kind, so what stands there is one.
  return (await ledger.state(key)) as A | null;
}

/** Commits, or null when something that it builds on has changed. Throws LedgerUnavailable. */
export async function committed(
  { ledger }: Pick<AccesoDeps, "ledger">,
  writes: readonly Write[],
): Promise<Seq | null> {
  const result = await ledger.commit({ writes });
  return result.kind === "committed" ? (result.events.at(-1)?.seq ?? null) : null;
}

/**
 * Puts a record under its key, whatever stands there; the newest wins.
 * @param make the record, of the version given
 * @returns its place in the log. Throws LedgerUnavailable.
 */
export async function poner(
  deps: AccesoDeps,
  key: AccesoKey,
  make: (version: number, before: Acceso | null) => Acceso,
  said: (before: Acceso | null) => Said,
): Promise<Seq> {
  for (let tries = 0; tries < ATTEMPTS_MAX; tries++) {
    const before = await standing(deps, key);
    const after = make((before?.version ?? 0) + 1, before);
    const seq = await committed(deps, [putWrite(after, said(before), deps.now())]);
    if (seq !== null) return seq;
  }
  throw new Error(`${key} changed under ${ATTEMPTS_MAX} tries`);
}

/**
 * Takes a record away.
 * @returns its place in the log, null when there was none any more. Throws LedgerUnavailable.
 */
export async function quitar(deps: AccesoDeps, key: AccesoKey, said: Said): Promise<Seq | null> {
  for (let tries = 0; tries < ATTEMPTS_MAX; tries++) {
    const before = await standing(deps, key);
    if (!before) return null;
    const seq = await committed(deps, [removeWrite(before, key, said, deps.now())]);
    if (seq !== null) return seq;
  }
  throw new Error(`${key} changed under ${ATTEMPTS_MAX} tries`);
}

/** What a one-time code brings about: all of it, or none when the code is no more. */
export interface Canje {
  readonly alta: Alta;
  readonly acceso: Acceso;
  /** Somebody whom the workbook does not have. */
  readonly persona: Trabajador | null;
  readonly said: Said;
}

/**
 * Uses a one-time code up (G1).
 * @returns null when it was used, withdrawn or replaced meanwhile, or what it makes exists by now.
 * Throws LedgerUnavailable.
 */
export async function canjear(deps: AccesoDeps, canje: Canje): Promise<Seq | null> {
  const { alta, acceso, persona, said } = canje;
  const atMs = deps.now();
  const { autor } = said;
  const used = removeWrite(
    alta,
    keyOfAcceso(alta),
    { autor, hecho: "código usado", sobre: said.sobre },
    atMs,
  );
  const hired: readonly Write[] = persona
    ? [
        {
          key: trabajadorKey(persona.id),
          expectedVersion: 0,
          state: persona,
          event: { kind: "trabajador", atMs, version: 1, autor, trabajador: persona },
        },
      ]
    : [];
  return committed(deps, [used, ...hired, putWrite(acceso, said, atMs)]);
}

export type Reserva =
  | { readonly ok: true; readonly intentos: Intentos }
  /** Until when none is looked at, epoch milliseconds. */
  | { readonly ok: false; readonly hastaMs: number };

/**
 * Counts an attempt, before its secret is looked at (G2).
 * @param id names person and place
 * @param sobre whom it is about, for the register; never what was typed
 */
export async function reservarIntento(
  deps: AccesoDeps,
  id: string,
  sobre: string,
): Promise<Reserva> {
  const key = accesoKey("intentos", id);
  for (let tries = 0; tries < ATTEMPTS_MAX; tries++) {
    const nowMs = deps.now();
    const counted = contarIntento(await standing<Intentos>(deps, key), id, nowMs);
    if (!counted.ok) return counted;
    const said: Said = { autor: NADIE, hecho: "intento de entrar", sobre };
    const seq = await committed(deps, [putWrite(counted.intentos, said, nowMs)]);
    if (seq !== null) return counted;
  }
  // Twenty others at the same secret in a few milliseconds: nobody types like that.
  return { ok: false, hastaMs: deps.now() + 1_000 };
}

/** The write that forgets the attempts of whoever got in. */
export const olvidarWrite = (intentos: Intentos, autor: Autor, atMs: number): Write => {
  const said: Said = { autor, hecho: "intentos olvidados", sobre: "" };
  return removeWrite(intentos, keyOfAcceso(intentos), said, atMs);
};

const vencido = (acceso: AccesoVisible, nowMs: number): boolean =>
  (acceso.kind === "alta" && nowMs >= acceso.venceMs) ||
  (acceso.kind === "intentos" && nowMs - acceso.ultimoMs >= INTENTOS_OLVIDO_MS);

/** What one sign-in leaves behind, many times over. */
const VENCIDOS_MAX = 50;

/** Removes codes and counts whose time is over: nobody else does, so a sign-in takes them along. */
export const barrer = (known: readonly AccesoVisible[], nowMs: number): readonly Write[] =>
  known
    .filter((acceso) => vencido(acceso, nowMs))
    .slice(0, VENCIDOS_MAX)
    .map((acceso) => {
      const hecho = acceso.kind === "alta" ? "código anulado" : "intentos olvidados";
      return removeWrite(acceso, keyOfAcceso(acceso), { autor: NADIE, hecho, sobre: "" }, nowMs);
    });
