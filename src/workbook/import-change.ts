/** What an import is given, and what it hands to whoever commits it (cli, google). */
import type { Medio } from "../domain/command.ts";
import type {
  Pending,
  Planilla,
  PlanillaEvent,
  SpoolEvent,
  TrabajadorEvent,
} from "../domain/event.ts";
import type { Policy } from "../domain/policy.ts";
import type { Spool, Tag } from "../domain/spool.ts";
import type { Trabajador, TrabajadorId } from "../domain/trabajador.ts";
import type { Tab } from "./tab.ts";

export interface ImportInput {
  readonly tabs: readonly Tab[];
  /** Whether the tabs differ from those last read. */
  readonly tabsChanged: boolean;
  readonly spools: ReadonlyMap<Tag, Spool>;
  readonly trabajadores: ReadonlyMap<TrabajadorId, Trabajador>;
  readonly planilla: Planilla | null;
  /** The events of spools that an earlier plan had doubts about (`dudas`). */
  readonly history: ReadonlyMap<Tag, readonly SpoolEvent[]>;
  readonly policy: Policy;
  readonly nowMs: number;
  readonly medio: Medio;
  /** Imports also what is suspect (I4). */
  readonly force: boolean;
}

/** What stands in every event of one import. */
export type ImportMoment = Pick<ImportInput, "policy" | "nowMs" | "medio">;

/** One record's next state and its event; cli and google give it the ledger's key. */
export type ImportChange =
  | Change<"spool", Spool, SpoolEvent>
  | Change<"trabajador", Trabajador, TrabajadorEvent>
  | Change<"planilla", Planilla, PlanillaEvent>;

interface Change<Kind, State, E extends SpoolEvent | TrabajadorEvent | PlanillaEvent> {
  readonly kind: Kind;
  readonly expectedVersion: number;
  readonly state: State;
  readonly event: Pending<E>;
}
