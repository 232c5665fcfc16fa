/** The proxies' files that ship, in the real nginx, Caddy and HAProxy, over TLS. */
import { describe, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { live, row, useChromium } from "../support/chromium.ts";
import { curl, type HttpVersion, openCurl } from "../support/curl.ts";
import { freePort } from "../support/free-port.ts";
import { PROXIES, startProxy } from "../support/proxies.ts";
import { startRedis } from "../support/redis-server.ts";
import { openShop, type Shop, TOKEN, tempFolder } from "../support/shop.ts";
import { startZeues } from "../support/terminal.ts";

const chromium = useChromium();

const LUIS = 21;
/** More than a browser opens to one host over HTTP/1.1. */
const TABS = 10;
const auth = { Authorization: `Bearer ${TOKEN}` };
const VERSIONS: readonly HttpVersion[] = ["1.1", "2"];
const BEHIND = { ZEUES_TRUSTED_PROXY: "127.0.0.1" };

/** Somebody who takes a spool and pauses it again: an event each. */
async function actor({ url, api }: Shop): Promise<() => Promise<number>> {
  const body = { tag_spool: await freeTag(url), worker_id: LUIS, operacion: "ARM" };
  let held = false;
  /** @returns the event's seq */
  return async () => {
    const call = held ? "pausar" : "tomar";
    held = !held;
    const { seq } = (await (await api(`/occupation/${call}`, body)).json()) as { seq: number };
    return seq;
  };
}

/** An event in a stream, by its seq. */
const event = (seq: number): RegExp => new RegExp(`^id: ${seq}\\r?$`, "m");

/** How long a proxy waits on a silent stream, in its own words: a minute, here a second. */
const SHORTER = {
  nginx: [["proxy_read_timeout 60s", "proxy_read_timeout 1s"]],
  caddy: [],
  haproxy: [
    ["timeout client 60s", "timeout client 1s"],
    ["timeout server 60s", "timeout server 1s"],
  ],
} as const;

/** Whether a proxy ends a stream on which nothing comes; Caddy never does. */
const CUTS = { nginx: true, caddy: false, haproxy: true } as const;

const protocolOf = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const [entry] = performance.getEntriesByType("navigation");
    return (entry as PerformanceNavigationTiming).nextHopProtocol;
  });

/** The first spool of the demo that is free. */
async function freeTag(url: string): Promise<string> {
  const list = `${url}/api/spools?operacion=ARM&estado=disponible&limit=1`;
  return /"tag_spool":"([^"]+)"/.exec(await curl(list, { headers: auth }))?.[1] ?? "";
}

/** A program takes it. */
async function take(url: string, tag: string): Promise<void> {
  const body = JSON.stringify({ tag_spool: tag, worker_id: LUIS, operacion: "ARM" });
  const headers = { ...auth, "Content-Type": "application/json" };
  const more = ["--data", body];
  const answer = await curl(`${url}/api/occupation/tomar`, { headers, more });
  expect(answer).toContain('"ok":true');
}

