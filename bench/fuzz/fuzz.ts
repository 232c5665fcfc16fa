/** The run: groups of requests at once to a running shop, each answer held against the document. */
import fc from "fast-check";
import type { Tag } from "../../src/domain/spool.ts";
import type { Floor } from "../../src/floor/floor.ts";
import { Claims, claimsOf } from "./claims.ts";
import { type Answer, bytesOf, Connection, type Shot } from "./connection.ts";
import { Contract, pathOf } from "./contract.ts";
import { readDocument } from "./document.ts";
import { shotOfMove } from "./moves.ts";
import { type Planned, planned } from "./shots.ts";

/** Requests under way at once. */
const AT_ONCE = 16;
/** fast-check's runs in one go; after each the count is looked at. */
const GROUPS = 100;
/** Goes of one seed are none of the next one's. */
const SEEDS_APART = 10_007;
/** Requests that may be spent on making a counterexample small, unless told. */
const SHRINK_MAX = 3_000;
/** Accepted requests that may be sent again. */
const KEPT = 50;
/** Of a request or an answer, in characters. */
const SHOWN_MAX = 2_000;

export interface Target {
  readonly port: number;
  readonly token: string;
  readonly floor: Floor;
}

export interface Outcome {
  readonly requests: number;
  /** `GET /api/spools` and status, by how many. */
  readonly counts: ReadonlyMap<string, ReadonlyMap<number, number>>;
  readonly accepted: number;
  readonly repeated: number;
  readonly fives: number;
  /** Changes that no answer calls done. */
  readonly unclaimed: number;
  readonly slowest: { readonly ms: number; readonly what: string };
  /** What was violated, with the exact and the smallest request; null when nothing was. */
  readonly violation: string | null;
}

