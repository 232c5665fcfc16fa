/** A change is asked for by a page of ours or not made (spec 8): the check of Origin. */
import { describe, expect, test } from "bun:test";
import { Hono } from "hono";
import { readConfig } from "../../src/config.ts";
import type { Env } from "../../src/http/context.ts";
import { knowsClient } from "../../src/http/middleware/client.ts";
import { needsOwnOrigin } from "../../src/http/middleware/origin.ts";

/** Behind a proxy on this machine that ends TLS, or not. */
async function send(
  headers: Readonly<Record<string, string>>,
  { method = "POST", env = {} }: { method?: string; env?: Readonly<Record<string, string>> } = {},
): Promise<number> {
  const { publicUrl, trustedProxy } = readConfig({ ZEUES_TRUSTED_PROXY: "127.0.0.1", ...env });
  const refuse = (_: unknown, { status }: { status: number }) => new Response(null, { status });
  const app = new Hono<Env>()
    .use(knowsClient({ publicUrl, trustedProxy }))
    .use(needsOwnOrigin({ refuse }, { warn: () => {} }))
    .all("*", (c) => c.body(null, 204));
  await using server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    development: false,
    fetch: (request, self) => app.fetch(request, { server: self }),
  });
  const own = `http://127.0.0.1:${server.port}`;
  const port = String(server.port);
  const filled = Object.entries(headers).map(([name, value]) => [
    name,
    value.replace("OWN", own).replace("PORT", port),
  ]);
  return (await fetch(own, { method, headers: Object.fromEntries(filled) })).status;
}

describe("allowed", () => {
  test.each<[Record<string, string>]>([
    [{ Origin: "OWN" }],
    [{ Origin: "OWN", "Sec-Fetch-Site": "same-origin" }],
    // Chromium says `none` of what a person typed or reloaded; Origin is ours all the same.
    [{ Origin: "OWN", "Sec-Fetch-Site": "none" }],
    [{ "Sec-Fetch-Site": "same-origin" }],
    [{ Origin: "https://127.0.0.1:PORT", "X-Forwarded-Proto": "https" }],
    [{ Origin: "https://zeues.cl", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "zeues.cl" }],
  ])("%j", async (headers) => expect(await send(headers)).toBe(204));
});

describe("403", () => {
  test.each<[Record<string, string>]>([
    [{}],
    [{ Origin: "null" }],
    [{ Origin: "null", "Sec-Fetch-Site": "same-origin" }],
    [{ Origin: "" }],
    [{ Origin: "https://malo.cl" }],
    [{ Origin: "https://malo.cl", "Sec-Fetch-Site": "same-origin" }],
    [{ Origin: "http://127.0.0.1" }],
    [{ Origin: "http://127.0.0.1:1" }],
    [{ Origin: "https://127.0.0.1:PORT" }],
    [{ Origin: "http://localhost:PORT" }],
    [{ Origin: "OWN/" }],
    [{ Origin: "OWN.malo.cl" }],
    [{ Origin: "OWN, OWN" }],
    [{ Origin: "HTTP://127.0.0.1:PORT" }],
    [{ "Sec-Fetch-Site": "same-site" }],
    [{ "Sec-Fetch-Site": "cross-site" }],
    [{ "Sec-Fetch-Site": "none" }],
    [{ Referer: "OWN/" }],
    // Behind a proxy that ends TLS our pages are https.
    [{ Origin: "OWN", "X-Forwarded-Proto": "https" }],
    [{ Origin: "OWN", "X-Forwarded-Host": "zeues.cl" }],
  ])("%j", async (headers) => expect(await send(headers)).toBe(403));

  test.each(["PUT", "PATCH", "DELETE"])("%s too", async (method) => {
    expect(await send({ Origin: "https://malo.cl" }, { method })).toBe(403);
    expect(await send({}, { method })).toBe(403);
  });
});

test("what changes nothing may come from anywhere: a link, a bookmark", async () => {
  for (const method of ["GET", "HEAD", "OPTIONS"]) {
    expect(await send({ Origin: "https://malo.cl" }, { method })).toBe(204);
    expect(await send({}, { method })).toBe(204);
  }
});

test("with a public address only pages of that one ask", async () => {
  const env = { ZEUES_PUBLIC_URL: "https://zeues.taller.cl" };
  expect(await send({ Origin: "https://zeues.taller.cl" }, { env })).toBe(204);
  expect(await send({ Origin: "http://zeues.taller.cl" }, { env })).toBe(403);
  expect(await send({ Origin: "https://zeues.taller.cl:444" }, { env })).toBe(403);
  expect(await send({ Origin: "OWN" }, { env })).toBe(403);
  // A Host that somebody made up is no address of ours.
  const made = { Origin: "https://malo.cl", Host: "malo.cl" };
  expect(await send(made, { env })).toBe(403);
});
