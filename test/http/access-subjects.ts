/** Everybody who may stand before the door: what each of them brings with a request. */
import { quitar } from "../../src/actions/acceso.ts";
import { CONSOLA } from "../../src/actions/autor.ts";
import {
  accesoKey,
  type RolDeToken,
  type Supervisor,
  type Token,
} from "../../src/domain/acceso.ts";
import { ROLES } from "../../src/domain/trabajador.ts";
import { newToken } from "../../src/identity/alta.ts";
import { hashSecret } from "../../src/identity/secret.ts";
import { IDLE_TABLET_MS, SESSION_MS } from "../../src/identity/session.ts";
import type { Ledger } from "../../src/ledger/ledger.ts";
import { giveAcceso, pinOf, TABLET_COOKIE, TABLET_SECRET, tabletOf } from "../support/acceso.ts";
import { MAURICIO, NOW_MS, ROSA } from "../support/builders.ts";
import { cookieOf, signIn, TOKEN } from "../support/shop.ts";

/** A clock that the test moves on. */
export interface Clock {
  ms: number;
}

export const startOf = (): Clock => ({ ms: NOW_MS });

export interface Subject {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
}

const OTHER_SECRET = "the-secret-of-another-tablet-that-only-tests-have";
const OTHER_COOKIE = `zeues-tablet=${OTHER_SECRET}`;
const CLAVE = "una frase larga de prueba";
const USUARIO = "rosa.prueba";
const MINUTE_MS = 60_000;

export interface Place {
  readonly url: string;
  readonly ledger: Ledger;
  readonly clock: Clock;
}

const withCookies = (name: string, cookie: string): Subject => ({
  name,
  headers: { Cookie: cookie },
});
const withToken = (name: string, token: string): Subject => ({
  name,
  headers: { Authorization: `Bearer ${token}` },
});

/** A supervisor signs in with the password. @returns the session's cookie */
export async function signInByClave(url: string, usuario = USUARIO, clave = CLAVE) {
  const answer = await fetch(`${url}/sesion/clave`, {
    method: "POST",
    body: new URLSearchParams({ usuario, clave }),
    headers: { Origin: url },
    redirect: "manual",
  });
  return cookieOf(answer, "zeues");
}

/** Makes a token that holds as long as told, by default for good. @returns its text */
export async function giveToken(
  { ledger, clock }: Pick<Place, "ledger" | "clock">,
  roles: readonly RolDeToken[],
  parts: Partial<Pick<Token, "venceMs" | "trabajadorId">> = {},
): Promise<{ readonly secret: string; readonly token: Token }> {
  const told = { nombre: roles.join(), roles, trabajadorId: null, venceMs: null, ...parts };
  const [token, secret] = newToken(told, clock.ms);
  await giveAcceso(ledger, token);
  return { secret, token };
}

export async function giveSupervisor({ ledger, clock }: Pick<Place, "ledger" | "clock">) {
  const supervisor: Supervisor = {
    kind: "supervisor",
    version: 1,
    usuario: USUARIO,
    trabajadorId: ROSA.id,
    clave: await hashSecret(CLAVE),
    desdeMs: clock.ms,
  };
  await giveAcceso(ledger, supervisor);
}

/** Those whose time was up, or who were sent away; the clock moves on meanwhile. */
async function over(place: Place): Promise<readonly Subject[]> {
  const { url, ledger, clock } = place;
  const signed = () => signIn(url, MAURICIO.id, { tablet: TABLET_COOKIE });
  const tooOld = await signed();
  clock.ms += SESSION_MS - MINUTE_MS;
  const idle = await signed();
  clock.ms += IDLE_TABLET_MS;
  const left = await signed();
  await fetch(`${url}/sesion/salir`, {
    method: "POST",
    headers: { Cookie: left, Origin: url },
    redirect: "manual",
  });
  const lost = tabletOf("the-secret-of-a-tablet-that-was-stolen", "tablet-3");
  await giveAcceso(ledger, lost);
  const stolen = await signIn(url, MAURICIO.id, {
    tablet: "zeues-tablet=the-secret-of-a-tablet-that-was-stolen",
  });
  const said = { autor: CONSOLA, hecho: "tablet revocado", sobre: "tablet-3" } as const;
  const deps = { ledger, now: () => clock.ms };
  await quitar(deps, accesoKey("tablet", lost.id), said);
  const { secret: revoked, token } = await giveToken(place, [...ROLES]);
  const told = { autor: CONSOLA, hecho: "token revocado", sobre: token.nombre } as const;
  await quitar(deps, accesoKey("token", token.id), told);
  const { secret: expired } = await giveToken(place, [...ROLES], { venceMs: clock.ms });
  return [
    withCookies("sesión de 12 horas", tooOld),
    withCookies("sesión sin uso", idle),
    withCookies("sesión cerrada", left),
    withCookies("tablet revocado", stolen),
    withToken("token revocado", revoked),
    withToken("token vencido", expired),
  ];
}

/** Those who make something up. */
async function forged({ url }: Place): Promise<readonly Subject[]> {
  const worker = await signIn(url, MAURICIO.id, { tablet: TABLET_COOKIE });
  const [, session = ""] = worker.split("; ");
  const supervisor = await signInByClave(url);
  const [id = "", at = ""] = supervisor.split(".");
  return [
    withCookies("sesión de otro tablet", `${OTHER_COOKIE}; ${session}`),
    withCookies("firma falsa", `${id}.${at}.AAAAAAAAAAAAAAAAAAAAAA`),
    withCookies("sesión inventada", `zeues=${"A".repeat(43)}.${at}.AAAAAAAAAAAAAAAAAAAAAA`),
    withToken("token inventado", `zt_${"A".repeat(43)}`),
    withToken("cookie como token", id.replace("zeues=", "")),
  ];
}

/** All of them, ready to ask. */
export async function subjectsOf(place: Place): Promise<readonly Subject[]> {
  const { url, ledger, clock } = place;
  await giveAcceso(ledger, tabletOf(TABLET_SECRET));
  await giveAcceso(ledger, tabletOf(OTHER_SECRET, "tablet-2"));
  await giveAcceso(ledger, await pinOf(ROSA.id));
  await giveSupervisor(place);
  const gone = await over(place);
  const old = await signInByClave(url);
  clock.ms += 31 * MINUTE_MS;
  const tokens: Subject[] = [];
  for (const rol of [...ROLES, "Lectura"] as const) {
    tokens.push(withToken(`token ${rol}`, (await giveToken(place, [rol])).secret));
  }
  return [
    { name: "nadie", headers: {} },
    withCookies("tablet", TABLET_COOKIE),
    withCookies("trabajador", await signIn(url, MAURICIO.id, { tablet: TABLET_COOKIE })),
    withCookies("supervisor, PIN", await signIn(url, ROSA.id, { tablet: TABLET_COOKIE })),
    withCookies("supervisor, clave vieja", old),
    withCookies("supervisor, clave", await signInByClave(url)),
    ...(await forged(place)),
    ...gone,
    ...tokens,
    withToken("ZEUES_API_TOKEN", TOKEN),
  ];
}
