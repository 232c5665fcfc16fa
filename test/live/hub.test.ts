/** The hub (spec 6): its laws H1 to H3, greetings, sessions, stopping, stalled clients. */
import { afterEach, beforeEach, describe, expect, jest, spyOn, test } from "bun:test";
import fc from "fast-check";
import type { Ajustes } from "../../src/domain/ajustes.ts";
import type { Pending } from "../../src/domain/event.ts";
import { KEPT_MS } from "../../src/live/greeting.ts";
import { PING_MS, RETURN_SPREAD_MS } from "../../src/live/hub.ts";
import { REPLAY_MAX } from "../../src/live/replay.ts";
import type { Viewer } from "../../src/live/stream.ts";
import type { Vista } from "../../src/live/vista.ts";
import { command, INGRID, id, MAURICIO, NOW_MS, spool, tag } from "../support/builders.ts";
import { accesosOf, quitarWrite, salirWrite, sesionOf } from "../support/ledger-writes.ts";
import { type Client, EPOCH, openTaller, type Taller } from "./taller.ts";

const JSON_VISTA: Vista = { kind: "json" };
const TABLERO: Vista = { kind: "tablero" };
const operacion = (trabajadorId: number, q = ""): Vista => ({
  kind: "operacion",
  operacion: "ARM",
  trabajadorId: id(trabajadorId),
  q,
});
/** Somebody who watches until they may no more. */
const createViewer = (): Viewer & { over: boolean } => ({
  over: false,
  holds() {
    return !this.over;
  },
});

const SPOOLS = ["A", "B", "C"].map((text) => spool({ tag: text }));
/** Something happens to A, whatever its state. */
const change = (taller: Taller): void => {
  if (!taller.act("A", command("TOMAR"), MAURICIO)) taller.act("A", command("PAUSAR"), MAURICIO);
};
const ids = (client: Client): number[] =>
  client.of("spool_update").map(({ id: seq }) => Number(seq));
const names = (client: Client): string[] => client.frames().map(({ event }) => event);

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

