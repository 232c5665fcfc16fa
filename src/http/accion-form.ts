/** What a page's form asks to be done: its fields read into a command, tags and a key. */
import type { Context } from "hono";
import { z } from "zod";
import { ACCIONES, type Command } from "../domain/command.ts";
import { isOcupable, NOTA_MAX, parseTag, type Tag } from "../domain/spool.ts";
import type { Env } from "./context.ts";

const MOTIVO_MAX = 500;
/** A key is 128 random bits from live.js; anything printable of this length will do. */
const KEY = /^[\x21-\x7e]{1,200}$/;

/** A form sends each line break as CR LF; the browser's own limit counts it as one character. */
const multiline = z.string().transform((text) => text.replace(/\r\n?/g, "\n").trim());

export const accionFields = z.object({
  accion: z.enum(ACCIONES as [string, ...string[]]),
  operacion: z.string().optional(),
  motivo: z.string().trim().max(MOTIVO_MAX).optional(),
  texto: multiline.pipe(z.string().max(NOTA_MAX)).optional(),
});
export type AccionFields = z.output<typeof accionFields>;

/** The command that a form asks for; a string is the sentence that says what is wrong with it. */
export function toCommand({ accion, operacion, motivo, texto }: AccionFields): Command | string {
  switch (accion) {
    case "TOMAR":
    case "PAUSAR":
    case "COMPLETAR":
    case "CANCELAR":
      return operacion !== undefined && isOcupable(operacion)
        ? { accion, operacion }
        : "Falta la operación: ARM, SOLD o REPARACION";
    case "LIBERAR":
    case "DESBLOQUEAR":
      return motivo ? { accion, motivo } : "Falta el motivo";
    case "ANOTAR":
      return texto ? { accion, texto } : "Falta el texto de la nota";
    case "RECHAZAR":
      return motivo ? { accion, motivo } : { accion };
    case "DESHACER":
      return { accion };
    default:
      return { accion: "APROBAR" };
  }
}

/** A tag that travels URL-encoded, because a form would not bring it back as it is. */
export function parseTagUri(text: string): Tag | null {
  try {
    return parseTag(decodeURIComponent(text));
  } catch {
    return null; // decodeURIComponent has no other way to say that it is no URL-encoded text
  }
}

/** The idempotency key as the page's script sent it, null without JavaScript. */
export function readKey(c: Context<Env>): string | null | "malformed" {
  const key = c.req.header("Idempotency-Key") ?? null;
  return key === null || KEY.test(key) ? key : "malformed";
}

/**
 * A key as the ledger has it. Keys are a worker's own on one tablet: who guesses another's must not
 * be told its outcome. Spools of a batch have a key each, by their place in it.
 */
export function ledgerKey(c: Context<Env>, key: string, place?: number): string {
  const { dispositivo, trabajador } = c.get("actor");
  return [dispositivo, trabajador.id, key, ...(place === undefined ? [] : [place])].join(" ");
}
