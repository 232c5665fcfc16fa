/** Who may come in: attempts, PINs, names for signing in (spec 8). */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  accesoKey,
  contarIntento,
  esPropio,
  ID_PROPIO_MIN,
  INTENTOS_LIBRES,
  INTENTOS_OLVIDO_MS,
  type Intentos,
  keyOfAcceso,
  parsePin,
  parseUsuario,
  visibleOf,
} from "../../src/domain/acceso.ts";
import { HOUR_MS, id, MINUTE_MS, NOW_MS } from "../support/builders.ts";
import { accesosOf, upTo } from "../support/ledger-writes.ts";

const KEY = "pin:93:tablet-1";
const SECOND_MS = 1_000;

/** Somebody who tries at these moments. @returns those at which it was looked at */
function tried(moments: readonly number[], first: Intentos | null = null) {
  let standing = first;
  const looked: number[] = [];
  for (const at of moments) {
    const counted = contarIntento(standing, KEY, at);
    if (!counted.ok) continue;
    standing = counted.intentos;
    looked.push(at);
  }
  return { looked, standing };
}

/** Tries again in the first moment in which it is looked at. @returns the waits, in seconds */
function waits(count: number): readonly number[] {
  let standing: Intentos | null = null;
  let at = NOW_MS;
  return upTo(count).map(() => {
    const counted = contarIntento(standing, KEY, at);
    if (!counted.ok) throw new Error("locked longer than it said");
    standing = counted.intentos;
    const before = at;
    at = Math.max(at, standing.hastaMs);
    return (at - before) / SECOND_MS;
  });
}

describe("counting an attempt", () => {
  test("the first is the first, and is counted before it is looked at", () => {
    expect(contarIntento(null, KEY, NOW_MS)).toEqual({
      ok: true,
      intentos: {
        kind: "intentos",
        version: 1,
        id: KEY,
        fallos: 1,
        ultimoMs: NOW_MS,
        hastaMs: 0,
      },
    });
  });

  test("four cost nothing; from the fifth on each costs twice the one before, up to 15 minutes", () => {
    const minutes = [0.5, 1, 2, 4, 8, 15, 15, 15].map((m) => m * 60);
    expect(waits(12)).toEqual([0, 0, 0, 0, ...minutes]);
  });

  test("however long somebody goes on, no wait is longer", () => {
    expect(Math.max(...waits(2_000))).toBe(15 * 60);
  });

  test("while locked nothing is counted, until the very millisecond that was told", () => {
    const { standing } = tried(upTo(INTENTOS_LIBRES).map(() => NOW_MS));
    const hastaMs = NOW_MS + 30 * SECOND_MS;
    expect(standing?.hastaMs).toBe(hastaMs);
    for (const at of [NOW_MS, hastaMs - 1]) {
      expect(contarIntento(standing, KEY, at)).toEqual({ ok: false, hastaMs });
    }
    expect(contarIntento(standing, KEY, hastaMs)).toMatchObject({ ok: true });
  });

  test("failures of the day before are forgotten, to the millisecond", () => {
    const { standing } = tried(upTo(INTENTOS_LIBRES).map(() => NOW_MS));
    const forgotten = NOW_MS + INTENTOS_OLVIDO_MS;
    expect(contarIntento(standing, KEY, forgotten - 1)).toMatchObject({ intentos: { fallos: 6 } });
    expect(contarIntento(standing, KEY, forgotten)).toMatchObject({
      intentos: { fallos: 1, hastaMs: 0, version: INTENTOS_LIBRES + 1 },
    });
  });

  test("a clock that is set back opens no lock", () => {
    const { standing } = tried(upTo(INTENTOS_LIBRES).map(() => NOW_MS));
    expect(contarIntento(standing, KEY, NOW_MS - HOUR_MS).ok).toBe(false);
  });

  test("somebody who tries all day gets no more than a hundred or so looked at", () => {
    const day = upTo(24 * 3_600).map((second) => NOW_MS + second * SECOND_MS);
    const { looked } = tried(day);
    // Five at once, five while the wait doubles, then four an hour.
    expect(looked.length).toBeLessThanOrEqual(INTENTOS_LIBRES + 5 + 24 * 4);
  });

  describe("whenever somebody tries", () => {
    const gaps = fc.array(
      fc.oneof(
        fc.constant(0),
        fc.integer({ min: 0, max: 40 * SECOND_MS }),
        fc.integer({ min: 0, max: 20 * MINUTE_MS }),
        fc.integer({ min: 0, max: 30 * HOUR_MS }),
      ),
      { maxLength: 200 },
    );
    const moments = gaps.map((all) => {
      let at = NOW_MS;
      return all.map((gap) => {
        at += gap;
        return at;
      });
    });

    test("never more than the free ones are looked at before a wait", () => {
      fc.assert(
        fc.property(moments, (all) => {
          const { looked } = tried(all);
          for (const [at, last] of looked.entries()) {
            const first = looked[at - INTENTOS_LIBRES];
            if (first !== undefined) expect(last - first).toBeGreaterThanOrEqual(30 * SECOND_MS);
          }
        }),
      );
    });

    test("past them a wait lies between any two, until a day without an attempt", () => {
      fc.assert(
        fc.property(moments, (all) => {
          const { looked } = tried(all);
          let row = 0;
          for (const [nth, at] of looked.entries()) {
            const gap = at - (looked[nth - 1] ?? Number.NEGATIVE_INFINITY);
            row = gap >= INTENTOS_OLVIDO_MS ? 1 : row + 1;
            const owed = 30 * SECOND_MS * 2 ** (row - 1 - INTENTOS_LIBRES);
            if (row <= INTENTOS_LIBRES) continue;
            expect(gap).toBeGreaterThanOrEqual(Math.min(owed, 15 * MINUTE_MS));
          }
        }),
      );
    });

    test("its version is the next, and what is locked is locked for 15 minutes at most", () => {
      fc.assert(
        fc.property(moments, (all) => {
          let standing: Intentos | null = null;
          for (const at of all) {
            const counted = contarIntento(standing, KEY, at);
            const hastaMs: number = counted.ok ? counted.intentos.hastaMs : counted.hastaMs;
            expect(hastaMs).toBeLessThanOrEqual(at + 15 * MINUTE_MS);
            if (!counted.ok) continue;
            expect(counted.intentos.version).toBe((standing?.version ?? 0) + 1);
            standing = counted.intentos;
          }
        }),
      );
    });
  });
});

