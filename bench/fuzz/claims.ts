/**
 * Nothing changes unless it is answered as done: every place in the log that is new must be named
 * by one answer, and an answer that names an older one must be to a request that was sent again.
 */
import type { Shot } from "./connection.ts";

/** One action that an answer calls done. */
export interface Claim {
  readonly shot: Shot;
  readonly seq: number;
  readonly tag: string;
}

interface Done {
  readonly ok?: unknown;
  readonly seq?: unknown;
  readonly tag_spool?: unknown;
  readonly results?: unknown;
}

/** The actions that an answer's JSON calls done. */
export function claimsOf(shot: Shot, json: unknown): readonly Claim[] {
  if (typeof json !== "object" || json === null || shot.method !== "POST") return [];
  const { results } = json as Done;
  const all = (Array.isArray(results) ? results : [json]) as readonly Done[];
  return all.flatMap(({ ok, seq, tag_spool: tag }) =>
    ok === true && typeof seq === "number" ? [{ shot, seq, tag: String(tag) }] : [],
  );
}

const hasKey = ({ headers }: Shot): boolean => headers.some(([name]) => /^idempotency/i.test(name));

export class Claims {
  #seq: number;
  readonly #tags = new Map<number, string>();
  /** Accepted for the first time. */
  accepted = 0;
  /** Answered as before. */
  repeated = 0;
  /** Changes that nobody's answer tells of. */
  unclaimed = 0;

  /** @param seq where the log stands */
  constructor(seq: number) {
    this.#seq = seq;
  }

  /**
   * Takes what a group of requests was answered, all of which have ended.
   * @param seq where the log stands now
   * @returns what is wrong, in words
   */
  settle(claims: readonly Claim[], seq: number): string | null {
    const fresh = new Set<number>();
    let wrong: string | null = null;
    for (const { shot, seq: at, tag } of claims) {
      const known = this.#tags.get(at);
      if (known === undefined && at > this.#seq) {
        fresh.add(at);
        this.#tags.set(at, tag);
      } else if (known === tag && hasKey(shot)) {
        this.repeated++;
      } else {
        wrong = `seq ${at} was answered for ${tag}, and is ${known ?? "older than all this"}`;
      }
    }
    this.accepted += fresh.size;
    const moved = seq - this.#seq;
    if (moved !== fresh.size) {
      this.unclaimed += Math.abs(moved - fresh.size);
      wrong = `the log went on by ${moved}, ${fresh.size} were answered as done`;
    }
    this.#seq = seq;
    return wrong;
  }
}
