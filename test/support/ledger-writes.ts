/** Builders of commits for the ledger's tests: true stories of the domain, any tag. */
import { putWrite, removeWrite, type Said } from "../../src/actions/acceso.ts";
import { type Acceso, keyOfAcceso } from "../../src/domain/acceso.ts";
import { estadoDetalle } from "../../src/domain/estado-detalle.ts";
import type {
  Autor,
  Cambio,
  Event,
  Pending,
  Seq,
  SesionEvent,
  SpoolEvent,
} from "../../src/domain/event.ts";
import { blank, evolve } from "../../src/domain/evolve.ts";
import { DEFAULT_POLICY } from "../../src/domain/policy.ts";
import type { Sesion } from "../../src/domain/sesion.ts";
import type { Spool, Tag } from "../../src/domain/spool.ts";
import { firmaOf, type Trabajador, type TrabajadorId } from "../../src/domain/trabajador.ts";
import {
  type CommitResult,
  type Ledger,
  sesionKey,
  spoolKey,
  trabajadorKey,
  type Write,
} from "../../src/ledger/ledger.ts";

export const AT_MS = Date.UTC(2026, 10, 20, 11, 26);

export const seqOf = (n: number): Seq => n as Seq;

/** Any text: the ledger holds also what parseTag refuses at the edge. */
export const tagOf = (text: string): Tag => text as Tag;

export const trabajadorOf = (id: number, version = 1): Trabajador => ({
  id: id as TrabajadorId,
  version,
  nombre: "Mauricio",
  apellido: "Rodríguez",
  activo: true,
  roles: ["Armador"],
});

const FIRMA = firmaOf(trabajadorOf(93));
const autor: Autor = { firma: FIRMA, medio: "tablet", dispositivo: null };

/** The write of one change to a spool as it stands. */
export function writeOf(spool: Spool, cambio: Cambio): Write & { readonly state: Spool } {
  const bare = { tag: spool.tag, version: spool.version + 1, atMs: AT_MS, autor, cambio };
  const state = evolve(spool, bare);
  const event: Pending<SpoolEvent> = {
    kind: "spool",
    ...bare,
    estadoDetalle: estadoDetalle(state, DEFAULT_POLICY),
  };
  return { key: spoolKey(spool.tag), expectedVersion: spool.version, state, event };
}

/** A spool is seen for the first time. */
export const importar = (tag: string): Write & { readonly state: Spool } => {
  const spool = { ...blank(tagOf(tag)), nv: "NV-1", ot: "OT-1", ficha: { Línea: '6"-P' } };
  return writeOf(spool, { accion: "IMPORTAR", operacion: null, spool });
};

/** Somebody takes a free spool, or pauses the one they hold. */
export const advance = (spool: Spool): Write & { readonly state: Spool } =>
  writeOf(spool, { accion: spool.ocupacion ? "PAUSAR" : "TOMAR", operacion: "ARM" });

export function contratar(id: number, expectedVersion = 0): Write {
  const trabajador = trabajadorOf(id, expectedVersion + 1);
  const { version } = trabajador;
  return {
    key: trabajadorKey(trabajador.id),
    expectedVersion,
    state: trabajador,
    event: { kind: "trabajador", version, atMs: AT_MS, autor, trabajador },
  };
}

export function leerPlanilla(expectedVersion = 0): Write {
  const version = expectedVersion + 1;
  const planilla = { version, leidaMs: AT_MS, problemas: [] };
  return {
    key: "planilla",
    expectedVersion,
    state: planilla,
    event: { kind: "planilla", version, atMs: AT_MS, autor, planilla },
  };
}

/** A session of 93 by that name, as it begins. */
export const sesionOf = (hash: string): Sesion => ({
  version: 1,
  hash,
  trabajadorId: 93 as TrabajadorId,
  prueba: "nombre",
  tabletId: "tablet-1",
  sal: "salt-of-a-session",
  sinceMs: AT_MS,
});

type SesionWrite = Write & { readonly event: Pending<SesionEvent> };

