/**
 * How often one may ask, and how many streams one may hold. In memory, per process: these keep a
 * process answering and guessing slow; what one person's PIN or password may be tried is in the
 * ledger (domain/acceso). Hands never reach them: each number says why.
 */
import type { Context, MiddlewareHandler } from "hono";
import RateLimiterMemory from "rate-limiter-flexible/lib/RateLimiterMemory.js";
import type { Env } from "../context.ts";
import { type Told, tellEdge } from "../refusals.ts";

/** So many in so many seconds, counted from the first. */
export interface Rate {
  readonly points: number;
  readonly seconds: number;
}

export type LimitName = "entrada" | "altas" | "cambios" | "lecturas" | "nadie" | "api";

export const RATES: Readonly<Record<LimitName, Rate>> = {
  /**
   * Attempts to sign in or enrol, per tablet; where there is none, per address. A shop of 200
   * behind one address, all within five minutes, three tries each (name, PIN, a slip).
   */
  entrada: { points: 600, seconds: 300 },
  /**
   * Codes tried, by everybody together. A code has 40 bits: with ten of them good at any time,
   * this many a minute find one in 1,700 years of trying, however many addresses try. A supervisor
   * enrols one tablet in some ten seconds.
   */
  altas: { points: 120, seconds: 60 },
  /** Changes per session. A scanner gives two tags a second; a batch of 50 is one change. */
  cambios: { points: 600, seconds: 60 },
  /** Pages per session, or per tablet without one: a list filtered as one types asks for five a
   * second; ten tabs that all come back after a restart ask at once. */
  lecturas: { points: 1_200, seconds: 60 },
  /** Pages and refused tokens per address, for nobody: thirty tablets that wake up at once. */
  nadie: { points: 1_200, seconds: 60 },
  /** Calls per program's token; `ZEUES_API_TOKEN` is the operator's own and has none. */
  api: { points: 6_000, seconds: 60 },
};

/** `entorno`: ZEUES_API_TOKEN, the operator's own. */
export type StreamHolder = "sesion" | "tablet" | "token" | "entorno";

/** Streams open at once: a person's tabs, a tablet of several who forgot theirs, a program. */
export const STREAMS: Readonly<Record<Exclude<StreamHolder, "entorno">, number>> = {
  sesion: 20,
  tablet: 100,
  token: 1_000,
};

/** Keys remembered per limit; past it the one that asked longest ago is forgotten. */
export const KEYS_MAX = 20_000;
/** Nobody knows when a stream will be closed. */
const STREAMS_RETRY_S = 10;
const MS_PER_S = 1_000;

export type Taken = { readonly ok: true } | { readonly ok: false; readonly retryAfterS: number };

export interface Limits {
  /** Counts one request of a key. Never waits for anything. */
  take(limit: LimitName, key: string): Promise<Taken>;
  /**
   * Counts one stream more. @returns what counts it less, which may be called twice; null when
   * there are too many.
   */
  openStream(holder: StreamHolder, key: string): (() => void) | null;
}

/** One rate, with a bound on what is remembered. */
function createRate({ points, seconds }: Rate, keysMax: number) {
  const limiter = new RateLimiterMemory({ points, duration: seconds });
  /** In the order in which they last asked. */
  const keys = new Set<string>();
  return async (key: string): Promise<Taken> => {
    const [oldest] = keys;
    if (!keys.delete(key) && keys.size >= keysMax && oldest !== undefined) {
      keys.delete(oldest);
      await limiter.delete(oldest);
    }
    keys.add(key);
    try {
      await limiter.consume(key);
      return { ok: true };
    } catch (refused) {
      if (refused instanceof Error) throw refused;
      const { msBeforeNext } = refused as { readonly msBeforeNext: number };
      const retryAfterS = Math.ceil(msBeforeNext / MS_PER_S);
      return { ok: false, retryAfterS: Math.min(Math.max(retryAfterS, 1), seconds) };
    }
  };
}

function createStreams(most: typeof STREAMS, allMax: number): Limits["openStream"] {
  const open = new Map<string, number>();
  let all = 0;
  return (holder, key) => {
    const name = `${holder} ${key}`;
    const count = open.get(name) ?? 0;
    const mayHold = holder === "entorno" ? allMax : most[holder];
    if (count >= mayHold || all >= allMax) return null;
    open.set(name, count + 1);
    all += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      all -= 1;
      const rest = (open.get(name) ?? 1) - 1;
      if (rest > 0) open.set(name, rest);
      else open.delete(name);
    };
  };
}

export interface LimitOptions {
  readonly rates?: Partial<Readonly<Record<LimitName, Rate>>>;
  readonly streams?: Partial<typeof STREAMS>;
  /** Most streams of everybody together; by default no bound. */
  readonly streamsMax?: number;
  readonly keysMax?: number;
}

/** The limits of one process; tests give lower numbers. */
export function createLimits(options: LimitOptions = {}): Limits {
  const { rates, streams, streamsMax, keysMax = KEYS_MAX } = options;
  const all = Object.entries({ ...RATES, ...rates });
  const takers = new Map(all.map(([name, rate]) => [name, createRate(rate, keysMax)]));
  return {
    take: async (limit, key) => (await takers.get(limit)?.(key)) ?? { ok: true },
    openStream: createStreams({ ...STREAMS, ...streams }, streamsMax ?? Number.POSITIVE_INFINITY),
  };
}

/** None at all, for benchmarks that are a shop's whole day in a minute. */
export const UNLIMITED: Limits = {
  take: async () => ({ ok: true }),
  openStream: () => () => {},
};

/** The refusal of a limit (RFC 6585, 4), with its header. @param retryAfterS for a rate's */
export function tellTooMany(c: Context<Env>, retryAfterS = STREAMS_RETRY_S): Told {
  c.header("Retry-After", String(retryAfterS));
  return tellEdge("DEMASIADAS_SOLICITUDES");
}

/** The refusal of one stream more. */
export const tellTooManyStreams = (c: Context<Env>): Told => ({
  ...tellTooMany(c),
  message:
    "Hay demasiadas pantallas en vivo abiertas desde aquí. Cierra las que no uses e intenta otra vez",
});

/**
 * Lets pass while the limit lasts.
 * @param of which limit a request counts in, and as whom; null = in none
 * @param refuse how the refusal is answered there: pages.refuse, or the API's reply
 */
export const keepsTo = (
  limits: Pick<Limits, "take">,
  of: (c: Context<Env>) => readonly [limit: LimitName, key: string] | null,
  refuse: (c: Context<Env>, told: Told) => Response | Promise<Response>,
): MiddlewareHandler<Env> =>
  async function keepsToMiddleware(c, next) {
    const counted = of(c);
    const taken = counted ? await limits.take(...counted) : null;
    if (taken?.ok === false) return refuse(c, tellTooMany(c, taken.retryAfterS));
    return next();
  };
