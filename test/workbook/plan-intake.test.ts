/** What becomes of rows that hands changed in Google's sheet (spec 7, "In"). */
import { describe, expect, test } from "bun:test";
import type { CambioAMano } from "../../src/domain/planilla.ts";
import { ALVARO, command, fecha, LUIS, MAURICIO, NUSTA, tag } from "../support/builders.ts";
import { doings, hand, hechos, Taller } from "./intake-taller.ts";
import { type Celdas, GENTE, LISTO, libro, operaciones, SOLDADO, TOMADO } from "./libro.ts";

const A1 = tag("A-1");
const cambiosOf = ({ known }: Taller): readonly CambioAMano[] => known.planilla?.cambios ?? [];
const pending = { pendientes: () => true };
const firma = (nombre: string, etiqueta: string, id: number) => ({ id, nombre, etiqueta });

/** A spool rejected so often that it is BLOQUEADO, and the sheet says so. */
function bloqueado(): { taller: Taller; tabs: ReturnType<Taller["written"]> } {
  const taller = Taller.ofRows(SOLDADO).act(command("RECHAZAR"), NUSTA);
  for (let cycle = 2; cycle <= 3; cycle++) {
    taller.act(command("TOMAR", "REPARACION"), LUIS);
    taller.act(command("COMPLETAR", "REPARACION"), LUIS);
    taller.act(command("RECHAZAR"), NUSTA);
  }
  return { taller, tabs: taller.written(libro(SOLDADO)) };
}

describe("what the engineers own is taken always", () => {
  test("of a free, an occupied and a pending spool alike", () => {
    for (const parts of [{}, pending]) {
      const taller = Taller.ofRows(TOMADO);
      expect(hechos(taller.take(hand(libro(TOMADO), { OT: "00002" }), parts))).toEqual([
        "EDITAR A-1",
      ]);
      expect(taller.spool()).toMatchObject({ ot: "00002", version: 2 });
    }
  });

  test("a spool that came in inconsistent is read anew, whole", () => {
    const taller = Taller.ofRows({ ...LISTO, Armador: "nadie" });
    expect(taller.spool().inconsistencia).toContain("Armador no se entiende");
    expect(doings(taller.take(libro(LISTO)))).toEqual(["IMPORTAR A-1", "planilla"]);
    expect(taller.spool().inconsistencia).toBeNull();
  });

  test("remarks of ours in Notas are none of theirs", () => {
    const taller = Taller.ofRows(LISTO).act(command("ANOTAR"), MAURICIO);
    expect(doings(taller.take(taller.written(libro(LISTO))))).toEqual([]);
    const tabs = taller.written(libro({ ...LISTO, Notas: "ojo" }));
    taller.take(tabs);
    expect(taller.spool().ficha.Notas).toBe("ojo");
    expect(doings(taller.take(tabs))).toEqual([]);
  });

  test("with columns of ours too: theirs first, ours with the next read", () => {
    const taller = Taller.ofRows(LISTO);
    const tabs = hand(libro(LISTO), { OT: "00002", Armador: "MR(93)" });
    expect(hechos(taller.take(tabs))).toEqual(["EDITAR A-1"]);
    expect(hechos(taller.take(tabs))).toEqual(["CORREGIR A-1"]);
  });
});

