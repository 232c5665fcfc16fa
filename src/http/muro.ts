/** `/muro`: the wall, a large screen that nobody touches. */
import { Hono } from "hono";
import { MuroPage } from "../../views/muro.tsx";
import { FICHAS_DEL_MURO } from "../floor/resumen.ts";
import type { Rows } from "../live/rows.ts";
import { slicesOf, type Vista } from "../live/vista.ts";
import type { Deps, Env } from "./context.ts";
import type { Pages } from "./pages.ts";
import { whole } from "./paginas.ts";

const EXTRA = ["tablero.css", "muro.js"] as const;

export function muroRoutes({ floor, policy }: Deps, pages: Pages, rows: Rows): Hono<Env> {
  return new Hono<Env>().get("/muro", (c) => {
    const vista: Vista = { kind: "muro" };
    const [list] = slicesOf(vista);
    if (!list) throw new Error("the wall has one list");
    const sincronia = pages.chip();
    const shell = pages.live(c, "Muro", vista);
    const cuentas = FICHAS_DEL_MURO.map((key) => ({ list: key, total: floor.list(key).length }));
    return c.html(
      MuroPage({
        shell: { ...shell, extra: sincronia ? [...EXTRA, "planilla.js"] : EXTRA },
        ocupados: whole(rows, list),
        cuentas,
        zone: policy.zone,
        sincronia,
      }),
    );
  });
}
