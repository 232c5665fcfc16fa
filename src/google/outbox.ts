/**
 * From the ledger's log to the workbook (spec 7, "Out"). "Why is the sheet behind?" is answered
 * here. The design is docs/decisions/sheets.md.
 *
 * O1: the cursor moves only past what an answer showed in the right rows; what was sent and not
 *     shown stays an intent until a reading tells where it went.
 * O2: the intent is stored before the write is sent, so that it is repaired after `kill -9` too.
 * O3: a flush reads, then writes at most once: positions are never older than one answer.
 */
import type { Seq, SpoolEvent } from "../domain/event.ts";
import type { Tag } from "../domain/spool.ts";
import { isOurs } from "../workbook/plan-export.ts";
import { Bitacora } from "./bitacora.ts";
import type { Grant } from "./budget.ts";
import { SheetsError, stopped } from "./failure.ts";
import { hitTheirColumns, hitTheirRows, rangesOf } from "./flush-plan.ts";
import type { Hoja } from "./hoja.ts";
import { Lector, type Lectura } from "./lector.ts";
import { COLA_ROWS, type LogPlan, logRanges, planLog, stands, stoodStill } from "./log-plan.ts";
import { type Lote, Pendientes } from "./lote.ts";
import type { OutboxDeps, Paso } from "./outbox-deps.ts";
import {
  ajenasDe,
  historiesOf,
  type Memoria,
  pendientesOf,
  planRows,
  type RowsPlan,
  written,
} from "./outbox-plan.ts";
import { type Antes, antesOf, type Propias, repair } from "./repair.ts";
import { READ_PATIENCE_MS } from "./retry.ts";
import {
  type Enviada,
  intend,
  lost,
  parseSalida,
  SALIDA_DOCUMENT,
  type Salida,
  settled,
} from "./salida.ts";
import { tellWritten } from "./written.ts";

/** What one write carries. */
interface Plan extends RowsPlan {
  readonly log: LogPlan | null;
  /** The events whose rows are in `log`. */
  readonly logged: readonly SpoolEvent[];
}

export class Outbox {
  readonly pendientes: Pendientes;
  readonly #deps: OutboxDeps;
  readonly #bitacora: Bitacora;
  readonly #lector: Lector;
  #salida: Salida;
  #stored: Seq;
  /** Whether a write was sent, and no reading since has shown where it went. */
  #suspect: boolean;
  /** What rows said when last read, or were made to say since; null before the first reading. */
  #antes: Antes | null = null;
  /** What rows said at the last poll. */
  #vista: Hoja | null = null;

  constructor(deps: OutboxDeps, salida: Salida) {
    this.#deps = deps;
    this.#salida = salida;
    this.#stored = salida.seq;
    this.#suspect = salida.intento !== null;
    this.#bitacora = new Bitacora(deps.conexion, deps.ledger);
    this.#lector = new Lector(deps.conexion, this.#bitacora);
    this.pendientes = new Pendientes(salida.seq);
  }

  /** Up to where the log is in the sheet. */
  get cursor(): Seq {
    return this.#salida.seq;
  }

  /** Whether there is anything to read or write for. */
  get due(): boolean {
    return this.#suspect || this.pendientes.some || this.#bitacora.doubted;
  }

  /** Something of ours may stand where it does not belong: the next flush looks. */
  suspect(): void {
    this.#suspect = true;
  }

  /** The cursor, to be stored with others when it has moved without a write. */
  documents(): Readonly<Record<string, string>> {
    return this.#salida.seq === this.#stored ? {} : this.#document();
  }

  /** Whether rows of a reading say what we sent for other tags: it must not be believed then. */
  doubts(hoja: Hoja): boolean {
    const { enviadas, antes, ajenas } = this.#memoria();
    // After a start nothing is known: the first flush finds out.
    if (enviadas.length === 0 || !antes) return enviadas.length > 0;
    const said = (tag: string) => antes.get(tag)?.[0]?.celdas ?? {};
    return repair(hoja, enviadas, said, ajenas).escrituras.length > 0;
  }

  /** A whole reading that is believed: what rows say that the ledger can't tell. */
  saw(hoja: Hoja): void {
    this.#vista = hoja;
  }

