/**
 * Who a browser is (spec 8).
 *
 * I1: a session's id is 256 random bits in a cookie; the ledger keeps only its SHA-256.
 * I2: a session holds only while what it was begun with stands: its worker active, its tablet
 *     enrolled, its PIN or password the same, its time not up. So whatever is revoked ends
 *     sessions and streams at once, in every process, without being written for each of them.
 * I3: known sessions are in memory, fed from the ledger's snapshot and log: no request waits for a
 *     store to tell who asks.
 * I4: when a session was last used stands in its cookie, signed with the session's own salt: every
 *     process can tell an idle one, and none has to write that somebody looked at a page.
 */
import type { Actor } from "../domain/command.ts";
import type { Event } from "../domain/event.ts";
import type { Prueba, Sesion } from "../domain/sesion.ts";
import type { Trabajador, TrabajadorId } from "../domain/trabajador.ts";
import type { Accesos } from "./accesos.ts";
import { randomSecret, sha256, sign, signed } from "./secret.ts";

/** A shift and a half; nobody stays signed in over night. */
export const SESSION_MS = 12 * 3_600_000;
/** Spec 8: ten idle minutes end a worker's session on a tablet. */
export const IDLE_TABLET_MS = 10 * 60_000;
/** A supervisor's own browser shows the dashboard all day; a working day unused is over. */
export const IDLE_OWN_MS = 8 * 3_600_000;
/** A cookie is renewed no more often than this. */
const RENEW_MS = 30_000;
/** Clocks of processes differ a little; a cookie from further ahead is none of ours. */
const AHEAD_MS = 60_000;

const SALT_BYTES = 16;
const MS_PER_S = 1_000;

export interface Found {
  readonly sesion: Sesion;
  readonly trabajador: Trabajador;
}

export interface NewSession {
  readonly trabajadorId: TrabajadorId;
  readonly prueba: Prueba;
  readonly tabletId: string | null;
}

export interface Sessions {
  /** A session that does not hold yet: it does once the log has brought it, with its cookie. */
  create(begun: NewSession): { readonly cookie: string; readonly sesion: Sesion };
  /**
   * The session of a cookie, null when there is none or it holds no more (I2, I4).
   * @param tabletId the tablet whose cookie came with it, null for none: a session stays on its
   * own, and one of a supervisor's browser ends when that becomes a tablet for all
   */
  find(cookie: string, tabletId: string | null): Found | null;
  /** The cookie once more, used now; null while the one that came is new enough. */
  renew(cookie: string): string | null;
  /** Whether it still holds, as far as this process saw it used: for what stays open. */
  holds(hash: string): boolean;
  /** Those that hold. */
  all(): readonly Sesion[];
  /** At most `max` that have run out and whose records the ledger still has. */
  expired(max: number): readonly Sesion[];
  /** Holds these and no others: at start, and when the log was rewound. */
  load(sesiones: readonly Sesion[]): void;
  /** Takes what the log brought, in its order; events of other kinds are not looked at. */
  apply(events: readonly Event[]): void;
}

