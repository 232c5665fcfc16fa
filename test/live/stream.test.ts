/** One client's limits: W1 and W2 of live/stream. */
import { describe, expect, test } from "bun:test";
import { Stream } from "../../src/live/stream.ts";
import { NOW_MS } from "../support/builders.ts";
import { createClient } from "./taller.ts";

const LIMITS = { backlogBytes: 100, stalledMs: 30_000 };
const bytes = (length: number): Uint8Array => new Uint8Array(length);

function open(holds: () => boolean = () => true) {
  const clock = { nowMs: NOW_MS };
  const client = createClient();
  return { clock, client, stream: new Stream(client, { holds }, LIMITS, () => clock.nowMs) };
}

describe("W1: bounded in bytes and in time", () => {
  test("a client that takes everything is never overdue", () => {
    const { clock, stream } = open();
    for (let i = 0; i < 1_000; i++) stream.write(bytes(1_000));
    clock.nowMs += 3_600_000;
    expect(stream.overdue()).toBe(false);
  });

  test("a client that takes nothing for longer than the limit is overdue", () => {
    const { clock, client, stream } = open();
    client.block();
    stream.write(bytes(1));
    clock.nowMs += LIMITS.stalledMs;
    expect(stream.overdue()).toBe(false);
    clock.nowMs += 1;
    expect(stream.overdue()).toBe(true);
  });

  test("pings do not make a stalled client look alive", () => {
    const { clock, client, stream } = open();
    client.block();
    for (let i = 0; i < 31; i++) {
      stream.write(bytes(1));
      clock.nowMs += 1_000;
    }
    expect(stream.overdue()).toBe(true);
  });

  test("a backlog past the bound is overdue at once", () => {
    const { client, stream } = open();
    client.block();
    stream.write(bytes(100));
    expect(stream.overdue()).toBe(false);
    stream.write(bytes(1));
    expect(stream.overdue()).toBe(true);
  });

  test("what it begins with is no backlog: only time bounds how it is taken", () => {
    const { clock, client, stream } = open();
    client.block();
    stream.greet(bytes(10_000));
    expect(stream.overdue()).toBe(false);
    stream.write(bytes(100));
    expect(stream.overdue()).toBe(false);
    clock.nowMs += LIMITS.stalledMs + 1;
    expect(stream.overdue()).toBe(true);
  });

  test("a client that takes again starts anew", async () => {
    const { clock, client, stream } = open();
    const free = client.block();
    stream.write(bytes(99));
    free();
    await Promise.resolve();
    await Promise.resolve();
    clock.nowMs += 10 * LIMITS.stalledMs;
    expect(stream.overdue()).toBe(false);
    client.block();
    stream.write(bytes(99));
    expect(stream.overdue()).toBe(false);
  });
});

describe("W2: never written to after its end", () => {
  test.each(["end", "cut", "lost"] as const)("after %s", (how) => {
    const { client, stream } = open();
    stream[how]();
    stream.write(bytes(1));
    stream.end();
    stream.cut();
    expect(client.buffers).toEqual([]);
    expect(stream.open).toBe(false);
    expect(client.state).toBe(how === "lost" ? "open" : how === "end" ? "ended" : "cut");
  });
});

test("a stream has run out when what opened it holds no more, asked each time", () => {
  let holds = true;
  const { stream } = open(() => holds);
  expect(stream.expired()).toBe(false);
  holds = false;
  expect(stream.expired()).toBe(true);
  expect(stream.open).toBe(true);
});

test("time alone ends no stream: its viewer says when", () => {
  const { clock, stream } = open();
  clock.nowMs += 1e12;
  expect(stream.expired()).toBe(false);
});
