/** What the ledger's contract asks of a store, and how its tests open one. */
import { expect } from "bun:test";
import type { Event } from "../../src/domain/event.ts";
import type { Ledger } from "../../src/ledger/ledger.ts";

export interface OpenOptions {
  readonly nowMs?: () => number;
  readonly onFault?: (error: unknown) => void;
}

/** An empty store that can be opened again and again; disposing of it removes it. */
export interface Store extends AsyncDisposable {
  /** Opens it; whoever had it open has closed it before. */
  open(options?: OpenOptions): Promise<Ledger>;
}

/** Makes an empty store, of its own for each test. */
export type Create = () => Promise<Store>;

/** As many as there are tablets on a bad day. */
export const STORM = 64;

/** What a cell, a scanner or a stranger may send as a tag or a key. */
export const HOSTILE_TAGS = [
  "MK-1923-TW-17268-007",
  "A/B/../C",
  "a",
  "A",
  `"quoted" 'and' \`ticked\``,
  "nul\u0000nul",
  "nul\u0000",
  "línea\nnueva\ttab",
  "🦺👷‍♀️",
  "x".repeat(300),
  "__proto__",
  "constructor",
  "%_*?[a]",
  "'); DROP TABLE event; --",
  "{zeues}:spool",
  "spool:a",
  "back\\slash\\\\",
  "lone\ud800",
  "lone\ud801",
  "lone\\ud800",
];

/** A new store, opened; disposing of it closes and removes it. */
export async function openNew(create: Create, options?: OpenOptions) {
  const store = await create();
  const ledger = await store.open(options);
  const dispose = async (): Promise<void> => {
    await ledger.close();
    await store[Symbol.asyncDispose]();
  };
  return { store, ledger, [Symbol.asyncDispose]: dispose };
}

/** Waits until a follower has been given as many events as that; more of them are a failure. */
export async function arrived(ledger: Ledger, events: Event[], count: number): Promise<Event[]> {
  // Delivery may lag the answer (another process's channel): each probe is a round trip.
  for (let turn = 0; events.length < count && turn < 1_000; turn++) await ledger.health();
  expect(events.length).toBe(count);
  return events;
}
