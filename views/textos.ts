/** Texts that several views share; Spanish of Chile, short and concrete (spec 2). */
import type { Accion } from "../src/domain/command.ts";
import type { Operacion, Spool } from "../src/domain/spool.ts";

export const OPERACION: Readonly<Record<Operacion, string>> = {
  ARM: "Armado",
  SOLD: "Soldadura",
  METROLOGIA: "Metrología",
  REPARACION: "Reparación",
};

/** On a button. */
export const BOTON: Readonly<Record<Accion, string>> = {
  TOMAR: "Tomar",
  PAUSAR: "Pausar",
  COMPLETAR: "Completar",
  CANCELAR: "Cancelar",
  LIBERAR: "Liberar",
  DESBLOQUEAR: "Desbloquear",
  APROBAR: "Aprobar",
  RECHAZAR: "Rechazar",
};

/** What somebody did, in a sentence: `Rosa Pérez (168) tomó MK-1`. */
export const HIZO: Readonly<Record<string, string>> = {
  TOMAR: "tomó",
  PAUSAR: "pausó",
  COMPLETAR: "completó",
  CANCELAR: "canceló",
  LIBERAR: "liberó",
  DESBLOQUEAR: "desbloqueó",
  APROBAR: "aprobó",
  RECHAZAR: "rechazó",
  IMPORTAR: "leyó de la planilla",
  EDITAR: "cambió en la planilla",
};

/** `NV 0600 · OT 00001`; what is missing is left out. */
export const nvOt = ({ nv, ot }: Pick<Spool, "nv" | "ot">): string =>
  [nv && `NV ${nv.replace(/^NV\s*/i, "")}`, ot && `OT ${ot}`].filter(Boolean).join(" · ");

/** Where a spool's own page is. */
export const carreteUrl = (tag: string): string => `/carrete?tag=${encodeURIComponent(tag)}`;

const numbers = new Intl.NumberFormat("es-CL");
/** `2.000`. */
export const numero = (n: number): string => numbers.format(n);
