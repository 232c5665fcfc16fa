/** What the shipped files of the proxies let in, and where they send it, over TLS. */
import { describe, expect, test } from "bun:test";
import { Hono } from "hono";
import { readConfig } from "../../src/config.ts";
import type { Env } from "../../src/http/context.ts";
import { knowsClient } from "../../src/http/middleware/client.ts";
import { curl, type HttpVersion } from "../support/curl.ts";
import { PROXIES, startProxy } from "../support/proxies.ts";

const VERSIONS: readonly HttpVersion[] = ["1.1", "2"];
const BEHIND = { ZEUES_TRUSTED_PROXY: "127.0.0.1" };

/** A process of ZEUES as far as it tells who asks. */
function startEcho() {
  const { publicUrl, trustedProxy } = readConfig(BEHIND);
  const app = new Hono<Env>().use(knowsClient({ publicUrl, trustedProxy })).all("*", (c) => {
    const requestId = c.req.header("X-Request-Id");
    return c.json({ path: c.req.path, client: c.get("client"), requestId });
  });
  return Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    development: false,
    fetch: (request, self) => app.fetch(request, { server: self }),
  });
}

/** A process that takes whole requests and dies over each POST, without an answer. */
function startDying() {
  let posts = 0;
  const server = Bun.listen<{ head: string }>({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open(socket) {
        socket.data = { head: "" };
      },
      data(socket, bytes) {
        socket.data.head += bytes.toString("latin1");
        if (socket.data.head.startsWith("GET")) {
          socket.end("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
        } else if (socket.data.head.includes("\r\n\r\n")) {
          posts++;
          socket.terminate();
        }
      },
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    posts: () => posts,
    [Symbol.dispose]: () => server.stop(true),
  };
}

describe.each(PROXIES)("%s", (name) => {
  test("who asks is told by the proxy alone; what is for the inside stays inside", async () => {
    await using zeues = startEcho();
    const url = `http://127.0.0.1:${zeues.port}`;
    await using proxy = await startProxy(name, [{ url }, { url }, { url }]);
    const { host } = new URL(proxy.url);
    /** Asks from another address of this machine. */
    const ask = (path: string, headers = {}, version: HttpVersion = "1.1") =>
      curl(`https://${host}${path}`, {
        version,
        headers,
        more: ["--interface", "127.0.0.2", "--path-as-is", "--ipv4"],
      });
    const client = { address: "127.0.0.2", bucket: "127.0.0.2", secure: true };
    const asking = JSON.stringify({ ...client, origin: proxy.url });
    const forged = [
      {},
      { "X-Forwarded-For": "198.51.100.1" },
      { "X-Forwarded-For": "127.0.0.1, 198.51.100.1" },
      { x_forwarded_for: "198.51.100.1" },
      { Forwarded: "for=198.51.100.1;proto=http" },
      { "X-Forwarded-Proto": "http" },
      { "X-Forwarded-Host": "malo.cl" },
    ];
    for (const version of VERSIONS) {
      for (const headers of forged) expect(await ask("/", headers, version)).toContain(asking);
    }
    const ids = await Promise.all(
      [1, 2].map(async () => {
        const answer = await ask("/", { "X-Request-Id": "forjado" });
        return /"requestId":"([\da-f-]{32,36})"/.exec(answer)?.[1];
      }),
    );
    expect(ids).toEqual([expect.any(String), expect.any(String)]);
    expect(ids[0]).not.toBe(ids[1] ?? "");
    const plain = ["/metrics", "/readyz", "/METRICS", "/metrics/", "//metrics", "/%6detrics"];
    for (const path of [...plain, "/./metrics?x", "/a/../readyz", "/healthz/../metrics"]) {
      expect([path, (await ask(path)).slice(0, 12)]).toEqual([path, "HTTP/1.1 404"]);
    }
    expect(await ask("/healthz")).toStartWith("HTTP/1.1 200");
    expect(await ask("/metricas")).toStartWith("HTTP/1.1 200");
  });

  test("a process that is gone is left at once, also with a POST; none is sent twice", async () => {
    await using alive = startEcho();
    const gone = startEcho();
    const away = { url: `http://127.0.0.1:${gone.port}` };
    await gone.stop(true);
    await using proxy = await startProxy(name, [
      away,
      { url: `http://127.0.0.1:${alive.port}` },
      away,
    ]);
    for (let nth = 0; nth < 6; nth++) {
      expect(await curl(`${proxy.url}/`)).toStartWith("HTTP/1.1 200");
      expect(await curl(`${proxy.url}/`, { more: ["--data", "a=b"] })).toStartWith("HTTP/1.1 200");
    }
    using first = startDying();
    using second = startDying();
    using third = startDying();
    await using deadly = await startProxy(name, [first, second, third]);
    const answer = await curl(`${deadly.url}/`, { more: ["--data", "a=b"] });
    expect(answer).toStartWith("HTTP/1.1 502");
    expect(first.posts() + second.posts() + third.posts()).toBe(1);
  });
});
