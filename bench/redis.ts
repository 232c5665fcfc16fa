/**
 * The Redis ledger in figures (issue 4): a commit beside the bare
 * round trip, events to three processes,
 * connections with 1,000 streams, start and memory with a big log. About 4 minutes.
 * `bun bench/redis.ts [--spools 10000] [--events 1000000]`; each `--skip-…` takes 1.
 */
import { tellRedis } from "./ledger/redis.ts";
import { tellBig } from "./redis/big.ts";
import { tellCarry } from "./redis/carry.ts";
import { tellConnections } from "./redis/connections.ts";
import { readNumbers } from "./support/args.ts";

const ROUNDS = 5;
const ROUND_MS = 1_000;

const asked = readNumbers({
  spools: 10_000,
  events: 1_000_000,
  "skip-latency": 0,
  "skip-carry": 0,
  "skip-connections": 0,
  "skip-big": 0,
});

if (!asked["skip-latency"]) await tellRedis(ROUNDS, ROUND_MS);
if (!asked["skip-carry"]) await tellCarry();
if (!asked["skip-connections"]) await tellConnections();
if (!asked["skip-big"]) await tellBig(asked.spools, asked.events);
