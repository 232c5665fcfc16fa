/** The diary's past, read from the log once at start, a piece at a time beside all other work. */
import type { Event, Seq } from "../domain/event.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { DIARIO_MAX } from "./diario.ts";
import { diasHasta } from "./diario-dias.ts";
import type { Floor } from "./floor.ts";

/** Days that the charts show, today included; a week of the team's fits in. */
export const DIAS = 14;
/** Events per read: some ten milliseconds, so that no tap waits for the diary. */
const PIECE = 1_000;

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * The place in the log after which events are no older than `sinceMs`, by binary search: instants
 * in the log rise but for clocks that differ a little.
 */
async function placeAt(ledger: Pick<Ledger, "read">, last: Seq, sinceMs: number): Promise<Seq> {
  let low = 0;
  let high: number = last;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const [event] = await ledger.read(middle as Seq, 1);
    if (event && event.atMs < sinceMs) low = middle + 1;
    else high = middle;
  }
  return low as Seq;
}

/**
 * Fills the floor's diary with the last DIAS days before `floor.seq`, at most DIARIO_MAX actions.
 * @param going asked before each read; false ends it, for a server that stops.
 */
export async function loadDiario(
  ledger: Pick<Ledger, "read">,
  floor: Floor,
  nowMs: number,
  going: () => boolean,
): Promise<void> {
  const last = floor.seq;
  const sinceMs = diasHasta(nowMs, floor.policy.zone, DIAS)[0]?.desdeMs ?? nowMs;
  const events: Event[] = [];
  let at = await placeAt(ledger, last, sinceMs);
  while (at < last && going()) {
    const piece = await ledger.read(at, Math.min(PIECE, last - at));
    const end = piece.at(-1);
    if (!end) break;
    events.push(...piece);
    if (events.length > 2 * DIARIO_MAX) events.splice(0, events.length - DIARIO_MAX);
    at = end.seq;
    await nextTurn();
  }
  if (going()) floor.diario.prepend(events, sinceMs);
}
