/** What a storm's workers did and were told, shared by all of them. */
import type { Answer, Ask, Done } from "../support/api.ts";

/** An action that was answered with `ok`. */
export interface Acked extends Ask {
  readonly seq: number;
  readonly version: number;
}

export interface Tally {
  /** Estado_Detalle by tag as workers last saw it: what they go by, and often out of date. */
  readonly estados: Map<string, string>;
  /** By seq: each accepted action once, however often it was asked for. */
  readonly acked: Map<number, Acked>;
  /** Refusals by code. */
  readonly refused: Map<string, number>;
  /** POST to answer, of requests that were asked once. */
  readonly latenciesMs: number[];
  /** Requests sent twice at once, again later, given up and sent again, with another's key. */
  readonly repeats: Map<"twin" | "again" | "lost" | "stolen key", number>;
  readonly violations: string[];
}

export const createTally = (): Tally => ({
  estados: new Map(),
  acked: new Map(),
  refused: new Map(),
  latenciesMs: [],
  repeats: new Map(),
  violations: [],
});

export const add = <K>(counts: Map<K, number>, key: K): void =>
  void counts.set(key, (counts.get(key) ?? 0) + 1);

const FAULT = 500;

/** Books an answer. @returns what was done, null when it was refused. */
export function book(tally: Tally, ask: Ask, answer: Answer): Done | null {
  const { acked, refused, violations } = tally;
  const { status, body } = answer;
  if (status >= FAULT) violations.push(`${status} for ${JSON.stringify(ask)}`);
  if (!body.ok) {
    add(refused, body.error);
    return null;
  }
  const { seq, version } = body;
  const known = acked.get(seq);
  const same = !known || (known.tag === ask.tag && known.accion === ask.accion);
  if (!same)
    violations.push(`seq ${seq} was given to two actions: ${JSON.stringify([known, ask])}`);
  acked.set(seq, { ...ask, seq, version });
  tally.estados.set(ask.tag, body.estado_detalle);
  return body;
}
