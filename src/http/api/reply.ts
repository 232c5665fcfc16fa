/** A refusal as JSON over HTTP: what every file here answers when something is not right. */
import type { Context } from "hono";
import type { Env } from "../context.ts";
import { RETRY_AFTER_S, type Told } from "../refusals.ts";
import { refusedJson } from "./to-wire.ts";

/** What was asked for, or why not, already in words. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly told: Told };

export const good = <T>(value: T): Result<T> => ({ ok: true, value });
export const refuse = (told: Told): Result<never> => ({ ok: false, told });

/** Answers a refusal with its status and the headers that belong to it (spec 3, RFC 9110). */
export function reply(c: Context<Env>, told: Told): Response {
  if (told.status === 401) c.header("WWW-Authenticate", "Bearer");
  if (told.status === 503) c.header("Retry-After", String(RETRY_AFTER_S));
  return c.json(refusedJson(told), told.status);
}
