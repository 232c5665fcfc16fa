/** Connections that send nothing, or half a request, and stay (slowloris). */
import { connect, type Socket } from "node:net";
import { until } from "./until.ts";

/** What a connection says: nothing; a head that does not end, first or later; such a body. */
export const KINDS = {
  silent: { begin: "", more: "" },
  "half a head": { begin: "GET / HTTP/1.1\r\nHost: zeues\r\n", more: "" },
  "a head that trickles": { begin: "GET / HTTP/1.1\r\nHost: zeues\r\n", more: "X-A: b\r\n" },
  "a second head that trickles": {
    begin: "GET /healthz HTTP/1.1\r\nHost: zeues\r\n\r\n" + "GET / HTTP/1.1\r\nHost: zeues\r\n",
    more: "X-A: b\r\n",
  },
  "a body that trickles": {
    begin:
      "POST /sesion/clave HTTP/1.1\r\nHost: zeues\r\nOrigin: http://zeues\r\n" +
      "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9000\r\n\r\na=",
    more: "b",
  },
} as const;
export type HalfOpenKind = keyof typeof KINDS;

/** How often those that trickle say a little more. */
const DRIP_MS = 2_000;
/** A kernel's queue of new connections is short (somaxconn): so many at a time. */
const AT_ONCE = 200;

export interface HalfOpen extends Disposable {
  /** Still open. */
  readonly open: number;
  /** Milliseconds from each one's begin to its end, as far as they have ended. */
  readonly endedMs: readonly number[];
  /** Waits until the server has closed them all. @returns false when it did not by then */
  gone(maxMs: number): Promise<boolean>;
}

async function openOne(url: URL): Promise<Socket> {
  const socket = connect(Number(url.port), url.hostname);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once("connect", resolve).once("error", reject);
  await promise;
  return socket;
}

/** Opens so many, of all kinds in turn. @param url `http://HOST:PORT` */
export async function openHalf(
  url: string,
  count: number,
  kinds: readonly HalfOpenKind[] = Object.keys(KINDS) as HalfOpenKind[],
): Promise<HalfOpen> {
  const sockets = new Set<Socket>();
  const drips = new Map<Socket, string>();
  const endedMs: number[] = [];
  const begin = async (nth: number): Promise<void> => {
    const { begin: text, more } = KINDS[kinds[nth % kinds.length] ?? "silent"];
    const beganAt = performance.now();
    const socket = await openOne(new URL(url));
    sockets.add(socket);
    // Read, or its end would not be seen; a reset is an end, too.
    socket.on("error", () => {}).resume();
    socket.once("close", () => {
      sockets.delete(socket);
      drips.delete(socket);
      endedMs.push(performance.now() - beganAt);
    });
    if (text !== "") socket.write(text);
    if (more !== "") drips.set(socket, more);
  };
  for (let nth = 0; nth < count; nth += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - nth) }, (_, at) => begin(nth + at));
    await Promise.all(some);
  }
  const drip = setInterval(() => {
    for (const [socket, more] of drips) socket.write(more);
  }, DRIP_MS);
  return {
    get open() {
      return sockets.size;
    },
    endedMs,
    gone: (maxMs) => until(() => sockets.size === 0, maxMs),
    [Symbol.dispose]() {
      clearInterval(drip);
      for (const socket of sockets) socket.destroy();
    },
  };
}
