/** Where ZEUES listens: one port of HTTP/1.1, with TLS where it has a certificate. */
import type { Server } from "bun";
import type { Config } from "../config.ts";
import type { Certificado } from "./certificado.ts";
import { boundUntaken } from "./untaken.ts";

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

export type Handle = (request: Request, server: Server<undefined>) => Response | Promise<Response>;

/** Begins to listen. @throws Bun's own error; cli/explain puts it into words */
function open(config: Config, certificado: Certificado | null, handle: Handle): Server<undefined> {
  return boundUntaken(() =>
    Bun.serve({
      port: config.port,
      hostname: config.host,
      // Bun would let another ZEUES listen beside this one, and each get half of the connections.
      reusePort: false,
      idleTimeout: IDLE_S,
      maxRequestBodySize: BODY_MAX_BYTES,
      // In development mode Bun prints a stack for every client that is cut.
      development: false,
      // HTTP/1.1 only: what Bun 1.4.5's HTTP/2 does wrong is told in docs/proxies.md.
      ...(certificado ? { tls: { cert: certificado.cert, key: certificado.key } } : {}),
      fetch: (request, self) => handle(request, self),
    }),
  );
}

export interface Listener {
  /** The one that takes new connections. */
  readonly server: Server<undefined>;
  /**
   * From now on new connections get this certificate; open ones, streams too, go on with theirs.
   * (Bun's `server.reload` keeps the old certificate, so it is another server on the same port.)
   */
  renew(certificado: Certificado): void;
  /**
   * No new connection; ends when requests have, or are cut after `graceMs`.
   * @returns whether they were cut
   */
  stop(graceMs: number): Promise<boolean>;
}

/** @param handle answers every request */
export function listen(config: Config, certificado: Certificado | null, handle: Handle): Listener {
  let server = open(config, certificado, handle);
  // Servers with an older certificate, for as long as they have requests or streams.
  const former = new Map<Server<undefined>, Promise<void>>();
  return {
    get server() {
      return server;
    },
    renew(next) {
      const old = server;
      const port = old.port ?? config.port;
      // Its listening socket is closed when `stop` returns: in one step nobody else gets the port.
      const ended = old.stop().finally(() => former.delete(old));
      former.set(old, ended);
      server = open({ ...config, port }, next, handle);
    },
    async stop(graceMs) {
      const all = [server, ...former.keys()];
      const patience = Promise.withResolvers<true>();
      const timer = setTimeout(patience.resolve, graceMs, true);
      const ended = Promise.all([server.stop(), ...former.values()]).then(() => false);
      const cut = await Promise.race([ended, patience.promise]);
      clearTimeout(timer);
      await Promise.all(all.map((one) => one.stop(true)));
      return cut;
    },
  };
}
