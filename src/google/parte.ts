/** What is said of the sync: how far the sheet is behind, and what is wrong (spec 7). */
import type { Sincronia } from "../domain/planilla.ts";
import type { Log } from "../log.ts";
import { WorkbookError } from "../workbook/tab.ts";
import { SheetsError } from "./failure.ts";
import type { Pendientes } from "./lote.ts";
import type { Attempt } from "./retry.ts";

/** A single request that failed is not worth a word. */
const SAID_AFTER_MS = 20_000;

interface Failure {
  readonly sinceMs: number;
  readonly motivo: string;
  /** Refused for good: somebody must do something. */
  readonly denied: boolean;
}

/** A column or a tab that is gone: the next reading says which, or finds it again. */
const forGood = ({ fault }: SheetsError): boolean =>
  fault.kind === "denied" && fault.reason !== "tab" && fault.reason !== "grid";

export class Parte {
  readonly #now: () => number;
  readonly #log: Pick<Log, "warn">;
  #failure: Failure | null = null;
  #leidaMs: number | null = null;

  /** @param now epoch milliseconds */
  constructor(now: () => number, log: Pick<Log, "warn">) {
    this.#now = now;
    this.#log = log;
  }

  /** The whole sheet was read, and is what people see. */
  read(): void {
    this.#leidaMs = this.#now();
  }

  /** What was tried has worked. */
  fine(): void {
    this.#failure = null;
  }

  /**
   * One request, also of those that are repeated: an outage is told while they still are. What is
   * refused for good is told by who asked.
   */
  request({ failure }: Pick<Attempt, "failure">): void {
    if (!failure) {
      if (!this.#failure?.denied) this.fine();
    } else if (failure.kind === "busy" || failure.kind === "lost") this.failed(failure);
  }

  /** @returns whether it is refused for good */
  failed(error: SheetsError | WorkbookError): boolean {
    const denied = error instanceof WorkbookError || forGood(error);
    if (error.message !== this.#failure?.motivo) {
      const detail = error instanceof SheetsError ? error.detail : "";
      this.#log.warn({ detail }, `planilla: ${error.message}`);
    }
    const sinceMs = this.#failure?.sinceMs ?? this.#now();
    this.#failure = { sinceMs, motivo: error.message, denied };
    return denied;
  }

  /** How it stands now. */
  sincronia({ behind }: Pick<Pendientes, "behind">): Sincronia {
    const nowMs = this.#now();
    const failure = this.#failure;
    const said = failure && (failure.denied || nowMs - failure.sinceMs >= SAID_AFTER_MS);
    return {
      atMs: nowMs,
      pendientes: behind.count,
      pendienteDesdeMs: behind.sinceMs,
      leidaMs: this.#leidaMs,
      sinConexionDesdeMs: said ? failure.sinceMs : null,
      motivo: said ? failure.motivo : null,
    };
  }
}
