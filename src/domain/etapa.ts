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
 * | ANOTAR, EDITAR         | in the same stage as before                       |
 */
import type { Cambio, SpoolEvent } from "./event.ts";
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
    default:
      return null;
  }
}

/** Leaves the stage as it is. */
const seMantiene = ({ accion }: Cambio): boolean => accion === "ANOTAR" || accion === "EDITAR";

/** One spool's stages, read event by event. */
class Lectura {
  readonly tramos: (Tramo | null)[] = [];
  #abierta: Abierta | null = null;
  /** Where the last completion stands, and the stage that it ended. */
  #completada: { readonly at: number; readonly antes: Abierta | null } | null = null;

  read(event: SpoolEvent): void {
    const { accion } = event.cambio;
    if (accion === "DESHACER") this.#undo();
    this.tramos.push(accion === "DESHACER" || seMantiene(event.cambio) ? null : this.#end(event));
  }

  #undo(): void {
    const ended = this.tramos[this.#completada?.at ?? -1];
    if (this.#completada && ended) this.tramos[this.#completada.at] = { ...ended, deshecho: true };
    this.#abierta = this.#completada?.antes ?? null;
  }

  /** Ends the open stage and begins the one that follows. */
  #end({ cambio, atMs, autor }: SpoolEvent): Tramo | null {
    const antes = this.#abierta;
    this.#completada = cambio.accion === "COMPLETAR" ? { at: this.tramos.length, antes } : null;
    const etapa = etapaTras(cambio);
    const firma = etapa?.estado === "progreso" ? autor.firma : null;
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
