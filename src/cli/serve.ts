/** `zeues serve`: listens until it is told to stop (SIGTERM, SIGINT). */
import type { Server } from "bun";
import { compose, type Running } from "../compose.ts";
import type { Config } from "../config.ts";
import { startTraffic } from "../demo/traffic.ts";
import type { Log } from "../log.ts";

/** Streams have no idle end of their own; a request that sends nothing for this long is dropped. */
const IDLE_S = 30;
/** Requests under way get this long to end before the process does. */
const STOP_MS = 5_000;

export interface Serving {
  readonly running: Running;
  readonly server: Server<undefined>;
  /** Streams told to come back, requests finished, stores closed. */
  readonly stop: () => Promise<void>;
}

/** Starts to listen. `port` of the server tells which port, where the config asked for any. */
export async function serve(
  config: Config,
  log: Log,
  options: { readonly traffic: boolean } & NonNullable<Parameters<typeof compose>[2]>,
): Promise<Serving> {
  const running = await compose(config, log, options);
  const server: Server<undefined> = Bun.serve({
    port: config.port,
    hostname: config.host,
    idleTimeout: IDLE_S,
    // In development mode Bun prints a stack for every client that is cut.
    development: false,
    fetch: (request, self) => running.app.fetch(request, { server: self }),
  });
  const endTraffic =
    options.traffic && running.demo ? startTraffic(running.floor, running.act, log) : () => {};
  return {
    running,
    server,
    async stop() {
      endTraffic();
      running.hub.stop();
      const patience = Promise.withResolvers<void>();
      const timer = setTimeout(patience.resolve, STOP_MS);
      await Promise.race([server.stop(), patience.promise]);
      clearTimeout(timer);
      await server.stop(true);
      await running.close();
    },
  };
}

/** The command: starts, tells where, waits for the signal. @returns the exit code. */
export async function serveCommand(
  config: Config,
  log: Log,
  args: readonly string[],
  print: (line: string) => void,
): Promise<number> {
  const traffic = args.includes("--demo-traffic");
  const { server, running, stop } = await serve(config, log, { traffic });
  const host = server.hostname === "0.0.0.0" ? "localhost" : server.hostname;
  print(`ZEUES escucha en http://${host}:${server.port}/`);
  if (running.demo) {
    // From source there is no command `zeues` yet.
    const zeues = Bun.main.endsWith(".ts") ? "npm run zeues --" : "zeues";
    print("Taller de demostración, con datos inventados.");
    print(`Para usar los tuyos: ${zeues} import CARPETA`);
  }
  if (config.google) {
    const { account, credentialsFile } = config.google;
    const who = account?.email ?? credentialsFile ?? "la identidad de esta máquina";
    print(`Sincroniza con la planilla de Google (cuenta: ${who}).`);
  }
  const { promise, resolve } = Promise.withResolvers<string>();
  process.once("SIGTERM", () => resolve("SIGTERM"));
  process.once("SIGINT", () => resolve("SIGINT"));
  log.info({ signal: await promise }, "stopping");
  await stop();
  return 0;
}
