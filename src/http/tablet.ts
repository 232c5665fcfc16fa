/**
 * `/tablet`: this browser becomes an enrolled tablet of the shop, by a code that a supervisor made
 * (spec 8). The code travels behind the `#` of a link or by hand, never in an address.
 */
import { type Context, Hono } from "hono";
import { z } from "zod";
import { TabletPage } from "../../views/tablet.tsx";
import { canjear, poner, standing } from "../actions/acceso.ts";
import { NADIE } from "../actions/autor.ts";
import { terminarSesion } from "../actions/sesion.ts";
import { type Alta, accesoKey, keyOfAcceso } from "../domain/acceso.ts";
import type { Autor } from "../domain/event.ts";
import { newTablet } from "../identity/alta.ts";
import { codeOf, verifySecret } from "../identity/secret.ts";
import type { Deps, Env } from "./context.ts";
import { writeCookie } from "./cookies.ts";
import { busy, fieldsOf } from "./fields.ts";
import { showOwn } from "./middleware/own-writes.ts";
import type { Pages } from "./pages.ts";
import { type Told, tellEdge } from "./refusals.ts";

/** As long as browsers keep a cookie at all (RFC 6265bis, 400 days); each sign-in renews it. */
const TABLET_MS = 400 * 24 * 3_600_000;
const form = z.object({ codigo: z.string().max(100) });

/** The cookie that makes this browser the tablet, kept anew for as long as can be. */
export const keepTablet = (c: Context<Env>, cookie: string): void =>
  writeCookie(c, "zeues-tablet", cookie, TABLET_MS);

/** The open code that this text is; the few that are open are all looked at. Throws Busy. */
async function openAlta(deps: Deps, text: string): Promise<Alta | null> {
  const code = codeOf(text);
  const open = deps.accesos
    .all("alta")
    .filter(({ para, venceMs }) => para === "tablet" && deps.now() < venceMs);
  let found: Alta | null = null;
  // Each is looked at, right or wrong: the time does not tell which it was, nor how near.
  for (const { id } of open) {
    const alta = await standing<Alta>(deps, accesoKey("alta", id));
    if (await verifySecret(code, alta?.hash ?? null)) found = alta;
  }
  return found;
}

async function redeem(c: Context<Env>, deps: Deps, text: string): Promise<Told | null> {
  const alta = await openAlta(deps, text);
  const { address } = c.get("client");
  if (!alta) {
    deps.log.warn({ requestId: c.get("requestId"), address }, "enrolment refused");
    return tellEdge("CODIGO_INVALIDO");
  }
  const [tablet, cookie] = newTablet(alta.nombre, deps.now());
  const autor: Autor = { ...NADIE, dispositivo: tablet.id };
  const said = { autor, hecho: "tablet inscrito", sobre: tablet.nombre } as const;
  const seq = await canjear(deps, { alta, acceso: tablet, persona: null, said });
  if (seq === null) return tellEdge("CODIGO_INVALIDO");
  keepTablet(c, cookie);
  // Whoever signed in here before did so on a browser of their own, which it is no more.
  const session = c.get("session");
  if (session) await terminarSesion(deps.ledger, session, c.get("actor"), deps.now());
  deps.log.info({ requestId: c.get("requestId"), tablet: tablet.id, address }, "tablet enrolled");
  await showOwn(c, deps, seq);
  return null;
}

export function tabletRoutes(deps: Deps, pages: Pages): Hono<Env> {
  const page = (c: Context<Env>, error: string | null) => {
    c.header("Cache-Control", "no-store");
    const shell = {
      ...pages.still(c, "Inscribir este tablet"),
      extra: ["entrada.css", "entrada.js"],
    } as const;
    return TabletPage({ shell, inscrito: c.get("tablet")?.nombre ?? null, error });
  };
  return new Hono<Env>()
    .get("/", (c) => c.html(page(c, null)))
    .post("/", async (c) => {
      const asked = await fieldsOf(c, form);
      if (!asked.ok) return pages.refuse(c, asked.told);
      const told = await redeem(c, deps, asked.fields.codigo).catch(busy);
      if (told) return c.html(page(c, told.message), told.status);
      return c.redirect("/sesion", 303);
    })
    .post("/demo", async (c) => {
      const [tablet, cookie] = newTablet("Navegador de prueba", deps.now());
      const said = { autor: NADIE, hecho: "tablet inscrito", sobre: tablet.nombre } as const;
      const seq = await poner(
        deps,
        keyOfAcceso(tablet),
        () => tablet,
        () => said,
      );
      keepTablet(c, cookie);
      await showOwn(c, deps, seq);
      return c.redirect("/sesion", 303);
    });
}
