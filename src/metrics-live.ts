/** Metrics of the live streams: who watches, what they got, how late (spec 6). */
import Counter from "prom-client/lib/counter.js";
import Gauge from "prom-client/lib/gauge.js";
import Histogram from "prom-client/lib/histogram.js";
import type Registry from "prom-client/lib/registry.js";

export interface LiveMetrics {
  readonly streams: Gauge<"kind">;
  readonly joins: Counter<"kind" | "how">;
  readonly cutStreams: Counter<"reason">;
  readonly messages: Counter<"kind">;
  readonly bytes: Counter<"kind">;
  readonly backlog: Gauge;
  readonly backlogMax: Gauge;
  readonly delivery: Histogram<"from">;
}

/** On the same screen at once, after a window of 500 ms, or late. */
const DELIVERY_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60];

/** @param registers where they are found */
export function liveMetrics(registers: Registry[]): LiveMetrics {
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Counter<L>({ name: `zeues_${name}`, help, labelNames: [...labelNames], registers });
  return {
    streams: new Gauge({
      name: "zeues_streams",
      help: "Open event streams by kind (html, json)",
      labelNames: ["kind"],
      registers,
    }),
    joins: counter(
      "stream_joins_total",
      "Streams that began, by kind and how (live = nothing to catch up, replayed, resync)",
      ["kind", "how"],
    ),
    cutStreams: counter(
      "streams_cut_total",
      "Streams closed by the server by reason (stalled, session, stop)",
      ["reason"],
    ),
    messages: counter(
      "stream_messages_total",
      "Updates written to streams by kind, one for each stream that got it; a coalesced one is one",
      ["kind"],
    ),
    bytes: counter("stream_bytes_total", "Bytes written to streams by kind, pings included", [
      "kind",
    ]),
    backlog: new Gauge({
      name: "zeues_stream_backlog_bytes",
      help: "Bytes that clients have not taken yet, of all streams",
      registers,
    }),
    backlogMax: new Gauge({
      name: "zeues_stream_backlog_max_bytes",
      help: "The same of the stream that is furthest behind",
      registers,
    }),
    delivery: new Histogram({
      name: "zeues_delivery_seconds",
      help:
        "Until an event is written to the streams of an audience: from its instant (commit), " +
        "or from the arrival of this process's own request (post)",
      labelNames: ["from"],
      buckets: DELIVERY_BUCKETS,
      registers,
    }),
  };
}
