/** `POST /acciones/lote`: one action on several spools of a page, each by itself (issue 3). */
import { type Context, Hono } from "hono";
import { z } from "zod";
import { LotePage, type Resultado } from "../../views/lote.tsx";
import { novedadText } from "../../views/partes/novedad.tsx";
import type { Accion, Command } from "../domain/command.ts";
import type { SpoolEvent } from "../domain/event.ts";
import { parseTag, type Tag } from "../domain/spool.ts";
import type { Rows } from "../live/rows.ts";
import {
  type AccionFields,
  accionFields,
  ledgerKey,
  parseTagUri,
  readKey,
  toCommand,
} from "./accion-form.ts";
import type { Deps, Env } from "./context.ts";
import { readForm } from "./form.ts";
import { loteHecho } from "./hecho.ts";
import { showOwn } from "./middleware/own-writes.ts";
import { backOf, isHtmx, type Pages } from "./pages.ts";
import { noneTried, type Performed, perform, unlessAway } from "./perform.ts";
import { RETRY_AFTER_S, type Told, tellEdge } from "./refusals.ts";

/** Most spools in one request (spec 9, issue 3). */
export const LOTE_MAX = 50;

const repeated = z.union([z.string().transform((text) => [text]), z.array(z.string())]).default([]);
const form = accionFields.extend({ tag_spool: repeated, tag_uri: repeated });

interface Asked {
  readonly fields: AccionFields;
  /** Each once. */
  readonly tags: readonly Tag[];
  /** Idempotency key; null without JavaScript. */
  readonly key: string | null;
}

const malformed = (sentence?: string): Told => tellEdge("SOLICITUD_INVALIDA", sentence);

/** What one holds is ended in the operation that it is held in, unless the form names one. */
const ENDS: readonly string[] = ["PAUSAR", "COMPLETAR", "CANCELAR"] satisfies readonly Accion[];

/** The operation that stands for any other while a form is checked. */
const anyOperacion = ({ accion, operacion }: AccionFields): string | undefined =>
  operacion ?? (ENDS.includes(accion) ? "ARM" : undefined);

async function parse(c: Context<Env>): Promise<Asked | Told> {
  const read = await readForm(c, true);
  if (!read.ok) return read.told;
  const asked = form.safeParse(read.fields);
  if (!asked.success) return malformed();
  const { tag_spool, tag_uri, ...fields } = asked.data;
  const command = toCommand({ ...fields, operacion: anyOperacion(fields) });
  if (typeof command === "string") return malformed(command);
  const tags = new Set([...tag_spool.map(parseTag), ...tag_uri.map(parseTagUri)]);
  if (tags.has(null)) return malformed("Un tag está vacío o es demasiado largo");
  if (tags.size === 0) return malformed("No se eligió ningún carrete");
  if (tags.size > LOTE_MAX) return malformed(`Se pueden elegir ${LOTE_MAX} carretes a lo más`);
  const key = readKey(c);
  return key === "malformed"
    ? malformed("La clave de idempotencia no sirve")
    : { fields, tags: [...tags] as Tag[], key };
}

/**
 * The command for one of the spools. A request that is sent again must ask for the same as before,
 * whatever the spool has become: what the key remembers names the operation.
 */
async function commandFor(
  deps: Deps,
  fields: AccionFields,
  tag: Tag,
  key: string | null,
): Promise<Command> {
  // Looked up first: an action that ends between here and the recall is remembered there.
  const held = deps.floor.spool(tag)?.ocupacion?.operacion;
  const open = fields.operacion === undefined && ENDS.includes(fields.accion);
  const [done] = open && key !== null ? ((await deps.ledger.recall(key))?.events ?? []) : [];
  const before = done?.kind === "spool" ? (done.cambio.operacion ?? undefined) : undefined;
  const operacion = open ? (before ?? held ?? anyOperacion(fields)) : fields.operacion;
  const command = toCommand({ ...fields, operacion });
  if (typeof command === "string") throw new Error(`a checked form became bad: ${command}`);
  return command;
}

async function one(
  c: Context<Env>,
  deps: Deps,
  { fields, key }: Asked,
  tag: Tag,
  place: number,
): Promise<Performed> {
  const actor = c.get("actor");
  const own = key === null ? null : ledgerKey(c, key, place);
  const idempotencyKey = own === null ? {} : { idempotencyKey: own };
  return unlessAway(deps, actor, async () => {
    const command = await commandFor(deps, fields, tag, own);
    return perform(deps, { tag, command, actor, ...idempotencyKey });
  });
}

const resultOf = (tag: Tag, done: Performed): Resultado =>
  done.ok
    ? { tag, hecho: true, message: novedadText(done.event) }
    : { tag, hecho: false, code: done.told.code, message: done.told.message };

async function answer(
  c: Context<Env>,
  deps: Deps,
  pages: Pages,
  rows: Rows,
  asked: Asked,
): Promise<Response> {
  const { tags } = asked;
  const outcomes = await Promise.all(tags.map((tag, i) => one(c, deps, asked, tag, i)));
  const none = noneTried(outcomes);
  if (none) {
    c.header("Retry-After", String(RETRY_AFTER_S));
    return pages.refuse(c, none);
  }
  const results = tags.map((tag, i) => resultOf(tag, outcomes[i] as Performed));
  if (!isHtmx(c)) {
    const shell = pages.still(c, "Varios carretes");
    return c.html(LotePage({ shell, results, volver: backOf(c) }));
  }
  const hechos = outcomes.flatMap((done): SpoolEvent[] => (done.ok ? [done.event] : []));
  const rechazados = results.filter((result) => !result.hecho);
  const last = hechos.at(-1);
  if (last) await showOwn(c, deps, last.seq);
  return c.html(loteHecho(c, deps, rows, hechos, rechazados, tags.length));
}

export const loteRoutes = (deps: Deps, pages: Pages, rows: Rows): Hono<Env> =>
  new Hono<Env>().post("/", async (c) => {
    const asked = await parse(c);
    return "status" in asked ? pages.refuse(c, asked) : answer(c, deps, pages, rows, asked);
  });
