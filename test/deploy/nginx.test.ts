/** The configuration that ships, in a real nginx before three processes on one real Redis. */
import { expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VARIABLE_NAMES } from "../../src/config.ts";
import { freePort } from "../support/free-port.ts";
import { launch } from "../support/program.ts";
import { startRedis } from "../support/redis-server.ts";
import { openShop, type Shop, signIn, TOKEN } from "../support/shop.ts";

const DEPLOY = join(import.meta.dir, "../../docs/deploy");
const LUIS = 21;

/** nginx with the shipped file, its names turned into the shops' addresses. */
async function startNginx(shops: readonly Shop[]) {
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
  const env = { REDIS_URL: redis.url };
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
    expect((await fetch(`${nginx.url}/readyz`)).status).toBe(200);
  }
  await Promise.all(others.map((shop) => shop[Symbol.asyncDispose]()));
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
        }
      >
    >;
  };
  const services = Object.entries(compose.services);
  const names = services.flatMap(([, { environment }]) => Object.keys(environment ?? {}));
  for (const name of names) expect(VARIABLE_NAMES).toContain(name as never);
  for (const [, { image }] of services) if (image) expect(image).toMatch(/:\d+\.\d+/);
  const redis = compose.services.redis?.command?.join(" ") ?? "";
  expect(redis).toContain("--appendonly yes");
  expect(redis).toContain("--maxmemory-policy noeviction");
  const conf = await Bun.file(join(DEPLOY, "nginx.conf")).text();
  for (const [name] of services.filter(([one]) => one.startsWith("zeues-"))) {
    expect(conf).toContain(`server ${name}:3000`);
  }
});
