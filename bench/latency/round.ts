/** One round of POSTs, each event timed on each stream of each process, from before its POST. */
import type { Crowd, Watching } from "../support/crowd.ts";
import type { Kind } from "../support/side.ts";
import { openStreams, type RawStream } from "../support/streams.ts";
import { pause, until } from "../support/until.ts";

/** The answer, or a kind of stream: on the process that took the POST, or on another one. */
export type Way = "answer" | Kind | `${Kind} elsewhere`;
export type Latencies = Readonly<Record<Way, number[]>>;

/** How fast a worker acts. */
export interface Pace {
  /** Milliseconds before the first action and between two. */
  readonly firstMs: () => number;
  readonly thinkMs: () => number;
}

const WATCHING: Readonly<Record<Kind, Watching>> = { json: "json", html: "vista=tablero" };

interface Arrivals {
  /** When each stream had it, by the stream's number. */
  readonly atMs: Float64Array;
  count: number;
}

export interface Watched extends Disposable {
  readonly streams: readonly { readonly kind: Kind; readonly process: number }[];
  /** By seq. */
  readonly arrivals: Map<number, Arrivals>;
}

/** Opens so many streams of each kind, spread evenly over the processes. */
export async function watch(
  crowd: Crowd,
  kinds: readonly Kind[],
  ofEach: number,
): Promise<Watched> {
  const arrivals = new Map<number, Arrivals>();
  const streams = kinds.flatMap((kind) =>
    Array.from({ length: ofEach }, (_, at) => ({ kind, process: at % crowd.servers.length })),
  );
  const opened: readonly RawStream[] = await openStreams(streams.length, (nth) => {
    const { kind, process } = streams[nth] as (typeof streams)[number];
    return crowd.open(process, 0, WATCHING[kind], (seq) => {
      let known = arrivals.get(seq);
      if (!known) {
        known = { atMs: new Float64Array(streams.length), count: 0 };
        arrivals.set(seq, known);
      }
      known.atMs[nth] = performance.now();
      known.count++;
    });
  });
  return {
    streams,
    arrivals,
    [Symbol.dispose]() {
      for (const stream of opened) stream[Symbol.dispose]();
    },
  };
}

/** Workers act until time is up. @returns milliseconds of all events on all streams */
export async function round(
  crowd: Crowd,
  { streams, arrivals }: Watched,
  workers: number,
  roundMs: number,
  { firstMs, thinkMs }: Pace,
): Promise<Latencies> {
  const latencies: Latencies = {
    answer: [],
    json: [],
    html: [],
    "json elsewhere": [],
    "html elsewhere": [],
  };
  const posted = new Map<number, { readonly beganMs: number; readonly process: number }>();
  const endMs = performance.now() + roundMs;
  // Whoever would act after the end need not be waited for.
  const think = (ms: number) => pause(Math.max(0, Math.min(ms, endMs - performance.now())));
  const worker = async (at: number): Promise<void> => {
    await think(firstMs());
    while (performance.now() < endMs) {
      const beganMs = performance.now();
      posted.set(await crowd.publish(at), { beganMs, process: crowd.processOf(at) });
      latencies.answer.push(performance.now() - beganMs);
      await think(thinkMs());
    }
  };
  await Promise.all(Array.from({ length: workers }, (_, at) => worker(at)));
  const whole = (seq: number): boolean => arrivals.get(seq)?.count === streams.length;
  if (!(await until(() => [...posted.keys()].every(whole)))) {
    throw new Error("an event did not arrive everywhere");
  }
  for (const [seq, { beganMs, process }] of posted) {
    for (const [nth, atMs] of (arrivals.get(seq)?.atMs ?? []).entries()) {
      const stream = streams[nth];
      if (!stream) continue;
      const way = stream.process === process ? stream.kind : (`${stream.kind} elsewhere` as const);
      latencies[way].push(atMs - beganMs);
    }
  }
  arrivals.clear();
  return latencies;
}
