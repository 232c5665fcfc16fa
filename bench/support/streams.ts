/** Many event streams over bare sockets: `fetch` would cost more than the server measured. */
import { type SseFrame, SseParser } from "./sse-parser.ts";

export interface RawStream extends Disposable {
  /** Ended by the server, or broken. */
  readonly ended: boolean;
}

/** How many connect at a time: more would meet the listen backlog. */
const CONNECT_AT_ONCE = 50;
/** Bound for one stream's first frame. */
const FIRST_FRAME_MAX_MS = 10_000;

/**
 * Opens a stream and waits for its first frame (ZEUES greets with a ping).
 * @param url the whole address of the stream
 * @param onEnd it was ended by the server, or broke
 */
export async function openStream(
  url: string,
  headers: Readonly<Record<string, string>>,
  onFrame: (frame: SseFrame) => void,
  onEnd: () => void = () => {},
): Promise<RawStream> {
  const { hostname, port, pathname, search, host } = new URL(url);
  const first = Promise.withResolvers<void>();
  const late = setTimeout(() => first.reject(new Error(`${url} is silent`)), FIRST_FRAME_MAX_MS);
  let ended = false;
  const over = (): void => {
    ended = true;
    first.reject(new Error(`${url} ended`));
    onEnd();
  };
  const parser = new SseParser((frame) => {
    first.resolve();
    onFrame(frame);
  });
  const socket = await Bun.connect({
    hostname,
    port: Number(port),
    socket: {
      open(socket) {
        const lines = Object.entries({ Host: host, ...headers }).map(([k, v]) => `${k}: ${v}\r\n`);
        socket.write(`GET ${pathname}${search} HTTP/1.1\r\n${lines.join("")}\r\n`);
      },
      data(_socket, bytes) {
        parser.feed(bytes);
      },
      close: over,
      error: over,
    },
  });
  await first.promise.finally(() => clearTimeout(late));
  return {
    get ended() {
      return ended;
    },
    [Symbol.dispose]: () => void socket.end(),
  };
}

/** Opens `count` streams, a few at a time. `open` gets the stream's number. */
export async function openStreams(
  count: number,
  open: (at: number) => Promise<RawStream>,
): Promise<readonly RawStream[]> {
  const streams: RawStream[] = [];
  while (streams.length < count) {
    const from = streams.length;
    const many = Math.min(CONNECT_AT_ONCE, count - from);
    streams.push(...(await Promise.all(Array.from({ length: many }, (_, at) => open(from + at)))));
  }
  return streams;
}

export function closeStreams(streams: readonly RawStream[]): void {
  for (const stream of streams) stream[Symbol.dispose]();
}
