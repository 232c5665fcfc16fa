/**
 * Ten thousand connections that send nothing or never finish, and a healthy program beside them:
 * how long its requests take, what it costs in memory, when they are closed.
 * `bun bench/half-open.ts [--connections 10000] [--requests 300]`, about a minute and a half.
 */
import { readNumbers } from "./support/args.ts";
import { type HalfOpenKind, KINDS, openHalf } from "./support/half-open.ts";
import type { Server } from "./support/process.ts";
import { figure, quantile, table } from "./support/stats.ts";
import { openZeues, type Zeues } from "./support/zeues.ts";

const { connections, requests } = readNumbers({ connections: 10_000, requests: 300 });
/** IDLE_S of cli/serve, and what Bun's clock of four seconds' steps adds, and our own. */
const GONE_MAX_MS = 60_000;
const KIB_PER_MIB = 1_024;

/** Milliseconds of each healthy request, one after the other, each on a connection of its own. */
async function healthy({ api }: Zeues): Promise<readonly number[]> {
  const times: number[] = [];
  for (let nth = 0; nth < requests; nth++) {
    const beganAt = performance.now();
    const answer = await fetch(`${api.url}/api/spools?limit=20`, {
      headers: { ...api.auth, Connection: "close" },
    });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`a healthy request was answered ${answer.status}`);
    times.push(performance.now() - beganAt);
  }
  return times;
}

const mib = async (server: Server): Promise<number> => (await server.rssKib()) / KIB_PER_MIB;

const line = (name: string, times: readonly number[], rss: number): string[] => [
  name,
  figure(quantile(times, 0.5)),
  figure(quantile(times, 0.99)),
  figure(quantile(times, 1)),
  figure(rss),
];

await using zeues = await openZeues();
await healthy(zeues);
const rows = [line("alone", await healthy(zeues), await mib(zeues.server))];
const ended: string[] = [];
for (const kind of Object.keys(KINDS) as HalfOpenKind[]) {
  using half = await openHalf(zeues.api.url, connections, [kind]);
  const before = half.open;
  const times = await healthy(zeues);
  rows.push(line(`beside ${figure(half.open)} of ${kind}`, times, await mib(zeues.server)));
  const gone = await half.gone(GONE_MAX_MS);
  const [first, last] = [0, 1].map((q) => figure(quantile(half.endedMs, q) / 1_000));
  const still = gone ? "" : `, ${half.open} STILL OPEN`;
  ended.push(`${kind}: ${before} open, closed after ${first} to ${last} s${still}`);
}
rows.push(line("after them all", await healthy(zeues), await mib(zeues.server)));
table(["a request", "p50, ms", "p99, ms", "longest, ms", "server's RSS, MiB"], rows);
for (const one of ended) console.log(one);
