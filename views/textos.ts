/** Texts that several views share; Spanish of Chile, short and concrete (spec 2). */
import type { Accion } from "../src/domain/command.ts";
import type { SpoolEvent } from "../src/domain/event.ts";
import type { Operacion, Spool } from "../src/domain/spool.ts";
import type { Firma } from "../src/domain/trabajador.ts";

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
  DESHACER: "Deshacer",
  ANOTAR: "Anotar",
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
  DESHACER: "deshizo su Completar de",
  ANOTAR: "anotó en",
  IMPORTAR: "leyó de la planilla",
  EDITAR: "cambió en la planilla",
  CORREGIR: "corrigió",
  SUPERVISOR_OVERRIDE: "desbloqueó a mano",
};

/** Who signed; the sheet where hands changed it there and nobody signed, else ZEUES itself. */
export const quienFue = ({ autor, cambio }: SpoolEvent, firmado: (firma: Firma) => string) => {
  if (autor.firma) return firmado(autor.firma);
  return "estado" in cambio ? "La planilla" : "ZEUES";
};

/** `NV 0600 · OT 00001`; what is missing is left out. */
export const nvOt = ({ nv, ot }: Pick<Spool, "nv" | "ot">): string =>
  [nv && `NV ${nv.replace(/^NV\s*/i, "")}`, ot && `OT ${ot}`].filter(Boolean).join(" · ");

/** Where a spool's own page is. */
export const carreteUrl = (tag: string): string => `/carrete?tag=${encodeURIComponent(tag)}`;

/** Made when a page needs it: it takes 3 ms, which no start waits for. */
let numbers: Intl.NumberFormat | undefined;
/** `2.000`. */
export function numero(n: number): string {
  numbers ??= new Intl.NumberFormat("es-CL");
  return numbers.format(n);
}

/** What was counted of an action: `3 completados`. */
const CUENTA: Readonly<Record<string, readonly [string, string]>> = {
  TOMAR: ["tomado", "tomados"],
  PAUSAR: ["pausado", "pausados"],
  COMPLETAR: ["completado", "completados"],
  CANCELAR: ["cancelado", "cancelados"],
  LIBERAR: ["liberado", "liberados"],
  DESBLOQUEAR: ["desbloqueado", "desbloqueados"],
  APROBAR: ["aprobado", "aprobados"],
  RECHAZAR: ["rechazado", "rechazados"],
  ANOTAR: ["nota", "notas"],
  CORREGIR: ["corregido", "corregidos"],
  SUPERVISOR_OVERRIDE: ["desbloqueado a mano", "desbloqueados a mano"],
};
const ORDEN = Object.keys(CUENTA);
/** What is done stands first. */
const PRIMERO = ["COMPLETAR", "APROBAR", "RECHAZAR"];

const rango = (accion: string): number =>
  PRIMERO.includes(accion) ? PRIMERO.indexOf(accion) - PRIMERO.length : ORDEN.indexOf(accion);

/** `3 completados, 1 pausado`; a dash for nothing. */
export const cuentasText = (
  cuentas: readonly { readonly accion: string; readonly total: number }[],
): string =>
  cuentas.length === 0
    ? "–"
    : cuentas
        .toSorted((a, b) => rango(a.accion) - rango(b.accion))
        .map(({ accion, total }) => {
          const [one, many] = CUENTA[accion] ?? [accion, accion];
          return `${numero(total)} ${total === 1 ? one : many}`;
        })
        .join(", ");
