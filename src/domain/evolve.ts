/**
 * The state after an event (spec 3, column "writes"). Pure and total: what was decided always
 * applies, so that replaying the log gives the same state everywhere.
 *
 * | accion      | ARM, SOLD                      | REPARACION           |
 * |-------------|--------------------------------|----------------------|
 * | TOMAR       | occupied; a paused one is re-signed | occupied        |
 * | PAUSAR, LIBERAR | pausado                    | reparacion pausada   |
 * | COMPLETAR   | completado                     | reparado             |
 * | CANCELAR    | what stood below               | rechazado            |
 * | DESHACER    | occupied again, over what stood below before COMPLETAR | the same |
 */
import type { Cambio, SpoolEvent } from "./event.ts";
import type { Completada, Inspeccion, Ocupacion, Spool, Trabajo } from "./spool.ts";
import type { Firma } from "./trabajador.ts";

type Ev = Pick<SpoolEvent, "tag" | "version" | "atMs" | "autor" | "cambio">;

const withTrabajo = (spool: Spool, operacion: "ARM" | "SOLD", trabajo: Trabajo): Spool =>
  operacion === "ARM" ? { ...spool, arm: trabajo } : { ...spool, sold: trabajo };

const withInspeccion = (spool: Spool, inspeccion: Inspeccion): Spool => ({ ...spool, inspeccion });

function take(spool: Spool, ocupacion: Ocupacion): Spool {
  const taken = { ...spool, ocupacion };
  const { operacion, trabajador } = ocupacion;
  if (operacion === "REPARACION") return taken;
  const below = operacion === "ARM" ? spool.arm : spool.sold;
  // Armador/Soldador is whoever took it last, and stays so if they cancel (spec 3).
  if (below.estado !== "pausado") return taken;
  return withTrabajo(taken, operacion, { estado: "pausado", trabajador });
}

/** Ends the occupation, leaving what the action makes of the operation. */
function leave(
  spool: Spool,
  cambio: Extract<Cambio, { operacion: Ocupacion["operacion"] }>,
): Spool {
  const quien: Firma | undefined = spool.ocupacion?.trabajador;
  const free = { ...spool, ocupacion: null };
  const { accion, operacion } = cambio;
  if (operacion === "REPARACION") {
    if (accion === "COMPLETAR") return withInspeccion(free, { estado: "reparado" });
    const estado = accion === "CANCELAR" ? "rechazado" : "reparacion pausada";
    return withInspeccion(free, { estado });
  }
  if (accion === "CANCELAR" || !quien) return free;
  if (accion === "COMPLETAR") {
    const { fecha } = cambio;
    return withTrabajo(free, operacion, { estado: "completado", trabajador: quien, fecha });
  }
  return withTrabajo(free, operacion, { estado: "pausado", trabajador: quien });
}

/** What a COMPLETAR ends, as DESHACER needs it. */
function completed(spool: Spool, atMs: number): Completada | null {
  const { ocupacion, arm, sold, inspeccion } = spool;
  if (!ocupacion) return null;
  const below = { ARM: arm, SOLD: sold, REPARACION: inspeccion };
  return { atMs, ocupacion, debajo: below[ocupacion.operacion] };
}

/** The spool as it was before its completion. */
function undone(spool: Spool): Spool {
  const { completada } = spool;
  if (!completada) return spool;
  const { ocupacion, debajo } = completada;
  const occupied = { ...spool, ocupacion };
  // `debajo` was taken from the very place that it is put back to.
  return ocupacion.operacion === "REPARACION"
    ? withInspeccion(occupied, debajo as Inspeccion)
    : withTrabajo(occupied, ocupacion.operacion, debajo as Trabajo);
}

function noted(spool: Spool, { autor, atMs }: Ev, texto: string): Spool {
  const { firma } = autor;
  return firma ? { ...spool, notas: [...spool.notas, { texto, firma, atMs }] } : spool;
}

function changed(spool: Spool, event: Ev): Spool {
  const { cambio } = event;
  switch (cambio.accion) {
    case "TOMAR": {
      const trabajador = event.autor.firma;
      if (!trabajador) return spool;
      return take(spool, { operacion: cambio.operacion, trabajador, desdeMs: event.atMs });
    }
    case "PAUSAR":
    case "LIBERAR":
    case "CANCELAR":
      return leave(spool, cambio);
    case "COMPLETAR":
      return { ...leave(spool, cambio), completada: completed(spool, event.atMs) };
    case "DESHACER":
      return undone(spool);
    case "ANOTAR":
      return noted(spool, event, cambio.texto);
    case "APROBAR":
      return { ...spool, inspeccion: { estado: "aprobado", fecha: cambio.fecha }, ciclo: 0 };
    case "RECHAZAR": {
      const estado = cambio.bloqueado ? "bloqueado" : "rechazado";
      return { ...spool, inspeccion: { estado }, ciclo: cambio.ciclo };
    }
    case "DESBLOQUEAR":
      return withInspeccion(spool, { estado: "rechazado" });
    case "IMPORTAR":
      // Remarks are not the sheet's: they stay when an inconsistent row is read anew.
      return { ...cambio.spool, notas: spool.notas };
    case "EDITAR":
      return { ...spool, ...cambio.descripcion };
    case "CORREGIR":
    case "SUPERVISOR_OVERRIDE":
      return { ...spool, ...cambio.estado };
  }
}

/** A spool nobody has said anything about yet. */
export const blank = (tag: Spool["tag"]): Spool => ({
  tag,
  version: 0,
  nv: "",
  ot: "",
  ficha: {},
  fechaMateriales: null,
  arm: { estado: "pendiente" },
  sold: { estado: "pendiente" },
  inspeccion: { estado: "pendiente" },
  ciclo: 0,
  ocupacion: null,
  completada: null,
  notas: [],
  inconsistencia: null,
});

/** Remarks and the engineers' edits leave a completion to be undone; any action forgets it. */
const KEEPS_COMPLETADA: ReadonlySet<string> = new Set(["COMPLETAR", "ANOTAR", "EDITAR"]);

/** The spool after `event`; its version is the event's. */
export function evolve(spool: Spool, event: Ev): Spool {
  const after = changed(spool, event);
  const completada = KEEPS_COMPLETADA.has(event.cambio.accion) ? after.completada : null;
  return { ...after, completada, version: event.version };
}
