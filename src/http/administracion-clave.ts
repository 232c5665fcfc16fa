/** `/administracion/clave`: a supervisor changes their own password (ASVS 5.0, 6.2.2, 6.2.3). */
import { type Context, Hono } from "hono";
import { z } from "zod";
import { MiClavePage } from "../../views/administracion-clave.tsx";
import { cambiar } from "../actions/administrar.ts";
import { keyOfAcceso, type Supervisor } from "../domain/acceso.ts";
import { nombreCompleto } from "../domain/trabajador.ts";
import { claveDebil } from "../identity/clave.ts";
import { hashSecret } from "../identity/secret.ts";
import { adminOf, said } from "./administracion-comun.ts";
import type { Deps, Env } from "./context.ts";
import { notNow, SECRET_MAX, statusOf } from "./entrada-pages.ts";
import { conocer, entrar, probarClave } from "./entrar.ts";
import { busy, fieldsOf } from "./fields.ts";
import { showOwn } from "./middleware/own-writes.ts";
import type { Pages } from "./pages.ts";
import { type RefusalStatus, tellEdge } from "./refusals.ts";

const PATH = "/administracion/clave";
const secret = z.string().max(SECRET_MAX);
const form = z.object({ clave: secret, nueva: secret, repetida: secret });

/** The one with that hash; whoever asks has shown that they know its password. */
async function sustituir(c: Context<Env>, deps: Deps, before: Supervisor, nueva: string) {
  const clave = await hashSecret(nueva);
  const desdeMs = deps.now();
  let after: Supervisor | null = null;
  const seq = await cambiar<Supervisor>(
    deps,
    keyOfAcceso(before),
    // Another link, another supervisor was first: nothing is changed that was not looked at.
    (now) => {
      after = now.clave === before.clave ? { ...now, clave, desdeMs } : null;
      return after;
    },
    () => said(c, "clave cambiada", before.usuario),
  );
  return seq === null || !after ? null : { seq, after: after as Supervisor };
}

/** Why the new password will not do, one sentence. */
async function malaNueva(
  c: Context<Env>,
  usuario: string,
  { clave, nueva, repetida }: z.infer<typeof form>,
): Promise<string | null> {
  if (nueva !== repetida) return "Las dos claves nuevas no son iguales";
  if (nueva === clave) return "La clave nueva es la de ahora";
  return claveDebil(nueva, [usuario, nombreCompleto(c.get("actor").trabajador)]);
}

async function change(c: Context<Env>, deps: Deps, pages: Pages): Promise<Response> {
  const asked = await fieldsOf(c, form);
  if (!asked.ok) return pages.refuse(c, asked.told);
  const usuario = deps.accesos.supervisorOf(c.get("session").trabajadorId)?.usuario ?? "";
  const again = (error: string, status: RefusalStatus) => {
    const admin = adminOf(c, deps, pages, "clave");
    return c.html(MiClavePage({ admin, usuario, error }), status);
  };
  const mala = await malaNueva(c, usuario, asked.fields);
  if (mala !== null) return again(mala, 400);
  const { clave } = asked.fields;
  const { done, supervisor } = await probarClave(c, deps, { usuario, clave }).catch((error) => ({
    supervisor: null,
    done: notNow(error),
  }));
  if (!done.ok) {
    const locked = done.reintentarS !== undefined;
    return again(locked ? done.told.message : "Esa no es tu clave de ahora", statusOf(c, done));
  }
  if (!supervisor) throw new Error("a password was right that nobody has");
  const changed = await sustituir(c, deps, supervisor, asked.fields.nueva);
  if (!changed) {
    const message = "Tu acceso cambió mientras tanto: entra otra vez";
    return pages.refuse(c, tellEdge("SIN_SESION", message));
  }
  await showOwn(c, deps, changed.seq);
  // Every session of the old password is over; this one goes on as a new one (ASVS 7.2.4).
  await entrar(c, deps, { ...done, prueba: "clave" });
  conocer(c, deps, changed.after);
  return c.redirect(`${PATH}?hecho=clave`, 303);
}

export const claveRoutes = (deps: Deps, pages: Pages): Hono<Env> =>
  new Hono<Env>()
    .get("/", (c) => {
      const admin = adminOf(c, deps, pages, "clave");
      const usuario = deps.accesos.supervisorOf(c.get("session").trabajadorId)?.usuario ?? "";
      return c.html(MiClavePage({ admin, usuario, error: null }));
    })
    .post("/", (c) => change(c, deps, pages).catch((error) => pages.refuse(c, busy(error))));
