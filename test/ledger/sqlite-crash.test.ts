/**
 * Every accepted action survives `kill -9` of the process at any moment (spec 5; L1, L2, L3). The
 * same file is killed again and again, at points told by how much was acknowledged, not by time.
 */
import { expect, test } from "bun:test";
import { join } from "node:path";
import type { Event } from "../../src/domain/event.ts";
import type { Ledger } from "../../src/ledger/ledger.ts";
import { sqliteStore } from "../support/ledger-store.ts";
import { replay, seqOf, seqsOf, upTo } from "../support/ledger-writes.ts";

/** Acknowledged commits after which each run is killed: at once, in small and in large logs. */
const KILL_AFTER = [1, 40, 333, 2, 1_500, 97];

type Acknowledged = readonly [key: string, ...seqs: number[]];

const STORM = join(import.meta.dir, "../support/ledger-storm.ts");

/** Starts a storm, kills it. @returns all that it had acknowledged. */
async function killedAfter(path: string, run: number, count: number): Promise<Acknowledged[]> {
  const command = [process.execPath, STORM, path, `run-${run}`];
  await using child = Bun.spawn(command, { stdout: "pipe", stderr: "inherit" });
  const decoder = new TextDecoder();
  let text = "";
  let lines = 0;
  const reader = child.stdout.getReader();
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    const part = decoder.decode(chunk.value, { stream: true });
    text += part;
    lines += part.split("\n").length - 1;
    if (lines >= count) child.kill("SIGKILL");
  }
  await child.exited;
  expect(child.signalCode).toBe("SIGKILL");
  // The last line may be cut by the kill: what was not said was not acknowledged.
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Acknowledged);
}

async function wholeLog(ledger: Ledger): Promise<readonly Event[]> {
  const log: Event[] = [];
  (await ledger.follow(seqOf(0), (events) => void log.push(...events)))();
  return log;
}

/** Each commit moved a pair's two spools to the same version, left first. */
function expectWholeCommits(log: readonly Event[]): void {
  for (let at = 0; at < log.length; at += 2) {
    const [left, right] = [log[at], log[at + 1]];
    if (left?.kind !== "spool" || right?.kind !== "spool") throw new Error("half a commit");
    expect(right.tag.replace("/right", "")).toBe(left.tag.replace("/left", ""));
    expect(right.version).toBe(left.version);
  }
}

async function expectSound(ledger: Ledger, acknowledged: readonly Acknowledged[]): Promise<void> {
  const log = await wholeLog(ledger);
  expect(seqsOf(log)).toEqual(upTo(log.length));
  for (const [key, ...seqs] of acknowledged) {
    const remembered = await ledger.recall(key);
    expect(seqsOf(remembered?.events ?? [])).toEqual(seqs);
  }
  expectWholeCommits(log);
  const { seq, spools } = await ledger.snapshot();
  expect(seq).toBe(seqOf(log.length));
  expect(new Map(spools.map((spool) => [spool.tag, spool]))).toEqual(replay(log));
  const last = await ledger.recall((await ledger.document("last")) ?? "");
  expect(last?.events.at(-1)?.seq).toBe(seq);
}

test("nothing acknowledged is lost and nothing is half done, however often it is killed", async () => {
  await using house = await sqliteStore();
  const acknowledged: Acknowledged[] = [];
  for (const [run, count] of KILL_AFTER.entries()) {
    acknowledged.push(...(await killedAfter(house.path, run, count)));
    const ledger = await house.open();
    await expectSound(ledger, acknowledged);
    await ledger.close();
  }
}, 60_000);