describe("H1: a stream joins without a gap", () => {
  test("a page at the newest seq gets a ping that says live, and nothing else", () => {
    using taller = openTaller({ spools: SPOOLS });
    const client = taller.join(TABLERO, { desde: 3, epoch: EPOCH });
    expect(client.frames()).toEqual([{ event: "ping", id: "3", data: String(NOW_MS) }]);
  });

  test("a page at an older seq gets what it lacks first, as one frame at the newest seq", () => {
    using taller = openTaller({ spools: SPOOLS });
    for (let i = 0; i < 5; i++) change(taller);
    const client = taller.join(TABLERO, { desde: 3 });
    expect(names(client)).toEqual(["spool_update", "ping"]);
    expect(ids(client)).toEqual([8]);
  });

  test("many pages at the same seq get the same bytes, for a second or until something changes", () => {
    using taller = openTaller({ spools: SPOOLS });
    for (let i = 0; i < 5; i++) change(taller);
    const [one, other, json, fresh] = [TABLERO, TABLERO, JSON_VISTA, TABLERO].map((vista, at) =>
      taller.join(vista, { desde: at === 3 ? 7 : 3 }),
    );
    expect(other?.buffers[0]).toBe(one?.buffers[0] as Uint8Array);
    expect(ids(json as Client)).toEqual([4, 5, 6, 7, 8]);
    expect(fresh?.buffers[0]).not.toBe(one?.buffers[0] as Uint8Array);
    taller.clock.nowMs += KEPT_MS + 1;
    const anew = taller.join(TABLERO, { desde: 3 });
    expect(anew.buffers[0]).toEqual(one?.buffers[0] as Uint8Array);
    expect(anew.buffers[0]).not.toBe(one?.buffers[0] as Uint8Array);
    change(taller);
    const later = taller.join(TABLERO, { desde: 3 });
    expect(ids(later)).toEqual([9]);
    expect(taller.join(TABLERO, { desde: 3, epoch: "another" }).of("resincronizar")).toHaveLength(
      1,
    );
  });

  test("who says no seq begins now", () => {
    using taller = openTaller({ spools: SPOOLS });
    change(taller);
    expect(names(taller.join(TABLERO))).toEqual(["ping"]);
  });

  test("whoever joins a JSON storm anywhere sees each seq exactly once, in order", () => {
    const joins = fc.array(fc.record({ at: fc.nat(60), lag: fc.nat(60) }), { minLength: 1 });
    const sizes = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(joins, sizes, (wanted, batches) => {
        using taller = openTaller({ spools: SPOOLS, windowMs: 500 });
        const clients: { desde: number; client: Client }[] = [];
        for (const [turn, size] of batches.entries()) {
          for (const { lag } of wanted.filter((j) => j.at % batches.length === turn)) {
            const desde = Math.max(3, taller.floor.seq - lag);
            clients.push({ desde, client: taller.join(JSON_VISTA, { desde }) });
          }
          const events = ["A", "B", "C"].slice(0, size).map((text) => {
            const take = taller.decide(text, command("TOMAR"), MAURICIO);
            return take ?? taller.decide(text, command("PAUSAR"), MAURICIO);
          });
          taller.apply(...events.filter((event) => event !== null));
        }
        for (const { desde, client } of clients) {
          const after = Array.from({ length: taller.floor.seq - desde }, (_, i) => desde + 1 + i);
          expect(ids(client)).toEqual(after);
          expect(client.of("spool_update").map(({ data }) => JSON.parse(data).seq)).toEqual(after);
        }
      }),
    );
  });

  test("what waits for the window is sent to those there before another joins", () => {
    using taller = openTaller({ spools: SPOOLS, windowMs: 500 });
    const first = taller.join(TABLERO, { desde: 3 });
    change(taller);
    change(taller);
    expect(ids(first)).toEqual([4]);
    const second = taller.join(TABLERO, { desde: 3 });
    expect(ids(first)).toEqual([4, 5]);
    expect(ids(second)).toEqual([5]);
    jest.advanceTimersByTime(500);
    expect(ids(second)).toEqual([5]);
  });
});

describe("resincronizar", () => {
  const asked = (taller: Taller, vista: Vista, desde: number, epoch: string | null = EPOCH) => {
    const client = taller.join(vista, { desde, epoch });
    const [frame] = client.frames();
    return { names: names(client), data: frame?.data ?? "", id: frame?.id };
  };

  test.each([TABLERO, JSON_VISTA])("ahead of the log (%j)", (vista) => {
    using taller = openTaller({ spools: SPOOLS });
    expect(asked(taller, vista, 99)).toEqual({
      names: ["resincronizar", "ping"],
      data: '{"desde":99,"seq":3}',
      id: "3",
    });
  });

  test("another log", () => {
    using taller = openTaller({ spools: SPOOLS });
    expect(asked(taller, TABLERO, 3, "log-0").names).toEqual(["resincronizar", "ping"]);
    expect(asked(taller, TABLERO, 3, null).names).toEqual(["ping"]);
  });

  test("beyond the replay window, and just within it", () => {
    using taller = openTaller({ spools: SPOOLS });
    for (let i = 0; i < 2 * REPLAY_MAX; i++) change(taller);
    const { seq } = taller.floor;
    expect(asked(taller, TABLERO, seq - REPLAY_MAX - 1).names[0]).toBe("resincronizar");
    expect(asked(taller, TABLERO, seq - REPLAY_MAX).names).toEqual(["spool_update", "ping"]);
  });

  test("before what was kept", () => {
    using taller = openTaller({ spools: SPOOLS });
    expect(asked(taller, TABLERO, 2).names).toEqual(["resincronizar", "ping"]);
  });

  test("after it the stream goes on live", () => {
    using taller = openTaller({ spools: SPOOLS });
    const client = taller.join(JSON_VISTA, { desde: 99 });
    change(taller);
    expect(names(client)).toEqual(["resincronizar", "ping", "spool_update"]);
  });
});