/** It begins. */
export function sesionWrite(sesion: Sesion): SesionWrite {
  const { hash, version } = sesion;
  const event = { kind: "sesion" as const, atMs: AT_MS, version, autor, hash, sesion, fin: null };
  return { key: sesionKey(hash), expectedVersion: version - 1, state: sesion, event };
}

/** Its worker leaves: the record goes. */
export function salirWrite({ hash, version }: Sesion): SesionWrite {
  const bare = { kind: "sesion" as const, atMs: AT_MS, version: version + 1, autor, hash };
  const event = { ...bare, sesion: null, fin: "salida" as const };
  return { key: sesionKey(hash), expectedVersion: version, state: null, event };
}

/** One of each kind of access, as its first sight; `name` tells those of a kind apart. */
export const accesosOf = (name: string, id = 93): readonly Acceso[] => [
  {
    kind: "supervisor",
    version: 1,
    usuario: name,
    trabajadorId: id as TrabajadorId,
    clave: `$argon2id$of-${name}`,
    desdeMs: AT_MS,
  },
  {
    kind: "pin",
    version: 1,
    trabajadorId: id as TrabajadorId,
    clave: `$argon2id$pin-of-${name}`,
    desdeMs: AT_MS,
  },
  { kind: "tablet", version: 1, id: name, nombre: "Taller ñ", hash: `t-${name}`, desdeMs: AT_MS },
  {
    kind: "token",
    version: 1,
    id: name,
    nombre: "ERP",
    hash: `z-${name}`,
    roles: ["Soldador", "Lectura"],
    trabajadorId: null,
    desdeMs: AT_MS,
    venceMs: AT_MS + 1,
  },
  {
    kind: "alta",
    version: 1,
    id: name,
    hash: `a-${name}`,
    para: "tablet",
    nombre: "Portón",
    trabajadorId: null,
    venceMs: AT_MS + 1,
  },
  {
    kind: "intentos",
    version: 1,
    id: `pin:${id}:${name}`,
    fallos: 1,
    ultimoMs: AT_MS,
    hastaMs: 0,
  },
];

const SAID: Said = { autor, hecho: "tablet inscrito", sobre: "a quien toca" };

/** It is given, or changed: of the version before its own. */
export const accesoWrite = (acceso: Acceso): Write => putWrite(acceso, SAID, AT_MS);

/** It is taken away. */
export const quitarWrite = (acceso: Acceso): Write =>
  removeWrite(acceso, keyOfAcceso(acceso), SAID, AT_MS);

/** Commits what must be stored. @returns its events; throws on any other answer. */
export async function store(ledger: Ledger, ...writes: Write[]): Promise<readonly Event[]> {
  return eventsOf(await ledger.commit({ writes }));
}

export function eventsOf(result: CommitResult): readonly Event[] {
  if (result.kind !== "committed") throw new Error(`expected committed, got ${result.kind}`);
  return result.events;
}

export const seqsOf = (events: readonly Event[]): number[] => events.map(({ seq }) => seq);

/** 1, 2, 3 … `last`. */
export const upTo = (last: number): number[] => Array.from({ length: last }, (_, i) => i + 1);

/** The spools that a log leads to, by tag. */
export function replay(events: readonly Event[]): Map<Tag, Spool> {
  const spools = new Map<Tag, Spool>();
  for (const event of events) {
    if (event.kind !== "spool") continue;
    spools.set(event.tag, evolve(spools.get(event.tag) ?? blank(event.tag), event));
  }
  return spools;
}

/** Acts on a spool as `act` does: on a conflict again on the state that won, until it is stored. */
export async function persist(ledger: Ledger, seen: Spool): Promise<readonly Event[]> {
  let spool = seen;
  for (;;) {
    const result = await ledger.commit({ writes: [advance(spool)] });
    if (result.kind === "committed") return result.events;
    if (result.kind !== "conflict" || result.state === null) throw new Error(result.kind);
    spool = result.state as Spool;
  }
}
