/** What the pages through which people get in share. */
import type { Context } from "hono";
import { z } from "zod";
import type { Shell } from "../../views/layout.tsx";
import { parseTrabajadorId, type Trabajador } from "../domain/trabajador.ts";
import type { Deps, Env } from "./context.ts";
import type { Probado } from "./entrar.ts";
import { busy } from "./fields.ts";
import type { Pages } from "./pages.ts";
import { type Told, tell } from "./refusals.ts";

/**
 * Longer than any secret that we take, in UTF-16 units: a password's 256 characters may be of two
 * each. What is longer is not even hashed.
 */
export const SECRET_MAX = 512;

export const nameForm = z.object({ trabajador: z.string().max(20), volver: z.string().optional() });

/** The shell of a page that no browser keeps, with its script. */
export function entradaShell(c: Context<Env>, pages: Pages, titulo: string): Shell {
  c.header("Cache-Control", "no-store");
  return { ...pages.still(c, titulo), extra: ["entrada.css", "entrada.js"] };
}

/** Who a form is about: only active workers. */
export function picked({ floor }: Pick<Deps, "floor">, text: string): Trabajador | Told {
  const id = parseTrabajadorId(text);
  const trabajador = id === null ? undefined : floor.trabajador(id);
  return trabajador?.activo
    ? trabajador
    : tell({ code: "TRABAJADOR_NO_ENCONTRADO", id: text.slice(0, 20) });
}

/** Too many secrets at once: none was looked at. */
export const notNow = (error: unknown): Probado => ({
  ok: false,
  told: busy(error),
  reintentarS: 1,
});

/** The status of a refused attempt, with when it is worth another try. */
export function statusOf(c: Context<Env>, { told, reintentarS }: Extract<Probado, { ok: false }>) {
  if (reintentarS !== undefined) c.header("Retry-After", String(reintentarS));
  return told.status;
}
