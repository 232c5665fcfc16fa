/** Streams asked for too often, or with nonsense (issue 8, bad input): the real server. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import fc from "fast-check";
import { STREAMS } from "../../src/http/middleware/limits.ts";
import { openRaw, type RawHttp, statusOf } from "../support/raw-http.ts";
import { openShop, type Shop, TOKEN } from "../support/shop.ts";
import { openSse } from "../support/sse.ts";

const AUTH = { Authorization: `Bearer ${TOKEN}` };
const MANY = 1_000;
/** Two cores that others use too. */
const BUSY_MS = 60_000;

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop[Symbol.asyncDispose]());

/** Asks until it is so: each look is a request and its answer. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await (await fetch(`${shop.url}/healthz`)).text();
}

const opened = (): number => shop.running.hub.count().html + shop.running.hub.count().json;

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${shop.url}/metrics`, { headers: AUTH })).text();
  const line = text.split("\n").find((one) => one.startsWith(`${name} `));
  return Number(line?.split(" ").at(-1) ?? 0);
}

/** Asks for a stream over a connection of its own, and waits for the answer's head. */
async function ask(path: string, headers: string): Promise<RawHttp> {
  const raw = await openRaw(shop.url);
  raw.send(`GET ${path} HTTP/1.1\r\nHost: zeues.test\r\n${headers}\r\n`);
  await raw.said(/\r\n\r\n/);
  return raw;
}

test(
  `a person who opens ${MANY} streams has ${STREAMS.sesion}; nobody else notices; all are let go`,
  async () => {
    const [greedy, other] = [await shop.signIn(21), await shop.signIn(12)];
    using screen = await openSse(`${shop.url}/eventos?vista=tablero`, { Cookie: other });
    await screen.next("ping");
    const files = readdirSync("/proc/self/fd").length;
    const all: RawHttp[] = [];
    for (let nth = 0; nth < MANY; nth++) {
      all.push(await ask("/eventos?vista=tablero", `Cookie: ${greedy}\r\n`));
    }
    const refused = all.filter(({ text }) => statusOf(text) === 429);
    expect(refused).toHaveLength(MANY - STREAMS.sesion);
    expect(refused[0]?.text).toMatch(/\r\nRetry-After: \d+\r\n/i);
    expect(Buffer.from(refused[0]?.text ?? "", "latin1").toString()).toContain(
      "Hay demasiadas pantallas en vivo abiertas desde aquí",
    );
    expect(await metric('zeues_http_limited_total{limit="flujos"}')).toBe(refused.length);
    const { spools } = await (
      await fetch(`${shop.url}/api/spools?limit=1`, { headers: AUTH })
    ).json();
    const note = { tag_spool: spools[0].tag_spool, worker_id: 12, texto: "sigue" };
    expect((await shop.api("/notas", note)).status).toBe(200);
    await screen.next("spool_update");
    for (const raw of all) raw[Symbol.dispose]();
    await until(() => opened() === 1);
    expect(readdirSync("/proc/self/fd").length).toBeLessThan(files + STREAMS.sesion);
    using again = await ask("/eventos?vista=tablero", `Cookie: ${greedy}\r\n`);
    expect(statusOf(again.text)).toBe(200);
  },
  BUSY_MS,
);

describe("a place that is none", () => {
  const WELL_FORMED = /^\d{1,15}$/;
  /** What is written there: numbers almost right, words, any bytes. */
  const written = fc.oneof(
    fc.constantFrom("-1", "+1", "1.5", "1e9", "0x10", "NaN", "Infinity", "null", "١٢", "1 2", " 1"),
    fc.maxSafeInteger().map(String),
    fc.bigInt({ min: 10n ** 15n }).map(String),
    fc.string({ unit: "binary", minLength: 1 }),
    fc.string({ minLength: 1, maxLength: 3_000 }),
  );
  const streams = [
    ["/eventos?vista=tablero&", async () => ({ Cookie: await shop.signIn(12) })],
    ["/api/sse/stream?", async () => AUTH],
  ] as const;

  test.each(streams)(
    "at %s is 400, whatever it is, and leaves no stream",
    async (path, who) => {
      const headers = await who();
      await until(() => opened() === 0);
      const get = (query: string, more = {}) =>
        fetch(`${shop.url}${path}${query}`, { headers: { ...headers, ...more } });
      const wrong = written.filter((text) => !WELL_FORMED.test(text));
      await fc.assert(
        fc.asyncProperty(wrong, async (text) => {
          const answer = await get(`desde=${encodeURIComponent(text)}`);
          expect([answer.status, (await answer.text()).length < 200]).toEqual([400, true]);
        }),
        { numRuns: 200 },
      );
      const visible = /^[\x21-\x7e]+$/;
      await fc.assert(
        fc.asyncProperty(
          wrong.filter((text) => visible.test(text)),
          async (text) => {
            expect((await get("desde=0", { "Last-Event-ID": text })).status).toBe(400);
          },
        ),
        { numRuns: 100 },
      );
      expect(opened()).toBe(0);
    },
    BUSY_MS,
  );

  test.each(streams)(
    "at %s, 100 kB long or a thousand times: refused, and no more",
    async (path, who) => {
      const headers = Object.entries(await who()).map(([name, value]) => `${name}: ${value}\r\n`);
      using long = await openRaw(shop.url);
      long.send(
        `GET ${path}desde=${"9".repeat(100_000)} HTTP/1.1\r\nHost: x\r\n${headers.join("")}\r\n`,
      );
      expect(statusOf(await long.closed)).toBeWithin(400, 500);
      using many = await ask(`${path}${"desde=x&".repeat(1_000)}`, headers.join(""));
      expect(statusOf(many.text)).toBe(400);
      expect(opened()).toBe(0);
    },
  );

  test.each(streams)("at %s, one of the future is told to read anew", async (path, who) => {
    using client = await openSse(`${shop.url}${path}desde=999999999999999`, await who());
    await client.next("resincronizar");
  });
});
