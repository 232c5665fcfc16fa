/**
 * The judge of bench/chaos: good histories pass, and each way to be wrong is found and named. A
 * history is written as what was asked, from when to when, and what was answered.
 */
import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Call, Refused } from "../../bench/chaos/history.ts";
import { checkHistory } from "../../bench/chaos/linearizable.ts";
import type { Ask, Done } from "../../bench/support/api.ts";
import { toEvent } from "../../src/actions/act.ts";
import type { Command } from "../../src/domain/command.ts";
import { decide } from "../../src/domain/decide.ts";
import type { Cambio, Event, SpoolEvent } from "../../src/domain/event.ts";
import { blank } from "../../src/domain/evolve.ts";
import { DEFAULT_POLICY } from "../../src/domain/policy.ts";
import type { Refusal } from "../../src/domain/refusal.ts";
import type { Trabajador } from "../../src/domain/trabajador.ts";
import { tell, tellEdge } from "../../src/http/refusals.ts";
import { actor, INGRID, MAURICIO, NOW_MS, ocupacion, spool, tag } from "../support/builders.ts";
import { seqOf } from "../support/ledger-writes.ts";

const TAG = "MK-1";
/** Two workers and a spool are imported before anybody asks for anything. */
const BASE = 3;

type Answer = Call["answer"];
const BROKEN: Answer = null;

/** @param message says something else than that nothing was done */
function away(message?: string): Answer {
  const told = tellEdge("SERVICIO_NO_DISPONIBLE", message);
  const body: Refused = { ok: false, error: told.code, message: told.message, ocupado_por: null };
  return { status: 503, body };
}

function refused(refusal: Refusal): Answer {
  const { code, status, message, ocupante } = tell(refusal);
  const body: Refused = {
    ok: false,
    error: code,
    message,
    ocupado_por: ocupante && { worker_id: ocupante.id },
  };
  return { status, body };
}

const taken = (by: Trabajador): Answer =>
  refused({ code: "SPOOL_OCUPADO", ocupacion: ocupacion("ARM", by), propio: false });

/** A shop's log as it grows, and what was asked meanwhile. */
class Shop {
  readonly log: Event[] = [];
  readonly calls: Call[] = [];
  #spool = blank(tag(TAG));

  constructor() {
    const autor = { firma: null, medio: "api", dispositivo: null } as const;
    for (const [at, trabajador] of [MAURICIO, INGRID].entries()) {
      const seq = seqOf(at + 1);
      this.log.push({ kind: "trabajador", seq, atMs: 0, version: 1, autor, trabajador });
    }
    const imported = spool({ tag: TAG });
    this.does(MAURICIO, { accion: "IMPORTAR", operacion: null, spool: imported }, 0);
  }

  /** Logs an event. @returns the yes that belongs to it. */
  does(who: Trabajador, cambio: Cambio, atMs: number): { readonly status: 200; body: Done } {
    const { event, after } = toEvent(
      this.#spool,
      cambio,
      actor(who),
      DEFAULT_POLICY,
      NOW_MS + atMs,
    );
    this.#spool = after;
    const seq = seqOf((this.log.at(-1)?.seq ?? 0) + 1);
    this.log.push({ ...event, seq });
    const { version, estadoDetalle } = event;
    const body = { ok: true, tag_spool: TAG, version, seq, estado_detalle: estadoDetalle } as const;
    return { status: 200, body };
  }

  #decide(who: Trabajador, accion: string, atMs: number) {
    const command = { accion, operacion: "ARM" } as Command;
    return decide(this.#spool, command, actor(who), DEFAULT_POLICY, NOW_MS + atMs);
  }

  /** What the rules answer now; null when they would accept it. */
  wouldSay(who: Trabajador, accion: string): Answer {
    const decision = this.#decide(who, accion, 0);
    return decision.ok ? null : refused(decision.refusal);
  }

  /** Answers by the rules, and logs what they accept. */
  decides(who: Trabajador, accion: string, atMs: number): Answer {
    const decision = this.#decide(who, accion, atMs);
    return decision.ok ? this.does(who, decision.cambio, atMs) : refused(decision.refusal);
  }

  /** Books a request and its answer. */
  asks(
    who: Trabajador,
    accion: string,
    [from, to]: readonly [number, number],
    answer: Answer,
    key: string = crypto.randomUUID(),
  ): void {
    const ask: Ask = { accion, operacion: "ARM", tag: TAG, worker: who.id };
    const wall = { invokedAt: NOW_MS + from, endedAt: NOW_MS + to };
    this.calls.push({ key, ask, process: 0, invokedMs: from, endedMs: to, ...wall, answer });
  }

