/** The diary's past, read from the log once at start, a piece at a time beside all other work. */
import type { Event, Seq } from "../domain/event.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { DIARIO_MAX } from "./diario.ts";
import { diasHasta } from "./diario-dias.ts";
import type { Floor } from "./floor.ts";

/** Days that the charts show, today included; a week of the team's fits in. */
export const DIAS = 14;
/** Events per read: a few milliseconds, so that nobody's first page waits for the past. */
const PIECE = 250;

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Events with `after` < seq <= `until`, a piece at a time beside all other work.
 * @param going asked before each read; false ends it, for a server that stops.
 * @param keep at most so many, the newest; by default all
 */
export async function readPast(
  ledger: Pick<Ledger, "read">,
  after: Seq,
  until: Seq,
  going: () => boolean,
  keep = Number.POSITIVE_INFINITY,
): Promise<readonly Event[]> {
  const events: Event[] = [];
  for (let at = after; at < until && going(); ) {
    const piece = await ledger.read(at, Math.min(PIECE, until - at));
    const end = piece.at(-1);
    if (!end) break;
    events.push(...piece);
    if (events.length > 2 * keep) events.splice(0, events.length - keep);
    at = end.seq;
    await nextTurn();
  }
  return events;
}

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

export interface Known {
  /** What came after it is in the diary already; by default nothing came yet. */
  readonly until?: Seq;
  /** The last events up to `until`, where they were read already. */
  readonly recent?: readonly Event[];
}

/**
 * Fills the floor's diary with the last DIAS days before `until`, at most DIARIO_MAX actions.
 * @param going as for readPast
 * @param known what of it is known by now
 */
export async function loadDiario(
  ledger: Pick<Ledger, "read">,
  floor: Floor,
  nowMs: number,
  going: () => boolean,
  { until = floor.seq, recent = [] }: Known = {},
): Promise<void> {
  const last = (recent[0] ? recent[0].seq - 1 : until) as Seq;
  const sinceMs = diasHasta(nowMs, floor.policy.zone, DIAS)[0]?.desdeMs ?? nowMs;
  const after = await placeAt(ledger, last, sinceMs);
  const events = await readPast(ledger, after, last, going, DIARIO_MAX);
  const known = recent.filter(({ seq }) => seq > after);
  if (going()) floor.diario.prepend([...events, ...known], sinceMs);
}
