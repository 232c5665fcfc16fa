/** Forms through which people get in: their fields, and what happens when too many come at once. */
import type { Context } from "hono";
import type { z } from "zod";
import { Busy } from "../identity/secret.ts";
import type { Env } from "./context.ts";
import { readForm } from "./form.ts";
import { type Told, tellEdge } from "./refusals.ts";

/** A form's fields by their schema, or why not (400, 415). */
export async function fieldsOf<S extends z.ZodType>(
  c: Context<Env>,
  schema: S,
): Promise<
  { readonly ok: true; readonly fields: z.infer<S> } | { readonly ok: false; readonly told: Told }
> {
  const read = await readForm(c);
  if (!read.ok) return read;
  const asked = schema.safeParse(read.fields);
  return asked.success
    ? { ok: true, fields: asked.data }
    : { ok: false, told: tellEdge("SOLICITUD_INVALIDA") };
}

/** Too many secrets at once: nothing was looked at (503). Throws what is no Busy. */
export function busy(error: unknown): Told {
  if (!(error instanceof Busy)) throw error;
  return tellEdge("SERVICIO_NO_DISPONIBLE");
}
