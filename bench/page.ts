/**
 * Server time and size of pages (spec 10, issue 8), through the whole application and without the
 * network: in shops of 200, 2,000 and 10,000 spools, in turn; and beside the same rows by hono/jsx.
 * `bun bench/page.ts [FOLDER]`, a workbook as CSV for the comparison; by default
 * ../shared/data/taller, else a made-up one of 2,000 spools. A minute and a half.
 */
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { act } from "../src/actions/act.ts";
import { compose, type Running } from "../src/compose.ts";
import { readConfig } from "../src/config.ts";
import { hasRol, ROLES_DE } from "../src/domain/decide.ts";
import { UNLIMITED } from "../src/http/middleware/limits.ts";
import { Rows } from "../src/live/rows.ts";
import { createLog } from "../src/log.ts";
import { peerApp, peerList } from "./peers/hono-jsx.ts";
import { ROOT, runZeues } from "./support/process.ts";
import { figure, median, quantile, ratio, table } from "./support/stats.ts";
import { enrolTablet, signInByName } from "./support/tablet.ts";
import { writeWorkbook } from "./support/workbook.ts";

const ROUNDS = 5;
const REQUESTS = 30;
const SHOPS = [200, 2_000, 10_000] as const;
const WORKERS = 40;
/** So many are at work in a shop of any size; and, beside the peer, in a crowded one. */
const AT_WORK = 30;
const CROWD = 500;
const KB = 1_000;
/** Spec 10, issue 8. */
const BUDGET = "budget for 200 rows: 1 ms of server time, 30 kB compressed";
const CODINGS = ["identity", "gzip", "zstd"] as const;

/** Answers with its body. */
type Serve = () => Promise<unknown>;

/** Milliseconds of one, the median of a round. */
async function round(serve: Serve): Promise<number> {
  const times: number[] = [];
  for (let nth = 0; nth < REQUESTS; nth++) {
    const beganAt = performance.now();
    await serve();
    times.push(performance.now() - beganAt);
  }
  return median(times);
}

/** Medians of rounds in turn, after one of each that does not count. */
async function inTurn(serves: readonly Serve[]): Promise<readonly (readonly number[])[]> {
  for (const serve of serves) await round(serve);
  const all = serves.map((): number[] => []);
  for (let nth = 0; nth < ROUNDS; nth++) {
    for (const [at, serve] of serves.entries()) all[at]?.push(await round(serve));
  }
  return all;
}

/** A page as a worker's browser asks for it; `encoding` is what it accepts. */
async function pageOf({ app, floor }: Running, path: string, encoding: string) {
  const worker = [...floor.trabajadores()].find((t) => hasRol(t, ROLES_DE.ARM));
  const ask = (url: string, init: RequestInit) => app.request(url, init);
  const cookie = await signInByName("http://localhost", worker?.id ?? 0, ask);
  const headers = { Cookie: cookie, "Accept-Encoding": encoding, Accept: "text/html" };
  return async (): Promise<ArrayBuffer> => {
    const answer = await app.request(`http://localhost${path}`, { headers });
    if (answer.status !== 200) throw new Error(`${answer.status} for ${path}`);
    return await answer.arrayBuffer();
  };
}

/** Workers take spools until so many are occupied. */
async function occupy({ floor, act: deps }: Running, many: number): Promise<void> {
  const trabajador = [...floor.trabajadores()].find((t) => hasRol(t, ROLES_DE.ARM));
  if (!trabajador) throw new Error("nobody may fit up");
  const actor = { trabajador, medio: "api", dispositivo: null } as const;
  const missing = many - floor.list("ocupados").length;
  for (const { tag } of floor.list("disponibles:ARM").slice(0, Math.max(0, missing))) {
    await act(deps, { tag, actor, command: { accion: "TOMAR", operacion: "ARM" } });
  }
}

/** A shop with this workbook, an enrolled tablet, and no bound on how often one may ask. */
async function openShop(workbook: string, data: string): Promise<Running> {
  const env = { PORT: "0", HOST: "127.0.0.1", ZEUES_DATA: data, ZEUES_LOG: "silent" };
  await runZeues(["import", workbook], env);
  await enrolTablet(env);
  return await compose(readConfig(env), createLog("silent"), { limits: UNLIMITED });
}

