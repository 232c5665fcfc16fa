/** A check, and the tab of its own that it works in: what it asks is kept step by step. */
import type { sheets_v4 } from "googleapis/build/src/apis/sheets";
import type { Answer, Google, Send } from "./google.ts";

export type Locale = "es_CL" | "en_US";
export type Cells = readonly (readonly (string | number | boolean | null)[])[];

export interface Check {
  readonly name: string;
  /** What only Google can tell. */
  readonly question: string;
  readonly rows: number;
  readonly columns: number;
  /** Of the spreadsheet while it runs; absent = as it is. */
  readonly locale?: Locale;
  /** Only its times count: nothing of it is compared with the emulator. */
  readonly timesOnly?: true;
  readonly run: (probe: Probe) => Promise<unknown>;
}

export interface Tab {
  readonly title: string;
  readonly sheetId: number;
}

export interface WriteOptions {
  readonly input?: "RAW" | "USER_ENTERED";
  readonly echo?: boolean;
  readonly keep?: boolean;
}

export type Render = "UNFORMATTED_VALUE" | "FORMATTED_VALUE" | "FORMULA";

export class Probe {
  readonly tab: Tab;
  readonly answers: Answer[] = [];
  readonly #google: Google;

  constructor(google: Google, tab: Tab) {
    this.#google = google;
    this.tab = tab;
  }

  get id() {
    return { spreadsheetId: this.#google.spreadsheetId };
  }

  /** Cells of the tab in A1 notation. */
  a1(cells: string): string {
    return `'${this.tab.title}'!${cells}`;
  }

  /** A GridRange of the tab. */
  grid(startRowIndex: number, endRowIndex: number, startColumnIndex = 0, endColumnIndex = 1) {
    const { sheetId } = this.tab;
    return { sheetId, startRowIndex, endRowIndex, startColumnIndex, endColumnIndex };
  }

  /** Rows of the tab as a DimensionRange. */
  lines(startIndex: number, endIndex: number, dimension: "ROWS" | "COLUMNS" = "ROWS") {
    return { sheetId: this.tab.sheetId, dimension, startIndex, endIndex };
  }

  /** Any other read. */
  get(step: string, send: Send, keep = true): Promise<Answer> {
    return this.#keep(this.#google.ask(step, "read", send, keep));
  }

  /** Any other write. */
  put(step: string, send: Send, keep = true): Promise<Answer> {
    return this.#keep(this.#google.ask(step, "write", send, keep));
  }

  /** values.batchGet of ranges in A1 notation. */
  read(step: string, ranges: string[], valueRenderOption: Render, keep = true): Promise<Answer> {
    const dateTimeRenderOption = "SERIAL_NUMBER";
    const query = { ...this.id, ranges, valueRenderOption, dateTimeRenderOption };
    return this.get(step, (api, options) => api.spreadsheets.values.batchGet(query, options), keep);
  }

  /** values.batchUpdate of ranges in A1 notation. */
  write(
    step: string,
    data: readonly (readonly [range: string, rows: Cells])[],
    { input = "RAW", echo = false, keep = true }: WriteOptions = {},
  ): Promise<Answer> {
    const requestBody = {
      valueInputOption: input,
      data: data.map(([range, rows]) => ({ range, values: rows as unknown[][] })),
      includeValuesInResponse: echo,
      responseValueRenderOption: "UNFORMATTED_VALUE",
    };
    const query = { ...this.id, requestBody };
    const send: Send = (api, options) => api.spreadsheets.values.batchUpdate(query, options);
    return this.put(step, send, keep);
  }

  /** spreadsheets.batchUpdate. */
  change(step: string, requests: sheets_v4.Schema$Request[]): Promise<Answer> {
    const query = { ...this.id, requestBody: { requests } };
    return this.put(step, (api, options) => api.spreadsheets.batchUpdate(query, options));
  }

  /** Reads until the minute is used up (google.ts, `burst`). */
  burst(step: string, send: Send, most: number): Promise<Answer> {
    return this.#keep(this.#google.burst(step, send, most));
  }

  async #keep(asked: Promise<Answer>): Promise<Answer> {
    const answer = await asked;
    this.answers.push(answer);
    return answer;
  }
}
