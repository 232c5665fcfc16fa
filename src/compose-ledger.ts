/** Which ledger this process works on: SQLite or Redis, the shop's own or the demo's (spec 9). */
import { join } from "node:path";
import type { Config } from "./config.ts";
import { darCredenciales } from "./demo/credenciales.ts";
import { makeDemoShop } from "./demo/shop.ts";
import { SEQ_ZERO, type Seq } from "./domain/event.ts";
import { isMessage } from "./domain/message.ts";
import { hashSecret } from "./identity/secret.ts";
import { AnswerLost } from "./ledger/answer-lost.ts";
import { type Ledger, LedgerUnavailable } from "./ledger/ledger.ts";
import type { RedisLedger } from "./ledger/redis.ts";
import { PREFIX } from "./ledger/redis-keys.ts";
import { openSqliteLedger } from "./ledger/sqlite.ts";
import type { Upgrade } from "./ledger/sqlite-keep.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";

/** Real work and the demo never share a store: importing a workbook simply leaves the demo. */
const STORES = {
  own: { file: "zeues.sqlite", prefix: PREFIX },
  demo: { file: "demo.sqlite", prefix: "{zeues-demo}" },
} as const;

/** Several processes may find the demo missing at once; one makes it, in about a second. */
const DEMO_LEASE = "demo";
const DEMO_LEASE_MS = 10_000;
const DEMO_WAIT_MS = 100;

/** A server may be started before its Redis: it waits this long, and says so. */
const START_PATIENCE_MS = 60_000;
const START_RETRY_MS = 500;

/** Whoever floods a channel fills no log: what is not ours is told this often at most. */
const STRANGE_SAID_MS = 60_000;
/** Enough to see whose it is. */
const STRANGE_SAID_CHARS = 200;

export interface OpenDeps {
  readonly log: Log;
  readonly metrics?: Pick<Metrics, "malformed">;
}

/** Where the shop's own ledger is, or would be, in either store; for those who copy or check it. */
export const ownPlaces = ({ redis, dataFolder }: Config) => ({
  redis: redis && { target: redis, prefix: STORES.own.prefix },
  sqlite: join(dataFolder, STORES.own.file),
});

/** Counts the messages on a channel that are none of ours, and says what they are. */
function tellStrange(channel: "updates" | "bell", { log, metrics }: OpenDeps) {
  let [untold, quietUntilMs] = [0, 0];
  return (message: string): void => {
    metrics?.malformed.inc({ channel });
    untold += 1;
    const nowMs = performance.now();
    if (nowMs < quietUntilMs) return;
    const begins = message.slice(0, STRANGE_SAID_CHARS);
    const about = { channel, messages: untold, chars: message.length, message: begins };
    log.warn(about, "not a message of ours, ignored");
    [untold, quietUntilMs] = [0, nowMs + STRANGE_SAID_MS];
  };
}

/** Opens a ledger; throws with one sentence when its folder, file or server can't be used. */
export async function openLedger(
  { redis, dataFolder, channel }: Config,
  deps: OpenDeps,
  which: keyof typeof STORES = "own",
): Promise<Ledger> {
  const { file, prefix } = STORES[which];
  const { log } = deps;
  const onFault = (error: unknown) => log.error({ err: error }, "ledger");
  if (redis) {
    const stranger = tellStrange("updates", deps);
    const hear = {
      channel,
      message(text: string) {
        const ours = isMessage(text);
        if (!ours) stranger(text);
        return ours;
      },
      onDeaf: (forMs: number) =>
        log.warn({ channel: "updates", forMs }, "too much on the channel, not listened to"),
    };
    // Its client takes 30 ms to load, which a shop on SQLite need not wait for.
    const { openRedisLedger } = await import("./ledger/redis.ts");
    return await openRedisLedger({
      target: redis,
      prefix,
      onFault,
      onMalformed: tellStrange("bell", deps),
      hear,
    });
  }
  const onUpgrade = ({ from, to, kept }: Upgrade) =>
    log.warn({ from, to, kept }, "ledger brought to a newer format; it is kept as it was");
  return openSqliteLedger({ path: join(dataFolder, file), onFault, onUpgrade });
}

const isEmpty = async (ledger: Ledger): Promise<boolean> =>
  (await ledger.read(SEQ_ZERO, 1)).length === 0;

/** Makes the demo shop where there is none: one process does, the others wait until it has. */
async function fillDemo(ledger: Ledger, config: Config, nowMs: number): Promise<void> {
  for (;;) {
    const lease = await ledger.lease(DEMO_LEASE, DEMO_LEASE_MS);
    if (!lease) {
      await new Promise((resolve) => setTimeout(resolve, DEMO_WAIT_MS));
      continue;
    }
    if (await isEmpty(ledger)) await makeDemoShop(ledger, config.policy, nowMs);
    await darCredenciales(ledger, hashSecret, nowMs);
    return await lease.release();
  }
}

/** Opens the shop's own ledger, and waits for a Redis that is not there yet. */
async function openPatiently(config: Config, deps: OpenDeps): Promise<Ledger> {
  const untilMs = performance.now() + START_PATIENCE_MS;
  let said = "";
  for (;;) {
    try {
      return await openLedger(config, deps);
    } catch (error) {
      const absent = error instanceof LedgerUnavailable && error.cause instanceof AnswerLost;
      if (!absent || performance.now() > untilMs) throw error;
      // Once for each reason, not twice a second.
      if (error.message !== said) deps.log.warn({ reason: error.message }, "waiting for Redis");
      said = error.message;
      await new Promise((resolve) => setTimeout(resolve, START_RETRY_MS));
    }
  }
}

/** Clocks of processes and what a commit takes differ by less. */
const BEHIND_MS = 60_000;

/** The log's order is its own; elapsed times, PINs and sessions go by the clock. */
async function warnOfClock(ledger: Ledger, log: Log, nowMs: number): Promise<void> {
  const before = Math.max(SEQ_ZERO, ledger.figures().head - 1) as Seq;
  const [last] = await ledger.read(before, 1);
  if (!last || last.atMs <= nowMs + BEHIND_MS) return;
  const [now, lastEvent] = [nowMs, last.atMs].map((ms) => new Date(ms).toISOString());
  log.warn({ now, lastEvent }, "this machine's clock is behind the last event: set it (NTP)");
}

/** The ledger to run on: the shop's own, or the demo's while nothing was ever imported. */
export async function chooseLedger(config: Config, deps: OpenDeps, nowMs: number) {
  const own = await openPatiently(config, deps);
  const demo = config.demo === "on" || (config.demo === "auto" && (await isEmpty(own)));
  if (!demo) {
    await warnOfClock(own, deps.log, nowMs);
    return { ledger: own, demo };
  }
  await own.close();
  const ledger = await openLedger(config, deps, "demo");
  await fillDemo(ledger, config, nowMs);
  await warnOfClock(ledger, deps.log, nowMs);
  return { ledger, demo };
}

/** The ledger as one that announces, null for one that nobody else hears. */
export const announcerOf = (ledger: Ledger): Pick<RedisLedger, "announce"> | null =>
  "announce" in ledger ? (ledger as RedisLedger) : null;
