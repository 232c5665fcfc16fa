/** Prometheus metrics (spec 9). Names are stable: dashboards and alerts hang on them. */
import { Counter, Gauge, Registry } from "prom-client";

export interface Metrics {
  readonly registry: Registry;
  readonly acciones: Counter<"accion" | "resultado">;
  readonly requests: Counter<"method" | "status">;
  readonly streams: Gauge<"kind">;
  readonly cutStreams: Counter<"reason">;
  readonly seq: Gauge;
  readonly ledgerUp: Gauge;
  readonly rewound: Counter;
  readonly malformed: Counter<"channel">;
  readonly googleCalls: Counter<"kind" | "result">;
  readonly googleBudgetLeft: Gauge<"kind">;
  readonly sheet: SheetMetrics;
}

/** How the sheet is kept in step; without a sheet none of them has a value. */
export interface SheetMetrics {
  readonly pending: Gauge;
  readonly pendingAge: Gauge;
  readonly up: Gauge;
  readonly changesWaiting: Gauge;
  readonly frozen: Gauge;
}

function sheetMetrics(registers: Registry[]): SheetMetrics {
  const gauge = (name: string, help: string): Gauge => {
    const made = new Gauge({ name: `zeues_sheet_${name}`, help, registers });
    // A gauge begins at 0, which would be an alarm where there is no sheet.
    made.remove();
    return made;
  };
  return {
    pending: gauge("pending", "Events that the sheet lacks"),
    pendingAge: gauge("pending_age_seconds", "Age of the oldest of them, 0 when there is none"),
    up: gauge("up", "1 while some process keeps the sheet in step and reaches it, else 0"),
    changesWaiting: gauge("changes_waiting", "Hand edits that wait for a supervisor"),
    frozen: gauge("frozen", "1 while the import stands still, else 0"),
  };
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,
    acciones: new Counter({
      name: "zeues_acciones_total",
      help: "Actions by kind and result (ok, repeated or the refusal's code)",
      labelNames: ["accion", "resultado"],
      registers,
    }),
    requests: new Counter({
      name: "zeues_http_requests_total",
      help: "HTTP requests by method and status",
      labelNames: ["method", "status"],
      registers,
    }),
    streams: new Gauge({
      name: "zeues_streams",
      help: "Open event streams by kind (html, json)",
      labelNames: ["kind"],
      registers,
    }),
    cutStreams: new Counter({
      name: "zeues_streams_cut_total",
      help: "Streams closed by the server by reason",
      labelNames: ["reason"],
      registers,
    }),
    seq: new Gauge({
      name: "zeues_ledger_seq",
      help: "The place in the log that this process shows",
      registers,
    }),
    ledgerUp: new Gauge({
      name: "zeues_ledger_up",
      help: "1 while commits can be stored, else 0",
      registers,
    }),
    rewound: new Counter({
      name: "zeues_ledger_rewound_total",
      help: "Times that the store came back with less than this process had seen",
      registers,
    }),
    malformed: new Counter({
      name: "zeues_messages_malformed_total",
      help: "Messages on our Redis channels that were not ours or not whole, ignored",
      labelNames: ["channel"],
      registers,
    }),
    googleCalls: new Counter({
      name: "zeues_google_calls_total",
      help: "Requests to Google Sheets by kind and result (ok, denied, busy, lost, stopped)",
      labelNames: ["kind", "result"],
      registers,
    }),
    googleBudgetLeft: new Gauge({
      name: "zeues_google_budget_left",
      help: "Requests that may still be sent in this minute by kind (read, write)",
      labelNames: ["kind"],
      registers,
    }),
    sheet: sheetMetrics(registers),
  };
}
