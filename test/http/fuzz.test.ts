/**
 * Whatever is sent to the API: bench/fuzz against a real shop, and against shops that were made to
 * do wrong, each of which it must find.
 */
import { expect, test } from "bun:test";
import { readDocument } from "../../bench/fuzz/document.ts";
import { fuzz, type Outcome } from "../../bench/fuzz/fuzz.ts";
import { openShop, type Shop, TOKEN } from "../support/shop.ts";

const REQUESTS = 2_000;
/** Five seconds alone; ten times that where a disk is shared. */
const BUSY_MS = 180_000;
/** Of a violation that is there on purpose nobody reads the smallest request. */
const SHRINK = 100;

const total = ({ counts }: Outcome): number =>
  [...counts.values()].flatMap((one) => [...one.values()]).reduce((sum, many) => sum + many, 0);

for (const seed of [1, Math.floor(Math.random() * 1_000_000)]) {
  test(
    `${REQUESTS} requests: no 5xx, all as documented, nothing changes unsaid (seed ${seed})`,
    async () => {
      await using shop = await openShop();
      const { floor } = shop.running;
      const port = Number(shop.server.port);
      const outcome = await fuzz({ port, token: TOKEN, floor }, { requests: REQUESTS, seed });
      expect(outcome.violation).toBeNull();
      expect(total(outcome)).toBe(outcome.requests);
      expect(outcome.requests).toBeGreaterThanOrEqual(REQUESTS);
      expect([outcome.fives, outcome.unclaimed]).toEqual([0, 0]);
      // Else it would only knock at the door.
      expect(outcome.accepted).toBeGreaterThan(0.05 * outcome.requests);
      const document = await fetch(`${shop.url}/api/openapi.json`, {
        headers: { Authorization: `Bearer ${TOKEN}` },
      });
      for (const { method, path } of readDocument(await document.json()).operations) {
        const answered = outcome.counts.get(`${method} ${path}`);
        expect(answered?.size).toBeGreaterThan(0);
        if (method === "GET") expect(answered?.get(200)).toBeGreaterThan(0);
      }
    },
    BUSY_MS,
  );
}

type Fault = (request: Request, answer: Response, shop: Shop) => Response | Promise<Response>;

/** The violation that is found in a shop whose answers go through `fault`. */
async function foundWith(fault: Fault): Promise<string | null> {
  await using shop = await openShop();
  const faulty = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    development: false,
    async fetch(request, server) {
      return await fault(request, await shop.running.app.fetch(request, { server }), shop);
    },
  });
  try {
    const target = { port: Number(faulty.port), token: TOKEN, floor: shop.running.floor };
    return (await fuzz(target, { requests: REQUESTS, seed: 1, shrink: SHRINK })).violation;
  } finally {
    await faulty.stop(true);
  }
}

const isPost = ({ url, method }: Request): boolean => method === "POST" && url.includes("/api/");

test("a 500 is found, with the request that gave it", async () => {
  const violation = await foundWith((request, answer) =>
    isPost(request) && answer.status === 400 ? Response.json({}, { status: 500 }) : answer,
  );
  expect(violation).toStartWith('as it was sent:\n500\n"POST /api/');
  expect(violation).toContain('the smallest:\n500\n"POST /api/');
});

test("a change that is answered as refused is found", async () => {
  const violation = await foundWith(async (request, answer, shop) => {
    if (!isPost(request) || answer.status !== 400) return answer;
    const [spool] = shop.running.floor.spools();
    await shop.api("/notas", { tag_spool: spool?.tag, worker_id: 21, texto: "by the way" });
    return answer;
  });
  expect(violation).toMatch(/the log went on by \d+, \d+ were answered as done/);
});

test("an action that is called done and was not is found", async () => {
  const done = { ok: true, tag_spool: "A", version: 1, seq: 1, estado_detalle: "" };
  const violation = await foundWith((request, answer) =>
    isPost(request) && answer.status === 422 ? Response.json(done) : answer,
  );
  expect(violation).toContain("seq 1 was answered for A");
});

test("an answer without the token is found", async () => {
  const violation = await foundWith(async (request, answer, shop) => {
    if (request.method !== "GET" || answer.status !== 401) return answer;
    const headers = { Authorization: `Bearer ${TOKEN}` };
    return await fetch(`${shop.url}/api/workers`, { headers });
  });
  expect(violation).toContain("200 without the token");
});

test.each([
  ["a status that the document does not have", () => Response.json({}, { status: 418 }), "418"],
  [
    "a body of another shape",
    () => Response.json({ workers: [{ id: "21" }] }),
    "not of its schema",
  ],
  ["a page", () => new Response("<p>", { headers: { "Content-Type": "text/html" } }), "text/html"],
  [
    "no JSON",
    () => new Response("{", { headers: { "Content-Type": "application/json" } }),
    "no JSON",
  ],
  [
    "a path of the inside",
    () => Response.json({ workers: [], why: "TypeError in node_modules/hono" }),
    "tells of the inside",
  ],
])("%s is found", async (_, wrong, says) => {
  const violation = await foundWith((request, answer) =>
    request.url.endsWith("/api/workers") && answer.status === 200 ? wrong() : answer,
  );
  expect(violation).toContain(says);
});