/** A request so that it can be sent again by hand: bytes that don't print are escaped. */
function shown(shot: Shot): string {
  const bytes = bytesOf(shot);
  const text = JSON.stringify(bytes.toString("latin1")).replace(
    /(.{1,8}?)\1{20,}/gs,
    (run: string, piece: string) => `${piece}⟨${run.length / piece.length} times⟩`,
  );
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}… (${bytes.length} bytes)` : text;
}

const OUTSIDE = "elsewhere";

class Gun {
  readonly #target: Target;
  readonly #contract: Contract;
  readonly #claims: Claims;
  readonly #lanes: readonly Connection[];
  readonly #tags: readonly Tag[];
  readonly #kept: Shot[] = [];
  readonly counts = new Map<string, Map<number, number>>();
  requests = 0;
  fives = 0;
  slowest = { ms: 0, what: "" };

  constructor(target: Target, contract: Contract, tags: readonly Tag[]) {
    this.#target = target;
    this.#contract = contract;
    this.#tags = tags;
    this.#claims = new Claims(target.floor.seq);
    this.#lanes = Array.from({ length: AT_ONCE }, () => new Connection(target.port));
  }

  get claims(): Claims {
    return this.#claims;
  }

  #shotOf(one: Planned): Shot {
    const { floor, token } = this.#target;
    if (one.kind === "shot") return one.shot;
    const kept = one.kind === "again" ? this.#kept[one.nth % this.#kept.length] : undefined;
    if (kept) return kept;
    const move = one.kind === "move" ? one : { spool: one.nth, choice: 0, key: null };
    return shotOfMove(floor, this.#tags, token, { kind: "move", ...move });
  }

  #count(shot: Shot, { status, ms }: Answer): void {
    const operation = this.#contract.operationOf(shot);
    const where = pathOf(shot)?.startsWith("/api") ? "no operation" : OUTSIDE;
    const name = operation ? `${operation.method} ${operation.path}` : where;
    const counts = this.counts.get(name) ?? new Map<number, number>();
    this.counts.set(name, counts.set(status, (counts.get(status) ?? 0) + 1));
    this.requests++;
    if (status >= 500 && status !== 505) this.fives++;
    if (ms > this.slowest.ms) this.slowest = { ms, what: name };
  }

  #keep(shot: Shot, json: unknown): void {
    const again = shot.headers.some(([name]) => name === "Idempotency-Key");
    if (!again || claimsOf(shot, json).length === 0) return;
    this.#kept.push(shot);
    if (this.#kept.length > KEPT) this.#kept.shift();
  }

  async #fire(lane: Connection, shot: Shot) {
    try {
      const answer = await lane.send(shot);
      this.#count(shot, answer);
      const json = answer.headers.get("content-type")?.startsWith("application/json");
      const body: unknown = json && shot.method !== "HEAD" ? read(answer.body) : null;
      this.#keep(shot, body);
      const wrong = this.#contract.wrong(shot, answer);
      return { shot, wrong, claims: claimsOf(shot, body), answer: answer.body.toString() };
    } catch (error) {
      this.requests++;
      return { shot, wrong: String(error), claims: [], answer: "" };
    }
  }

  /** Sends a group at once. Throws on the first that is not as it must be. */
  async group(all: readonly Planned[]): Promise<void> {
    const shots = all.map((one) => this.#shotOf(one));
    const ended = await Promise.all(
      this.#lanes.slice(0, shots.length).map((lane, at) => this.#fire(lane, shots[at] as Shot)),
    );
    const claims = ended.flatMap((one) => one.claims);
    const unsettled = this.#claims.settle(claims, this.#target.floor.seq);
    const bad = ended.find(({ wrong }) => wrong !== null);
    if (bad) throw new Error(`${bad.wrong}\n${shown(bad.shot)}\n${bad.answer.slice(0, SHOWN_MAX)}`);
    if (unsettled) throw new Error(`${unsettled}\n${shots.map(shown).join("\n")}`);
  }

  async close(): Promise<void> {
    for (const lane of this.#lanes) await lane[Symbol.asyncDispose]();
  }
}

/** JSON or null; what is none is the contract's business. */
function read(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return null;
  }
}

export interface Run {
  /** How many at least. */
  readonly requests: number;
  /** Of what is sent; the moves among them also depend on how things stand. */
  readonly seed: number;
  /** Requests that may be spent on making a counterexample small. */
  readonly shrink?: number;
}

/** One go of fast-check. @returns the violation with its smallest request */
async function salvo(gun: Gun, plan: fc.Arbitrary<Planned>, seed: number, run: Run) {
  let exact: string | null = null;
  let allowed = run.requests;
  const groups = fc.array(plan, { minLength: 1, maxLength: AT_ONCE, size: "max" });
  const property = fc.asyncProperty(groups, async (group) => {
    if (gun.requests >= allowed) return;
    try {
      await gun.group(group);
    } catch (error) {
      if (exact === null) allowed = gun.requests + (run.shrink ?? SHRINK_MAX);
      exact ??= (error as Error).message;
      throw error;
    }
  });
  const details = await fc.check(property, { seed, numRuns: GROUPS });
  if (!details.failed) return null;
  const smallest = (details.errorInstance as Error | null)?.message ?? "none";
  return `as it was sent:\n${exact}\n\nthe smallest:\n${smallest}`;
}

/**
 * Sends requests to a running shop until there were so many or one was answered wrongly.
 * @param target a shop that is served to nobody else, in this process
 */
export async function fuzz(target: Target, run: Run): Promise<Outcome> {
  const { port, token, floor } = target;
  const answer = await fetch(`http://127.0.0.1:${port}/api/openapi.json`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  const doc = readDocument(await answer.json());
  const tags = Array.from(floor.spools(), ({ tag }) => tag).sort();
  const workers = Array.from(floor.trabajadores(), ({ id }) => id);
  const gun = new Gun(target, new Contract(doc, token), tags);
  const plan = planned(doc, { tags, workers }, token);
  let violation: string | null = null;
  for (let go = 0; gun.requests < run.requests && violation === null; go++) {
    violation = await salvo(gun, plan, run.seed * SEEDS_APART + go, run);
  }
  await gun.close();
  const { counts, slowest, fives, claims } = gun;
  const { accepted, repeated, unclaimed } = claims;
  const sent = gun.requests;
  return { requests: sent, counts, accepted, repeated, fives, unclaimed, slowest, violation };
}
