/** What all pages share: their shell, and how a refusal is shown. */
import type { Context } from "hono";
import type { Assets, Shell, Vivo } from "../../views/layout.tsx";
import type { PlanillaChipProps } from "../../views/partes/planilla-chip.tsx";
import { RechazoPage, RechazoSwap } from "../../views/rechazo.tsx";
import type { Vista } from "../live/vista.ts";
import type { Deps, Env } from "./context.ts";
import { administra } from "./middleware/access.ts";
import { ownPath } from "./own-path.ts";
import type { Told } from "./refusals.ts";
import { tableroQuery } from "./tablero-filtro.ts";

export interface Pages {
  /** What the chip of the sheet shows; null when no sheet is configured. */
  chip(): PlanillaChipProps | null;
  /** The shell of a page that its stream keeps true. */
  live(c: Context<Env>, titulo: string, vista: Vista): Shell & { readonly vivo: Vivo };
  /** The shell of a page that stands still. */
  still(c: Context<Env>, titulo: string): Shell;
  /** Why it was not done: fragments for htmx, a page for all others. */
  refuse(c: Context<Env>, told: Told, fragments?: string): Response | Promise<Response>;
}

/** The address of a vista's stream, without `desde`. */
export function eventosUrl(vista: Vista, epoch: string): string {
  const query = new URLSearchParams({ vista: vista.kind, epoca: epoch });
  if ("operacion" in vista && vista.operacion) query.set("op", vista.operacion);
  if ("q" in vista && vista.q) query.set("q", vista.q);
  if (vista.kind === "tablero") {
    for (const [name, value] of Object.entries(tableroQuery(vista))) query.set(name, value);
  }
  if (vista.kind === "carrete") query.set("tag", vista.tag);
  return `/eventos?${query}`;
}

/** The page a form was on: its own site's path only. */
export function backOf(c: Context<Env>): string {
  const referer = URL.parse(c.req.header("Referer") ?? "");
  return ownPath(referer ? `${referer.pathname}${referer.search}` : "/");
}

export const isHtmx = (c: Context<Env>): boolean => c.req.header("HX-Request") === "true";

export function createPages(deps: Deps, assets: Assets): Pages {
  const still = (c: Context<Env>, titulo: string): Shell => ({
    titulo,
    quien: c.get("actor")?.trabajador ?? null,
    administra: administra(c),
    conPin: c.get("session")?.prueba === "pin",
    demo: deps.demo,
    almacen: deps.almacen(),
    assets,
    ahoraMs: deps.now(),
    vivo: null,
  });
  return {
    still,
    chip() {
      const { sincronia, now, policy } = deps;
      return sincronia && { estado: sincronia.estado, ahoraMs: now(), zone: policy.zone };
    },
    live(c, titulo, vista) {
      const vivo = { eventos: eventosUrl(vista, deps.ledger.epoch), desde: deps.floor.seq };
      const { kind } = vista;
      const lugar = kind === "inicio" || kind === "buscar" || kind === "tablero" ? kind : null;
      return { ...still(c, titulo), vivo, ...(lugar ? { lugar } : {}) };
    },
    refuse(c, { code, message, status }, fragments = "") {
      // What was not the asker's fault: those who run it find it by this.
      const pedido = status >= 500 ? (c.get("requestId") ?? null) : null;
      if (isHtmx(c)) return c.html(RechazoSwap({ code, message, pedido }) + fragments, status);
      const shell = still(c, "No se hizo");
      return c.html(RechazoPage({ shell, code, message, pedido, volver: backOf(c) }), status);
    },
  };
}
