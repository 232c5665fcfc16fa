/**
 * How somebody gets in: their secret is looked at, a session begins, the browser is told.
 *
 * The order is the same whoever asks: the attempt is counted, then the secret is looked at, then
 * the answer is given; so neither time nor text tells who exists (spec 8).
 */
import type { Context } from "hono";
import { barrer, olvidarWrite, reservarIntento, standing } from "../actions/acceso.ts";
import { autorOf } from "../actions/autor.ts";
import { iniciarSesion, VENCIDAS_MAX } from "../actions/sesion.ts";
import {
  accesoKey,
  type Intentos,
  type Pin,
  parseUsuario,
  type Supervisor,
  type Tablet,
} from "../domain/acceso.ts";
import type { Prueba, Sesion } from "../domain/sesion.ts";
import { enPantalla, firmaOf, type Trabajador } from "../domain/trabajador.ts";
import { conocidoCookie, conocidoNonce } from "../identity/conocido.ts";
import { sha256, verifySecret } from "../identity/secret.ts";
import { actorOf, SESSION_MS } from "../identity/session.ts";
import type { Deps, Env } from "./context.ts";
import { readCookie, writeCookie } from "./cookies.ts";
import { showOwn } from "./middleware/own-writes.ts";
import { type Told, tellEdge } from "./refusals.ts";

/** A person has a tablet or two, a desk and a phone; the oldest ends for an eleventh. */
const SESIONES_MAX = 10;
/**
 * Strangers' attempts share this many counts, by the name that they give, so that made-up names
 * fill no store, and a name that exists is counted like one that does not.
 */
const CUBETAS = 64;

const MS_PER_S = 1_000;

export type Probado =
  | { readonly ok: true; readonly trabajador: Trabajador; readonly intentos: Intentos }
  | { readonly ok: false; readonly told: Told; readonly reintentarS?: number };

const espera = (seconds: number): string =>
  seconds < 60 ? `${seconds} segundos` : `${Math.ceil(seconds / 60)} minutos`;

/** Too many attempts before this one. */
function locked(hastaMs: number, nowMs: number): Probado {
  const reintentarS = Math.max(1, Math.ceil((hastaMs - nowMs) / MS_PER_S));
  const message = `Demasiados intentos. Espera ${espera(reintentarS)} e intenta otra vez`;
  return { ok: false, told: tellEdge("DEMASIADAS_SOLICITUDES", message), reintentarS };
}

interface Secret {
  /** Names person and place of the attempts. */
  readonly intentosId: string;
  readonly sobre: string;
  readonly given: string;
  readonly hash: string | null;
  readonly trabajador: Trabajador | null;
  readonly wrong: string;
}

/** Counts, looks, answers. Throws LedgerUnavailable, Busy. */
async function probar(c: Context<Env>, deps: Deps, secret: Secret): Promise<Probado> {
  const { intentosId, sobre, given, hash, trabajador, wrong } = secret;
  const reserva = await reservarIntento(deps, intentosId, sobre);
  const { address } = c.get("client");
  const about = { requestId: c.get("requestId"), intentos: intentosId, address };
  if (!reserva.ok) {
    deps.log.warn(about, "sign-in locked");
    deps.metrics.signIns.inc({ result: "locked" });
    return locked(reserva.hastaMs, deps.now());
  }
  const good = await verifySecret(given, hash);
  if (good && trabajador?.activo) return { ok: true, trabajador, intentos: reserva.intentos };
  deps.log.warn({ ...about, fallos: reserva.intentos.fallos }, "sign-in refused");
  deps.metrics.signIns.inc({ result: "refused" });
  return { ok: false, told: tellEdge("CREDENCIAL_INVALIDA", wrong) };
}

/** A worker's PIN on an enrolled tablet. */
export async function probarPin(
  c: Context<Env>,
  deps: Deps,
  { trabajador, tablet, pin }: { trabajador: Trabajador; tablet: Tablet; pin: string },
): Promise<Probado> {
  const stands = await standing<Pin>(deps, accesoKey("pin", String(trabajador.id)));
  return probar(c, deps, {
    intentosId: `pin:${trabajador.id}:${tablet.id}`,
    sobre: `${enPantalla(firmaOf(trabajador))} en ${tablet.nombre}`,
    given: pin,
    hash: stands?.clave ?? null,
    trabajador,
    wrong: "Ese PIN no es. Intenta otra vez",
  });
}

