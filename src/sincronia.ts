/**
 * How the sheet and the ledger are in step, as every process shows it: read from the document that
 * the sync's holder leaves in the ledger, and known at once where the holder is this process.
 *
 * N1: a listener is told when what is said of it changes, not with each reading.
 * N2: a reading never takes back what was told meanwhile.
 */
import {
  type EstadoDePlanilla,
  estadoDePlanilla,
  type LoSabido,
  sincroniza,
} from "./domain/estado-planilla.ts";
import { SINCRONIA_DOCUMENT, type Sincronia } from "./domain/planilla.ts";
import { type Ledger, LedgerUnavailable } from "./ledger/ledger.ts";

/** As often as the holder writes to the sheet: half of that late on average. */
const READ_MS = 2_000;

const isInstant = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value);
const instantOrNull = (value: unknown): number | null => (isInstant(value) ? value : null);

/** Reads the document. @returns null when there is none, or it is none of ours. */
export function parseSincronia(text: string | null): Sincronia | null {
  if (text === null) return null;
  try {
    const read: unknown = JSON.parse(text);
    if (typeof read !== "object" || read === null) return null;
    const of = (name: keyof Sincronia): unknown => Reflect.get(read, name);
    const [atMs, pendientes, motivo] = [of("atMs"), of("pendientes"), of("motivo")];
    if (!isInstant(atMs) || !isInstant(pendientes)) return null;
    return {
      atMs,
      pendientes: Math.max(0, Math.trunc(pendientes)),
      pendienteDesdeMs: instantOrNull(of("pendienteDesdeMs")),
      leidaMs: instantOrNull(of("leidaMs")),
      sinConexionDesdeMs: instantOrNull(of("sinConexionDesdeMs")),
      motivo: typeof motivo === "string" ? motivo : null,
    };
  } catch {
    return null; // no JSON
  }
}

export interface SincroniaDeps {
  readonly ledger: Pick<Ledger, "document">;
  /** Whether the import stands still, as this process shows the record `planilla`. */
  readonly congelada: () => boolean;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Told of what a reading throws that is not the ledger's absence. */
  readonly onFault: (fault: unknown) => void;
  /** How often the document is read; two seconds. */
  readonly readMs?: number;
  /** Calls `act` again and again; the answer ends it. By default a timer. */
  readonly every?: (ms: number, act: () => void) => () => void;
}

const timer = (ms: number, act: () => void): (() => void) => {
  const running = setInterval(act, ms);
  return () => clearInterval(running);
};

/** Follows the sync from `start` to `stop`. */
export class SincroniaWatch {
  readonly #deps: SincroniaDeps;
  readonly #listeners = new Set<(estado: EstadoDePlanilla) => void>();
  readonly #desdeMs: number;
  #latest: Sincronia | null = null;
  #said: string;
  /** Counts what was told, so that a reading under way knows that it is late (N2). */
  #tellings = 0;
  #reading: Promise<void> | null = null;
  #end = (): void => {};
  #stopped = false;

  constructor(deps: SincroniaDeps) {
    this.#deps = deps;
    this.#desdeMs = deps.now();
    this.#said = JSON.stringify(this.estado);
  }

  /** What was told last; null before the first time. */
  get latest(): Sincronia | null {
    return this.#latest;
  }

  /** What is to be said just now. */
  get estado(): EstadoDePlanilla {
    return estadoDePlanilla(this.#sabido(), this.#deps.now());
  }

  /** Whether some process keeps the sheet in step and reaches it. */
  get up(): boolean {
    return sincroniza(this.#sabido(), this.#deps.now());
  }

  #sabido(): LoSabido {
    const congelada = this.#deps.congelada();
    return { sincronia: this.#latest, congelada, desdeMs: this.#desdeMs };
  }

  /** Told when what is said changes (N1). @returns a function that ends it. */
  onChange(listener: (estado: EstadoDePlanilla) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Reads now, and again and again from then on. */
  start(): void {
    const { every = timer, readMs = READ_MS } = this.#deps;
    this.#end = every(readMs, () => void this.read());
    void this.read();
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#end();
    await this.#reading;
  }

  /** For the holder in this process, once the document is stored. */
  told(sincronia: Sincronia): void {
    this.#tellings += 1;
    this.#latest = sincronia;
    this.refresh();
  }

  /** Says what changed, if anything: to be called when `congelada` may be another. */
  refresh(): void {
    const { estado } = this;
    const says = JSON.stringify(estado);
    if (says === this.#said || this.#stopped) return;
    this.#said = says;
    for (const listener of this.#listeners) listener(estado);
  }

  /** Reads the document, one reading at a time; while the ledger is away the last stands. */
  read(): Promise<void> {
    this.#reading ??= this.#readOnce().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  async #readOnce(): Promise<void> {
    const tellings = this.#tellings;
    try {
      const read = parseSincronia(await this.#deps.ledger.document(SINCRONIA_DOCUMENT));
      if (read && tellings === this.#tellings) this.#latest = read;
    } catch (error) {
      if (!(error instanceof LedgerUnavailable)) this.#deps.onFault(error);
    }
    // Also without a reading: what was told grows old.
    this.refresh();
  }
}
