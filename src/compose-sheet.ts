/** The sync with the workbook in Google Sheets, where one is configured (spec 7, 9). */
import type { Picture } from "./compose-picture.ts";
import type { Config } from "./config.ts";
import type { Sincronia } from "./domain/planilla.ts";
import { openSpreadsheet } from "./google/client.ts";
import { Sync } from "./google/sync.ts";
import type { Ledger } from "./ledger/ledger.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";

export interface SheetDeps {
  readonly ledger: Ledger;
  readonly picture: Picture;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly now: () => number;
  /** What the chip of this process says, when it holds the sheet. */
  readonly tell: (sincronia: Sincronia) => void;
}

/** A stop lets a request end for so long; what is cut off then is found out by the next holder. */
const STOP_MS = 3_000;

/** Starts to keep ledger and workbook in step. @returns a function that ends it */
export function keepInStep(
  { google, policy }: Config,
  { ledger, picture, log, metrics, now, tell }: SheetDeps,
): () => Promise<void> {
  if (!google) return async () => {};
  const { floor } = picture;
  const cut = new AbortController();
  const sync = new Sync({
    ledger,
    spreadsheet: openSpreadsheet(google, { signal: cut.signal }),
    known: () => ({
      spools: floor.byTag,
      trabajadores: floor.trabajadoresById,
      planilla: floor.planilla,
    }),
    spool: (tag) => floor.spool(tag),
    policy,
    now,
    random: Math.random,
    log,
    metrics,
    tell,
  });
  const unsubscribe = floor.subscribe((changes) => {
    // A supervisor's decision: it should not wait for the next poll.
    if (changes.some(({ event }) => event.kind === "planilla" && event.autor.firma)) sync.nudge();
  });
  sync.start();
  return async () => {
    unsubscribe();
    const timer = setTimeout(() => cut.abort(), STOP_MS);
    await sync.stop();
    clearTimeout(timer);
  };
}
