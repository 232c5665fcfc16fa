/** Events per second that one Redis carries to three processes: until each of them has them all. */
import { join } from "node:path";
import type { Spool } from "../../src/domain/spool.ts";
import { advance, importar, store, upTo } from "../../test/support/ledger-writes.ts";
import { launch } from "../../test/support/program.ts";
import { startRedis } from "../../test/support/redis-server.ts";
import { figure } from "../support/stats.ts";
import { openLedgerAt } from "./open.ts";

const PROCESSES = 3;
const COMMITTERS = 64;
const EVENTS = 30_000;
const MS_PER_S = 1_000;

/** Prints the figure. One event a commit, as actions are; 64 of them under way at a time. */
export async function tellCarry(): Promise<void> {
  await using redis = await startRedis();
  const ledger = await openLedgerAt(redis.url);
  const imports = upTo(COMMITTERS).map((n) => importar(`MK-1923-TW-${n}`));
  await store(ledger, ...imports);
  const last = COMMITTERS + EVENTS;
  const script = join(import.meta.dir, "follower.ts");
  const command = [process.execPath, script, redis.url, String(last)];
  const followers = Array.from({ length: PROCESSES }, () => launch(command));
  await Promise.all(followers.map((follower) => follower.said(/follows/)));
  const beganMs = performance.now();
  let left = EVENTS;
  const committer = async (spool: Spool): Promise<void> => {
    for (let state = spool; left > 0; ) {
      left--;
      const write = advance(state);
      await store(ledger, write);
      state = write.state;
    }
  };
  await Promise.all(imports.map(({ state }) => committer(state)));
  const committedMs = performance.now() - beganMs;
  await Promise.all(followers.map((follower) => follower.said(/done/)));
  const carriedMs = performance.now() - beganMs;
  await ledger.close();
  const rate = (ms: number): string => figure((EVENTS * MS_PER_S) / ms);
  console.log(
    `${figure(EVENTS)} events to ${PROCESSES} processes: committed ${rate(committedMs)}/s, ` +
      `at all of them ${rate(carriedMs)}/s (${figure(carriedMs - committedMs)} ms later)`,
  );
}