describe("a hand edit that makes sense of a free spool becomes an event", () => {
  const corrected = (row: Celdas, cells: Celdas) => {
    const taller = Taller.ofRows(row);
    const plan = taller.take(hand(libro(row), cells));
    expect(hechos(plan)).toEqual(["CORREGIR A-1"]);
    const [change] = plan.changes;
    expect(change?.event.autor).toEqual({ firma: null, medio: "planilla", dispositivo: null });
    // The row says now what ZEUES says: nothing is left to take.
    expect(hechos(taller.take(hand(libro(row), cells), pending))).toEqual([]);
    return taller.spool();
  };

  test("ARM done by hand", () => {
    const cells = { Armador: "LC (97)", Fecha_Armado: "18/11/26" };
    expect(corrected(LISTO, cells).arm).toMatchObject({
      estado: "completado",
      trabajador: { id: 97, nombre: "Luis Cáceres" },
      fecha: fecha("18-11-2026"),
    });
  });

  test("a completion taken back", () => {
    const spool = corrected(SOLDADO, { Fecha_Soldadura: "" });
    expect(spool.sold).toMatchObject({ estado: "pausado", trabajador: { id: 75 } });
  });

  test("Fecha_QC_Metrologia filled is approved, emptied waits for metrología", () => {
    const spool = corrected(SOLDADO, { Fecha_QC_Metrologia: "19-11-2026" });
    expect(spool.inspeccion).toEqual({ estado: "aprobado", fecha: fecha("19-11-2026") });
    const approved = { ...SOLDADO, Fecha_QC_Metrologia: "19-11-2026" };
    const Estado_Detalle = "Disponible - ARM completado, SOLD completado, METROLOGIA APROBADO ✓";
    const emptied = corrected({ ...approved, Estado_Detalle }, { Fecha_QC_Metrologia: "" });
    expect([emptied.inspeccion, emptied.ciclo]).toEqual([{ estado: "pendiente" }, 0]);
  });

  test("somebody assigned by hand: the operation is as the columns let one see", () => {
    const cells = { Ocupado_Por: "ÁS(75)", Fecha_Ocupacion: "20-11-2026 09:00:00" };
    const armed = { ...SOLDADO, Fecha_Soldadura: "", Soldador: "" };
    expect(corrected(armed, cells).ocupacion).toMatchObject({ operacion: "SOLD" });
  });

  test("what columns can't tell stays: rejected, repaired, cycle", () => {
    const taller = Taller.ofRows(SOLDADO).act(command("RECHAZAR"), NUSTA);
    taller.act(command("TOMAR", "REPARACION"), LUIS);
    const steps = [
      ["PAUSAR", "reparacion pausada"],
      ["TOMAR", null],
      ["COMPLETAR", "reparado"],
    ] as const;
    for (const [accion, estado] of steps) {
      taller.act(command(accion, "REPARACION"), LUIS);
      if (!estado) continue;
      const Armador = estado === "reparado" ? "ÁS(75)" : "LC(97)";
      const tabs = hand(taller.written(libro(SOLDADO)), { Armador });
      expect(doings(taller.take(tabs))).toEqual(["CORREGIR A-1"]);
      expect(taller.spool()).toMatchObject({ inspeccion: { estado }, ciclo: 1 });
      expect(taller.spool().arm).toMatchObject({ trabajador: { etiqueta: Armador } });
    }
  });

  test("and falls back where an operation is no longer completed", () => {
    const taller = Taller.ofRows(SOLDADO).act(command("RECHAZAR"), NUSTA);
    const tabs = hand(taller.written(libro(SOLDADO)), { Fecha_Soldadura: "", Soldador: "" });
    taller.take(tabs);
    const { sold, inspeccion, ciclo } = taller.spool();
    expect([sold.estado, inspeccion.estado, ciclo]).toEqual(["pendiente", "pendiente", 0]);
  });

  test("a name that the label doesn't tell is not lost", () => {
    const gone = GENTE.map((tab) => ({ ...tab, rows: tab.rows.filter(([who]) => who !== "75") }));
    const taller = Taller.ofRows(SOLDADO);
    const tabs = [...hand(libro(SOLDADO), { Fecha_Armado: "03-09-2026" }).slice(0, 1), ...gone];
    taller.take(tabs);
    const etiqueta = firma("Álvaro Silva", "ÁS(75)", 75);
    expect(taller.spool()).toMatchObject({ sold: { trabajador: etiqueta }, version: 2 });
  });
});

