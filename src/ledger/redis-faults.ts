/**
 * What Redis refuses, in words for the people who run it (issue 4, bad input). Whether the work was
 * done is known from the kind of error: Redis's own refusals come before anything is written.
 */
import { ReplyError } from "ioredis";
import { AnswerLost } from "./answer-lost.ts";
import { LedgerUnavailable } from "./ledger.ts";

/** One line for `/readyz`, the log and, shortened, the page. By the first word of Redis's reply. */
const REASONS: Readonly<Record<string, string>> = {
  OOM: "Redis está lleno (OOM): súbele maxmemory o libera memoria",
  READONLY: "este Redis es una réplica de solo lectura (READONLY): apunta REDIS_URL al maestro",
  NOAUTH: "Redis pide contraseña (NOAUTH): ponla en REDIS_URL",
  WRONGPASS: "Redis no acepta el usuario o la contraseña de REDIS_URL (WRONGPASS)",
  NOPERM: "el usuario de REDIS_URL no tiene permiso (NOPERM)",
  WRONGTYPE: "una clave de ZEUES en Redis es de otro tipo (WRONGTYPE): alguien escribió en ella",
  LOADING: "Redis está cargando sus datos (LOADING)",
  MISCONF: "Redis no puede guardar en disco (MISCONF)",
  MASTERDOWN: "la réplica de Redis perdió a su maestro (MASTERDOWN)",
  CLUSTERDOWN: "el clúster de Redis no está completo (CLUSTERDOWN)",
  NOREPLICAS: "a Redis le faltan réplicas (NOREPLICAS)",
  BUSY: "Redis está ocupado con un script (BUSY)",
  UNKILLABLE: "Redis está ocupado con un script (UNKILLABLE)",
};

/** With these no commit is stored until somebody does something, or Redis is done with it. */
const BLOCKING = new Set(
  "OOM READONLY NOAUTH WRONGPASS NOPERM MISCONF MASTERDOWN CLUSTERDOWN NOREPLICAS".split(" "),
);

const firstWord = (message: string): string => /^[A-Z]+/.exec(message)?.[0] ?? "";

/** Redis's refusal as one line, null when it is another error (no connection, no answer). */
export function refusalOf(error: unknown): { word: string; detail: string } | null {
  if (!(error instanceof ReplyError)) return null;
  const { message } = error as Error;
  // A script's error may come as `ERR ... script: ..., on @user_script:1.` around the real one.
  const inner = /(?:^|[ :-])(OOM|READONLY|WRONGTYPE|NOPERM|MISCONF|NOREPLICAS)\b/.exec(message);
  const word = REASONS[firstWord(message)] ? firstWord(message) : (inner?.[1] ?? "");
  return { word, detail: REASONS[word] ?? `Redis: ${message}` };
}

export const blocksWrites = (error: unknown): boolean => BLOCKING.has(refusalOf(error)?.word ?? "");

/** ioredis's words for a command that it did not even try to send. */
const NOT_SENT = /enableOfflineQueue options is false/;

/** Whether Redis may have got the command. */
export const wasSent = ({ message }: AnswerLost): boolean => !NOT_SENT.test(message);

/** An error of ioredis as LedgerUnavailable, or as AnswerLost, which the caller clears up. */
export function faultOf(error: unknown): LedgerUnavailable | AnswerLost {
  if (error instanceof LedgerUnavailable || error instanceof AnswerLost) return error;
  const refusal = refusalOf(error);
  if (refusal) return new LedgerUnavailable(refusal.detail, { cause: error });
  const message = error instanceof Error ? error.message : String(error);
  return new AnswerLost(message, { cause: error });
}
