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
 */
import type { Cambio, SpoolEvent } from "./event.ts";
import type { Inspeccion, Ocupacion, Spool, Trabajo } from "./spool.ts";
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
    case "COMPLETAR":
    case "CANCELAR":
      return leave(spool, cambio);
    case "APROBAR":
      return { ...spool, inspeccion: { estado: "aprobado", fecha: cambio.fecha }, ciclo: 0 };
    case "RECHAZAR": {
      const estado = cambio.bloqueado ? "bloqueado" : "rechazado";
      return { ...spool, inspeccion: { estado }, ciclo: cambio.ciclo };
    }
    case "DESBLOQUEAR":
      return withInspeccion(spool, { estado: "rechazado" });
    case "IMPORTAR":
      return cambio.spool;
    case "EDITAR":
      return { ...spool, ...cambio.descripcion };
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
  inconsistencia: null,
});

/** The spool after `event`; its version is the event's. */
export const evolve = (spool: Spool, event: Ev): Spool => ({
  ...changed(spool, event),
  version: event.version,
});