async function besidePeer(running: Running): Promise<void> {
  const { floor } = running;
  const { policy } = floor;
  const peer = peerApp(floor, policy);
  const peerPage = (path: string) => async () =>
    (await peer.request(`http://localhost${path}`)).arrayBuffer();
  const all: string[][] = [];
  const add = async (name: string, ours: Serve, theirs: Serve): Promise<void> => {
    const [mine = [], other = []] = await inTurn([ours, theirs]);
    all.push([name, figure(median(mine)), figure(median(other)), ratio(mine, other)]);
  };
  const path = "/operacion/ARM";
  await add("operation, 200 rows", await pageOf(running, path, "identity"), peerPage(path));
  await add("the same, gzip", await pageOf(running, path, "gzip"), peerPage(path));
  const slice = {
    list: "disponibles:ARM",
    ul: "disponibles",
    row: "disponible:ARM",
    q: "",
  } as const;
  await add(
    "200 rows drawn anew, nothing kept",
    async () => new Rows(floor, policy).page(slice, "", 200),
    async () => peerList(floor, policy, slice.ul, floor.list(slice.list).slice(0, 200)),
  );
  for (const many of [0, CROWD]) {
    await occupy(running, many);
    const name = `dashboard, ${floor.list("ocupados").length} occupied`;
    await add(name, await pageOf(running, "/tablero", "identity"), peerPage("/tablero"));
  }
  table(["server time, ms", "ZEUES", "hono/jsx", "ratio"], all);
}

/** What is asked for: its first 200 rows, where there are so many. */
const PAGES: readonly (readonly [name: string, path: (tag: string) => string])[] = [
  ["home", () => "/"],
  ["operation", () => "/operacion/ARM"],
  ["its next 200 rows", (tag) => `/operacion/ARM?tras=${encodeURIComponent(tag)}`],
  ["dashboard", () => "/tablero"],
  ["dashboard, not begun anywhere", () => "/tablero?estado=pendiente"],
  ["search, every spool found", () => "/buscar?q=tw"],
  ["search, one found", (tag) => `/buscar?q=${encodeURIComponent(tag.slice(-12))}`],
  ["one spool", (tag) => `/carrete?tag=${encodeURIComponent(tag)}`],
];

async function bySize(shops: readonly Running[]): Promise<void> {
  for (const shop of shops) await occupy(shop, AT_WORK);
  const rows: string[][] = [];
  for (const [name, pathOf] of PAGES) {
    const path = (shop: Running) => pathOf(shop.floor.list("todos")[100]?.tag ?? "");
    const serves: Serve[] = [];
    const sizes: string[] = [];
    for (const coding of CODINGS) {
      for (const shop of shops) {
        const serve = await pageOf(shop, path(shop), coding);
        serves.push(serve);
        if (shop === shops.at(-1)) sizes.push(figure((await serve()).byteLength / KB));
      }
    }
    const times = await inTurn(serves);
    const perCoding = CODINGS.map((_, at) =>
      times.slice(at * shops.length, (at + 1) * shops.length),
    );
    const cells = perCoding.map((some) => some.map((ms) => figure(median(ms))).join(" / "));
    const [, middle = [], largest = []] = perCoding[0] ?? [];
    rows.push([name, ...cells, ratio(largest, middle), sizes.join(" / ")]);
  }
  const of = SHOPS.map((many) => figure(many)).join(" / ");
  const ms = (coding: string) => `${coding}, ms`;
  const last = figure(quantile(SHOPS, 1));
  console.log(`\nshops of ${of} spools; ${BUDGET}`);
  table(
    ["page", ms("plain"), ms("gzip"), ms("zstd"), `${last} beside 2,000`, "kB plain / gzip / zstd"],
    rows,
  );
}

const folder = await mkdtemp(join(tmpdir(), "zeues-bench-"));
const given = resolve(ROOT, process.argv[2] ?? "../shared/data/taller");
const shops: Running[] = [];
try {
  const books: string[] = [];
  for (const spools of SHOPS) {
    const book = join(folder, `workbook-${spools}`);
    await writeWorkbook(book, { spools, workers: WORKERS });
    books.push(book);
  }
  if (!existsSync(given)) console.log(`there is no ${given}: a made-up workbook instead`);
  const workbook = existsSync(given) ? given : (books[1] ?? given);
  const running = await openShop(workbook, join(folder, "given"));
  await besidePeer(running);
  await running.close();
  for (const book of books) shops.push(await openShop(book, `${book}-data`));
  await bySize(shops);
} finally {
  for (const shop of shops) await shop.close();
  await rm(folder, { recursive: true, force: true });
}
