/**
 * How many requests may go to Google: 45 reads and 45 writes a minute (spec 7), of the 60 and 60
 * that a service account has (field notes). A batch is one request.
 *
 * B1: in no sliding minute more than `limit` requests of a kind are sent. A fixed minute would let
 *     90 through around its edge.
 * B2: a slot that is held is a slot that is used: a cycle that holds its read and its write ahead
 *     never waits between them, while rows may move under its feet.
 * B3: shared by all processes through the lease: only its holder talks to Google at all, so the
 *     holder's own count is everybody's. A new holder does not know what the last one sent just
 *     before, and begins as if the whole budget had been sent this moment: it waits a minute at
 *     most. It knows better when the last one left a note as it went (`note`), when the workbook
 *     was never touched before (`"none"`), or when it was the last one itself and kept its Budget.
 *     Counting in the ledger instead would cost a commit a request, thirty a minute for nothing.
 */
import type { Clock } from "./clock.ts";
import { SheetsError, stopped } from "./failure.ts";

export type CallKind = "read" | "write";
export const CALL_KINDS: readonly CallKind[] = ["read", "write"];

export const BUDGET_PER_MINUTE = 45;
export const BUDGET_WINDOW_MS = 60_000;
/** Slots that others hold come back unannounced; whoever needs just those looks this often. */
const HELD_LOOK_MS = 250;
/** Two machines' clocks may differ by this much when a note is read. */
const SKEW_MS = 5_000;

/** What a holder has sent in its last minute, for the next one. */
export interface Spent {
  /** When it was noted: epoch milliseconds. */
  readonly atMs: number;
  /** How many milliseconds before that each request was sent. */
  readonly ages: Readonly<Record<CallKind, readonly number[]>>;
}

/** Slots that are held until they are taken or given back. */
export interface Grant extends Disposable {
  /** Right before the request is sent. Throws when this grant has none left: a mistake of ours. */
  take(kind: CallKind): void;
}

export type Want = Readonly<Partial<Record<CallKind, number>>>;

export interface BudgetOptions {
  readonly clock: Clock;
  /** What was sent before: `"unknown"` (as if all, the default), `"none"`, or a note. */
  readonly before?: Spent | "unknown" | "none";
  /** Epoch milliseconds now, to read a note by. */
  readonly wallMs?: number;
  /** Requests of each kind in a minute; BUDGET_PER_MINUTE. */
  readonly limit?: number;
}

export class Budget {
  readonly #clock: Clock;
  readonly #limit: number;
  /** When each request was sent, oldest first. */
  readonly #sent: Record<CallKind, number[]>;
  readonly #held: Record<CallKind, number> = { read: 0, write: 0 };

  constructor({ clock, before = "unknown", wallMs = 0, limit = BUDGET_PER_MINUTE }: BudgetOptions) {
    this.#clock = clock;
    this.#limit = limit;
    const sent = (kind: CallKind): number[] => {
      if (before === "none") return [];
      if (before === "unknown") return new Array<number>(limit).fill(clock.now());
      const since = Math.max(0, wallMs - before.atMs - SKEW_MS);
      const times = before.ages[kind].map((age) => clock.now() - Math.max(0, age) - since);
      return times.sort((a, b) => a - b);
    };
    this.#sent = { read: sent("read"), write: sent("write") };
  }

  /** Requests of a kind that may be sent now. */
  left(kind: CallKind): number {
    return Math.max(0, this.#limit - this.#held[kind] - this.#recent(kind).length);
  }

  /** Milliseconds until so many slots are free, 0 = now; as far as can be told. */
  waitMs(want: Want): number {
    return Math.max(...CALL_KINDS.map((kind) => this.#kindWaitMs(kind, want[kind] ?? 0)));
  }

  /**
   * Holds slots, once they are free. Throws SheetsError: `busy`, `waiting` when they can't be had
   * within `patienceMs`, at once if that is plain, and `stopped`.
   */
  async hold(want: Want, patienceMs: number, signal?: AbortSignal): Promise<Grant> {
    for (const kind of CALL_KINDS) {
      if ((want[kind] ?? 0) > this.#limit) throw new RangeError(`more ${kind}s than a minute has`);
    }
    const untilMs = this.#clock.now() + patienceMs;
    for (;;) {
      if (signal?.aborted) throw stopped();
      const waitMs = this.waitMs(want);
      if (waitMs <= 0) return this.#grant(want);
      if (this.#clock.now() + waitMs > untilMs) {
        throw new SheetsError({ kind: "busy", reason: "waiting", waitMs });
      }
      await this.#clock.sleep(waitMs, signal);
    }
  }

  /**
   * What the next holder must know. True only while nothing more is sent: note it last, and let
   * the lease go after.
   */
  note(wallMs: number): Spent {
    const now = this.#clock.now();
    const ages = (kind: CallKind) => [
      ...this.#recent(kind).map((at) => Math.round(now - at)),
      ...new Array<number>(this.#held[kind]).fill(0),
    ];
    return { atMs: wallMs, ages: { read: ages("read"), write: ages("write") } };
  }

  #recent(kind: CallKind): readonly number[] {
    const sent = this.#sent[kind];
    const since = this.#clock.now() - BUDGET_WINDOW_MS;
    while (sent.length > 0 && (sent[0] as number) <= since) sent.shift();
    return sent;
  }

  #kindWaitMs(kind: CallKind, count: number): number {
    if (count === 0) return 0;
    const room = this.#limit - this.#held[kind] - count;
    if (room < 0) return HELD_LOOK_MS;
    const sent = this.#recent(kind);
    const lastInTheWay = sent[sent.length - room - 1];
    // A timer may fire a hair early, hence up and not down.
    return lastInTheWay === undefined
      ? 0
      : Math.ceil(lastInTheWay + BUDGET_WINDOW_MS - this.#clock.now());
  }

  #grant(want: Want): Grant {
    const mine: Record<CallKind, number> = { read: want.read ?? 0, write: want.write ?? 0 };
    for (const kind of CALL_KINDS) this.#held[kind] += mine[kind];
    const giveBack = (kind: CallKind, count: number): void => {
      mine[kind] -= count;
      this.#held[kind] -= count;
    };
    return {
      take: (kind) => {
        if (mine[kind] === 0) throw new RangeError(`no ${kind} left in this grant`);
        giveBack(kind, 1);
        this.#sent[kind].push(this.#clock.now());
      },
      [Symbol.dispose]: () => {
        for (const kind of CALL_KINDS) giveBack(kind, mine[kind]);
      },
    };
  }
}

const areAges = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length <= 1000 && value.every((age) => Number.isFinite(age));

/** Reads a note as it was stored (JSON); `"unknown"` when it can't be read, null included. */
export function parseSpent(text: string | null): Spent | "unknown" {
  try {
    const { atMs, ages } = JSON.parse(text ?? "null") as Spent;
    const whole = Number.isFinite(atMs) && areAges(ages.read) && areAges(ages.write);
    return whole ? { atMs, ages: { read: ages.read, write: ages.write } } : "unknown";
  } catch {
    return "unknown";
  }
}
