/** Metrics of what stands somewhere and is read when somebody asks (compose-metrics). */
import Counter from "prom-client/lib/counter.js";
import Gauge from "prom-client/lib/gauge.js";
import type Histogram from "prom-client/lib/histogram.js";
import type Registry from "prom-client/lib/registry.js";
import { loopDelay } from "./metrics-process.ts";

/** How the sheet is kept in step; without a sheet none of them has a value. */
export interface SheetMetrics {
  readonly pending: Gauge;
  readonly pendingAge: Gauge;
  readonly up: Gauge;
  readonly changesWaiting: Gauge;
  readonly frozen: Gauge;
}

/** Redis as this process has it; without Redis none of them has a value. */
export interface RedisMetrics {
  readonly connected: Gauge;
  readonly reconnects: Counter;
  readonly roundTrip: Gauge;
  readonly announceHolder: Gauge;
  readonly announceLag: Gauge;
}

export interface StandingMetrics {
  readonly build: Gauge<"version" | "commit" | "ledger">;
  readonly stopping: Gauge;
  readonly seq: Gauge;
  readonly headSeq: Gauge;
  readonly headAge: Gauge;
  readonly ledgerUp: Gauge;
  readonly sessions: Gauge;
  readonly tablets: Gauge;
  readonly loop: Histogram;
  readonly sheet: SheetMetrics;
  readonly redis: RedisMetrics;
}

/** A gauge begins at 0, which would be an alarm where there is nothing to measure. */
function absent(name: string, help: string, registers: Registry[]): Gauge {
  const made = new Gauge({ name, help, registers });
  made.remove();
  return made;
}

function sheetMetrics(registers: Registry[]): SheetMetrics {
  const gauge = (name: string, help: string) => absent(`zeues_sheet_${name}`, help, registers);
  return {
    pending: gauge("pending", "Events that the sheet lacks"),
    pendingAge: gauge("pending_age_seconds", "Age of the oldest of them, 0 when there is none"),
    up: gauge("up", "1 while some process keeps the sheet in step and reaches it, else 0"),
    changesWaiting: gauge("changes_waiting", "Hand edits that wait for a supervisor"),
    frozen: gauge("frozen", "1 while the import stands still, else 0"),
  };
}

function redisMetrics(registers: Registry[]): RedisMetrics {
  const gauge = (name: string, help: string) => absent(`zeues_${name}`, help, registers);
  const reconnects = new Counter({
    name: "zeues_redis_reconnects_total",
    help: "Times that this process had to connect to Redis anew",
    registers,
  });
  reconnects.remove();
  return {
    connected: gauge("redis_connected", "1 while both connections to Redis are there, else 0"),
    reconnects,
    roundTrip: gauge(
      "redis_round_trip_seconds",
      "How long the last look at the log's end took, once a second",
    ),
    announceHolder: gauge(
      "announce_holder",
      "1 in the process that sends messages to other programs, else 0",
    ),
    announceLag: gauge(
      "announce_lag_events",
      "Events that other programs were not told of yet, in that process; else 0",
    ),
  };
}

/** @param registers where they are found */
export function standingMetrics(registers: Registry[]): StandingMetrics {
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `zeues_${name}`, help, registers });
  return {
    build: new Gauge({
      name: "zeues_build_info",
      help: "Always 1: version, commit (empty when not told) and ledger of this process",
      labelNames: ["version", "commit", "ledger"],
      registers,
    }),
    stopping: gauge("stopping", "1 once this process was told to stop, else 0"),
    seq: gauge("ledger_seq", "The place in the log that this process shows"),
    headSeq: gauge("ledger_head_seq", "The last place that this process knows to be in the log"),
    headAge: gauge("ledger_head_age_seconds", "How long ago it looked where the log ends"),
    ledgerUp: gauge("ledger_up", "1 while commits can be stored, else 0"),
    sessions: gauge("sessions", "Sessions that hold"),
    tablets: gauge("tablets", "Enrolled tablets"),
    loop: loopDelay(registers),
    sheet: sheetMetrics(registers),
    redis: redisMetrics(registers),
  };
}
