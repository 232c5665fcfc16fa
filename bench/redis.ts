/**
 * The Redis ledger in figures (issue 4): a commit beside a plain `SET`, events to three processes,
 * connections with 1,000 streams, start and memory with a big log. About 4 minutes.
 * `bun bench/redis.ts [--spools 10000] [--events 1000000]`; each `--skip-…` takes 1.
 */
import { tellBig } from "./redis/big.ts";
import { tellCarry } from "./redis/carry.ts";
import { tellConnections } from "./redis/connections.ts";
import { tellLatency } from "./redis/latency.ts";
import { readNumbers } from "./support/args.ts";

const asked = readNumbers({
  spools: 10_000,
  events: 1_000_000,
  "skip-latency": 0,
  "skip-carry": 0,
  "skip-connections": 0,
  "skip-big": 0,
});

if (!asked["skip-latency"]) await tellLatency();
if (!asked["skip-carry"]) await tellCarry();
if (!asked["skip-connections"]) await tellConnections();
if (!asked["skip-big"]) await tellBig(asked.spools, asked.events);
