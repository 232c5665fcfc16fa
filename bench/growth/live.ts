/** What streams, events and processes cost a server, one size after the other. */
import { actions, dashboard, openOurs } from "../streams/sides.ts";
import { openOurCrowd } from "../support/crowd.ts";
import type { Usage } from "../support/process.ts";
import { openReaders, type Published } from "../support/readers.ts";
import { pause } from "../support/until.ts";
import type { Growth } from "./plot.ts";

const NS_PER_MS = 1_000_000;
const NS_PER_US = 1_000;
const KIB_PER_MIB = 1_024;
const WARM_MS = 3_000;
const ROUND_MS = 8_000;
/** The shop's pace: 150 actions a minute. */
const EVERY_MS = 400;
const SETTLE_MS = 2_000;

async function spent(usages: readonly Usage[], run: () => Promise<Published>) {
  const used = async (): Promise<number> =>
    (await Promise.all(usages.map((one) => one.cpuNs()))).reduce((sum, ns) => sum + ns, 0);
  const before = await used();
  const told = await run();
  return { told, ns: (await used()) - before };
}

/** Dashboards, uncoalesced, 2.5 events a second. */
export async function ofStreams(): Promise<Growth> {
  const sizes = [1, 100, 300, 1_000, 3_000, 10_000];
  await using side = await openOurs("html");
  await using readers = await openReaders(side.target);
  await readers.open(1);
  await readers.publish(WARM_MS);
  let open = 1;
  const [perEvent, p50, p99, rss]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (const size of sizes) {
    if (size > open) await readers.open(size - open);
    open = size;
    await pause(SETTLE_MS);
    const { told, ns } = await spent([side.server], () => readers.publish(ROUND_MS, EVERY_MS));
    perEvent.push(ns / NS_PER_MS / told.events);
    p50.push(told.p50);
    p99.push(told.p99);
    rss.push((await side.server.rssKib()) / KIB_PER_MIB);
  }
  return {
    name: "streams",
    title: "Dashboards, uncoalesced, 2.5 events a second",
    of: "streams",
    sizes,
    log: true,
    costs: [
      { name: "CPU of an event, ms", values: perEvent, axis: "left" },
      { name: "on a screen, p50 ms", values: p50, axis: "left" },
      { name: "p99 ms", values: p99, axis: "left" },
      { name: "RSS, MiB", values: rss, axis: "right" },
    ],
  };
}

/** 300 streams as served, dashboards in windows of 500 ms, and programs. */
export async function ofEvents(): Promise<Growth> {
  const sizes = [1, 2.5, 5, 10, 20, 50, 100];
  const core = async (kind: "html" | "json"): Promise<number[]> => {
    await using side = await openOurs(kind, { windowMs: 500 });
    await using readers = await openReaders(side.target);
    await readers.open(1);
    await readers.publish(WARM_MS);
    await readers.open(299);
    const shares: number[] = [];
    for (const size of sizes) {
      const { told, ns } = await spent([side.server], () =>
        readers.publish(ROUND_MS, 1_000 / size),
      );
      shares.push((100 * ns) / NS_PER_MS / (told.seconds * 1_000));
    }
    return shares;
  };
  return {
    name: "events",
    title: "300 streams as served",
    of: "events a second",
    sizes,
    log: true,
    costs: [
      { name: "dashboards: % of a core", values: await core("html"), axis: "left" },
      { name: "JSON: % of a core", values: await core("json"), axis: "left" },
    ],
  };
}

/** 300 dashboards spread over processes; one on SQLite, more on one Redis. */
export async function ofProcesses(): Promise<Growth> {
  const sizes = [1, 2, 3, 4];
  const workers = 2 * Math.max(...sizes);
  const [calm, per, most]: [number[], number[], number[]] = [[], [], []];
  for (const processes of sizes) {
    await using crowd = await openOurCrowd({ processes, workers, windowMs: 0 });
    const all = await Promise.all(
      crowd.servers.map((server, nth) => {
        const { session, auth } = crowd.at(nth);
        const port = Number(new URL(server.url).port);
        const posts = actions(auth, 2 * nth);
        return openReaders({ port, heads: [dashboard(session)], posts, ids: "seq" });
      }),
    );
    for (const readers of all) await readers.open(1);
    await all[0]?.publish(WARM_MS);
    for (const readers of all) await readers.open(Math.round(300 / processes) - 1);
    const one = all[0];
    if (!one) throw new Error("no process");
    const { used } = crowd;
    const { told, ns } = await spent(used, () => one.publish(ROUND_MS, EVERY_MS));
    calm.push(ns / NS_PER_MS / told.events);
    const full = await spent(used, async () => {
      const rounds = await Promise.all(all.map((readers) => readers.publish(ROUND_MS / 2)));
      const deliveries = rounds.reduce((sum, each) => sum + each.deliveries, 0);
      return { ...(rounds[0] as Published), deliveries };
    });
    most.push(full.told.deliveries / full.told.seconds);
    per.push(full.ns / NS_PER_US / full.told.deliveries);
    for (const readers of all) await readers[Symbol.asyncDispose]();
  }
  return {
    name: "processes",
    title: "300 dashboards over processes, two cores for everything",
    of: "processes",
    sizes,
    log: false,
    costs: [
      { name: "CPU of an event, ms (all, Redis too)", values: calm, axis: "left" },
      { name: "CPU of a delivery at full speed, \u00b5s", values: per, axis: "left" },
      {
        name: "deliveries per second, thousands",
        values: most.map((rate) => rate / 1_000),
        axis: "right",
      },
    ],
  };
}
