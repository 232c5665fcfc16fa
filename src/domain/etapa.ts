/**
 * The stages of a spool's life, read from its events: who had it or what it waited for, and how
 * long. Pure; the spool's page, the team's hours and the charts of time share it.
 *
 * | after                  | the spool is                                      |
 * |------------------------|---------------------------------------------------|
 * | TOMAR                  | in progress                                       |
 * | PAUSAR, LIBERAR        | paused                                            |
 * | CANCELAR               | waiting for the same operation                    |
 * | COMPLETAR              | waiting for soldadura, or for metrología          |
 * | RECHAZAR               | waiting for reparación, or blocked                |
 * | DESBLOQUEAR            | waiting for reparación                            |
 * | DESHACER               | in progress, since it was taken                   |
 * | APROBAR, IMPORTAR      | in no stage: it is done, or nothing is known yet  |
 * | CORREGIR, SUPERVISOR_OVERRIDE | where the columns put it, if that is another |
 * | ANOTAR, EDITAR         | in the same stage as before                       |
 */
import type { Cambio, SpoolEvent } from "./event.ts";
import type { EstadoDeColumnas } from "./planilla.ts";
import type { Operacion } from "./spool.ts";
import type { Firma } from "./trabajador.ts";

export interface Etapa {
  readonly operacion: Operacion;
  readonly estado: "progreso" | "pausado" | "espera" | "bloqueado";
}

/** A stage that has ended. */
export interface Tramo {
  readonly etapa: Etapa;
  /** Who had it, while in progress. */
  readonly firma: Firma | null;
  readonly desdeMs: number;
  readonly hastaMs: number;
  /** Ended by a COMPLETAR that was taken back: the stage went on. */
  readonly deshecho: boolean;
}

/** What the events of one spool tell: an entry per event, the stage that it ended. */
export type Tramos = readonly (Tramo | null)[];

type Abierta = Pick<Tramo, "etapa" | "firma" | "desdeMs">;

/** What ARM and SOLD tell, before any inspection. */
function etapaDeTrabajo({ arm, sold }: EstadoDeColumnas): Etapa {
  if (sold.estado === "completado") return { operacion: "METROLOGIA", estado: "espera" };
  if (sold.estado === "pausado") return { operacion: "SOLD", estado: "pausado" };
  if (arm.estado === "completado") return { operacion: "SOLD", estado: "espera" };
  return { operacion: "ARM", estado: arm.estado === "pausado" ? "pausado" : "espera" };
}

/** The stage of a spool that stands as hands wrote it; null for one that is approved. */
function etapaDe(estado: EstadoDeColumnas): Etapa | null {
  if (estado.ocupacion) return { operacion: estado.ocupacion.operacion, estado: "progreso" };
  switch (estado.inspeccion.estado) {
    case "pendiente":
      return etapaDeTrabajo(estado);
    case "rechazado":
      return { operacion: "REPARACION", estado: "espera" };
    case "reparacion pausada":
      return { operacion: "REPARACION", estado: "pausado" };
    case "reparado":
      return { operacion: "METROLOGIA", estado: "espera" };
    case "bloqueado":
      return { operacion: "METROLOGIA", estado: "bloqueado" };
    case "aprobado":
      return null;
  }
}

function etapaTras(cambio: Cambio): Etapa | null {
  switch (cambio.accion) {
    case "TOMAR":
      return { operacion: cambio.operacion, estado: "progreso" };
    case "PAUSAR":
    case "LIBERAR":
      return { operacion: cambio.operacion, estado: "pausado" };
    case "CANCELAR":
      return { operacion: cambio.operacion, estado: "espera" };
    case "COMPLETAR":
      return { operacion: cambio.operacion === "ARM" ? "SOLD" : "METROLOGIA", estado: "espera" };
    case "RECHAZAR":
      return cambio.bloqueado
        ? { operacion: "METROLOGIA", estado: "bloqueado" }
        : { operacion: "REPARACION", estado: "espera" };
    case "DESBLOQUEAR":
      return { operacion: "REPARACION", estado: "espera" };
    case "CORREGIR":
    case "SUPERVISOR_OVERRIDE":
      return etapaDe(cambio.estado);
    default:
      return null;
  }
}

/** Leaves the stage as it is: a hand edit does, too, that changed a date or a name in it. */
function seMantiene(cambio: Cambio, abierta: Abierta | null): boolean {
  const { accion } = cambio;
  if (accion === "ANOTAR" || accion === "EDITAR") return true;
  if (accion !== "CORREGIR" && accion !== "SUPERVISOR_OVERRIDE") return false;
  const tras = etapaTras(cambio);
  const antes = abierta?.etapa;
  return tras?.operacion === antes?.operacion && tras?.estado === antes?.estado;
}

/** Who has it in the stage that follows. */
const quien = ({ cambio, autor }: SpoolEvent): Firma | null =>
  "estado" in cambio ? (cambio.estado.ocupacion?.trabajador ?? null) : autor.firma;

/** One spool's stages, read event by event. */
class Lectura {
  readonly tramos: (Tramo | null)[] = [];
  #abierta: Abierta | null = null;
  /** Where the last completion stands, and the stage that it ended. */
  #completada: { readonly at: number; readonly antes: Abierta | null } | null = null;

  read(event: SpoolEvent): void {
    const { accion } = event.cambio;
    if (accion === "DESHACER") this.#undo();
    const goesOn = accion === "DESHACER" || seMantiene(event.cambio, this.#abierta);
    this.tramos.push(goesOn ? null : this.#end(event));
  }

  #undo(): void {
    const ended = this.tramos[this.#completada?.at ?? -1];
    if (this.#completada && ended) this.tramos[this.#completada.at] = { ...ended, deshecho: true };
    this.#abierta = this.#completada?.antes ?? null;
  }

  /** Ends the open stage and begins the one that follows. */
  #end(event: SpoolEvent): Tramo | null {
    const { cambio, atMs } = event;
    const antes = this.#abierta;
    this.#completada = cambio.accion === "COMPLETAR" ? { at: this.tramos.length, antes } : null;
    const etapa = etapaTras(cambio);
    const firma = etapa?.estado === "progreso" ? quien(event) : null;
    this.#abierta = etapa && { etapa, firma, desdeMs: atMs };
    return antes && { ...antes, hastaMs: atMs, deshecho: false };
  }
}

/** The stages that a spool's events ended; `events` are all of one spool, oldest first. */
export function tramosDe(events: readonly SpoolEvent[]): Tramos {
  const lectura = new Lectura();
  for (const event of events) lectura.read(event);
  return lectura.tramos;
}
