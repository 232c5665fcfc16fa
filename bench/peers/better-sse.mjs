/**
 * A peer: better-sse, the library for event streams on Node. `POST /publish` hands its body to
 * every stream by a channel's broadcast. `node bench/peers/better-sse.mjs`
 */
import { createServer } from "node:http";
import { createChannel, createSession } from "better-sse";

const channel = createChannel();
let seq = 0;

async function textOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

const server = createServer(async (request, response) => {
  if (request.method !== "POST") {
    // By default it makes JSON of a text; rows go as they are.
    const session = await createSession(request, response, {
      serializer: (data) => data,
      keepAlive: null,
    });
    session.push("", "ping", String(seq));
    channel.register(session);
    return;
  }
  const text = await textOf(request);
  channel.broadcast(text, "spool_update", { eventId: String(++seq) });
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify({ seq }));
});

server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () =>
  console.log(`http://127.0.0.1:${server.address().port}`),
);
process.once("SIGTERM", () => process.exit(0));
