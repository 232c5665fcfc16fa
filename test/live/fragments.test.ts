/** What a change means on a vista, case by case; the whole is test/live/screen. */
import { describe, expect, test } from "bun:test";
import type { Change } from "../../src/floor/floor.ts";
import { Batch, type Swaps } from "../../src/live/batch.ts";
import { changeFragments, swapsOf } from "../../src/live/fragments.ts";
import type { Vista } from "../../src/live/vista.ts";
import { rowId } from "../../views/swaps.tsx";
import { command, fecha, INGRID, id, MAURICIO, ROSA, spool, tag } from "../support/builders.ts";
import {
  accesosOf,
  accesoWrite,
  quitarWrite,
  salirWrite,
  sesionOf,
  sesionWrite,
} from "../support/ledger-writes.ts";
import { openTaller, type Taller } from "./taller.ts";

const operacion = (q: string): Vista => ({
  kind: "operacion",
  operacion: "ARM",
  trabajadorId: INGRID.id,
  q,
});

/** Ids of the fragments that one step puts on a vista, with what is shown of them. */
function fragmentsOf(taller: Taller, vista: Vista, step: () => void): Record<string, string> {
  const out: Record<string, string> = {};
  const end = taller.floor.subscribe((changes) => {
    const batch = new Batch(changes, taller.floor.policy);
    for (const { id: of, html } of changeFragments(vista, batch, taller.floor, taller.rows)) {
      out[of] = html.replace(/^<hx-fila[^>]*>(.*)<\/hx-fila>$/s, "$1").replace(/<[^>]*>/g, " ");
    }
  });
  step();
  end();
  return Object.fromEntries(Object.entries(out).map(([of, text]) => [of, text.trim()]));
}

const A = rowId("disponibles", tag("A"));
const open = (): Taller => openTaller({ spools: [spool({ tag: "A", nv: "NV-1" })] });

describe("a search and an edit in the sheet", () => {
  const renames = (q: string, nv: string): Record<string, string> => {
    using taller = open();
    return fragmentsOf(taller, operacion(q), () => taller.apply(taller.edit("A", { nv })));
  };

  test("that makes a spool match brings its row and the new count", () => {
    expect(renames("nv-2", "NV-2")).toEqual({
      [A]: expect.stringContaining("NV -2"),
      "n-disponibles": "1",
    });
  });

  test("that makes it match no longer takes both away", () => {
    expect(renames("nv-1", "NV-2")).toEqual({ [A]: "", "n-disponibles": "0" });
  });

  test("of what is not searched for says nothing", () => {
    using taller = open();
    const take = () => taller.act("A", command("TOMAR"), MAURICIO);
    expect(fragmentsOf(taller, operacion("nv-3"), take)).toEqual({});
  });
});

test("a spool whose materials have come is a new row", () => {
  using taller = openTaller({ spools: [spool({ tag: "A", fechaMateriales: null })] });
  const come = () => taller.apply(taller.edit("A", { fechaMateriales: fecha("13-08-2026") }));
  const fragments = fragmentsOf(taller, operacion(""), come);
  expect(Object.keys(fragments)).toEqual([A, "n-disponibles"]);
});

test("the home page's doors say how many are behind them, when that changes", () => {
  using taller = open();
  const inicio: Vista = { kind: "inicio", trabajadorId: id(51), operacion: null, q: "" };
  const take = () => taller.act("A", command("TOMAR"), MAURICIO);
  expect(fragmentsOf(taller, inicio, take)).toEqual({ "n-puerta-ARM": "0" });
});

test("the dashboard says in one sentence what happened", () => {
  using taller = open();
  const take = () => taller.act("A", command("TOMAR"), MAURICIO);
  const { novedad } = fragmentsOf(taller, { kind: "tablero" }, take);
  expect(novedad).toBe("Mauricio Rodríguez (93) tomó A (Armado)");
});

test("who signs in, leaves, or is given or loses access is on no screen", () => {
  using taller = open();
  taller.act("A", command("TOMAR"), MAURICIO);
  const carrete: Vista = { kind: "carrete", tag: tag("A"), trabajadorId: INGRID.id };
  const inicio: Vista = { kind: "inicio", trabajadorId: INGRID.id, operacion: "ARM", q: "" };
  for (const vista of [{ kind: "tablero" }, { kind: "muro" }, operacion(""), inicio, carrete]) {
    const signInAndOut = (): void => {
      taller.apply(sesionWrite(sesionOf("h")).event, salirWrite(sesionOf("h")).event);
      for (const acceso of accesosOf("a")) {
        taller.apply(accesoWrite(acceso).event, quitarWrite(acceso).event);
      }
    };
    expect(fragmentsOf(taller, vista as Vista, signInAndOut)).toEqual({});
  }
});

test("an edit in the sheet is no news of anybody's", () => {
  using taller = open();
  const edit = () => taller.apply(taller.edit("A", { nv: "NV-2" }));
  expect(fragmentsOf(taller, { kind: "tablero" }, edit)).toEqual({});
});

test("a spool's own page gets its card and one line of history per event", () => {
  using taller = open();
  const vista: Vista = { kind: "carrete", tag: tag("A"), trabajadorId: MAURICIO.id };
  const take = () => taller.act("A", command("TOMAR"), MAURICIO);
  const fragments = fragmentsOf(taller, vista, take);
  expect(Object.keys(fragments)).toEqual(["carrete-estado", "h-2"]);
  expect(fragments["carrete-estado"]).toContain("Completar");
});

describe("pages of several workers", () => {
  const vistas = [MAURICIO, INGRID, ROSA].flatMap(({ id: trabajadorId }): Vista[] => [
    { kind: "operacion", operacion: "ARM", trabajadorId, q: "" },
    { kind: "inicio", operacion: "ARM", trabajadorId, q: "" },
    { kind: "inicio", operacion: null, trabajadorId, q: "" },
  ]);

  /** What steps that are told together put on each of them. */
  function swapsBy(step: (taller: Taller) => void): Swaps[] {
    using taller = open();
    taller.act("A", command("TOMAR"), MAURICIO);
    const changes: Change[] = [];
    taller.floor.subscribe((more) => void changes.push(...more));
    step(taller);
    const { floor, rows } = taller;
    const batch = new Batch(changes, floor.policy);
    return vistas.map((vista) => {
      const swaps = swapsOf(vista, batch, floor, rows);
      const alone = changeFragments(vista, new Batch(changes, floor.policy), floor, rows);
      expect(swaps.fragments).toEqual(alone);
      return swaps;
    });
  }

  test("share what is on none of their own lists, each kind of page its own", () => {
    const [a, b, c, d, e, f, g, h, i] = swapsBy((taller) => {
      taller.act("A", command("PAUSAR"), MAURICIO);
    });
    expect([d === g, e === h, f === i]).toEqual([true, true, true]);
    expect([a === d, b === e, c === f]).toEqual([false, false, false]);
    expect(d?.frame(7)).toBe(g?.frame(7) as Uint8Array);
    expect(d?.frame(7)).not.toEqual(d?.frame(8) as Uint8Array);
  });

  test("who has it and whoever had it see it go", () => {
    const [a, , , d, , , g] = swapsBy((taller) => {
      taller.act("A", command("PAUSAR"), MAURICIO);
      taller.act("A", command("TOMAR"), INGRID);
    });
    const row = { id: rowId("mios", tag("A")) };
    expect(a?.fragments).toContainEqual(expect.objectContaining(row));
    expect(d?.fragments).toContainEqual(expect.objectContaining(row));
    expect(g?.fragments).not.toContainEqual(expect.objectContaining(row));
  });
});
