/**
 * A JSON stream that comes back whenever it breaks, to any process, where it was (`Last-Event-ID`
 * and `epoca`), and notes what it saw.
 */
import { pick, type Random } from "../../src/demo/random.ts";
import type { Seen } from "../storm/json-watch.ts";
import { dataOf, type SseFrame, SseParser } from "../support/sse-parser.ts";
import { pause } from "../support/until.ts";

/** Between a break and the next try; a browser waits longer. */
const AGAIN_MAX_MS = 200;

export interface WatchOptions {
  /** Of the processes, any of which will do. */
  readonly urls: readonly string[];
  readonly auth: Readonly<Record<string, string>>;
  /** Names the log (`/readyz`). */
  readonly epoch: string;
  readonly random: Random;
  readonly seen: Seen;
  readonly violations: string[];
}

export interface Watch extends Disposable {
  /** Where it began. */
  readonly base: number;
  /** What it shows. */
  readonly seq: number;
  /** The events it was told, in the order in which they came. */
  readonly seqs: readonly number[];
  readonly reconnects: number;
  /** Names of events other than `spool_update` and `ping`. */
  readonly others: ReadonlyMap<string, number>;
}

/** Resolves when the line is over, for whatever reason. */
interface Line {
  readonly over: Promise<void>;
  end(): void;
}

async function openLine(
  url: string,
  headers: Readonly<Record<string, string>>,
  onFrame: (frame: SseFrame) => void,
): Promise<Line> {
  const { hostname, port, pathname, search, host } = new URL(url);
  const { promise: over, resolve } = Promise.withResolvers<void>();
  let open = true;
  // What is still under way when a line is given up belongs to nobody.
  const parser = new SseParser((frame) => open && onFrame(frame));
  const lines = Object.entries({ Host: host, ...headers }).map(([k, v]) => `${k}: ${v}\r\n`);
  const socket = await Bun.connect({
    hostname,
    port: Number(port),
    socket: {
      open: (own) => void own.write(`GET ${pathname}${search} HTTP/1.1\r\n${lines.join("")}\r\n`),
      data(own, bytes) {
        try {
          parser.feed(bytes);
        } catch {
          // Another answer than a stream: a process that is about to stop. Come again.
          own.end();
        }
      },
      close: () => resolve(),
      error: () => resolve(),
    },
  });
  return {
    over,
    end() {
      open = false;
      socket.end();
    },
  };
}

/** Opens one stream; resolves with its first frame. */
export async function openWatch(options: WatchOptions): Promise<Watch> {
  const { urls, auth, epoch, random, seen, violations } = options;
  const seqs: number[] = [];
  const others = new Map<string, number>();
  const greeted = Promise.withResolvers<void>();
  let base = Number.NaN;
  let seq = Number.NaN;
  let reconnects = 0;
  let running = true;
  let line: Line | null = null;
  /** Where it is, and since which seq, for what is found to be wrong. */
  let there = "";

  const takeUpdate = (frame: SseFrame): void => {
    if (frame.id <= seq) violations.push(`a stream had ${seq}, then ${frame.id} ${there}`);
    seqs.push(frame.id);
    const data = dataOf(frame);
    const known = seen.get(frame.id);
    if (known === undefined) seen.set(frame.id, data);
    else if (known !== data) violations.push(`seq ${frame.id} is not the same for all: ${data}`);
  };

  const take = (frame: SseFrame): void => {
    if (frame.event === "spool_update") takeUpdate(frame);
    else if (frame.event !== "ping") {
      others.set(frame.event, (others.get(frame.event) ?? 0) + 1);
      if (frame.event === "resincronizar") {
        violations.push(`a stream at ${seq} was told ${dataOf(frame)} ${there}`);
      }
    } else if (frame.id < seq) violations.push(`a ping said ${frame.id} after ${seq} ${there}`);
    if (Number.isNaN(frame.id)) return;
    if (Number.isNaN(seq)) base = frame.id;
    seq = frame.id;
    greeted.resolve();
  };

  const live = async (): Promise<void> => {
    while (running) {
      const from = Number.isNaN(seq) ? {} : { "Last-Event-ID": String(seq) };
      const process = pick(random, [...urls.keys()]);
      there = `(line ${reconnects}, process ${process}, from ${seq} on)`;
      const url = `${urls[process]}/api/sse/stream?epoca=${encodeURIComponent(epoch)}`;
      line = await openLine(url, { ...auth, ...from }, take).catch(() => null);
      await line?.over;
      if (!running) return;
      if (line) reconnects++;
      await pause(random() * AGAIN_MAX_MS);
    }
  };
  void live();
  await greeted.promise;
  return {
    get base() {
      return base;
    },
    get seq() {
      return seq;
    },
    seqs,
    get reconnects() {
      return reconnects;
    },
    others,
    [Symbol.dispose]() {
      running = false;
      line?.end();
    },
  };
}
