/** The configuration that ships, in a real nginx before three processes on one real Redis. */
import { expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Hono } from "hono";
import { readConfig, VARIABLE_NAMES } from "../../src/config.ts";
import type { Env } from "../../src/http/context.ts";
import { knowsClient } from "../../src/http/middleware/client.ts";
import { freePort } from "../support/free-port.ts";
import { launch } from "../support/program.ts";
import { openRaw } from "../support/raw-http.ts";
import { startRedis } from "../support/redis-server.ts";
import { openShop, type Shop, signIn, TOKEN } from "../support/shop.ts";

const DEPLOY = join(import.meta.dir, "../../docs/deploy");
const LUIS = 21;

/** nginx with the shipped file, its names turned into the shops' addresses. */
async function startNginx(shops: readonly Pick<Shop, "url">[]) {
  const folder = await mkdtemp(join(tmpdir(), "zeues-nginx-"));
  const port = await freePort();
  let conf = await Bun.file(join(DEPLOY, "nginx.conf")).text();
  for (const [nth, { url }] of shops.entries()) {
    conf = conf.replace(`zeues-${nth + 1}:3000`, new URL(url).host);
  }
  conf = conf.replace("listen 80;", `listen 127.0.0.1:${port};`);
  await writeFile(join(folder, "zeues.conf"), conf);
  const main = [
    "daemon off;",
    "error_log stderr notice;",
    `pid ${folder}/nginx.pid;`,
    "events {}",
    "http {",
    "  access_log off;",
    ...["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
      (kind) => `  ${kind}_temp_path ${folder}/${kind};`,
    ),
    "  gzip on;",
    `  include ${folder}/zeues.conf;`,
    "}",
  ];
  await writeFile(join(folder, "nginx.conf"), main.join("\n"));
  const path = Bun.which("nginx") ?? "/usr/sbin/nginx";
  // nginx tells it on standard error.
  const nginx = [path, "-p", folder, "-c", join(folder, "nginx.conf")];
  const program = launch(["sh", "-c", 'exec "$0" "$@" 2>&1', ...nginx]);
  await program.said(/start worker process/);
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      await program.kill("SIGTERM");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Reads a stream until its text holds the words. */
async function until(stream: Response, words: string): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  const reader = stream.body?.getReader();
  while (reader && !text.includes(words)) {
    const { done, value } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
  }
  await reader?.cancel();
  return text;
}

test("three processes behind nginx are one: pages, streams unbuffered, one of them gone", async () => {
  await using redis = await startRedis();
  const env = { REDIS_URL: redis.url, ZEUES_TRUSTED_PROXY: "127.0.0.1" };
  const shops = await Promise.all([1, 2, 3].map(() => openShop({ env })));
  await using nginx = await startNginx(shops);
  const cookie = await signIn(nginx.url, LUIS);
  const headers = { Cookie: cookie, Accept: "text/html" };
  // Whichever process answers: the session is known, and the page is the same.
  for (let nth = 0; nth < 9; nth++) {
    const page = await fetch(`${nginx.url}/operacion/ARM`, { headers, redirect: "manual" });
    expect(page.status).toBe(200);
  }
  const auth = { Authorization: `Bearer ${TOKEN}` };
  const streams = await Promise.all(
    Array.from({ length: 6 }, () => fetch(`${nginx.url}/api/sse/stream`, { headers: auth })),
  );
  for (const stream of streams) {
    expect(stream.headers.get("Content-Type")).toContain("text/event-stream");
    expect(stream.headers.get("Content-Encoding")).toBeNull();
  }
  const list = `${nginx.url}/api/spools?operacion=ARM&estado=disponible&limit=1`;
  const { spools } = (await (await fetch(list, { headers: auth })).json()) as {
    spools: readonly { tag_spool: string }[];
  };
  const tag = spools[0]?.tag_spool ?? "";
  const taken = await fetch(`${nginx.url}/acciones`, {
    method: "POST",
    headers: { ...headers, Origin: nginx.url },
    body: new URLSearchParams({ tag_spool: tag, operacion: "ARM", accion: "TOMAR" }),
    redirect: "manual",
  });
  expect(taken.status).toBe(303);
  // The next page shows it, whichever process it comes from.
  const visto = [cookie, ...taken.headers.getSetCookie().map((one) => one.split(";")[0])];
  const home = await fetch(`${nginx.url}/`, { headers: { ...headers, Cookie: visto.join("; ") } });
  expect(await home.text()).toContain(tag);
  for (const stream of streams) expect(await until(stream, tag)).toContain('"TOMAR"');

  const [first, ...others] = shops;
  await first?.[Symbol.asyncDispose]();
  for (let nth = 0; nth < 9; nth++) {
    expect((await fetch(`${nginx.url}/healthz`)).status).toBe(200);
  }
  await Promise.all(others.map((shop) => shop[Symbol.asyncDispose]()));
});

