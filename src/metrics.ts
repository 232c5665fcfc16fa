/**
 * Prometheus metrics (spec 9). Names are stable: dashboards and alerts hang on them
 * (docs/deploy, test/deploy). What is counted as it happens is a counter or histogram here; what
 * only stands somewhere is read when somebody asks (`onScrape`), and costs nothing in between.
 */
import Counter from "prom-client/lib/counter.js";
import Gauge from "prom-client/lib/gauge.js";
import Histogram from "prom-client/lib/histogram.js";
import Registry from "prom-client/lib/registry.js";
import { Arrivals } from "./metrics-arrivals.ts";
import { type LiveMetrics, liveMetrics } from "./metrics-live.ts";
import { measureProcess } from "./metrics-process.ts";
import { type StandingMetrics, standingMetrics } from "./metrics-standing.ts";

export interface Metrics extends LiveMetrics, StandingMetrics {
  readonly registry: Registry;
  readonly acciones: Counter<"accion" | "resultado">;
  readonly accionSeconds: Histogram<"accion">;
  readonly commitSeconds: Histogram<"result">;
  readonly events: Counter<"kind">;
  readonly requests: Counter<"method" | "route" | "status">;
  readonly requestSeconds: Histogram<"route">;
  readonly limited: Counter<"limit">;
  readonly signIns: Counter<"result">;
  readonly rewound: Counter;
  readonly malformed: Counter<"channel">;
  readonly googleCalls: Counter<"kind" | "result">;
  readonly googleBudgetLeft: Gauge<"kind">;
  readonly sheetDelay: Histogram;
  /** When the requests under way came. */
  readonly arrivals: Arrivals;
  /** Sets what is only read when somebody asks. */
  onScrape(measure: () => void): void;
  /** Everything, as Prometheus reads it. */
  text(): Promise<string>;
}

/** An action is a few milliseconds; a Redis that hangs is given up after 5 s. */
const ACTION_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];
const REQUEST_BUCKETS = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5];
/** The sheet is written every 2 s; an hour without Google loses nothing. */
const SHEET_BUCKETS = [1, 2.5, 5, 10, 30, 60, 300, 900, 3_600];

function actionMetrics(registers: Registry[]) {
  return {
    acciones: new Counter({
      name: "zeues_acciones_total",
      help: "Actions by kind and result (ok, repeated or the refusal's code)",
      labelNames: ["accion", "resultado"],
      registers,
    }),
    accionSeconds: new Histogram({
      name: "zeues_accion_duration_seconds",
      help: "From an action's rules to its commit or refusal, by kind",
      labelNames: ["accion"],
      buckets: ACTION_BUCKETS,
      registers,
    }),
    commitSeconds: new Histogram({
      name: "zeues_commit_duration_seconds",
      help: "How long the store took to answer a commit of this process, by its result",
      labelNames: ["result"],
      buckets: ACTION_BUCKETS,
      registers,
    }),
    events: new Counter({
      name: "zeues_events_total",
      help: "Events of the log that this process showed, by kind, whoever committed them",
      labelNames: ["kind"],
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
  } as const;
}

function edgeMetrics(registers: Registry[]) {
  return {
    requests: new Counter({
      name: "zeues_http_requests_total",
      help: "HTTP requests by method, route (as in docs/access.md) and status",
      labelNames: ["method", "route", "status"],
      registers,
    }),
    requestSeconds: new Histogram({
      name: "zeues_http_request_duration_seconds",
      help: "From a request's head to its answer's head by route; streams last longer",
      labelNames: ["route"],
      buckets: REQUEST_BUCKETS,
      registers,
    }),
    limited: new Counter({
      name: "zeues_http_limited_total",
      help: "Requests refused because there were too many, by limit",
      labelNames: ["limit"],
      registers,
    }),
    signIns: new Counter({
      name: "zeues_sign_ins_total",
      help: "Sign-ins by result (ok, refused, locked)",
      labelNames: ["result"],
      registers,
    }),
  } as const;
}

function sheetMetrics(registers: Registry[]) {
  const sheetDelay = new Histogram({
    name: "zeues_sheet_delay_seconds",
    help: "From an event to its row in the sheet, the oldest of each write",
    buckets: SHEET_BUCKETS,
    registers,
  });
  // Without a sheet there is nothing to tell of it.
  sheetDelay.remove();
  return {
    sheetDelay,
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
  } as const;
}

/** All of them, with no value yet but the process's own. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const measures: (() => void)[] = [measureProcess(registers)];
  return {
    registry,
    arrivals: new Arrivals(),
    ...actionMetrics(registers),
    ...edgeMetrics(registers),
    ...liveMetrics(registers),
    ...sheetMetrics(registers),
    ...standingMetrics(registers),
    onScrape: (measure) => void measures.push(measure),
    text() {
      for (const measure of measures) measure();
      return registry.metrics();
    },
  };
}
