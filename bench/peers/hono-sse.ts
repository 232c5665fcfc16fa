/**
 * The peer: what one would write first with Hono. `POST /publish` hands its body to every stream
 * by `streamSSE`; no rules, no log, no state. `bun bench/peers/hono-sse.ts`
 */
import { Hono } from "hono";
import { type SSEStreamingApi, streamSSE } from "hono/streaming";

const streams = new Set<SSEStreamingApi>();
let seq = 0;

const app = new Hono();

app.get("/stream", (c) =>
  streamSSE(c, async (stream) => {
    const gone = Promise.withResolvers<void>();
    stream.onAbort(gone.resolve);
    streams.add(stream);
    await stream.writeSSE({ event: "ping", id: String(seq), data: "" });
    await gone.promise;
    streams.delete(stream);
  }),
);

app.post("/publish", async (c) => {
  const data = await c.req.text();
  seq++;
  const message = { event: "spool_update", id: String(seq), data };
  for (const stream of streams) void stream.writeSSE(message);
  return c.json({ seq });
});

const server = Bun.serve({ port: 0, hostname: "127.0.0.1", idleTimeout: 255, fetch: app.fetch });
console.log(`http://127.0.0.1:${server.port}`);
process.once("SIGTERM", () => process.exit(0));