/** A process of ZEUES as far as it tells who asks. */
function startEcho() {
  const { publicUrl, trustedProxy } = readConfig({ ZEUES_TRUSTED_PROXY: "127.0.0.1" });
  const app = new Hono<Env>()
    .use(knowsClient({ publicUrl, trustedProxy }))
    .all("*", (c) => c.json({ path: c.req.path, client: c.get("client") }));
  return Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    development: false,
    fetch: (request, self) => app.fetch(request, { server: self }),
  });
}

test("who asks is told by nginx alone; what is for the inside stays inside", async () => {
  await using zeues = startEcho();
  const url = `http://127.0.0.1:${zeues.port}`;
  await using nginx = await startNginx([{ url }, { url }, { url }]);
  const { host } = new URL(nginx.url);
  /** Asks from another address of this machine. */
  const ask = async (path: string, more = ""): Promise<string> => {
    using raw = await openRaw(nginx.url, "127.0.0.2");
    raw.send(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${more}\r\n`);
    return await raw.closed;
  };
  const spoofed = [
    "X-Forwarded-For: 198.51.100.1\r\n",
    "X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-For: 198.51.100.1\r\n",
    "x_forwarded_for: 198.51.100.1\r\n",
    "Forwarded: for=198.51.100.1;proto=https\r\n",
    "X-Forwarded-Proto: https\r\n",
    "X-Forwarded-Host: malo.cl\r\n",
  ];
  for (const more of ["", ...spoofed]) {
    const text = await ask("/", more);
    const client = { address: "127.0.0.2", bucket: "127.0.0.2", secure: false };
    expect(text).toContain(JSON.stringify({ ...client, origin: `http://${host}` }));
  }
  for (const path of ["/metrics", "/readyz", "/METRICS", "/metrics/", "//metrics", "/%6detrics"]) {
    expect([path, (await ask(path)).slice(0, 12)]).toEqual([path, "HTTP/1.1 404"]);
  }
  for (const path of ["/./metrics?x", "/a/../readyz", "/healthz/../metrics"]) {
    expect([path, (await ask(path)).slice(0, 12)]).toEqual([path, "HTTP/1.1 404"]);
  }
  expect(await ask("/healthz")).toStartWith("HTTP/1.1 200");
  expect(await ask("/metricas")).toStartWith("HTTP/1.1 200");
  expect(await ask("/")).not.toMatch(/^server: nginx\//im);
});

test("the compose file names only variables that there are, pins its images and keeps Redis safe", async () => {
  const text = await Bun.file(join(DEPLOY, "compose.yaml")).text();
  const compose = Bun.YAML.parse(text) as {
    readonly services: Readonly<
      Record<
        string,
        {
          readonly image?: string;
          readonly command?: readonly string[];
          readonly environment?: Readonly<Record<string, string>>;
          readonly ports?: readonly string[];
          readonly networks?: Readonly<Record<string, { readonly ipv4_address: string }>>;
        }
      >
    >;
  };
  const services = Object.entries(compose.services);
  const names = services.flatMap(([, { environment }]) => Object.keys(environment ?? {}));
  for (const name of names) expect(VARIABLE_NAMES).toContain(name as never);
  for (const [, { image }] of services) if (image) expect(image).toMatch(/:\d+\.\d+/);
  // The one door, and the one proxy that is believed.
  expect(services.filter(([, { ports }]) => ports).map(([name]) => name)).toEqual(["nginx"]);
  const proxy = compose.services.nginx?.networks?.default?.ipv4_address ?? "";
  const { ZEUES_TRUSTED_PROXY = "" } = compose.services["zeues-1"]?.environment ?? {};
  expect(ZEUES_TRUSTED_PROXY).toBe(proxy);
  const { trustedProxy } = readConfig({ ZEUES_TRUSTED_PROXY });
  expect(trustedProxy?.check(proxy, "ipv4")).toBe(true);
  expect(trustedProxy?.check("172.30.68.1", "ipv4")).toBe(false);
  const redis = compose.services.redis?.command?.join(" ") ?? "";
  expect(redis).toContain("--appendonly yes");
  expect(redis).toContain("--maxmemory-policy noeviction");
  const conf = await Bun.file(join(DEPLOY, "nginx.conf")).text();
  for (const [name] of services.filter(([one]) => one.startsWith("zeues-"))) {
    expect(conf).toContain(`server ${name}:3000`);
  }
});
