/**
 * An emulator of the Google Sheets v4 REST API with its token endpoint, on 127.0.0.1. The real
 * client talks to it: `rootUrl` for the API, `tokenUrl` in place of oauth2.googleapis.com/token.
 *
 * E1: what a call changes is applied whole or not at all, in one step that no hand interrupts;
 *     hands act between calls, and in `beforeApply` and `afterApply`.
 * E2: an answer that a fault drops or cuts is of a call that was applied.
 */
import type { IncomingHttpHeaders } from "node:http";
import type { JsonObject } from "./api-error.ts";
import type { Call } from "./call.ts";
import { seedsOf } from "./create.ts";
import { Faults } from "./faults.ts";
import { Hands } from "./hands.ts";
import { type Cell, isFormula, Sheet, Spreadsheet } from "./model.ts";
import { type Account, OAuth, throwAwayAccount } from "./oauth.ts";
import { GOOGLE_LIMITS, type Limits, Quota } from "./quota.ts";
import { type Listening, listen } from "./server.ts";
import { Service } from "./service.ts";
import { apply, planAt } from "./values-write.ts";

export type Role = "writer" | "reader";
/** Calls that the log keeps, oldest dropped first: an hour of a busy test. */
const LOG_MAX = 100_000;

export interface SheetSeed {
  readonly title: string;
  /** Entered as a person types them when strings (`typed`), else stored as they are. */
  readonly values?: readonly (readonly (string | number | boolean | null)[])[];
  readonly rowCount?: number;
  readonly columnCount?: number;
  readonly frozenRowCount?: number;
  readonly sheetId?: number;
  /** Read strings by the locale (USER_ENTERED) instead of storing them as text (RAW). */
  readonly typed?: boolean;
}

export interface EmulatorOptions {
  /** 0 = any free one, the default. */
  readonly port?: number;
  readonly spreadsheetId?: string;
  readonly title?: string;
  /** `es_CL` when not given. */
  readonly locale?: string;
  readonly timeZone?: string;
  readonly sheets?: readonly SheetSeed[];
  readonly limits?: Partial<Limits>;
  /** Epoch milliseconds: quota, dates, darkness. */
  readonly now?: () => number;
  /** Epoch milliseconds for tokens. The client signs by the machine's clock, hence its default. */
  readonly authNow?: () => number;
  /** Waits out latency and delays. */
  readonly sleep?: (ms: number) => Promise<void>;
  readonly imports?: "error" | "loading";
  readonly email?: string;
}

export interface Hooks {
  beforeApply?: (call: Readonly<Call>) => unknown;
  afterApply?: (call: Readonly<Call>, status: number) => unknown;
}

const realSleep = (ms: number): Promise<void> =>
  ms <= 0 ? Promise.resolve() : new Promise((passed) => setTimeout(passed, ms));

export const PROJECT_NUMBER = "123456789012";
const DEFAULT_ID = "emulated-0000000000000000000000000000000000";

export class Emulator {
  readonly spreadsheets = new Map<string, Spreadsheet>();
  readonly faults = new Faults();
  readonly oauth = new OAuth();
  readonly hooks: Hooks = {};
  readonly quota: Quota;
  readonly service: Service;
  readonly hands: Hands;
  readonly account: Account;
  readonly now: () => number;
  readonly authNow: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Every answer takes so long, or as long as a function of the call says. */
  latencyMs: number | ((call: Readonly<Call>) => number) = 0;
  readonly spreadsheetId: string;
  #roles = new Map<string, Map<string, Role>>();
  #calls: Call[] = [];
  #listening: Listening | null = null;

  constructor(options: EmulatorOptions) {
    this.now = options.now ?? Date.now;
    this.authNow = options.authNow ?? Date.now;
    this.sleep = options.sleep ?? realSleep;
    this.quota = new Quota({ ...GOOGLE_LIMITS, ...options.limits }, PROJECT_NUMBER);
    this.service = new Service({ now: this.now, imports: options.imports ?? "error" });
    const email = options.email ?? "zeues@emulator.iam.gserviceaccount.com";
    this.account = throwAwayAccount(email);
    this.oauth.addAccount(this.account);
    this.spreadsheetId = options.spreadsheetId ?? DEFAULT_ID;
    this.addSpreadsheet(this.spreadsheetId, options);
    this.share(email, "writer");
    this.hands = new Hands(this, this.spreadsheetId);
  }

  /** The spreadsheet it was started with. */
  get spreadsheet(): Spreadsheet {
    const found = this.spreadsheets.get(this.spreadsheetId);
    if (!found) throw new Error("the emulator's spreadsheet is gone");
    return found;
  }

