/** The rows of the asker's own page as they stand now, so that it is right before its stream is. */
import type { Context } from "hono";
import type { Tag } from "../domain/spool.ts";
import { standingFragments } from "../live/fragments.ts";
import type { Rows } from "../live/rows.ts";
import type { Deps, Env } from "./context.ts";
import { parseVista } from "./eventos.ts";

/** Fragments for htmx; the header `X-Vista` is the address of the page's stream. */
export function ownRows(
  c: Context<Env>,
  { floor }: Pick<Deps, "floor">,
  rows: Rows,
  tags: readonly Tag[],
): string {
  const url = URL.parse(c.req.header("X-Vista") ?? "", "http://zeues.invalid");
  const vista = url && parseVista(url.searchParams, c.get("session").trabajadorId);
  if (!vista) return "";
  return standingFragments(vista, tags, floor, rows)
    .map(({ html }) => html)
    .join("");
}
