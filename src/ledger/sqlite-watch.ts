/**
 * Whether the SQLite ledger can store: known by what its commits came to. While it can't, it is
 * tried again every second, so that pages say so when a full disk has room again.
 */
import type { Availability, LedgerUnavailable } from "./ledger.ts";

const TRY_MS = 1_000;
const AVISO = "El registro no se puede guardar (¿disco lleno?)";
const READY: Availability = { kind: "ready" };

export interface SqliteWatch {
  availability(): Availability;
  /** @returns a function that ends it */
  onChange(listener: (availability: Availability) => void): () => void;
  /** A commit failed; null = not for the store. @returns the same */
  judge(fault: LedgerUnavailable | null): LedgerUnavailable | null;
  /** A commit is on the disk. */
  stored(): void;
  stop(): void;
}

/** @param probe tries to store something, whose outcome comes back as `judge` or `stored` */
export function createSqliteWatch(probe: () => void): SqliteWatch {
  const listeners = new Set<(availability: Availability) => void>();
  let availability = READY;
  let trying: ReturnType<typeof setInterval> | undefined;
  const set = (next: Availability): void => {
    const changed = next.kind !== availability.kind;
    availability = next;
    if (changed) for (const listener of [...listeners]) listener(next);
  };
  const stop = (): void => {
    clearInterval(trying);
    trying = undefined;
  };
  return {
    availability: () => availability,
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    judge(fault) {
      if (!fault) return null;
      trying ??= setInterval(probe, TRY_MS);
      set({ kind: "away", aviso: AVISO, detail: fault.message });
      return fault;
    },
    stored() {
      stop();
      set(READY);
    },
    stop,
  };
}
