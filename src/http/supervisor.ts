/**
 * `/supervisor`: somebody chooses the name and password with which they sign in as a supervisor, by
 * a one-time link: of the first start, of `zeues user`, or of another supervisor (spec 8).
 */
import { type Context, Hono } from "hono";
import { z } from "zod";
import { type FormSupervisor, SupervisorPage } from "../../views/supervisor.tsx";
import { canjear, quitar, standing } from "../actions/acceso.ts";
import { NADIE } from "../actions/autor.ts";
import {
  type Alta,
  accesoKey,
  parseUsuario,
  personaPropia,
  type Supervisor,
} from "../domain/acceso.ts";
import { hasRol } from "../domain/decide.ts";
import type { Autor } from "../domain/event.ts";
import {
  firmaOf,
  nombreCompleto,
  parseTrabajadorId,
  type Trabajador,
} from "../domain/trabajador.ts";
import { PRIMERA } from "../identity/alta.ts";
import { claveDebil } from "../identity/clave.ts";
import { hashSecret, sha256 } from "../identity/secret.ts";
import type { Deps, Env } from "./context.ts";
import { SECRET_MAX } from "./entrada-pages.ts";
import { conocer, entrar } from "./entrar.ts";
import { busy, fieldsOf } from "./fields.ts";
import type { Pages } from "./pages.ts";
import { type Told, tellEdge } from "./refusals.ts";

const TEXT_MAX = 256;
const NAME_MAX = 60;

const form = z.object({
  codigo: z.string().max(TEXT_MAX),
  persona: z.string().max(20).optional(),
  nombre: z.string().max(NAME_MAX).optional(),
  apellido: z.string().max(NAME_MAX).optional(),
  usuario: z.string().max(TEXT_MAX),
  clave: z.string().max(SECRET_MAX),
  repetida: z.string().max(SECRET_MAX),
});
type Fields = z.infer<typeof form>;

const wrong = (message: string): Told => tellEdge("SOLICITUD_INVALIDA", message);

/** The open link that this secret is; 256 random bits need no slow hash. */
export async function openLink(deps: Pick<Deps, "accesos" | "ledger" | "now">, secret: string) {
  const hash = sha256(secret.trim());
  const administered = deps.accesos.all("supervisor").length > 0;
  for (const { id, para, venceMs } of deps.accesos.all("alta")) {
    if (para !== "supervisor" || deps.now() >= venceMs) continue;
    // The first start's link is for a shop that nobody administers, and for no other.
    if (id === PRIMERA && administered) continue;
    const alta = await standing<Alta>(deps, accesoKey("alta", id));
    if (alta?.hash === hash) return alta;
  }
  return null;
}

/** Workers whom the workbook calls Supervisor and who have no password yet. */
const candidates = ({ floor, accesos }: Deps): readonly Trabajador[] =>
  [...floor.trabajadores()].filter(
    (t) => t.activo && hasRol(t, ["Supervisor"]) && !accesos.supervisorOf(t.id),
  );

/** A supervisor whom the workbook does not have. */
function ownPerson({ floor }: Deps, { nombre = "", apellido = "" }: Fields): Trabajador | null {
  if (nombre.trim() === "" || apellido.trim() === "") return null;
  return personaPropia(floor.trabajadores(), nombre.trim(), apellido.trim());
}

type Quien = { readonly trabajador: Trabajador; readonly nueva: boolean };

/** Who the link makes a supervisor: whom it names, or whom its holder says that they are. */
function quienEs(deps: Deps, alta: Alta, fields: Fields): Quien | Told {
  if (alta.trabajadorId !== null) {
    const trabajador = deps.floor.trabajador(alta.trabajadorId);
    return trabajador?.activo
      ? { trabajador, nueva: false }
      : wrong("Ese trabajador ya no está activo en la planilla");
  }
  const id = parseTrabajadorId(fields.persona ?? "");
  if (id !== null) {
    const trabajador = candidates(deps).find((one) => one.id === id);
    return trabajador
      ? { trabajador, nueva: false }
      : wrong("Ese Id no es de un supervisor de la planilla, o ya tiene su usuario");
  }
  const trabajador = ownPerson(deps, fields);
  return trabajador ? { trabajador, nueva: true } : wrong("Escribe tu nombre y tu apellido");
}

