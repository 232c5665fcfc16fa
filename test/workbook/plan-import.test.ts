/** What an import changes, and what it refuses to (laws I1-I5 of plan-import). */
import { describe, expect, test } from "bun:test";
import type { SpoolEvent } from "../../src/domain/event.ts";
import { blank, evolve } from "../../src/domain/evolve.ts";
import type { Spool } from "../../src/domain/spool.ts";
import type { Tab } from "../../src/workbook/tab.ts";
import { apply, attempt, command, fecha, id, MAURICIO, NOW_MS, tag } from "../support/builders.ts";
import {
  after,
  type Celdas,
  csv,
  GENTE,
  type Known,
  LISTO,
  libro,
  NADA,
  operaciones,
  plan,
  planned,
  SOLDADO,
  TOMADO,
} from "./libro.ts";

const A1 = tag("A-1");
const known = (...rows: readonly Celdas[]): Known => after(NADA, planned(libro(...rows)));
const motivos = (tabs: readonly Tab[], from: Known) =>
  planned(tabs, from).problemas.map(({ motivo }) => motivo);
const kinds = (tabs: readonly Tab[], from: Known, parts = {}) =>
  planned(tabs, from, parts).changes.map(({ event }) =>
    event.kind === "spool" ? event.cambio.accion : event.kind,
  );
/** `n` spools, so that one of them is a small part. */
const many = (n: number): Celdas[] =>
  Array.from({ length: n }, (_, i) => ({ ...LISTO, TAG_SPOOL: `B-${i}` }));

function withSpool(from: Known, spool: Spool): Known {
  return { ...from, spools: new Map(from.spools).set(spool.tag, spool) };
}

describe("a new tag is imported whole (I1)", () => {
  test("as version 1, and the event leads to the state", () => {
    const [change] = planned(libro(TOMADO)).changes;
    if (change?.kind !== "spool") throw new Error("no spool");
    expect(change).toMatchObject({ expectedVersion: 0, state: { version: 1, tag: A1 } });
    expect(change.event).toMatchObject({
      atMs: NOW_MS,
      version: 1,
      autor: { firma: null, medio: "planilla" },
      estadoDetalle: TOMADO.Estado_Detalle ?? "",
    });
    expect(evolve(blank(A1), change.event)).toEqual(change.state);
  });

  test("a column named __proto__ is a column", () => {
    const header = ["TAG_SPOOL", "NV", "OT", "Fecha_Materiales", "Fecha_Armado", "Armador"].concat([
      "Fecha_Soldadura",
      "Soldador",
      "Fecha_QC_Metrologia",
      "__proto__",
    ]);
    const row: Celdas = Object.fromEntries([
      ["TAG_SPOOL", "A-1"],
      ["__proto__", "x"],
    ]);
    const tab = { ...operaciones([], header), rows: [header.map((title) => row[title] ?? "")] };
    const [change] = planned([tab, ...GENTE]).changes;
    const stored = JSON.parse(JSON.stringify(change?.state));
    expect(Object.entries(stored.ficha)).toEqual([["__proto__", "x"]]);
    expect(({} as { x?: string }).x).toBeUndefined();
  });
});

describe("the same workbook again changes nothing (I5)", () => {
  test.each([[[LISTO, { ...TOMADO, TAG_SPOOL: "A-2" }]], [[LISTO, LISTO]]])("%#", (rows) => {
    const from = known(...rows);
    expect(planned(libro(...rows), from, { tabsChanged: false }).changes).toEqual([]);
  });

  test("also when the columns stand in another order", () => {
    const tab = operaciones([LISTO], [...operaciones([]).header].reverse());
    expect(kinds([tab, ...GENTE], known(LISTO), { tabsChanged: false })).toEqual([]);
  });

  test("tabs that changed without meaning are noted with one event of the planilla", () => {
    expect(kinds(libro(LISTO), known(LISTO))).toEqual(["planilla"]);
  });
});

describe("of a known sound spool only what the engineers own is taken (I1)", () => {
  test("nv, ot, ficha and Fecha_Materiales", () => {
    const edited = { ...LISTO, OT: "00002", Notas: "ojo", Fecha_Materiales: "14-08-2026" };
    const result = planned(libro(edited), known(LISTO));
    expect(result.changes[0]).toMatchObject({
      expectedVersion: 1,
      state: { version: 2, ot: "00002", fechaMateriales: fecha("14-08-2026") },
      event: { cambio: { accion: "EDITAR", descripcion: { ficha: { Notas: "ojo" } } } },
    });
  });

  test("the same date in another form is no change", () => {
    const edited = { ...LISTO, Fecha_Materiales: "2026-08-13" };
    expect(kinds(libro(edited), known(LISTO), { tabsChanged: false })).toEqual(["planilla"]);
  });

  test("an impossible Fecha_Materiales keeps the old one, and is a problem", () => {
    const edited = { ...LISTO, Fecha_Materiales: "pendiente" };
    expect(kinds(libro(edited), known(LISTO))).toEqual(["planilla"]);
    expect(motivos(libro(edited), known(LISTO))).toEqual([
      "Fecha_Materiales no es una fecha: «pendiente»",
    ]);
  });

  test("a row repeated by hand does not stop the spool, and nothing is taken of it", () => {
    const twice = libro({ ...LISTO, OT: "9" }, LISTO);
    expect(kinds(twice, known(LISTO))).toEqual(["planilla"]);
    expect(motivos(twice, known(LISTO))).toEqual([
      "Tag repetido en la planilla; no se escribe en ella.",
    ]);
  });
});

