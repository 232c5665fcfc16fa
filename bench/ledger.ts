/**
 * What a commit costs, in both ledgers (issue 8): SQLite beside bare transactions that store the
 * same rows, Redis beside the bare round trip, for one committer and many, in alternating rounds of
 * one run. Two minutes; each `--skip-…` takes 1.
 * `bun bench/ledger.ts [--rounds 5] [--round-ms 800]`
 */
import { tellRedis } from "./ledger/redis.ts";
import { tellSqlite } from "./ledger/sqlite.ts";
import { readNumbers } from "./support/args.ts";
import { tellDisturbed } from "./support/quiet.ts";

const asked = readNumbers({ rounds: 5, "round-ms": 800, "skip-sqlite": 0, "skip-redis": 0 });

if (!asked["skip-sqlite"]) await tellSqlite(asked.rounds, asked["round-ms"]);
if (!asked["skip-redis"]) await tellRedis(asked.rounds, asked["round-ms"]);
tellDisturbed();
