/**
 * What supervisors change about who may come in, where more than one record is concerned or one
 * must still stand.
 *
 * A1: a record that somebody else took away meanwhile does not come back by changing it.
 * A2: with somebody's access go the links that would give it back.
 */
import {
  type Acceso,
  type AccesoKey,
  type AccesoVisible,
  keyOfAcceso,
  type Supervisor,
} from "../domain/acceso.ts";
import type { Autor, Seq } from "../domain/event.ts";
import type { Trabajador } from "../domain/trabajador.ts";
import { trabajadorKey, type Write } from "../ledger/ledger.ts";
import {
  type AccesoDeps,
  committed,
  putWrite,
  removeWrite,
  type Said,
  standing,
} from "./acceso.ts";

/** A one-time code as it is known in memory. */
export type AltaVisible = Extract<AccesoVisible, { kind: "alta" }>;

/** Somebody else's change in between: it is looked at again this often, then it is a fault. */
const ATTEMPTS_MAX = 20;

/**
 * Changes a record that stands (A1).
 * @param change what it becomes; null = it is not what was to be changed any more
 * @returns its place in the log, null when nothing was changed. Throws LedgerUnavailable.
 */
export async function cambiar<A extends Acceso>(
  deps: AccesoDeps,
  key: AccesoKey,
  change: (before: A) => A | null,
  said: (before: A) => Said,
): Promise<Seq | null> {
  for (let tries = 0; tries < ATTEMPTS_MAX; tries++) {
    const before = await standing<A>(deps, key);
    const after = before && change(before);
    if (!before || !after) return null;
    const next = { ...after, version: before.version + 1 };
    const seq = await committed(deps, [putWrite(next, said(before), deps.now())]);
    if (seq !== null) return seq;
  }
  throw new Error(`${key} changed under ${ATTEMPTS_MAX} tries`);
}

const anularWrite = (alta: AltaVisible, sobre: string, autor: Autor, atMs: number): Write =>
  removeWrite(alta, keyOfAcceso(alta), { autor, hecho: "código anulado", sobre }, atMs);

/**
 * Stores a new one-time code, and takes others away with it.
 * @param alta new: no other has its id
 * @param anuladas those that it replaces, with the name that the register gives them
 * @returns its place in the log. Throws LedgerUnavailable.
 */
export async function crearAlta(
  deps: AccesoDeps,
  alta: Extract<Acceso, { kind: "alta" }>,
  { autor, sobre }: Pick<Said, "autor" | "sobre">,
  anuladas: readonly { readonly alta: AltaVisible; readonly sobre: string }[],
): Promise<Seq> {
  const atMs = deps.now();
  const first = putWrite(alta, { autor, hecho: "código creado", sobre }, atMs);
  const removed = anuladas.map((old) => anularWrite(old.alta, old.sobre, autor, atMs));
  // A conflict: one of the others was used or withdrawn first. The next code takes the rest along.
  for (const writes of [[...removed, first], [first]]) {
    const seq = await committed(deps, writes);
    if (seq !== null) return seq;
  }
  throw new Error("a new code conflicts with one that exists");
}

/** A worker of ZEUES's own, whom no workbook makes active or not. */
export function activarWrite(
  trabajador: Trabajador,
  activo: boolean,
  autor: Autor,
  atMs: number,
): Write {
  const { version: expectedVersion } = trabajador;
  const version = expectedVersion + 1;
  const state = { ...trabajador, activo, version };
  const event = { kind: "trabajador" as const, atMs, version, autor, trabajador: state };
  return { key: trabajadorKey(trabajador.id), expectedVersion, state, event };
}

/**
 * Makes one of ZEUES's own people active again.
 * @returns its place in the log; null when they changed meanwhile. Throws LedgerUnavailable.
 */
export const reactivar = (deps: AccesoDeps, trabajador: Trabajador, autor: Autor) =>
  committed(deps, [activarWrite(trabajador, true, autor, deps.now())]);

export interface Quitado {
  readonly key: AccesoKey;
  readonly autor: Autor;
  /** Open links that would give it back (A2). */
  readonly enlaces: readonly AltaVisible[];
  /** One of ZEUES's own people, who was here for that only; null = the workbook's. */
  readonly propio: Trabajador | null;
}

/**
 * Takes somebody's access as a supervisor away, in one commit with all that would bring it back.
 * @returns its place in the log; null when it was gone, or something of it changed meanwhile.
 * Throws LedgerUnavailable.
 */
export async function quitarSupervisor(
  deps: AccesoDeps,
  { key, autor, enlaces, propio }: Quitado,
): Promise<Seq | null> {
  const before = await standing<Supervisor>(deps, key);
  if (!before) return null;
  const atMs = deps.now();
  const sobre = before.usuario;
  const hecho = "acceso de supervisor quitado";
  return committed(deps, [
    ...enlaces.map((alta) => anularWrite(alta, sobre, autor, atMs)),
    ...(propio?.activo ? [activarWrite(propio, false, autor, atMs)] : []),
    removeWrite(before, key, { autor, hecho, sobre }, atMs),
  ]);
}
