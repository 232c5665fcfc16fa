/** What a start of the server tells whoever reads its terminal: how to get in, what to mind. */
import type { Running } from "../compose.ts";
import type { Config } from "../config.ts";
import { CREDENCIALES_DEMO } from "../domain/demo.ts";
import { enlaceDe } from "../identity/alta.ts";
import { LedgerUnavailable } from "../ledger/ledger.ts";

/** From source there is no command `zeues` yet. */
const zeues = (): string => (Bun.main.endsWith(".ts") ? "npm run zeues --" : "zeues");

/** Whoever waits for a page comes first: a commit takes a while in a process that has done none. */
const PRIMERA_AFTER_MS = 100;

const isLoopback = (host: string): boolean => /^(127\.[\d.]+|::1|localhost)$/i.test(host);

function* demoLines({ host }: Config): Generator<string> {
  const { usuario, clave, pin } = CREDENCIALES_DEMO;
  yield "Taller de demostración, con datos inventados.";
  yield "Para entrar: el botón «Usar este navegador como tablet del taller» de su página.";
  yield `Como supervisora: usuario ${usuario}, clave ${clave} (PIN ${pin}).`;
  if (!isLoopback(host)) {
    yield "Ojo: quien llegue a esta dirección entra con esas claves; HOST=127.0.0.1 lo evita.";
  }
  yield `Para usar los tuyos: ${zeues()} import CARPETA`;
}

/** The link of the first start. A ledger that can't keep it is no reason not to show the pages. */
async function* primeraLines({ primera }: Running, origin: string): AsyncGenerator<string> {
  let secret: string | null;
  await new Promise((resolve) => setTimeout(resolve, PRIMERA_AFTER_MS));
  try {
    secret = await primera();
  } catch (error) {
    if (!(error instanceof LedgerUnavailable)) throw error;
    yield `Nadie administra todavía, y no se pudo hacer un enlace: ${error.message}.`;
    yield "Cuando esté arreglado, empieza ZEUES otra vez.";
    return;
  }
  if (secret === null) return;
  yield "Nadie administra todavía. Quien abra este enlace y elija una clave, administra:";
  yield `  ${enlaceDe(origin, secret)}`;
  yield "Sirve una vez, por 24 horas. Cada inicio muestra uno nuevo; vale el último.";
}

/**
 * The lines, in their order.
 * @param origin where this process is reached, `http://localhost:3000`
 */
export async function* bienvenida(
  config: Config,
  running: Running,
  origin: string,
): AsyncGenerator<string> {
  yield `ZEUES escucha en ${origin}/`;
  const { host, publicUrl, trustedProxy, google, tls } = config;
  if (running.demo) yield* demoLines(config);
  else {
    yield* primeraLines(running, publicUrl ?? origin);
    const plain = !tls && !publicUrl?.startsWith("https:") && trustedProxy === null;
    if (plain && !isLoopback(host)) {
      yield "Ojo: sin https las claves pasan a la vista por la red (docs/security.md).";
    }
  }
  if (google) {
    const { account, credentialsFile } = google;
    const who = account?.email ?? credentialsFile ?? "la identidad de esta máquina";
    yield `Sincroniza con la planilla de Google (cuenta: ${who}).`;
  }
}