  /** What rows said at the last poll, of those that the ledger can't tell by now. */
  #notTold(): readonly Propias[] {
    const { spool } = this.#deps;
    const sound = (tag: Tag) => spool(tag)?.inconsistencia === null;
    return this.#vista ? ajenasDe(this.#vista, sound) : (this.#salida.intento?.ajenas ?? []);
  }

  #memoria(): Memoria {
    const ajenas = antesOf(this.#notTold());
    return { enviadas: this.#enviadas(), antes: this.#antes, ajenas };
  }

  /** What was sent and may still be applied, or was and nobody has looked since. */
  #enviadas(): readonly Enviada[] {
    const nowMs = this.#deps.now();
    const all = this.#salida.intento?.enviadas ?? [];
    return this.#suspect ? all : all.filter(({ hastaMs }) => hastaMs > nowMs);
  }

  stop(): void {
    this.pendientes.stop();
  }

  /**
   * Brings the sheet to where the ledger is, one batch.
   * @returns `again` when rows moved meanwhile: at once, please
   * @throws SheetsError, WorkbookError (a tab or a critical column is missing), LedgerUnavailable
   */
  async flush(): Promise<"done" | "again"> {
    if (await this.#bitacora.strange()) {
      await this.#bitacora.learn(this.cursor, this.#salida.intento?.cola ?? []);
    }
    const lote = await this.pendientes.next(this.#deps.ledger, this.cursor);
    await this.#paso("leer");
    // Held ahead, so that nothing waits between what was read and what is written (budget B2).
    const { budget, signal } = this.#deps.conexion.policy;
    using grant = await budget.hold({ read: 1, write: 1 }, READ_PATIENCE_MS, signal);
    const lectura = await this.#lector.read(grant, this.#enviadas().length > 0);
    const { final } = lectura;
    if (final && !stands(final, this.#bitacora.ultima)) {
      this.#bitacora.doubt();
      return "again";
    }
    await this.#paso("planear");
    const plan = await this.#plan(lote, lectura);
    if (plan.log && final && plan.log.rows.length > 0) {
      const { fila, rows } = plan.log;
      if ((await this.#bitacora.makeRoom(fila, rows.length)) === "moved") return "again";
    }
    if (!(await this.#write(plan, lectura, grant))) return "again";
    await this.#settle(lote);
    return "done";
  }

  async #plan(lote: Lote, { hoja, final }: Lectura): Promise<Plan> {
    const due = lote.events.filter((event) => isOurs(event) && this.#bitacora.lacks(event));
    const logged = final ? [...this.#bitacora.missing, ...due] : [];
    const tags = [...lote.tags.keys(), ...logged.map(({ tag }) => tag)];
    const histories = await historiesOf(this.#deps, tags);
    const pendientes = await pendientesOf(this.#deps, lote.tags, histories, this.cursor);
    const rows = await planRows(this.#deps, hoja, this.#memoria(), pendientes);
    this.#antes = antesOf(rows.hoja.filas);
    const of = ({ tag }: SpoolEvent): readonly SpoolEvent[] => histories.get(tag) ?? [];
    const log = final && planLog(final, logged, of, this.#bitacora.covered, this.#deps.policy);
    return { ...rows, log, logged };
  }

  /** @returns false when the answer shows other rows than were meant */
  async #write(plan: Plan, { hoja, final }: Lectura, grant: Grant): Promise<boolean> {
    const { conexion, now } = this.#deps;
    const { ultima } = this.#bitacora;
    const rows = rangesOf(plan.escrituras, hoja);
    const data = [...rows, ...(plan.log && final ? logRanges(final, plan.log, ultima) : [])];
    const before = this.#salida.intento;
    if (data.length === 0) return true;
    const cola = final?.filas.slice(-COLA_ROWS) ?? [];
    const intento = intend(before, plan.escrituras, this.#notTold(), cola);
    this.#salida = { ...this.#salida, intento };
    this.#suspect = true;
    await this.#paso("intento");
    await this.#store();
    await this.#paso("escribir");
    const echo = await conexion.write(data, grant).catch((error: unknown) => {
      const applied = !(error instanceof SheetsError) || error.mayBeApplied;
      const enviadas = lost(intento.enviadas, now());
      this.#salida = { ...this.#salida, intento: applied ? { ...intento, enviadas } : before };
      throw error;
    });
    await this.#paso("escrito");
    const log = echo.slice(rows.length);
    const still = log.length === 0 || stoodStill(log, ultima);
    if (plan.log && still) this.#wroteLog(plan.log, plan.logged);
    if (!still) this.#bitacora.doubt();
    const hit = hitTheirRows(plan.escrituras, plan.hoja, echo[0]) && hitTheirColumns(rows, echo);
    if (hit) this.#antes = written(plan);
    return hit && still;
  }

  #wroteLog({ fila, rows, id }: LogPlan, logged: readonly SpoolEvent[]): void {
    const ultima = id === null ? null : { fila: fila + rows.length - 1, id };
    this.#bitacora.wrote(ultima, logged);
  }

  /** All of the share is in the sheet. */
  async #settle(lote: Lote): Promise<void> {
    const { intento } = this.#salida;
    const open = settled(intento, this.#deps.now());
    this.#salida = { ...this.#salida, seq: lote.hasta, intento: open };
    this.#suspect = false;
    this.#bitacora.passed(lote.hasta);
    this.pendientes.done(lote, lote.hasta);
    await this.#paso("anotar");
    if (intento !== open) await this.#store();
    tellWritten(this.#deps, lote);
    await this.#paso("listo");
  }

  #document(): Readonly<Record<string, string>> {
    return { [SALIDA_DOCUMENT]: JSON.stringify(this.#salida) };
  }

  async #store(): Promise<void> {
    const { seq } = this.#salida;
    if (!(await this.#deps.store(this.#document()))) throw stopped();
    this.#stored = seq;
  }

  async #paso(paso: Paso): Promise<void> {
    await this.#deps.onPaso?.(paso);
  }
}

/** Opens the outbox where it stood, and follows the log from there. */
export async function openOutbox(deps: OutboxDeps, head: Seq): Promise<Outbox> {
  const { ledger, now } = deps;
  const text = await ledger.document(SALIDA_DOCUMENT);
  const salida = parseSalida(text, { epoch: ledger.epoch, head, nowMs: now() });
  const outbox = new Outbox(deps, salida);
  await outbox.pendientes.follow(ledger);
  return outbox;
}
