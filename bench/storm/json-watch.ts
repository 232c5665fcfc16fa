/** Streams of the storm that must see every event exactly once and in order. */
import { dataOf, type SseFrame } from "../support/sse-parser.ts";
import { openStream, type RawStream } from "../support/streams.ts";

/** The stream's data, as far as it is checked. */
export interface Message {
  readonly seq: number;
  readonly tag_spool: string;
  readonly accion: string;
  readonly operacion: string | null;
  /** `RP(101)` */
  readonly worker: string | null;
  readonly estado_detalle: string;
  readonly version: number;
}

/** Every event as the first stream to see it had it; all others must have the same text. */
export type Seen = Map<number, string>;

export interface JsonWatch extends Disposable {
  /** The last event's seq. */
  readonly seq: number;
  readonly reconnects: number;
}

export interface JsonWatchOptions {
  readonly url: string;
  readonly auth: Readonly<Record<string, string>>;
  readonly seen: Seen;
  readonly violations: string[];
  /** Drops the line after each such event and comes back where it was; null = never. */
  readonly dropAt: ((seq: number) => boolean) | null;
}

/** Opens one stream that checks itself. Its first event is the one after the greeting's seq. */
export async function watchJson(options: JsonWatchOptions): Promise<JsonWatch> {
  const { url, auth, seen, violations, dropAt } = options;
  let seq = Number.NaN;
  let reconnects = 0;
  let line = 0;
  let stream: RawStream | null = null;

  const check = (frame: SseFrame): void => {
    if (frame.id !== seq + 1) violations.push(`a stream had ${seq}, then ${frame.id}`);
    seq = frame.id;
    const data = dataOf(frame);
    const known = seen.get(seq);
    if (known === undefined) seen.set(seq, data);
    else if (known !== data) violations.push(`seq ${seq} is not the same for all: ${data}`);
  };

  const take = (frame: SseFrame): void => {
    if (frame.event === "spool_update") {
      check(frame);
      if (dropAt?.(seq)) comeBack();
    } else if (frame.event !== "ping") violations.push(`a stream was told ${frame.event}`);
    else if (Number.isNaN(seq)) seq = frame.id;
    else if (frame.id !== seq) violations.push(`a ping said ${frame.id} after ${seq}`);
  };

  const open = async (): Promise<void> => {
    const own = ++line;
    const desde = Number.isNaN(seq) ? "" : `?desde=${seq}`;
    const opened = await openStream(`${url}/api/sse/stream${desde}`, auth, (frame) => {
      // What was still under way on a dropped line is not seen.
      if (own === line) take(frame);
    });
    if (own === line) stream = opened;
    else opened[Symbol.dispose]();
  };

  const comeBack = (): void => {
    line++;
    reconnects++;
    stream?.[Symbol.dispose]();
    open().catch((error: Error) => violations.push(`coming back: ${error.message}`));
  };

  await open();
  return {
    get seq() {
      return seq;
    },
    get reconnects() {
      return reconnects;
    },
    [Symbol.dispose]() {
      line++;
      stream?.[Symbol.dispose]();
    },
  };
}
