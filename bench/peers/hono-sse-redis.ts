/**
 * The peer of several processes: `POST /publish?seq=N` is one PUBLISH, and each process hands what
 * its one subscriber hears to its streams by `streamSSE`; no rules, no log, no state.
 * `REDIS_URL=… bun bench/peers/hono-sse-redis.ts`
 */
import { Hono } from "hono";
import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import { Redis } from "ioredis";

const CHANNEL = "peer";
const url = process.env.REDIS_URL ?? "";
const publisher = new Redis(url);
const subscriber = new Redis(url);
const streams = new Set<SSEStreamingApi>();

subscriber.on("message", (_channel, message: string) => {
  const end = message.indexOf(" ");
  const [id, data] = [message.slice(0, end), message.slice(end + 1)];
  for (const stream of streams) void stream.writeSSE({ event: "spool_update", id, data });
});
await subscriber.subscribe(CHANNEL);

const app = new Hono();

app.get("/stream", (c) =>
  streamSSE(c, async (stream) => {
    const gone = Promise.withResolvers<void>();
    stream.onAbort(gone.resolve);
    streams.add(stream);
    await stream.writeSSE({ event: "ping", id: "0", data: "" });
    await gone.promise;
    streams.delete(stream);
  }),
);

app.post("/publish", async (c) => {
  const seq = Number(c.req.query("seq"));
  await publisher.publish(CHANNEL, `${seq} ${await c.req.text()}`);
  return c.json({ seq });
});

const server = Bun.serve({ port: 0, hostname: "127.0.0.1", idleTimeout: 255, fetch: app.fetch });
console.log(`http://127.0.0.1:${server.port}`);
process.once("SIGTERM", () => process.exit(0));
