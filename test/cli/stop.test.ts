/** How a process ends: what it says, in which order, and that nobody is left in the middle. */
import { expect, test } from "bun:test";
import { openRaw, type RawHttp } from "../support/raw-http.ts";
import { openShop, TOKEN, tempFolder } from "../support/shop.ts";
import { openSse } from "../support/sse.ts";
import { startZeues } from "../support/terminal.ts";

const auth = { Authorization: `Bearer ${TOKEN}` };
/** Longer than the requests below take on a busy machine. */
const DRAIN_MS = 2_000;

test("not ready first, streams sent away then, and requests answered meanwhile", async () => {
  await using shop = await openShop();
  const { url } = shop;
  using stream = await openSse(`${url}/api/sse/stream`, auth);
  await stream.next("ping");
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  const stopped = shop.stop(DRAIN_MS);
  const ready = await fetch(`${url}/readyz`);
  expect(ready.status).toBe(503);
  expect(await ready.json()).toMatchObject({ ok: false, stopping: true, streams: { json: 1 } });
  expect((await fetch(`${url}/healthz`)).status).toBe(503);
  const page = await fetch(`${url}/api/workers`, { headers: auth });
  expect(page.status).toBe(200);
  // Whoever keeps a connection for the next request is told that there is none.
  expect(page.headers.get("Connection")).toBe("close");
  expect(Number((await stream.next("volver")).data)).toBeGreaterThanOrEqual(0);
  await stopped;
  expect(fetch(`${url}/healthz`)).rejects.toThrow();
});

/** A change whose body has only begun. @returns what ends it */
async function beginChange(url: string, raw: RawHttp): Promise<() => void> {
  const body = JSON.stringify({ tag_spool: "NADA", worker_id: 21, operacion: "ARM" });
  const head = `POST /api/occupation/tomar HTTP/1.1\r\nHost: ${new URL(url).host}\r\n`;
  const more = `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n`;
  raw.send(`${head}Authorization: Bearer ${TOKEN}\r\n${more}\r\n{`);
  // It has begun to be read when another request has been answered.
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  return () => raw.send(body.slice(1));
}

const PHASES = ["stopping", "stopping: streams told to come back", "stopping: requests finished"];

test("SIGTERM: a line per phase, the request under way answered, exit code 0", async () => {
  using folder = tempFolder();
  const env = { ZEUES_DATA: folder.path, ZEUES_DEMO: "on", ZEUES_LOG: "info" };
  await using zeues = await startZeues({ ...env, ZEUES_API_TOKEN: TOKEN });
  using raw = await openRaw(zeues.url);
  const end = await beginChange(zeues.url, raw);
  zeues.signal("SIGTERM");
  await zeues.logged(/streams told to come back/);
  end();
  expect(await raw.closed).toStartWith("HTTP/1.1 404");
  expect(await zeues.exited).toBe(0);
  await zeues.stop();
  const lines = zeues.stderr().trim().split("\n");
  const said = lines.map((line) => (JSON.parse(line) as { msg: string }).msg);
  expect(said.filter((msg) => msg.startsWith("stop"))).toEqual([...PHASES, "stopped"]);
  expect(zeues.stderr()).toContain('"cut":false');
});

test("a second signal ends it at once, also with a request under way", async () => {
  using folder = tempFolder();
  const env = { ZEUES_DATA: folder.path, ZEUES_DEMO: "on", ZEUES_LOG: "info" };
  await using zeues = await startZeues({ ...env, ZEUES_API_TOKEN: TOKEN });
  using raw = await openRaw(zeues.url);
  await beginChange(zeues.url, raw);
  zeues.signal("SIGINT");
  await zeues.logged(/streams told to come back/);
  zeues.signal("SIGTERM");
  expect(await zeues.exited).toBe(1);
  await zeues.logged(/stopped at once/);
});
