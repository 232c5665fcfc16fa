/** What went wrong in one line for whoever runs ZEUES: what it is about, what to do; no stack. */
import type { Config } from "../config.ts";
import { wordsOf } from "../ledger/fault-words.ts";
import { printable } from "../log.ts";
import { askSalud } from "./salud.ts";

/** A path or an argument may be as long as the system lets it. */
const LINE_MAX = 600;
const PATH_MAX = 200;

interface SystemFault {
  readonly code?: string;
  readonly path?: string;
  readonly syscall?: string;
}

/** An error in one line. Those of ours are sentences already; the system's are put into words. */
export function explain(error: unknown): string {
  const { path = "", code } = Object(error) as SystemFault;
  const words = wordsOf(error);
  const message = error instanceof Error ? error.message : String(error);
  const where = path.length > PATH_MAX ? `${path.slice(0, PATH_MAX)}…` : path;
  const line = words === null ? message : `${where ? `${where}: ` : ""}${words} (${code})`;
  return printable(line.length > LINE_MAX ? `${line.slice(0, LINE_MAX)}…` : line);
}

/** Whether what has the port is a ZEUES too. */
async function isZeues(place: Pick<Config, "host" | "port" | "tls">): Promise<boolean> {
  try {
    const body = (await (await askSalud(place)).json()) as { ok?: unknown; version?: unknown };
    return typeof body.ok === "boolean" && typeof body.version === "string";
  } catch {
    return false;
  }
}

/**
 * Why a server could not listen.
 * @returns the error itself when it is about something else
 */
export async function explainListening(
  error: unknown,
  place: Pick<Config, "host" | "port" | "tls">,
): Promise<unknown> {
  const { host, port } = place;
  const { code = "", syscall } = Object(error) as SystemFault;
  const say = (line: string) => new Error(line, { cause: error });
  if (code === "EADDRINUSE") {
    const who = (await isZeues(place)) ? "otro ZEUES" : "otro programa";
    return say(`el puerto ${port} ya lo usa ${who}: ciérralo (ss -ltnp lo nombra) o cambia PORT`);
  }
  if (code === "EACCES" && syscall === "listen") {
    return say(
      `este usuario no puede abrir el puerto ${port}: usa PORT=1024 o más con un proxy delante, ` +
        "o da CAP_NET_BIND_SERVICE",
    );
  }
  const noAddress = ["EADDRNOTAVAIL", "EAFNOSUPPORT", "ENOTFOUND", "EAI_AGAIN"].includes(code);
  // Of a name that no address is known of, Bun 1.4.5 tells whatever call failed last before it.
  const stale = syscall === "listen" && (code === "EINVAL" || code === "ENOENT");
  if (noAddress || stale) {
    return say(`HOST=${host} no es una dirección de esta máquina: 0.0.0.0 escucha en todas`);
  }
  return error;
}
