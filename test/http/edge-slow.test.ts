/** Bodies that are too large, too slow or never end: refused, cut, and nothing is changed. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Hono } from "hono";
import type { Env } from "../../src/http/context.ts";
import {
  BODY_MAX_BYTES,
  BODY_MAX_MS,
  guardsBody,
  STRANGER_MAX_BYTES,
} from "../../src/http/middleware/body.ts";
import { openRaw, statusOf } from "../support/raw-http.ts";
import { openShop, type Shop, TOKEN } from "../support/shop.ts";

/** Well under a request's own deadline, far over what a body takes here. */
const MS = 300;

/** A server that echoes how many bytes it read; `?quien` is known. */
function echo() {
  const app = new Hono<Env>()
    .use(
      guardsBody({
        ms: MS,
        known: (c) => c.req.query("quien") !== undefined,
        refuse: (c, { code, message, status }) => c.text(`${code}: ${message}`, status),
      }),
    )
    .post("/texto", async (c) => c.text(`read ${(await c.req.text()).length}`))
    .post("/form", async (c) => c.json(await c.req.parseBody().catch(() => "broken")))
    .post("/no", (c) => c.text("not read", 401));
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    development: false,
    fetch: (request, self) => app.fetch(request, { server: self }),
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

const HOST = "Host: zeues.test\r\n";
const FORM = "Content-Type: application/x-www-form-urlencoded\r\n";
const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;

describe("read", () => {
  test("whole and as whatever a handler wants", async () => {
    await using server = echo();
    const body = new URLSearchParams({ a: "1", b: "ñ" });
    const form = await fetch(`${server.url}/form`, { method: "POST", body });
    expect(await form.json()).toEqual({ a: "1", b: "ñ" });
    const multi = new FormData();
    multi.set("a", "1");
    const parts = await fetch(`${server.url}/form`, { method: "POST", body: multi });
    expect(await parts.json()).toEqual({ a: "1" });
    const empty = await fetch(`${server.url}/texto`, { method: "POST" });
    expect(await empty.text()).toBe("read 0");
  });

  test.each([
    ["strangers", "", STRANGER_MAX_BYTES],
    ["who is known", "?quien=yo", BODY_MAX_BYTES],
  ])("to the last byte of what %s may send", async (_, query, max) => {
    await using server = echo();
    const send = async (size: number) => {
      const body = "x".repeat(size);
      const answer = await fetch(`${server.url}/texto${query}`, { method: "POST", body });
      return [answer.status, await answer.text()];
    };
    expect(await send(max)).toEqual([200, `read ${max}`]);
    expect(await send(max + 1)).toEqual([413, expect.stringContaining("demasiado grande")]);
  });

  test("in pieces without a length, and past the limit no further", async () => {
    await using server = echo();
    for (const [size, status] of [
      [STRANGER_MAX_BYTES, 200],
      [STRANGER_MAX_BYTES + 1, 413],
    ] as const) {
      using raw = await openRaw(server.url);
      raw.send(`POST /texto HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n`);
      raw.send(`${chunk("x".repeat(size))}0\r\n\r\n`);
      await raw.said(/\r\n\r\n/);
      expect(statusOf(raw.text)).toBe(status);
    }
  });
});

describe("cut", () => {
  test("what is announced too large: before a byte of it has come", async () => {
    await using server = echo();
    using raw = await openRaw(server.url);
    const length = `Content-Length: ${BODY_MAX_BYTES + 1}\r\n`;
    raw.send(`POST /texto?quien=yo HTTP/1.1\r\n${HOST}${length}\r\n`);
    expect(statusOf(await raw.closed)).toBe(413);
  });

  test("what never ends: at the limit, not at its end", async () => {
    await using server = echo();
    using raw = await openRaw(server.url);
    raw.send(`POST /form HTTP/1.1\r\n${HOST}${FORM}Transfer-Encoding: chunked\r\n\r\n`);
    // It is sent until it is cut, a piece at a time.
    const piece = setInterval(() => raw.send(chunk("x".repeat(4_096))), 1);
    try {
      const text = await raw.closed;
      expect(statusOf(text)).toBe(413);
      expect(text).toContain("CUERPO_DEMASIADO_GRANDE");
    } finally {
      clearInterval(piece);
    }
  });

  test.each([
    ["Content-Length: 100\r\n", "c"],
    ["Transfer-Encoding: chunked\r\n", chunk("c")],
  ])("what trickles (%j): 400 and closed", async (head, drop) => {
    await using server = echo();
    for (const path of ["/texto", "/form"]) {
      using raw = await openRaw(server.url);
      raw.send(`POST ${path} HTTP/1.1\r\n${HOST}${FORM}${head}\r\n`);
      const drip = setInterval(() => raw.send(drop), 20);
      try {
        const text = await raw.closed;
        expect(statusOf(text)).toBe(400);
        expect(text).toContain("SOLICITUD_INVALIDA");
      } finally {
        clearInterval(drip);
      }
    }
  });

  test("what stops in the middle and is gone hurts nobody else", async () => {
    await using server = echo();
    const raw = await openRaw(server.url);
    raw.send(`POST /texto HTTP/1.1\r\n${HOST}Content-Length: 100\r\n\r\nhalf`);
    raw[Symbol.dispose]();
    const after = await fetch(`${server.url}/texto`, { method: "POST", body: "x" });
    expect(await after.text()).toBe("read 1");
  });

  test("who is refused anyway is not waited for", async () => {
    await using server = echo();
    using raw = await openRaw(server.url);
    raw.send(`POST /no HTTP/1.1\r\n${HOST}Content-Length: 100\r\n\r\nhalf`);
    const text = await raw.closed;
    expect(statusOf(text)).toBe(401);
    expect(text).toContain("not read");
  });
});

test("a body has time to come over a slow line, and no more than 20 s", () => {
  expect(BODY_MAX_MS).toBeLessThan(20_000);
  expect(BODY_MAX_BYTES / (BODY_MAX_MS / 1_000)).toBeLessThan(20 * 1_024);
});

describe("in the shop", () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop();
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  test("a stranger's form over 16 KB is 413 as a page, and nobody is signed in", async () => {
    const { seq } = shop.running.floor;
    const answer = await fetch(`${shop.url}/sesion/clave`, {
      method: "POST",
      headers: { Origin: shop.url },
      body: new URLSearchParams({ usuario: "x".repeat(STRANGER_MAX_BYTES), clave: "x" }),
      redirect: "manual",
    });
    expect(answer.status).toBe(413);
    expect(await answer.text()).toContain("demasiado grande");
    expect(answer.headers.get("Set-Cookie")).toBeNull();
    expect(shop.running.floor.seq).toBe(seq);
  });

  test("a program's endless body is 413 as JSON", async () => {
    using raw = await openRaw(shop.url);
    const auth = `Authorization: Bearer ${TOKEN}\r\nContent-Type: application/json\r\n`;
    const chunked = "Transfer-Encoding: chunked\r\n";
    raw.send(`POST /api/occupation/tomar HTTP/1.1\r\n${HOST}${auth}${chunked}\r\n`);
    raw.send(chunk("x".repeat(BODY_MAX_BYTES + 1)));
    const text = await raw.closed;
    expect(statusOf(text)).toBe(413);
    expect(JSON.parse(text.split("\r\n\r\n")[1] ?? "")).toMatchObject({
      ok: false,
      error: "CUERPO_DEMASIADO_GRANDE",
    });
  });
});
