/**
 * HTTP/1.1 over a socket of our own, kept alive: `fetch` would mend or refuse most of what is sent
 * here. One request at a time; bytes are written as they are.
 */
import type { Socket } from "bun";

/** A request as it goes over the wire; in texts one character is one byte (Latin-1). */
export interface Shot {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array | null;
  /** The body in pieces, without Content-Length. */
  readonly chunked: boolean;
}

export interface Answer {
  /** 0 = the connection was closed without one. */
  readonly status: number;
  /** Names in small letters. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  readonly ms: number;
}

/** Nothing here takes long; who says nothing for this long hangs. */
const PATIENCE_MS = 20_000;
const CHUNK = 4_096;
const EOL = "\r\n";
const GOES_ON = "the answer goes on after its end";

const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");

function framed({ body, chunked }: Shot): Buffer {
  if (!body) return Buffer.alloc(0);
  if (!chunked) return Buffer.from(body);
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; at += CHUNK) {
    const piece = body.subarray(at, at + CHUNK);
    parts.push(latin1(piece.length.toString(16) + EOL), Buffer.from(piece), latin1(EOL));
  }
  return Buffer.concat([...parts, latin1(`0${EOL}${EOL}`)]);
}

/** The bytes of a request. */
export function bytesOf(shot: Shot): Buffer {
  const { method, target, headers, body, chunked } = shot;
  const length = chunked ? "Transfer-Encoding: chunked" : `Content-Length: ${body?.length}`;
  const lines = [
    `${method} ${target} HTTP/1.1`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(body ? [length] : []),
  ];
  return Buffer.concat([latin1(lines.join(EOL) + EOL + EOL), framed(shot)]);
}

interface Head {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  /** Where the body begins. */
  readonly at: number;
}

function headOf(bytes: Buffer): Head | null {
  const end = bytes.indexOf(EOL + EOL);
  if (end < 0) return null;
  const [first = "", ...lines] = bytes.subarray(0, end).toString("latin1").split(EOL);
  const headers = new Map(
    lines.map((line) => {
      const at = line.indexOf(":");
      return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
    }),
  );
  return { status: Number(first.split(" ")[1]), headers, at: end + 4 };
}

/** The bytes of an answer and where it ends, or null while some are missing. */
function bodyOf(bytes: Buffer, head: Head, method: string): { body: Buffer; end: number } | null {
  const { status, headers, at } = head;
  const none = { body: Buffer.alloc(0), end: at };
  if (method === "HEAD" || status === 204 || status === 304) return none;
  // Endless: its head is all that is looked at.
  if (headers.get("content-type")?.startsWith("text/event-stream")) return none;
  const length = Number(headers.get("content-length") ?? Number.NaN);
  if (Number.isNaN(length)) return null;
  if (bytes.length < at + length) return null;
  return { body: bytes.subarray(at, at + length), end: at + length };
}

/** A connection ends with its answer when either side says so. */
const closes = (value: string | undefined): boolean => value?.toLowerCase() === "close";
const asksToClose = ({ headers }: Shot): boolean =>
  headers.some(([name, value]) => name.toLowerCase() === "connection" && closes(value));

/** Takes what comes until an answer is whole. */
class Reading {
  readonly #shot: Shot;
  #bytes: Buffer = Buffer.alloc(0);
  readonly done = Promise.withResolvers<Omit<Answer, "ms">>();
  /** After the answer came bytes that nobody asked for, or it can't be used again. */
  spent = false;

  constructor(shot: Shot) {
    this.#shot = shot;
  }

  take(piece: Uint8Array): void {
    this.#bytes = Buffer.concat([this.#bytes, piece]);
    let head = headOf(this.#bytes);
    if (head?.status === 100) {
      this.#bytes = this.#bytes.subarray(head.at);
      head = headOf(this.#bytes);
    }
    if (!head) return;
    const whole = bodyOf(this.#bytes, head, this.#shot.method);
    if (!whole) return;
    const stream = head.headers.get("content-type")?.startsWith("text/event-stream") === true;
    if (whole.end < this.#bytes.length && !stream) this.done.reject(new Error(GOES_ON));
    this.spent = closes(head.headers.get("connection")) || asksToClose(this.#shot) || stream;
    this.done.resolve({ status: head.status, headers: head.headers, body: whole.body });
  }

  /** The connection is gone: what came is all there is. */
  end(): void {
    this.spent = true;
    const head = headOf(this.#bytes);
    this.done.resolve({
      status: head?.status ?? 0,
      headers: head?.headers ?? new Map(),
      body: this.#bytes.subarray(head?.at ?? 0),
    });
  }
}

/** One kept-alive connection; opens itself anew when the server closed it. */
export class Connection implements AsyncDisposable {
  readonly #port: number;
  #socket: Socket<undefined> | null = null;
  #reading: Reading | null = null;
  #unsent: Buffer = Buffer.alloc(0);
  /** Bytes came while nothing was asked. */
  #unasked = false;

  /** @param port on 127.0.0.1 */
  constructor(port: number) {
    this.#port = port;
  }

  async #open(): Promise<Socket<undefined>> {
    const own = (socket: Socket<undefined>) => socket === this.#socket;
    return await Bun.connect({
      hostname: "127.0.0.1",
      port: this.#port,
      socket: {
        data: (socket, piece) => {
          if (!own(socket)) return;
          if (this.#reading) this.#reading.take(piece);
          else this.#unasked = true;
        },
        drain: (socket) => {
          if (own(socket)) this.#flush();
        },
        close: (socket) => {
          if (!own(socket)) return;
          this.#drop();
          this.#reading?.end();
        },
        error: (socket) => {
          if (own(socket)) this.#reading?.end();
        },
      },
    });
  }

  #flush(): void {
    const written = this.#socket?.write(this.#unsent) ?? 0;
    this.#unsent = this.#unsent.subarray(Math.max(written, 0));
  }

  /** Sends one and waits for its answer. Throws when none comes in time. */
  async send(shot: Shot): Promise<Answer> {
    if (this.#unasked) {
      this.#unasked = false;
      this.#drop();
      throw new Error(`before this one: ${GOES_ON}`);
    }
    this.#socket ??= await this.#open();
    const reading = new Reading(shot);
    this.#reading = reading;
    // What was refused before it was read whole still has to go out.
    this.#unsent = Buffer.concat([this.#unsent, bytesOf(shot)]);
    const beganAt = performance.now();
    this.#flush();
    const slow = setTimeout(
      () => reading.done.reject(new Error(`no answer in ${PATIENCE_MS} ms`)),
      PATIENCE_MS,
    );
    try {
      const answer = await reading.done.promise;
      return { ...answer, ms: performance.now() - beganAt };
    } catch (error) {
      reading.spent = true;
      throw error;
    } finally {
      clearTimeout(slow);
      this.#reading = null;
      if (reading.spent) this.#drop();
    }
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#unsent = Buffer.alloc(0);
    socket?.terminate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#drop();
  }
}
