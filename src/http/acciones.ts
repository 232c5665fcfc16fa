/** `POST /acciones`: one action from a page's form, with htmx or without JavaScript. */
import { type Context, Hono } from "hono";
import { z } from "zod";
import { novedadText } from "../../views/partes/novedad.tsx";
import { HechoSwap } from "../../views/rechazo.tsx";
import { act } from "../actions/act.ts";
import { ACCIONES, type Command } from "../domain/command.ts";
import { isOcupable, parseTag, type Tag } from "../domain/spool.ts";
import { standingFragments } from "../live/fragments.ts";
import type { Rows } from "../live/rows.ts";
import { type Deps, type Env, OWN_WRITE_MS } from "./context.ts";
import { parseVista } from "./eventos.ts";
import { readForm } from "./form.ts";
import { backOf, isHtmx, type Pages } from "./pages.ts";
import { type Told, tell, tellEdge } from "./refusals.ts";

const MOTIVO_MAX = 500;
/** A key is 128 random bits from live.js; anything printable of this length will do. */
const KEY = /^[\x21-\x7e]{1,200}$/;

const form = z.object({
  tag_spool: z.string().optional(),
  /** The tag URL-encoded, where a form would not bring it back as it is (views/partes/acciones). */
  tag_uri: z.string().optional(),
  accion: z.enum(ACCIONES as [string, ...string[]]),
  operacion: z.string().optional(),
  motivo: z.string().trim().max(MOTIVO_MAX).optional(),
});

/** The command that a form asks for; a string is the sentence that says what is wrong with it. */
function toCommand({ accion, operacion, motivo }: z.infer<typeof form>): Command | string {
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
    case "RECHAZAR":
      return motivo ? { accion, motivo } : { accion };
    default:
      return { accion: "APROBAR" };
  }
}

function tagText({ tag_spool, tag_uri }: z.infer<typeof form>): string {
  if (tag_uri === undefined) return tag_spool ?? "";
  try {
    return decodeURIComponent(tag_uri);
  } catch {
    return ""; // no URL-encoded text
  }
}

interface Asked {
  readonly tag: Tag;
  readonly command: Command;
  /** Idempotency key; null without JavaScript. */
  readonly key: string | null;
}

async function parse(c: Context<Env>): Promise<Asked | Told> {
  const read = await readForm(c);
  if (!read.ok) return read.told;
  const asked = form.safeParse(read.fields);
  if (!asked.success) return tellEdge("SOLICITUD_INVALIDA");
  const command = toCommand(asked.data);
  if (typeof command === "string") return tellEdge("SOLICITUD_INVALIDA", command);
  const tag = parseTag(tagText(asked.data));
  if (!tag) {
    return tellEdge("SOLICITUD_INVALIDA", "Falta el tag del carrete, o es demasiado largo");
  }
  const key = c.req.header("Idempotency-Key") ?? null;
  return key === null || KEY.test(key)
    ? { tag, command, key }
    : tellEdge("SOLICITUD_INVALIDA", "La clave de idempotencia no sirve");
}

/** The rows of the asker's own page as they stand now, so that it is right before its stream is. */
function ownRows(c: Context<Env>, deps: Deps, rows: Rows, tag: Tag): string {
  const url = URL.parse(c.req.header("X-Vista") ?? "", "http://zeues.invalid");
  const vista = url && parseVista(url.searchParams, c.get("session").trabajadorId);
  if (!vista) return "";
  return standingFragments(vista, [tag], deps.floor, rows)
    .map(({ html }) => html)
    .join("");
}

/** Counts an action's result: ok, repeated, or the refusal's code. */
function count(deps: Deps, accion: string, resultado: string): void {
  deps.metrics.acciones.inc({ accion, resultado });
}

/** Acts, and answers with fragments for htmx or a redirect (303) for a browser without script. */
async function answer(
  c: Context<Env>,
  deps: Deps,
  pages: Pages,
  rows: Rows,
  { tag, command, key }: Asked,
): Promise<Response> {
  const actor = c.get("actor");
  // Keys are a tablet's own: one that guesses another's must not be told its outcome.
  const idempotencyKey = key === null ? {} : { idempotencyKey: `${actor.dispositivo} ${key}` };
  const outcome = await act(deps.act, { tag, command, actor, ...idempotencyKey });
  if (!outcome.ok) {
    const told = outcome.refusal ? tell(outcome.refusal) : tellEdge("CLAVE_REUTILIZADA");
    count(deps, command.accion, told.code);
    return pages.refuse(c, told, ownRows(c, deps, rows, tag));
  }
  const { event, repeated } = outcome;
  count(deps, command.accion, repeated ? "repeated" : "ok");
  await deps.floor.reached(event.seq, OWN_WRITE_MS);
  if (!isHtmx(c)) return c.redirect(backOf(c), 303);
  return c.html(HechoSwap({ message: novedadText(event) }) + ownRows(c, deps, rows, tag));
}

export function accionesRoutes(deps: Deps, pages: Pages, rows: Rows): Hono<Env> {
  return new Hono<Env>().post("/", async (c) => {
    const asked = await parse(c);
    return "status" in asked ? pages.refuse(c, asked) : answer(c, deps, pages, rows, asked);
  });
}
