/**
 * Keeps ledger and workbook in step while this process holds the lease (spec 7). What is done is
 * turno.ts; this is who does it.
 *
 * Y1: one holder at a time; a holder that can't renew its lease stops before it has run out.
 * Y2: whatever fails is said (Sincronia) and tried again; nothing is lost by it, nobody waits.
 */
import { type Lease, type Ledger, LedgerUnavailable } from "../ledger/ledger.ts";
import { type Clock, realClock } from "./clock.ts";
import { type Turno, type TurnoDeps, takeTurn } from "./turno.ts";

export const LEASE = "planilla";
/** Longer than a request may take, so that the next holder never meets a write of ours. */
export const LEASE_MS = 45_000;
const RENEW_MS = 10_000;
/** How often the others look whether there is a holder. */
const LOOK_MS = 5_000;

export type SyncDeps = Omit<TurnoDeps, "lease" | "signal" | "clock" | "ledger"> & {
  readonly ledger: TurnoDeps["ledger"] & Pick<Ledger, "lease" | "onRewound">;
  readonly clock?: Clock;
};

export class Sync {
  readonly #deps: SyncDeps;
  readonly #clock: Clock;
  readonly #stop = new AbortController();
  #turn: AbortController | null = null;
  #turno: Turno | null = null;
  #live: Promise<void> = Promise.resolve();
  #unlisten: () => void = () => {};

  constructor(deps: SyncDeps) {
    this.#deps = deps;
    this.#clock = deps.clock ?? realClock;
  }

  start(): void {
    // Another log: what was known of this one is void (ledger L6).
    this.#unlisten = this.#deps.ledger.onRewound(() => this.#turn?.abort());
    this.#live = this.#run();
  }

  /** A supervisor decided something about the sheet: it is looked at soon. */
  nudge(): void {
    this.#turno?.nudge();
  }

  /** Ends what is under way, and leaves the rest to the next holder. */
  async stop(): Promise<void> {
    this.#unlisten();
    this.#stop.abort();
    await this.#live;
  }

  async #run(): Promise<void> {
    const { log, ledger } = this.#deps;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        const lease = await ledger.lease(LEASE, LEASE_MS);
        if (lease) await this.#hold(lease);
      } catch (error) {
        if (!(error instanceof LedgerUnavailable)) log.error({ err: error }, "sheet sync");
      }
      await this.#clock.sleep(LOOK_MS, signal).catch(() => {});
    }
  }

  async #hold(lease: Lease): Promise<void> {
    const turn = new AbortController();
    this.#turn = turn;
    const stop = (): void => turn.abort();
    this.#stop.signal.addEventListener("abort", stop, { once: true });
    const renewing = this.#renew(lease, turn);
    try {
      const deps = { ...this.#deps, clock: this.#clock, lease, signal: turn.signal };
      this.#turno = await takeTurn(deps);
      await this.#turno.run();
    } finally {
      turn.abort();
      this.#stop.signal.removeEventListener("abort", stop);
      await renewing;
      await this.#turno?.end();
      this.#turno = null;
      this.#turn = null;
      // Whoever can't be told finds out when the time has run out.
      await lease.release().catch(() => {});
    }
  }

  async #renew(lease: Lease, turn: AbortController): Promise<void> {
    while (!turn.signal.aborted) {
      await this.#clock.sleep(RENEW_MS, turn.signal).catch(() => {});
      // A store that is away can't tell: the time that is left does.
      const ours = await lease.renew().catch(() => lease.leftMs() > 0);
      if (!ours) turn.abort();
    }
  }
}