describe("a BLOQUEADO undone by hand is a SUPERVISOR_OVERRIDE", () => {
  const override = (cells: Celdas): readonly [string, number] => {
    const { taller, tabs } = bloqueado();
    expect(hechos(taller.take(tabs))).toEqual([]);
    expect(hechos(taller.take(hand(tabs, cells)))).toEqual(["SUPERVISOR_OVERRIDE A-1"]);
    const { inspeccion, ciclo } = taller.spool();
    return [inspeccion.estado, ciclo];
  };

  test("by Fecha_QC_Metrologia", () => {
    expect(override({ Fecha_QC_Metrologia: "20-11-2026" })).toEqual(["aprobado", 0]);
  });

  test.each<[string, string, number]>([
    ["Disponible - ARM completado, SOLD completado, RECHAZADO (Ciclo 2/3)", "rechazado", 2],
    ["REPARACION_PAUSADA (Ciclo 3/3)", "reparacion pausada", 3],
    ["PENDIENTE_METROLOGIA", "reparado", 3],
    ["Disponible - ARM completado, SOLD completado, Metrología pendiente", "pendiente", 0],
    ["liberado por Rosa", "rechazado", 3],
    ["Disponible - ARM completado, SOLD completado, METROLOGIA APROBADO ✓", "rechazado", 3],
    ["", "rechazado", 3],
  ])("by Estado_Detalle %p", (Estado_Detalle, estado, ciclo) => {
    expect(override({ Estado_Detalle })).toEqual([estado, ciclo]);
  });

  test("by an operation that is no longer completed", () => {
    expect(override({ Fecha_Soldadura: "" })).toEqual(["pendiente", 0]);
  });

  test("while another edit leaves it BLOQUEADO", () => {
    const { taller, tabs } = bloqueado();
    expect(hechos(taller.take(hand(tabs, { Armador: "LC(97)" })))).toEqual(["CORREGIR A-1"]);
    expect(taller.spool()).toMatchObject({ inspeccion: { estado: "bloqueado" }, ciclo: 3 });
  });

  test("a pending one waits, and a copy of before it was BLOQUEADO undoes nothing", () => {
    const { taller, tabs } = bloqueado();
    const freed = hand(tabs, { Estado_Detalle: "libre" });
    expect(doings(taller.take(freed, pending))).toEqual(["planilla"]);
    expect(cambiosOf(taller)).toMatchObject([
      { motivo: "hay un cambio de ZEUES que va en camino", estado: { ciclo: 3 } },
    ]);
    const old = Taller.ofRows(SOLDADO).act(command("RECHAZAR"), NUSTA);
    const copied = old.written(libro(SOLDADO));
    const later = bloqueado();
    expect(later.taller.plan(copied)).toMatchObject({ changes: [], repasar: [A1] });
  });
});

