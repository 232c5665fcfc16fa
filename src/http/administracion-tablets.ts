/** `/administracion/tablets`: enrolled devices, and the codes that enrol one more (spec 8). */
import { type Context, Hono } from "hono";
import { z } from "zod";
import {
  CodigoPage,
  EstadoCodigo,
  type EstadoDeCodigo,
  TabletAdminPage,
  TabletsPage,
  type TabletVisto,
} from "../../views/administracion-tablets.tsx";
import { quitar } from "../actions/acceso.ts";
import { type AltaVisible, cambiar, crearAlta } from "../actions/administrar.ts";
import { accesoKey, type Tablet } from "../domain/acceso.ts";
import { nombreCompleto, plain } from "../domain/trabajador.ts";
import { CODIGOS_MAX, enlaceDeTablet, newCodigo } from "../identity/alta.ts";
import { adminOf, listo, NOMBRE_MALO, nombreSchema, said } from "./administracion-comun.ts";
import type { Deps, Env } from "./context.ts";
import { busy, fieldsOf } from "./fields.ts";
import { showOwn } from "./middleware/own-writes.ts";
import { isHtmx, type Pages } from "./pages.ts";
import { tellEdge } from "./refusals.ts";

const PATH = "/administracion/tablets";
const form = z.object({ nombre: z.string().max(1_000) });
/** What a code's page asks with: the code itself is never in an address. */
const estadoQuery = z.object({
  nombre: nombreSchema,
  vence: z
    .string()
    .regex(/^\d{1,16}$/)
    .transform(Number),
});

/** Codes that nobody has used, the oldest first; also those whose time is over. */
const codigos = ({ accesos }: Deps): readonly AltaVisible[] =>
  accesos
    .all("alta")
    .filter(({ para }) => para === "tablet")
    .sort((a, b) => a.venceMs - b.venceMs);

function verTablet({ sessions, floor }: Deps, tablet: Tablet): TabletVisto {
  const quienes = sessions
    .all()
    .filter(({ tabletId, hash }) => tabletId === tablet.id && sessions.holds(hash))
    .flatMap(({ trabajadorId }) => floor.trabajador(trabajadorId) ?? [])
    .map(nombreCompleto);
  return { tablet, quienes };
}

/** A name that no other tablet has, or why it will not do. */
function nombreNuevo(deps: Deps, text: string, own: string | null): { nombre: string } | string {
  const asked = nombreSchema.safeParse(text);
  if (!asked.success) return NOMBRE_MALO;
  const nombre = asked.data;
  const taken = deps.accesos
    .all("tablet")
    .some((tablet) => tablet.id !== own && plain(tablet.nombre) === plain(nombre));
  return taken ? "Ya hay un tablet con ese nombre" : { nombre };
}

function lista(
  c: Context<Env>,
  deps: Deps,
  pages: Pages,
  nombre = "",
  error: string | null = null,
) {
  const collator = new Intl.Collator("es-CL", { numeric: true });
  const tablets = deps.accesos
    .all("tablet")
    .toSorted((a, b) => collator.compare(a.nombre, b.nombre))
    .map((tablet) => verTablet(deps, tablet));
  const open = codigos(deps).filter(({ venceMs }) => deps.now() < venceMs);
  const admin = adminOf(c, deps, pages, "tablets");
  return TabletsPage({ admin, tablets, codigos: open, nombre, error });
}

function estadoDe({ accesos, now }: Deps, id: string, asked: z.infer<typeof estadoQuery>) {
  const faltaS = Math.ceil((asked.vence - now()) / 1_000);
  const known = (kind: EstadoDeCodigo["kind"]) => ({ kind, faltaS }) as EstadoDeCodigo;
  if (accesos.get("alta", id) && faltaS > 0) return known("abierto");
  // Names are unique, so that the tablet of this name is the one that the code made.
  if (accesos.all("tablet").some(({ nombre }) => nombre === asked.nombre)) return known("inscrito");
  return known(faltaS > 0 ? "anulado" : "vencido");
}

const estadoUrl = (id: string, nombre: string, venceMs: number): string =>
  `${PATH}/codigo/${id}?${new URLSearchParams({ nombre, vence: String(venceMs) })}`;

