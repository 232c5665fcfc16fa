/** `zeues serve`: listens until it is told to stop (SIGTERM, SIGINT). */
import type { Server } from "bun";
import { compose, type Running } from "../compose.ts";
import type { Config } from "../config.ts";
import { startTraffic } from "../demo/traffic.ts";
import type { Log } from "../log.ts";
import { bienvenida } from "./bienvenida.ts";
import { type Certificado, readCertificado } from "./certificado.ts";
import { type Handle, listen } from "./listen.ts";

/** Requests under way get this long to end before the process does. */
const STOP_MS = 5_000;
/**
 * One of several processes: so long it says 503 on /healthz and /readyz, and answers as ever,
 * before its streams are sent away. The proxies of docs/deploy ask every second and leave it after
 * two such answers. With STOP_MS and the sheet's 3 s it is within the 15 s of compose.yaml.
 */
export const DRAIN_MS = 3_000;
/** How often the files of the certificate are looked at for a new one. */
const RENEW_MS = 60_000;

export interface Serving {
  readonly running: Running;
  readonly server: Server<undefined>;
  /** Takes the certificate that its files have now, if it is another; logs what is wrong. */
  readonly renew: () => Promise<void>;
  /**
   * Not ready for `drainMs` (by default 0), streams told to come back, requests finished, stores
   * closed: each logged when it is done.
   */
  readonly stop: (drainMs?: number) => Promise<void>;
}

/** Answers requests; while the process is stopping, each connection ends with its answer. */
function handleOf({ app, stopping }: Pick<Running, "app" | "stopping">): Handle {
  return async (request, server) => {
    // Of a Host that is none Bun makes an address that is none: no check of ours would see it.
    if (!URL.canParse(request.url)) return new Response(null, { status: 400 });
    const answer = await app.fetch(request, { server });
    if (stopping.now) answer.headers.set("Connection", "close");
    return answer;
  };
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** Starts to listen. `port` of the server tells which port, where the config asked for any. */
export async function serve(
  config: Config,
  log: Log,
  options: { readonly traffic: boolean } & NonNullable<Parameters<typeof compose>[2]>,
): Promise<Serving> {
  const { tls } = config;
  const now = options.now ?? Date.now;
  let certificado: Certificado | null = tls && (await readCertificado(tls, now()));
  const running = await compose(config, log, options);
  const listener = listen(config, certificado, handleOf(running));
  const endTraffic =
    options.traffic && running.demo ? startTraffic(running.floor, running.act, log) : () => {};
  const renew = async (): Promise<void> => {
    if (!tls) return;
    try {
      const next = await readCertificado(tls, now());
      if (running.stopping.now || next.cert === certificado?.cert) return;
      listener.renew(next);
      certificado = next;
      log.info({ until: new Date(next.untilMs).toISOString() }, "certificate renewed");
    } catch (error) {
      // The old one still serves; both files may be half written right now.
      log.error({ err: error }, "certificate not renewed");
    }
  };
  const renewing = tls ? setInterval(renew, RENEW_MS) : undefined;
  return {
    running,
    get server() {
      return listener.server;
    },
    renew,
    async stop(drainMs = 0) {
      clearInterval(renewing);
      endTraffic();
      running.stopping.now = true;
      if (drainMs > 0) await pause(drainMs);
      const { html, json } = running.hub.count();
      running.hub.stop();
      log.info({ streams: html + json }, "stopping: streams told to come back");
      const cut = await listener.stop(STOP_MS);
      log.info({ cut }, "stopping: requests finished");
      await running.close();
      log.info("stopped");
    },
  };
}

/** One of several processes leaves the others in peace; Ctrl-C on a terminal wants no wait. */
const drainOf = (signal: NodeJS.Signals, { redis }: Config): number =>
  redis && signal === "SIGTERM" ? DRAIN_MS : 0;

/** Resolves with the first signal to stop; the second one ends the process at once. */
function toldToStop(log: Log): Promise<NodeJS.Signals> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  let told = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (told) {
      log.warn({ signal }, "stopped at once");
      process.exit(1);
    }
    told = true;
    resolve(signal);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, onSignal);
  return promise;
}

/** The command: starts, tells where, waits for the signal. @returns the exit code. */
export async function serveCommand(
  config: Config,
  log: Log,
  args: readonly string[],
  print: (line: string) => void,
): Promise<number> {
  const traffic = args.includes("--demo-traffic");
  const { server, running, renew, stop } = await serve(config, log, { traffic });
  process.on("SIGHUP", () => void renew());
  // An address of IPv6 stands in brackets there.
  const host = server.hostname === "0.0.0.0" ? "localhost" : server.url.hostname;
  const origin = `${server.protocol}://${host}:${server.port}`;
  // Whoever reads where it listens may stop it; before that, the signal ends it at once.
  const told = toldToStop(log);
  for await (const line of bienvenida(config, running, origin)) print(line);
  const signal = await told;
  const drainMs = drainOf(signal, config);
  log.info({ signal, drainMs }, "stopping");
  await stop(drainMs);
  return 0;
}
