/** `/administracion/tokens`: with what programs use the JSON API (spec 8). */
import { type Context, Hono } from "hono";
import { z } from "zod";
import { SecretoPage } from "../../views/administracion-secreto.tsx";
import {
  type FormToken,
  TokenPage,
  TokensPage,
  type TokenVisto,
} from "../../views/administracion-tokens.tsx";
import { poner, quitar } from "../actions/acceso.ts";
import { accesoKey, keyOfAcceso, type RolDeToken, type Token } from "../domain/acceso.ts";
import {
  nombreCompleto,
  parseTrabajadorId,
  ROLES,
  type TrabajadorId,
} from "../domain/trabajador.ts";
import { newToken } from "../identity/alta.ts";
import { adminOf, listo, NOMBRE_MALO, nombreSchema, said } from "./administracion-comun.ts";
import type { Deps, Env } from "./context.ts";
import { readForm } from "./form.ts";
import { showOwn } from "./middleware/own-writes.ts";
import type { Pages } from "./pages.ts";
import { tellEdge } from "./refusals.ts";

const PATH = "/administracion/tokens";
const DIAS_MAX = 730;
const DIA_MS = 24 * 3_600_000;
const ROLES_DE_TOKEN: readonly RolDeToken[] = ["Lectura", ...ROLES];

const text = z.string().max(200);
/** As it is sent: one box ticked is a text, several are a list, none is nothing. */
const form = z.object({
  nombre: text,
  roles: z
    .union([text.transform((one) => [one]), z.array(text).max(20)])
    .optional()
    .transform((all) => all ?? []),
  dias: text.transform((all) => all.trim()),
  trabajador: text.transform((all) => all.trim()),
});

const EMPTY: FormToken = { nombre: "", roles: [], dias: "365", trabajador: "" };

interface Pedido {
  readonly nombre: string;
  readonly roles: readonly RolDeToken[];
  readonly trabajadorId: TrabajadorId | null;
  readonly venceMs: number | null;
}

/** Days as a time, "malo" when it is none. */
function venceDe(dias: string, nowMs: number): number | null | "malo" {
  if (dias === "") return null;
  const days = /^\d{1,3}$/.test(dias) ? Number(dias) : 0;
  return days >= 1 && days <= DIAS_MAX ? nowMs + days * DIA_MS : "malo";
}

/** What is asked for, or why it can't be. */
function leer({ floor, accesos, now }: Deps, typed: FormToken): Pedido | string {
  const named = nombreSchema.safeParse(typed.nombre);
  if (!named.success) return NOMBRE_MALO;
  const nombre = named.data;
  if (accesos.all("token").some((one) => one.nombre === nombre)) {
    return "Ya hay un token con ese nombre";
  }
  const roles = ROLES_DE_TOKEN.filter((rol) => typed.roles.includes(rol));
  if (roles.length === 0) return "Elige qué puede hacer el programa";
  const venceMs = venceDe(typed.dias, now());
  if (venceMs === "malo") return `Los días van de 1 a ${DIAS_MAX}, o en blanco`;
  if (typed.trabajador === "") return { nombre, roles, trabajadorId: null, venceMs };
  const id = parseTrabajadorId(typed.trabajador);
  if (id === null || !floor.trabajador(id)?.activo) {
    return "Ese Id no es de ningún trabajador activo";
  }
  return { nombre, roles, trabajadorId: id, venceMs };
}

function verToken({ floor, now }: Deps, token: Token): TokenVisto {
  const { trabajadorId, venceMs } = token;
  const trabajador = trabajadorId === null ? undefined : floor.trabajador(trabajadorId);
  return {
    token,
    trabajador: trabajador ? nombreCompleto(trabajador) : trabajadorId && String(trabajadorId),
    vencido: venceMs !== null && now() >= venceMs,
  };
}

function lista(c: Context<Env>, deps: Deps, pages: Pages, typed: FormToken, error: string | null) {
  const collator = new Intl.Collator("es-CL", { numeric: true });
  const tokens = deps.accesos
    .all("token")
    .toSorted((a, b) => collator.compare(a.nombre, b.nombre))
    .map((token) => verToken(deps, token));
  const admin = adminOf(c, deps, pages, "tokens");
  return TokensPage({ admin, tokens, roles: ROLES_DE_TOKEN, diasMax: DIAS_MAX, typed, error });
}

/** Makes a token and shows it, once. */
async function crear(c: Context<Env>, deps: Deps, pages: Pages) {
  const read = await readForm(c, true);
  if (!read.ok) return pages.refuse(c, read.told);
  const typed = form.safeParse(read.fields);
  if (!typed.success) return pages.refuse(c, tellEdge("SOLICITUD_INVALIDA"));
  const pedido = leer(deps, typed.data);
  if (typeof pedido === "string") return c.html(lista(c, deps, pages, typed.data, pedido), 400);
  const [token, secret] = newToken(pedido, deps.now());
  const seq = await poner(
    deps,
    keyOfAcceso(token),
    () => token,
    () => said(c, "token creado", token.nombre),
  );
  await showOwn(c, deps, seq);
  const secreto = {
    titulo: `Token de ${token.nombre}`,
    texto: secret,
    qr: false,
    notas: ["El programa lo envía en el encabezado Authorization, después de Bearer."],
    seguir: PATH,
  };
  return c.html(SecretoPage({ admin: adminOf(c, deps, pages, "tokens"), secreto }));
}

export const tokensRoutes = (deps: Deps, pages: Pages): Hono<Env> =>
  new Hono<Env>()
    .get("/", (c) => c.html(lista(c, deps, pages, EMPTY, null)))
    .post("/", (c) => crear(c, deps, pages))
    .get("/:id", (c) => {
      const token = deps.accesos.get("token", c.req.param("id"));
      if (!token) return listo(c, deps, null, [PATH, "token"]);
      const admin = adminOf(c, deps, pages, "tokens");
      return c.html(TokenPage({ admin, visto: verToken(deps, token) }));
    })
    .post("/:id/revocar", async (c) => {
      const token = deps.accesos.get("token", c.req.param("id"));
      if (!token) return listo(c, deps, null, [PATH, "token"]);
      const about = said(c, "token revocado", token.nombre);
      const seq = await quitar(deps, accesoKey("token", token.id), about);
      return listo(c, deps, seq, [PATH, "token"]);
    });
