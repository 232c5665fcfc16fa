/**
 * One action is found by its request's id, wherever it went: its request and commit in the process
 * that was asked, commit and delivery in the other one, and the sheet's write.
 */
import { expect, test } from "bun:test";
import { SEQ_ZERO } from "../../src/domain/event.ts";
import type { Ledger } from "../../src/ledger/ledger.ts";
import { envOf } from "../google/emulated.ts";
import { tagOf, taller } from "../google/taller-hoja.ts";
import { startEmulator } from "../sheets-emulator/emulator.ts";
import { MAURICIO, spool } from "../support/builders.ts";
import { startRedis } from "../support/redis-server.ts";
import { TOKEN } from "../support/shop.ts";
import { openSse } from "../support/sse.ts";
import { type Started, startZeues } from "../support/terminal.ts";
import { openTaller } from "./sin-script.ts";

const TAG = tagOf(1);
const OWN_ID = /^[0-9a-z]{4}(-[0-9a-z]{4}){2}$/;
const Authorization = `Bearer ${TOKEN}`;

const tomar = (url: string, requestId: string): Promise<Response> =>
  fetch(`${url}/api/occupation/tomar`, {
    method: "POST",
    headers: { Authorization, "Content-Type": "application/json", "X-Request-Id": requestId },
    body: JSON.stringify({ tag_spool: TAG, worker_id: 93, operacion: "ARM" }),
  });

/** A process's line of that name that has the id, as soon as it is logged. */
async function lineOf(zeues: Started, id: string, msg: string): Promise<Record<string, unknown>> {
  const line = await zeues.logged(new RegExp(`^.*"${id}".*"msg":"${msg}"}$`, "m"));
  return JSON.parse(line[0]);
}

test("two processes, a stream and the sheet: one id finds all of an action", async () => {
  await using redis = await startRedis();
  const emulator = await startEmulator({ sheets: taller(2) });
  try {
    const env = {
      ...envOf(emulator),
      REDIS_URL: redis.url,
      ZEUES_API_TOKEN: TOKEN,
      ZEUES_TRUSTED_PROXY: "127.0.0.1",
      ZEUES_DEMO: "off",
      ZEUES_LOG: "info",
    };
    await using asked = await startZeues(env);
    // The second one begins with what the first has imported.
    await asked.logged(new RegExp(`"tag":"${TAG}".*"accion":"IMPORTAR".*"msg":"commit"`));
    await using other = await startZeues(env);
    using stream = await openSse(`${other.url}/api/sse/stream`, { Authorization });
    await stream.next("ping");

    const id = "nginx-0123456789abcdef";
    const answer = await tomar(asked.url, id);
    expect(answer.headers.get("X-Request-Id")).toBe(id);
    const { seq } = (await answer.json()) as { seq: number };
    const update = await stream.next("spool_update");
    expect(update.data).toContain(TAG);
    expect(update.data).not.toContain(id);

    expect(await lineOf(asked, id, "request")).toMatchObject({ status: 200, method: "POST" });
    for (const process of [asked, other]) {
      const commit = await lineOf(process, id, "commit");
      expect(commit).toMatchObject({ requestId: id, seq, tag: TAG, accion: "TOMAR" });
    }
    // It may have been committed together with another, of the sheet or a session.
    const told = (await lineOf(asked, id, "delivered")) as { seq: number; hasta: number };
    expect(told).toMatchObject({ streams: 0 });
    expect([told.seq <= seq, seq <= told.hasta]).toEqual([true, true]);
    expect(await lineOf(other, id, "delivered")).toMatchObject({ requestIds: [id], streams: 1 });
    const holder = Promise.any([asked, other].map((one) => lineOf(one, id, "sheet written")));
    expect(await holder).toMatchObject({ requestIds: [id], hasta: expect.any(Number) });

    const again = await tomar(other.url, "nginx-second-request");
    expect(again.status).toBe(409);
    expect(await lineOf(other, "nginx-second-request", "refused")).toMatchObject({
      tag: TAG,
      accion: "TOMAR",
      code: "SPOOL_OCUPADO",
    });
  } finally {
    await emulator.stop();
  }
});

test("what no trusted proxy sent is no name; nor is what no log should have", async () => {
  await using direct = await openTaller([]);
  const asked = await fetch(`${direct.url}/healthz`, {
    headers: { "X-Request-Id": "chosen-by-me" },
  });
  expect(asked.headers.get("X-Request-Id")).toMatch(OWN_ID);
  await using behind = await openTaller([], { env: { ZEUES_TRUSTED_PROXY: "127.0.0.1" } });
  for (const odd of ["short", "a b c d e f g h", "x".repeat(101), "<script>alert(1)"]) {
    const answer = await fetch(`${behind.url}/healthz`, { headers: { "X-Request-Id": odd } });
    expect(answer.headers.get("X-Request-Id")).toMatch(OWN_ID);
  }
});

test("a page that says that it failed names the request; one that says no does not", async () => {
  await using taller = await openTaller([spool({ tag: "SP-1" })]);
  const browser = await taller.browser(MAURICIO);
  const fields = { tag_spool: "SP-1", accion: "TOMAR", operacion: "ARM" };
  const done = await browser.post("/acciones", fields);
  const ledger = taller.shop.running.act.ledger as Ledger;
  const events = await ledger.read(SEQ_ZERO);
  // The shop was filled without a request, and a session begun with one.
  expect(events[0]?.autor.requestId).toBeUndefined();
  expect(events.at(-1)?.autor.requestId).toBe(done.headers.get("X-Request-Id") ?? "");
  const refused = await browser.post("/acciones", fields);
  expect(refused.status).toBe(409);
  expect(refused.html).not.toContain("da este código");
  await ledger.close();
  for (const headers of [{}, { "HX-Request": "true" }]) {
    const failed = await browser.post("/acciones", fields, headers);
    expect(failed.status).toBe(503);
    const id = failed.headers.get("X-Request-Id") ?? "";
    expect(id).toMatch(OWN_ID);
    expect(failed.html).toContain(`da este código: <code>${id}</code>`);
  }
});
