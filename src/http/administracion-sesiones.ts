/** `/administracion/sesiones`: who is signed in, ended one by one or all (ASVS 5.0, 7.4.5). */
import { type Context, Hono } from "hono";
import { z } from "zod";
import { SesionesPage, type SesionVista } from "../../views/administracion-sesiones.tsx";
import type { Sesion } from "../domain/sesion.ts";
import { firmaOf } from "../domain/trabajador.ts";
import { dispositivoOf } from "../identity/session.ts";
import { adminOf, listo, sesionDe, terminar } from "./administracion-comun.ts";
import type { Deps, Env } from "./context.ts";
import { fieldsOf } from "./fields.ts";
import type { Pages } from "./pages.ts";
import { tellEdge } from "./refusals.ts";

/** Those in use stand first; the rest are old ones that nobody signed out of. */
const FILAS_MAX = 200;
const PATH = "/administracion/sesiones";
const form = z.object({ sesion: z.string().regex(/^[0-9a-f]{12}$/) });

/** These sessions as they are shown: those in use first, the newest first. */
export const sesionesDe = (
  c: Context<Env>,
  { accesos, floor, sessions }: Deps,
  sesiones: readonly Sesion[],
): readonly SesionVista[] =>
  sesiones
    .flatMap((sesion) => {
      const { hash, trabajadorId, prueba, tabletId, sinceMs } = sesion;
      const trabajador = floor.trabajador(trabajadorId);
      if (!trabajador) return [];
      return {
        id: dispositivoOf(hash),
        firma: firmaOf(trabajador),
        prueba,
        tablet: tabletId === null ? null : (accesos.get("tablet", tabletId)?.nombre ?? tabletId),
        sinceMs,
        enUso: sessions.holds(hash),
        propia: hash === c.get("session").hash,
      };
    })
    .sort((a, b) => Number(b.enUso) - Number(a.enUso) || b.sinceMs - a.sinceMs);

export function sesionesRoutes(deps: Deps, pages: Pages): Hono<Env> {
  const { sessions } = deps;
  return new Hono<Env>()
    .get("/", (c) => {
      const admin = adminOf(c, deps, pages, "sesiones");
      const all = sesionesDe(c, deps, sessions.all());
      return c.html(SesionesPage({ admin, sesiones: all.slice(0, FILAS_MAX), total: all.length }));
    })
    .post("/terminar", async (c) => {
      const asked = await fieldsOf(c, form);
      if (!asked.ok) return pages.refuse(c, asked.told);
      const sesion = sesionDe(deps, asked.fields.sesion);
      if (sesion?.hash === c.get("session").hash) {
        return pages.refuse(c, tellEdge("SOLICITUD_INVALIDA", "Esta es la tuya: usa Salir"));
      }
      return listo(c, deps, sesion ? await terminar(c, deps, [sesion]) : null, [PATH, "sesion"]);
    })
    .post("/otras", async (c) => {
      const seq = await terminar(c, deps, sessions.all());
      return listo(c, deps, seq, [PATH, "sesiones"]);
    });
}
