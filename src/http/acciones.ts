/** `POST /acciones`: one action from a page's form, with htmx or without JavaScript. */
import { type Context, Hono } from "hono";
import { z } from "zod";
import type { Command } from "../domain/command.ts";
import { parseTag, type Tag } from "../domain/spool.ts";
import type { Rows } from "../live/rows.ts";
import { accionFields, ledgerKey, parseTagUri, readKey, toCommand } from "./accion-form.ts";
import type { Deps, Env } from "./context.ts";
import { readForm } from "./form.ts";
import { hechaRoutes } from "./hecha.ts";
import { hecho } from "./hecho.ts";
import { loteRoutes } from "./lote.ts";
import { showOwn } from "./middleware/own-writes.ts";
import { ownRows } from "./own-rows.ts";
import { backOf, isHtmx, type Pages } from "./pages.ts";
import { perform } from "./perform.ts";
import { RETRY_AFTER_S, type Told, tellEdge } from "./refusals.ts";

const form = accionFields.extend({
  tag_spool: z.string().optional(),
  /** The tag URL-encoded, where a form would not bring it back as it is (views/partes/acciones). */
  tag_uri: z.string().optional(),
});

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
  const { tag_spool, tag_uri } = asked.data;
  const tag = tag_uri === undefined ? parseTag(tag_spool ?? "") : parseTagUri(tag_uri);
  if (!tag) {
    return tellEdge("SOLICITUD_INVALIDA", "Falta el tag del carrete, o es demasiado largo");
  }
  const key = readKey(c);
  return key === "malformed"
    ? tellEdge("SOLICITUD_INVALIDA", "La clave de idempotencia no sirve")
    : { tag, command, key };
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
  const idempotencyKey = key === null ? {} : { idempotencyKey: ledgerKey(c, key) };
  const done = await perform(deps, { tag, command, actor, ...idempotencyKey });
  if (!done.ok) {
    if (done.told.status === 503) c.header("Retry-After", String(RETRY_AFTER_S));
    return pages.refuse(c, done.told, ownRows(c, deps, rows, [tag]));
  }
  await showOwn(c, deps, done.event.seq);
  return isHtmx(c) ? c.html(hecho(c, deps, rows, done.event)) : c.redirect(backOf(c), 303);
}

export function accionesRoutes(deps: Deps, pages: Pages, rows: Rows): Hono<Env> {
  return new Hono<Env>()
    .route("/lote", loteRoutes(deps, pages, rows))
    .route("/hecha", hechaRoutes(deps, pages, rows))
    .post("/", async (c) => {
      const asked = await parse(c);
      return "status" in asked ? pages.refuse(c, asked) : answer(c, deps, pages, rows, asked);
    });
}
