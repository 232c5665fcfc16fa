/** What is said of the sync: one state, the most pressing first (spec 7, "Said plainly"). */
import { describe, expect, test } from "bun:test";
import { estadoDePlanilla, sincroniza } from "../../src/domain/estado-planilla.ts";
import { SINCRONIA_VIEJA_MS, type Sincronia } from "../../src/domain/planilla.ts";
import { NOW_MS } from "../support/builders.ts";
import { sincronia } from "../support/planilla.ts";

const sabido = (told: Sincronia | null, congelada = false) => ({
  sincronia: told,
  congelada,
  desdeMs: NOW_MS,
});

describe("said", () => {
  test.each([
    [null, "leyendo"],
    [sincronia(), "al dia"],
    [sincronia({ leidaMs: null }), "leyendo"],
    [sincronia({ pendientes: 7, pendienteDesdeMs: NOW_MS - 42_000 }), "pendientes"],
    [sincronia({ pendientes: 7, leidaMs: null }), "pendientes"],
    [sincronia({ sinConexionDesdeMs: 5, pendientes: 7 }), "sin conexion"],
  ] as const)("%j is %s", (told, kind) => {
    expect(estadoDePlanilla(sabido(told), NOW_MS).kind).toBe(kind);
    expect(estadoDePlanilla(sabido(told, true), NOW_MS).kind).toBe("detenida");
  });

  test("pending since the oldest event, or since it was told", () => {
    const at = (pendienteDesdeMs: number | null) =>
      estadoDePlanilla(sabido(sincronia({ pendientes: 2, pendienteDesdeMs })), NOW_MS);
    expect(at(NOW_MS - 9)).toEqual({ kind: "pendientes", total: 2, desdeMs: NOW_MS - 9 });
    expect(at(null)).toEqual({ kind: "pendientes", total: 2, desdeMs: NOW_MS });
  });

  test("a telling that is over a minute old means that nobody does it, whatever it said", () => {
    const told = sincronia({ sinConexionDesdeMs: 5 });
    const at = (ms: number) => estadoDePlanilla(sabido(told), NOW_MS + ms);
    expect(at(SINCRONIA_VIEJA_MS).kind).toBe("sin conexion");
    expect(at(SINCRONIA_VIEJA_MS + 1)).toEqual({ kind: "nadie", desdeMs: NOW_MS });
  });

  test("where none ever came, nobody does it since this process listens", () => {
    expect(estadoDePlanilla(sabido(null), NOW_MS + SINCRONIA_VIEJA_MS).kind).toBe("leyendo");
    const late = estadoDePlanilla(sabido(null), NOW_MS + SINCRONIA_VIEJA_MS + 1);
    expect(late).toEqual({ kind: "nadie", desdeMs: NOW_MS });
  });
});

test("a frozen import is no failure of the sync", () => {
  expect(sincroniza(sabido(sincronia(), true), NOW_MS)).toBe(true);
  expect(sincroniza(sabido(sincronia({ sinConexionDesdeMs: 5 }), true), NOW_MS)).toBe(false);
  expect(sincroniza(sabido(null), NOW_MS)).toBe(false);
});