  take = (who: Trabajador, atMs: number) =>
    this.does(who, { accion: "TOMAR", operacion: "ARM" }, atMs);
  pause = (who: Trabajador, atMs: number) =>
    this.does(who, { accion: "PAUSAR", operacion: "ARM" }, atMs);

  violations(): readonly string[] {
    const { log, calls } = this;
    return checkHistory({ log, base: BASE, calls, policy: DEFAULT_POLICY });
  }
}

/** Changes an event that stands in a log. */
function tamper(log: Event[], seq: number, change: (event: SpoolEvent) => SpoolEvent): void {
  const at = log.findIndex((event) => event.seq === seq);
  log[at] = change(log[at] as SpoolEvent);
}

test("take, refuse, pause, take: each answer in its time is linearizable", () => {
  const shop = new Shop();
  shop.asks(MAURICIO, "TOMAR", [0, 10], shop.take(MAURICIO, 5));
  shop.asks(INGRID, "TOMAR", [12, 20], taken(MAURICIO));
  shop.asks(MAURICIO, "PAUSAR", [22, 30], shop.pause(MAURICIO, 25));
  shop.asks(INGRID, "TOMAR", [32, 40], shop.take(INGRID, 35));
  shop.asks(MAURICIO, "TOMAR", [42, 50], taken(INGRID));
  expect(shop.violations()).toEqual([]);
});

test("what overlaps may be seen in either order", () => {
  const shop = new Shop();
  shop.asks(MAURICIO, "TOMAR", [0, 40], shop.take(MAURICIO, 30));
  // Refused although the taker's own answer is still under way: it came first.
  shop.asks(INGRID, "TOMAR", [5, 20], taken(MAURICIO));
  shop.asks(MAURICIO, "PAUSAR", [41, 60], shop.pause(MAURICIO, 50));
  shop.asks(INGRID, "TOMAR", [42, 59], taken(MAURICIO));
  const free = refused({ code: "TRANSICION_INVALIDA", accion: "PAUSAR", estado: "sin ocupante" });
  shop.asks(INGRID, "PAUSAR", [43, 58], free);
  expect(shop.violations()).toEqual([]);
});

test("a stale refusal is found: it names who had paused before it was asked", () => {
  const shop = new Shop();
  shop.asks(MAURICIO, "TOMAR", [0, 10], shop.take(MAURICIO, 5));
  shop.asks(MAURICIO, "PAUSAR", [12, 20], shop.pause(MAURICIO, 15));
  shop.asks(INGRID, "TOMAR", [21, 30], taken(MAURICIO));
  expect(shop.violations()).toEqual([
    "stale refusal: SPOOL_OCUPADO (93) for TOMAR ARM of MK-1 by 51 from process 0: " +
      "allowed at versions 3 to 3, right at 2",
  ]);
});

test("two refusals that see time run backwards are found", () => {
  const shop = new Shop();
  shop.asks(MAURICIO, "TOMAR", [0, 10], shop.take(MAURICIO, 5));
  shop.asks(MAURICIO, "PAUSAR", [12, 90], shop.pause(MAURICIO, 50));
  const free = refused({ code: "TRANSICION_INVALIDA", accion: "PAUSAR", estado: "sin ocupante" });
  shop.asks(INGRID, "PAUSAR", [20, 30], free);
  // Each by itself fits into the pause's long time, but the later one saw the earlier state.
  shop.asks(INGRID, "TOMAR", [31, 40], taken(MAURICIO));
  expect(shop.violations()).toEqual([
    expect.stringMatching(
      /^stale refusal: SPOOL_OCUPADO .* allowed at versions 3 to 3, right at 2/,
    ),
  ]);
});

test("a refusal that names the wrong occupant is found", () => {
  const shop = new Shop();
  shop.asks(MAURICIO, "TOMAR", [0, 10], shop.take(MAURICIO, 5));
  shop.asks(INGRID, "TOMAR", [12, 20], taken(INGRID));
  expect(shop.violations()).toEqual([
    expect.stringMatching(/^wrong refusal: SPOOL_OCUPADO \(51\) .* right at none$/),
  ]);
});

test("a lost acknowledgement is found", () => {
  const shop = new Shop();
  shop.asks(MAURICIO, "TOMAR", [0, 10], shop.take(MAURICIO, 5));
  shop.log.pop();
  expect(shop.violations()).toEqual([
    "lost: TOMAR ARM of MK-1 by 93 was acknowledged as seq 4, which is not in the log",
  ]);
});

