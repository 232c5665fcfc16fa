/** What spools cost: the start, memory, pages. From source; the binary starts in half of it. */

import { median } from "../support/stats.ts";
import { FIRST_WORKER } from "../support/workbook.ts";
import { openZeues } from "../support/zeues.ts";
import type { Growth } from "./plot.ts";

const KIB_PER_MIB = 1_024;
const REQUESTS = 150;

/** Milliseconds of a page through the network, the median. */
async function pageMs(url: string, headers: Readonly<Record<string, string>>): Promise<number> {
  const times: number[] = [];
  for (let nth = 0; nth < REQUESTS; nth++) {
    const began = performance.now();
    const answer = await fetch(url, { headers: { ...headers, "Accept-Encoding": "gzip" } });
    await answer.arrayBuffer();
    if (answer.status !== 200) throw new Error(`${answer.status} for ${url}`);
    times.push(performance.now() - began);
  }
  return median(times);
}

export async function ofSpools(): Promise<Growth> {
  const sizes = [200, 1_000, 2_000, 5_000, 10_000, 20_000];
  const [page, search, start, rss]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (const spools of sizes) {
    // No limit of requests: one session asks as often as it can.
    await using zeues = await openZeues({ spools, windowMs: 500 });
    const session = await zeues.api.signIn(FIRST_WORKER);
    page.push(await pageMs(`${zeues.api.url}/operacion/SOLD`, session));
    search.push(await pageMs(`${zeues.api.url}/buscar?q=28199`, session));
    start.push(zeues.server.startMs);
    rss.push((await zeues.server.rssKib()) / KIB_PER_MIB);
  }
  return {
    name: "spools",
    title: "A shop's size, from source",
    of: "spools",
    sizes,
    log: true,
    costs: [
      { name: "list of 200, ms", values: page, axis: "left" },
      { name: "search, ms", values: search, axis: "left" },
      { name: "start, ms", values: start, axis: "right" },
      { name: "RSS, MiB", values: rss, axis: "right" },
    ],
  };
}