describe("H2: rendered once per audience, the same bytes to all", () => {
  test("a hundred streams of an audience get one and the same buffer", () => {
    using taller = openTaller({ spools: SPOOLS });
    const clients = Array.from({ length: 100 }, () => taller.join(operacion(93), { desde: 3 }));
    change(taller);
    const buffers = new Set(clients.map(({ buffers: all }) => all.at(-1)));
    expect(buffers.size).toBe(1);
    expect(clients[0]?.buffers).toHaveLength(2);
  });

  test("JSON streams get one and the same buffer, also the later ones from the replay", () => {
    using taller = openTaller({ spools: SPOOLS });
    const clients = Array.from({ length: 10 }, () => taller.join(JSON_VISTA));
    change(taller);
    expect(new Set(clients.map(({ buffers }) => buffers.at(-1))).size).toBe(1);
    expect(taller.replay.framesSince(3)?.[0]).toBe(clients[0]?.buffers.at(-1) as Uint8Array);
  });

  test("rows are drawn once per audience, however many streams it has", () => {
    using taller = openTaller({ spools: SPOOLS });
    for (let i = 0; i < 50; i++) {
      taller.join(TABLERO);
      taller.join(operacion(93));
      taller.join(operacion(51));
    }
    const row = spyOn(taller.rows, "row");
    taller.act("A", command("TOMAR"), MAURICIO);
    // The dashboard's row and Mauricio's own; Íngrid's screen only loses one.
    expect(row).toHaveBeenCalledTimes(2);
  });

  test("an audience is its vista: equal vistas share, others do not", () => {
    using taller = openTaller({ spools: SPOOLS });
    const mine = taller.join(operacion(93));
    const other = taller.join(operacion(51));
    taller.act("A", command("TOMAR"), MAURICIO);
    expect(mine.of("spool_update")[0]?.data).toContain('data-ul="mios"');
    expect(other.of("spool_update")[0]?.data).not.toContain('data-ul="mios"');
  });

  test("a change that a vista does not show sends nothing", () => {
    using taller = openTaller({ spools: SPOOLS });
    const searching = taller.join(operacion(51, "B"));
    const carrete = taller.join({ kind: "carrete", tag: tag("B"), trabajadorId: INGRID.id });
    const inicio = taller.join({
      kind: "inicio",
      trabajadorId: INGRID.id,
      operacion: null,
      q: "",
    });
    taller.act("A", command("TOMAR"), MAURICIO);
    expect(names(searching)).toEqual(["ping"]);
    expect(names(carrete)).toEqual(["ping"]);
    expect(inicio.of("spool_update")[0]?.data).not.toContain("<hx-fila");
  });
});

describe("what is told to pages", () => {
  const said = (client: Client) => client.of("spool_update").map(({ data }) => data);
  const onTablero = ({ kind }: Vista) => kind === "tablero";

  test("each thing goes to the pages that have its place, and to no program", () => {
    using taller = openTaller({ spools: SPOOLS });
    const [desk, tablet, program] = [TABLERO, operacion(93), JSON_VISTA].map((v) => taller.join(v));
    taller.hub.tell("store", "<i>away</i>");
    taller.hub.tell("sheet", "<i>behind</i>", onTablero);
    expect([desk, tablet, program].map((client) => client && said(client))).toEqual([
      ["<i>away</i>", "<i>behind</i>"],
      ["<i>away</i>"],
      [],
    ]);
  });

  test("a page that was made before and joins after gets the last of each", () => {
    using taller = openTaller({ spools: SPOOLS });
    for (const text of ["1", "2"]) {
      taller.hub.tell("store", `store ${text}`);
      taller.hub.tell("sheet", `sheet ${text}`, onTablero);
    }
    expect(said(taller.join(TABLERO, { desde: 3 }))).toEqual(["store 2", "sheet 2"]);
    expect(said(taller.join(operacion(93)))).toEqual(["store 2"]);
    expect(said(taller.join(JSON_VISTA))).toEqual([]);
  });
});

