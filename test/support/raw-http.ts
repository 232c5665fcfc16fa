/** A bare TCP connection to a server: what no well-behaved client would send. */
import { connect } from "node:net";

export interface RawHttp extends Disposable {
  /** All that came so far, bytes as Latin-1. */
  readonly text: string;
  send(text: string): void;
  /** Resolves once the text holds the words; rejects when the connection ends without. */
  said(words: RegExp): Promise<void>;
  /** Resolves with the whole text once the other side has closed. */
  readonly closed: Promise<string>;
}

/**
 * Connects to `http://HOST:PORT` and says nothing yet.
 * @param from the address to come from, one of this machine's, e.g. 127.0.0.2
 */
export async function openRaw(url: string, from?: string): Promise<RawHttp> {
  const { hostname: host, port } = new URL(url);
  const own = from === undefined ? {} : { localAddress: from };
  const socket = connect({ port: Number(port), host, ...own });
  const waiting = new Set<() => void>();
  let text = "";
  let ended = false;
  const look = (): void => {
    for (const one of waiting) one();
  };
  const closed = Promise.withResolvers<string>();
  socket.on("data", (chunk) => {
    text += chunk.toString("latin1");
    look();
  });
  // A reset is a way to close, too.
  socket.on("error", () => {});
  socket.on("close", () => {
    ended = true;
    closed.resolve(text);
    look();
  });
  const open = Promise.withResolvers<void>();
  socket.once("connect", open.resolve);
  socket.once("error", open.reject);
  await open.promise;
  return {
    get text() {
      return text;
    },
    closed: closed.promise,
    send: (more) => void (ended || socket.write(more, "latin1")),
    said(words) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const check = (): void => {
        if (words.test(text)) resolve();
        else if (ended) reject(new Error(`it never said ${words}: ${text}`));
        else return;
        waiting.delete(check);
      };
      waiting.add(check);
      check();
      return promise;
    },
    [Symbol.dispose]: () => void socket.destroy(),
  };
}

/** Sends one text and waits until the answer to it is whole. @returns its first line and all */
export async function ask(url: string, text: string): Promise<string> {
  using raw = await openRaw(url);
  raw.send(text);
  // Either the other side closes, or its answer has all that it announced.
  await Promise.race([raw.closed, raw.said(/^HTTP\/1\.1 \d{3} .*?\r\n\r\n/s)]);
  return raw.text;
}

/** `413` of `HTTP/1.1 413 …`; 0 when it was closed without a word. */
export const statusOf = (text: string): number =>
  Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0);
