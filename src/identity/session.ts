/**
 * Who a browser is: today a name picked from the list (spec 8 as far as issue 2 goes). Enrolled
 * devices, PINs and passwords will make sessions in another way; what a session is stays.
 *
 * I1: a session's id is 256 random bits in a cookie; the store keeps only its SHA-256.
 * I2: an ended session ends everywhere at once: whoever watches is told (streams close).
 */
import type { Actor } from "../domain/command.ts";
import type { Trabajador, TrabajadorId } from "../domain/trabajador.ts";

export interface Session {
  /** SHA-256 of the cookie, hex: names the session in logs and events without giving it away. */
  readonly hash: string;
  readonly trabajadorId: TrabajadorId;
  readonly sinceMs: number;
}

/** Where sessions are kept; survives a restart. */
export interface SessionStore {
  put(session: Session): void;
  get(hash: string): Session | null;
  remove(hash: string): void;
  /** Forgets sessions begun before `ms`. */
  prune(ms: number): void;
}

/** A picked name lasts a shift and a half; nobody stays signed in over night. */
export const SESSION_MS = 12 * 3_600_000;

const sha256 = (text: string): string => new Bun.CryptoHasher("sha256").update(text).digest("hex");

/** 256 random bits for a cookie. */
const randomId = (): string =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");

export interface Sessions {
  /** Begins a session. @returns the cookie's value. */
  begin(trabajadorId: TrabajadorId): string;
  /** The live session of a cookie, null when there is none or it has run out. */
  find(cookie: string): Session | null;
  end(session: Session): void;
  /** Told of each ended session's hash. */
  onEnd(listener: (hash: string) => void): void;
}

export function createSessions(store: SessionStore, now: () => number): Sessions {
  const listeners = new Set<(hash: string) => void>();
  return {
    begin(trabajadorId) {
      const cookie = randomId();
      const sinceMs = now();
      store.prune(sinceMs - SESSION_MS);
      store.put({ hash: sha256(cookie), trabajadorId, sinceMs });
      return cookie;
    },
    find(cookie) {
      const session = store.get(sha256(cookie));
      return session && session.sinceMs > now() - SESSION_MS ? session : null;
    },
    end(session) {
      store.remove(session.hash);
      for (const listener of listeners) listener(session.hash);
    },
    onEnd(listener) {
      listeners.add(listener);
    },
  };
}

/** How much of a session's hash is kept in the log: enough to tell tablets apart. */
const HASH_SHOWN = 12;

/** The actor that a session's worker is. */
export const actorOf = (session: Session, trabajador: Trabajador): Actor => ({
  trabajador,
  medio: "tablet",
  dispositivo: session.hash.slice(0, HASH_SHOWN),
});
