/** ZEUES at a terminal: what its commands and its server print, and what they end with. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dir, "../..");
/** From source; the binary's is its path (binary.ts). */
const COMMAND: readonly string[] = [process.execPath, join(ROOT, "src/main.ts")];

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

/** What is run, and where. */
export interface How {
  readonly command?: readonly string[];
  readonly cwd?: string;
  /** The command starts the program as its child, and passes on what it ends with (unshare). */
  readonly wrapped?: boolean;
}

/** Who is to get a signal. (Bun.file sees no files in /proc.) */
function signalled(pid: number, wrapped: boolean): number {
  if (!wrapped) return pid;
  const [child = ""] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ");
  return Number(child) || pid;
}

/** Runs a command to its end. @param input its standard input */
export async function runZeues(
  args: readonly string[],
  env: Env,
  input = "",
  { command = COMMAND, cwd = ROOT }: How = {},
): Promise<Said> {
  const child = Bun.spawn([...command, ...args], {
    cwd,
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
  /** `http://127.0.0.1:PORT`, https where it has a certificate */
  readonly url: string;
  /** Its exit code, once it has ended. */
  readonly exited: Promise<number>;
  signal(name: NodeJS.Signals): void;
  /** Resolves with the match once it has printed such words on standard output. */
  said(words: RegExp): Promise<RegExpExecArray>;
  /** The same on its log. */
  logged(words: RegExp): Promise<RegExpExecArray>;
  stdout(): string;
  /** Its log; whole once it was stopped. */
  stderr(): string;
  /** SIGTERM unless told. @returns its exit code */
  stop(signal?: "SIGTERM" | "SIGINT" | "SIGKILL"): Promise<number>;
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
export async function startZeues(
  env: Env,
  { command = COMMAND, cwd = ROOT, wrapped = false }: How = {},
): Promise<Started> {
  const child = Bun.spawn([...command, "serve"], {
    cwd,
    env: envOf(env),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err] = [listen(child.stdout), listen(child.stderr)];
  const stop: Started["stop"] = async (signal = "SIGTERM") => {
    if (child.exitCode === null) process.kill(signalled(child.pid, wrapped), signal);
    const code = await child.exited;
    await Promise.all([out.whole, err.whole]);
    return code;
  };
  const [, url = ""] = await out.said(/(https?:\/\/[^/\s]+)\//);
  return {
    url,
    exited: child.exited,
    signal: (name) => child.kill(name),
    said: out.said,
    logged: err.said,
    stdout: out.text,
    stderr: err.text,
    stop,
    [Symbol.asyncDispose]: async () => void (await stop()),
  };
}