interface Nuevo extends Quien {
  readonly usuario: string;
  readonly antes: Supervisor | null;
}

/** Checks all that the holder chose, before anything is hashed or stored. */
async function checked(deps: Deps, alta: Alta, fields: Fields): Promise<Nuevo | Told> {
  const quien = quienEs(deps, alta, fields);
  if ("code" in quien) return quien;
  const usuario = parseUsuario(fields.usuario);
  if (!usuario) {
    return wrong("El usuario lleva de 2 a 31 letras sin tilde, números, puntos o guiones");
  }
  const { trabajador } = quien;
  // Whoever made the link said under which name.
  if (alta.nombre !== "" && alta.nombre !== usuario) return wrong(`Tu usuario es ${alta.nombre}`);
  const antes = await standing<Supervisor>(deps, accesoKey("supervisor", usuario));
  if (antes && antes.trabajadorId !== trabajador.id) return wrong("Ese usuario ya existe");
  const other = deps.accesos.supervisorOf(trabajador.id);
  if (other && other.usuario !== usuario) return wrong(`Tu usuario es ${other.usuario}`);
  if (fields.clave !== fields.repetida) return wrong("Las dos claves no son iguales");
  const debil = await claveDebil(fields.clave, [usuario, nombreCompleto(trabajador)]);
  return debil === null ? { ...quien, usuario, antes } : wrong(debil);
}

/** With the first supervisor, however they became one, the first start's link is gone. */
async function endPrimera(deps: Deps, autor: Autor): Promise<void> {
  if (deps.accesos.get("alta", PRIMERA) === null) return;
  const said = { autor, hecho: "código anulado", sobre: "primer supervisor" } as const;
  await quitar(deps, accesoKey("alta", PRIMERA), said);
}

/** Uses the link up, and signs its holder in. */
async function become(c: Context<Env>, deps: Deps, fields: Fields): Promise<Told | null> {
  const alta = await openLink(deps, fields.codigo);
  const { address } = c.get("client");
  if (!alta) {
    deps.log.warn({ requestId: c.get("requestId"), address }, "supervisor's link refused");
    return tellEdge("CODIGO_INVALIDO");
  }
  const nuevo = await checked(deps, alta, fields);
  if ("code" in nuevo) return nuevo;
  const { trabajador, usuario, antes, nueva } = nuevo;
  const supervisor: Supervisor = {
    kind: "supervisor",
    version: (antes?.version ?? 0) + 1,
    usuario,
    trabajadorId: trabajador.id,
    clave: await hashSecret(fields.clave),
    desdeMs: deps.now(),
  };
  const autor = { ...NADIE, firma: firmaOf(trabajador) };
  const hecho = antes ? "clave cambiada" : "acceso de supervisor dado";
  const said = { autor, hecho, sobre: usuario } as const;
  const persona = nueva ? trabajador : null;
  const seq = await canjear(deps, { alta, acceso: supervisor, persona, said });
  if (seq === null) return tellEdge("CODIGO_INVALIDO");
  await endPrimera(deps, autor);
  await deps.floor.reached(seq, 1_000);
  await entrar(c, deps, { trabajador, prueba: "clave" });
  conocer(c, deps, supervisor);
  return null;
}

const NOTHING: FormSupervisor = { codigo: "", persona: "", nombre: "", apellido: "", usuario: "" };

export function supervisorRoutes(deps: Deps, pages: Pages): Hono<Env> {
  const page = (c: Context<Env>, typed: FormSupervisor, error: string | null) => {
    c.header("Cache-Control", "no-store");
    const shell = {
      ...pages.still(c, "Acceso de supervisor"),
      extra: ["entrada.css", "entrada.js"],
    } as const;
    return SupervisorPage({ shell, typed, error });
  };
  return new Hono<Env>()
    .get("/", (c) => c.html(page(c, NOTHING, null)))
    .post("/", async (c) => {
      const asked = await fieldsOf(c, form);
      if (!asked.ok) return pages.refuse(c, asked.told);
      const told = await become(c, deps, asked.fields).catch(busy);
      if (!told) return c.redirect("/administracion", 303);
      const { codigo, persona = "", nombre = "", apellido = "", usuario } = asked.fields;
      const typed = { codigo, persona, nombre, apellido, usuario };
      return c.html(page(c, typed, told.message), told.status);
    });
}
