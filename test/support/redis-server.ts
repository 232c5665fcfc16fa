/**
 * A real Redis (or Valkey) for a test or a benchmark: on a free port of 127.0.0.1, in a folder of
 * its own, ended and removed with `await using`. It can be killed and come back with its data.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { freePort } from "./free-port.ts";
import { launch, type Program, type Signal } from "./program.ts";

export interface RedisOptions {
  /** `redis-server` by default; `valkey-server` where there is one. */
  readonly binary?: string;
  /** After the defaults, which they override. */
  readonly args?: readonly string[];
}

export interface RedisServer extends AsyncDisposable {
  /** `redis://127.0.0.1:PORT` */
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  /** Of the process that runs now. */
  readonly pid: number;
  /** Resolves once it has logged such words since its last start. */
  said(words: RegExp): Promise<void>;
  /** Ends it and waits until it is gone. */
  kill(signal: Signal): Promise<void>;
  /** Starts it again, on the same port and folder. It must have been killed. */
  restart(): Promise<void>;
  /** One command over a connection of its own; throws what Redis answers as an error. */
  command(name: string, ...args: readonly (string | number)[]): Promise<unknown>;
}

/** What is acknowledged is in the file, and nothing is ever evicted (spec 5). */
const DURABLE = ["--appendonly", "yes", "--maxmemory-policy", "noeviction", "--save", ""];
const READY = /Ready to accept connections/;
/** Another program may take the port between our look and Redis's bind. */
const TRIES = 5;

/** One command over a connection of its own. */
async function send(port: number, name: string, args: readonly (string | number)[]) {
  const redis = new Redis({
    host: "127.0.0.1",
    port,
    lazyConnect: true,
    // The ready check would ask INFO, which CLIENT PAUSE keeps waiting.
    enableReadyCheck: false,
    retryStrategy: () => null,
  });
  redis.on("error", () => {}); // the command itself rejects with it
  try {
    await redis.connect();
    return await redis.call(name, ...args);
  } finally {
    redis.disconnect();
  }
}

async function begin(command: readonly string[]): Promise<Program> {
  const program = launch(command);
  await program.said(READY);
  return program;
}

async function startOn(port: number, folder: string, options: RedisOptions): Promise<RedisServer> {
  const { binary = "redis-server", args = [] } = options;
  const own = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder];
  const command = [binary, ...own, ...DURABLE, ...args];
  let program = await begin(command);
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    folder,
    get pid() {
      return program.pid;
    },
    said: (words) => program.said(words),
    kill: (signal) => program.kill(signal),
    async restart() {
      program = await begin(command);
    },
    command: (name, ...rest) => send(port, name, rest),
    async [Symbol.asyncDispose]() {
      await program.kill("SIGKILL");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Starts a server; resolves once it takes connections. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), "zeues-redis-"));
  for (let nth = 1; ; nth++) {
    try {
      return await startOn(await freePort(), folder, options);
    } catch (error) {
      if (nth < TRIES) continue;
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }
}

/** Valkey's server, null on machines that have none. */
export const valkeyBinary = (): string | null => Bun.which("valkey-server");
