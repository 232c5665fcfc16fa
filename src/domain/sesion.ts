/** Who a browser is, as the ledger keeps it (spec 8): one record each, removed when it ends. */
import type { TrabajadorId } from "./trabajador.ts";

/** How they proved it: by picking a name on an enrolled tablet, a PIN there, or a password. */
export type Prueba = "nombre" | "pin" | "clave";

export interface Sesion {
  readonly version: number;
  /** SHA-256 of the cookie's id, hex: names the session without giving it away. */
  readonly hash: string;
  readonly trabajadorId: TrabajadorId;
  readonly prueba: Prueba;
  /** The enrolled tablet that it is on; it ends with it. Null = a browser of one's own. */
  readonly tabletId: string | null;
  /** Signs in the cookie when it was last used; random, base64url. */
  readonly sal: string;
  readonly sinceMs: number;
}

/**
 * Why it ended: its worker left, somebody else signed in there, its time was up, a supervisor
 * ended it.
 */
export type FinDeSesion = "salida" | "relevo" | "vencida" | "revocada";
