import type { Fault } from "./faults.ts";

/** One request to the API or the token endpoint, for hooks and the log. */
export interface Call {
  readonly id: number;
  /** `spreadsheets.values.batchUpdate`, `token`. */
  readonly method: string;
  readonly kind: "read" | "write" | "token";
  readonly spreadsheetId: string;
  readonly ranges: readonly string[];
  readonly atMs: number;
  user: string;
  /** Null while it is under way; 0 = no answer left. */
  status: number | null;
  ms: number;
  fault: Fault["kind"] | null;
}
