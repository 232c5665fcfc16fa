/**
 * Who may come in, as the ledger keeps it (spec 8): beside sessions, records of six kinds.
 *
 * C1: no secret is in an event: passwords and PINs are hashed, their hashes stand in the record
 *     only, which is asked for when somebody signs in.
 * C2: a session or a stream holds only while what it was opened with stands (identity/identity).
 */
import type { Autor, Seq } from "./event.ts";
import type { Rol, Trabajador, TrabajadorId } from "./trabajador.ts";

/** A supervisor's name and password. Whoever has one may administer, while the role lasts. */
export interface Supervisor {
  readonly kind: "supervisor";
  readonly version: number;
  readonly usuario: string;
  readonly trabajadorId: TrabajadorId;
  /** Argon2id, PHC string. */
  readonly clave: string;
  /** Since when this password holds, epoch milliseconds: older sessions have ended. */
  readonly desdeMs: number;
}

/** A worker's PIN on the shop's tablets. */
export interface Pin {
  readonly kind: "pin";
  readonly version: number;
  readonly trabajadorId: TrabajadorId;
  /** Argon2id, PHC string. */
  readonly clave: string;
  readonly desdeMs: number;
}

/** An enrolled device. */
export interface Tablet {
  readonly kind: "tablet";
  readonly version: number;
  readonly id: string;
  readonly nombre: string;
  /** SHA-256 of its cookie, hex. */
  readonly hash: string;
  readonly desdeMs: number;
}

/** What a program's token may be for: the shop's roles, or only to read. */
export type RolDeToken = Rol | "Lectura";

/** A program's bearer token. */
export interface Token {
  readonly kind: "token";
  readonly version: number;
  readonly id: string;
  readonly nombre: string;
  /** SHA-256 of the token, hex. */
  readonly hash: string;
  readonly roles: readonly RolDeToken[];
  /** The only worker in whose name it acts; null = anybody whom its roles let. */
  readonly trabajadorId: TrabajadorId | null;
  readonly desdeMs: number;
  /** Null = it holds until it is revoked. */
  readonly venceMs: number | null;
}

/** A one-time code: makes a tablet, or a supervisor. */
export interface Alta {
  readonly kind: "alta";
  readonly version: number;
  /** Names the record: the hash, or `primera` for the link of the first start. */
  readonly id: string;
  /** SHA-256 of the code, hex. */
  readonly hash: string;
  readonly para: "tablet" | "supervisor";
  /** The tablet's name, or the supervisor's; empty = they say it themselves. */
  readonly nombre: string;
  /** The worker who becomes a supervisor; null = somebody whom the workbook does not have. */
  readonly trabajadorId: TrabajadorId | null;
  readonly venceMs: number;
}

/** Failed attempts at one person's secret from one place. */
export interface Intentos {
  readonly kind: "intentos";
  readonly version: number;
  /** Names person and place: `pin:93:TABLET`. */
  readonly id: string;
  readonly fallos: number;
  /** The last one, epoch milliseconds. */
  readonly ultimoMs: number;
  /** Until when no other is looked at. */
  readonly hastaMs: number;
}

export type Acceso = Supervisor | Pin | Tablet | Token | Alta | Intentos;

/** What every process keeps in memory and the log may tell (C1). */
export type AccesoVisible =
  | Omit<Supervisor, "clave">
  | Omit<Pin, "clave">
  | Tablet
  | Token
  | Omit<Alta, "hash">
  | Intentos;

export type AccesoKey = `acceso:${string}`;

/** The name under its kind: usuario, worker, or id. */
const nameOf = (acceso: Acceso | AccesoVisible): string => {
  if (acceso.kind === "supervisor") return acceso.usuario;
  return acceso.kind === "pin" ? String(acceso.trabajadorId) : acceso.id;
};

export const accesoKey = (kind: Acceso["kind"], name: string): AccesoKey =>
  `acceso:${kind}:${name}`;

export const keyOfAcceso = (acceso: Acceso | AccesoVisible): AccesoKey =>
  accesoKey(acceso.kind, nameOf(acceso));

/** Without what only a sign-in needs (C1). */
export function visibleOf(acceso: Acceso): AccesoVisible {
  switch (acceso.kind) {
    case "supervisor":
    case "pin": {
      const { clave: _, ...visible } = acceso;
      return visible;
    }
    case "alta": {
      const { hash: _, ...visible } = acceso;
      return visible;
    }
    default:
      return acceso;
  }
}

