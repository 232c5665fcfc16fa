/**
 * From POST to the event at a client, directly and through each proxy that ships, over HTTP/1.1 and
 * HTTP/2. Each event goes to all of them at once, so each is compared with direct on the same
 * event. Clients are curl, so that none is ours. Exit code 1 past the budget (issue: 20 ms).
 * `bun bench/proxies.ts [--events 400] [--streams 4]`, about 60 s.
 */
import type { HttpVersion } from "../test/support/curl.ts";
import { PROXIES, startProxy } from "../test/support/proxies.ts";
import type { Api } from "./support/api.ts";
import { readNumbers } from "./support/args.ts";
import { figure, median, quantile, table } from "./support/stats.ts";
import { pause, until } from "./support/until.ts";
import { FIRST_WORKER, weldableTag } from "./support/workbook.ts";
import { openZeues } from "./support/zeues.ts";

const { events, streams } = readNumbers({ events: 400, streams: 4 });
const BUDGET_MS = 20;
/** The first events compile and grow buffers: they are not counted. */
const WARM = 20;
/** Between two events: each is alone on its way. */
const PACE_MS = 20;
const P99 = 0.99;

const FLAGS: Readonly<Record<HttpVersion, string>> = { "1.1": "--http1.1", "2": "--http2" };

interface Way {
  readonly name: string;
  readonly url: string;
  readonly version: HttpVersion;
  /** By seq: when each of its clients had it. */
  readonly arrivals: Map<number, number[]>;
}

/** A client on that way, for as long as this program runs. @returns once it is live */
async function open({ url, version, arrivals }: Way, { auth }: Api) {
  const header = `Authorization: ${auth.Authorization}`;
  const flags = ["--insecure", "--silent", "--no-buffer", FLAGS[version], "--header", header];
  const child = Bun.spawn(["curl", ...flags, `${url}/api/sse/stream`], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const live = Promise.withResolvers<void>();
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    let rest = "";
    const reader = child.stdout.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const atMs = performance.now();
      live.resolve();
      const frames = (rest + decoder.decode(part.value, { stream: true })).split("\n\n");
      rest = frames.pop() ?? "";
      for (const frame of frames) {
        const seq = Number(/^event: spool_update\nid: (\d+)/.exec(frame)?.[1]);
        // It may arrive before its own answer tells its seq.
        arrivals.set(seq, [...(arrivals.get(seq) ?? []), atMs]);
      }
    }
    live.reject(new Error(`${url} ended`));
  };
  read().catch(live.reject);
  await live.promise;
  return child;
}

await using zeues = await openZeues();
const { api } = zeues;
await using stack = new AsyncDisposableStack();
const ways: Way[] = [{ name: "direct", url: api.url, version: "1.1", arrivals: new Map() }];
for (const proxy of PROXIES) {
  const { url } = stack.use(await startProxy(proxy, [api]));
  for (const version of ["1.1", "2"] as const) {
    ways.push({ name: `${proxy}, TLS, HTTP/${version}`, url, version, arrivals: new Map() });
  }
}
// In turns, so that no way is always the last that an event is written to.
for (let nth = 0; nth < streams; nth++) {
  const turn = ways.map((_, at) => ways[(at + nth) % ways.length] as Way);
  for (const way of turn) {
    const child = await open(way, api);
    stack.defer(() => void child.kill());
  }
}

const latencies = new Map<Way, number[]>(ways.map((way) => [way, []]));
const tag = weldableTag(0);
for (let nth = 0; nth < events + WARM; nth++) {
  const accion = nth % 2 === 0 ? "TOMAR" : "PAUSAR";
  const beganMs = performance.now();
  const { body } = await api.act({ accion, operacion: "SOLD", tag, worker: FIRST_WORKER });
  if (!body.ok) throw new Error(body.error);
  const here = ({ arrivals }: Way): boolean => arrivals.get(body.seq)?.length === streams;
  if (!(await until(() => ways.every(here)))) throw new Error("an event did not arrive everywhere");
  for (const way of ways) {
    const ms = median(way.arrivals.get(body.seq) ?? []) - beganMs;
    if (nth >= WARM) latencies.get(way)?.push(ms);
    way.arrivals.clear();
  }
  await pause(PACE_MS);
}

const direct = latencies.get(ways[0] as Way) ?? [];
let good = true;
const rows = ways.map((way) => {
  const all = latencies.get(way) ?? [];
  const more = all.map((ms, at) => ms - (direct[at] ?? Number.NaN));
  good &&= quantile(more, P99) < BUDGET_MS;
  return [
    way.name,
    ...[median(all), quantile(all, P99), median(more), quantile(more, P99)].map(figure),
    (median(all) / median(direct)).toFixed(2),
  ];
});
table(["way", "p50 ms", "p99 ms", "more than direct, p50", "p99", "ratio of p50"], rows);
console.log(good ? `within ${BUDGET_MS} ms of direct` : `past ${BUDGET_MS} ms of direct`);
process.exitCode = good ? 0 : 1;