describe("a PIN", () => {
  test.each<[string, string | null]>([
    ["7294", "7294"],
    ["72941", "72941"],
    ["729410", "729410"],
    [" 7294\n", "7294"],
    ["0072", "0072"],
    ["1235", "1235"],
    ["1122", "1122"],
    ["7891", "7891"],
    ["1221", "1221"],
    ["1899", "1899"],
    ["199012", "199012"],
    ["7890", "trivial"],
    ["0987", "trivial"],
    ["1212", "trivial"],
    ["123123", "trivial"],
    ["1990", "trivial"],
    ["2026", "trivial"],
    ["2580", "trivial"],
    ["1234", "trivial"],
    ["0123", "trivial"],
    ["456789", "trivial"],
    ["9876", "trivial"],
    ["3210", "trivial"],
    ["0000", "trivial"],
    ["999999", "trivial"],
    ["", null],
    ["123", null],
    ["1234567", null],
    ["72 94", null],
    ["72a4", null],
    ["-7294", null],
    ["7294.0", null],
    ["７２９４", null],
    ["٧٢٩٤", null],
    ["7294\n7294", null],
  ])("%j is %j", (text, wanted) => expect(parsePin(text)).toBe(wanted));

  test("is four to six digits, as they were typed, or none", () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^ ?\d{3,7} ?$/));
    fc.assert(
      fc.property(text, (typed) => {
        const pin = parsePin(typed);
        const digits = /^\d{4,6}$/.test(typed.trim());
        expect(pin === null).toBe(!digits);
        if (pin !== null && pin !== "trivial") expect(pin).toBe(typed.trim());
      }),
    );
  });
});

describe("a name for signing in", () => {
  test.each<[string, string | null]>([
    ["rosa", "rosa"],
    [" Rosa.Perez ", "rosa.perez"],
    ["r2", "r2"],
    ["2-r_x.y", "2-r_x.y"],
    ["x".repeat(31), "x".repeat(31)],
    ["x".repeat(32), null],
    ["r", null],
    ["", null],
    ["-rosa", null],
    [".rosa", null],
    ["rosa pérez", null],
    ["íngrid", null],
    ["rosa\nx", null],
    ["rosa:x", null],
    ["~7", null],
    ["<b>", null],
    ["ROSA\u0000", null],
  ])("%j is %j", (text, wanted) => expect(parseUsuario(text)).toBe(wanted));

  test("read again it stays itself, and never holds what a key is made of", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (typed) => {
        const usuario = parseUsuario(typed);
        if (usuario === null) return;
        expect(parseUsuario(usuario)).toBe(usuario);
        expect(usuario).toMatch(/^[a-z0-9._-]{2,31}$/);
      }),
    );
  });
});

describe("what is kept", () => {
  test("each has its own key, by kind and name", () => {
    const keys = accesosOf("one").map(keyOfAcceso);
    expect(keys).toEqual([
      "acceso:supervisor:one",
      "acceso:pin:93",
      "acceso:tablet:one",
      "acceso:token:one",
      "acceso:alta:one",
      "acceso:intentos:pin:93:one",
    ]);
    expect(accesoKey("tablet", "one")).toBe("acceso:tablet:one");
  });

  test("what everybody may see has the same key and no secret (C1)", () => {
    for (const acceso of accesosOf("one")) {
      const visible = visibleOf(acceso);
      expect(keyOfAcceso(visible)).toBe(keyOfAcceso(acceso));
      expect(visible).not.toHaveProperty("clave");
      if (acceso.kind === "alta") expect(visible).not.toHaveProperty("hash");
      expect(acceso).toMatchObject(visible);
    }
  });

  test("people of our own have Ids that no workbook uses", () => {
    expect([esPropio(id(ID_PROPIO_MIN - 1)), esPropio(id(ID_PROPIO_MIN))]).toEqual([false, true]);
  });
});
