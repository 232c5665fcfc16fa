/** What a supervisor decides for all screens of the shop (issue 3). */

export interface Ajustes {
  readonly version: number;
  /** Hours after which an occupied spool is marked on the dashboard. */
  readonly umbralHoras: number;
  /** Whether a worker without a PIN may sign in on a tablet by name alone (spec 8). */
  readonly pin: "opcional" | "obligatorio";
}

/** A shift: what is held longer was left over. */
export const AJUSTES_INICIALES: Ajustes = { version: 0, umbralHoras: 8, pin: "opcional" };

/** What stands, with what an earlier ZEUES did not have yet as it is at first. */
export const ajustesDe = (stored: Partial<Ajustes> | null): Ajustes => ({
  ...AJUSTES_INICIALES,
  ...stored,
});

/** Ten days; a threshold beyond marks nothing any more. */
export const UMBRAL_MAX_HORAS = 240;

/** Reads a threshold. @returns null when it is no whole number of hours 1..UMBRAL_MAX_HORAS. */
export function parseUmbral(text: string): number | null {
  const hours = /^\d{1,3}$/.test(text.trim()) ? Number(text) : 0;
  return hours >= 1 && hours <= UMBRAL_MAX_HORAS ? hours : null;
}
