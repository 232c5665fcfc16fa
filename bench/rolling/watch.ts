/** A stream that comes back when it is told to, as static/live.js does, and misses nothing. */
import { dataOf, type SseFrame } from "../support/sse-parser.ts";
import { openStream, type RawStream } from "../support/streams.ts";

export interface Watched {
  /** The last event's seq. */
  readonly seq: number;
  [Symbol.dispose](): void;
}

export interface WatchOptions {
  readonly url: string;
  readonly auth: Readonly<Record<string, string>>;
  readonly violations: string[];
  /** How many streams saw each event, by seq. */
  readonly seen: Map<number, number>;
  /** A stream is back, at this time. */
  readonly onBack: (atMs: number) => void;
  /** A stream ended without being told to come back, or could not be opened. */
  readonly onBroken: (why: string) => void;
}

/** live.js waits a second after the first failure, more or less a fifth. */
const RETRY_MS = 1_000;
const JITTER = 0.2;
const retryMs = (): number => RETRY_MS * (1 - JITTER + 2 * JITTER * Math.random());

/** Opens it; resolves once it is live. */
export async function watch(options: WatchOptions): Promise<Watched> {
  const { url, auth, violations, seen, onBack, onBroken } = options;
  let seq = Number.NaN;
  let line = 0;
  let stream: RawStream | null = null;
  let over = false;

  const later = (ms: number): void => {
    line++;
    stream?.[Symbol.dispose]();
    setTimeout(() => void open(true), ms);
  };
  const take = (frame: SseFrame): void => {
    if (frame.event === "volver") later(Number(dataOf(frame)));
    else if (frame.event === "ping") {
      if (Number.isNaN(seq)) seq = frame.id;
    } else if (frame.event !== "spool_update") violations.push(`a stream was told ${frame.event}`);
    else {
      if (frame.id <= seq) violations.push(`a stream had ${seq}, then ${frame.id}`);
      seq = frame.id;
      seen.set(seq, (seen.get(seq) ?? 0) + 1);
    }
  };
  const open = async (again: boolean): Promise<void> => {
    if (over) return;
    const own = ++line;
    const desde = Number.isNaN(seq) ? "" : `?desde=${seq}`;
    const onEnd = (): void => {
      if (own !== line || over) return;
      onBroken("ended");
      later(retryMs());
    };
    try {
      const opened = await openStream(
        `${url}/api/sse/stream${desde}`,
        auth,
        (frame) => {
          if (own === line) take(frame);
        },
        onEnd,
      );
      if (own !== line || over) return opened[Symbol.dispose]();
      stream = opened;
      if (again) onBack(performance.now());
    } catch (error) {
      if (own !== line || over) return;
      onBroken((error as Error).message);
      later(retryMs());
    }
  };
  await open(false);
  return {
    get seq() {
      return seq;
    },
    [Symbol.dispose]() {
      over = true;
      stream?.[Symbol.dispose]();
    },
  };
}
