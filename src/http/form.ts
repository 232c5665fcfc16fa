/** A browser's form, read: the only bodies that pages take. */
import type { Context } from "hono";
import type { Env } from "./context.ts";
import { type Told, tellEdge } from "./refusals.ts";

const FORM = /^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i;

export type Form =
  | { readonly ok: true; readonly fields: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly told: Told };

/**
 * Reads the fields of a request; the last of equal names counts.
 * @param all of equal names all count: the field is then a list
 */
export async function readForm(c: Context<Env>, all = false): Promise<Form> {
  if (!FORM.test(c.req.header("Content-Type") ?? "")) {
    return { ok: false, told: tellEdge("TIPO_NO_SOPORTADO") };
  }
  // A cut or malformed multipart body is the sender's fault.
  const fields = await c.req.parseBody({ all }).catch(() => null);
  return fields ? { ok: true, fields } : { ok: false, told: tellEdge("SOLICITUD_INVALIDA") };
}
