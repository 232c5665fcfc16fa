/**
 * A process that follows the log until it has seen a seq: `bun bench/redis/follower.ts URL SEQ`.
 * Prints `follows` once it does, `done` when it has them all, and ends.
 */
import { type Event, SEQ_ZERO } from "../../src/domain/event.ts";
import { openLedgerAt } from "./open.ts";

const [, , url = "", until = "0"] = process.argv;
const ledger = await openLedgerAt(url);
const last = Number(until);
const all = Promise.withResolvers<void>();
let seq = 0;
await ledger.follow(SEQ_ZERO, (events: readonly Event[]) => {
  for (const event of events) {
    if (event.seq !== seq + 1) all.reject(new Error(`after ${seq} came ${event.seq}`));
    seq = event.seq;
  }
  if (seq >= last) all.resolve();
});
console.log("follows");
await all.promise;
console.log("done");
await ledger.close();
