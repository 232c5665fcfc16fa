/** `GET /api/sse/stream` over a real connection (spec 6). */
import { expect, test } from "bun:test";
import { z } from "zod";
import { StreamMessage } from "../../src/http/api/wire.ts";
import { spool } from "../support/builders.ts";
import { openSse, type SseEvent } from "../support/sse.ts";
import { type Api, openApi, TOKEN } from "./api-support.ts";

/** A client of the stream on a real server; `next` gives every event in its order. */
async function listen(api: Api, query = "", headers: Record<string, string> = {}) {
  const server = Bun.serve({
    port: 0,
    fetch: (request, self) => api.app.fetch(request, { server: self }),
  });
  const url = `${server.url}api/sse/stream${query}`;
  const client = await openSse(url, { Authorization: `Bearer ${TOKEN}`, ...headers });
  return {
    response: client.response,
    next: async (): Promise<SseEvent> => (await client.events.next()).value,
    async [Symbol.asyncDispose]() {
      client[Symbol.dispose]();
      await server.stop(true);
    },
  };
}

const take = (tag: string): object => ({ tag_spool: tag, worker_id: 93, operacion: "ARM" });

test("the stream greets with the seq, then tells every change as it comes", async () => {
  await using api = await openApi({ spools: [spool({ tag: 'A"\n<B>' }), spool({ tag: "C" })] });
  await using stream = await listen(api, "", { "Accept-Encoding": "br, gzip, zstd" });
  expect(stream.response.headers.get("Content-Encoding")).toBeNull();
  expect(stream.response.headers.get("Content-Type")).toStartWith("text/event-stream");
  expect(stream.response.headers.get("Cache-Control")).toBe("no-cache, no-transform");
  expect(stream.response.headers.get("X-Accel-Buffering")).toBe("no");
  expect(await stream.next()).toMatchObject({ event: "ping", id: String(api.seq()) });
  const { body } = await api.post("/occupation/tomar", take('A"\n<B>'));
  const frame = await stream.next();
  expect(frame).toMatchObject({ event: "spool_update", id: String(body.seq) });
  expect(z.strictObject(StreamMessage.shape).parse(JSON.parse(frame.data))).toEqual({
    type: "TOMAR",
    tag_spool: 'A"\n<B>',
    worker: "MR(93)",
    estado_detalle: "MR(93) trabajando ARM (ARM en progreso, SOLD pendiente)",
    timestamp: "2026-11-20T10:30:00-03:00",
    seq: body.seq,
    operacion: "ARM",
    accion: "TOMAR",
    version: 2,
  });
  await api.post("/occupation/cancelar", take('A"\n<B>'));
  const cancelled = JSON.parse((await stream.next()).data);
  expect(cancelled).toMatchObject({ type: "STATE_CHANGE", accion: "CANCELAR" });
});

test("whoever comes back gets exactly what they missed, by query or by Last-Event-ID", async () => {
  await using api = await openApi({ spools: ["A", "B", "C"].map((tag) => spool({ tag })) });
  const desde = api.seq();
  for (const tag of ["A", "B", "C"]) await api.post("/occupation/tomar", take(tag));
  for (const [query, headers] of [
    [`?desde=${desde + 1}`, {}],
    [`?desde=${desde}`, { "Last-Event-ID": String(desde + 1) }],
  ] as const) {
    await using stream = await listen(api, query, headers);
    expect(await stream.next()).toMatchObject({ event: "spool_update", id: String(desde + 2) });
    expect(await stream.next()).toMatchObject({ event: "spool_update", id: String(desde + 3) });
    expect(await stream.next()).toMatchObject({ event: "ping", id: String(desde + 3) });
  }
});

test("a seq that is not kept is answered with resincronizar", async () => {
  await using api = await openApi({ spools: [spool()] });
  await using stream = await listen(api, "?desde=999");
  expect(await stream.next()).toMatchObject({ event: "resincronizar", id: String(api.seq()) });
});

test.each(["-1", "x", "1.5", "1e3", "9".repeat(20)])("desde=%s is 400 in JSON", async (desde) => {
  await using api = await openApi();
  const { status, body } = await api.get(`/sse/stream?desde=${desde}`);
  expect(status).toBe(400);
  expect(body.error).toBe("SOLICITUD_INVALIDA");
});
