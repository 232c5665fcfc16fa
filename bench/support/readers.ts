/** bench/native/readers.c: thousands of streams, and those who publish to them, for little CPU. */
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { compileNative } from "./native.ts";
import { type Usage, usageOf } from "./process.ts";

/** What streams and publishers send, and where. */
export interface Target {
  readonly port: number;
  /**
   * Request heads of streams, taken in turn; `{last}` is the seq that one shows. One may begin with
   * `PORT:LABEL `, as a request to publish may.
   */
  readonly heads: readonly string[];
  /** Whole requests, as many for each publisher, the first one's first. */
  readonly posts: readonly string[];
  /** By default two. */
  readonly publishers?: number;
  /**
   * What the server's ids are: the log's seq, its own ("count": updates are counted instead), or
   * the publishers' numbers in any order ("each": a frame is one event).
   */
  readonly ids: "seq" | "count" | "each";
}

export interface Opened {
  readonly opened: number;
  readonly ms: number;
  /** From connecting to having caught up, milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly slowest: number;
  readonly errors: number;
  readonly resyncs: number;
  readonly disorder: number;
  readonly bytes: number;
  readonly frames: number;
}

export interface Published {
  readonly seconds: number;
  readonly events: number;
  /** An event on a stream; a frame may carry several. */
  readonly deliveries: number;
  readonly frames: number;
  /** From the POST to each stream, milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly slowest: number;
  /** CPU seconds of the readers. */
  readonly cpu: number;
  readonly live: number;
  readonly ended: number;
  readonly disorder: number;
  /** Events under way at the end that were not on all streams 3 s later. */
  readonly missing: number;
  readonly bytes: number;
}

export interface Quantiles {
  readonly many: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/** By label of the stream, on the port that took the POST and `elsewhere`. */
type PacedWay = "answer" | `${0 | 1}` | `${0 | 1} elsewhere`;

export type Paced = Readonly<Record<PacedWay, Quantiles>> & {
  readonly seconds: number;
  readonly events: number;
  /** Streams that are open at the end. */
  readonly live: number;
  /** Events that were not on all of them within 3 s of the end. */
  readonly missing: number;
};

/** Milliseconds: each begins within `first`, and thinks from `from` to `to` between two events. */
export interface Pace {
  readonly first: number;
  readonly from: number;
  readonly to: number;
}

export interface Recovered {
  readonly all: number;
  readonly ended: number;
  readonly back: number;
  /** From the first end to the last return; -1 when not all came back. */
  readonly ms: number;
  readonly failed: number;
  readonly resyncs: number;
  readonly disorder: number;
}

export interface Readers extends Usage, AsyncDisposable {
  /** Opens more streams. @param back how many events behind the newest one they begin */
  open(many: number, atOnce?: number, back?: number): Promise<Opened>;
  /** @param everyMs between events; 0 = two under way at any time */
  publish(ms: number, everyMs?: number): Promise<Published>;
  /** All publishers act, each at this pace. */
  pace(ms: number, pace: Pace): Promise<Paced>;
  /** The first of them read no more. */
  stopReading(many: number): Promise<void>;
  closeLast(many: number): Promise<void>;
  /** Closes one and opens it anew, as a page does that is left for another. Throws if it can't. */
  renew(at: number): Promise<void>;
  /** How many updates all streams have had since this was asked last, or since more were opened. */
  frames(): Promise<number>;
  /** Waits until the server has ended them all and they came back by themselves. */
  recover(ms: number): Promise<Recovered>;
}

/** Who publish, unless a target says how many. */
export const PUBLISHERS = 2;
/** How many connect at a time unless it is a storm: more would meet the listen backlog. */
const AT_ONCE = 100;
const US_PER_MS = 1_000;

let program: Promise<string> | null = null;

/** Starts it. It ends with this program, or with `await using`. */
export async function openReaders(target: Target): Promise<Readers> {
  program ??= compileNative("readers");
  const path = await program;
  const folder = dirname(path);
  const [heads, posts] = [join(folder, crypto.randomUUID()), join(folder, crypto.randomUUID())];
  await Bun.write(heads, target.heads.map((head) => `${head}\0`).join(""));
  await Bun.write(posts, target.posts.map((post) => `${post}\0`).join(""));
  const { port, publishers = PUBLISHERS, ids } = target;
  const child = Bun.spawn([path, String(port), heads, posts, String(publishers), ids], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const output = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const answer = async <T>(command: string): Promise<T> => {
    child.stdin.write(`${command}\n`);
    child.stdin.flush();
    for (;;) {
      const end = text.indexOf("\n");
      if (end >= 0) {
        const line = text.slice(0, end);
        text = text.slice(end + 1);
        return JSON.parse(line) as T;
      }
      const { done, value } = await output.read();
      if (done) throw new Error(`readers ended at "${command}"`);
      text += value;
    }
  };
  let last: Promise<unknown> = Promise.resolve();
  /** One after the other: answers come in the order of the commands. */
  const ask = <T>(command: string): Promise<T> => {
    const mine = last.then(() => answer<T>(command));
    last = mine.catch(() => {});
    return mine;
  };
  return {
    ...usageOf(child.pid),
    open: (many, atOnce = AT_ONCE, back = 0) => ask(`open ${many} ${atOnce} ${back}`),
    publish: (ms, everyMs = 0) => ask(`publish ${ms} ${Math.round(everyMs * US_PER_MS)}`),
    pace: (ms, { first, from, to }) =>
      ask(`pace ${ms} ${[first, from, to].map((each) => Math.round(each * US_PER_MS)).join(" ")}`),
    stopReading: async (many) => void (await ask(`stop ${many}`)),
    closeLast: async (many) => void (await ask(`close ${many}`)),
    async renew(at) {
      const { live } = await ask<{ readonly live: boolean }>(`renew ${at}`);
      if (!live) throw new Error(`stream ${at} did not come back`);
    },
    frames: async () => (await ask<{ readonly frames: number }>("frames")).frames,
    recover: (ms) => ask(`recover ${ms}`),
    async [Symbol.asyncDispose]() {
      child.kill();
      await child.exited;
      await Promise.all([rm(heads, { force: true }), rm(posts, { force: true })]);
    },
  };
}

/** Starts it and opens all its streams. The first tells the others which seq is the newest. */
export async function openAll(target: Target, many: number): Promise<Readers> {
  const readers = await openReaders(target);
  for (const some of [1, many - 1]) {
    const { opened, errors } = await readers.open(some);
    if (opened !== some || errors > 0) throw new Error(`${opened} of ${some} streams opened`);
  }
  return readers;
}
