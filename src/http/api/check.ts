/** Requests read into checked values; what is wrong becomes one Spanish sentence (spec 3, 400). */
import type { Context } from "hono";
import type { z } from "zod";
import { parseTag, TAG_MAX, type Tag } from "../../domain/spool.ts";
import type { Env } from "../context.ts";
import { tellEdge } from "../refusals.ts";
import { good, type Result, refuse } from "./reply.ts";

type Path = readonly PropertyKey[];

/** `tags[3]`. */
const nameOf = (path: Path): string =>
  path.map((part) => (typeof part === "number" ? `[${part}]` : String(part))).join("");

const isMissing = (input: unknown, [field]: Path): boolean =>
  typeof input === "object" &&
  input !== null &&
  field !== undefined &&
  !Object.hasOwn(input, field);

const invalid = (sentence: string): Result<never> =>
  refuse(tellEdge("SOLICITUD_INVALIDA", sentence));

/**
 * Checks a request's part against its schema.
 * @param what how the sentence calls one of its values
 */
export function check<T>(
  schema: z.ZodType<T>,
  input: unknown,
  what: "campo" | "parámetro",
): Result<T> {
  const result = schema.safeParse(input);
  if (result.success) return good(result.data);
  const [issue] = result.error.issues;
  const path = issue?.path ?? [];
  if (path.length === 0) return invalid("El cuerpo debe ser un objeto JSON");
  const name = nameOf(path);
  if (isMissing(input, path)) return invalid(`Falta el ${what} ${name}`);
  return invalid(`El ${what} ${name} ${issue?.message}`);
}

/** The schemas of what is asked: 10 ms when a program first asks, which no start waits for. */
export const requests = () => import("./requests.ts");

/** Reads a JSON body: 415 for another content type, 400 for what its schema refuses. */
export async function readBody<T>(c: Context<Env>, schema: z.ZodType<T>): Promise<Result<T>> {
  if (!/^application\/json\s*(;|$)/i.test(c.req.header("Content-Type") ?? "")) {
    return refuse(tellEdge("TIPO_NO_SOPORTADO", "El cuerpo debe ser application/json"));
  }
  const text = await c.req.text();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // JSON.parse has no other way to say that a text is no JSON.
    return invalid("El cuerpo no es JSON válido");
  }
  return check(schema, json, "campo");
}

/** Reads the query; an empty parameter is left out, of a repeated one the first counts. */
export function readQuery<T>(c: Context<Env>, schema: z.ZodType<T>): Result<T> {
  const given = Object.entries(c.req.query()).filter(([, value]) => value !== "");
  return check(schema, Object.fromEntries(given), "parámetro");
}

/**
 * The tag at the end of a path, `/api/spools/TAG`: taken from the URL as it came and decoded once,
 * because it may hold whatever a cell holds, also `/` and `%`.
 * @param under what stands before it, `/spools/`
 */
export function readTag(c: Context<Env>, under: string): Result<Tag> {
  const { pathname } = new URL(c.req.url);
  const encoded = pathname.slice(pathname.indexOf(under) + under.length);
  let text: string;
  try {
    text = decodeURIComponent(encoded);
  } catch {
    // decodeURIComponent has no other way to say that a %-sequence is malformed.
    return invalid("El tag de la dirección está mal codificado");
  }
  const tag = parseTag(text);
  return tag === null
    ? invalid(`El tag de la dirección debe tener de 1 a ${TAG_MAX} caracteres`)
    : good(tag);
}

/** Bounds what a program may make us remember; printable ASCII fits any log. */
const KEY = /^[\x20-\x7e]{1,200}$/;

/** The `Idempotency-Key` header, undefined when there is none. */
export function readKey(c: Context<Env>): Result<string | undefined> {
  const key = c.req.header("Idempotency-Key");
  return key === undefined || KEY.test(key)
    ? good(key)
    : invalid("El encabezado Idempotency-Key debe tener de 1 a 200 caracteres ASCII imprimibles");
}
