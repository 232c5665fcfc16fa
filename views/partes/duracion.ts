/** How long, in words a person says: `3 h 12 min`, `2 d 4 h`, `menos de 1 min`. */
import type { Etapa, Tramo } from "../../src/domain/etapa.ts";
import { OPERACION } from "../textos.ts";

const MINUTE_MS = 60_000;
const MINUTES_PER_HOUR = 60;
const HOURS_PER_DAY = 24;

/** The same as static/live.js counts while it goes on. */
export function duracion(ms: number): string {
  const minutes = Math.floor(ms / MINUTE_MS);
  if (minutes < 1) return "menos de 1 min";
  const hours = Math.floor(minutes / MINUTES_PER_HOUR);
  if (hours === 0) return `${minutes} min`;
  const days = Math.floor(hours / HOURS_PER_DAY);
  return days > 0
    ? `${days} d ${hours % HOURS_PER_DAY} h`
    : `${hours} h ${minutes % MINUTES_PER_HOUR} min`;
}

const SECOND_MS = 1_000;
const SECONDS_PER_MINUTE = 60;
const two = (n: number): string => String(n).padStart(2, "0");

/** `0:42`, `1:02:03` from an hour on: the same as static/planilla.js counts while it goes on. */
export function cronometro(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / SECOND_MS));
  const minutes = Math.floor(seconds / SECONDS_PER_MINUTE);
  const rest = two(seconds % SECONDS_PER_MINUTE);
  return minutes < MINUTES_PER_HOUR
    ? `${minutes}:${rest}`
    : `${Math.floor(minutes / MINUTES_PER_HOUR)}:${two(minutes % MINUTES_PER_HOUR)}:${rest}`;
}

/** `en armado`, `pausado en soldadura`, `a la espera de metrología`. */
export function etapaText({ operacion, estado }: Etapa): string {
  const nombre = OPERACION[operacion].toLowerCase();
  switch (estado) {
    case "progreso":
      return `en ${nombre}`;
    case "pausado":
      return `en pausa, ${nombre}`;
    case "espera":
      return `a la espera de ${nombre}`;
    case "bloqueado":
      return "bloqueado";
  }
}

/** `3 h 12 min en armado`. */
export const tramoText = ({ etapa, desdeMs, hastaMs }: Tramo): string =>
  `${duracion(hastaMs - desdeMs)} ${etapaText(etapa)}`;
