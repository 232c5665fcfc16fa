/** `GET /eventos` over real connections (spec 6). */
import { describe, expect, spyOn, test } from "bun:test";
import { connect, type Socket } from "node:net";
import type { Trabajador } from "../../src/domain/trabajador.ts";
import { NOBODY } from "../../src/live/delivery.ts";
import type { HubOptions } from "../../src/live/hub.ts";
import { openPages, type Pages } from "../live/pages-taller.ts";
import { EPOCH, openTaller, type Taller } from "../live/taller.ts";
import { command, INGRID, MAURICIO, spool } from "../support/builders.ts";
import { openSse, type SseClient } from "../support/sse.ts";

const SPOOLS = ["A", "B", "C"].map((text) => spool({ tag: text }));

interface Site extends AsyncDisposable, Omit<Pages, "load"> {
  readonly taller: Taller;
  readonly url: string;
  readonly port: number;
  open(query: string, headers?: Record<string, string>, quien?: Trabajador): Promise<SseClient>;
  /** How many streams were attached and how many detached so far. */
  readonly streams: { attached: number; detached: number };
  /** Resolves when so many streams have been detached. */
  gone(count: number): Promise<void>;
  /** Open streams, as /metrics says them. */
  watching(): number;
}

/** The real app over a taller, on a free port. */
function openSite(options: Partial<HubOptions> = {}, spools = SPOOLS): Site {
  const taller = openTaller({ spools, ...options });
  const pages = openPages(taller);
  const streams = { attached: 0, detached: 0 };
  const waiting = new Map<number, () => void>();
  const attach = taller.hub.attach.bind(taller.hub);
  spyOn(taller.hub, "attach").mockImplementation((join) => {
    const detach = attach(join);
    streams.attached += 1;
    return () => {
      detach();
      streams.detached += 1;
      waiting.get(streams.detached)?.();
    };
  });
  const server = Bun.serve({
    port: 0,
    // Else Bun prints each cut as an error.
    development: false,
    hostname: "127.0.0.1",
    fetch: (request, self) => pages.app.fetch(request, { server: self }),
  });
  const url = `http://127.0.0.1:${server.port}`;
  return {
    ...pages,
    taller,
    url,
    port: server.port ?? 0,
    streams,
    open: (query, headers = {}, quien = MAURICIO) =>
      openSse(`${url}/eventos?${query}`, { Cookie: pages.cookie(quien), ...headers }),
    async gone(count) {
      if (streams.detached >= count) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.set(count, resolve);
      await promise;
    },
    watching() {
      const { html, json } = taller.hub.count();
      return html + json;
    },
    async [Symbol.asyncDispose]() {
      taller[Symbol.dispose]();
      await server.stop(true);
    },
  };
}

const next = async (client: SseClient) => (await client.events.next()).value;
const take = (site: Site, tag: string): boolean => site.taller.act(tag, command("TOMAR"), MAURICIO);

describe("the answer", () => {
  test("has the headers of spec 6 and is never compressed", async () => {
    await using site = openSite();
    using client = await site.open("vista=tablero", {
      "Accept-Encoding": "br, gzip, zstd, identity;q=0",
    });
    const { headers } = client.response;
    expect(headers.get("Content-Type")).toBe("text/event-stream; charset=utf-8");
    expect(headers.get("Cache-Control")).toBe("no-cache, no-transform");
    expect(headers.get("X-Accel-Buffering")).toBe("no");
    expect(headers.get("Content-Encoding")).toBeNull();
  });

  test("begins with a ping that names the seq, then brings each change as it happens", async () => {
    await using site = openSite();
    using client = await site.open("vista=tablero&desde=3");
    expect(await next(client)).toMatchObject({ event: "ping", id: "3" });
    take(site, "A");
    const update = await next(client);
    expect(update).toMatchObject({ event: "spool_update", id: "4" });
    expect(update.data).toContain('<hx-fila id="ocupados-');
  });

  test("pings on, each with the seq", async () => {
    await using site = openSite({ pingMs: 5 });
    using client = await site.open("vista=tablero");
    await client.next("ping");
    take(site, "A");
    await client.next("spool_update");
    expect((await client.next("ping")).id).toBe("4");
  });

  test("is the session's worker's, whatever the query says", async () => {
    await using site = openSite();
    using client = await site.open("vista=inicio&trabajadorId=93&trabajador=93", {}, INGRID);
    await next(client);
    take(site, "A");
    expect((await next(client)).data).not.toContain("<hx-fila");
  });

  test("holds a tag of any text in its query", async () => {
    const text = 'MK/1/2?op=ARM&x=1#h %41\n"<';
    await using site = openSite({}, [spool({ tag: text })]);
    using client = await site.open(`vista=carrete&tag=${encodeURIComponent(text)}`);
    await next(client);
    take(site, text);
    expect((await next(client)).data).toContain("carrete-estado");
  });
});

