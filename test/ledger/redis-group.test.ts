/** Group commit in Redis: R1 and R2 of src/ledger/redis-group.ts, and L1-L4 for each of a group. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { openCutProxy } from "../../bench/support/cut-proxy.ts";
import type { Event } from "../../src/domain/event.ts";
import { createRedisGroups, GROUP_MAX } from "../../src/ledger/redis-group.ts";
import { redisKeys } from "../../src/ledger/redis-keys.ts";
import { arrived } from "../support/ledger-house.ts";
import { redisStore, stranger } from "../support/ledger-redis.ts";
import { advance, importar, seqOf, seqsOf, store, upTo } from "../support/ledger-writes.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";

describe("what goes together", () => {
  /** Groups that a test answers when it wants to, or that are answered by themselves. */
  function open(byItself = false) {
    const sent: { readonly names: readonly string[]; readonly answer: () => void }[] = [];
    const submit = createRedisGroups<string, string>({
      bytesMax: 10,
      bytesOf: ({ length }) => length,
      send(names) {
        const { promise, resolve, reject } = Promise.withResolvers<string[]>();
        const bad = names.includes("bad");
        const answer = () => (bad ? reject(new Error("refused")) : resolve([...names]));
        sent.push({ names, answer });
        if (byItself) answer();
        return promise;
      },
    });
    return { sent, submit, names: () => sent.map(({ names }) => names.join()) };
  }

  test("what is asked for in one go, then what waits for those under way, in order", async () => {
    const { sent, submit, names } = open();
    const first = [submit("a"), submit("b")];
    await Promise.resolve();
    const second = submit("c");
    await Promise.resolve();
    const rest = ["d", "e", "f"].map(submit);
    await Promise.resolve();
    expect(names()).toEqual(["a,b", "c"]);
    sent[1]?.answer();
    expect(await second).toBe("c");
    expect(names()).toEqual(["a,b", "c", "d,e,f"]);
    for (const { answer } of sent) answer();
    expect(await Promise.all([...first, ...rest])).toEqual(["a", "b", "d", "e", "f"]);
  });

  test("no more than a bell holds, but for one that is bigger by itself", async () => {
    const { submit, names } = open(true);
    await Promise.all(["12345", "12345", "1", "123456789012345", "2"].map(submit));
    expect(names()).toEqual(["12345,12345", "1", "123456789012345", "2"]);
  });

  test("no more than GROUP_MAX", async () => {
    const { sent, submit } = open(true);
    await Promise.all(upTo(GROUP_MAX + 1).map(() => submit("")));
    expect(sent.map(({ names }) => names.length)).toEqual([GROUP_MAX, 1]);
  });

  test("what is thrown at a group is thrown at each of it, and the next goes on", async () => {
    const { sent, submit } = open();
    const both = Promise.allSettled([submit("a"), submit("bad")]);
    await Promise.resolve();
    const next = submit("b");
    await Promise.resolve();
    for (const { answer } of sent) answer();
    expect((await both).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(await next).toBe("b");
  });
});

describe("in a real Redis", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  /** How often Redis has carried out a command. */
  async function calls(name: string): Promise<number> {
    const stats = String(await server.command("INFO", "commandstats"));
    return Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
  }

  test("64 at once are one script and one bell, and each follower gets them in order", async () => {
    const kept = redisStore(server.url);
    const [ledger, other] = [await kept.open(), await kept.open()];
    await store(ledger, importar("first")); // Redis has the script now
    const events: Event[] = [];
    await other.follow(seqOf(0), (news) => void events.push(...news));
    const before = { evalsha: await calls("evalsha"), publish: await calls("publish") };
    const all = await Promise.all(upTo(64).map((n) => store(ledger, importar(`S-${n}`))));
    const after = { evalsha: await calls("evalsha"), publish: await calls("publish") };
    expect(after).toEqual({ evalsha: before.evalsha + 1, publish: before.publish + 1 });
    expect(all.map((own) => seqsOf(own))).toEqual(upTo(64).map((n) => [n + 1]));
    expect(seqsOf(await arrived(other, events, 65))).toEqual(upTo(65));
    await other.close();
    await ledger.close();
  });

  test("of a group each is judged on what those before it wrote, and refused alone", async () => {
    const kept = redisStore(server.url);
    const ledger = await kept.open();
    const a = importar("A");
    const taken = advance(a.state);
    await server.command("SET", redisKeys(kept.prefix).history("spool:B"), "x");
    const lease = await ledger.lease("sheet", 60_000);
    const late = { lease: "sheet", fence: (lease?.fence ?? 0) + 1 };
    const remember = { key: "k", fingerprint: "f" };
    const results = await Promise.allSettled([
      ledger.commit({ writes: [a], remember }),
      ledger.commit({ writes: [importar("C"), importar("B")] }),
      ledger.commit({ writes: [a] }),
      ledger.commit({ writes: [importar("C")], fence: late }),
      ledger.commit({ writes: [taken, importar("D")], documents: { one: "1" } }),
      ledger.commit({ writes: [importar("E")], remember }),
      ledger.commit({ writes: [importar("F")] }),
    ]);
    const told = results.map((result) =>
      result.status === "fulfilled" ? result.value : String(result.reason),
    );
    expect(told).toMatchObject([
      { kind: "committed", events: [{ seq: 1 }] },
      expect.stringContaining("WRONGTYPE"),
      { kind: "conflict", state: a.state },
      { kind: "fenced" },
      {
        kind: "committed",
        events: [
          { seq: 2, tag: "A" },
          { seq: 3, tag: "D" },
        ],
      },
      { kind: "remembered", events: [{ seq: 1 }] },
      { kind: "committed", events: [{ seq: 4 }] },
    ]);
    expect(seqsOf(await ledger.read(seqOf(0)))).toEqual(upTo(4));
    const { spools } = await ledger.snapshot();
    expect(spools.map(({ tag }) => String(tag))).toEqual(["A", "D", "F"]);
    expect(await ledger.document("one")).toBe("1");
    await ledger.close();
  });

  test("a group whose answer is lost is stored once, each answered as what it is", async () => {
    using proxy = await openCutProxy(server.port);
    const kept = redisStore(`redis://127.0.0.1:${proxy.port}`);
    const ledger = await kept.open({ onFault: () => {} });
    const a = importar("A");
    await store(ledger, a);
    using other = stranger(server.url);
    proxy.halfCut();
    const asked = Promise.all([
      ...upTo(20).map((n) => store(ledger, importar(`S-${n}`))),
      ledger.commit({ writes: [a] }),
    ]);
    // It is stored, and nobody here knows.
    while ((await other.xlen(redisKeys(kept.prefix).log)) < 21) await other.ping();
    proxy.restore();
    const answers = await asked;
    expect(answers.pop()).toMatchObject({ kind: "conflict", state: a.state });
    expect(answers.map((events) => seqsOf(events as Event[]))).toEqual(
      upTo(20).map((n) => [n + 1]),
    );
    expect(seqsOf(await ledger.read(seqOf(0)))).toEqual(upTo(21));
    await ledger.close();
  });
});
