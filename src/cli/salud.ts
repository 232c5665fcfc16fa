/**
 * `zeues salud`: is the server of this configuration alive? For container engines, whose images
 * hold nothing else that could ask.
 */
import type { Config } from "../config.ts";

/** Less than any health check of docs/deploy waits. */
const PATIENCE_MS = 2_000;

export interface SaludOptions {
  readonly config: Place;
  readonly print: (line: string) => void;
  readonly complain: (line: string) => void;
}

/** Where a server that listens on `host` is reached from the same machine. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

type Place = Pick<Config, "host" | "port" | "tls">;

const urlOf = ({ host, port, tls }: Place): string =>
  `${tls ? "https" : "http"}://${reachable(host)}:${port}/healthz`;

/** Asks the server of a configuration, from its own machine; throws when nobody answers in time. */
export const askSalud = (place: Place): Promise<Response> =>
  fetch(urlOf(place), {
    signal: AbortSignal.timeout(PATIENCE_MS),
    redirect: "error",
    // Its certificate is made out to another name than this one.
    tls: { rejectUnauthorized: false },
  });

/** Asks `/healthz`. @returns the exit code: 0 = it answered that it is alive, 1 = it did not */
export async function salud({ config, print, complain }: SaludOptions): Promise<number> {
  const url = urlOf(config);
  try {
    const answer = await askSalud(config);
    await answer.body?.cancel();
    if (!answer.ok) throw new Error(`contestó ${answer.status}`);
    print(`${url}: bien`);
    return 0;
  } catch (error) {
    complain(`${url} no contesta bien: ${error instanceof Error ? error.message : error}`);
    return 1;
  }
}
