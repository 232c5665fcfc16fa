/**
 * Leases where one process has the store to itself: nobody outside can hold one, and a holder that
 * died took its process, so they live in memory (spec 7: SQLite needs none).
 */
import type { Lease } from "./ledger.ts";

export interface SoleLeases {
  /** @returns null while another part of this process has it */
  take(name: string, ttlMs: number): Lease | null;
  /** The newest fence of a lease, 0 when nobody ever had it. */
  fenceOf(name: string): number;
}

export function createSoleLeases(): SoleLeases {
  const held = new Map<string, { readonly fence: number; untilMs: number }>();
  const left = (name: string, fence: number): number => {
    const holder = held.get(name);
    return holder?.fence === fence ? Math.max(0, holder.untilMs - performance.now()) : 0;
  };
  const fenceOf = (name: string): number => held.get(name)?.fence ?? 0;
  return {
    fenceOf,
    take(name, ttlMs) {
      if (left(name, fenceOf(name)) > 0) return null;
      const fence = fenceOf(name) + 1;
      const holder = { fence, untilMs: performance.now() + ttlMs };
      held.set(name, holder);
      return {
        fence,
        leftMs: () => left(name, fence),
        async renew() {
          if (held.get(name) !== holder) return false;
          holder.untilMs = performance.now() + ttlMs;
          return true;
        },
        async release() {
          holder.untilMs = 0;
        },
      };
    },
  };
}
