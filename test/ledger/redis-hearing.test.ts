/** What others send on a channel that is theirs too: E1 and E2 of ledger/redis-hearing. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { randomUUID } from "node:crypto";
import { arrived } from "../support/ledger-house.ts";
import { redisStore } from "../support/ledger-redis.ts";
import { importar, seqOf, seqsOf, store } from "../support/ledger-writes.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";

let server: RedisServer;
beforeAll(async () => {
  // No limit of Redis's own: what bounds a message is ours.
  server = await startRedis({ args: ["--client-output-buffer-limit", "pubsub 0 0 0"] });
});
afterAll(() => server[Symbol.asyncDispose]());

const TEN_MB = "x".repeat(10_000_000);

/** A ledger that hears a channel on which `ours` is its own; what came is counted. */
async function openHearing(on = server, deafMs?: number) {
  const channel = `updates-${randomUUID()}`;
  const kept = redisStore(on.url);
  const heard = { ours: 0, strange: 0, deaf: 0, faults: [] as unknown[] };
  const waiting = new Set<() => void>();
  const look = (): void => {
    for (const one of waiting) one();
  };
  const ledger = await kept.open({
    onFault: (fault) => {
      heard.faults.push(fault);
      look();
    },
    hear: {
      channel,
      message(text) {
        const ours = text === "ours";
        heard[ours ? "ours" : "strange"] += 1;
        look();
        return ours;
      },
      onDeaf() {
        heard.deaf += 1;
        look();
      },
      ...(deafMs === undefined ? {} : { deafMs }),
    },
  });
  const until = (true_: () => boolean): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const check = (): void => void (true_() && resolve());
    waiting.add(check);
    check();
    return promise;
  };
  const publish = async (text: string): Promise<number> =>
    Number(await on.command("PUBLISH", channel, text));
  /** Resolves once it listens: a message reaches somebody. */
  const listens = async (): Promise<void> => {
    while ((await publish("ours")) === 0);
    await until(() => heard.ours > 0);
  };
  return {
    channel,
    ledger,
    heard,
    until,
    publish,
    listens,
    store: kept,
    [Symbol.asyncDispose]: () => ledger.close(),
  };
}

/** The ids of the connections that hear bells. */
async function bells(): Promise<readonly (string | undefined)[]> {
  const list = String(await server.command("CLIENT", "LIST"));
  const lines = list.split("\n").filter((line) => / name=zeues-\d+-bell /.test(line));
  return lines.map((line) => /^id=(\d+)/.exec(line)?.[1]);
}

test("a message of 10 MB is one too much: it hangs up, the bell stays, what is committed comes", async () => {
  await using house = await openHearing();
  const { ledger, heard } = house;
  await house.listens();
  const before = await bells();
  while (heard.deaf === 0) await house.publish(TEN_MB);
  // Nobody listens any more, however much is sent.
  while ((await house.publish(TEN_MB)) > 0);
  const events: Parameters<Parameters<typeof ledger.follow>[1]>[0][number][] = [];
  await ledger.follow(seqOf(0), (news) => void events.push(...news));
  const other = await house.store.open();
  await store(other, importar("A"), importar("B"));
  expect(seqsOf(await arrived(ledger, events, 2))).toEqual([1, 2]);
  await other.close();
  expect(await bells()).toEqual(before);
  expect([heard.deaf, heard.faults]).toEqual([1, []]);
  expect(ledger.figures().connection?.reconnects).toBe(0);
});

test("it hangs up in the middle of a message that is longer than what it may keep", async () => {
  await using house = await openHearing();
  await house.listens();
  await house.publish("x".repeat(64_000_000));
  await house.until(() => house.heard.deaf > 0);
  expect(house.heard).toMatchObject({ strange: 0, deaf: 1 });
});

test("strangers' messages are told one by one, until there are too many of them", async () => {
  await using house = await openHearing();
  const { heard } = house;
  await house.listens();
  await house.publish("hola");
  await house.until(() => heard.strange === 1);
  expect(heard.deaf).toBe(0);
  const flood = "for _ = 1, 1000 do redis.call('PUBLISH', ARGV[1], 'hola') end";
  await server.command("EVAL", flood, 0, house.channel);
  await house.until(() => heard.deaf === 1);
  while ((await house.publish("hola")) > 0);
  const { strange } = heard;
  await house.publish("hola");
  await house.ledger.health();
  expect(heard.strange).toBe(strange);
});

test("after a while it listens again, and a new Redis is listened to as well", async () => {
  await using own = await startRedis();
  await using house = await openHearing(own, 50);
  const { heard } = house;
  await house.listens();
  while (heard.deaf === 0) await house.publish(TEN_MB);
  heard.ours = 0;
  await house.listens();
  await own.kill("SIGKILL");
  await own.restart();
  heard.ours = 0;
  await house.listens();
  expect(heard.deaf).toBe(1);
});

test("where Redis does not let us hear it, that is told, and all else goes on", async () => {
  await using own = await startRedis();
  await own.command("ACL", "SETUSER", "default", "resetchannels", "&{zeues-test-*");
  await using house = await openHearing(own);
  const { ledger, heard } = house;
  await house.until(() => heard.faults.length > 0);
  expect(String(heard.faults[0])).toContain("NOPERM");
  await store(ledger, importar("A"));
  expect(ledger.availability.kind).toBe("ready");
});
