/** ZEUES at a terminal: what its commands and its server print, and what they end with. */
import { join } from "node:path";

const ROOT = join(import.meta.dir, "../..");
const COMMAND = [process.execPath, join(ROOT, "src/main.ts")];

type Env = Readonly<Record<string, string>>;

const envOf = (env: Env): Env => ({
  PATH: process.env.PATH ?? "",
  HOST: "127.0.0.1",
  PORT: "0",
  ZEUES_LOG: "silent",
  ...env,
});

export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end. @param input its standard input */
export async function runZeues(args: readonly string[], env: Env, input = ""): Promise<Said> {
  const child = Bun.spawn([...COMMAND, ...args], {
    cwd: ROOT,
    env: envOf(env),
    stdin: new TextEncoder().encode(input),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { code: await child.exited, stdout, stderr };
}

export interface Started extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Resolves with the match once it has printed such words on standard output. */
  said(words: RegExp): Promise<RegExpExecArray>;
  /** The same on its log. */
  logged(words: RegExp): Promise<RegExpExecArray>;
  stdout(): string;
  /** Its log; whole once it was stopped. */
  stderr(): string;
  stop(): Promise<void>;
}

interface Waiter {
  readonly words: RegExp;
  readonly resolve: (match: RegExpExecArray) => void;
  readonly reject: (error: Error) => void;
}

/** A text that grows, and who waits for words in it. */
function listen(stream: ReadableStream<Uint8Array>) {
  let text = "";
  let ended = false;
  const waiters = new Set<Waiter>();
  const look = (): void => {
    for (const waiter of waiters) {
      const match = waiter.words.exec(text);
      if (match) waiter.resolve(match);
      else if (ended) waiter.reject(new Error(`it never said ${waiter.words}: ${text}`));
      if (match || ended) waiters.delete(waiter);
    }
  };
  const whole = (async () => {
    const decoder = new TextDecoder();
    const reader = stream.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      text += decoder.decode(part.value, { stream: true });
      look();
    }
    ended = true;
    look();
  })();
  return {
    whole,
    text: () => text,
    said(words: RegExp): Promise<RegExpExecArray> {
      const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>();
      waiters.add({ words, resolve, reject });
      look();
      return promise;
    },
  };
}

/** Starts `zeues serve` and waits until it listens. */
export async function startZeues(env: Env): Promise<Started> {
  const child = Bun.spawn([...COMMAND, "serve"], {
    cwd: ROOT,
    env: envOf(env),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err] = [listen(child.stdout), listen(child.stderr)];
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await child.exited;
    await Promise.all([out.whole, err.whole]);
  };
  const [, url = ""] = await out.said(/(http:\/\/[^/\s]+)\//);
  return {
    url,
    said: out.said,
    logged: err.said,
    stdout: out.text,
    stderr: err.text,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
