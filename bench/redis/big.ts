/** Start-up time and memory with 10,000 spools and 1,000,000 events: Redis beside SQLite. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Spool } from "../../src/domain/spool.ts";
import type { Ledger } from "../../src/ledger/ledger.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import { advance, importar, store, upTo } from "../../test/support/ledger-writes.ts";
import { startRedis } from "../../test/support/redis-server.ts";
import { startServer } from "../support/process.ts";
import { figure, median, table } from "../support/stats.ts";
import { openLedgerAt } from "./open.ts";

/** Events in one commit: a script of some megabytes that Redis runs in 20 ms. */
const BATCH = 500;
const STARTS = 3;
const MS_PER_S = 1_000;
const KIB_PER_MIB = 1_024;
/** compose.ts's name for the shop's own file. */
const SQLITE_FILE = "zeues.sqlite";

/** Spools are imported, then taken and paused in turn until the log is full. */
async function fill(ledger: Ledger, spools: number, events: number): Promise<void> {
  const states: Spool[] = [];
  for (let at = 0; at < spools; at += BATCH) {
    const many = Math.min(BATCH, spools - at);
    const writes = upTo(many).map((n) => importar(`MK-1923-TW-${at + n}`));
    await store(ledger, ...writes);
    states.push(...writes.map(({ state }) => state));
  }
  for (let done = spools, at = 0; done < events; done += BATCH, at = (at + BATCH) % spools) {
    const writes = states.slice(at, at + BATCH).map(advance);
    await store(ledger, ...writes);
    for (const [nth, { state }] of writes.entries()) states[at + nth] = state;
  }
}

async function measure(name: string, env: Readonly<Record<string, string>>, log: string) {
  const startsMs: number[] = [];
  const rssMib: number[] = [];
  for (let nth = 0; nth < STARTS; nth++) {
    const all = { PORT: "0", HOST: "127.0.0.1", ZEUES_DEMO: "off", ...env };
    const server = await startServer(["src/main.ts", "serve"], all, log);
    startsMs.push(server.startMs);
    const answer = await fetch(`${server.url}/readyz`);
    const { spools } = (await answer.json()) as { readonly spools: number };
    if (!answer.ok || spools === 0) throw new Error(`${name} is not ready`);
    rssMib.push((await server.rssKib()) / KIB_PER_MIB);
    await server[Symbol.asyncDispose]();
  }
  return [name, figure(median(startsMs)), figure(median(rssMib))];
}

/** Fills both ledgers and prints the table. */
export async function tellBig(spools: number, events: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "zeues-bench-"));
  await using redis = await startRedis();
  const beganMs = performance.now();
  const ours = await openLedgerAt(redis.url);
  await fill(ours, spools, events);
  await ours.close();
  const seconds = (performance.now() - beganMs) / MS_PER_S;
  const info = String(await redis.command("INFO", "memory"));
  console.log(
    `${figure(spools)} spools, ${figure(events)} events: filled in ${figure(seconds)} s, ` +
      `Redis uses ${/used_memory_human:(\S+)/.exec(info)?.[1]}`,
  );
  const log = join(folder, "log");
  const rows = [await measure("Redis", { REDIS_URL: redis.url, ZEUES_DATA: folder }, log)];
  const data = join(folder, "data");
  await mkdir(data);
  const sqlite = openSqliteLedger({ path: join(data, SQLITE_FILE), onFault: console.error });
  await fill(sqlite, spools, events);
  await sqlite.close();
  rows.push(await measure("SQLite", { ZEUES_DATA: data }, log));
  table(["ledger", "start ms", "RSS MiB"], rows);
  await rm(folder, { recursive: true, force: true });
}
