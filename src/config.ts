/**
 * The configuration: the table of variables (config-variables.ts), read once, frozen. A bad value
 * stops the start with one line that names it.
 */
import { nearest } from "./config-nearest.ts";
import type { TrustedProxy } from "./config-net.ts";
import { VARIABLES, type Variable } from "./config-variables.ts";
import type { Policy } from "./domain/policy.ts";
import type { Access } from "./google/access.ts";
import type { RedisTarget } from "./ledger/redis-url.ts";
import type { LogLevel } from "./log.ts";

type Name = keyof typeof VARIABLES;

/** Their names; docs and deployments are checked against them. */
export const VARIABLE_NAMES = Object.keys(VARIABLES) as readonly Name[];
type Values = { readonly [N in Name]: (typeof VARIABLES)[N]["fallback"] };

/** Files of direct TLS, PEM. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

export interface Config {
  readonly port: number;
  readonly host: string;
  readonly dataFolder: string;
  /** Where the Redis ledger is; null = the SQLite one in `dataFolder`. */
  readonly redis: RedisTarget | null;
  readonly channel: string;
  /** Null = no sync. */
  readonly google: Access | null;
  readonly policy: Policy;
  readonly demo: "on" | "off" | "auto";
  readonly apiToken: string | null;
  /** The public address as a browser's Origin has it; null = whatever the request was sent to. */
  readonly publicUrl: string | null;
  /** Whose X-Forwarded-… headers are believed; null = nobody's. */
  readonly trustedProxy: TrustedProxy | null;
  /** Null = plain http. */
  readonly tls: TlsFiles | null;
  readonly logLevel: LogLevel;
}

/** A variable that can't be used; its message is for people. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

function read<N extends Name>(name: N, env: Readonly<Record<string, string | undefined>>) {
  const { parse, fallback, form } = VARIABLES[name];
  const text = env[name];
  if (text === undefined || text === "") return fallback;
  const value = parse(text);
  // A secret's own text must not end up in a log.
  if (value === null) throw new ConfigError(`${name} no sirve: debe ser ${form}`);
  return value;
}

function googleOf(v: Values): Access | null {
  const { GOOGLE_SHEET_ID: sheetId, GOOGLE_SERVICE_ACCOUNT_EMAIL: email } = v;
  const { GOOGLE_PRIVATE_KEY: privateKey, GOOGLE_APPLICATION_CREDENTIALS: credentialsFile } = v;
  const { GOOGLE_API_ROOT: apiRoot, GOOGLE_TOKEN_URL: tokenUrl } = v;
  const account = email && privateKey ? Object.freeze({ email, privateKey }) : null;
  if (!account && (email || privateKey)) {
    const pair = "GOOGLE_SERVICE_ACCOUNT_EMAIL y GOOGLE_PRIVATE_KEY";
    throw new ConfigError(`${pair} no sirven: deben ponerse las dos`);
  }
  return sheetId === null
    ? null
    : Object.freeze({ sheetId, account, credentialsFile, apiRoot, tokenUrl });
}

function tlsOf({ ZEUES_TLS_CERT: cert, ZEUES_TLS_KEY: key }: Values): TlsFiles | null {
  if (cert && key) return Object.freeze({ cert, key });
  if (!cert && !key) return null;
  throw new ConfigError("ZEUES_TLS_CERT y ZEUES_TLS_KEY no sirven: deben ponerse las dos");
}

/** Made-up data must never be written into a real workbook. */
function demoOf({ GOOGLE_SHEET_ID: sheetId, ZEUES_DEMO: demo }: Values): Config["demo"] {
  if (sheetId === null) return demo;
  if (demo !== "on") return "off";
  const why = "los datos inventados no van a una planilla de verdad";
  throw new ConfigError(`ZEUES_DEMO=on no sirve junto con GOOGLE_SHEET_ID: ${why}`);
}

/** Reads the configuration from an environment. Throws ConfigError naming the bad variable. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const v = Object.fromEntries(
    VARIABLE_NAMES.map((name) => [name, read(name, env)]),
  ) as unknown as Values;
  return Object.freeze({
    port: v.PORT,
    host: v.HOST,
    dataFolder: v.ZEUES_DATA,
    redis: v.REDIS_URL,
    channel: v.ZEUES_CHANNEL,
    google: googleOf(v),
    policy: Object.freeze({
      zone: v.ZEUES_TZ,
      soldAfter: v.ZEUES_SOLD_AFTER,
      maxCycles: v.ZEUES_MAX_CYCLES,
    }),
    demo: demoOf(v),
    apiToken: v.ZEUES_API_TOKEN,
    publicUrl: v.ZEUES_PUBLIC_URL,
    trustedProxy: v.ZEUES_TRUSTED_PROXY,
    tls: tlsOf(v),
    logLevel: v.ZEUES_LOG,
  });
}

/** A variable as an environment has it, for people; without secrets. */
export interface Setting {
  readonly name: string;
  readonly kind: "set" | "default" | "bad";
  /** The value in use; what a right one looks like where it is bad. */
  readonly text: string;
}

/** Every variable, in the table's order, however bad one is. */
export const readSettings = (
  env: Readonly<Record<string, string | undefined>>,
): readonly Setting[] =>
  VARIABLE_NAMES.map((name) => {
    const { parse, fallback, form, masked = String }: Variable<unknown> = VARIABLES[name];
    const text = env[name];
    if (text === undefined || text === "") {
      return { name, kind: "default", text: fallback === null ? "sin poner" : String(fallback) };
    }
    if (parse(text) === null) return { name, kind: "bad", text: form };
    return { name, kind: "set", text: masked(text) };
  });

/** Variables that look like ours and are none, each with the one that may be meant. */
export const strangers = (env: Readonly<Record<string, string | undefined>>) =>
  Object.keys(env)
    .filter((name) => name.startsWith("ZEUES_") && !VARIABLE_NAMES.some((known) => known === name))
    .sort()
    .map((name) => ({ name, near: nearest(name, VARIABLE_NAMES) }));

/** The table as `zeues help` prints it. */
export const describeVariables = (): string =>
  Object.entries(VARIABLES)
    .map(([name, { fallback, meaning }]) => `  ${name.padEnd(31)}${meaning} (${fallback ?? "-"})`)
    .join("\n");