export interface SessionDeps {
  readonly accesos: Pick<Accesos, "get" | "supervisorOf">;
  readonly trabajador: (id: TrabajadorId) => Trabajador | undefined;
  /** Whether a name alone is not enough on this shop's tablets (any more). */
  readonly pinObligatorio: () => boolean;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

const idleMs = ({ prueba, tabletId }: Sesion): number =>
  prueba === "clave" && tabletId === null ? IDLE_OWN_MS : IDLE_TABLET_MS;

/** Whether that with which it was begun still stands (I2). */
function proven(sesion: Sesion, { accesos, pinObligatorio }: SessionDeps): boolean {
  const { prueba, tabletId, trabajadorId, sinceMs } = sesion;
  if (tabletId !== null && accesos.get("tablet", tabletId) === null) return false;
  if (prueba === "clave") {
    const supervisor = accesos.supervisorOf(trabajadorId);
    return supervisor !== null && supervisor.desdeMs <= sinceMs;
  }
  const pin = accesos.get("pin", String(trabajadorId));
  if (prueba === "pin") return pin !== null && pin.desdeMs <= sinceMs;
  // Of a ZEUES that had no tablets, or by name where there is a PIN by now.
  return prueba === "nombre" && tabletId !== null && pin === null && !pinObligatorio();
}

interface Parts {
  readonly id: string;
  readonly usedS: string;
  readonly mac: string;
}

function partsOf(cookie: string): Parts | null {
  const [id = "", usedS = "", mac = "", ...more] = cookie.split(".");
  return more.length === 0 && /^\d{1,12}$/.test(usedS) ? { id, usedS, mac } : null;
}

/** An empty registry; `load` and `apply` fill it. */
export function createSessions(deps: SessionDeps): Sessions {
  const { trabajador, now } = deps;
  let known = new Map<string, Sesion>();
  /** When this process saw each used last, epoch milliseconds. */
  const used = new Map<string, number>();

  const cookieOf = (id: string, sal: string): string => {
    const usedS = String(Math.floor(now() / MS_PER_S));
    return `${id}.${usedS}.${sign(sal, usedS)}`;
  };
  const inTime = ({ sinceMs, sal }: Sesion): boolean =>
    sal !== undefined && sinceMs > now() - SESSION_MS;
  // Begun under a clock that was years ahead, it would outlive the mending of the clock by years.
  const begun = ({ sinceMs }: Sesion): boolean => sinceMs <= now() + AHEAD_MS;
  const standing = (sesion: Sesion): Trabajador | null => {
    const person = trabajador(sesion.trabajadorId);
    return person?.activo && begun(sesion) && inTime(sesion) && proven(sesion, deps)
      ? person
      : null;
  };
  /** The session that a cookie names, and when it says that it was used last. */
  const read = (cookie: string) => {
    const parts = partsOf(cookie);
    const sesion = parts && known.get(sha256(parts.id));
    if (!sesion || !signed(sesion.sal ?? "", parts.usedS, parts.mac)) return null;
    return { ...parts, sesion, usedMs: Number(parts.usedS) * MS_PER_S };
  };
  return {
    create(begun) {
      const id = randomSecret();
      const sal = randomSecret(SALT_BYTES);
      const sesion = { version: 1, hash: sha256(id), ...begun, sal, sinceMs: now() };
      return { cookie: cookieOf(id, sal), sesion };
    },
    find(cookie, tabletId) {
      const found = read(cookie);
      if (!found) return null;
      const { sesion, usedMs } = found;
      if (usedMs > now() + AHEAD_MS || now() - usedMs >= idleMs(sesion)) return null;
      if (sesion.tabletId !== tabletId) return null;
      const person = standing(sesion);
      if (!person) return null;
      used.set(sesion.hash, Math.max(usedMs, used.get(sesion.hash) ?? 0));
      return { sesion, trabajador: person };
    },
    renew(cookie) {
      const found = read(cookie);
      if (!found || now() - found.usedMs < RENEW_MS) return null;
      used.set(found.sesion.hash, now());
      return cookieOf(found.id, found.sesion.sal);
    },
    holds(hash) {
      const sesion = known.get(hash);
      if (!sesion || !standing(sesion)) return false;
      return now() - (used.get(hash) ?? 0) < idleMs(sesion) + RENEW_MS;
    },
    all: () => [...known.values()].filter((sesion) => standing(sesion) !== null),
    expired(max) {
      // A shop has some hundreds; those of a day are gone through in microseconds.
      return [...known.values()].filter((sesion) => !inTime(sesion)).slice(0, max);
    },
    load(sesiones) {
      known = new Map(sesiones.map((sesion) => [sesion.hash, sesion]));
      for (const hash of [...used.keys()]) if (!known.has(hash)) used.delete(hash);
    },
    apply(events) {
      for (const event of events) {
        if (event.kind !== "sesion") continue;
        if (event.sesion) known.set(event.hash, event.sesion);
        else {
          known.delete(event.hash);
          used.delete(event.hash);
        }
      }
    },
  };
}

/** How much of a session's hash is kept beside actions: enough to tell browsers apart. */
const HASH_SHOWN = 12;

/** A session's short name in logs and events. */
export const dispositivoOf = (hash: string): string => hash.slice(0, HASH_SHOWN);

/**
 * The actor that a session's worker is. Who only picked a name is no Supervisor: on a tablet that
 * lies about, anybody can pick any name (spec 8).
 */
export function actorOf(
  { hash, prueba, tabletId }: Pick<Sesion, "hash" | "prueba" | "tabletId">,
  trabajador: Trabajador,
): Actor {
  const roles =
    prueba === "nombre" ? trabajador.roles.filter((rol) => rol !== "Supervisor") : trabajador.roles;
  const dispositivo = tabletId ?? dispositivoOf(hash);
  return { trabajador: { ...trabajador, roles }, medio: "tablet", dispositivo };
}
