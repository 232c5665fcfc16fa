/** What the outbox is given. */
import type { Spool, Tag } from "../domain/spool.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Conexion } from "./conexion.ts";
import type { PlanDeps } from "./outbox-plan.ts";

/** Where a flush may be cut off; tests cut it off at each. */
export type Paso = "leer" | "planear" | "intento" | "escribir" | "escrito" | "anotar" | "listo";

export interface OutboxDeps extends PlanDeps {
  readonly ledger: Pick<
    Ledger,
    "epoch" | "document" | "follow" | "history" | "read" | "snapshot" | "state"
  >;
  readonly conexion: Conexion;
  /** Stores documents under the lease's fence; false when it has passed on. */
  readonly store: (documents: Readonly<Record<string, string>>) => Promise<boolean>;
  /** The newest that this process knows of a spool. */
  readonly spool: (tag: Tag) => Spool | undefined;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly log: Pick<Log, "info">;
  readonly metrics: Pick<Metrics, "sheetDelay">;
  readonly onPaso?: (paso: Paso) => void | Promise<void>;
}