test("an acknowledgement of another one's event, or of another version, is found", () => {
  const shop = new Shop();
  const done = shop.take(MAURICIO, 5);
  shop.asks(MAURICIO, "TOMAR", [0, 10], { status: 200, body: { ...done.body, version: 7 } });
  shop.asks(INGRID, "TOMAR", [0, 10], done);
  expect(shop.violations()).toContain(
    "TOMAR ARM of MK-1 by 51 was acknowledged as seq 4, which is TOMAR ARM of MK-1 by 93",
  );
  expect(shop.violations()).toContainEqual(expect.stringContaining("version 7"));
});

test("a second occupant is found", () => {
  const shop = new Shop();
  shop.asks(MAURICIO, "TOMAR", [0, 10], shop.take(MAURICIO, 5));
  shop.asks(INGRID, "TOMAR", [0, 10], shop.take(INGRID, 6));
  expect(shop.violations()).toEqual(["two occupants: MK-1: seq 5 is TOMAR by 51, held by 93"]);
});

test("an action by somebody who is not the occupant is found", () => {
  const shop = new Shop();
  shop.asks(MAURICIO, "TOMAR", [0, 10], shop.take(MAURICIO, 5));
  shop.asks(INGRID, "PAUSAR", [11, 20], shop.pause(INGRID, 15));
  expect(shop.violations()).toEqual(["not the occupant: MK-1: seq 5 is PAUSAR by 51, held by 93"]);
});

