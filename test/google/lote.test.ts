/** What the sheet lacks, from the ledger's own log. */
import { describe, expect, test } from "bun:test";
import type { Event, Seq, SpoolEvent } from "../../src/domain/event.ts";
import { Pendientes } from "../../src/google/lote.ts";
import { apply, attempt, command, MAURICIO, NOW_MS, spool, tag } from "../support/builders.ts";

const seq = (n: number): Seq => n as Seq;

/** TOMAR of spool `n`, at seq `at`. */
function tomar(at: number, n: string): SpoolEvent {
  const result = attempt(spool({ tag: n }), command("TOMAR"), MAURICIO, NOW_MS + at);
  if (!result.ok) throw new Error("refused");
  return { ...result.event, seq: seq(at) };
}

/** The engineers' edit of a spool: nothing of ours. */
const editar = (at: number, n: string): SpoolEvent => ({
  ...tomar(at, n),
  cambio: {
    accion: "EDITAR",
    operacion: null,
    descripcion: apply(spool(), command("TOMAR"), MAURICIO),
  },
});

/** A log that is given on as it grows. */
function openLog(...events: Event[]) {
  let deliver: (events: readonly Event[]) => void = () => {};
  const ledger = {
    read: async (after: Seq, limit = 99) =>
      events.filter((event) => event.seq > after).slice(0, limit),
    follow: async (after: Seq, to: typeof deliver) => {
      to(events.filter((event) => event.seq > after));
      deliver = to;
      return () => {
        deliver = () => {};
      };
    },
  };
  const add = (...more: Event[]): void => {
    events.push(...more);
    deliver(more);
  };
  return { ledger, add };
}

async function follow(cursor: number, ...events: Event[]) {
  const log = openLog(...events);
  const pendientes = new Pendientes(seq(cursor));
  await pendientes.follow(log.ledger);
  return { ...log, pendientes };
}

const A = tag("A");
const B = tag("B");

describe("pending", () => {
  test("are the spools with events after the cursor", async () => {
    const { pendientes, add } = await follow(1, tomar(1, "A"), tomar(2, "B"));
    expect([pendientes.has(A), pendientes.has(B), pendientes.some]).toEqual([false, true, true]);
    add(tomar(3, "A"));
    expect(pendientes.has(A)).toBe(true);
    pendientes.stop();
    add(tomar(4, "C"));
    expect(pendientes.has(tag("C"))).toBe(false);
  });

  test("are counted as actions, from the oldest on: the engineers' edits are none", async () => {
    const { pendientes } = await follow(0, editar(1, "A"), tomar(2, "A"), tomar(3, "B"));
    expect(pendientes.behind).toEqual({ count: 2, sinceMs: NOW_MS + 2 });
    expect((await follow(0)).pendientes.behind).toEqual({ count: 0, sinceMs: null });
  });

  test("are told of", async () => {
    const { pendientes, add } = await follow(0);
    let told = 0;
    pendientes.onNews(() => {
      told += 1;
    });
    pendientes.again([], () => false);
    expect(told).toBe(0);
    add(tomar(1, "A"));
    pendientes.again([B], () => false);
    expect(told).toBe(2);
  });
});

describe("one flush's share", () => {
  test("is what comes after the cursor, and rows to be looked at again", async () => {
    const { pendientes, ledger } = await follow(1, tomar(1, "A"), tomar(2, "A"), tomar(3, "A"));
    pendientes.again([A, B], (one) => one === B);
    const lote = await pendientes.next(ledger, seq(1));
    expect(lote.events.map((event) => event.seq)).toEqual([seq(2), seq(3)]);
    expect(lote.hasta).toBe(seq(3));
    expect([...lote.tags]).toEqual([
      [A, false],
      [B, true],
    ]);
  });

  test("leaves the cursor where nothing came", async () => {
    const { pendientes, ledger } = await follow(7);
    expect(await pendientes.next(ledger, seq(7))).toEqual({
      events: [],
      hasta: seq(7),
      tags: new Map(),
    });
  });

  test("once done is pending no more; what came meanwhile is", async () => {
    const { pendientes, ledger, add } = await follow(0, tomar(1, "A"), tomar(2, "B"));
    pendientes.again([B], () => true);
    const lote = await pendientes.next(ledger, seq(0));
    add(tomar(3, "A"));
    pendientes.done(lote, lote.hasta);
    expect([pendientes.has(A), pendientes.has(B)]).toEqual([true, false]);
    expect(pendientes.behind.count).toBe(1);
    const rest = await pendientes.next(ledger, seq(2));
    expect([...rest.tags]).toEqual([[A, false]]);
    pendientes.done(rest, rest.hasta);
    expect(pendientes.some).toBe(false);
  });
});
