/**
 * Who may administer, given and taken away as a whole: the access itself, the links that would give
 * it again, and the person where the workbook has none (spec 8).
 *
 * S1: one commit each, planned on the ledger's own state; somebody else's change in between plans
 *     again. So two who add the same usuario at the same time make one supervisor.
 * S2: with the first supervisor the link of the first start is gone.
 */
import {
  type Alta,
  esPropio,
  keyOfAcceso,
  personaPropia,
  type Supervisor,
} from "../domain/acceso.ts";
import { hasRol } from "../domain/decide.ts";
import type { Autor } from "../domain/event.ts";
import { nombreCompleto, type Trabajador, type TrabajadorId } from "../domain/trabajador.ts";
import { type Ledger, type Snapshot, trabajadorKey, type Write } from "../ledger/ledger.ts";
import { putWrite, removeWrite } from "./acceso.ts";
import { activarWrite } from "./administrar.ts";

export interface SupervisoresDeps {
  readonly ledger: Pick<Ledger, "commit" | "snapshot">;
  readonly autor: Autor;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Why it can't be done, in one Spanish sentence for people. */
export class NoSePuede extends Error {
  override readonly name = "NoSePuede";
}

/** A worker whom the workbook has, or somebody of ZEUES's own, made by this. */
export type Quien =
  | { readonly trabajadorId: TrabajadorId }
  | { readonly nombre: string; readonly apellido: string };

export interface Nuevo {
  readonly usuario: string;
  readonly quien: Quien;
  /** A password's argon2id hash, or a link with which they choose one. */
  readonly dado: { readonly clave: string } | { readonly enlace: Alta };
  /** The id of the first start's link (S2). */
  readonly primera: string;
}

type Known = Pick<Snapshot, "accesos" | "trabajadores">;

/** Somebody else's change in between: planned again this often, then it is a fault. */
const ATTEMPTS_MAX = 20;

const supervisors = ({ accesos }: Known): readonly Supervisor[] =>
  accesos.filter((acceso) => acceso.kind === "supervisor");

const links = ({ accesos }: Known): readonly Alta[] =>
  accesos.filter((acceso) => acceso.kind === "alta").filter(({ para }) => para === "supervisor");

const named = (trabajador: Trabajador): string =>
  `${nombreCompleto(trabajador)} (${trabajador.id})`;

function voided({ autor, now }: SupervisoresDeps, alta: Alta, sobre: string): Write {
  return removeWrite(alta, keyOfAcceso(alta), { autor, hecho: "código anulado", sobre }, now());
}

function personWrite({ autor, now }: SupervisoresDeps, person: Trabajador): Write {
  const { id, version } = person;
  const event = { kind: "trabajador", atMs: now(), version, autor, trabajador: person } as const;
  return { key: trabajadorKey(id), expectedVersion: version - 1, state: person, event };
}

/** Plans on what stands and commits, until nothing came in between (S1). */
async function changed<T>(
  { ledger }: SupervisoresDeps,
  plan: (known: Known) => { readonly writes: readonly Write[]; readonly done: T },
): Promise<T> {
  for (let tries = 0; tries < ATTEMPTS_MAX; tries++) {
    const { writes, done } = plan(await ledger.snapshot());
    if ((await ledger.commit({ writes })).kind === "committed") return done;
  }
  throw new Error(`the accesses changed under ${ATTEMPTS_MAX} tries`);
}

/** Who it is to be, and the write that makes, or brings back, one of our own. */
function resolved(deps: SupervisoresDeps, known: Known, quien: Quien) {
  if (!("trabajadorId" in quien)) {
    const persona = personaPropia(known.trabajadores, quien.nombre, quien.apellido);
    return { persona, writes: [personWrite(deps, persona)] };
  }
  const persona = known.trabajadores.find(({ id }) => id === quien.trabajadorId);
  if (!persona) throw new NoSePuede(`No hay ningún trabajador con Id ${quien.trabajadorId}`);
  if (!persona.roles.includes("Supervisor")) {
    throw new NoSePuede(`${named(persona)} no tiene el rol Supervisor en la planilla`);
  }
  if (persona.activo) return { persona, writes: [] };
  if (!esPropio(persona.id)) throw new NoSePuede(`${named(persona)} no está activo en la planilla`);
  return { persona, writes: [activarWrite(persona, true, deps.autor, deps.now())] };
}

/** What a new supervisor, or a link for one, stands in the ledger as. */
function given({ autor, now }: SupervisoresDeps, nuevo: Nuevo, persona: Trabajador): Write {
  const { usuario, dado } = nuevo;
  const trabajadorId = persona.id;
  if ("enlace" in dado) {
    const alta = { ...dado.enlace, nombre: usuario, trabajadorId };
    return putWrite(alta, { autor, hecho: "código creado", sobre: usuario }, now());
  }
  const { clave } = dado;
  const desdeMs = now();
  const supervisor = { kind: "supervisor", version: 1, usuario, trabajadorId, clave, desdeMs };
  const said = { autor, hecho: "acceso de supervisor dado", sobre: usuario } as const;
  return putWrite(supervisor as Supervisor, said, desdeMs);
}

/**
 * Makes a supervisor, or a link for somebody to become one; open links for them are void.
 * @returns who it is. Throws NoSePuede, LedgerUnavailable.
 */
export const agregarSupervisor = (deps: SupervisoresDeps, nuevo: Nuevo): Promise<Trabajador> =>
  changed(deps, (known) => {
    const { usuario, dado, primera } = nuevo;
    if (supervisors(known).some((one) => one.usuario === usuario)) {
      throw new NoSePuede(`El usuario ${usuario} ya existe`);
    }
    const { persona, writes } = resolved(deps, known, nuevo.quien);
    const other = supervisors(known).find(({ trabajadorId }) => trabajadorId === persona.id);
    if (other) throw new NoSePuede(`${named(persona)} ya entra con el usuario ${other.usuario}`);
    const ended = links(known).filter(
      ({ id, nombre, trabajadorId }) =>
        nombre === usuario || trabajadorId === persona.id || ("clave" in dado && id === primera),
    );
    const gone = ended.map((alta) => voided(deps, alta, usuario));
    return { writes: [...writes, ...gone, given(deps, nuevo, persona)], done: persona };
  });

/**
 * A new link for a supervisor who forgot the password, or for one who has not used theirs; the
 * password holds until it is used. @returns who it is. Throws NoSePuede, LedgerUnavailable.
 */
export const enlazarSupervisor = (
  deps: SupervisoresDeps,
  usuario: string,
  enlace: Alta,
): Promise<Trabajador> =>
  changed(deps, (known) => {
    const stands = supervisors(known).find((one) => one.usuario === usuario);
    const open = links(known).find(({ nombre }) => nombre === usuario);
    const id = stands?.trabajadorId ?? open?.trabajadorId;
    const persona = known.trabajadores.find((one) => one.id === id);
    if (!persona) throw new NoSePuede(`No hay ningún supervisor con el usuario ${usuario}`);
    if (!hasRol(persona, ["Supervisor"])) {
      throw new NoSePuede(`${named(persona)} ya no tiene el rol Supervisor, o no está activo`);
    }
    const gone = links(known).filter(({ trabajadorId }) => trabajadorId === persona.id);
    const alta = { ...enlace, nombre: usuario, trabajadorId: persona.id };
    const said = { autor: deps.autor, hecho: "código creado", sobre: usuario } as const;
    const writes = [
      ...gone.map((one) => voided(deps, one, usuario)),
      putWrite(alta, said, deps.now()),
    ];
    return { writes, done: persona };
  });

/**
 * Takes a supervisor's access away, with open links for them; somebody of our own is inactive
 * then, as whoever is gone from the workbook is. @returns who it was; null for somebody who is gone
 * from the workbook. Throws NoSePuede, LedgerUnavailable.
 */
export const revocarSupervisor = (
  deps: SupervisoresDeps,
  usuario: string,
): Promise<Trabajador | null> =>
  changed(deps, (known) => {
    const { autor, now } = deps;
    const stands = supervisors(known).find((one) => one.usuario === usuario);
    const open = links(known).filter(
      ({ nombre, trabajadorId }) =>
        nombre === usuario || (trabajadorId !== null && trabajadorId === stands?.trabajadorId),
    );
    const id = stands?.trabajadorId ?? open[0]?.trabajadorId;
    if (id === undefined) {
      throw new NoSePuede(`No hay ningún supervisor con el usuario ${usuario}`);
    }
    const persona = known.trabajadores.find((one) => one.id === id) ?? null;
    const said = { autor, hecho: "acceso de supervisor quitado", sobre: usuario } as const;
    const writes = [
      ...(stands ? [removeWrite(stands, keyOfAcceso(stands), said, now())] : []),
      ...open.map((alta) => voided(deps, alta, usuario)),
    ];
    if (persona?.activo && esPropio(persona.id)) {
      writes.push(activarWrite(persona, false, autor, now()));
    }
    return { writes, done: persona };
  });
