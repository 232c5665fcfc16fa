/**
 * When requests came, by their id, so that what they led to can be timed to the last stream
 * (`zeues_delivery_seconds{from="post"}`). Only requests that change something are kept.
 */

/** A delivery follows its request by half a second; what is older is forgotten. */
const KEPT = 1_000;

export class Arrivals {
  readonly #at = new Map<string, number>();

  /** @param atMs of the monotonic clock */
  note(requestId: string, atMs: number): void {
    this.#at.set(requestId, atMs);
    if (this.#at.size <= KEPT) return;
    const [oldest] = this.#at.keys();
    if (oldest !== undefined) this.#at.delete(oldest);
  }

  /** When it came, by the monotonic clock; null for another process's, or one of long ago. */
  of(requestId: string): number | null {
    return this.#at.get(requestId) ?? null;
  }
}
