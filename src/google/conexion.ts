/**
 * The spreadsheet under one holder's policy: each request has its slot in the budget, its wait and
 * its count (retry.ts), and no write is sent by a holder whose lease may have run out before
 * Google has answered.
 */
import { headerKey, WorkbookError } from "../workbook/tab.ts";
import type { Grant } from "./budget.ts";
import { CALL_TIMEOUT_MS } from "./client.ts";
import { SheetsError, stopped } from "./failure.ts";
import { type Policy, withPolicy } from "./retry.ts";
import type {
  Growth,
  NameChange,
  NewSheet,
  Properties,
  RangeRows,
  RangeWrite,
  Sheet,
  Spreadsheet,
} from "./spreadsheet.ts";

/** Titles, sizes and locale change seldom; hands may change them all the same. */
const PROPERTIES_MAX_MS = 60_000;

export interface ConexionDeps {
  readonly spreadsheet: Spreadsheet;
  readonly policy: Policy;
  /** Milliseconds that the lease surely has left. */
  readonly leftMs: () => number;
}

export class Conexion {
  readonly policy: Policy;
  readonly #deps: ConexionDeps;
  #properties: { readonly value: Properties; readonly atMs: number } | null = null;

  constructor(deps: ConexionDeps) {
    this.#deps = deps;
    this.policy = deps.policy;
  }

  get account(): string | null {
    return this.#deps.spreadsheet.account;
  }

  /** Tabs, sizes, locale; not older than a minute. */
  async properties(): Promise<Properties> {
    const now = this.policy.clock.now();
    if (this.#properties && now - this.#properties.atMs < PROPERTIES_MAX_MS) {
      return this.#properties.value;
    }
    const run = () => this.#deps.spreadsheet.properties();
    const value = await withPolicy({ kind: "read", run }, this.policy);
    this.#properties = { value, atMs: now };
    return value;
  }

  /** A tab was renamed, deleted or has grown: the next `properties` asks. */
  forget(): void {
    this.#properties = null;
  }

  /** @throws WorkbookError when the workbook has no such tab */
  async sheet(name: string): Promise<Sheet> {
    const { sheets } = await this.properties();
    const found = sheets.find(({ title }) => headerKey(title) === headerKey(name));
    if (!found) {
      this.forget();
      throw new WorkbookError(`Falta la hoja ${name} en la planilla`);
    }
    return found;
  }

  /** @param grant a slot that was held ahead */
  read(ranges: readonly string[], grant?: Grant): Promise<readonly RangeRows[]> {
    const run = () => this.#deps.spreadsheet.read(ranges);
    const call = { kind: "read", run, ...(grant ? { grant } : {}) } as const;
    return this.#forgetting(withPolicy(call, this.policy));
  }

  /** @returns what stands in the written ranges now */
  write(data: readonly RangeWrite[], grant?: Grant): Promise<readonly RangeRows[]> {
    return this.#writing(() => this.#deps.spreadsheet.write(data, { echo: true }), grant);
  }

  async grow(sheetId: number, by: Growth): Promise<void> {
    await this.#writing(() => this.#deps.spreadsheet.grow(sheetId, by));
    this.forget();
  }

  async nameColumns(changes: readonly NameChange[]): Promise<void> {
    await this.#writing(() => this.#deps.spreadsheet.nameColumns(changes));
    this.forget();
  }

  async addTab(sheet: NewSheet): Promise<void> {
    await this.#writing(() => this.#deps.spreadsheet.addTab(sheet));
    this.forget();
  }

  #writing<T>(send: () => Promise<T>, grant?: Grant): Promise<T> {
    const run = async (): Promise<T> => {
      // A process that was asleep, or whose store is away, is no holder by now.
      if (this.#deps.leftMs() <= CALL_TIMEOUT_MS) throw stopped();
      return await send();
    };
    const call = { kind: "write", run, ...(grant ? { grant } : {}) } as const;
    return this.#forgetting(withPolicy(call, this.policy));
  }

  /** What is denied may be so because tabs are others by now. */
  async #forgetting<T>(call: Promise<T>): Promise<T> {
    try {
      return await call;
    } catch (error) {
      if (error instanceof SheetsError && error.kind === "denied") this.forget();
      throw error;
    }
  }
}

/** Whether a tab of that title holds the log. */
export const isLogTitle = (title: string): boolean => /^metadata\d*$/.test(headerKey(title));

/** The tabs that hold the log: `Metadata`, then `Metadata_2` and so on, in that order. */
export function logSheets({ sheets }: Properties): readonly Sheet[] {
  const place = ({ title }: Sheet): number => {
    const digits = /^metadata(\d*)$/.exec(headerKey(title))?.[1];
    return digits === undefined ? 0 : Number(digits || 1);
  };
  return sheets.filter((sheet) => place(sheet) > 0).sort((a, b) => place(a) - place(b));
}
