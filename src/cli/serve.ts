/** `zeues serve`: listens until it is told to stop (SIGTERM, SIGINT). */
import type { Server } from "bun";
import { compose, type Running } from "../compose.ts";
import type { Config } from "../config.ts";
import { startTraffic } from "../demo/traffic.ts";
import type { Log } from "../log.ts";
import { bienvenida } from "./bienvenida.ts";

/**
 * From a connection's last answer to its next whole request, bodies included: whoever has not sent
 * one by then is cut, however busily they trickle, because Bun starts this clock anew for no byte
 * that comes. The first head of a connection has Bun's own 10 s. (Measured: bench/half-open.ts.)
 * Streams have no such end (`openStream`).
 */
const IDLE_S = 30;
/**
 * Past this Bun itself cuts, without a word. Handlers are guarded more tightly and say why
 * (middleware/body); this bounds what it keeps of a body that nobody has read yet.
 */
const BODY_MAX_BYTES = 16 * 1024 * 1024;
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
    maxRequestBodySize: BODY_MAX_BYTES,
    // In development mode Bun prints a stack for every client that is cut.
    development: false,
    fetch: (request, self) =>
      // Of a Host that is none Bun makes an address that is none: no check of ours would see it.
      URL.canParse(request.url)
        ? running.app.fetch(request, { server: self })
        : new Response(null, { status: 400 }),
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
  const origin = `http://${host}:${server.port}`;
  for await (const line of bienvenida(config, running, origin)) print(line);
  const { promise, resolve } = Promise.withResolvers<string>();
  process.once("SIGTERM", () => resolve("SIGTERM"));
  process.once("SIGINT", () => resolve("SIGINT"));
  log.info({ signal: await promise }, "stopping");
  await stop();
  return 0;
}