describe("ping", () => {
  test("every 15 s, with the seq that the stream shows", () => {
    using taller = openTaller({ spools: SPOOLS });
    const client = taller.join(TABLERO);
    change(taller);
    taller.clock.nowMs += 15_000;
    jest.advanceTimersByTime(15_000);
    expect(client.of("ping").at(-1)).toEqual({
      event: "ping",
      id: "4",
      data: String(NOW_MS + 15_000),
    });
    jest.advanceTimersByTime(15_000);
    expect(client.of("ping")).toHaveLength(3);
  });

  test("never runs ahead of what waits for the window", () => {
    using taller = openTaller({ spools: SPOOLS, windowMs: 500, pingMs: 100 });
    const client = taller.join(TABLERO);
    change(taller);
    change(taller);
    jest.advanceTimersByTime(100);
    expect(client.frames().map(({ event, id: seq }) => `${event} ${seq}`)).toEqual([
      "ping 3",
      "spool_update 4",
      "spool_update 5",
      "ping 5",
    ]);
  });
});

describe("who may watch no more", () => {
  const autor = { firma: null, medio: "tablet", dispositivo: null } as const;
  const ajustes: Ajustes = { version: 1, umbralHoras: 8, pin: "obligatorio" };
  const ajustesEvent = { kind: "ajustes", atMs: NOW_MS, version: 1, autor, ajustes } as const;
  const [acceso] = accesosOf("a");
  if (!acceso) throw new Error("no access");

  test.each<[string, (taller: Taller) => Pending]>([
    ["a session ends", () => salirWrite(sesionOf("h")).event],
    ["an access is taken away", () => quitarWrite(acceso).event],
    ["the settings change", () => ajustesEvent],
    ["a worker changes", (taller) => taller.hire({ ...MAURICIO, version: 2, activo: false })],
  ])("when %s, the streams that hold no more are cut at once, others stay", (_, event) => {
    using taller = openTaller({ spools: SPOOLS });
    const [mine, anothers] = [createViewer(), createViewer()];
    const watching = [TABLERO, operacion(93), JSON_VISTA].map((v) =>
      taller.join(v, { viewer: mine }),
    );
    const other = taller.join(TABLERO, { viewer: anothers });
    taller.apply(event(taller));
    expect(watching.map(({ state }) => state)).toEqual(["open", "open", "open"]);
    mine.over = true;
    taller.apply(event(taller));
    expect(watching.map(({ state }) => state)).toEqual(["cut", "cut", "cut"]);
    expect(other.state).toBe("open");
    expect(taller.cuts).toEqual(["session", "session", "session"]);
    change(taller);
    expect(ids(other).at(-1)).toBe(taller.floor.seq);
    expect(taller.hub.count()).toEqual({ html: 1, json: 0 });
  });

  test("they get nothing of the news that came with it", () => {
    using taller = openTaller({ spools: SPOOLS });
    const viewer = createViewer();
    const clients = [TABLERO, JSON_VISTA].map((vista) => taller.join(vista, { viewer }));
    const news = taller.decide("A", command("TOMAR"), MAURICIO);
    if (!news) throw new Error("refused");
    viewer.over = true;
    taller.apply(news, salirWrite(sesionOf("h")).event);
    expect(clients.map(names)).toEqual([["ping"], ["ping"]]);
    expect(clients.map(({ state }) => state)).toEqual(["cut", "cut"]);
  });

  test("what runs out without an event takes its streams along within a second", () => {
    using taller = openTaller({ spools: SPOOLS });
    const untilMs = NOW_MS + 60_000;
    const viewer: Viewer = { holds: () => taller.clock.nowMs < untilMs };
    const mine = taller.join(TABLERO, { viewer });
    taller.clock.nowMs += 59_000;
    jest.advanceTimersByTime(1_000);
    expect(mine.state).toBe("open");
    taller.clock.nowMs += 1_000;
    jest.advanceTimersByTime(1_000);
    expect(mine.state).toBe("cut");
    expect(taller.cuts).toEqual(["session"]);
  });

  test("a log that begins anew ends them before it is told to", () => {
    using taller = openTaller({ spools: SPOOLS });
    const viewer = createViewer();
    const [mine, other] = [taller.join(TABLERO, { viewer }), taller.join(TABLERO)];
    viewer.over = true;
    taller.hub.restart();
    expect([mine.state, other.state]).toEqual(["cut", "open"]);
    expect([names(mine), names(other)]).toEqual([["ping"], ["ping", "resincronizar", "ping"]]);
  });
});