/** What was done, in the words in which the register shows it. */
export type Hecho =
  | "acceso de supervisor dado"
  | "clave cambiada"
  | "acceso de supervisor quitado"
  | "PIN puesto"
  | "PIN cambiado"
  | "PIN quitado"
  | "tablet inscrito"
  | "tablet renombrado"
  | "tablet revocado"
  | "token creado"
  | "token revocado"
  | "código creado"
  | "código usado"
  | "código anulado"
  | "intento de entrar"
  | "intentos olvidados";

/** Somebody's access was given, changed or taken away, or somebody tried. */
export interface AccesoEvent {
  readonly kind: "acceso";
  readonly seq: Seq;
  readonly atMs: number;
  readonly version: number;
  readonly autor: Autor;
  readonly key: AccesoKey;
  readonly hecho: Hecho;
  /** Whose, for people: a name, never a secret, never what somebody typed as a name. */
  readonly sobre: string;
  /** What stands now; null = it is gone. */
  readonly visible: AccesoVisible | null;
}

/** Tries that cost nothing: fingers in gloves. */
export const INTENTOS_LIBRES = 5;
/** The wait after them, doubled by each that follows. */
const ESPERA_MS = 30_000;
/** Long enough to make guessing useless (96 a day), short enough to be waited for. */
const ESPERA_MAX_MS = 15 * 60_000;
/** Failures of yesterday are forgotten. */
export const INTENTOS_OLVIDO_MS = 24 * 3_600_000;

/**
 * Counts one more attempt before it is looked at, so that guesses at the same time count too.
 * @param antes what stands; null = none
 * @returns the count after it, or until when (epoch milliseconds) none is looked at
 */
export function contarIntento(
  antes: Intentos | null,
  id: string,
  nowMs: number,
): { readonly ok: true; readonly intentos: Intentos } | { readonly ok: false; hastaMs: number } {
  if (antes && nowMs < antes.hastaMs) return { ok: false, hastaMs: antes.hastaMs };
  const counted = antes && nowMs - antes.ultimoMs < INTENTOS_OLVIDO_MS ? antes.fallos : 0;
  const fallos = counted + 1;
  const over = fallos - INTENTOS_LIBRES;
  const wait = over < 0 ? 0 : Math.min(ESPERA_MAX_MS, ESPERA_MS * 2 ** Math.min(over, 10));
  const version = (antes?.version ?? 0) + 1;
  const hastaMs = wait === 0 ? 0 : nowMs + wait;
  return {
    ok: true,
    intentos: { kind: "intentos", version, id, fallos, ultimoMs: nowMs, hastaMs },
  };
}

const PIN = /^\d{4,6}$/;

/** Digits that everybody tries first: repeated, in a row, a year, down the pad's middle. */
const trivial = (pin: string): boolean =>
  /^(\d{1,3})\1+$/.test(pin) ||
  "01234567890".includes(pin) ||
  "09876543210".includes(pin) ||
  /^(19|20)\d\d$/.test(pin) ||
  ["2580", "0852"].includes(pin);

/** Reads a PIN (spec 8). @returns null when it is none; "trivial" when anybody would guess it. */
export function parsePin(text: string): string | null | "trivial" {
  const pin = text.trim();
  if (!PIN.test(pin)) return null;
  return trivial(pin) ? "trivial" : pin;
}

const USUARIO = /^[a-z0-9][a-z0-9._-]{1,30}$/;

/** Reads a supervisor's name for signing in, without regard to case. @returns null for none. */
export function parseUsuario(text: string): string | null {
  const usuario = text.normalize("NFC").trim().toLowerCase();
  return USUARIO.test(usuario) ? usuario : null;
}

/** Ids of people whom the workbook does not have; it must not use them. */
export const ID_PROPIO_MIN = 900_000_001;

/** A supervisor whom the workbook does not have, with the next free Id of ours; version 1. */
export function personaPropia(
  known: Iterable<Pick<Trabajador, "id">>,
  nombre: string,
  apellido: string,
): Trabajador {
  const last = Math.max(ID_PROPIO_MIN - 1, ...[...known].map(({ id }) => id));
  const id = (last + 1) as TrabajadorId;
  return { id, version: 1, nombre, apellido, activo: true, roles: ["Supervisor"] };
}

export const esPropio = (id: TrabajadorId): boolean => id >= ID_PROPIO_MIN;
