/** What supervisors and the command line hand out: codes, links, tokens. Shown once, hashed. */
import type { Alta, RolDeToken, Tablet, Token } from "../domain/acceso.ts";
import type { TrabajadorId } from "../domain/trabajador.ts";
import { codeOf, hashSecret, randomCode, randomSecret, sha256 } from "./secret.ts";

/** Spec 8: a tablet's code, ten minutes. */
export const CODIGO_MS = 10 * 60_000;
/** A link is opened by whoever begins the next shift. */
export const ENLACE_MS = 24 * 3_600_000;
/** Each open code is looked at when one is typed, 50 ms each; nobody enrols more at once. */
export const CODIGOS_MAX = 5;

/** The link of the first start: there is one, the newest. */
export const PRIMERA = "primera";

const ID_BYTES = 6;
/** What a leak of it is found by (as other services' tokens have it). */
const TOKEN_PREFIX = "zt_";

const randomId = (): string => randomSecret(ID_BYTES);

/** A code that enrols a tablet under this name. Throws Busy. */
export async function newCodigo(nombre: string, nowMs: number): Promise<[Alta, code: string]> {
  const code = randomCode();
  const hash = await hashSecret(codeOf(code));
  const bare = { kind: "alta", version: 1, id: randomId(), hash, para: "tablet" } as const;
  return [{ ...bare, nombre, trabajadorId: null, venceMs: nowMs + CODIGO_MS }, code];
}

/**
 * A link's secret that makes somebody a supervisor, or gives one a new password.
 * @param quien the worker whose it is; null = whoever has it says who they are
 */
export function newEnlace(
  { id = randomId(), quien }: { readonly id?: string; readonly quien: TrabajadorId | null },
  nowMs: number,
): [Alta, secret: string] {
  const secret = randomSecret();
  const hash = sha256(secret);
  const bare = { kind: "alta", version: 1, id, hash, para: "supervisor", nombre: "" } as const;
  return [{ ...bare, trabajadorId: quien, venceMs: nowMs + ENLACE_MS }, secret];
}

/** The link, its secret where no server and no log sees it (RFC 3986, 3.5). */
export const enlaceDe = (origin: string, secret: string): string =>
  `${origin}/supervisor#${secret}`;

/** The link that a tablet's camera reads. */
export const enlaceDeTablet = (origin: string, code: string): string => `${origin}/tablet#${code}`;

/** A tablet, and the cookie that is its only key. */
export function newTablet(nombre: string, nowMs: number): [Tablet, cookie: string] {
  const cookie = randomSecret();
  const bare = { kind: "tablet", version: 1, id: randomId(), nombre } as const;
  return [{ ...bare, hash: sha256(cookie), desdeMs: nowMs }, cookie];
}

/**
 * A program's token.
 * @param vence epoch milliseconds; null = until it is revoked
 */
export function newToken(
  told: {
    readonly nombre: string;
    readonly roles: readonly RolDeToken[];
    readonly trabajadorId: TrabajadorId | null;
    readonly venceMs: number | null;
  },
  nowMs: number,
): [Token, secret: string] {
  const secret = `${TOKEN_PREFIX}${randomSecret()}`;
  const bare = { kind: "token", version: 1, id: randomId(), ...told } as const;
  return [{ ...bare, hash: sha256(secret), desdeMs: nowMs }, secret];
}
