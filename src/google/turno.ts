/**
 * One holder's turn: polls and flushes, one after the other, each at its time (spec 7).
 *
 * T1: a poll every 10 s, a flush at most every 2 s, and at once when rows moved under a write.
 * T2: what is read while something of ours may stand in a wrong row is not believed: first it is
 *     put right.
 */
import { SINCRONIA_DOCUMENT, type Sincronia } from "../domain/planilla.ts";
import type { Policy } from "../domain/policy.ts";
import type { Spool, Tag } from "../domain/spool.ts";
import { type Lease, type Ledger, LedgerUnavailable } from "../ledger/ledger.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import { WorkbookError } from "../workbook/tab.ts";
import { Backoff } from "./backoff.ts";
import type { Budget } from "./budget.ts";
import type { Clock } from "./clock.ts";
import { Conexion } from "./conexion.ts";
import { cupoDocument, openBudget } from "./cupo.ts";
import { SheetsError } from "./failure.ts";
import { Intake, type Known } from "./intake.ts";
import { hojaOfLibro, LectorDeLibro } from "./leer-libro.ts";
import { meter } from "./meter.ts";
import { type Outbox, openOutbox } from "./outbox.ts";
import type { OutboxDeps } from "./outbox-deps.ts";
import { Parte } from "./parte.ts";
import type { Attempt } from "./retry.ts";
import type { Spreadsheet } from "./spreadsheet.ts";

export const POLL_MS = 10_000;
export const FLUSH_MS = 2_000;
/** Where a minute's requests run short: the rest is for what went wrong. */
const SLOW_FLUSH_MS = 4_000;
const RESERVE = 15;
/** What is refused for good is asked again this often: somebody may have mended it. */
const DENIED_MS = 30_000;
/** What another process committed is known here within this time, or soon after. */
const CATCH_UP_MS = 100;
/** Rows that move under five writes in a row: the next flush is another cycle's. */
const AGAIN_MAX = 5;
/** The chip of every process hangs on it (domain/planilla). */
const HEARTBEAT_MS = 10_000;

export interface TurnoDeps {
  readonly ledger: OutboxDeps["ledger"] & Pick<Ledger, "commit" | "putDocuments">;
  readonly lease: Lease;
  readonly spreadsheet: Spreadsheet;
  readonly known: () => Known;
  readonly spool: (tag: Tag) => Spool | undefined;
  readonly policy: Policy;
  readonly clock: Clock;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly log: Pick<Log, "info" | "warn" | "error">;
  readonly metrics: Pick<Metrics, "googleCalls" | "googleBudgetLeft" | "sheetDelay">;
  /** What the chip of this process says; all others read it in the store. */
  readonly tell: (sincronia: Sincronia) => void;
  readonly onPaso?: NonNullable<OutboxDeps["onPaso"]>;
}

interface Parts {
  readonly outbox: Outbox;
  readonly intake: Intake;
  readonly libro: LectorDeLibro;
  readonly budget: Budget;
  readonly parte: Parte;
}

export class Turno {
  readonly #deps: TurnoDeps;
  readonly #parts: Parts;
  #pollAtMs = Number.NEGATIVE_INFINITY;
  #polledMs = Number.NEGATIVE_INFINITY;
  #flushAtMs = Number.NEGATIVE_INFINITY;
  #toldAtMs = Number.NEGATIVE_INFINITY;
  #told = "";
  #wake: AbortController | null = null;

  constructor(deps: TurnoDeps, parts: Parts) {
    this.#deps = deps;
    this.#parts = parts;
    parts.outbox.pendientes.onNews(() => this.#wake?.abort());
  }

  /** Until the lease or the process ends. */
  async run(): Promise<void> {
    const { signal } = this.#deps;
    const beating = this.#beat();
    while (!signal.aborted) {
      await this.step();
      await this.#rest();
    }
    await beating;
  }

  /** A step may wait long for Google; the chip tells of it all the same. */
  async #beat(): Promise<void> {
    const { clock, signal } = this.#deps;
    while (!signal.aborted) {
      await clock.sleep(HEARTBEAT_MS / 2, signal).catch(() => {});
      if (!signal.aborted) await this.#publish({});
    }
  }

