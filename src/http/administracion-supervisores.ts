/**
 * Who may administer: by a link that is used once, so that nobody but its holder ever knows the
 * password (spec 8). The workbook says who is Supervisor; ZEUES's own people are for that only.
 */
import { type Context, Hono } from "hono";
import { SecretoPage } from "../../views/administracion-secreto.tsx";
import { quitar } from "../actions/acceso.ts";
import {
  type AltaVisible,
  crearAlta,
  quitarSupervisor,
  reactivar,
} from "../actions/administrar.ts";
import { accesoKey, esPropio, keyOfAcceso } from "../domain/acceso.ts";
import { nombreCompleto, type Trabajador } from "../domain/trabajador.ts";
import { enlaceDe, newEnlace } from "../identity/alta.ts";
import { adminOf, listo, nombrar, said } from "./administracion-comun.ts";
import { personaDe, personaPath } from "./administracion-personas.ts";
import type { Deps, Env } from "./context.ts";
import { showOwn } from "./middleware/own-writes.ts";
import type { Pages } from "./pages.ts";
import { tellEdge } from "./refusals.ts";

/** Open links of one kind that stand at once; a new one takes the place of the oldest. */
const ENLACES_MAX = 10;

const INVITACION = "Invitación de supervisor";

/** Links for supervisors that were not used, the oldest first. */
const enlaces = ({ accesos }: Deps): readonly AltaVisible[] =>
  accesos
    .all("alta")
    .filter(({ para }) => para === "supervisor")
    .sort((a, b) => a.venceMs - b.venceMs);

const sobreDe = ({ floor }: Deps, { trabajadorId }: AltaVisible): string => {
  const trabajador = trabajadorId === null ? undefined : floor.trabajador(trabajadorId);
  return trabajador ? nombrar(trabajador) : INVITACION;
};

/** Makes a link and shows it, once. @param quien whose; null = whoever has it says */
async function darEnlace(c: Context<Env>, deps: Deps, pages: Pages, quien: Trabajador | null) {
  const [alta, secret] = newEnlace({ quien: quien?.id ?? null }, deps.now());
  const open = enlaces(deps);
  // A person has one; of invitations there are some, for several people.
  const replaced = quien
    ? open.filter(({ trabajadorId }) => trabajadorId === quien.id)
    : open.slice(0, Math.max(0, open.length - ENLACES_MAX + 1));
  const anuladas = replaced.map((old) => ({ alta: old, sobre: sobreDe(deps, old) }));
  const about = said(c, "código creado", quien ? nombrar(quien) : INVITACION);
  const seq = await crearAlta(deps, alta, about, anuladas);
  await showOwn(c, deps, seq);
  const secreto = {
    titulo: quien ? `Enlace para ${nombreCompleto(quien)}` : INVITACION,
    texto: enlaceDe(c.get("client").origin, secret),
    qr: true,
    notas: [
      "Quien abra este enlace elige su usuario y su clave, y desde entonces administra. Sirve una vez, y 24 horas: dáselo solo a esa persona.",
    ],
    seguir: quien ? personaPath(quien) : "/administracion/personas",
  };
  return c.html(SecretoPage({ admin: adminOf(c, deps, pages, "personas"), secreto }));
}

async function dar(c: Context<Env>, deps: Deps, pages: Pages, trabajador: Trabajador) {
  const propio = esPropio(trabajador.id);
  if (!trabajador.roles.includes("Supervisor") || (!trabajador.activo && !propio)) {
    const message = "Primero necesita el rol Supervisor en la planilla, y estar activa";
    return pages.refuse(c, tellEdge("SIN_PERMISO", message));
  }
  if (!trabajador.activo) {
    const { autor } = said(c, "código creado", "");
    const seq = await reactivar(deps, trabajador, autor);
    if (seq !== null) await showOwn(c, deps, seq);
  }
  return darEnlace(c, deps, pages, trabajador);
}

async function quitarle(c: Context<Env>, deps: Deps, pages: Pages, trabajador: Trabajador) {
  const { id } = trabajador;
  const back = personaPath(trabajador);
  // Whoever asks may administer and keeps it: so the last one's can't be taken away.
  if (id === c.get("session").trabajadorId) {
    const message = "Tu propio acceso lo quita otra persona: así siempre queda alguien";
    return pages.refuse(c, tellEdge("SIN_PERMISO", message));
  }
  const supervisor = deps.accesos.supervisorOf(id);
  if (!supervisor) return listo(c, deps, null, [back, "sin-acceso"]);
  const { autor } = said(c, "acceso de supervisor quitado", supervisor.usuario);
  const seq = await quitarSupervisor(deps, {
    key: keyOfAcceso(supervisor),
    autor,
    enlaces: enlaces(deps).filter(({ trabajadorId }) => trabajadorId === id),
    propio: esPropio(id) ? trabajador : null,
  });
  return listo(c, deps, seq, [back, "sin-acceso"]);
}

export function supervisoresRoutes(deps: Deps, pages: Pages): Hono<Env> {
  return new Hono<Env>()
    .post("/invitacion", (c) => darEnlace(c, deps, pages, null))
    .post("/enlaces/:id/anular", async (c) => {
      const alta = deps.accesos.get("alta", c.req.param("id"));
      const back = ["/administracion/personas", "anulado"] as const;
      if (alta?.para !== "supervisor") return listo(c, deps, null, back);
      const about = said(c, "código anulado", sobreDe(deps, alta));
      return listo(c, deps, await quitar(deps, accesoKey("alta", alta.id), about), back);
    })
    .post("/personas/:id/acceso", async (c) => {
      const trabajador = personaDe(c, deps);
      if ("code" in trabajador) return pages.refuse(c, trabajador);
      return dar(c, deps, pages, trabajador);
    })
    .post("/personas/:id/acceso/quitar", async (c) => {
      const trabajador = personaDe(c, deps);
      if ("code" in trabajador) return pages.refuse(c, trabajador);
      return quitarle(c, deps, pages, trabajador);
    });
}
