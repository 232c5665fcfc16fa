/** The proxy of bench/chaos in front of a real Redis: what passes, and what does not. */
import { expect, test } from "bun:test";
import { once } from "node:events";
import { connect } from "node:net";
import { openCutProxy } from "../../bench/support/cut-proxy.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";

/** A connection that speaks Redis's inline commands, one answer line each. */
async function dial(port: number) {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  const closed = once(socket, "close");
  return {
    ask: async (command: string): Promise<string> => {
      socket.write(`${command}\r\n`);
      const [bytes] = (await once(socket, "data")) as [Buffer];
      return bytes.toString().trim();
    },
    send: (command: string) => socket.write(`${command}\r\n`),
    next: async (): Promise<string> => String((await once(socket, "data"))[0]).trim(),
    closed,
    [Symbol.dispose]: () => socket.destroy(),
  };
}

/** Resolves once a command that came through the proxy was done: a monitor tells of it. */
async function sees(redis: RedisServer, words: string) {
  const monitor = connect(redis.port, "127.0.0.1");
  await once(monitor, "connect");
  const seen = Promise.withResolvers<void>();
  const ready = Promise.withResolvers<void>();
  let text = "";
  monitor.on("data", (bytes) => {
    text += String(bytes);
    if (text.startsWith("+OK")) ready.resolve();
    if (text.includes(words)) seen.resolve();
  });
  monitor.write("MONITOR\r\n");
  await ready.promise;
  return { seen: seen.promise, [Symbol.dispose]: () => monitor.destroy() };
}

test("a whole line passes everything; a cut one ends, and none opens until it is restored", async () => {
  await using redis = await startRedis();
  using proxy = await openCutProxy(redis.port);
  using line = await dial(proxy.port);
  expect(await line.ask("SET a 1")).toBe("+OK");
  expect(proxy.connections).toBe(1);
  proxy.cut();
  await line.closed;
  expect(proxy.connections).toBe(0);
  using refused = await dial(proxy.port);
  await refused.closed;
  proxy.restore();
  using again = await dial(proxy.port);
  expect(await again.ask("GET a")).toBe("$1\r\n1");
});

test("a frozen line loses nothing: what was sent passes once it is restored", async () => {
  await using redis = await startRedis();
  using proxy = await openCutProxy(redis.port);
  using line = await dial(proxy.port);
  expect(await line.ask("PING")).toBe("+PONG");
  proxy.freeze();
  line.send("SET a 2");
  // Opened while frozen, it waits as well.
  using late = await dial(proxy.port);
  late.send("SET b 3");
  expect(await redis.command("MGET", "a", "b")).toEqual([null, null]);
  const answers = Promise.all([line.next(), late.next()]);
  proxy.restore();
  expect(await answers).toEqual(["+OK", "+OK"]);
  expect(await redis.command("MGET", "a", "b")).toEqual(["2", "3"]);
});

test("on a half cut line the request is done and the answer is lost with the connection", async () => {
  await using redis = await startRedis();
  using proxy = await openCutProxy(redis.port);
  using line = await dial(proxy.port);
  using unused = await dial(proxy.port);
  expect(await unused.ask("PING")).toBe("+PONG");
  using monitor = await sees(redis, '"SET" "a" "1"');
  proxy.halfCut();
  line.send("SET a 1");
  await monitor.seen;
  expect(await redis.command("GET", "a")).toBe("1");
  proxy.restore();
  await line.closed;
  // It lost nothing, so it goes on.
  expect(await unused.ask("PING")).toBe("+PONG");
});