describe("changes by hand in columns of ours are listed, not applied", () => {
  const history = (...events: readonly unknown[]) =>
    new Map([[A1, events as readonly SpoolEvent[]]]);
  const from = known(LISTO);
  const before = from.spools.get(A1) ?? blank(A1);
  const [first] = planned(libro(LISTO)).changes;
  const tomar = attempt(before, command("TOMAR"), MAURICIO);
  if (!tomar.ok) throw new Error("refused");
  const taken = withSpool(from, tomar.spool);

  test("what only the history can tell is asked for", () => {
    expect(planned(libro(SOLDADO), from).dudas).toEqual([A1]);
  });

  test("a state that the spool never had", () => {
    const parts = { history: history(first?.event) };
    const result = planned(libro(SOLDADO), from, parts);
    expect(result.changes.map(({ kind }) => kind)).toEqual(["planilla"]);
    expect(result.problemas.map(({ motivo }) => motivo)).toEqual([
      "Cambio a mano no aplicado en Fecha_Armado.",
      "Cambio a mano no aplicado en Armador.",
      "Cambio a mano no aplicado en Fecha_Soldadura.",
      "Cambio a mano no aplicado en Soldador.",
      "Cambio a mano no aplicado en Estado_Detalle.",
    ]);
    expect(after(from, result).spools.get(A1)).toEqual(before);
  });

  test("a stale copy from before an action of ours is no change by hand", () => {
    const parts = { history: history(first?.event, tomar.event) };
    expect(planned(libro(LISTO), taken, parts).problemas).toEqual([]);
  });

  test("labels and dates written otherwise are no change by hand", () => {
    const row = { ...TOMADO, Ocupado_Por: "MR (93)", Fecha_Ocupacion: "2026-11-20 08:26" };
    expect(planned(libro(row), known(TOMADO)).dudas).toEqual([]);
  });
});

describe("a spool that came in inconsistent is read anew (I2)", () => {
  const bad = { ...LISTO, Fecha_Armado: "31-02-2026" };

  test("when its row was mended", () => {
    const from = known(bad);
    expect(from.spools.get(A1)?.inconsistencia).toContain("Fecha_Armado");
    const result = planned(libro(SOLDADO), from);
    expect(result.changes[0]).toMatchObject({
      expectedVersion: 1,
      state: { version: 2, inconsistencia: null, arm: { estado: "completado" } },
      event: { cambio: { accion: "IMPORTAR" } },
    });
  });

  test("and not while it stays as it was, wherever its row stands", () => {
    const from = known(LISTO, LISTO, { ...LISTO, TAG_SPOOL: "A-2" });
    const moved = libro({ ...LISTO, TAG_SPOOL: "A-2" }, LISTO, LISTO);
    expect(kinds(moved, from)).toEqual(["planilla"]);
  });
});

describe("nothing disappears (I3), and a shrunken workbook is suspect (I4)", () => {
  test("a spool gone from the sheet is kept and listed", () => {
    const result = planned(libro(...many(39)), known(...many(40)));
    expect(result.problemas).toEqual([
      {
        gravedad: "error",
        tab: "Operaciones",
        filas: [],
        tag: tag("B-39"),
        motivo: "Ya no está en la planilla",
      },
    ]);
  });

  test("more than 5 % gone is refused whole, unless forced", () => {
    const tabs = libro(...many(37));
    expect(plan(tabs, known(...many(40)))).toEqual({
      ok: false,
      motivo: "En la hoja Operaciones faltan 3 de los 40 carretes conocidos",
    });
    const forced = planned(tabs, known(...many(40)), { force: true });
    expect(forced.problemas).toHaveLength(3);
  });

  test("an empty tab is refused", () => {
    expect(plan(libro(), known(LISTO))).toMatchObject({ ok: false });
    const [hoja, , roles] = libro(LISTO);
    const nobody = csv("Trabajadores", "Id,Nombre,Apellido,Activo\r\n");
    if (!hoja || !roles) throw new Error("no tabs");
    expect(plan([hoja, nobody, roles], known(LISTO))).toMatchObject({ ok: false });
    const powerless = [hoja, ...GENTE.slice(0, 1), csv("Roles", "Id,Rol,Activo\r\n")];
    expect(plan(powerless, known(LISTO))).toMatchObject({ ok: false });
  });

  test("a worker gone from the sheet becomes inactive, and keeps name and roles", () => {
    const from = known(LISTO);
    const [hoja, personas, roles] = libro(LISTO);
    if (!hoja || !personas || !roles) throw new Error("no tabs");
    const left = [hoja, { ...personas, rows: personas.rows.slice(1) }, roles];
    const result = planned(left, from);
    const next = after(from, result);
    expect(next.trabajadores.get(id(93))).toEqual({ ...MAURICIO, version: 2, activo: false });
    expect(kinds(left, next, { tabsChanged: false })).toEqual([]);
    expect(next.trabajadores.get(id(75))?.version).toBe(1);
  });
});

