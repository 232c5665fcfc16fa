/**
 * A question to Redis, and what to do when there is no answer.
 *
 * S1: nothing is asked while Redis is known to be away; what was asked and got no answer is asked
 *     again, the same, until CLEAR_UP_MS have passed. All questions may be repeated: a commit
 *     carries its attempt.
 */
import { AnswerLost } from "./answer-lost.ts";
import { LedgerUnavailable, OutcomeUnknown } from "./ledger.ts";
import type { Client } from "./redis-connections.ts";
import { blocksWrites, faultOf, wasSent } from "./redis-faults.ts";
import type { Watch } from "./redis-watch.ts";

/** How long an answer that was lost is asked for again. */
const CLEAR_UP_MS = 5_000;
/** Between two tries, so that a connection which says it is there and is not costs nothing. */
const PAUSE_MS = 20;

export interface AskDeps {
  readonly client: Client;
  readonly watch: Pick<Watch, "ready" | "refused">;
}

export interface How {
  /** Whether an answer that stays lost leaves something unknown. */
  readonly writes?: boolean;
  /** It was asked for before the ledger was closed. */
  readonly admitted?: boolean;
}

type Tried<T> = { readonly answer: T } | { readonly fault: LedgerUnavailable | AnswerLost };

function unavailable(fault: Error, unknown = false): LedgerUnavailable {
  if (unknown) return new OutcomeUnknown(fault.message, { cause: fault });
  if (fault instanceof LedgerUnavailable) return fault;
  return new LedgerUnavailable(fault.message, { cause: fault });
}

export class Asking {
  readonly #deps: AskDeps;
  #closed = false;

  constructor({ client, watch }: AskDeps) {
    this.#deps = { client, watch };
  }

  /** From now on everything is refused but what was admitted before. */
  close(): void {
    this.#closed = true;
  }

  /** @throws LedgerUnavailable */
  refuseClosed(): void {
    if (this.#closed) throw new LedgerUnavailable("the ledger is closed");
  }

  /** @throws LedgerUnavailable; OutcomeUnknown where what was to be written may have been (S1) */
  async ask<T>(question: (client: Client) => Promise<T>, how: How = {}): Promise<T> {
    const untilMs = performance.now() + CLEAR_UP_MS;
    let sent = false;
    for (;;) {
      const tried = await this.#try(question, how);
      if ("answer" in tried) return tried.answer;
      const { fault } = tried;
      const lost = fault instanceof AnswerLost;
      sent ||= lost && wasSent(fault);
      if (!lost || performance.now() >= untilMs) throw unavailable(fault, sent && how.writes);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  /** An error of Redis, noted where it says that nothing can be stored any more. */
  faultBy(error: unknown): LedgerUnavailable | AnswerLost {
    if (blocksWrites(error)) this.#deps.watch.refused(error);
    return faultOf(error);
  }

  async #try<T>(question: (client: Client) => Promise<T>, how: How): Promise<Tried<T>> {
    const { client, watch } = this.#deps;
    try {
      if (!how.admitted) this.refuseClosed();
      await watch.ready();
      return { answer: await question(client) };
    } catch (error) {
      return { fault: this.faultBy(error) };
    }
  }
}
