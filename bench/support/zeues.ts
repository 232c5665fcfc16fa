/** ZEUES itself, as a real process on a free port with a shop of its own in a temporary folder. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Api, openApi } from "./api.ts";
import { runZeues, type Server, startServer } from "./process.ts";
import { enrolTablet } from "./tablet.ts";
import { writeWorkbook } from "./workbook.ts";

const TOKEN = "a-token-for-benchmarks-of-32-characters";

export interface ZeuesOptions {
  /** A folder of CSV files to import; by default a made-up workbook. */
  readonly workbook?: string;
  readonly spools?: number;
  readonly workers?: number;
  /** Coalescing window of HTML streams; by default as it is served (`zeues serve`). */
  readonly windowMs?: number;
  /** Where it listens, after a restart too; by default on a free port, each time another. */
  readonly port?: number;
}

export interface Zeues extends AsyncDisposable {
  readonly api: Api;
  readonly server: Server;
  /** Ended, by default as a power cut would, and up again on the same folder. */
  restart(signal?: "SIGTERM" | "SIGKILL"): Promise<Zeues>;
}

const envOf = (data: string, port = 0): Record<string, string> => ({
  PORT: String(port),
  HOST: "127.0.0.1",
  ZEUES_DATA: data,
  ZEUES_DEMO: "off",
  ZEUES_API_TOKEN: TOKEN,
});

async function start(folder: string, options: ZeuesOptions): Promise<Zeues> {
  const { windowMs, port } = options;
  const args =
    windowMs === undefined
      ? ["src/main.ts", "serve"]
      : ["bench/support/server.ts", String(windowMs)];
  const server = await startServer(args, envOf(join(folder, "data"), port), join(folder, "log"));
  return {
    server,
    api: openApi(server.url, TOKEN),
    async restart(signal = "SIGKILL") {
      await (signal === "SIGKILL" ? server.kill() : server[Symbol.asyncDispose]());
      return await start(folder, options);
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Imports the shop and starts to serve it. */
export async function openZeues(options: ZeuesOptions = {}): Promise<Zeues> {
  const folder = await mkdtemp(join(tmpdir(), "zeues-bench-"));
  const { spools = 600, workers = 40 } = options;
  const workbook = options.workbook ?? join(folder, "workbook");
  if (options.workbook === undefined) await writeWorkbook(workbook, { spools, workers });
  const env = envOf(join(folder, "data"));
  await runZeues(["import", workbook], env);
  await enrolTablet(env);
  return await start(folder, options);
}
