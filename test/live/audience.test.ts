/** Coalescing (spec 6): the first at once, later ones in windows, the last write per row wins. */
import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { Audience, WINDOW_MS } from "../../src/live/audience.ts";
import { Swaps } from "../../src/live/batch.ts";
import { Delivery, NOBODY } from "../../src/live/delivery.ts";
import { Stream } from "../../src/live/stream.ts";
import { parseFrames } from "./frames.ts";
import { createClient } from "./taller.ts";

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const VIEWER = { holds: () => true };
const LIMITS = { backlogBytes: 1, stalledMs: 1 };

/** An audience with one stream, on a clock that goes with the timers. */
function open(windowMs = WINDOW_MS) {
  const audience = new Audience({ kind: "tablero" }, windowMs, NOBODY);
  const told: Delivery[] = [];
  const observer = { ...NOBODY, delivered: (done: Delivery) => void told.push(done) };
  const client = createClient();
  let seq = 0;
  let nowMs = 1_000_000;
  audience.streams.add(new Stream(client, VIEWER, LIMITS, () => nowMs));
  return {
    audience,
    client,
    /** Deliveries that came to their end, by how many streams had them. */
    delivered: () => told.map(({ streams }) => streams),
    /** Each change is the next seq. */
    offer(...ids: string[]) {
      seq += 1;
      const fragments = ids.map((id) => ({ id, html: `<${id} ${seq}>` }));
      const delivery = new Delivery([], observer);
      audience.offer(new Swaps(fragments), () => seq, nowMs, delivery);
      delivery.close();
    },
    pass(ms: number) {
      nowMs += ms;
      jest.advanceTimersByTime(ms);
    },
    /** What was sent, as `id data`. */
    sent: () => client.frames().map(({ id, data }) => `${id} ${data}`),
    seq: () => seq,
  };
}

test("windows are at most 500 ms", () => expect(WINDOW_MS).toBeLessThanOrEqual(500));

test("the first change goes at once", () => {
  const { offer, sent } = open();
  offer("a");
  expect(sent()).toEqual(["1 <a 1>"]);
});

test("what comes within the window after it goes together at its end, with the newest seq", () => {
  const { offer, pass, sent } = open();
  offer("a");
  pass(100);
  offer("b");
  pass(100);
  offer("c");
  pass(299);
  expect(sent()).toHaveLength(1);
  pass(1);
  expect(sent()).toEqual(["1 <a 1>", "3 <b 2><c 3>"]);
});

test("the last fragment of an id stands for all, and stands last", () => {
  const { offer, pass, sent } = open();
  offer("x");
  offer("row", "count");
  offer("other");
  offer("row", "count");
  pass(WINDOW_MS);
  expect(sent().at(-1)).toBe("4 <other 3><row 4><count 4>");
});

test("nobody waits longer than a window, however much comes", () => {
  const { offer, pass, sent } = open();
  for (let i = 0; i < 100; i++) {
    offer(`r${i}`);
    pass(50);
  }
  expect(sent().length).toBeGreaterThanOrEqual(10);
  expect(sent().length).toBeLessThanOrEqual(12);
});

test("after a quiet window the next change goes at once again", () => {
  const { offer, pass, sent } = open();
  offer("a");
  pass(WINDOW_MS);
  offer("b");
  expect(sent()).toEqual(["1 <a 1>", "2 <b 2>"]);
});

test("a change right after a window's end waits for the next window", () => {
  const { offer, pass, sent } = open();
  offer("a");
  offer("b");
  pass(WINDOW_MS);
  offer("c");
  expect(sent()).toHaveLength(2);
  pass(WINDOW_MS);
  expect(sent()).toHaveLength(3);
});

test("flushing sends what waits once, and not again at the window's end", () => {
  const { audience, offer, pass, sent, seq } = open();
  offer("a");
  offer("b");
  audience.flush(seq());
  expect(sent()).toEqual(["1 <a 1>", "2 <b 2>"]);
  pass(WINDOW_MS);
  expect(sent()).toHaveLength(2);
});

test("a flush does not open the window early: the next change still waits for its end", () => {
  const { audience, offer, pass, sent, seq } = open();
  offer("a");
  offer("b");
  audience.flush(seq());
  offer("c");
  expect(sent()).toHaveLength(2);
  pass(WINDOW_MS);
  expect(sent()).toHaveLength(3);
});

test("with no window each change goes at once", () => {
  const { offer, sent } = open(0);
  offer("a");
  offer("b");
  expect(sent()).toEqual(["1 <a 1>", "2 <b 2>"]);
});

test("nothing to say says nothing", () => {
  const { offer, pass, sent } = open();
  offer();
  pass(WINDOW_MS);
  expect(sent()).toEqual([]);
});

test("every stream gets the same bytes object", () => {
  const { audience, client, offer } = open();
  const other = createClient();
  audience.streams.add(new Stream(other, VIEWER, LIMITS, () => 0));
  offer("a");
  expect(other.buffers[0]).toBe(client.buffers[0] as Uint8Array);
});

test("an audience that was dropped sends nothing more", () => {
  const { audience, offer, pass, sent } = open();
  offer("a");
  offer("b");
  audience.drop();
  pass(10 * WINDOW_MS);
  expect(sent()).toHaveLength(1);
});

test("frames are what a browser reads", () => {
  const { client, offer } = open();
  offer("a");
  const [bytes] = client.buffers;
  expect(parseFrames(new TextDecoder().decode(bytes))[0]?.event).toBe("spool_update");
});

test("a delivery ends when its streams have it: at once, at the window's end, or without anyone", () => {
  const { audience, offer, pass, delivered } = open();
  offer("a");
  expect(delivered()).toEqual([1]);
  offer("b");
  offer("c");
  expect(delivered()).toEqual([1]);
  pass(WINDOW_MS);
  expect(delivered()).toEqual([1, 1, 1]);
  offer("d");
  audience.drop();
  expect(delivered()).toEqual([1, 1, 1, 0]);
  offer();
  expect(delivered()).toEqual([1, 1, 1, 0, 0]);
});
