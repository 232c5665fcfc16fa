/**
 * Server time of pages (spec 10): 200 rows of an operation, the dashboard with the workbook's
 * occupied spools and with 500, beside the same rows by hono/jsx in alternating rounds; and the
 * start from source to the first answer beside the smallest Hono.
 * `bun bench/page.ts [FOLDER]`, a workbook as CSV; default ../shared/data/taller, else a made-up
 * one of 2,000 spools. About 30 s.
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
import { ROOT, runZeues, startServer } from "./support/process.ts";
import { figure, median, ratio, table } from "./support/stats.ts";
import { enrolTablet, signInByName } from "./support/tablet.ts";
import { writeWorkbook } from "./support/workbook.ts";

const ROUNDS = 7;
const REQUESTS = 60;
const STARTS = 9;
const OCCUPIED = 500;

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

async function compare(name: string, ours: Serve, peer: Serve, rounds = ROUNDS) {
  await round(ours);
  await round(peer);
  const mine: number[] = [];
  const theirs: number[] = [];
  for (let nth = 0; nth < rounds; nth++) {
    mine.push(await round(ours));
    theirs.push(await round(peer));
  }
  return [name, figure(median(mine)), figure(median(theirs)), ratio(mine, theirs)];
}

/** A page through the whole application, without the network; `encoding` asks for compression. */
async function pageOf({ app, floor }: Running, path: string, encoding: string): Promise<Serve> {
  const worker = [...floor.trabajadores()].find((t) => hasRol(t, ROLES_DE.ARM));
  const ask = (url: string, init: RequestInit) => app.request(url, init);
  const cookie = await signInByName("http://localhost", worker?.id ?? 0, ask);
  const headers = { Cookie: cookie, "Accept-Encoding": encoding, Accept: "text/html" };
  return async () => {
    const answer = await app.request(`http://localhost${path}`, { headers });
    if (answer.status !== 200) throw new Error(`${answer.status} for ${path}`);
    return await answer.arrayBuffer();
  };
}

/** Workers take spools until so many are occupied. */
async function occupy({ floor, act: deps }: Running): Promise<void> {
  const trabajador = [...floor.trabajadores()].find((t) => hasRol(t, ROLES_DE.ARM));
  if (!trabajador) throw new Error("nobody may fit up");
  const actor = { trabajador, medio: "api", dispositivo: null } as const;
  const missing = OCCUPIED - floor.list("ocupados").length;
  for (const { tag } of floor.list("disponibles:ARM").slice(0, Math.max(0, missing))) {
    await act(deps, { tag, actor, command: { accion: "TOMAR", operacion: "ARM" } });
  }
}

async function pages(data: string): Promise<void> {
  const config = readConfig({ ZEUES_DATA: data, ZEUES_LOG: "silent" });
  const running = await compose(config, createLog("silent"), { limits: UNLIMITED });
  const { floor } = running;
  const peer = peerApp(floor, config.policy);
  const peerPage = (path: string) => async () =>
    (await peer.request(`http://localhost${path}`)).arrayBuffer();
  const rows = (ul: "disponibles" | "ocupados"): Serve[] => {
    const list = ul === "disponibles" ? "disponibles:ARM" : "ocupados";
    const row = ul === "disponibles" ? "disponible:ARM" : "ocupado";
    const slice = { list, ul, row, q: "" } as const;
    const many = ul === "disponibles" ? 200 : OCCUPIED;
    return [
      async () => new Rows(floor, config.policy).page(slice, "", many),
      async () => peerList(floor, config.policy, ul, floor.list(list).slice(0, many)),
    ];
  };
  const all: string[][] = [];
  const add = async (name: string, ours: Serve, theirs: Serve): Promise<void> =>
    void all.push(await compare(name, ours, theirs));
  const path = "/operacion/ARM";
  await add("operation, 200 rows", await pageOf(running, path, "identity"), peerPage(path));
  await add("the same, compressed", await pageOf(running, path, "gzip"), peerPage(path));
  const [mine, theirs] = rows("disponibles");
  if (mine && theirs) await add("200 rows drawn anew, nothing kept", mine, theirs);
  for (const more of [false, true]) {
    if (more) await occupy(running);
    const name = `dashboard, ${floor.list("ocupados").length} occupied`;
    await add(name, await pageOf(running, "/tablero", "identity"), peerPage("/tablero"));
  }
  await running.close();
  table(["server time, ms", "ZEUES", "hono/jsx", "ratio"], all);
}

/** Milliseconds from the spawn to the first answer. */
async function startOnce(script: readonly string[], env: Record<string, string>, folder: string) {
  const beganAt = performance.now();
  await using server = await startServer(script, env, join(folder, "log"));
  await (await fetch(`${server.url}/readyz`)).arrayBuffer();
  return performance.now() - beganAt;
}

async function starts(folder: string, env: Record<string, string>): Promise<void> {
  const mine: number[] = [];
  const theirs: number[] = [];
  for (let nth = 0; nth < STARTS; nth++) {
    mine.push(await startOnce(["src/main.ts", "serve"], env, folder));
    theirs.push(await startOnce(["bench/peers/hello.ts"], {}, folder));
  }
  const cells = [figure(median(mine)), figure(median(theirs)), ratio(mine, theirs)];
  table(["ms", "ZEUES", "smallest Hono", "ratio"], [["start to first answer", ...cells]]);
}

const folder = await mkdtemp(join(tmpdir(), "zeues-bench-"));
const given = resolve(ROOT, process.argv[2] ?? "../shared/data/taller");
const workbook = existsSync(given) ? given : join(folder, "workbook");
if (workbook !== given) {
  console.log(`there is no ${given}: a made-up workbook instead`);
  await writeWorkbook(workbook, { spools: 2_000, workers: 40 });
}
const data = join(folder, "data");
const env = { PORT: "0", HOST: "127.0.0.1", ZEUES_DATA: data };
await runZeues(["import", workbook], env);
await enrolTablet(env);
await pages(data);
await starts(folder, env);
await rm(folder, { recursive: true });