describe("what can't be taken waits for a supervisor", () => {
  const OCUPADO = "está ocupado por Mauricio Rodríguez (93)";
  const taken = () => {
    const taller = Taller.ofRows(LISTO).act(command("TOMAR"), MAURICIO);
    return { taller, tabs: taller.written(libro(LISTO)) };
  };

  test("occupied: with its cells and what it would become", () => {
    const { taller, tabs } = taken();
    expect(doings(taller.take(tabs))).toEqual([]);
    const plan = taller.take(hand(tabs, { Ocupado_Por: "", Fecha_Ocupacion: "" }));
    expect(doings(plan)).toEqual(["planilla"]);
    expect(cambiosOf(taller)).toEqual([
      {
        tag: A1,
        fila: 2,
        celdas: [
          { columna: "Ocupado_Por", dice: "", decia: "MR(93)" },
          { columna: "Fecha_Ocupacion", dice: "", decia: "20-11-2026 10:30:00" },
        ],
        motivo: OCUPADO,
        estado: {
          arm: { estado: "pausado", trabajador: expect.objectContaining({ id: 93 }) },
          sold: { estado: "pendiente" },
          inspeccion: { estado: "pendiente" },
          ciclo: 0,
          ocupacion: null,
        },
        version: 2,
        vistoMs: taller.nowMs,
        deshacer: null,
      },
    ]);
    expect(doings(taller.take(hand(tabs, { Ocupado_Por: "", Fecha_Ocupacion: "" })))).toEqual([]);
  });

  test("the occupation itself is kept to the millisecond where hands left it alone", () => {
    const { taller, tabs } = taken();
    taller.take(hand(tabs, { Fecha_Soldadura: "", Soldador: "ÁS(75)" }));
    const { ocupacion } = taller.spool();
    expect(cambiosOf(taller)[0]?.estado).toMatchObject({ ocupacion, sold: { estado: "pausado" } });
  });

  test("pending: but cells that say any state since are no hands' work", () => {
    const { taller } = taken();
    expect(doings(taller.take(libro(LISTO), pending))).toEqual([]);
    taller.take(hand(libro(LISTO), { Fecha_Armado: "18-11-2026" }), pending);
    expect(cambiosOf(taller)).toMatchObject([{ celdas: [{ dice: "18-11-2026" }] }]);
    expect(taller.plan(libro(LISTO), pending).changes).toMatchObject([
      { state: { problemas: [] } },
    ]);
  });

  test("it makes no sense: it can only be undone", () => {
    const taller = Taller.ofRows(LISTO);
    taller.take(hand(libro(LISTO), { Fecha_Armado: "ayer", Soldador: "?" }));
    expect(cambiosOf(taller)).toMatchObject([
      {
        estado: null,
        motivo:
          "Fecha_Armado no es una fecha: «ayer»; " +
          "Soldador no se entiende: «?»; escribe la etiqueta, como MR(93)",
      },
    ]);
    const { taller: other, tabs } = taken();
    other.take(hand(tabs, { Armador: "LC(97)" }));
    expect(cambiosOf(other)).toMatchObject([
      { estado: null, motivo: `${OCUPADO}; Armador no calza con las demás columnas` },
    ]);
  });

  test("Estado_Detalle is ours: an edit waits and can only be undone", () => {
    const taller = Taller.ofRows(LISTO).act(command("TOMAR"), MAURICIO);
    taller.act(command("PAUSAR"), MAURICIO);
    const tabs = hand(taller.written(libro(LISTO)), { Estado_Detalle: "apurar" });
    taller.take(tabs);
    expect(cambiosOf(taller)).toMatchObject([
      {
        celdas: [
          { columna: "Estado_Detalle", dice: "apurar", decia: taller.log.at(-1)?.estadoDetalle },
        ],
        motivo: "Estado_Detalle lo escribe ZEUES",
        estado: null,
      },
    ]);
    // Any action writes over it.
    expect(doings(taller.take(tabs, pending))).toEqual(["planilla"]);
    expect(cambiosOf(taller)).toEqual([]);
  });

  test("whatever it is, who has the spool is named", () => {
    for (const [cells, motivo] of [
      [{ Fecha_Armado: "18-11-2026" }, "; Ocupado en ARM, que ya está completado"],
      [{ Estado_Detalle: "apurar" }, "; Estado_Detalle lo escribe ZEUES"],
      [{ Soldador: "XX(999)" }, "; Soldador no está en Trabajadores: «XX(999)»"],
      [{ Soldador: "ÁS(75)" }, ""],
    ] as const) {
      const { taller, tabs } = taken();
      taller.take(hand(tabs, cells));
      expect(cambiosOf(taller)[0]?.motivo).toBe(`${OCUPADO}${motivo}`);
    }
  });

  test("signed by nobody who works here: a supervisor may know who it was", () => {
    const taller = Taller.ofRows(LISTO);
    const cells = { Armador: "XX (999)", Fecha_Armado: "18-11-2026" };
    expect(hechos(taller.take(hand(libro(LISTO), cells)))).toEqual([]);
    expect(cambiosOf(taller)).toMatchObject([
      {
        motivo: "Armador no está en Trabajadores: «XX(999)»",
        estado: { arm: { estado: "completado", trabajador: { id: 999, etiqueta: "XX(999)" } } },
      },
    ]);
    // Once there is such a worker, it is taken.
    const [personas, ...rest] = GENTE;
    if (!personas) throw new Error("no people");
    const hired = { ...personas, rows: [...personas.rows, ["999", "Xenia", "Xu", "TRUE"]] };
    const tabs = [...hand(libro(LISTO), cells).slice(0, 1), hired, ...rest];
    expect(hechos(taller.take(tabs))).toEqual(["CORREGIR A-1"]);
    expect(taller.spool().arm).toMatchObject({ trabajador: { nombre: "Xenia Xu" } });
  });

  test("a tag twice, or its row gone: it still waits, with what was decided", () => {
    const more = [1, 2, 3, 4].map((n) => ({ ...LISTO, TAG_SPOOL: `B-${n}` }));
    const all = libro(LISTO, ...more);
    const taller = Taller.of(all).act(command("TOMAR"), MAURICIO);
    const typed = hand(taller.written(all), { Ocupado_Por: "", Fecha_Ocupacion: "" });
    taller.take(typed);
    const deshacer = firma("Rosa Pérez", "RP(168)", 168) as CambioAMano["deshacer"];
    const { planilla } = taller.known;
    if (!planilla) throw new Error("no planilla");
    const cambios = cambiosOf(taller).map((cambio) => ({ ...cambio, deshacer }));
    taller.known = { ...taller.known, planilla: { ...planilla, cambios } };
    const [hoja, ...gente] = typed;
    if (!hoja) throw new Error("no tab");
    const rowsOf = (rows: typeof hoja.rows) => [{ ...hoja, rows }, ...gente];
    const [first = []] = hoja.rows;
    const readings = [
      ["twice", [...hoja.rows, first]],
      ["gone", hoja.rows.slice(1)],
      ["all gone, and the import stands still", []],
    ] as const;
    for (const [what, rows] of readings) {
      taller.take(rowsOf(rows));
      expect([what, cambiosOf(taller)]).toEqual([what, cambios]);
    }
    expect(taller.take(typed).repasar).toEqual([A1]);
  });

  test("but not where ZEUES says by now what hands typed", () => {
    const taller = Taller.ofRows(LISTO, { ...LISTO, TAG_SPOOL: "B-1" });
    const tabs = hand(libro(LISTO, { ...LISTO, TAG_SPOOL: "B-1" }), { Ocupado_Por: "MR(93)" });
    taller.take(tabs);
    expect(cambiosOf(taller)).toHaveLength(1);
    taller.act(command("TOMAR"), MAURICIO);
    taller.take(libro({ ...LISTO, TAG_SPOOL: "B-1" }));
    expect(cambiosOf(taller)).toEqual([]);
  });

  test("the column is named as the sheet's header has it", () => {
    const header = operaciones([]).header.map((t) => (t === "Armador" ? "armador " : t));
    const [, ...gente] = libro();
    const taller = Taller.of([operaciones([LISTO], header), ...gente]);
    taller.take([operaciones([{ ...LISTO, "armador ": "x" }], header), ...gente]);
    expect(cambiosOf(taller)[0]?.celdas[0]?.columna).toBe("armador ");
  });

  test("it leaves the list when it was accepted, or stands as before", () => {
    const { taller, tabs } = taken();
    taller.take(hand(tabs, { Ocupado_Por: "", Fecha_Ocupacion: "" }));
    expect(doings(taller.take(tabs))).toEqual(["planilla"]);
    expect(taller.known.planilla).not.toHaveProperty("cambios");
  });
});