describe("columns are found by header", () => {
  test("whatever their case, accents, spaces and underscores, wherever they stand", () => {
    const header = ["split", "FECHA QC METROLOGÍA", " tag spool ", "nv", "Ot", "fechamateriales"];
    const rest = ["FECHA_ARMADO", "armador", "Fecha Soldadura", "SOLDADOR"];
    const tab = csv(
      "operaciones",
      `${[...header, ...rest].join(";")}\nX;;A-1;N;7;13-08-2026;;;;\n`,
    );
    const next = after(NADA, planned([tab, ...GENTE]));
    expect(next.spools.get(A1)).toMatchObject({ nv: "N", ot: "7", ficha: { split: "X" } });
  });

  test("a missing critical column stops it by name; SPLIT is not the tag", () => {
    const lacks = (name: string) =>
      plan([
        operaciones(
          [LISTO],
          operaciones([]).header.filter((h) => h !== name),
        ),
        ...GENTE,
      ]);
    for (const name of ["TAG_SPOOL", "NV", "Fecha_Materiales", "Fecha_QC_Metrologia"]) {
      expect(() => lacks(name)).toThrow(`En la hoja Operaciones falta la columna ${name}.`);
    }
    const [hoja, personas] = libro(LISTO);
    if (!hoja || !personas) throw new Error("no tabs");
    expect(() => plan([hoja, personas])).toThrow("Falta la hoja Roles (Roles.csv).");
    const roles = csv("Roles", "Id,Cargo\r\n");
    const what = "En la hoja Roles faltan las columnas Rol, Activo.";
    expect(() => plan([hoja, personas, roles])).toThrow(what);
  });

  test("of a repeated column the first counts, and it is said", () => {
    const tab = operaciones([LISTO]);
    const twice = {
      ...tab,
      header: [...tab.header, "ot"],
      rows: tab.rows.map((row) => [...row, "x"]),
    };
    expect(motivos([twice, ...GENTE], NADA)).toContain("Columna repetida: «ot»; vale la primera.");
    expect(after(NADA, planned([twice, ...GENTE])).spools.get(A1)?.ot).toBe("00001");
  });
});

test("workers: who has no rights by a typing slip", () => {
  const personas = csv(
    "Trabajadores",
    "Id,Nombre,Apellido,Activo\r\n1,A,B,quizás\r\n2,C,D,Sí\r\n3,E,F,\r\n4,G,H,1\r\n",
  );
  const roles = csv(
    "Roles",
    "Id,Rol,Activo\r\n2,soldadora,TRUE\r\n2,AYUDANTE ,NO\r\n4,armador,1\r\n",
  );
  const result = planned([operaciones([LISTO]), personas, roles]);
  const { trabajadores } = after(NADA, result);
  const activos = [...trabajadores.values()].filter(({ activo }) => activo);
  expect(activos.map((t) => [t.id as number, t.roles])).toEqual([
    [2, []],
    [4, ["Armador"]],
  ]);
  expect(result.problemas.map(({ tab, filas, motivo }) => [tab, filas, motivo])).toEqual([
    ["Trabajadores", [2], "Activo no se entiende: «quizás»; se toma como FALSE."],
    ["Roles", [2], "Rol desconocido: «soldadora»."],
  ]);
});

test("a tag that is a formula's error is none, and its row is listed", () => {
  const result = planned(libro(LISTO, { ...LISTO, TAG_SPOOL: "#N/A" }));
  expect([...after(NADA, result).spools.keys()]).toEqual([A1]);
  expect(result.resumen).toMatchObject({ carretes: 1, filasSinTag: 1 });
  expect(result.problemas).toMatchObject([
    {
      gravedad: "error",
      filas: [3],
      motivo: "TAG_SPOOL tiene un error de fórmula: «#N/A»; no se lee.",
    },
  ]);
});

test("an action between two imports is not undone by the old workbook", () => {
  const from = known(LISTO);
  const spool = from.spools.get(A1) ?? blank(A1);
  const held = apply(spool, command("TOMAR"), MAURICIO);
  const next = after(withSpool(from, held), planned(libro(LISTO), withSpool(from, held)));
  expect(next.spools.get(A1)).toEqual(held);
});