describe("where it begins", () => {
  test("desde: exactly there", async () => {
    await using site = openSite();
    take(site, "A");
    take(site, "B");
    using client = await site.open("vista=tablero&desde=4");
    const update = await next(client);
    expect(update).toMatchObject({ event: "spool_update", id: "5" });
    expect(update.data.match(/data-ul="ocupados"/g)).toHaveLength(1);
  });

  test("Last-Event-ID wins over desde: the browser comes back by itself", async () => {
    await using site = openSite();
    take(site, "A");
    using client = await site.open("vista=tablero&desde=3", { "Last-Event-ID": "4" });
    expect(await next(client)).toMatchObject({ event: "ping", id: "4" });
  });

  test("another log's page is told to resynchronise, this one's not", async () => {
    await using site = openSite();
    using foreign = await site.open("vista=tablero&desde=3&epoca=other");
    expect((await next(foreign)).event).toBe("resincronizar");
    using own = await site.open(`vista=tablero&desde=3&epoca=${EPOCH}`);
    expect((await next(own)).event).toBe("ping");
  });
});

describe("refused", () => {
  test.each([
    "",
    "vista=",
    "vista=nada",
    "vista=json",
    "vista=operacion",
    "vista=operacion&op=arm",
    "vista=operacion&op=PINTURA",
    `vista=operacion&op=ARM&q=${"x".repeat(201)}`,
    "vista=carrete",
    "vista=carrete&tag=%20",
    `vista=carrete&tag=${"x".repeat(1001)}`,
    "vista=tablero&desde=-1",
    "vista=tablero&desde=x",
    "vista=tablero&desde=1.5",
    "vista=tablero&desde=1e3",
    "vista=tablero&desde=0x10",
    `vista=tablero&desde=${"9".repeat(16)}`,
  ])("400: %s", async (query) => {
    await using site = openSite();
    const headers = { Cookie: site.cookie(MAURICIO) };
    const answer = await fetch(`${site.url}/eventos?${query}`, { headers });
    expect(answer.status).toBe(400);
    expect(answer.headers.get("Content-Type")).toStartWith("text/plain");
    expect(site.streams.attached).toBe(0);
  });

  test("400: nonsense as Last-Event-ID", async () => {
    await using site = openSite();
    const headers = { Cookie: site.cookie(MAURICIO), "Last-Event-ID": "4; drop" };
    expect((await fetch(`${site.url}/eventos?vista=tablero`, { headers })).status).toBe(400);
  });

  test.each([
    ["no cookie", ""],
    ["a forged cookie", `zeues=${"A".repeat(43)}`],
    ["an empty cookie", "zeues="],
  ])("401 with %s, and no redirect that an EventSource would follow", async (_, Cookie) => {
    await using site = openSite();
    const headers = { Cookie, Accept: "text/event-stream" };
    const answer = await fetch(`${site.url}/eventos?vista=tablero`, {
      headers,
      redirect: "manual",
    });
    expect(answer.status).toBe(401);
    expect(site.streams.attached).toBe(0);
  });
});