describe("a supervisor's undoing", () => {
  const undone = () => {
    const taller = Taller.ofRows(LISTO).act(command("TOMAR"), MAURICIO);
    const tabs = taller.written(libro(LISTO));
    const edited = hand(tabs, { Ocupado_Por: "" });
    taller.take(edited);
    const deshacer = firma("Rosa Pérez", "RP(168)", 168) as CambioAMano["deshacer"];
    const { planilla } = taller.known;
    if (!planilla) throw new Error("no planilla");
    const cambios = cambiosOf(taller).map((cambio) => ({ ...cambio, deshacer }));
    taller.known = { ...taller.known, planilla: { ...planilla, cambios } };
    taller.nowMs += 10_000;
    return { taller, tabs, edited };
  };

  test("is the outbox's to write while the cells still differ", () => {
    const { taller, tabs, edited } = undone();
    expect(taller.plan(edited)).toMatchObject({ repasar: [A1], changes: [] });
    expect(taller.plan(tabs)).toMatchObject({ repasar: [], changes: [{ kind: "planilla" }] });
  });

  test("holds when the spool is free by now, and the edit could be taken", () => {
    const { taller, tabs, edited } = undone();
    taller.act(command("PAUSAR"), MAURICIO);
    const free = hand(taller.written(tabs), { Ocupado_Por: "MR(93)" });
    expect(taller.plan(hand(edited, { Ocupado_Por: "" })).changes).toMatchObject([
      { kind: "planilla" },
    ]);
    expect(doings(taller.plan(free))).toContain("planilla");
  });

  test("is of that edit: typed anew, it is a new one", () => {
    const { taller, tabs } = undone();
    const { changes, repasar } = taller.plan(hand(tabs, { Ocupado_Por: "LC(97)" }));
    expect(repasar).toEqual([]);
    expect(changes).toMatchObject([
      { state: { cambios: [{ deshacer: null, vistoMs: taller.nowMs }] } },
    ]);
  });
});

