/**
 * Leases in Redis. A holder that was paused finds its time run out by its own monotonic clock
 * (`leftMs`), and, should it write all the same, its fence refused (L7).
 */
import type { Lease } from "./ledger.ts";

export interface LeaseScripts {
  /** @returns the fence, 0 while another has it */
  acquire(): Promise<number>;
  /** `ttlMs` 0 gives it back. @returns whether it was still ours */
  renew(fence: number, ttlMs: number): Promise<boolean>;
}

/** Clocks of two machines may differ in speed by less than this share. */
const DRIFT = 0.01;

/** @returns null while another has it */
export async function takeLease(scripts: LeaseScripts, ttlMs: number): Promise<Lease | null> {
  // Counted from before the question: Redis counts from somewhere after it.
  let askedAt = performance.now();
  const fence = await scripts.acquire();
  if (fence === 0) return null;
  let held = true;
  const leftMs = (): number =>
    held ? Math.max(0, askedAt + ttlMs * (1 - DRIFT) - performance.now()) : 0;
  return {
    fence,
    leftMs,
    async renew() {
      const at = performance.now();
      held = held && (await scripts.renew(fence, ttlMs));
      if (held) askedAt = at;
      return held;
    },
    async release() {
      if (held) await scripts.renew(fence, 0);
      held = false;
    },
  };
}
