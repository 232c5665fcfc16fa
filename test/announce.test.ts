/** Messages to other programs on `spools:updates` (spec 5): real processes, a real Redis. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { Redis } from "ioredis";
import pino from "pino";
import { openLedger } from "../src/compose-ledger.ts";
import { readConfig } from "../src/config.ts";
import type { Message } from "../src/domain/message.ts";
import { type RedisServer, startRedis } from "./support/redis-server.ts";
import { openShop, TOKEN } from "./support/shop.ts";
import { openSse } from "./support/sse.ts";

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

/** Resolves once somebody hears the channel. */
async function heard(channel: string): Promise<void> {
  while ((await server.command("PUBLISH", channel, "hola")) === 0);
}

/** What /metrics says is ignored, asked until it is so. */
async function ignored(url: string, messages: RegExp): Promise<void> {
  const name = 'zeues_messages_malformed_total{channel="updates"} ';
  for (;;) {
    const lines = (await (await fetch(`${url}/metrics`)).text()).split("\n");
    const line = lines.find((one) => one.startsWith(name)) ?? "";
    if (messages.test(line.slice(name.length))) return;
  }
}

test("what others send there is ignored and counted", async () => {
  await using shop = await openShop({ env: { REDIS_URL: server.url, ZEUES_CHANNEL: "otros" } });
  const before = shop.running.floor.seq;
  await heard("otros");
  for (const text of ["", "{}", "null", '{"seq":1}', "\u0000", "x".repeat(100_000)]) {
    await server.command("PUBLISH", "otros", text);
  }
  await ignored(shop.url, /^7$/);
  expect((await fetch(`${shop.url}/readyz`)).status).toBe(200);
  expect(shop.running.floor.seq).toBe(before);
});

test("a flood of what looks like ours, and of 10 MB each, shows nobody a false event", async () => {
  await using shop = await openShop({ env: { REDIS_URL: server.url, ZEUES_CHANNEL: "lleno" } });
  const headers = { Authorization: `Bearer ${TOKEN}` };
  const list = await fetch(`${shop.url}/api/spools?operacion=ARM&estado=disponible&limit=1`, {
    headers,
  });
  const [{ tag_spool: tag }] = (await list.json()).spools;
  using screen = await openSse(`${shop.url}/api/sse/stream`, headers);
  await screen.next("ping");
  await heard("lleno");
  const before = shop.running.floor.seq;
  const seq = before + 1;
  const told = { type: "TOMAR", tag_spool: tag, worker: "XX(1)", timestamp: "", seq, version: 2 };
  const forged = JSON.stringify({ ...told, estado_detalle: "falso", accion: "TOMAR" });
  for (let nth = 0; nth < 100; nth++) await server.command("PUBLISH", "lleno", forged);
  // Until it is not listened to any more.
  while ((await server.command("PUBLISH", "lleno", "x".repeat(10_000_000))) !== 0);
  expect((await shop.api("/occupation/tomar", arm(tag))).status).toBe(200);
  const { id, data } = await screen.next("spool_update");
  expect([id, JSON.parse(data).worker]).toEqual([String(seq), "LÑ(21)"]);
  expect((await fetch(`${shop.url}/readyz`)).status).toBe(200);
});

test("strange messages are told once, with how they begin, however many there are", async () => {
  const lines: { readonly msg: string; readonly message?: string }[] = [];
  const log = pino({}, { write: (line) => void lines.push(JSON.parse(line)) });
  const config = readConfig({ REDIS_URL: server.url, ZEUES_CHANNEL: "una-vez" });
  const ledger = await openLedger(config, { log });
  await heard("una-vez");
  // More at once than the bound of ledger/redis-hearing; then nobody listens any more.
  const flood = "for _ = 1, 1000 do redis.call('PUBLISH', ARGV[1], 'y') end";
  await server.command("EVAL", flood, 0, "una-vez");
  while ((await server.command("PUBLISH", "una-vez", "y")) !== 0);
  for (let nth = 0; nth < 50; nth++) await server.command("PUBLISH", "{zeues}:bell", "nada");
  await ledger.health();
  await ledger.close();
  expect(lines.map(({ msg, message }) => [msg, message])).toEqual([
    ["not a message of ours, ignored", "hola"],
    ["too much on the channel, not listened to", undefined],
    ["not a message of ours, ignored", "nada"],
  ]);
});