/** Makes a code and shows it, once. */
async function crear(c: Context<Env>, deps: Deps, pages: Pages) {
  const asked = await fieldsOf(c, form);
  if (!asked.ok) return pages.refuse(c, asked.told);
  const named = nombreNuevo(deps, asked.fields.nombre, null);
  if (typeof named === "string") {
    return c.html(lista(c, deps, pages, asked.fields.nombre, named), 400);
  }
  const { nombre } = named;
  const [alta, codigo] = await newCodigo(nombre, deps.now());
  const open = codigos(deps);
  const same = open.filter((old) => plain(old.nombre) === plain(nombre));
  const others = open.filter((old) => !same.includes(old));
  const replaced = [...same, ...others.slice(0, Math.max(0, others.length - CODIGOS_MAX + 1))];
  const anuladas = replaced.map((old) => ({ alta: old, sobre: old.nombre }));
  const seq = await crearAlta(deps, alta, said(c, "código creado", nombre), anuladas);
  await showOwn(c, deps, seq);
  const enlace = enlaceDeTablet(c.get("client").origin, codigo);
  const url = estadoUrl(alta.id, nombre, alta.venceMs);
  const estado = estadoDe(deps, alta.id, { nombre, vence: alta.venceMs });
  const admin = adminOf(c, deps, pages, "tablets");
  return c.html(CodigoPage({ admin, nombre, estado, url, secreto: { codigo, enlace } }));
}

function codigoRoutes(deps: Deps, pages: Pages): Hono<Env> {
  return new Hono<Env>()
    .post("/", (c) => crear(c, deps, pages).catch((error) => pages.refuse(c, busy(error))))
    .get("/:id", (c) => {
      const asked = estadoQuery.safeParse(c.req.query());
      if (!asked.success) return pages.refuse(c, tellEdge("SOLICITUD_INVALIDA"));
      const { nombre, vence } = asked.data;
      const id = c.req.param("id");
      const shown = {
        nombre,
        estado: estadoDe(deps, id, asked.data),
        url: estadoUrl(encodeURIComponent(id), nombre, vence),
      };
      if (isHtmx(c)) return c.html(EstadoCodigo(shown));
      const admin = adminOf(c, deps, pages, "tablets");
      return c.html(CodigoPage({ admin, ...shown, secreto: null }));
    })
    .post("/:id/anular", async (c) => {
      const alta = deps.accesos.get("alta", c.req.param("id"));
      if (alta?.para !== "tablet") return listo(c, deps, null, [PATH, "anulado"]);
      const key = accesoKey("alta", alta.id);
      const seq = await quitar(deps, key, said(c, "código anulado", alta.nombre));
      return listo(c, deps, seq, [PATH, "anulado"]);
    });
}

export function tabletsRoutes(deps: Deps, pages: Pages): Hono<Env> {
  const pagina = (c: Context<Env>, tablet: Tablet, error: string | null) =>
    TabletAdminPage({
      admin: adminOf(c, deps, pages, "tablets"),
      visto: verTablet(deps, tablet),
      propio: c.get("tablet")?.id === tablet.id,
      error,
    });
  const gone = (c: Context<Env>) => listo(c, deps, null, [PATH, "tablet"]);
  return new Hono<Env>()
    .get("/", (c) => c.html(lista(c, deps, pages)))
    .route("/codigo", codigoRoutes(deps, pages))
    .get("/:id", (c) => {
      const tablet = deps.accesos.get("tablet", c.req.param("id"));
      return tablet ? c.html(pagina(c, tablet, null)) : gone(c);
    })
    .post("/:id/nombre", async (c) => {
      const asked = await fieldsOf(c, form);
      if (!asked.ok) return pages.refuse(c, asked.told);
      const tablet = deps.accesos.get("tablet", c.req.param("id"));
      if (!tablet) return gone(c);
      const named = nombreNuevo(deps, asked.fields.nombre, tablet.id);
      if (typeof named === "string") return c.html(pagina(c, tablet, named), 400);
      const { nombre } = named;
      const seq = await cambiar<Tablet>(
        deps,
        accesoKey("tablet", tablet.id),
        (before) => ({ ...before, nombre }),
        (before) => said(c, "tablet renombrado", `${before.nombre}, ahora ${nombre}`),
      );
      return listo(c, deps, seq, [seq === null ? PATH : `${PATH}/${tablet.id}`, "nombre"]);
    })
    .post("/:id/revocar", async (c) => {
      const tablet = deps.accesos.get("tablet", c.req.param("id"));
      if (!tablet) return gone(c);
      const about = said(c, "tablet revocado", tablet.nombre);
      const seq = await quitar(deps, accesoKey("tablet", tablet.id), about);
      return listo(c, deps, seq, [PATH, "tablet"]);
    });
}