describe.each(PROXIES)("%s", (name) => {
  test("events pass one by one, uncompressed; a reload drops no stream", async () => {
    await using redis = await startRedis();
    const env = { ...BEHIND, REDIS_URL: redis.url };
    const shops = await Promise.all([1, 2, 3].map(() => openShop({ env })));
    await using proxy = await startProxy(name, shops);
    const act = await actor(shops[0] as Shop);
    for (const version of VERSIONS) {
      const headers = { ...auth, "Accept-Encoding": "gzip, br" };
      const url = `${proxy.url}/api/sse/stream`;
      const open = () => openCurl(url, { version, headers });
      await using streams = new AsyncDisposableStack();
      const all = [1, 2, 3, 4].map(() => streams.use(open()));
      for (const stream of all) {
        await stream.said(
          new RegExp(`^HTTP/${version} 200[\\s\\S]*content-type: text/event-stream`, "i"),
        );
        await stream.said(/^event: ping/m);
      }
      // The next one is only sent when this one is there.
      for (let nth = 0; nth < 3; nth++) {
        const seq = await act();
        for (const stream of all) await stream.said(event(seq));
      }
      await proxy.reload();
      const seq = await act();
      for (const stream of all) await stream.said(event(seq));
      expect(await curl(`${proxy.url}/healthz`, { version })).toStartWith(`HTTP/${version} 200`);
    }
    await Promise.all(shops.map((shop) => shop[Symbol.asyncDispose]()));
  });

  test("pages come compressed by ZEUES, once, and what it leaves plain stays plain", async () => {
    await using shop = await openShop({ env: BEHIND });
    await using proxy = await startProxy(name, [shop]);
    for (const version of VERSIONS) {
      const headers = { ...auth, "Accept-Encoding": "gzip" };
      const page = await curl(`${proxy.url}/sesion`, { version, headers });
      expect(page.match(/^content-encoding: .*$/gim)).toEqual([
        expect.stringMatching(/: gzip\r?$/),
      ]);
      // What mirrors a secret beside what a stranger chose must not be (BREACH).
      const json = await curl(`${proxy.url}/api/workers`, { version, headers });
      expect(json).toContain('"workers"');
    }
  });

  test("a stream with pings outlives the proxy's patience, and without one is cut", async () => {
    const changes = SHORTER[name];
    await using shop = await openShop({ env: BEHIND, pingMs: 250 });
    await using silent = await openShop({ env: BEHIND, pingMs: 3_600_000 });
    await using proxy = await startProxy(name, [shop], { changes });
    await using other = await startProxy(name, [silent], { changes });
    for (const version of VERSIONS) {
      const options = { version, headers: auth };
      await using stream = openCurl(`${proxy.url}/api/sse/stream`, options);
      // Two and a half times as long as it would wait in silence.
      await stream.said(/(event: ping[\s\S]*){10}/);
      if (CUTS[name]) {
        expect(await curl(`${other.url}/api/sse/stream`, options)).toContain("event: ping");
      }
    }
  });

  test("ten tabs over HTTP/2 are all live, and see what a program does", async () => {
    await using redis = await startRedis();
    const env = { ...BEHIND, REDIS_URL: redis.url };
    const shops = await Promise.all([1, 2, 3].map(() => openShop({ env })));
    await using proxy = await startProxy(name, shops);
    await using context = await chromium.browser.newContext({ ignoreHTTPSErrors: true });
    const post = (path: string, form: Record<string, string>) =>
      context.request.post(proxy.url + path, { form, headers: { Origin: proxy.url } });
    await post("/tablet/demo", {});
    await post("/sesion", { trabajador: String(LUIS) });
    const pages = [];
    for (let nth = 0; nth < TABS; nth++) {
      const page = await context.newPage();
      await page.goto(`${proxy.url}/tablero`);
      await live(page);
      pages.push(page);
    }
    for (const page of pages) expect(await protocolOf(page)).toBe("h2");
    const tag = await freeTag(proxy.url);
    await take(proxy.url, tag);
    for (const page of pages) await row(page, "ocupados", tag).waitFor();
    await context.close();
    await Promise.all(shops.map((shop) => shop[Symbol.asyncDispose]()));
  });
});

/** Those that hold what comes while nobody listens: nginx can't (docs/proxies.md). */
describe.each(["caddy", "haproxy"] as const)("%s before one process on SQLite", (name) => {
  test("whoever asks while it restarts waits, and none of them is refused", async () => {
    using folder = tempFolder();
    const port = await freePort();
    const env = {
      ...BEHIND,
      PORT: String(port),
      ZEUES_DATA: folder.path,
      ZEUES_API_TOKEN: TOKEN,
      ZEUES_DEMO: "on",
    };
    const first = await startZeues(env);
    await using proxy = await startProxy(name, [first]);
    const answers: string[] = [];
    let asking = true;
    const ask = async (): Promise<void> => {
      while (asking) answers.push(await curl(`${proxy.url}/api/workers`, { headers: auth }));
    };
    const tag = await freeTag(proxy.url);
    const loops = [ask(), ask(), ask()];
    await first.stop();
    // Nobody listens now. With HAProxy a change waits as well; Caddy 2.6.2 loses its body.
    const change = name === "haproxy" ? take(proxy.url, tag) : null;
    await using second = await startZeues(env);
    await change;
    expect(second.url).toBe(first.url);
    asking = false;
    await Promise.all(loops);
    expect(answers.filter((text) => !text.startsWith("HTTP/1.1 200"))).toEqual([]);
  });
});
