/**
 * ZEUES and its peer as one thing: somebody publishes an event by POST, streams get it. A worker
 * takes a spool and pauses it again, over and over: the shop's own traffic.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WINDOW_MS } from "../../src/live/audience.ts";
import type { Server } from "./process.ts";
import { startServer } from "./process.ts";
import type { SseFrame } from "./sse-parser.ts";
import { openStream, type RawStream } from "./streams.ts";
import { FIRST_WORKER, weldableTag } from "./workbook.ts";
import { openZeues, type ZeuesOptions } from "./zeues.ts";

export type Kind = "json" | "html";

export interface Side extends AsyncDisposable {
  readonly server: Server;
  /** One event by a worker (0, 1, …). @returns its seq. */
  publish(worker: number): Promise<number>;
  open(kind: Kind, onFrame: (frame: SseFrame) => void): Promise<RawStream>;
}

/** The whole product: API, rules, ledger, floor, hub. */
export async function openOurs(options: ZeuesOptions): Promise<Side> {
  // Without a limit of streams (server.ts): one session stands for many people.
  const zeues = await openZeues({ windowMs: WINDOW_MS, ...options });
  const { api, server } = zeues;
  const session = await api.signIn(FIRST_WORKER);
  const taken = new Set<number>();
  return {
    server,
    async publish(at) {
      const accion = taken.delete(at) ? "PAUSAR" : "TOMAR";
      if (accion === "TOMAR") taken.add(at);
      const ask = { accion, operacion: "SOLD", tag: weldableTag(at), worker: FIRST_WORKER + at };
      const { body } = await api.act(ask, crypto.randomUUID());
      if (!body.ok) throw new Error(`${accion} was refused: ${body.error}`);
      return body.seq;
    },
    open: (kind, onFrame) =>
      kind === "json"
        ? openStream(`${api.url}/api/sse/stream`, api.auth, onFrame)
        : openStream(`${api.url}/eventos?vista=tablero`, session, onFrame),
    [Symbol.asyncDispose]: () => zeues[Symbol.asyncDispose](),
  };
}

/**
 * Hono's streamSSE with one publisher that hands out texts as they are.
 * @param texts what is published, in turn, by each worker
 */
export async function openPeer(texts: { value: readonly string[] }): Promise<Side> {
  const folder = await mkdtemp(join(tmpdir(), "zeues-bench-"));
  const server = await startServer(["bench/peers/hono-sse.ts"], {}, join(folder, "log"));
  let nth = 0;
  return {
    server,
    async publish() {
      const { value } = texts;
      const body = value[nth++ % value.length] ?? "";
      const answer = await fetch(`${server.url}/publish`, { method: "POST", body });
      return ((await answer.json()) as { seq: number }).seq;
    },
    open: (_kind, onFrame) => openStream(`${server.url}/stream`, {}, onFrame),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