  addSpreadsheet(id: string, options: EmulatorOptions): Spreadsheet {
    const spreadsheet = new Spreadsheet(id, {
      title: options.title ?? "Taller",
      locale: options.locale ?? "es_CL",
      timeZone: options.timeZone ?? "America/Santiago",
    });
    const seeds = options.sheets ?? [{ title: "Sheet1" }];
    for (const [i, seed] of seeds.entries()) this.#addSheet(spreadsheet, seed, i);
    this.spreadsheets.set(id, spreadsheet);
    return spreadsheet;
  }

  /** spreadsheets.create: it belongs to who made it. @returns its id */
  create(body: JsonObject, user: string): string {
    const id = `emulated-${String(this.spreadsheets.size).padStart(35, "1")}`;
    this.addSpreadsheet(id, seedsOf(body));
    this.share(user, "writer", id);
    return id;
  }

  #addSheet(spreadsheet: Spreadsheet, seed: SheetSeed, i: number): void {
    const values = seed.values ?? [];
    const width = values.reduce((n, row) => Math.max(n, row.length), 0);
    const sheet = new Sheet({
      sheetId: seed.sheetId ?? i,
      title: seed.title,
      rowCount: seed.rowCount ?? Math.max(1000, values.length),
      columnCount: seed.columnCount ?? Math.max(26, width),
      frozenRowCount: seed.frozenRowCount ?? 0,
      frozenColumnCount: 0,
      hidden: false,
      extra: {},
    });
    spreadsheet.sheets.push(sheet);
    const typing = this.service.typing(spreadsheet);
    const option = seed.typed === true ? "USER_ENTERED" : "RAW";
    const data = { values, majorDimension: "ROWS" } as const;
    apply(spreadsheet, planAt(sheet, 0, 0, data, option, typing));
  }

  /** Null takes it back. */
  share(email: string, role: Role | null, spreadsheetId = this.spreadsheetId): void {
    const roles = this.#roles.get(spreadsheetId) ?? new Map<string, Role>();
    if (role === null) roles.delete(email);
    else roles.set(email, role);
    this.#roles.set(spreadsheetId, roles);
  }

  roleOf(spreadsheetId: string, email: string): Role | null {
    return this.#roles.get(spreadsheetId)?.get(email) ?? null;
  }

  record(call: Call): void {
    if (this.#calls.length >= LOG_MAX) this.#calls.splice(0, LOG_MAX / 2);
    this.#calls.push(call);
  }

  /** Every request to the API and the token endpoint, in order of arrival. */
  get calls(): readonly Readonly<Call>[] {
    return this.#calls;
  }

  clearCalls(): void {
    this.#calls = [];
  }

  latencyOf(call: Readonly<Call>): number {
    return typeof this.latencyMs === "function" ? this.latencyMs(call) : this.latencyMs;
  }

  /** What was entered in every cell, by title: formulas as text, blanks "". For comparing bytes. */
  snapshot(spreadsheetId = this.spreadsheetId): Record<string, (string | number | boolean)[][]> {
    const spreadsheet = this.spreadsheets.get(spreadsheetId);
    const entered = (cell: Cell | undefined): string | number | boolean => {
      const value = cell?.value ?? "";
      return isFormula(value) ? value.formula : value;
    };
    const cells = ({ rows }: Sheet) => rows.map((row) => Array.from(row, entered));
    return Object.fromEntries(
      (spreadsheet?.sheets ?? []).map((sheet) => [sheet.properties.title, cells(sheet)]),
    );
  }

  /** What GCE's metadata server tells of a machine with this account (ADC, GCE_METADATA_HOST). */
  metadataServer(
    path: string,
    headers: IncomingHttpHeaders,
  ): { status: number; body: string; json: boolean } {
    if (headers["metadata-flavor"] !== "Google") {
      return { status: 403, body: "Missing Metadata-Flavor:Google header.", json: false };
    }
    if (path.endsWith("/token")) {
      const scopes = ["https://www.googleapis.com/auth/spreadsheets"];
      const token = this.oauth.issue(this.account.email, scopes, this.authNow());
      return { status: 200, body: JSON.stringify(token), json: true };
    }
    if (path.endsWith("/email")) return { status: 200, body: this.account.email, json: false };
    if (path.endsWith("/project-id")) return { status: 200, body: "emulator", json: false };
    return { status: 200, body: "instance/\nproject/\n", json: false };
  }

  get port(): number {
    return this.#listening?.port ?? 0;
  }

  /** GOOGLE_API_ROOT, the client's `rootUrl`. */
  get apiRoot(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  get tokenUrl(): string {
    return `${this.apiRoot}token`;
  }

  async start(port: number): Promise<void> {
    this.#listening = await listen(this, port);
    this.oauth.audience = this.tokenUrl;
  }

  async stop(): Promise<void> {
    await this.#listening?.close();
    this.#listening = null;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

/** Starts on a free port of 127.0.0.1; `await using` stops it. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const emulator = new Emulator(options);
  await emulator.start(options.port ?? 0);
  return emulator;
}
