/** Messages to other programs on `spools:updates` (spec 5): real processes, a real Redis. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { Redis } from "ioredis";
import type { Message } from "../src/domain/message.ts";
import { type RedisServer, startRedis } from "./support/redis-server.ts";
import { openShop, TOKEN } from "./support/shop.ts";

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server[Symbol.asyncDispose]());

/** Another program that listens. */
async function listen(channel: string) {
  const redis = new Redis(server.url);
  const messages: Message[] = [];
  let wake = (): void => {};
  redis.on("message", (_, text: string) => {
    messages.push(JSON.parse(text));
    wake();
  });
  await redis.subscribe(channel);
  return {
    messages,
    async reach(count: number): Promise<readonly Message[]> {
      while (messages.length < count) await new Promise<void>((resolve) => (wake = resolve));
      return messages;
    },
    [Symbol.dispose]: () => redis.disconnect(),
  };
}

const LUIS = 21;
const arm = (tag: string) => ({ tag_spool: tag, worker_id: LUIS, operacion: "ARM" });

test("each event is told once and in order, whichever process it came from and whichever ends", async () => {
  using program = await listen("spools:updates");
  const env = { REDIS_URL: server.url };
  const a = await openShop({ env });
  const b = await openShop({ env });
  const free = (await (
    await fetch(`${a.url}/api/spools?operacion=ARM&estado=disponible&limit=6`, {
      headers: { Authorization: `Bearer ${TOKEN}` },
    })
  ).json()) as { spools: readonly { tag_spool: string }[] };
  const tags = free.spools.map(({ tag_spool }) => tag_spool);
  for (const [nth, tag] of tags.entries()) {
    const shop = nth % 2 ? a : b;
    expect((await shop.api("/occupation/tomar", arm(tag))).status).toBe(200);
  }
  const first = await program.reach(tags.length);
  expect(first.map(({ tag_spool }) => tag_spool)).toEqual(tags);
  expect(first[0]).toMatchObject({
    type: "TOMAR",
    accion: "TOMAR",
    operacion: "ARM",
    worker: "LÑ(21)",
    version: 2,
  });
  // One of them ends, by turns the one that announces: the other goes on where it was.
  await a[Symbol.asyncDispose]();
  for (const tag of tags) await b.api("/occupation/cancelar", arm(tag));
  const all = await program.reach(tags.length * 2);
  const seqs = all.map(({ seq }) => seq);
  expect(seqs).toEqual([...seqs].sort((one, two) => one - two));
  expect(new Set(seqs).size).toBe(tags.length * 2);
  expect(all.at(-1)).toMatchObject({ type: "STATE_CHANGE", accion: "CANCELAR" });
  await b[Symbol.asyncDispose]();
});

test("what others send there is ignored and counted", async () => {
  await using shop = await openShop({ env: { REDIS_URL: server.url, ZEUES_CHANNEL: "otros" } });
  const before = shop.running.floor.seq;
  for (const text of ["", "hola", "{}", "null", '{"seq":1}', "\u0000", "x".repeat(100_000)]) {
    await server.command("PUBLISH", "otros", text);
  }
  expect((await fetch(`${shop.url}/readyz`)).status).toBe(200);
  const metrics = await (await fetch(`${shop.url}/metrics`)).text();
  expect(metrics).toContain('zeues_messages_malformed_total{channel="updates"} 7');
  expect(shop.running.floor.seq).toBe(before);
});