test("an action that the rules refuse is found, and a state that is not what it led to", () => {
  const shop = new Shop();
  const sold = { accion: "TOMAR", operacion: "SOLD" } as const;
  shop.does(MAURICIO, sold, 5);
  tamper(shop.log, 4, (event) => ({ ...event, estadoDetalle: "otra cosa" }));
  expect(shop.violations()).toEqual([
    "nobody asked for seq 4, TOMAR SOLD of MK-1 by 93",
    "illegal: TOMAR at seq 4 of MK-1",
    expect.stringMatching(/^MK-1: seq 4 says "otra cosa", it led to "MR\(93\) trabajando SOLD/),
  ]);
});

test("real time turned round is found: answered before the one before it was asked for", () => {
  const shop = new Shop();
  const first = shop.take(MAURICIO, 5);
  const second = shop.pause(MAURICIO, 6);
  shop.asks(MAURICIO, "PAUSAR", [0, 10], second);
  shop.asks(MAURICIO, "TOMAR", [11, 20], first);
  expect(shop.violations()).toEqual(["inversion: seq 5 was over before seq 4 was asked for"]);
});

test("a gap in the log and a version left out are found", () => {
  const shop = new Shop();
  shop.asks(MAURICIO, "TOMAR", [0, 10], shop.take(MAURICIO, 5));
  shop.log.push({ ...(shop.log.pop() as SpoolEvent), seq: seqOf(5), version: 4 });
  expect(shop.violations()).toContain("gap: seq 5 comes after 3 in the log");
  expect(shop.violations()).toContain("MK-1: version 4 follows 1, seq 5");
});

test("an answer that never came may have been done, once, or not at all", () => {
  const shop = new Shop();
  shop.take(MAURICIO, 5);
  shop.asks(MAURICIO, "TOMAR", [0, 10], BROKEN);
  shop.asks(MAURICIO, "COMPLETAR", [11, 20], BROKEN);
  expect(shop.violations()).toEqual([]);
  shop.pause(MAURICIO, 30);
  shop.take(MAURICIO, 35);
  expect(shop.violations()).toEqual([
    "nobody asked for seq 5, PAUSAR ARM of MK-1 by 93",
    "nobody asked for seq 6, TOMAR ARM of MK-1 by 93",
  ]);
});

test("asked again with its key, an action is done once and always answered alike", () => {
  const shop = new Shop();
  const done = shop.take(MAURICIO, 5);
  shop.asks(MAURICIO, "TOMAR", [0, 10], BROKEN, "key");
  shop.asks(MAURICIO, "TOMAR", [11, 20], done, "key");
  shop.asks(MAURICIO, "TOMAR", [21, 30], done, "key");
  expect(shop.violations()).toEqual([]);
  shop.asks(MAURICIO, "PAUSAR", [31, 35], shop.pause(MAURICIO, 33));
  shop.asks(MAURICIO, "TOMAR", [36, 40], shop.take(MAURICIO, 38), "key");
  expect(shop.violations()).toContain("twice: TOMAR ARM of MK-1 by 93 is 4 and 6");
});

test("a key that acted is never refused afterwards, though its first answer was lost", () => {
  const shop = new Shop();
  shop.take(MAURICIO, 5);
  const own = {
    code: "SPOOL_OCUPADO",
    ocupacion: ocupacion("ARM", MAURICIO),
    propio: true,
  } as const;
  shop.asks(MAURICIO, "TOMAR", [0, 10], BROKEN, "key");
  shop.asks(MAURICIO, "TOMAR", [11, 20], refused(own), "key");
  expect(shop.violations()).toEqual([
    expect.stringMatching(
      /^early refusal: SPOOL_OCUPADO .* allowed at versions 1 to 1, right at 2/,
    ),
  ]);
});

test("a used key is refused to others, and only then", () => {
  const keyUsed: Answer = {
    status: 400,
    body: { ok: false, error: "CLAVE_REUTILIZADA", message: "", ocupado_por: null },
  };
  const shop = new Shop();
  shop.asks(MAURICIO, "TOMAR", [0, 10], shop.take(MAURICIO, 5), "key");
  shop.asks(INGRID, "TOMAR", [11, 20], keyUsed, "key");
  expect(shop.violations()).toEqual([]);
  shop.asks(INGRID, "TOMAR", [21, 30], keyUsed, "another");
  expect(shop.violations()).toEqual([
    "nobody used the key of CLAVE_REUTILIZADA for TOMAR ARM of MK-1 by 51 from process 0",
  ]);
});

test("a fault is a violation", () => {
  const shop = new Shop();
  shop.asks(INGRID, "TOMAR", [21, 30], {
    status: 500,
    body: { ok: false, error: "ERROR_INTERNO", message: "", ocupado_por: null },
  });
  expect(shop.violations()).toEqual(["500 for TOMAR ARM of MK-1 by 51 from process 0"]);
});

test("a 503 is none, but one that says that nothing was done must be true", () => {
  const shop = new Shop();
  const taken = shop.take(MAURICIO, 5);
  shop.asks(MAURICIO, "TOMAR", [0, 10], away("No se sabe"), "unknown");
  shop.asks(MAURICIO, "TOMAR", [11, 20], taken, "unknown");
  const paused = shop.pause(MAURICIO, 35);
  shop.asks(MAURICIO, "PAUSAR", [21, 30], away(), "key");
  shop.asks(MAURICIO, "PAUSAR", [31, 40], paused, "key");
  expect(shop.violations()).toEqual([]);
  const again = shop.take(MAURICIO, 45);
  shop.asks(MAURICIO, "TOMAR", [41, 50], away(), "lie");
  shop.asks(MAURICIO, "TOMAR", [51, 60], again, "lie");
  expect(shop.violations()).toEqual([
    "untrue 503: TOMAR ARM of MK-1 by 93 was said not to be done and is seq 6",
  ]);
});

/** One request of a made-up run: who asks what, how long before and after its moment. */
interface Request {
  readonly who: Trabajador;
  readonly accion: string;
  readonly before: number;
  readonly after: number;
  /** Whether the answer arrives. */
  readonly told: boolean;
}

const request: fc.Arbitrary<Request> = fc.record({
  who: fc.constantFrom(MAURICIO, INGRID),
  accion: fc.constantFrom("TOMAR", "PAUSAR", "COMPLETAR", "CANCELAR"),
  before: fc.nat(40),
  after: fc.nat(40),
  told: fc.boolean(),
});

/** Every request takes effect at one moment within its time, one every 10 ms. */
function run(requests: readonly Request[]): Shop {
  const shop = new Shop();
  for (const [nth, { who, accion, before, after, told }] of requests.entries()) {
    const atMs = 100 + 10 * nth;
    const answer = shop.decides(who, accion, atMs);
    shop.asks(who, accion, [atMs - before, atMs + after], told ? answer : BROKEN);
  }
  return shop;
}

test("no false alarm: whatever took effect at one moment within its time passes", () => {
  fc.assert(
    fc.property(fc.array(request, { maxLength: 40 }), (requests) => {
      expect(run(requests).violations()).toEqual([]);
    }),
  );
});

test("an answer given again after all that happened is found when it is no longer right", () => {
  fc.assert(
    fc.property(fc.array(request, { minLength: 1, maxLength: 20 }), (requests) => {
      // All are told, or an event might still happen after everything else.
      const shop = run(requests.map((one) => ({ ...one, told: true })));
      const calls = [...shop.calls];
      for (const { ask, answer } of calls.filter((call) => call.answer?.body.ok === false)) {
        const who = ask.worker === MAURICIO.id ? MAURICIO : INGRID;
        shop.calls.splice(calls.length);
        shop.asks(who, ask.accion, [100_000, 100_010], answer);
        const right = Bun.deepEquals(shop.wouldSay(who, ask.accion), answer);
        expect(shop.violations().length > 0).toBe(!right);
      }
    }),
  );
});