describe("telling that is put off (turns.ts)", () => {
  /** A hub that tells when the test says so. */
  function openLater() {
    const waiting: (() => void)[] = [];
    const taller = openTaller({ spools: SPOOLS, later: (tell) => void waiting.push(tell) });
    return { taller, waiting, tell: () => waiting.splice(0).forEach((one) => void one()) };
  }

  test("what is committed meanwhile is told in one frame, and asked for once", () => {
    const { taller, waiting, tell } = openLater();
    using _closed = taller;
    const client = taller.join(TABLERO);
    const json = taller.join(JSON_VISTA);
    change(taller);
    change(taller);
    expect([ids(client), ids(json), waiting.length]).toEqual([[], [], 1]);
    tell();
    expect([ids(client), ids(json)]).toEqual([[5], [4, 5]]);
    change(taller);
    expect(waiting).toHaveLength(1);
  });

  test("who joins meanwhile gets it once, and so does everybody else", () => {
    const { taller, tell } = openLater();
    using _closed = taller;
    const before = taller.join(JSON_VISTA);
    change(taller);
    const late = taller.join(JSON_VISTA, { desde: 3 });
    tell();
    expect([ids(before), ids(late)]).toEqual([[4], [4]]);
  });

  test("a ping is never ahead of what was told, and a stop leaves nothing untold", () => {
    const { taller } = openLater();
    using _closed = taller;
    const client = taller.join(JSON_VISTA);
    change(taller);
    jest.advanceTimersByTime(PING_MS);
    expect(client.frames().map(({ event, id: seq }) => `${event} ${seq}`)).toEqual([
      "ping 3",
      "spool_update 4",
      "ping 4",
    ]);
    change(taller);
    taller.hub.stop();
    expect(ids(client)).toEqual([4, 5]);
  });

  test("who may no longer watch is gone before it is told", () => {
    const { taller, tell } = openLater();
    using _closed = taller;
    const viewer = createViewer();
    const client = taller.join(TABLERO, { viewer });
    change(taller);
    viewer.over = true;
    taller.apply(salirWrite(sesionOf("h")).event);
    tell();
    expect([client.state, ids(client)]).toEqual(["cut", []]);
  });
});

describe("stopping", () => {
  test("tells every stream to come back, spread over a few seconds, and ends it in order", () => {
    using taller = openTaller({ spools: SPOOLS });
    const clients = Array.from({ length: 200 }, () => taller.join(TABLERO));
    taller.hub.stop();
    const waits = clients.map((client) => Number(client.of("volver")[0]?.data));
    expect(clients.every(({ state }) => state === "ended")).toBe(true);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...waits)).toBeLessThanOrEqual(RETURN_SPREAD_MS);
    // 200 even draws: the chance that a third of the span stays empty is below 1e-34.
    for (const third of [0, 1, 2]) {
      const from = (third * RETURN_SPREAD_MS) / 3;
      expect(waits.some((ms) => ms >= from && ms < from + RETURN_SPREAD_MS / 3)).toBe(true);
    }
    expect(taller.hub.count()).toEqual({ html: 0, json: 0 });
  });

  test("what waited for the window is sent first", () => {
    using taller = openTaller({ spools: SPOOLS, windowMs: 500 });
    const client = taller.join(TABLERO);
    change(taller);
    change(taller);
    taller.hub.stop();
    expect(names(client)).toEqual(["ping", "spool_update", "spool_update", "volver"]);
  });

  test("who joins while stopping is greeted and sent away", () => {
    using taller = openTaller({ spools: SPOOLS });
    taller.hub.stop();
    const late = taller.join(TABLERO);
    expect(names(late)).toEqual(["ping", "volver"]);
    expect(late.state).toBe("ended");
    late.detach();
    expect(taller.hub.count()).toEqual({ html: 0, json: 0 });
  });

  test("no timer is left, and stopping twice is stopping once", () => {
    using taller = openTaller({ spools: SPOOLS });
    const client = taller.join(TABLERO);
    taller.hub.stop();
    taller.hub.stop();
    jest.advanceTimersByTime(120_000);
    expect(client.of("volver")).toHaveLength(1);
    expect(taller.cuts).toEqual(["stop"]);
  });
});

