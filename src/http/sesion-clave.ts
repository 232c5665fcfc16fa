/** `/sesion/clave`: a supervisor signs in with name and password, from any browser (spec 8). */
import { type Context, Hono } from "hono";
import { z } from "zod";
import { ClavePage } from "../../views/sesion-clave.tsx";
import { CREDENCIALES_DEMO } from "../domain/demo.ts";
import type { Deps, Env } from "./context.ts";
import { entradaShell, notNow, SECRET_MAX, statusOf } from "./entrada-pages.ts";
import { conocer, entrar, probarClave } from "./entrar.ts";
import { fieldsOf } from "./fields.ts";
import { ownPath } from "./own-path.ts";
import type { Pages } from "./pages.ts";

const form = z.object({
  usuario: z.string().max(SECRET_MAX),
  clave: z.string().max(SECRET_MAX),
  volver: z.string().optional(),
});

export function claveRoutes(deps: Deps, pages: Pages): Hono<Env> {
  const page = (c: Context<Env>, volver: string, usuario: string, error: string | null) =>
    ClavePage({
      shell: entradaShell(c, pages, "Entrar como supervisor"),
      volver,
      usuario,
      error,
      demo: deps.demo ? CREDENCIALES_DEMO : null,
    });
  return new Hono<Env>()
    .get("/", (c) => c.html(page(c, ownPath(c.req.query("volver")), "", null)))
    .post("/", async (c) => {
      const asked = await fieldsOf(c, form);
      if (!asked.ok) return pages.refuse(c, asked.told);
      const { usuario } = asked.fields;
      const volver = ownPath(asked.fields.volver);
      const { supervisor, done } = await probarClave(c, deps, asked.fields).catch((error) => ({
        supervisor: null,
        done: notNow(error),
      }));
      if (!done.ok || !supervisor) {
        if (done.ok) throw new Error("a password was right that nobody has");
        return c.html(page(c, volver, usuario, done.told.message), statusOf(c, done));
      }
      await entrar(c, deps, { ...done, prueba: "clave" });
      conocer(c, deps, supervisor);
      return c.redirect(volver, 303);
    });
}
