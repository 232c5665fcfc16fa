/**
 * Who carries events to streams: ZEUES, and its peers with the same texts. Each is published to by
 * POST and streams by GET, so that the same readers (bench/native) measure all of them.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../test/support/free-port.ts";
import { compileNative } from "../support/native.ts";
import { type Server, startServer } from "../support/process.ts";
import { PUBLISHERS, type Target } from "../support/readers.ts";
import type { Kind } from "../support/side.ts";
import { until } from "../support/until.ts";
import { FIRST_WORKER, weldableTag } from "../support/workbook.ts";
import { openZeues, type Zeues, type ZeuesOptions } from "../support/zeues.ts";

export interface Side extends AsyncDisposable {
  readonly name: string;
  readonly server: Server;
  readonly target: Target;
}

/** Ten for each of 40 workers: as many as one may hold (http/entrar). */
const SESSIONS = 400;

export const portOf = (url: string): number => Number(new URL(url).port);

export function head(path: string, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries({ Host: "127.0.0.1", ...headers }).map(([k, v]) => `${k}: ${v}\r\n`);
  return `GET ${path} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

export function post(
  path: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): string {
  const length = String(Buffer.byteLength(body));
  const all = { Host: "127.0.0.1", ...headers, "Content-Length": length };
  const lines = Object.entries(all).map(([k, v]) => `${k}: ${v}\r\n`);
  return `POST ${path} HTTP/1.1\r\n${lines.join("")}\r\n${body}`;
}

/**
 * A worker takes a spool and pauses it again, over and over: the shop's own traffic.
 * @param first the first of the workers, counted from 0
 */
export function actions(
  auth: Readonly<Record<string, string>>,
  first = 0,
  workers = PUBLISHERS,
): readonly string[] {
  const headers = { ...auth, "Content-Type": "application/json", "Idempotency-Key": "{uuid}" };
  return Array.from({ length: workers }, (_, nth) => first + nth).flatMap((at) =>
    ["tomar", "pausar"].map((accion) => {
      const ask = { tag_spool: weldableTag(at), worker_id: FIRST_WORKER + at, operacion: "SOLD" };
      return post(`/api/occupation/${accion}`, headers, JSON.stringify(ask));
    }),
  );
}

/** The request of a program's stream. */
export const program = (auth: Readonly<Record<string, string>>): string =>
  head("/api/sse/stream", { ...auth, "Last-Event-ID": "{last}" });

/** The request of a page's stream; by default a dashboard's. */
export const dashboard = (
  session: Readonly<Record<string, string>>,
  watching = "vista=tablero",
): string => head(`/eventos?${watching}&desde={last}`, session);

/** Where the streams of one kind are, with many sessions, and how the shop's events are made. */
export async function targetOf(zeues: Zeues, kind: Kind, sessions = SESSIONS): Promise<Target> {
  const { api } = zeues;
  const posts = actions(api.auth);
  const port = portOf(api.url);
  if (kind === "json") {
    return { port, heads: [program(api.auth)], posts, ids: "seq" };
  }
  const signedIn = await Promise.all(
    Array.from({ length: sessions }, (_, at) => api.signIn(FIRST_WORKER + (at % 40))),
  );
  const heads = signedIn.map((session) => dashboard(session));
  return { port, heads, posts, ids: "seq" };
}

/** The whole product: API, rules, ledger, floor, hub. */
export async function openOurs(kind: Kind, options: ZeuesOptions = {}): Promise<Side> {
  const zeues = await openZeues({ windowMs: 0, ...options });
  return {
    name: "ZEUES",
    server: zeues.server,
    target: await targetOf(zeues, kind),
    [Symbol.asyncDispose]: () => zeues[Symbol.asyncDispose](),
  };
}

export interface Restartable extends Side {
  /** Ends it and starts it again where it was. */
  restart(signal: "SIGTERM" | "SIGKILL"): Promise<void>;
}

/** The same on a port that it keeps when it is restarted. */
export async function openOursAt(kind: Kind, options: ZeuesOptions = {}): Promise<Restartable> {
  let zeues = await openZeues({ windowMs: 0, port: await freePort(), ...options });
  return {
    name: "ZEUES",
    get server() {
      return zeues.server;
    },
    target: await targetOf(zeues, kind),
    async restart(signal) {
      zeues = await zeues.restart(signal);
    },
    [Symbol.asyncDispose]: () => zeues[Symbol.asyncDispose](),
  };
}

export interface Peer {
  readonly name: string;
  start(folder: string): Promise<Server>;
  readonly stream: string;
  readonly publish: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly ids?: Target["ids"];
}

/** nginx with nchan: no ids of ours, and what it was told last is kept for who comes later. */
async function startNchan(folder: string): Promise<Server> {
  const port = await freePort();
  const nginx = Bun.which("nginx") ?? "/usr/sbin/nginx";
  const path = join(folder, "nginx.conf");
  await Bun.write(
    path,
    `load_module /usr/lib/nginx/modules/ngx_nchan_module.so;
daemon off;
pid ${folder}/pid;
error_log ${folder}/error.log error;
worker_processes 1;
worker_rlimit_nofile 20000;
events { worker_connections 19000; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  client_body_buffer_size 64k;
  keepalive_requests 1000000;
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location = /publish {
      nchan_publisher http;
      nchan_channel_id floor;
      nchan_message_buffer_length 100;
    }
    location = /stream {
      nchan_subscriber eventsource;
      nchan_channel_id floor;
      nchan_subscriber_first_message newest;
    }
  }
}
`,
  );
  const script = `echo http://127.0.0.1:${port}; exec "$0" -c "$1" -p "$2"`;
  const server = await startServer(["-c", script, nginx, path, folder], {}, join(folder, "log"), [
    "sh",
  ]);
  // Its address is told before it listens.
  const listens = () =>
    fetch(server.url).then(
      () => true,
      () => false,
    );
  if (!(await until(listens))) throw new Error("nginx does not listen");
  return server;
}

export const PEERS: Readonly<Record<string, Peer>> = {
  c: {
    name: "C broadcaster",
    start: async (folder) =>
      startServer([], {}, join(folder, "log"), [await compileNative("broadcast")]),
    stream: "/stream",
    publish: "/publish",
  },
  nchan: {
    name: "nchan",
    start: startNchan,
    stream: "/stream",
    publish: "/publish",
    headers: { "X-EventSource-Event": "spool_update" },
    ids: "count",
  },
  "better-sse": {
    name: "better-sse",
    start: (folder) =>
      startServer(["bench/peers/better-sse.mjs"], {}, join(folder, "log"), ["node"]),
    stream: "/stream",
    publish: "/publish",
  },
  hono: {
    name: "Hono streamSSE",
    start: (folder) => startServer(["bench/peers/hono-sse.ts"], {}, join(folder, "log")),
    stream: "/stream",
    publish: "/publish",
  },
};

/** Starts a peer. @param texts what is published, in turn */
export async function openPeer(peer: Peer, texts: readonly string[]): Promise<Side> {
  const folder = await mkdtemp(join(tmpdir(), "zeues-bench-"));
  const server = await peer.start(folder);
  const headers = { "Content-Type": "text/plain", ...peer.headers };
  const posts = texts.map((text) => post(peer.publish, headers, text));
  return {
    name: peer.name,
    server,
    target: {
      port: portOf(server.url),
      heads: [head(peer.stream, { Accept: "text/event-stream" })],
      posts: Array.from({ length: PUBLISHERS }, () => posts).flat(),
      ids: peer.ids ?? "seq",
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
