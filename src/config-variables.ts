/** The table of variables (spec 9): how each is read, its default, what it means. */

import { publicOrigin, type TrustedProxy, trustedProxy } from "./config-net.ts";
import { isZone } from "./domain/fecha.ts";
import { DEFAULT_POLICY, type Policy } from "./domain/policy.ts";
import { address, privateKey, sheetId } from "./google/access.ts";
import { describeTarget, parseRedisUrl, type RedisTarget } from "./ledger/redis-url.ts";
import { LOG_LEVELS, type LogLevel } from "./log.ts";

export interface Variable<T> {
  /** @returns the value, or null when the text is none. */
  readonly parse: (text: string) => T | null;
  readonly fallback: T;
  /** What a right value looks like, in Spanish, for the one line. */
  readonly form: string;
  readonly meaning: string;
  /** What of a right value may be shown, where it holds a secret. */
  readonly masked?: (text: string) => string;
}

const variable = <T>(v: Variable<T>): Variable<T> => v;
const optional = <T>(v: Omit<Variable<T | null>, "fallback">) => variable({ ...v, fallback: null });

const whole = (min: number, max: number) => (text: string) => {
  const n = Number(text);
  return /^\d{1,9}$/.test(text) && n >= min && n <= max ? n : null;
};

const oneOf =
  <T extends string>(...values: readonly T[]) =>
  (text: string): T | null =>
    values.find((value) => value === text) ?? null;

const filled = (text: string): string | null => (text.trim() === "" ? null : text);

/** Bearer tokens shorter than this could be guessed (spec 8). */
const TOKEN_MIN = 32;

export const VARIABLES = {
  PORT: variable<number>({
    parse: whole(0, 65_535),
    fallback: 3000,
    form: "un número de 0 a 65535",
    meaning: "port; 0 takes a free one",
  }),
  HOST: variable<string>({
    parse: filled,
    fallback: "0.0.0.0",
    form: "una dirección",
    meaning: "address to listen on",
  }),
  ZEUES_DATA: variable<string>({
    parse: filled,
    fallback: "./data",
    form: "una carpeta",
    meaning: "folder of the SQLite ledger; created when missing",
  }),
  REDIS_URL: optional<RedisTarget>({
    parse: parseRedisUrl,
    form: "redis://, rediss://, redis+sentinel:// o redis+cluster:// con sus servidores",
    meaning: "the Redis ledger instead of SQLite",
    masked: (text) => {
      const target = parseRedisUrl(text);
      return target ? describeTarget(target) : "";
    },
  }),
  ZEUES_CHANNEL: variable<string>({
    parse: filled,
    fallback: "spools:updates",
    form: "un nombre de canal",
    meaning: "channel of the messages to other programs (Redis)",
  }),
  GOOGLE_SHEET_ID: optional<string>({
    parse: sheetId,
    form: "el id de la planilla o su dirección https://docs.google.com/spreadsheets/d/…",
    meaning: "the spreadsheet to keep in step with; without it, import and export",
  }),
  GOOGLE_APPLICATION_CREDENTIALS: optional<string>({
    parse: filled,
    form: "el archivo JSON de la credencial",
    meaning: "file of a service account's key or of a workload identity",
  }),
  GOOGLE_SERVICE_ACCOUNT_EMAIL: optional<string>({
    parse: (text) => (/^[^\s@]+@[^\s@]+$/.test(text) ? text : null),
    form: "el correo de la cuenta de servicio",
    meaning: "service account, with GOOGLE_PRIVATE_KEY; goes before the file",
  }),
  GOOGLE_PRIVATE_KEY: optional<string>({
    parse: privateKey,
    form: "la clave privada RSA completa, de -----BEGIN a -----END, con sus saltos de línea o \\n",
    meaning: "its private key, newlines as \\n",
    masked: ({ length }) => `secreto, ${length} caracteres`,
  }),
  GOOGLE_API_ROOT: optional<string>({
    parse: address(false),
    form: "una dirección http:// o https:// sin ruta",
    meaning: "another root of the Sheets API: a private endpoint, an emulator",
  }),
  GOOGLE_TOKEN_URL: optional<string>({
    parse: address(true),
    form: "una dirección http:// o https://",
    meaning: "another place that gives a service account its tokens",
  }),
  ZEUES_TZ: variable<string>({
    parse: (text) => (isZone(text) ? text : null),
    fallback: DEFAULT_POLICY.zone,
    form: "una zona horaria como America/Santiago",
    meaning: "the shop's time zone",
  }),
  ZEUES_SOLD_AFTER: variable<Policy["soldAfter"]>({
    parse: oneOf("arm-begun", "arm-completed"),
    fallback: DEFAULT_POLICY.soldAfter,
    form: "arm-begun o arm-completed",
    meaning: "when SOLD may be taken",
  }),
  ZEUES_MAX_CYCLES: variable<number>({
    parse: whole(0, 99),
    fallback: DEFAULT_POLICY.maxCycles,
    form: "un número de 0 a 99",
    meaning: "rejections before BLOQUEADO; 0 = no limit",
  }),
  ZEUES_DEMO: variable<"on" | "off" | "auto">({
    parse: oneOf("on", "off"),
    fallback: "auto",
    form: "on u off",
    meaning: "a made-up shop; by default while nothing was imported and there is no sheet",
  }),
  ZEUES_API_TOKEN: optional<string>({
    parse: (text) => (text.length >= TOKEN_MIN && /^[\x21-\x7e]+$/.test(text) ? text : null),
    form: `${TOKEN_MIN} caracteres o más, sin espacios`,
    meaning: "bearer token of the JSON API, with all roles",
    masked: ({ length }) => `secreto, ${length} caracteres`,
  }),
  ZEUES_PUBLIC_URL: optional<string>({
    parse: publicOrigin,
    form: "una dirección http:// o https:// sin ruta, como https://zeues.taller.cl",
    meaning: "public address: of links, and the only Origin of changes",
  }),
  ZEUES_TRUSTED_PROXY: optional<TrustedProxy>({
    parse: trustedProxy,
    form: "direcciones IP o redes como 10.0.0.0/8, separadas por comas; nunca todas",
    meaning: "proxies whose X-Forwarded-For, -Proto and -Host are believed",
  }),
  ZEUES_TLS_CERT: optional<string>({
    parse: filled,
    form: "el archivo PEM del certificado con su cadena",
    meaning: "serves https: file of the certificate chain; read anew when it changes",
  }),
  ZEUES_TLS_KEY: optional<string>({
    parse: filled,
    form: "el archivo PEM de la clave privada",
    meaning: "file of its private key",
  }),
  ZEUES_LOG: variable<LogLevel>({
    parse: oneOf(...LOG_LEVELS),
    fallback: "info",
    form: LOG_LEVELS.join(", "),
    meaning: "log level",
  }),
} as const;