  /** What is due now. */
  async step(): Promise<void> {
    const { clock } = this.#deps;
    if (clock.now() >= this.#pollAtMs) await this.#attempt(() => this.poll());
    if (this.#parts.outbox.due && clock.now() >= this.#flushAtMs) {
      await this.#attempt(() => this.flush());
    }
    await this.#publish(this.#parts.outbox.documents());
  }

  /** When something is due next, by the clock. */
  get dueAtMs(): number {
    const flushAtMs = this.#parts.outbox.due ? this.#flushAtMs : Number.POSITIVE_INFINITY;
    return Math.min(this.#pollAtMs, flushAtMs, this.#toldAtMs + HEARTBEAT_MS);
  }

  nudge(): void {
    this.#pollAtMs = Math.min(this.#pollAtMs, this.#polledMs + FLUSH_MS);
    this.#wake?.abort();
  }

  /** Reads the workbook and takes in what is new. */
  async poll(): Promise<void> {
    const { outbox, intake, libro, parte } = this.#parts;
    const { clock, known } = this.#deps;
    this.#polledMs = clock.now();
    this.#pollAtMs = this.#polledMs + POLL_MS;
    const read = await libro.read();
    const hoja = hojaOfLibro(read);
    if (outbox.doubts(hoja)) {
      outbox.suspect();
      return;
    }
    outbox.saw(hoja);
    const { plan } = await intake.take(read);
    const undone = new Set(
      (known().planilla?.cambios ?? []).filter(({ deshacer }) => deshacer).map(({ tag }) => tag),
    );
    outbox.pendientes.again(plan.repasar, (tag) => undone.has(tag));
    parte.read();
  }

  /** Writes what the sheet lacks. */
  async flush(): Promise<void> {
    const { outbox } = this.#parts;
    const { budget } = this.#parts;
    const short = Math.min(budget.left("read"), budget.left("write")) < RESERVE;
    this.#flushAtMs = this.#deps.clock.now() + (short ? SLOW_FLUSH_MS : FLUSH_MS);
    for (let tries = 0; tries < AGAIN_MAX; tries++) {
      if ((await outbox.flush()) === "done") return;
    }
  }

  /** The next holder knows what was spent. */
  async end(): Promise<void> {
    const { outbox, budget } = this.#parts;
    outbox.stop();
    const note = cupoDocument(budget, this.#deps.now(), true);
    await this.#store({ ...outbox.documents(), ...note }).catch(() => {});
  }

  sincronia(): Sincronia {
    return this.#parts.parte.sincronia(this.#parts.outbox.pendientes);
  }

  async #attempt(step: () => Promise<void>): Promise<void> {
    try {
      await step();
      this.#parts.parte.fine();
    } catch (error) {
      if (error instanceof SheetsError || error instanceof WorkbookError) this.#failed(error);
      else if (!(error instanceof LedgerUnavailable)) throw error;
    }
  }

  #failed(error: SheetsError | WorkbookError): void {
    if (error instanceof SheetsError && error.kind === "stopped") return;
    if (!this.#parts.parte.failed(error) || error instanceof WorkbookError) return;
    const againMs = this.#deps.clock.now() + DENIED_MS;
    this.#pollAtMs = Math.max(this.#pollAtMs, againMs);
    this.#flushAtMs = Math.max(this.#flushAtMs, againMs);
  }

  /** Tells all processes how far the sheet is, when that is another thing or it is time. */
  async #publish(more: Readonly<Record<string, string>>): Promise<void> {
    const { clock, tell, now } = this.#deps;
    const sincronia = this.sincronia();
    const { atMs, ...rest } = sincronia;
    const text = JSON.stringify({ ...rest, leidaMs: rest.leidaMs !== null, ...more });
    if (text === this.#told && clock.now() - this.#toldAtMs < HEARTBEAT_MS) return;
    const documents = {
      ...more,
      ...cupoDocument(this.#parts.budget, now(), false),
      [SINCRONIA_DOCUMENT]: JSON.stringify(sincronia),
    };
    // A store that is away is told again when it is back.
    await this.#store(documents).catch(() => {});
    tell(sincronia);
    this.#told = text;
    this.#toldAtMs = clock.now();
  }

  #store(documents: Readonly<Record<string, string>>): Promise<boolean> {
    return storing(this.#deps)(documents);
  }

  async #rest(): Promise<void> {
    const { clock, signal } = this.#deps;
    const wake = new AbortController();
    this.#wake = wake;
    const both = AbortSignal.any([signal, wake.signal]);
    await clock.sleep(Math.max(0, this.dueAtMs - clock.now()), both).catch(() => {});
    this.#wake = null;
  }
}

const storing =
  ({ ledger, lease }: Pick<TurnoDeps, "ledger" | "lease">) =>
  (documents: Readonly<Record<string, string>>): Promise<boolean> =>
    ledger.putDocuments(documents, { lease: "planilla", fence: lease.fence });

/** Begins a turn where the last one ended. */
export async function takeTurn(deps: TurnoDeps): Promise<Turno> {
  const { ledger, lease, spreadsheet, clock, now, random, signal, metrics, known, policy } = deps;
  const budget = await openBudget(ledger, clock, now());
  const backoff = new Backoff({ clock, random });
  const parte = new Parte(now, deps.log);
  const count = meter(metrics, budget);
  const onAttempt = (one: Attempt): void => {
    count(one);
    parte.request(one);
  };
  const calls = { budget, backoff, clock, signal, onAttempt };
  const conexion = new Conexion({ spreadsheet, policy: calls, leftMs: lease.leftMs });
  const cambios = () => known().planilla?.cambios ?? [];
  const store = storing(deps);
  const { seq } = await ledger.snapshot();
  const outbox = await openOutbox({ ...deps, conexion, store, cambios }, seq);
  const fence = () => ({ lease: "planilla", fence: lease.fence });
  const pendientes = (tag: Tag) => outbox.pendientes.has(tag);
  const caughtUp = () => clock.sleep(CATCH_UP_MS, signal);
  const intake = new Intake({ ledger, fence, known, caughtUp, pendientes, policy, now });
  return new Turno(deps, { outbox, intake, libro: new LectorDeLibro(conexion), budget, parte });
}
