/** Rounds in alternation: every side with the same number of streams, one after the other. */
import { tellDisturbed, undisturbed } from "../support/quiet.ts";
import { openReaders, type Published, type Readers } from "../support/readers.ts";
import { median } from "../support/stats.ts";
import { pause } from "../support/until.ts";
import type { Side } from "./sides.ts";

const SETTLE_MS = 1_500;
/** Until what opening them has left is collected: Bun looks every 10 s (support/process.ts). */
const IDLE_MS = 15_000;
const NS_PER_US = 1_000;
const BYTES_PER_KIB = 1_024;

export interface Round extends Published {
  /** Server CPU of an event on a stream, microseconds. */
  readonly cpuUs: number;
  readonly perSecond: number;
  readonly serverCores: number;
  readonly readerCores: number;
}

export interface Measured {
  readonly name: string;
  readonly rounds: readonly Round[];
  /** What a stream costs that was just opened, kilobytes of resident memory. */
  readonly freshKb: number;
  /** The same once all have been idle for a while. */
  readonly idleKb: number;
  /** Until all were open, milliseconds. */
  readonly openMs: number;
}

interface Watched {
  readonly side: Side;
  readonly streams: number;
  readonly readers: Readers;
  readonly freshKb: number;
  readonly idleKb: number;
  readonly openMs: number;
}

async function watch(side: Side, streams: number): Promise<Watched> {
  const readers = await openReaders(side.target);
  // The first tells where the log is: the others begin there.
  await readers.open(1);
  await readers.publish(SETTLE_MS);
  const before = await side.server.rssKib();
  const { ms, errors } = await readers.open(streams - 1);
  if (errors > 0) throw new Error(`${side.name}: ${errors} of ${streams} streams failed`);
  const kbEach = async (): Promise<number> =>
    (((await side.server.rssKib()) - before) * BYTES_PER_KIB) / streams / 1_000;
  await pause(SETTLE_MS);
  const freshKb = await kbEach();
  await pause(IDLE_MS);
  return { side, streams, readers, freshKb, idleKb: await kbEach(), openMs: ms };
}

async function round(
  { side, readers, streams }: Watched,
  ms: number,
  everyMs: number,
): Promise<Round> {
  const before = await side.server.cpuNs();
  const told = await readers.publish(ms, everyMs);
  const cpuNs = (await side.server.cpuNs()) - before;
  const { live, disorder, missing } = told;
  if (disorder > 0) throw new Error(`${side.name}: events came in disorder`);
  if (live < streams) throw new Error(`${side.name}: ${live} of ${streams} streams are left`);
  if (missing > 0) console.log(`${side.name}: ${missing} events were not everywhere 3 s later`);
  return {
    ...told,
    cpuUs: cpuNs / NS_PER_US / told.deliveries,
    perSecond: told.deliveries / told.seconds,
    serverCores: cpuNs / 1e9 / told.seconds,
    readerCores: told.cpu / told.seconds,
  };
}

export interface Pace {
  readonly rounds: number;
  readonly ms: number;
  /** Between events; 0: two under way at any time. */
  readonly everyMs: number;
}

/**
 * Measures sides with so many streams each, in turn, at each pace.
 * @returns for each pace, for each side; the first round of each is not counted: it compiles
 */
export async function compare(
  sides: readonly Side[],
  streams: number,
  paces: readonly Pace[],
): Promise<readonly (readonly Measured[])[]> {
  const watched: Watched[] = [];
  for (const side of sides) watched.push(await watch(side, streams));
  const usages = watched.flatMap(({ side, readers }) => [side.server, readers]);
  const all: Measured[][] = [];
  for (const { rounds, ms, everyMs } of paces) {
    const counted = watched.map((): Round[] => []);
    for (let nth = 0; nth <= rounds; nth++) {
      const run = async (): Promise<readonly Round[]> => {
        const row: Round[] = [];
        for (const one of watched) row.push(await round(one, ms, everyMs));
        return row;
      };
      const row = await undisturbed(usages, run);
      if (nth > 0) for (const [at, one] of row.entries()) counted[at]?.push(one);
    }
    all.push(
      watched.map(({ side, freshKb, idleKb, openMs }, at) => ({
        name: side.name,
        rounds: counted[at] ?? [],
        freshKb,
        idleKb,
        openMs,
      })),
    );
  }
  for (const { readers } of watched) await readers[Symbol.asyncDispose]();
  tellDisturbed();
  return all;
}

/** The median of what all rounds of a side say. */
export const middle = ({ rounds }: Measured, of: (round: Round) => number): number =>
  median(rounds.map(of));
