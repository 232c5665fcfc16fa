/** Says that events are in the sheet: the last line of an action's way (docs/monitoring.md). */
import { isOurs } from "../workbook/plan-export.ts";
import type { Lote } from "./lote.ts";
import type { OutboxDeps } from "./outbox-deps.ts";

/** Ids in one line; a batch has up to 2,000 events. */
const IDS_MAX = 100;
const MS_PER_S = 1_000;

/** One line for a share that was written, more where it answers many requests; none for nothing. */
export function tellWritten(
  { log, metrics, now }: Pick<OutboxDeps, "log" | "metrics" | "now">,
  { events, hasta }: Lote,
): void {
  const ours = events.filter(isOurs);
  const [oldest] = ours;
  if (!oldest) return;
  const ms = Math.max(0, now() - oldest.atMs);
  metrics.sheetDelay.observe(ms / MS_PER_S);
  const all = [...new Set(ours.flatMap(({ autor }) => autor.requestId ?? []))];
  for (let at = 0; at === 0 || at < all.length; at += IDS_MAX) {
    const requestIds = all.slice(at, at + IDS_MAX);
    log.info({ requestIds, hasta, sucesos: ours.length, ms }, "sheet written");
  }
}
