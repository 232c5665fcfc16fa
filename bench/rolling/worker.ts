/** A worker during a rolling restart: sends a tap again, with its key, as a tablet does. */
import type { Api, Ask } from "../support/api.ts";
import { pause } from "../support/until.ts";
import { FIRST_WORKER, weldableTag } from "../support/workbook.ts";

export interface WorkerTally {
  /** Seqs of what was done. */
  readonly done: Set<number>;
  /** Requests that did not come to an answer of ZEUES, by what they came to instead. */
  readonly raw: Map<string, number>;
  /** Actions that the worker had to give up. */
  readonly failed: string[];
  readonly answersMs: number[];
}

export const createWorkerTally = (): WorkerTally => ({
  done: new Set(),
  raw: new Map(),
  failed: [],
  answersMs: [],
});

/** A tablet keeps a tap for 30 s (docs/several-processes.md). */
const KEPT_MS = 30_000;
const RETRY_MS = 1_000;
const FAULT = 500;

/** One action until it is answered. */
async function act(api: Api, tally: WorkerTally, ask: Ask): Promise<void> {
  const key = crypto.randomUUID();
  const beganAt = performance.now();
  for (;;) {
    let why: string;
    try {
      const { status, body } = await api.act(ask, key);
      if (body.ok) {
        tally.answersMs.push(performance.now() - beganAt);
        tally.done.add(body.seq);
        return;
      }
      why = `${status} ${body.error}`;
      if (status < FAULT) {
        tally.failed.push(why);
        return;
      }
    } catch (error) {
      // No JSON, or no answer at all: the proxy's own page, a connection that broke.
      why = (error as Error).message.slice(0, 60);
    }
    tally.raw.set(why, (tally.raw.get(why) ?? 0) + 1);
    if (performance.now() - beganAt > KEPT_MS) {
      tally.failed.push(why);
      return;
    }
    await pause(RETRY_MS);
  }
}

/** Takes and pauses a spool of their own, over and over, while there is more to do. */
export async function work(
  api: Api,
  tally: WorkerTally,
  at: number,
  more: () => boolean,
  think: () => Promise<void>,
): Promise<void> {
  const ask = { operacion: "SOLD", tag: weldableTag(at), worker: FIRST_WORKER + at };
  for (let nth = 0; more(); nth++) {
    await act(api, tally, { ...ask, accion: nth % 2 === 0 ? "TOMAR" : "PAUSAR" });
    await think();
  }
}
