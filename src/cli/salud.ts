/**
 * `zeues salud`: is the server of this configuration alive? For container engines, whose images
 * hold nothing else that could ask.
 */
import type { Config } from "../config.ts";

/** Less than any health check of docs/deploy waits. */
const PATIENCE_MS = 2_000;

export interface SaludOptions {
  readonly config: Pick<Config, "host" | "port">;
  readonly print: (line: string) => void;
  readonly complain: (line: string) => void;
}

/** Where a server that listens on `host` is reached from the same machine. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

/** Asks `/healthz`. @returns the exit code: 0 = it answered that it is alive, 1 = it did not */
export async function salud({ config, print, complain }: SaludOptions): Promise<number> {
  const url = `http://${reachable(config.host)}:${config.port}/healthz`;
  try {
    const answer = await fetch(url, {
      signal: AbortSignal.timeout(PATIENCE_MS),
      redirect: "error",
    });
    await answer.body?.cancel();
    if (!answer.ok) throw new Error(`contestó ${answer.status}`);
    print(`${url}: bien`);
    return 0;
  } catch (error) {
    complain(`${url} no contesta bien: ${error instanceof Error ? error.message : error}`);
    return 1;
  }
}
