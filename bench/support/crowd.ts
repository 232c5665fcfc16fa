/**
 * One process or several that show the same events, and whoever posts and watches: ZEUES, one on
 * SQLite or more on one Redis, and its peer, Hono's streamSSE, alone or around the same Redis.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WINDOW_MS } from "../../src/live/audience.ts";
import { startRedis } from "../../test/support/redis-server.ts";
import { openApi } from "./api.ts";
import { runZeues, type Server, startServer, type Usage, usageOf } from "./process.ts";
import type { SseFrame } from "./sse-parser.ts";
import { openStream, type RawStream } from "./streams.ts";
import { enrolTablet } from "./tablet.ts";
import { FIRST_WORKER, weldableTag, writeWorkbook } from "./workbook.ts";

const TOKEN = "a-token-for-benchmarks-of-32-characters";

/** What a stream shows: `json`, or the query of a page's stream. */
export type Watching = "json" | `vista=${string}`;

export interface Crowd extends AsyncDisposable {
  readonly servers: readonly Server[];
  /** All that belongs to it, Redis too. */
  readonly used: readonly Usage[];
  /** Which process takes a worker's requests. */
  processOf(worker: number): number;
  /** One event by a worker (0, 1, …). @returns its seq */
  publish(worker: number): Promise<number>;
}

export interface CrowdOptions {
  readonly processes: number;
  readonly workers: number;
  /** Coalescing window of HTML streams; by default as it is served (`zeues serve`). */
  readonly windowMs?: number;
}

/** A Redis where there are several processes, and a folder; both gone with it. */
async function openGround(processes: number) {
  const redis = processes > 1 ? await startRedis() : null;
  const folder = await mkdtemp(join(tmpdir(), "zeues-bench-"));
  return {
    folder,
    redisUrl: redis?.url,
    stores: redis ? [usageOf(redis.pid)] : [],
    async close(servers: readonly Server[]) {
      await Promise.all(servers.map((server) => server.kill()));
      await redis?.[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startAll(processes: number, start: (nth: number) => Promise<Server>) {
  const servers: Server[] = [];
  for (let nth = 0; nth < processes; nth++) servers.push(await start(nth));
  return servers;
}

export interface OurCrowd extends Crowd {
  /** A stream of a process, watched by a worker. */
  open(
    process: number,
    worker: number,
    watching: Watching,
    onFrame: (frame: SseFrame) => void,
  ): Promise<RawStream>;
  /** Address of a worker's process, the headers of their session, and of the API. */
  at(worker: number): {
    readonly url: string;
    readonly session: Readonly<Record<string, string>>;
    readonly auth: Readonly<Record<string, string>>;
  };
  /** Each worker opens a page: ten minutes after the last a tablet's session is over. */
  staySignedIn(): Promise<void>;
}

/** The whole product; each worker takes and pauses a spool of their own through one process. */
export async function openOurCrowd(options: CrowdOptions): Promise<OurCrowd> {
  const { processes, workers, windowMs = WINDOW_MS } = options;
  const ground = await openGround(processes);
  const env = {
    PORT: "0",
    HOST: "127.0.0.1",
    ZEUES_DATA: join(ground.folder, "data"),
    ZEUES_DEMO: "off",
    ZEUES_API_TOKEN: TOKEN,
    ...(ground.redisUrl === undefined ? {} : { REDIS_URL: ground.redisUrl }),
  };
  const workbook = join(ground.folder, "workbook");
  await writeWorkbook(workbook, { spools: 600, workers });
  await runZeues(["import", workbook], env);
  await enrolTablet(env);
  // Without a limit of streams (server.ts): one session stands for many people.
  const args = ["bench/support/server.ts", String(windowMs)];
  const servers = await startAll(processes, (nth) =>
    startServer(args, env, join(ground.folder, `log-${nth}`)),
  );
  const apis = servers.map(({ url }) => openApi(url, TOKEN));
  const processOf = (worker: number): number => worker % processes;
  const apiOf = (worker: number) => apis[processOf(worker)] as (typeof apis)[number];
  const sessions: Readonly<Record<string, string>>[] = [];
  for (let at = 0; at < workers; at++) sessions.push(await apiOf(at).signIn(FIRST_WORKER + at));
  const taken = new Set<number>();
  return {
    servers,
    used: [...servers, ...ground.stores],
    processOf,
    at(worker) {
      const { url, auth } = apiOf(worker);
      return { url, auth, session: sessions[worker] ?? {} };
    },
    async staySignedIn() {
      for (const [at, session] of sessions.entries()) {
        const { status } = await fetch(`${apiOf(at).url}/`, {
          headers: session,
          redirect: "manual",
        });
        if (status !== 200) throw new Error(`worker ${at} is signed out: ${status}`);
      }
    },
    async publish(at) {
      const accion = taken.delete(at) ? "PAUSAR" : "TOMAR";
      if (accion === "TOMAR") taken.add(at);
      const ask = { accion, operacion: "SOLD", tag: weldableTag(at), worker: FIRST_WORKER + at };
      const { body } = await apiOf(at).act(ask, crypto.randomUUID());
      if (!body.ok) throw new Error(`${accion} was refused: ${body.error}`);
      return body.seq;
    },
    open(nth, worker, watching, onFrame) {
      const { url, auth } = apis[nth] as (typeof apis)[number];
      return watching === "json"
        ? openStream(`${url}/api/sse/stream`, auth, onFrame)
        : openStream(`${url}/eventos?${watching}`, sessions[worker] ?? {}, onFrame);
    },
    [Symbol.asyncDispose]: () => ground.close(servers),
  };
}

/** @param texts what `publish` publishes, in turn */
export async function openPeerCrowd(
  { processes }: CrowdOptions,
  texts: readonly string[] = [],
): Promise<Crowd> {
  const ground = await openGround(processes);
  const env = ground.redisUrl === undefined ? {} : { REDIS_URL: ground.redisUrl };
  const script = processes > 1 ? "bench/peers/hono-sse-redis.ts" : "bench/peers/hono-sse.ts";
  const servers = await startAll(processes, (nth) =>
    startServer([script], env, join(ground.folder, `log-${nth}`)),
  );
  const processOf = (worker: number): number => worker % processes;
  let nth = 0;
  return {
    servers,
    used: [...servers, ...ground.stores],
    processOf,
    async publish(worker) {
      const own = nth++;
      const body = texts[own % texts.length] ?? "";
      const url = servers[processOf(worker)]?.url;
      // Several processes have no count in common but Redis's: a number that is known costs none.
      const answer = await fetch(`${url}/publish?seq=${own}`, { method: "POST", body });
      return ((await answer.json()) as { seq: number }).seq;
    },
    [Symbol.asyncDispose]: () => ground.close(servers),
  };
}
