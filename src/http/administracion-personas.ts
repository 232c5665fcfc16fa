/** `/administracion/personas`: everybody, and the page of each. */
import { type Context, Hono } from "hono";
import { PersonaPage } from "../../views/administracion-persona.tsx";
import { type Enlace, type Persona, PersonasPage } from "../../views/administracion-personas.tsx";
import { quitar } from "../actions/acceso.ts";
import { accesoKey, esPropio, type Intentos } from "../domain/acceso.ts";
import { hasRol } from "../domain/decide.ts";
import type { Seq } from "../domain/event.ts";
import { nombreCompleto, parseTrabajadorId, plain, type Trabajador } from "../domain/trabajador.ts";
import { adminOf, filtroDe, listo, nombrar, said, terminar } from "./administracion-comun.ts";
import { sesionesDe } from "./administracion-sesiones.ts";
import type { Deps, Env } from "./context.ts";
import type { Pages } from "./pages.ts";
import { type RefusalStatus, type Told, tell } from "./refusals.ts";

/** More than any shop has; past it one searches. */
const FILAS_MAX = 200;

export const personaPath = ({ id }: Trabajador): string => `/administracion/personas/${id}`;

/** Whom the address names, active or not, or why it names nobody. */
export function personaDe(c: Context<Env>, { floor }: Deps): Trabajador | Told {
  const text = c.req.param("id") ?? "";
  const id = parseTrabajadorId(text);
  const trabajador = id === null ? undefined : floor.trabajador(id);
  return trabajador ?? tell({ code: "TRABAJADOR_NO_ENCONTRADO", id: text.slice(0, 20) });
}

function verPersona({ accesos, sessions }: Deps, trabajador: Trabajador): Persona {
  const { id } = trabajador;
  const mine = sessions.all().filter(({ trabajadorId }) => trabajadorId === id);
  return {
    trabajador,
    pinDesdeMs: accesos.get("pin", String(id))?.desdeMs ?? null,
    usuario: accesos.supervisorOf(id)?.usuario ?? null,
    sesiones: mine.filter(({ hash }) => sessions.holds(hash)).length,
  };
}

/** Active ones first, then by name. */
function buscar({ floor, accesos }: Deps, q: string): readonly Trabajador[] {
  const collator = new Intl.Collator("es-CL");
  const text = (t: Trabajador): string =>
    plain(`${nombreCompleto(t)} ${t.id} ${accesos.supervisorOf(t.id)?.usuario ?? ""}`);
  return [...floor.trabajadores()]
    .filter((t) => text(t).includes(plain(q)))
    .sort(
      (a, b) =>
        Number(b.activo) - Number(a.activo) ||
        collator.compare(nombreCompleto(a), nombreCompleto(b)),
    );
}

function enlacesAbiertos({ accesos, floor, now }: Deps): readonly Enlace[] {
  return accesos
    .all("alta")
    .filter(({ para, venceMs }) => para === "supervisor" && now() < venceMs)
    .map(({ id, trabajadorId, venceMs }) => ({
      id,
      trabajador: trabajadorId === null ? null : (floor.trabajador(trabajadorId) ?? null),
      venceMs,
    }));
}

/** Counts of failed attempts at this person's secrets, wherever they were made. */
export function intentosDe({ accesos }: Deps, { id }: Trabajador): readonly Intentos[] {
  const usuario = accesos.supervisorOf(id)?.usuario;
  const begins = [`pin:${id}:`, ...(usuario === undefined ? [] : [`clave:${usuario}:`])];
  return accesos.all("intentos").filter((one) => begins.some((name) => one.id.startsWith(name)));
}

/** Forgets them. @returns its last place in the log, null when there were none */
export async function olvidar(
  c: Context<Env>,
  deps: Deps,
  trabajador: Trabajador,
  which: readonly Intentos[],
): Promise<Seq | null> {
  let last: Seq | null = null;
  for (const { id } of which) {
    const told = said(c, "intentos olvidados", nombrar(trabajador));
    last = (await quitar(deps, accesoKey("intentos", id), told)) ?? last;
  }
  return last;
}

/** The page of one person. @param error why their PIN was not put */
export function verPagina(
  c: Context<Env>,
  deps: Deps,
  pages: Pages,
  trabajador: Trabajador,
  { error, status }: { error: string | null; status: RefusalStatus | 200 } = {
    error: null,
    status: 200,
  },
): Response | Promise<Response> {
  const { sessions, now } = deps;
  const hastaMs = Math.max(0, ...intentosDe(deps, trabajador).map((one) => one.hastaMs));
  const mine = sessions.all().filter(({ trabajadorId }) => trabajadorId === trabajador.id);
  const page = PersonaPage({
    admin: adminOf(c, deps, pages, "personas"),
    persona: verPersona(deps, trabajador),
    sesiones: sesionesDe(c, deps, mine),
    puedeSupervisar:
      esPropio(trabajador.id) || (trabajador.activo && hasRol(trabajador, ["Supervisor"])),
    propia: trabajador.id === c.get("session").trabajadorId,
    bloqueadaHastaMs: now() < hastaMs ? hastaMs : null,
    error,
  });
  return c.html(page, status);
}

function lista(c: Context<Env>, deps: Deps, pages: Pages): Response | Promise<Response> {
  const { floor, accesos } = deps;
  const q = filtroDe(c);
  const found = buscar(deps, q);
  const activas = [...floor.trabajadores()].filter(({ activo }) => activo);
  return c.html(
    PersonasPage({
      admin: adminOf(c, deps, pages, "personas"),
      q,
      personas: found.slice(0, FILAS_MAX).map((t) => verPersona(deps, t)),
      total: found.length,
      pin: floor.ajustes.pin,
      activas: activas.length,
      conPin: activas.filter(({ id }) => accesos.get("pin", String(id))).length,
      enlaces: enlacesAbiertos(deps),
    }),
  );
}

export const personasRoutes = (deps: Deps, pages: Pages): Hono<Env> =>
  new Hono<Env>()
    .get("/personas", (c) => lista(c, deps, pages))
    .get("/personas/:id", (c) => {
      const trabajador = personaDe(c, deps);
      if ("code" in trabajador) return pages.refuse(c, trabajador);
      return verPagina(c, deps, pages, trabajador);
    })
    .post("/personas/:id/sesiones", async (c) => {
      const trabajador = personaDe(c, deps);
      if ("code" in trabajador) return pages.refuse(c, trabajador);
      const mine = deps.sessions.all().filter((one) => one.trabajadorId === trabajador.id);
      const seq = await terminar(c, deps, mine);
      return listo(c, deps, seq, [personaPath(trabajador), "sesiones"]);
    })
    .post("/personas/:id/intentos", async (c) => {
      const trabajador = personaDe(c, deps);
      if ("code" in trabajador) return pages.refuse(c, trabajador);
      const seq = await olvidar(c, deps, trabajador, intentosDe(deps, trabajador));
      return listo(c, deps, seq, [personaPath(trabajador), "intentos"]);
    });