describe("what the outbox is to write again", () => {
  test("a stale copy: an undeleted row, a block pasted back", () => {
    const taller = Taller.ofRows(LISTO).act(command("TOMAR"), MAURICIO);
    const copy = taller.written(libro(LISTO));
    taller.act(command("COMPLETAR"), MAURICIO).act(command("TOMAR", "SOLD"), ALVARO);
    for (const old of [copy, libro(LISTO)]) {
      expect(taller.plan(old)).toMatchObject({ changes: [], repasar: [A1] });
    }
  });

  test("a wrong version, of a spool that ZEUES acted on", () => {
    const taller = Taller.ofRows({ ...LISTO, version: "17" });
    expect(taller.plan(libro({ ...LISTO, version: "18" })).repasar).toEqual([]);
    taller.act(command("ANOTAR"), MAURICIO);
    const tabs = hand(taller.written(libro(LISTO)), { version: "1" });
    expect(taller.plan(tabs)).toMatchObject({ changes: [], repasar: [A1] });
    expect(taller.plan(tabs, pending).repasar).toEqual([]);
    const asked = taller.plan(tabs, { actuado: () => undefined });
    expect(asked).toMatchObject({ repasar: [A1] });
  });

  test("Estado_Detalle that ZEUES never wrote", () => {
    const taller = Taller.ofRows({ ...LISTO, Estado_Detalle: "viejo sistema" });
    const plan = taller.plan(libro({ ...LISTO, Estado_Detalle: "viejo sistema" }));
    expect(plan).toMatchObject({ changes: [], repasar: [A1], dudas: [] });
  });

  test("only what the history alone can tell is asked for", () => {
    const taller = Taller.ofRows(LISTO, { ...LISTO, TAG_SPOOL: "A-2" });
    const asked: string[] = [];
    const actuado = (whose: string) => {
      asked.push(whose);
      return undefined;
    };
    taller.plan(libro(LISTO, { ...LISTO, TAG_SPOOL: "A-2", version: "9" }), { actuado });
    // Their only event is their import.
    expect(asked).toEqual([]);
  });
});

test("a spool that went on while the sheet was read is judged with the next read", () => {
  const taller = Taller.ofRows(LISTO);
  const edited = hand(libro(LISTO), { Armador: "?" });
  taller.take(edited);
  const [before] = cambiosOf(taller);
  const ahead = [...taller.history(A1), { ...taller.history(A1)[0], version: 2 }];
  const history = new Map([[A1, ahead as never]]);
  expect(taller.plan(edited, { history }).changes).toEqual([]);
  expect(cambiosOf(taller)).toEqual(before ? [before] : []);
});
