/**
 * Group commit: what is asked for within one turn of the event loop shares one transaction, and so
 * one fsync, which is nearly all that a commit costs.
 *
 * G1: steps are applied in the order they were asked for, each seeing what those before it wrote.
 * G2: a step's fault is its own: the rest of its group is stored without it.
 * G3: nothing is answered, and nobody told, before the transaction is durable (L3).
 */
import type { Event, Seq } from "../domain/event.ts";
import { LedgerUnavailable } from "./ledger.ts";

/**
 * Most steps waiting. They are drained every turn, so only more than this within one turn is
 * refused: a thousand streams' worth of tablets at once is 1,000, and 5,000 take about 0.2 s.
 */
export const QUEUE_MAX = 5_000;
/** Most steps of one transaction, about 10 ms: streams and pages get their turn in between. */
export const GROUP_MAX = 256;

/** What a step answers, and the events it appended after `head`. */
export interface Applied<A> {
  readonly answer: A;
  readonly events: readonly Event[];
}

/** Reads and writes inside the transaction; `head` is the last seq that stands before it. */
export type Step<A> = (head: Seq) => Applied<A>;

export interface GroupCommitDeps {
  /** The last seq in the log. */
  readonly head: Seq;
  /** All of `body` is durable when it returns, none of it when it throws. */
  readonly transact: <T>(body: () => T) => T;
  /** The error when the store failed, so that no step of the group can be stored; else null. */
  readonly storeFault: (error: unknown) => LedgerUnavailable | null;
  readonly publish: (events: readonly Event[]) => void;
}

export interface GroupCommit {
  /** The last durable seq. */
  head(): Seq;
  /** Rejects with LedgerUnavailable when the store failed or too many wait; else with its fault. */
  submit<A>(step: Step<A>): Promise<A>;
  /** Commits all that waits, now. */
  flush(): void;
}

interface Waiting {
  readonly step: Step<unknown>;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export function createGroupCommit(deps: GroupCommitDeps): GroupCommit {
  let head = deps.head;
  let waiting: Waiting[] = [];
  let scheduled = false;

  /** Stores the group whole or throws. @returns each step's answer and all events, in order. */
  function applyAll(group: readonly Waiting[]): { answers: unknown[]; events: Event[] } {
    return deps.transact(() => {
      const events: Event[] = [];
      const answers = group.map(({ step }) => {
        const applied = step(events.at(-1)?.seq ?? head);
        for (const event of applied.events) events.push(event);
        return applied.answer;
      });
      return { answers, events };
    });
  }

  function refuse(group: readonly Waiting[], error: unknown): void {
    const fault = deps.storeFault(error);
    const [first] = group;
    if (fault) for (const { reject } of group) reject(fault);
    else if (group.length === 1) first?.reject(error);
    // Who of them was it? Each alone will tell, and the innocent are stored (G2).
    else for (const one of group) commit([one]);
  }

  function commit(group: readonly Waiting[]): void {
    let stored: ReturnType<typeof applyAll>;
    try {
      stored = applyAll(group);
    } catch (error) {
      refuse(group, error);
      return;
    }
    head = stored.events.at(-1)?.seq ?? head;
    for (const [index, { resolve }] of group.entries()) resolve(stored.answers[index]);
    // Before any of the answers runs on: those are microtasks, and followers are called here.
    deps.publish(stored.events);
  }

  function drain(): void {
    scheduled = false;
    const group = waiting.slice(0, GROUP_MAX);
    waiting = waiting.slice(GROUP_MAX);
    if (waiting.length > 0) schedule();
    if (group.length > 0) commit(group);
  }

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    setImmediate(drain);
  }

  return {
    head: () => head,
    submit<A>(step: Step<A>): Promise<A> {
      if (waiting.length >= QUEUE_MAX) {
        return Promise.reject(new LedgerUnavailable(`${QUEUE_MAX} commits are waiting`));
      }
      const { promise, resolve, reject } = Promise.withResolvers<A>();
      waiting.push({ step, resolve: resolve as Waiting["resolve"], reject });
      schedule();
      return promise;
    },
    flush() {
      while (waiting.length > 0) drain();
    },
  };
}
