/**
 * Who a browser is: today a name picked from the list (spec 8 as far as issue 2 goes). Enrolled
 * devices, PINs and passwords will make sessions in another way; what a session is stays.
 *
 * I1: a session's id is 256 random bits in a cookie; the ledger keeps only its SHA-256.
 * I2: an ended session ends everywhere at once: each process hears it from the log, and whoever
 *     watches is told (streams close).
 * I3: known sessions are in memory, fed from the ledger's snapshot and log: no request waits for a
 *     store to tell who asks.
 */
import type { Actor } from "../domain/command.ts";
import type { Event } from "../domain/event.ts";
import type { Sesion } from "../domain/sesion.ts";
import type { Trabajador, TrabajadorId } from "../domain/trabajador.ts";

/** A picked name lasts a shift and a half; nobody stays signed in over night. */
export const SESSION_MS = 12 * 3_600_000;

const sha256 = (text: string): string => new Bun.CryptoHasher("sha256").update(text).digest("hex");

/** 256 random bits for a cookie. */
const randomId = (): string =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");

export interface Sessions {
  /** A session that does not hold yet: it does once the log has brought it, with its cookie. */
  create(trabajadorId: TrabajadorId): { readonly cookie: string; readonly sesion: Sesion };
  /** The live session of a cookie, null when there is none or it has run out. */
  find(cookie: string): Sesion | null;
  /** At most `max` that have run out and whose records the ledger still has. */
  expired(max: number): readonly Sesion[];
  /** Holds these and no others: at start, and when the log was rewound. */
  load(sesiones: readonly Sesion[]): void;
  /** Takes what the log brought, in its order; events of other kinds are not looked at. */
  apply(events: readonly Event[]): void;
  /** Told of each ended session's hash, once. @returns a function that ends it. */
  onEnd(listener: (hash: string) => void): () => void;
}

/** An empty registry; `load` and `apply` fill it. */
export function createSessions(now: () => number): Sessions {
  let known = new Map<string, Sesion>();
  const listeners = new Set<(hash: string) => void>();
  const holds = ({ sinceMs }: Sesion): boolean => sinceMs > now() - SESSION_MS;
  const tell = (hash: string): void => {
    for (const listener of listeners) listener(hash);
  };
  return {
    create(trabajadorId) {
      const cookie = randomId();
      return { cookie, sesion: { version: 1, hash: sha256(cookie), trabajadorId, sinceMs: now() } };
    },
    find(cookie) {
      const sesion = known.get(sha256(cookie));
      return sesion && holds(sesion) ? sesion : null;
    },
    expired(max) {
      // A shop has some hundreds; those of a day are gone through in microseconds.
      return [...known.values()].filter((sesion) => !holds(sesion)).slice(0, max);
    },
    load(sesiones) {
      const before = known;
      known = new Map(sesiones.map((sesion) => [sesion.hash, sesion]));
      for (const hash of before.keys()) if (!known.has(hash)) tell(hash);
    },
    apply(events) {
      for (const event of events) {
        if (event.kind !== "sesion") continue;
        if (event.sesion) known.set(event.hash, event.sesion);
        else if (known.delete(event.hash)) tell(event.hash);
      }
    },
    onEnd(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** How much of a session's hash is kept beside actions: enough to tell tablets apart. */
const HASH_SHOWN = 12;

/** A session's short name in logs and events. */
export const dispositivoOf = (hash: string): string => hash.slice(0, HASH_SHOWN);

/** The actor that a session's worker is. */
export const actorOf = (sesion: Sesion, trabajador: Trabajador): Actor => ({
  trabajador,
  medio: "tablet",
  dispositivo: dispositivoOf(sesion.hash),
});
