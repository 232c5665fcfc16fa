/** What goes wrong on purpose, by call: before it is applied, after, or on its way. */
export type FaultKind =
  /** Refused before it is applied, with `status`. */
  | "refuse"
  /** A gateway's page before it is applied: 502 and HTML. */
  | "html"
  /** The connection drops before anything is applied. */
  | "drop"
  /** Applied, and the connection drops without an answer. */
  | "apply-drop"
  /** Applied, and the answer ends in its middle. */
  | "apply-cut"
  /** Applied, and a gateway's page instead of the answer. */
  | "apply-html"
  /** Applied, and answered `ms` later than it would be. */
  | "delay"
  /** Nothing: a place in a script where all goes well. */
  | "none";

export interface Fault {
  readonly kind: FaultKind;
  /** For `refuse`; 503 when not given. */
  readonly status?: number;
  /** For `delay`. */
  readonly ms?: number;
}

export interface FaultRule extends Fault {
  /** Methods it applies to (`spreadsheets.values.batchUpdate`, `token`), or kinds (`write`). */
  readonly methods?: readonly string[];
  /** 0 to 1; 1 when not given. */
  readonly probability?: number;
  /** How often at most. */
  readonly times?: number;
}

/** Small and seeded: mulberry32, so that a run can be told again. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export class Faults {
  #rules: (FaultRule & { left: number })[] = [];
  #script: FaultRule[] = [];
  #random = random(1);
  /** Until then every connection is dropped, the token's too. Epoch milliseconds. */
  darkUntilMs = 0;

  /** Applies from now on to calls it fits; the first rule that fits and hits wins. */
  add(rule: FaultRule): void {
    this.#rules.push({ ...rule, left: rule.times ?? Number.POSITIVE_INFINITY });
  }

  /** One after the other, each to the next call it fits; goes before the rules. */
  script(faults: readonly FaultRule[]): void {
    this.#script.push(...faults);
  }

  /** The chance behind `probability` from now on. */
  seed(seed: number): void {
    this.#random = random(seed);
  }

  dark(untilMs: number): void {
    this.darkUntilMs = untilMs;
  }

  clear(): void {
    this.#rules = [];
    this.#script = [];
    this.darkUntilMs = 0;
  }

  /** What happens to this call; null when nothing does. */
  next(method: string, kind: string): Fault | null {
    const fits = ({ methods }: FaultRule): boolean =>
      methods === undefined
        ? method !== "token"
        : methods.includes(method) || methods.includes(kind);
    const [first] = this.#script;
    if (first && fits(first)) {
      this.#script.shift();
      return first.kind === "none" ? null : first;
    }
    for (const rule of this.#rules) {
      if (rule.left <= 0 || !fits(rule)) continue;
      if (this.#random() >= (rule.probability ?? 1)) continue;
      rule.left -= 1;
      return rule.kind === "none" ? null : rule;
    }
    return null;
  }
}