const bucketOf = (usuario: string): number =>
  Number.parseInt(sha256(usuario).slice(0, 8), 16) % CUBETAS;

/**
 * A supervisor's name and password, from anywhere. A browser on which they signed in before has
 * attempts of its own: whoever guesses from elsewhere locks only elsewhere (OWASP, device cookies).
 */
export async function probarClave(
  c: Context<Env>,
  deps: Deps,
  { usuario: text, clave }: { usuario: string; clave: string },
): Promise<{ readonly done: Probado; readonly supervisor: Supervisor | null }> {
  const usuario = parseUsuario(text);
  const supervisor = await standing<Supervisor>(deps, accesoKey("supervisor", usuario ?? "-"));
  const nonce =
    supervisor && conocidoNonce(readCookie(c, "zeues-conocido"), supervisor, deps.now());
  const done = await probar(c, deps, {
    intentosId:
      supervisor && nonce
        ? `clave:${supervisor.usuario}:${nonce}`
        : `clave:otros:${bucketOf(usuario ?? text)}`,
    sobre: supervisor ? supervisor.usuario : "un usuario que no existe",
    given: clave,
    hash: supervisor?.clave ?? null,
    trabajador: supervisor ? (deps.floor.trabajador(supervisor.trabajadorId) ?? null) : null,
    wrong: "El usuario o la clave no coinciden",
  });
  return { done, supervisor };
}

/** A supervisor's browser is known from now on. */
export function conocer(c: Context<Env>, deps: Deps, supervisor: Supervisor): void {
  const { value, maxAgeMs } = conocidoCookie(supervisor, deps.now());
  writeCookie(c, "zeues-conocido", value, maxAgeMs);
}

/** What a sign-in ends besides: what ran out, and the oldest of too many of the same person. */
function over({ sessions }: Deps, { id }: Trabajador): readonly Sesion[] {
  const mine = sessions
    .all()
    .filter(({ trabajadorId }) => trabajadorId === id)
    .sort((a, b) => a.sinceMs - b.sinceMs);
  const excess = mine.slice(0, Math.max(0, mine.length - SESIONES_MAX + 1));
  return [...excess, ...sessions.expired(VENCIDAS_MAX)];
}

/**
 * Begins a session, always a new one (no id from before survives a sign-in), and tells the browser.
 * Throws LedgerUnavailable; then whoever was there before still is.
 */
export async function entrar(
  c: Context<Env>,
  deps: Deps,
  {
    trabajador,
    prueba,
    intentos,
  }: {
    readonly trabajador: Trabajador;
    readonly prueba: Prueba;
    readonly intentos?: Intentos;
  },
): Promise<void> {
  const { sessions, accesos, ledger, log } = deps;
  const tabletId = c.get("tablet")?.id ?? null;
  const { cookie, sesion } = sessions.create({ trabajadorId: trabajador.id, prueba, tabletId });
  const actor = { ...actorOf(sesion, trabajador), requestId: c.get("requestId") };
  const nowMs = deps.now();
  // Another tab may still show the one before: its stream ends, and it asks who is there.
  const antes = sessions.find(readCookie(c, "zeues"), tabletId)?.sesion ?? null;
  const forgotten = intentos ? [olvidarWrite(intentos, autorOf(actor), nowMs)] : [];
  const swept = barrer([...accesos.all("alta"), ...accesos.all("intentos")], nowMs);
  const mine = new Set(forgotten.map(({ key }) => key));
  const con = [...forgotten, ...swept.filter(({ key }) => !mine.has(key))];
  const vencidas = over(deps, trabajador);
  const seq = await iniciarSesion(ledger, { sesion, actor, antes, vencidas, con }, nowMs);
  writeCookie(c, "zeues", cookie, SESSION_MS);
  const { address } = c.get("client");
  const { etiqueta: quien } = firmaOf(trabajador);
  log.info({ requestId: c.get("requestId"), quien, prueba, tabletId, address }, "signed in");
  deps.metrics.signIns.inc({ result: "ok" });
  await showOwn(c, deps, seq);
}
