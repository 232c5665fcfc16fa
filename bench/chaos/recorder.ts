/**
 * The API of all processes as one, and everything that was asked of it: each request goes to a
 * random process, and is sent again with its key until it has a definite answer.
 */
import { pick, type Random } from "../../src/demo/random.ts";
import type { Api, Answer as ApiAnswer, Ask } from "../support/api.ts";
import { pause } from "../support/until.ts";
import { type Call, isIndefinite } from "./history.ts";

/** Longer than the product may take, whatever happens to it; what needs longer is a fault. */
const REQUEST_MAX_MS = 10_000;
/** A tablet would wait Retry-After; here the sooner the nastier. */
const AGAIN_MAX_MS = 200;
/** What a caller is told that never got a definite answer. */
const NO_ANSWER: ApiAnswer = { status: 0, body: { ok: false, error: "SIN_RESPUESTA" } };

export interface Recorder {
  readonly api: Api;
  readonly calls: readonly Call[];
  /** Resolves after so many more definite answers. */
  answered(count: number): Promise<void>;
  /** From `ms` on (performance.now), requests without an answer are given up. */
  giveUpAt(ms: number): void;
}

interface Waiter {
  left: number;
  readonly resolve: () => void;
}

async function send(
  apis: readonly Api[],
  nth: number,
  ask: Ask,
  key: string,
  signal: AbortSignal,
): Promise<Call> {
  const invoked = { invokedMs: performance.now(), invokedAt: Date.now() };
  // A broken line, a late or an aborted request: no answer, whatever the reason.
  const answer = await apis[nth]?.act(ask, key, signal).catch(() => null);
  const ended = { endedMs: performance.now(), endedAt: Date.now() };
  return {
    key,
    ask,
    process: nth,
    ...invoked,
    ...ended,
    answer: (answer ?? null) as Call["answer"],
  };
}

/** @param apis of the processes; the first is the one for what is no action */
export function createRecorder(apis: readonly Api[], random: Random): Recorder {
  const calls: Call[] = [];
  const waiters = new Set<Waiter>();
  let giveUpMs = Number.POSITIVE_INFINITY;
  const [first] = apis;
  if (!first) throw new Error("no process");

  const tellWaiters = (): void => {
    for (const waiter of waiters) {
      waiter.left--;
      if (waiter.left > 0) continue;
      waiters.delete(waiter);
      waiter.resolve();
    }
  };

  const act: Api["act"] = async (ask, key = crypto.randomUUID(), signal) => {
    for (;;) {
      const late = AbortSignal.timeout(REQUEST_MAX_MS);
      const either = signal ? AbortSignal.any([signal, late]) : late;
      const nth = pick(random, [...apis.keys()]);
      const call = await send(apis, nth, ask, key, either);
      calls.push(call);
      if (call.answer && !isIndefinite(call)) {
        tellWaiters();
        return call.answer;
      }
      if (signal?.aborted) throw new Error("given up by its worker");
      if (performance.now() > giveUpMs) return NO_ANSWER;
      await pause(random() * AGAIN_MAX_MS);
    }
  };

  return {
    api: { ...first, act },
    calls,
    answered(count) {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiters.add({ left: count, resolve });
      return promise;
    },
    giveUpAt(ms) {
      giveUpMs = ms;
    },
  };
}
