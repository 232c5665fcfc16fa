/**
 * Events to streams: the whole path from POST through rules, ledger with fsync, floor and hub,
 * beside who carries events to browsers, in alternating rounds of one run (spec 10): nchan, a bare
 * broadcaster in C, better-sse on Node, Hono's streamSSE. All get the same texts by POST.
 * `bun bench/streams.ts [--least 100] [--most 10000] [--rounds 5] [--seconds 1]`, about 12
 * minutes; needs `sh .ci/setup bench` once.
 */
import { compare, type Measured, middle, type Round } from "./streams/compare.ts";
import { openOurs, openPeer, PEERS, type Side } from "./streams/sides.ts";
import { readNumbers } from "./support/args.ts";
import { takeACoreEach } from "./support/process.ts";
import { meanBytes, sampleTexts } from "./support/sample.ts";
import { type Kind, openOurs as openShop } from "./support/side.ts";
import { figure, ratio, table } from "./support/stats.ts";

const { least, most, rounds, seconds } = readNumbers({
  least: 100,
  most: 10_000,
  rounds: 5,
  seconds: 1,
});
const MS_PER_S = 1_000;
const SIZES = [100, 1_000, 10_000].filter((size) => size >= least && size <= most);
/** One event now and then: what a screen waits for while nobody is in a hurry. */
const CALM = { rounds: 1, ms: 6_000, everyMs: 400 };
const BESIDE: Readonly<Record<Kind, readonly string[]>> = {
  html: ["c", "nchan", "better-sse", "hono"],
  json: ["c", "nchan"],
};
/** Issue 8: deliveries per second beside each, at least, and CPU beside C, at most. */
const BUDGETS: Readonly<Record<number, Readonly<Record<string, number>>>> = {
  1000: { nchan: 1.4, "C broadcaster": 0.9 },
  10000: { nchan: 1.25, "C broadcaster": 0.95 },
};
const CPU_BUDGET = 1.25;

takeACoreEach();

async function textsOf(kind: Kind): Promise<readonly string[]> {
  await using shop = await openShop({ windowMs: 0 });
  return await sampleTexts(shop, kind);
}

const budget = (value: number | undefined, word: string): string =>
  value === undefined ? "" : `${word} ${value}`;

function lines(streams: number, full: readonly Measured[], calm: readonly Measured[]): string[][] {
  const [ours] = full;
  if (!ours) return [];
  const of = (one: Measured, read: (round: Round) => number) => one.rounds.map(read);
  const rate = (round: Round): number => round.perSecond;
  const cpu = (round: Round): number => round.cpuUs;
  return full.map((one, at) => [
    one.name,
    figure(middle(one, rate)),
    one === ours ? "" : ratio(of(ours, rate), of(one, rate)),
    one === ours ? "" : budget(BUDGETS[streams]?.[one.name], "≥"),
    figure(middle(one, ({ frames, seconds: s }) => frames / s)),
    figure(middle(one, cpu)),
    one === ours ? "" : ratio(of(ours, cpu), of(one, cpu)),
    one === ours ? "" : budget(one.name === "C broadcaster" ? CPU_BUDGET : undefined, "≤"),
    `${figure(one.freshKb)}, ${figure(one.idleKb)}`,
    `${figure(middle(one, ({ p50 }) => p50))}, ${figure(middle(one, ({ p99 }) => p99))}`,
    calmOf(calm[at]),
    `${figure(middle(one, (r) => r.serverCores))}, ${figure(middle(one, (r) => r.readerCores))}`,
  ]);
}

const calmOf = (one: Measured | undefined): string =>
  one ? `${figure(middle(one, ({ p50 }) => p50))}, ${figure(middle(one, ({ p99 }) => p99))}` : "";

const HEAD = [
  "deliveries per second",
  "ours beside it",
  "budget",
  "frames per second",
  "CPU, µs",
  "ours beside it",
  "budget",
  "kB per stream: fresh, idle",
  "two under way: p50, p99 ms",
  "2.5 events per second: p50, p99 ms",
  "cores: server, readers",
];

for (const kind of ["html", "json"] as const) {
  const texts = await textsOf(kind);
  for (const streams of SIZES) {
    const sides: Side[] = [await openOurs(kind)];
    for (const name of BESIDE[kind]) {
      const peer = PEERS[name];
      if (peer) sides.push(await openPeer(peer, texts));
    }
    const paces = [{ rounds, ms: seconds * MS_PER_S, everyMs: 0 }, CALM];
    const [full = [], calm = []] = await compare(sides, streams, paces);
    for (const side of sides) await side[Symbol.asyncDispose]();
    console.log(`\n${figure(streams)} streams, ${kind}, ${figure(meanBytes(texts))} bytes`);
    table([`${figure(streams)} ${kind}`, ...HEAD], lines(streams, full, calm));
  }
}
