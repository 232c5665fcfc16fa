/** Connections to Redis with 1,000 streams on one process, also when Redis allows only 20. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startRedis } from "../../test/support/redis-server.ts";
import { openApi } from "../support/api.ts";
import { runZeues, startServer } from "../support/process.ts";
import { closeStreams, openStream, openStreams } from "../support/streams.ts";
import { until } from "../support/until.ts";
import { FIRST_WORKER, weldableTag, writeWorkbook } from "../support/workbook.ts";

const STREAMS = 1_000;
const ACTIONS = 50;
const MAX_CLIENTS = 20;
const TOKEN = "a-token-for-benchmarks-of-32-characters";

async function measure(args: readonly string[]): Promise<string> {
  await using redis = await startRedis({ args });
  const folder = await mkdtemp(join(tmpdir(), "zeues-bench-"));
  const env = {
    PORT: "0",
    HOST: "127.0.0.1",
    REDIS_URL: redis.url,
    ZEUES_DATA: join(folder, "data"),
    ZEUES_DEMO: "off",
    ZEUES_API_TOKEN: TOKEN,
  };
  const workbook = join(folder, "workbook");
  await writeWorkbook(workbook, { spools: 600, workers: 40 });
  await runZeues(["import", workbook], env);
  await using server = await startServer(["src/main.ts", "serve"], env, join(folder, "log"));
  const api = openApi(server.url, TOKEN);
  let frames = 0;
  const streams = await openStreams(STREAMS, () =>
    openStream(`${api.url}/api/sse/stream`, api.auth, ({ event }) => {
      if (event === "spool_update") frames++;
    }),
  );
  for (let at = 0; at < ACTIONS; at++) {
    const ask = {
      accion: "TOMAR",
      operacion: "SOLD",
      tag: weldableTag(at),
      worker: FIRST_WORKER + (at % 40),
    };
    const { status, body } = await api.act(ask, crypto.randomUUID());
    if (!body.ok) throw new Error(`TOMAR was answered ${status}: ${body.error}`);
  }
  const whole = await until(() => frames === STREAMS * ACTIONS);
  const clients = String(await redis.command("CLIENT", "LIST")).split("\n");
  const ours = clients.filter((line) => / name=zeues/.test(line)).length;
  closeStreams(streams);
  await rm(folder, { recursive: true, force: true });
  const told = whole ? "all" : "NOT ALL";
  return `${ours} connections, ${ACTIONS} actions accepted, ${told} events told`;
}

/** Prints both figures. */
export async function tellConnections(): Promise<void> {
  console.log(`${STREAMS} streams on one process: ${await measure([])}`);
  const limited = await measure(["--maxclients", String(MAX_CLIENTS)]);
  console.log(`the same with maxclients ${MAX_CLIENTS}: ${limited}`);
}
