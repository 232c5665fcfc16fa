/** The whole sheet: rows gone, too much at once, dirty cells, the shop's own workbooks. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Congelada } from "../../src/domain/planilla.ts";
import type { Tag } from "../../src/domain/spool.ts";
import { firmaOf } from "../../src/domain/trabajador.ts";
import { Memoria } from "../../src/workbook/memoria.ts";
import type { Tab } from "../../src/workbook/tab.ts";
import { history as histories } from "../domain/sequences.ts";
import { command, HOUR_MS, id, LUIS, MAURICIO, NOW_MS, ROSA, tag } from "../support/builders.ts";
import { doings, hand, hechos, Taller } from "./intake-taller.ts";
import {
  after,
  type Celdas,
  csv,
  dataFolder,
  GENTE,
  LISTO,
  libro,
  NADA,
  operaciones,
  planned,
  readTabs,
  TOMADO,
} from "./libro.ts";

const many = (n: number): Celdas[] =>
  Array.from({ length: n }, (_, i) => ({ ...LISTO, TAG_SPOOL: `B-${i}`, OT: String(i) }));
const motivos = ({ known }: Taller, gravedad = "error") =>
  (known.planilla?.problemas ?? [])
    .filter((problema) => problema.gravedad === gravedad)
    .map(({ motivo }) => motivo);
const congelada = ({ known }: Taller): Congelada | null => known.planilla?.congelada ?? null;

describe("first contact equals the CSV import, and the second read changes nothing (IN1)", () => {
  test.each(["taller", "taller-sucio"] as const)("%s", (name) => {
    const tabs = readTabs(dataFolder(name));
    const taller = Taller.of(tabs);
    const imported = after(NADA, planned(tabs));
    expect(taller.known.spools).toEqual(imported.spools);
    expect(taller.known.trabajadores).toEqual(imported.trabajadores);
    expect(taller.known.planilla).toEqual(imported.planilla);
    const memoria = new Memoria();
    for (const parts of [{}, { memoria }, { memoria }]) {
      expect(taller.plan(tabs, parts).changes).toEqual([]);
    }
    // What the outbox is asked to write once is what an export writes.
    const written = taller.written(tabs);
    expect(taller.plan(written).repasar).toEqual([]);
    expect(hechos(taller.plan(written))).toEqual([]);
  });

  test("an empty sheet is an empty shop", () => {
    expect(Taller.of(libro()).known.spools.size).toBe(0);
  });
});

describe("columns are the engineers' to move", () => {
  const others = operaciones([]).header.filter((title) => title !== "Linea");
  test("inserted, moved: nothing changes", () => {
    const taller = Taller.ofRows(LISTO, TOMADO);
    const header = ["Plano", ...[...operaciones([]).header].reverse()];
    const moved = [operaciones([LISTO, TOMADO], header), ...GENTE];
    expect(taller.plan(moved).changes.filter(({ kind }) => kind === "spool")).toEqual([]);
  });

  test("removed, and put back: it is gone from the spools, and there again", () => {
    const taller = Taller.ofRows(...many(20));
    const without = [operaciones(many(20), others), ...GENTE];
    for (const [tabs, Linea] of [
      [without, undefined],
      [libro(...many(20)), LISTO.Linea],
    ] as const) {
      const plan = taller.take(tabs);
      expect([plan.congelada, hechos(plan).length]).toEqual([null, 20]);
      expect(taller.spool("B-3").ficha.Linea).toBe(Linea);
    }
  });

  test("renamed, and renamed back, though a spool whose row is gone has the old title", () => {
    const rows = many(40);
    const taller = Taller.ofRows(...rows);
    taller.take(libro(...rows.slice(1)));
    const header = operaciones([]).header.map((t) => (t === "Linea" ? "Línea nueva" : t));
    const renamed = rows.slice(1).map((row) => ({ ...row, "Línea nueva": row.Linea ?? "" }));
    expect(taller.take([operaciones(renamed, header), ...GENTE]).congelada).toBeNull();
    expect(taller.spool("B-3").ficha).toMatchObject({ "Línea nueva": LISTO.Linea });
    expect(taller.take(libro(...rows.slice(1))).congelada).toBeNull();
    expect(taller.spool("B-3").ficha).toMatchObject({ Linea: LISTO.Linea });
  });

  const withGrua = (rows: readonly Celdas[]): readonly Tab[] => [
    operaciones(
      rows.map((row, i) => ({ ...row, Grúa: `G-${i}` })),
      [...operaciones([]).header, "Grúa"],
    ),
    ...GENTE,
  ];

  test("added with its cells: taken at once", () => {
    const taller = Taller.ofRows(...many(20));
    expect(hechos(taller.take(withGrua(many(20))))).toHaveLength(20);
    expect(taller.spool("B-3").ficha.Grúa).toBe("G-3");
  });

  test("what else was changed beside it counts", () => {
    const rows = many(20);
    const pasted = (n: number, cells: Celdas) =>
      withGrua(rows.map((row, i) => (i < n ? { ...row, ...cells } : row)));
    const taller = Taller.ofRows(...rows);
    for (const cells of [{ OT: "9" }, { Linea: "9" }, { Armador: "MR(93)" }, { Soldador: "?" }]) {
      expect(taller.plan(pasted(3, cells)).congelada).toBeNull();
      expect(taller.plan(pasted(4, cells)).congelada).toMatchObject({ filas: 4, total: 20 });
    }
  });

  test("a critical column that was renamed is named, and nothing is planned", () => {
    const taller = Taller.ofRows(LISTO);
    const header = operaciones([]).header.map((t) => (t === "Armador" ? "Armadores" : t));
    expect(() => taller.plan([operaciones([LISTO], header), ...GENTE])).toThrow(
      "En la hoja Operaciones falta la columna Armador.",
    );
  });

  test("without Estado_Detalle and version hand edits are taken all the same", () => {
    const header = operaciones([]).header.filter((t) => !/version|Estado/.test(t));
    const taller = Taller.of([operaciones([LISTO], header), ...GENTE]);
    const row = { ...LISTO, Armador: "MR(93)" };
    expect(hechos(taller.take([operaciones([row], header), ...GENTE]))).toEqual(["CORREGIR A-1"]);
  });
});

describe("tags", () => {
  test("a tag edited: the old one is gone, the new one says whose it seems to be", () => {
    const taller = Taller.ofRows(TOMADO, ...many(9));
    const tabs = libro({ ...TOMADO, TAG_SPOOL: "A-1b" }, ...many(9));
    expect(hechos(taller.take(tabs))).toEqual(["IMPORTAR A-1b"]);
    const held = "y lo tiene Mauricio Rodríguez (93); en ZEUES sigue igual";
    expect(motivos(taller)).toEqual([`Ya no está en la planilla ${held}`]);
    const alike = "Parece el carrete «A-1» con otro tag: lo hecho en ZEUES sigue en «A-1»";
    expect(taller.known.planilla?.problemas.at(-1)).toEqual({
      gravedad: "aviso",
      tab: "Operaciones",
      filas: [2],
      tag: tag("A-1b"),
      motivo: alike,
    });
    // It stays listed for as long as the old one is gone.
    expect(doings(taller.take(tabs))).toEqual([]);
    taller.take(libro(TOMADO, { ...TOMADO, TAG_SPOOL: "A-1b" }, ...many(9)));
    expect(motivos(taller, "aviso")).toEqual([]);
  });

  test("spools described alike can't be told apart", () => {
    const taller = Taller.ofRows(LISTO, { ...LISTO, TAG_SPOOL: "A-2" });
    taller.take(libro({ ...LISTO, TAG_SPOOL: "X" }, { ...LISTO, TAG_SPOOL: "Y" }));
    expect(motivos(taller, "aviso")).toEqual([]);
  });

  test("a tag twice: neither row is taken, and the spool goes on", () => {
    const taller = Taller.ofRows(LISTO);
    const plan = taller.take(libro(LISTO, { ...LISTO, OT: "9", Armador: "MR(93)" }));
    expect(doings(plan)).toEqual(["planilla"]);
    expect(motivos(taller)).toEqual(["Tag repetido en la planilla; no se escribe en ella."]);
    expect(taller.spool().inconsistencia).toBeNull();
  });

  test.each([
    ...["#N/A", "#REF!", "#DIV/0!", "#NAME?", "#VALUE!", "#NUM!", "#NULL!", "#ERROR!"],
    ...["#¡REF!", "#¡DIV/0!", "#¿NOMBRE?", "#¡VALOR!", "#¡NUM!", "Loading..."],
  ])("a formula that fails, %s, is no tag", (text) => {
    const taller = Taller.ofRows(LISTO);
    const tabs = libro(LISTO, { ...LISTO, TAG_SPOOL: text }, { ...LISTO, TAG_SPOOL: ` ${text}` });
    expect(doings(taller.take(tabs))).toEqual(["planilla"]);
    expect(taller.known.planilla?.problemas).toMatchObject([
      { gravedad: "error", filas: [3], tag: null },
      { gravedad: "error", filas: [4], tag: null },
    ]);
    const motivo = `TAG_SPOOL tiene un error de fórmula: «${text}»; no se lee.`;
    expect(motivos(taller)).toEqual([motivo, motivo]);
  });

  test.each(["#1", "N/A", "#REF!-1", "Loading"])("%s is one", (text) => {
    expect(Taller.ofRows({ ...LISTO, TAG_SPOOL: text }).spool(text).version).toBe(1);
  });

  test("what reading found odd is listed", () => {
    const avisos = [{ tab: "Operaciones", fila: 2, motivo: "TAG_SPOOL es un número." }];
    const taller = Taller.ofRows(LISTO);
    taller.take(libro(LISTO), { avisos });
    expect(motivos(taller, "aviso")).toEqual(["TAG_SPOOL es un número."]);
  });
});

describe("cells as Google's forms and pastes leave them", () => {
  const texts = ["0042", "1E5", "3-5", "1,5", '=IMPORTXML("x")'];
  test.each(texts)("%p in the engineers' columns is their text", (text) => {
    const taller = Taller.ofRows(LISTO);
    expect(hechos(taller.take(libro({ ...LISTO, OT: text, Notas: text })))).toEqual(["EDITAR A-1"]);
    expect(taller.spool()).toMatchObject({ ot: text, ficha: { Notas: text } });
  });

  test.each(texts)("%p in a column of ours waits and can only be undone", (text) => {
    for (const columna of ["Fecha_Armado", "Soldador", "Ocupado_Por"]) {
      const taller = Taller.ofRows(LISTO);
      expect(hechos(taller.take(libro({ ...LISTO, [columna]: text })))).toEqual([]);
      expect(taller.known.planilla?.cambios).toMatchObject([
        { celdas: [{ columna, dice: text, decia: "" }], estado: null },
      ]);
    }
  });

  test("in Fecha_Materiales it is a problem, and the old date stays", () => {
    const taller = Taller.ofRows(LISTO);
    taller.take(libro({ ...LISTO, Fecha_Materiales: "3-5" }));
    expect(motivos(taller)).toEqual(["Fecha_Materiales no es una fecha: «3-5»"]);
    expect(taller.spool().fechaMateriales).not.toBeNull();
  });
});

describe("a blank Estado_Detalle", () => {
  const paused = (n: number): Taller => {
    const taller = Taller.ofRows(...many(40));
    for (let i = 0; i < n; i++) {
      const text = `B-${i}`;
      taller.act(command("TOMAR"), MAURICIO, text).act(command("PAUSAR"), MAURICIO, text);
    }
    return taller;
  };
  const emptied = (taller: Taller, n: number): readonly Tab[] =>
    many(n).reduce(
      (tabs, { TAG_SPOOL }) => hand(tabs, { Estado_Detalle: "" }, TAG_SPOOL),
      taller.written(libro(...many(40))),
    );

  test("says nothing: it is written again, be it one or all", () => {
    for (const n of [1, 3, 40]) {
      const taller = paused(n);
      const plan = taller.take(emptied(taller, n));
      expect(hechos(plan)).toEqual([]);
      expect(plan).toMatchObject({ congelada: null, dudas: [] });
      expect(plan.repasar).toHaveLength(n);
      expect(taller.known.planilla).not.toHaveProperty("cambios");
    }
  });

  test("of a spool on its way is written anyway", () => {
    const taller = paused(1);
    const pending = { pendientes: () => true };
    expect(taller.plan(emptied(taller, 1), pending)).toMatchObject({ repasar: [] });
  });

  test("beside another hand edit: that alone is looked at", () => {
    const taller = paused(1);
    const tabs = hand(emptied(taller, 1), { Armador: "?" }, "B-0");
    expect(taller.take(tabs).repasar).toEqual([tag("B-0")]);
    expect(taller.known.planilla?.cambios).toMatchObject([{ celdas: [{ columna: "Armador" }] }]);
    const typed = hand(emptied(taller, 1), { Fecha_Armado: "18-11-2026" }, "B-0");
    expect(hechos(taller.take(typed))).toEqual(["CORREGIR B-0"]);
  });

  const BLOQUEADO = "BLOQUEADO - Contactar supervisor";
  const blocked = many(40).map((row) => ({
    ...row,
    Fecha_Armado: "01-09-2026",
    Armador: "MR(93)",
    Fecha_Soldadura: "02-09-2026",
    Soldador: "ÁS(75)",
    Estado_Detalle: BLOQUEADO,
  }));
  const freed = (n: number) => {
    const taller = Taller.ofRows(...blocked);
    return taller.take(
      libro(...blocked.map((row, i) => (i < n ? { ...row, Estado_Detalle: " " } : row))),
    );
  };

  test("undoes a BLOQUEADO where hands emptied some, not where the column came back blank", () => {
    expect(hechos(freed(3))).toEqual(["B-0", "B-1", "B-2"].map((t) => `SUPERVISOR_OVERRIDE ${t}`));
    const plan = freed(4);
    expect([hechos(plan), plan.congelada, plan.repasar.length]).toEqual([[], null, 4]);
    expect(freed(40)).toMatchObject({ congelada: null, repasar: { length: 40 } });
  });
});

describe("too much at once stands still (IN4)", () => {
  const edited = (rows: readonly Celdas[], n: number, rest = rows.length): readonly Tab[] =>
    libro(...rows.slice(0, rest).map((row, i) => (i < n ? { ...row, OT: "pasted" } : row)));
  const decide = (taller: Taller) => {
    const { planilla } = taller.known;
    const now = congelada(taller);
    if (!planilla || !now) throw new Error("not frozen");
    const aplicar = firmaOf(ROSA);
    taller.known = { ...taller.known, planilla: { ...planilla, congelada: { ...now, aplicar } } };
  };

  test("5 % is a day's work, and so are three rows of few", () => {
    const big = Taller.ofRows(...many(100));
    expect(hechos(big.plan(edited(many(100), 5)))).toHaveLength(5);
    expect(big.plan(edited(many(100), 6)).congelada).toMatchObject({ filas: 6, total: 100 });
    const small = Taller.ofRows(...many(5));
    expect(hechos(small.plan(edited(many(5), 3)))).toHaveLength(3);
    expect(small.plan(edited(many(5), 4)).congelada).not.toBeNull();
  });

  test("30 % of the rows pasted over: nothing is imported, problems are listed", () => {
    const rows = many(100);
    const taller = Taller.ofRows(...rows);
    const pasted = libro(...rows.slice(0, 70), ...rows.slice(0, 30), {
      ...LISTO,
      TAG_SPOOL: "N-1",
    });
    const plan = taller.take(pasted);
    expect(doings(plan)).toEqual(["planilla"]);
    expect(congelada(taller)).toEqual({
      desdeMs: NOW_MS,
      filas: 30,
      total: 100,
      motivo: "Cambiaron 0 y faltan 30 de los 100 carretes conocidos",
      huella: expect.stringMatching(/^[\da-f]{40}$/),
      aplicar: null,
    });
    expect(
      motivos(taller).filter((m) => m === "Falta en esta lectura de la planilla"),
    ).toHaveLength(30);
    expect(motivos(taller).filter((m) => m.startsWith("Tag repetido"))).toHaveLength(30);
    // The same read again says the same, later.
    taller.nowMs += HOUR_MS;
    expect(doings(taller.take(pasted))).toEqual([]);
    expect(doings(taller.take(pasted, { memoria: new Memoria() }))).toEqual([]);
  });

  test("hand edits of our columns count, and are not listed while it stands", () => {
    const rows = many(20);
    const taller = Taller.ofRows(...rows);
    const typed = libro(...rows.map((row, i) => (i < 4 ? { ...row, Armador: "?" } : row)));
    const plan = taller.take(typed);
    expect(plan.congelada).toMatchObject({ filas: 4 });
    expect(taller.known.planilla).not.toHaveProperty("cambios");
    expect(taller.take(typed).congelada).toMatchObject({ filas: 4 });
    // Three of them first: they wait already and are no new ones.
    const other = Taller.ofRows(...rows);
    other.take(libro(...rows.map((row, i) => (i < 3 ? { ...row, Armador: "?" } : row))));
    expect(other.take(typed).congelada).toBeNull();
    expect(other.known.planilla?.cambios).toHaveLength(4);
  });

  test("it goes on by itself when the sheet is as before", () => {
    const taller = Taller.ofRows(...many(20));
    taller.take(edited(many(20), 9));
    expect(hechos(taller.take(edited(many(20), 1)))).toEqual(["EDITAR B-0"]);
    expect(taller.known.planilla).not.toHaveProperty("congelada");
  });

  test("a supervisor's word applies that reading, whatever the shop did since", () => {
    const rows = many(20);
    const tabs = edited(rows, 9, 17);
    const taller = Taller.ofRows(...rows);
    taller.take(tabs);
    decide(taller);
    taller.act(command("TOMAR"), MAURICIO, "B-12");
    const plan = taller.take(tabs, { pendientes: (whose: Tag) => whose === tag("B-12") });
    expect([plan.congelada, hechos(plan).length]).toEqual([null, 9]);
    expect(motivos(taller)).toEqual(Array(3).fill("Ya no está en la planilla"));
    // What is gone was said to be so: it does not freeze again.
    const written = taller.written(tabs);
    expect(taller.take(written)).toMatchObject({ congelada: null, changes: [] });
  });

  test("of another reading it has to be said anew", () => {
    const taller = Taller.ofRows(...many(20));
    taller.take(edited(many(20), 9));
    decide(taller);
    taller.nowMs += HOUR_MS;
    expect(doings(taller.take(edited(many(20), 10)))).toEqual(["planilla"]);
    expect(congelada(taller)).toMatchObject({ aplicar: null, filas: 10, desdeMs: NOW_MS });
  });

  test("the shop's work meanwhile leaves the reading the same", () => {
    const rows = many(20);
    const typed = (tabs: readonly Tab[]) =>
      rows
        .slice(0, 9)
        .reduce(
          (all, { TAG_SPOOL }) => hand(all, { Armador: "MR(93)", OT: "pasted" }, TAG_SPOOL),
          tabs,
        );
    const taller = Taller.ofRows(...rows);
    taller.take(typed(libro(...rows)));
    const before = congelada(taller)?.huella ?? "";
    taller.act(command("TOMAR"), LUIS, "B-3").act(command("ANOTAR"), LUIS, "B-5");
    taller.take(typed(libro(...rows)), { pendientes: (whose: Tag) => /[35]/.test(whose) });
    expect(congelada(taller)?.huella).toBe(before);
    taller.take(typed(taller.written(libro(...rows))));
    expect(congelada(taller)?.huella).toBe(before);
  });

  test("an empty sheet, or one without its people, stands still", () => {
    const taller = Taller.ofRows(LISTO, TOMADO);
    expect(taller.plan(libro()).congelada?.motivo).toBe(
      "La hoja Operaciones no tiene ningún carrete",
    );
    const [hoja, , roles] = libro(LISTO, TOMADO);
    const nobody = csv("Trabajadores", "Id,Nombre,Apellido,Activo\r\n");
    if (!hoja || !roles) throw new Error("no tabs");
    const plan = taller.plan([hoja, nobody, roles]);
    expect(plan.congelada?.motivo).toBe("La hoja Trabajadores no tiene a nadie");
    expect(doings(plan)).toEqual(["planilla"]);
  });

  test("workers that left are inactive", () => {
    const taller = Taller.ofRows(LISTO);
    const [hoja, personas, roles] = libro(LISTO);
    if (!hoja || !personas || !roles) throw new Error("no tabs");
    taller.take([hoja, { ...personas, rows: personas.rows.slice(1) }, roles]);
    expect(taller.known.trabajadores.get(id(93))).toMatchObject({ activo: false, version: 2 });
  });
});

test("a row deleted while occupied says who has it, and the spool stays", () => {
  const taller = Taller.ofRows(TOMADO, ...many(9));
  const before = taller.spool();
  taller.take(libro(...many(9)));
  expect(motivos(taller)).toEqual([
    "Ya no está en la planilla y lo tiene Mauricio Rodríguez (93); en ZEUES sigue igual",
  ]);
  expect(taller.spool()).toBe(before);
});

describe("a memory of earlier reads changes no plan", () => {
  const rows = [LISTO, TOMADO, { ...LISTO, TAG_SPOOL: "A-3", Fecha_Armado: "x" }, ...many(40)];
  const read = rows.map((row, i) => ({ ...row, TAG_SPOOL: `T-${i}` }));
  const memoria = new Memoria();
  const taller = Taller.ofRows(...read);
  const hoja = libro(...read);
  const mixed = hand(hand(hoja, { OT: "9" }, "T-4"), { Armador: "MR(93)" }, "T-5");
  const [first, ...gente] = mixed;
  const renamed = first && { ...first, header: first.header.map((t) => (t === "Linea" ? "L" : t)) };
  test.each([
    ["the same", hoja],
    ["edited", mixed],
    ["the same again", hoja],
    ["rows moved", [{ ...operaciones([...read].reverse()) }, ...GENTE]],
    ["a column renamed", [renamed ?? operaciones([]), ...gente]],
    ["people changed", [operaciones(read), ...GENTE.map((t) => ({ ...t, rows: t.rows.slice(1) }))]],
  ])("%s", (_, tabs) => {
    expect(taller.plan(tabs, { memoria })).toEqual(taller.plan(tabs));
  });
});

test("whatever was done, a sheet that the outbox has written asks for nothing", () => {
  fc.assert(
    fc.property(histories, ({ scenario, events, end }) => {
      const taller = new Taller();
      const spools = new Map([[end.tag, { ...end, version: 0 }]]);
      taller.known = { ...NADA, spools };
      for (const event of events) taller.append(event);
      const people = csv(
        "Trabajadores",
        `Id,Nombre,Apellido,Activo\r\n${scenario.crew.map((w) => `${w.id},N,A,TRUE\r\n`).join("")}`,
      );
      const roles = GENTE[1] ?? people;
      const { nv, ot } = end;
      const blank = operaciones([{ TAG_SPOOL: end.tag, NV: nv, OT: ot }]);
      const tabs = taller.written([blank, people, roles]);
      const policy = scenario.policy;
      const first = taller.take(tabs, { policy });
      expect(hechos(first).filter((what) => !what.startsWith("EDITAR"))).toEqual([]);
      expect(taller.known.planilla?.cambios ?? []).toEqual([]);
      expect(hechos(taller.plan(tabs, { policy }))).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
