/** Who a browser is, as the ledger keeps it (spec 8): one record each, removed when it ends. */
import type { TrabajadorId } from "./trabajador.ts";

export interface Sesion {
  readonly version: number;
  /** SHA-256 of the cookie, hex: names the session without giving it away. */
  readonly hash: string;
  readonly trabajadorId: TrabajadorId;
  readonly sinceMs: number;
}

/** Why it ended: its worker left, somebody picked a name in the same browser, its time was up. */
export type FinDeSesion = "salida" | "relevo" | "vencida";
