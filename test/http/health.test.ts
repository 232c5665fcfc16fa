/** `/healthz`, `/readyz`, `/metrics` (spec 9): no session needed, no secret told. */
import { expect, test } from "bun:test";
import { sessionOf } from "../support/acceso.ts";
import { MAURICIO, spool } from "../support/builders.ts";
import { openSse } from "../support/sse.ts";
import { openTaller, type Taller } from "./sin-script.ts";

const ask = (taller: Taller, path: string): Promise<Response> => fetch(taller.url + path);

/** The samples of a Prometheus text by name and labels. */
async function samples(taller: Taller): Promise<Record<string, number>> {
  const text = await (await ask(taller, "/metrics")).text();
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.lastIndexOf(" ");
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}

test("alive: 200 and the version", async () => {
  await using taller = await openTaller([]);
  const answer = await ask(taller, "/healthz");
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({ ok: true, version: expect.stringMatching(/^\d+\.\d+/) });
});

test("ready: per dependency, with what is shown and who watches", async () => {
  await using taller = await openTaller([spool({ tag: "SP-1" })]);
  const { cookie } = await taller.browser(MAURICIO);
  using stream = await openSse(`${taller.url}/eventos?vista=tablero`, { Cookie: cookie });
  await stream.next("ping");
  const answer = await ask(taller, "/readyz");
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({
    ok: true,
    stopping: false,
    ledger: {
      ok: true,
      store: "sqlite",
      behind: 0,
      detail: expect.stringContaining("synchronous=FULL"),
    },
    seq: taller.seq(),
    spools: 1,
    streams: { html: 1, json: 0 },
  });
});

test("a process that stops is not ready: proxies take it out before it goes", async () => {
  await using taller = await openTaller([]);
  taller.shop.running.stopping.now = true;
  const answer = await ask(taller, "/readyz");
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ ok: false, stopping: true, ledger: { ok: true } });
  expect((await ask(taller, "/healthz")).status).toBe(503);
  expect(await samples(taller)).toMatchObject({ zeues_stopping: 1 });
});

test("metrics: actions, requests, streams and the seq, as Prometheus reads them", async () => {
  await using taller = await openTaller([spool({ tag: "SP-1" })]);
  const browser = await taller.browser(MAURICIO);
  using stream = await openSse(`${taller.url}/eventos?vista=tablero`, { Cookie: browser.cookie });
  await stream.next("ping");
  const tomar = { tag_spool: "SP-1", accion: "TOMAR", operacion: "ARM" };
  await browser.post("/acciones", tomar, { "Idempotency-Key": "k" });
  await browser.post("/acciones", tomar, { "Idempotency-Key": "k" });
  await browser.post("/acciones", tomar);
  const answer = await ask(taller, "/metrics");
  expect(answer.headers.get("Content-Type")).toContain("text/plain; version=0.0.4");
  expect(await samples(taller)).toMatchObject({
    'zeues_acciones_total{accion="TOMAR",resultado="ok"}': 1,
    'zeues_acciones_total{accion="TOMAR",resultado="repeated"}': 1,
    'zeues_acciones_total{accion="TOMAR",resultado="SPOOL_OCUPADO"}': 1,
    'zeues_http_requests_total{method="POST",route="/acciones",status="409"}': 1,
    'zeues_streams{kind="html"}': 1,
    'zeues_stream_joins_total{kind="html",how="live"}': 1,
    'zeues_stream_messages_total{kind="html"}': 1,
    'zeues_stream_messages_total{kind="json"}': 0,
    'zeues_delivery_seconds_count{from="commit"}': 1,
    'zeues_delivery_seconds_count{from="post"}': 1,
    'zeues_accion_duration_seconds_count{accion="TOMAR"}': 3,
    'zeues_events_total{kind="spool"}': 1,
    'zeues_sign_ins_total{result="ok"}': 1,
    zeues_sessions: 1,
    zeues_tablets: 1,
    zeues_ledger_head_seq: taller.seq(),
    zeues_ledger_seq: taller.seq(),
  });
});

test("streams that the server ends are counted by reason", async () => {
  await using taller = await openTaller([]);
  const browser = await taller.browser(MAURICIO);
  using stream = await openSse(`${taller.url}/eventos?vista=tablero`, { Cookie: browser.cookie });
  await stream.next("ping");
  await browser.post("/sesion/salir", {});
  expect(await samples(taller)).toMatchObject({
    'zeues_streams_cut_total{reason="session"}': 1,
    'zeues_streams{kind="html"}': 0,
  });
});

test("none of them is cached, sets a cookie or names anybody", async () => {
  await using taller = await openTaller([spool({ tag: "SP-1" })]);
  const { cookie } = await taller.browser(MAURICIO);
  for (const path of ["/healthz", "/readyz", "/metrics"]) {
    const answer = await ask(taller, path);
    expect(answer.headers.get("Set-Cookie")).toBeNull();
    const text = await answer.text();
    for (const secret of ["Mauricio", "SP-1", sessionOf(cookie).split(".")[0]])
      expect(text).not.toContain(secret);
  }
});