describe("its end", () => {
  test("comes with the sign-out of its session, and only of its session", async () => {
    await using site = openSite();
    const cookie = site.cookie(MAURICIO);
    using mine = await site.open("vista=tablero", { Cookie: cookie });
    using other = await site.open("vista=tablero", {}, INGRID);
    await next(mine);
    await next(other);
    const headers = { Cookie: cookie, Origin: site.url };
    await fetch(`${site.url}/sesion/salir`, { method: "POST", headers, redirect: "manual" });
    await site.gone(1);
    // The cut shows as an error or as an end, by how far the client had read.
    const end = await mine.events.next().catch(() => ({ done: true }));
    expect(end.done).toBe(true);
    take(site, "A");
    expect((await next(other)).event).toBe("spool_update");
    expect(site.watching()).toBe(1);
  });

  test("comes with a stop, after the word to come back", async () => {
    await using site = openSite();
    using client = await site.open("vista=tablero");
    await next(client);
    site.taller.hub.stop();
    expect((await next(client)).event).toBe("volver");
    expect((await client.events.next()).done).toBe(true);
    await site.gone(1);
    expect(site.taller.cuts).toEqual(["stop"]);
    expect(site.watching()).toBe(0);
  });

  test("who comes while it stops is sent away, and nothing is left", async () => {
    await using site = openSite();
    site.taller.hub.stop();
    using client = await site.open("vista=tablero");
    await client.next("volver");
    expect((await client.events.next()).done).toBe(true);
    await site.gone(1);
    expect(site.streams).toEqual({ attached: 1, detached: 1 });
    expect(site.watching()).toBe(0);
  });

  test("comes when the client goes: detached exactly once", async () => {
    await using site = openSite();
    const client = await site.open("vista=tablero");
    await next(client);
    expect(site.watching()).toBe(1);
    client[Symbol.dispose]();
    await site.gone(1);
    take(site, "A");
    site.taller.hub.stop();
    expect(site.streams).toEqual({ attached: 1, detached: 1 });
    expect(site.taller.hub.count()).toEqual({ html: 0, json: 0 });
    expect(site.watching()).toBe(0);
  });

  test("200 clients that come and go leave nothing behind", async () => {
    await using site = openSite();
    const visit = async (_: unknown, index: number): Promise<void> => {
      const client = await site.open(`vista=operacion&op=ARM&q=${index}`);
      // Half of them leave before they have read a byte.
      if (index % 2 === 0) await next(client);
      client[Symbol.dispose]();
    };
    for (let round = 0; round < 10; round++) {
      await Promise.all(Array.from({ length: 20 }, visit));
      take(site, "A");
    }
    await site.gone(site.streams.attached);
    expect(site.streams.attached).toBeGreaterThanOrEqual(100);
    expect(site.taller.hub.count()).toEqual({ html: 0, json: 0 });
    expect(site.watching()).toBe(0);
  });

  test("HEAD asks without opening a stream", async () => {
    await using site = openSite();
    const headers = { Cookie: site.cookie(MAURICIO) };
    const init = { method: "HEAD", headers };
    expect((await fetch(`${site.url}/eventos?vista=tablero`, init)).status).toBe(200);
    expect(site.streams.attached).toBe(0);
    expect(site.watching()).toBe(0);
  });
});

/** A client that asks for a stream and reads its beginning, then nothing more. */
async function stall(site: Site, query: string): Promise<Socket> {
  const socket = connect(site.port, "127.0.0.1");
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once("error", reject);
  socket.once("data", () => {
    socket.pause();
    resolve();
  });
  socket.write(
    `GET /eventos?${query} HTTP/1.1\r\nHost: x\r\nCookie: ${site.cookie(INGRID)}\r\n\r\n`,
  );
  await promise;
  socket.off("error", reject);
  return socket;
}

describe("a client that reads nothing", () => {
  /** Each change of such a tag is some 10 KB of rows; a socket takes about 4 MB unread. */
  const LONG = `L${"o".repeat(998)}G`;
  const CHANGES = 1_500;

  async function flood(site: Site, other: SseClient): Promise<number> {
    let bytes = 0;
    for (let i = 0; i < CHANGES; i++) {
      const act = i % 2 === 0 ? command("TOMAR") : command("PAUSAR");
      if (!site.taller.act(LONG, act, MAURICIO)) throw new Error("refused");
      bytes += (await other.next("spool_update")).data.length;
    }
    return bytes;
  }

  test("is cut, its memory is let go, and others have lost nothing", async () => {
    const cut = Promise.withResolvers<string>();
    const options = { sweepMs: 5, backlogBytes: 1e12, observer: { ...NOBODY, cut: cut.resolve } };
    await using site = openSite(options, [spool({ tag: LONG })]);
    using other = await site.open("vista=tablero");
    const socket = await stall(site, "vista=tablero");
    const bytes = await flood(site, other);
    site.taller.clock.nowMs += 30_001;
    expect(await cut.promise).toBe("stalled");
    await site.gone(1);
    expect(site.taller.hub.count()).toEqual({ html: 1, json: 0 });
    expect(site.watching()).toBe(1);
    // What it had not taken is dropped, and the connection closed.
    let got = 0;
    const closed = Promise.withResolvers<void>();
    socket.on("data", (chunk) => {
      got += chunk.length;
    });
    socket.on("error", () => {}).on("close", () => closed.resolve());
    socket.resume();
    await closed.promise;
    expect(got).toBeLessThan(bytes);
    site.taller.act(LONG, command("TOMAR"), MAURICIO);
    expect((await other.next("spool_update")).id).toBe(String(CHANGES + 2));
  }, 30_000);

  test("is cut for its backlog alone, with the clock standing still", async () => {
    const cut = Promise.withResolvers<string>();
    const options = {
      sweepMs: 5,
      backlogBytes: 100_000,
      observer: { ...NOBODY, cut: cut.resolve },
    };
    await using site = openSite(options, [spool({ tag: LONG })]);
    using other = await site.open("vista=tablero");
    const socket = await stall(site, "vista=tablero");
    await flood(site, other);
    expect(await cut.promise).toBe("stalled");
    await site.gone(1);
    socket.destroy();
  }, 30_000);
});
