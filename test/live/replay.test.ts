/** The replay window (spec 6): at least 10,000 events, nothing missed, nothing twice. */
import { expect, test } from "bun:test";
import type { Event, Seq } from "../../src/domain/event.ts";
import { REPLAY_MAX, Replay } from "../../src/live/replay.ts";
import { attempt, command, INGRID, MAURICIO, spool, ZONE } from "../support/builders.ts";

const taken = attempt(spool(), command("TOMAR"), MAURICIO);
if (!taken.ok) throw new Error("refused");
const { event: pending } = taken;
const spoolAt = (seq: number): Event => ({ ...pending, seq: seq as Seq });
const workerAt = (seq: number): Event => ({
  kind: "trabajador",
  seq: seq as Seq,
  atMs: 0,
  version: 1,
  autor: { firma: null, medio: "planilla", dispositivo: null },
  trabajador: INGRID,
});

function filled(from: number, to: number): Replay {
  const replay = new Replay(ZONE, from as Seq);
  for (let seq = from + 1; seq <= to; seq++) replay.add(spoolAt(seq));
  return replay;
}

const seqs = (events: readonly Event[] | null) => events?.map(({ seq }) => Number(seq)) ?? null;
const text = (frames: readonly Uint8Array[] | null) =>
  frames?.map((bytes) => new TextDecoder().decode(bytes)) ?? null;

test("the window of spec 6 is 10,000 events", () => expect(REPLAY_MAX).toBe(10_000));

test("who shows the newest missed nothing", () => {
  expect(filled(0, 5).since(5)).toEqual([]);
  expect(new Replay(ZONE, 5 as Seq).since(5)).toEqual([]);
});

test("who shows an older seq gets exactly what came after it, in order", () => {
  const replay = filled(100, 110);
  expect(seqs(replay.since(107))).toEqual([108, 109, 110]);
  expect(seqs(replay.since(100))).toHaveLength(10);
});

test("what is before its beginning, or not yet known, is null", () => {
  const replay = filled(100, 110);
  expect(replay.since(99)).toBeNull();
  expect(replay.since(111)).toBeNull();
  expect(replay.framesSince(99)).toBeNull();
});

test("the window holds at every moment, also when old events are dropped", () => {
  const replay = new Replay(ZONE, 0 as Seq);
  for (let seq = 1; seq <= 4 * REPLAY_MAX; seq++) {
    replay.add(workerAt(seq));
    if (seq < REPLAY_MAX || seq % 997 !== 0) continue;
    const missed = replay.since(seq - REPLAY_MAX);
    expect(missed).toHaveLength(REPLAY_MAX);
    expect(Number(missed?.[0]?.seq)).toBe(seq - REPLAY_MAX + 1);
  }
  expect(replay.since(0)).toBeNull();
  expect(replay.since(2 * REPLAY_MAX - 1)).toBeNull();
});

test("memory is bounded by twice the window", () => {
  const replay = filled(0, 2 * REPLAY_MAX);
  expect(replay.since(REPLAY_MAX - 1)).toBeNull();
  expect(replay.since(REPLAY_MAX)).toHaveLength(REPLAY_MAX);
});

test("each JSON frame is encoded once and is the same for all", () => {
  const replay = filled(0, 3);
  const [first] = replay.framesSince(1) ?? [];
  expect(replay.framesSince(1)?.[0]).toBe(first as Uint8Array);
  expect(replay.framesSince(0)?.[1]).toBe(first as Uint8Array);
});

test("only a spool's events have a JSON frame", () => {
  const replay = new Replay(ZONE, 0 as Seq);
  replay.add(workerAt(1));
  replay.add(spoolAt(2));
  const frames = text(replay.framesSince(0));
  expect(frames).toHaveLength(1);
  expect(frames?.[0]).toStartWith("event: spool_update\nid: 2\ndata: {");
});

test("an event that is not the next one is refused: a hole is never told as if it were whole", () => {
  const replay = filled(100, 110);
  expect(() => replay.add(spoolAt(112))).toThrow("a hole in the replay: 112 after 110");
  expect(() => replay.add(spoolAt(110))).toThrow("a hole");
});

test("what was before a start is put before what came meanwhile", () => {
  const replay = new Replay(ZONE, 0 as Seq);
  replay.restart(110 as Seq);
  replay.add(spoolAt(111));
  expect(replay.since(108)).toBeNull();
  replay.prepend([spoolAt(108), spoolAt(109), spoolAt(110)]);
  expect(seqs(replay.since(108))).toEqual([109, 110, 111]);
  expect(seqs(replay.since(107))).toEqual([108, 109, 110, 111]);
});

test("what would leave a hole is not put before it", () => {
  const replay = filled(110, 112);
  replay.prepend([spoolAt(107), spoolAt(108), spoolAt(109)]);
  expect(replay.since(108)).toBeNull();
  replay.prepend([]);
  expect(seqs(replay.since(110))).toEqual([111, 112]);
});

test("who comes back during a start waits until the past is there, over another start too", async () => {
  const replay = new Replay(ZONE, 0 as Seq);
  await replay.filled;
  replay.restart(110 as Seq);
  const told: string[] = [];
  const first = replay.filled.then(() => told.push("first"));
  replay.restart(120 as Seq);
  const second = replay.filled.then(() => told.push("second"));
  await first;
  expect(told).toEqual(["first"]);
  replay.settle();
  await second;
  expect(told).toEqual(["first", "second"]);
});