describe("a client that takes nothing", () => {
  test("for 30 s is cut within a second more; others go on", () => {
    using taller = openTaller({ spools: SPOOLS });
    const stalled = taller.join(TABLERO);
    const good = taller.join(TABLERO);
    stalled.block();
    change(taller);
    for (let s = 0; s < 30; s++) {
      taller.clock.nowMs += 1_000;
      jest.advanceTimersByTime(1_000);
    }
    expect(stalled.state).toBe("open");
    taller.clock.nowMs += 1_000;
    jest.advanceTimersByTime(1_000);
    expect([stalled.state, good.state]).toEqual(["cut", "open"]);
    expect(taller.cuts).toEqual(["stalled"]);
    change(taller);
    expect(ids(good)).toEqual([4, 5]);
    expect(taller.hub.count()).toEqual({ html: 1, json: 0 });
  });

  test("and whose backlog passes the bound is cut without waiting for 30 s", () => {
    using taller = openTaller({ spools: SPOOLS, backlogBytes: 5_000 });
    const stalled = taller.join(TABLERO);
    stalled.block();
    for (let i = 0; i < 10; i++) change(taller);
    jest.advanceTimersByTime(1_000);
    expect(stalled.state).toBe("cut");
  });

  test("but takes again in time stays", async () => {
    using taller = openTaller({ spools: SPOOLS, backlogBytes: 5_000 });
    const slow = taller.join(TABLERO);
    const free = slow.block();
    for (let i = 0; i < 10; i++) change(taller);
    free();
    await Promise.resolve();
    await Promise.resolve();
    taller.clock.nowMs += 60_000;
    jest.advanceTimersByTime(60_000);
    expect(slow.state).toBe("open");
  });
});

describe("H3: detached exactly once, whoever ends it", () => {
  test.each<[string, (taller: Taller) => void]>([
    ["the client", () => {}],
    ["a sign-out", (taller) => taller.apply(salirWrite(sesionOf("h")).event)],
    ["a stop", (taller) => taller.hub.stop()],
  ])("%s", (how, end) => {
    using taller = openTaller({ spools: SPOOLS });
    const viewer = createViewer();
    const client = taller.join(TABLERO, { viewer });
    const other = taller.join(TABLERO);
    viewer.over = how === "a sign-out";
    end(taller);
    client.detach();
    client.detach();
    const html = other.state === "open" ? 1 : 0;
    expect(taller.hub.count()).toEqual({ html, json: 0 });
  });

  test("a late detach does not take away a new audience of the same vista", () => {
    using taller = openTaller({ spools: SPOOLS });
    const old = taller.join(TABLERO);
    old.detach();
    const fresh = taller.join(TABLERO);
    old.detach();
    change(taller);
    expect(ids(fresh)).toEqual([4]);
    expect(taller.hub.count()).toEqual({ html: 1, json: 0 });
  });

  test("200 connects and disconnects leave no audience behind", () => {
    using taller = openTaller({ spools: SPOOLS, windowMs: 500 });
    const row = spyOn(taller.rows, "row");
    for (let i = 0; i < 200; i++) {
      const client = taller.join(operacion(93, `q${i}`), { desde: 3 });
      if (i % 2 === 0) change(taller);
      client.detach();
    }
    expect(taller.hub.count()).toEqual({ html: 0, json: 0 });
    row.mockClear();
    change(taller);
    jest.advanceTimersByTime(60_000);
    expect(row).not.toHaveBeenCalled();
  });
});
