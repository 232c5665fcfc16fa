/** What comes over a server that runs: a full disk, nobody who reads its log, a wrong clock. */
import { beforeAll, describe, expect, test } from "bun:test";
import { closeSync, existsSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { BUILD_MS, binary } from "../support/binary.ts";
import { freePort } from "../support/free-port.ts";
import { signIn, TOKEN, tempFolder } from "../support/shop.ts";
import { openSse, type SseClient } from "../support/sse.ts";
import { startZeues } from "../support/terminal.ts";

let zeues = "";
beforeAll(async () => {
  zeues = await binary();
}, BUILD_MS);

const isRoot = process.getuid?.() === 0;
const auth = { Authorization: `Bearer ${TOKEN}` };
/** Of the made-up shop: may fit up. */
const LUIS = 21;

/** Runs a shell's line with the binary as `$1`, a port as PORT, and waits until it answers. */
async function startIn(script: string, folder: string, env: Record<string, string> = {}) {
  const port = await freePort();
  const child = Bun.spawn(["sh", "-c", script, "sh", zeues, folder], {
    env: {
      PATH: process.env.PATH ?? "",
      HOST: "127.0.0.1",
      PORT: String(port),
      ZEUES_DATA: join(folder, "data"),
      ZEUES_API_TOKEN: TOKEN,
      ...env,
    },
    stdio: ["ignore", "ignore", "ignore"],
  });
  const url = `http://127.0.0.1:${port}`;
  const alive = async (): Promise<boolean> => {
    const answer = await fetch(`${url}/healthz`).catch(() => null);
    return answer?.ok === true;
  };
  // The event to wait for would be on the output that is taken away here.
  while (child.exitCode === null && !(await alive())) await Promise.resolve();
  return {
    url,
    alive,
    async stop(): Promise<number> {
      child.kill("SIGTERM");
      return child.exited;
    },
  };
}

describe("what is printed goes nowhere", () => {
  const WAYS: readonly (readonly [name: string, redirect: string])[] = [
    ["the log's disk is full", "2>/dev/full"],
    ["both disks are full", ">/dev/full 2>/dev/full"],
    ["the log is closed", "2>&-"],
    ["nobody reads the log any more", '2>"$2/pipe"'],
    ["nobody reads the answers any more", '>"$2/pipe"'],
  ];
  test.each(WAYS)("%s: the server goes on", async (_, redirect) => {
    using folder = tempFolder();
    const pipe = redirect.includes("pipe");
    // Its reader is there for the opening, and gone before anything is written.
    const reader = pipe ? 'mkfifo "$2/pipe"; (: <"$2/pipe") & ' : "";
    const script = `${reader}exec "$1" serve ${redirect}`;
    const server = await startIn(script, folder.path, { ZEUES_LOG: "debug" });
    for (let asked = 0; asked < 20; asked++) expect(await server.alive()).toBe(true);
    expect(await server.stop()).toBe(0);
  });

  test("a command whose answer is lost does not end with 0", async () => {
    const run = (to: string) => Bun.spawnSync(["sh", "-c", `exec "$1" help ${to}`, "sh", zeues]);
    const full = run(">/dev/full");
    expect(String(full.stderr)).toBe(
      "zeues: no se pudo escribir la respuesta: el disco está lleno: haz lugar (ENOSPC)\n",
    );
    expect(full.exitCode).toBe(1);
    expect(run("| head -1").exitCode).toBe(0);
  });
});

describe.skipIf(!isRoot)("a disk that fills up", () => {
  test("actions are refused with 503, pages stay and say so; with room again all is well", async () => {
    using folder = tempFolder();
    const disk = join(folder.path, "disk");
    mkdirSync(disk);
    expect(Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=24m", "none", disk]).exitCode).toBe(
      0,
    );
    try {
      const env = { ZEUES_DATA: join(disk, "data"), ZEUES_API_TOKEN: TOKEN };
      await using server = await startZeues(env, { command: [zeues] });
      const { url } = server;
      const cookie = await signIn(url, LUIS);
      using wall = await openSse(`${url}/eventos?vista=tablero`, { Cookie: cookie });
      const ballast = join(disk, "ballast");
      fill(ballast);
      const refused = await untilStatus(url, 503);
      expect(await metricOf(url, "zeues_ledger_up")).toBe(0);
      expect(refused).toContain("SERVICIO_NO_DISPONIBLE");
      await almacen(wall, /no se puede guardar/);
      expect((await fetch(`${url}/operacion/ARM`, { headers: { Cookie: cookie } })).status).toBe(
        200,
      );
      rmSync(ballast);
      // It finds out by itself.
      await almacen(wall, /^((?!no se puede guardar).)*$/s);
      expect(await metricOf(url, "zeues_ledger_up")).toBe(1);
      await untilStatus(url, 200);
      expect(await server.stop()).toBe(0);
      expect(existsSync(join(disk, "data/demo.sqlite"))).toBe(true);
    } finally {
      Bun.spawnSync(["umount", "--lazy", disk]);
    }
  });
});

/** Waits until the page is told such a thing of its store. */
async function almacen({ next }: Pick<SseClient, "next">, words: RegExp): Promise<void> {
  for (;;) {
    const { data } = await next("spool_update");
    if (data.includes('id="almacen"') && words.test(data)) return;
  }
}

/** Writes until there is no room. */
function fill(path: string): void {
  const file = openSync(path, "w");
  try {
    for (const bytes of [65_536, 512]) {
      try {
        for (;;) writeSync(file, new Uint8Array(bytes));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      }
    }
  } finally {
    closeSync(file);
  }
}

async function metricOf(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)`, "m").exec(text)?.[1]);
}

/** Takes and leaves a spool until that is answered so: SQLite has some room of its own. */
async function untilStatus(url: string, status: number): Promise<string> {
  const list = await fetch(`${url}/api/spools?operacion=ARM&estado=disponible&limit=1`, {
    headers: auth,
  });
  const { spools } = (await list.json()) as { spools: { tag_spool: string }[] };
  for (let tries = 0; tries < 2_000; tries++) {
    for (const action of ["tomar", "pausar"]) {
      const answer = await fetch(`${url}/api/occupation/${action}`, {
        method: "POST",
        headers: { ...auth, "Content-Type": "application/json" },
        body: JSON.stringify({
          tag_spool: spools[0]?.tag_spool,
          worker_id: LUIS,
          operacion: "ARM",
        }),
      });
      const text = await answer.text();
      if (answer.status === status) return text;
    }
  }
  throw new Error(`never answered with ${status}`);
}

const MACHINE = process.arch === "arm64" ? "aarch64" : "x86_64";
const FAKETIME = `/usr/lib/${MACHINE}-linux-gnu/faketime/libfaketime.so.1`;

describe.skipIf(!existsSync(FAKETIME))("a clock that is wrong (libfaketime)", () => {
  const at = (when: string) => ({ LD_PRELOAD: FAKETIME, FAKETIME: when });
  test.each(["1970-01-02 00:00:00", "2020-06-01 00:00:00"])(
    "%s: warns, and works",
    async (when) => {
      using folder = tempFolder();
      const env = { ZEUES_DATA: folder.path, ZEUES_LOG: "warn", ZEUES_API_TOKEN: TOKEN };
      const today = await startZeues(env, { command: [zeues] });
      await untilStatus(today.url, 200);
      expect(await today.stop()).toBe(0);
      expect(today.stderr()).toBe("");

      const past = await startZeues(
        { ...env, ...at(`@${when}`), ZEUES_DEMO: "on" },
        { command: [zeues] },
      );
      await untilStatus(past.url, 200);
      expect(await past.stop()).toBe(0);
      expect(past.stderr().match(/clock is behind the last event/g)).toHaveLength(1);
    },
  );
});

test("few descriptors: a stream too many is told so, and everything else answers", async () => {
  using folder = tempFolder();
  const server = await startIn('ulimit -n 256; exec "$1" serve', folder.path);
  const streams = await Promise.all(
    Array.from({ length: 160 }, async () => {
      const stop = new AbortController();
      const { signal } = stop;
      const answer = await fetch(`${server.url}/api/sse/stream`, { headers: auth, signal });
      return { stop, status: answer.status, wait: answer.headers.get("Retry-After") };
    }),
  );
  const count = (status: number) => streams.filter((one) => one.status === status).length;
  expect([count(200), count(429)]).toEqual([128, 32]);
  expect(streams.find(({ status }) => status === 429)?.wait).toBe("10");
  expect(await server.alive()).toBe(true);
  for (const { stop } of streams) stop.abort();
  expect(await server.stop()).toBe(0);
});
