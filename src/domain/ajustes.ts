/** What a supervisor decides for all screens of the shop (issue 3). */

export interface Ajustes {
  readonly version: number;
  /** Hours after which an occupied spool is marked on the dashboard. */
  readonly umbralHoras: number;
}

/** A shift: what is held longer was left over. */
export const AJUSTES_INICIALES: Ajustes = { version: 0, umbralHoras: 8 };

/** Ten days; a threshold beyond marks nothing any more. */
export const UMBRAL_MAX_HORAS = 240;

/** Reads a threshold. @returns null when it is no whole number of hours 1..UMBRAL_MAX_HORAS. */
export function parseUmbral(text: string): number | null {
  const hours = /^\d{1,3}$/.test(text.trim()) ? Number(text) : 0;
  return hours >= 1 && hours <= UMBRAL_MAX_HORAS ? hours : null;
}
