/**
 * The storm (issue: "30 workers act at random … while 50 streams watch"). It measures nothing that
 * it judges by: only what was seen, what is logged and what stands at the end.
 */
import { type Random, seeded } from "../../src/demo/random.ts";
import { type Api, allSpools, type SpoolState } from "../support/api.ts";
import { until } from "../support/until.ts";
import { FIRST_WORKER } from "../support/workbook.ts";
import { type JsonWatch, type Seen, watchJson } from "./json-watch.ts";
import { openScreen, type Screen } from "./screen.ts";
import { createTally, type Tally } from "./tally.ts";
import { checkLog, checkSeen, checkState, replay } from "./verify.ts";
import { type WorkerDeps, work } from "./worker.ts";

export interface StormOptions {
  readonly api: Api;
  readonly seed: number;
  readonly workers: number;
  /** JSON streams; every fifth loses its line again and again. */
  readonly streams: number;
  /** HTML streams with the pages they belong to. */
  readonly screens: number;
  readonly more: () => boolean;
  readonly think: (random: Random) => Promise<void>;
  /** The same shop in a new process or another server; it must tell the same. */
  readonly restart?: () => Promise<Api>;
}

export interface StormResult extends Tally {
  readonly events: number;
  readonly spools: number;
  readonly reconnects: number;
  /** HTML frames of all screens: coalesced, so fewer than events. */
  readonly htmlFrames: number;
}

/** Every fifth stream drops its line, at its own events. */
const DROPS = 5;
const DROP_EVERY = 97;

const PAGES = ["/tablero", "/operacion/ARM", "/operacion/SOLD", "/operacion/METROLOGIA"];

async function openWatches(options: StormOptions, seen: Seen, violations: string[]) {
  const { api, streams, screens } = options;
  const { url, auth } = api;
  const html: Screen[] = [];
  for (let at = 0; at < screens; at++) {
    const headers = await api.signIn(FIRST_WORKER + at);
    html.push(await openScreen(url, PAGES[at % PAGES.length] ?? "/", headers, violations));
  }
  // After the sign-ins: those are events too, and no JSON stream is told of them.
  const json = await Promise.all(
    Array.from({ length: streams }, (_, at) => {
      const dropAt = at % DROPS === 0 ? (seq: number) => seq % DROP_EVERY === at : null;
      return watchJson({ url, auth, seen, violations, dropAt });
    }),
  );
  return { json, html };
}

/** Streams have a moment to get the last events; then they must have them. */
async function settle(
  json: readonly JsonWatch[],
  html: readonly Screen[],
  { acked, violations }: Tally,
): Promise<void> {
  const last = Math.max(0, ...acked.keys());
  const arrived = (): boolean => json.every(({ seq }) => seq === last);
  if (!(await until(arrived))) {
    violations.push(`at the end streams are at ${[...new Set(json.map(({ seq }) => seq))]}`);
  }
  await Promise.all(
    html.map(async (screen) => {
      if (await until(async () => (await screen.difference()) === null)) return;
      violations.push(`${screen.path} differs from a fresh page: ${await screen.difference()}`);
    }),
  );
}

/** After a restart nothing is left of what the old process kept: rows are drawn from the log. */
async function checkRestarted(
  { url }: Api,
  html: readonly Screen[],
  violations: string[],
): Promise<void> {
  for (const screen of html) {
    const difference = await screen.difference(url);
    if (difference) violations.push(`${screen.path} after the restart: ${difference}`);
  }
}

async function checkAll(
  options: StormOptions,
  before: readonly SpoolState[],
  base: number,
  seen: Seen,
  html: readonly Screen[],
  tally: Tally,
): Promise<void> {
  checkSeen(seen, tally);
  const replayed = replay(before, seen, tally.violations);
  checkState(replayed, await allSpools(options.api), tally.violations);
  const tags = before.map(({ tag_spool }) => tag_spool);
  await checkLog(options.api, tags, base, tally);
  if (!options.restart) return;
  const api = await options.restart();
  checkState(replayed, await allSpools(api), tally.violations);
  await checkLog(api, tags, base, tally);
  await checkRestarted(api, html, tally.violations);
}

/** Lets the storm happen, then checks everything. Nobody else may act on the shop meanwhile. */
export async function storm(options: StormOptions): Promise<StormResult> {
  const tally = createTally();
  const seen: Seen = new Map();
  const { api, more } = options;
  const before = await allSpools(api);
  for (const spool of before) tally.estados.set(spool.tag_spool, spool.estado_detalle);
  const { json, html } = await openWatches(options, seen, tally.violations);
  const base = json[0]?.seq ?? 0;
  const tags = before.map(({ tag_spool }) => tag_spool);
  try {
    await Promise.all(
      Array.from({ length: options.workers }, (_, at) => {
        const random = seeded(options.seed + at);
        const think = (): Promise<void> => options.think(random);
        const deps: WorkerDeps = { api, tags, tally, random, more, think };
        return work(deps, FIRST_WORKER + at);
      }),
    );
    await settle(json, html, tally);
  } finally {
    for (const watch of [...json, ...html]) watch[Symbol.dispose]();
  }
  await checkAll(options, before, base, seen, html, tally);
  const reconnects = json.reduce((sum, watch) => sum + watch.reconnects, 0);
  const htmlFrames = html.reduce((sum, { frames }) => sum + frames, 0);
  return { ...tally, events: seen.size, spools: before.length, reconnects, htmlFrames };
}
