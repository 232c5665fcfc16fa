/** What one row tells at first sight: columns, then Estado_Detalle, then the log (spec 3). */
import { describe, expect, test } from "bun:test";
import { ALVARO, completado, fecha, LUIS, MAURICIO, pausado } from "../support/builders.ts";
import { type Celdas, imported, LISTO, metadata, SOLDADO, TOMADO } from "./libro.ts";

const MAURICIO_1 = completado(MAURICIO, "01-09-2026");
const row = (base: Celdas, parts: Celdas) => imported({ ...base, ...parts });

const log = (...actions: readonly (readonly [string, string, string?])[]) =>
  metadata(
    ...actions.map(([accion, operacion, json = "{}"], i) =>
      [
        `id-${i},20-11-2026 0${i}:00:00,${accion}_SPOOL,A-1,93,MR(93),${operacion},${accion}`,
        `20-11-2026,"${json.replaceAll('"', '""')}",`,
      ].join(","),
    ),
  );

describe("columns tell the state", () => {
  test("Armador without Fecha_Armado is paused", () => {
    expect(row(LISTO, { Armador: "MR (93)" })).toMatchObject({
      arm: pausado(MAURICIO),
      ocupacion: null,
      inconsistencia: null,
    });
  });

  test("both completed waits for metrología, and a QC date is an approval", () => {
    expect(imported(SOLDADO)).toMatchObject({
      arm: MAURICIO_1,
      sold: completado(ALVARO, "02-09-2026"),
      inspeccion: { estado: "pendiente" },
    });
    expect(row(SOLDADO, { Fecha_QC_Metrologia: "3/9/26" }).inspeccion).toEqual({
      estado: "aprobado",
      fecha: fecha("03-09-2026"),
    });
  });

  test("Estado_Detalle does not override them", () => {
    const spool = row(LISTO, { Estado_Detalle: SOLDADO.Estado_Detalle ?? "" });
    expect(spool).toMatchObject({ arm: { estado: "pendiente" }, inconsistencia: null });
  });

  test("a signer who left the shop is kept with the label as name", () => {
    expect(row(LISTO, { Armador: "JP (12)" }).arm).toMatchObject({
      estado: "pausado",
      trabajador: { id: 12, nombre: "JP(12)", etiqueta: "JP(12)" },
    });
  });

  test("the ficha holds the engineers' columns as written, not ours and no formulas", () => {
    expect(row(LISTO, { Notas: "ojo" }).ficha).toEqual({
      SPLIT: "NV0600-1",
      Linea: '4"-TW',
      Notas: "ojo",
    });
  });
});

describe("Estado_Detalle says what columns cannot", () => {
  test.each([
    ["RECHAZADO (Ciclo 2/3)", "rechazado", 2],
    ["BLOQUEADO - Contactar supervisor", "bloqueado", 3],
    ["PENDIENTE_METROLOGIA", "reparado", 1],
    ["REPARACION_PAUSADA (Ciclo 2)", "reparacion pausada", 2],
    ["EN_REPARACION (Ciclo 1/3) - Ocupado: MR(93)", "reparacion pausada", 1],
  ] as const)("%s", (text, estado, ciclo) => {
    const prefix = text.startsWith("RECHAZADO")
      ? "Disponible - ARM completado, SOLD completado, "
      : "";
    const spool = row(SOLDADO, { Estado_Detalle: prefix + text });
    expect(spool).toMatchObject({ inspeccion: { estado }, ciclo, inconsistencia: null });
  });

  test("which operation is occupied", () => {
    const sold = { Estado_Detalle: "MR(93) trabajando SOLD (ARM pausado, SOLD en progreso)" };
    expect(row(TOMADO, sold).ocupacion?.operacion).toBe("SOLD");
    const repair = {
      Ocupado_Por: "LC(97)",
      Fecha_Ocupacion: "20-11-2026 08:26:00",
      Estado_Detalle: "EN_REPARACION (Ciclo 2/3) - Ocupado: LC(97)",
    };
    expect(row(SOLDADO, repair)).toMatchObject({
      ocupacion: { operacion: "REPARACION", trabajador: { id: 97 } },
      inspeccion: { estado: "rechazado" },
      ciclo: 2,
    });
  });

  test("without it the columns let one see the operation", () => {
    const blank = { Estado_Detalle: "" };
    expect(row(TOMADO, blank).ocupacion?.operacion).toBe("ARM");
    const armado = { ...blank, Fecha_Armado: "01-09-2026" };
    expect(row(TOMADO, armado).ocupacion?.operacion).toBe("SOLD");
    const both = { ...blank, Armador: "LC(97)", Soldador: "MR(93)" };
    expect(row(TOMADO, both).ocupacion?.operacion).toBe("SOLD");
  });
});

describe("the log tells what is below an occupation", () => {
  test("taken once: CANCELAR returns to pendiente", () => {
    expect(imported(TOMADO).arm).toEqual({ estado: "pendiente" });
    expect(imported(TOMADO, log(["TOMAR", "ARM"])).arm).toEqual({ estado: "pendiente" });
  });

  test("paused before: CANCELAR returns to pausado", () => {
    const paused = log(["TOMAR", "ARM"], ["PAUSAR", "ARM"], ["TOMAR", "ARM"]);
    expect(imported(TOMADO, paused).arm).toEqual(pausado(MAURICIO));
    const noted = log(["TOMAR", "ARM", '{"desde":"pausado"}']);
    expect(imported(TOMADO, noted).arm).toEqual(pausado(MAURICIO));
  });

  test("somebody else's Armador: it was begun before", () => {
    expect(row(TOMADO, { Armador: "LC(97)" }).arm).toEqual(pausado(MAURICIO));
    expect(LUIS.id as number).toBe(97);
  });

  test("the cycle of consecutive rejections", () => {
    const waiting = { ...SOLDADO, Estado_Detalle: "PENDIENTE_METROLOGIA" };
    const twice = log(["RECHAZAR", "METROLOGIA"], ["RECHAZAR", "METROLOGIA"]);
    expect(imported(waiting, twice).ciclo).toBe(2);
    const [once] = log(["RECHAZAR", "METROLOGIA"]).rows;
    const copied = { ...log(), rows: [once ?? [], once ?? []] };
    expect(imported(waiting, copied).ciclo).toBe(1);
    const noted = log(["RECHAZAR", "METROLOGIA", '{"ciclo":4}'], ["COMPLETAR", "REPARACION"]);
    expect(imported(waiting, noted).ciclo).toBe(4);
    expect(imported(waiting, log(["RECHAZAR", "METROLOGIA", "{rubbish:"])).ciclo).toBe(1);
  });
});

describe("what makes no sense is shown and not acted on", () => {
  test.each([
    [SOLDADO, { Fecha_Armado: "31-02-2026" }, "Fecha_Armado no es una fecha: «31-02-2026»"],
    [TOMADO, { Ocupado_Por: "MR" }, "Ocupado_Por no está en Trabajadores: «MR»"],
    [TOMADO, { Ocupado_Por: "" }, "Fecha_Ocupacion sin Ocupado_Por"],
    [TOMADO, { Fecha_Ocupacion: "" }, "Ocupado_Por sin Fecha_Ocupacion"],
    [LISTO, { Fecha_Armado: "01-09-2026" }, "Fecha_Armado sin Armador"],
    [SOLDADO, { Fecha_Armado: "" }, "SOLD completado sin ARM completado"],
    [
      LISTO,
      { Fecha_QC_Metrologia: "01-09-2026" },
      "Fecha_QC_Metrologia sin ARM y SOLD completados",
    ],
    [
      SOLDADO,
      { Ocupado_Por: "MR(93)", Fecha_Ocupacion: "20-11-2026 08:26:00" },
      "Ocupado con todo completado y sin reparación",
    ],
    [
      SOLDADO,
      {
        Fecha_QC_Metrologia: "03-09-2026",
        Ocupado_Por: "MR(93)",
        Fecha_Ocupacion: "20-11-2026 08:26:00",
        Estado_Detalle: "EN_REPARACION (Ciclo 1/3) - Ocupado: MR(93)",
      },
      "Ocupado con metrología aprobada",
    ],
    [TOMADO, { Fecha_Armado: "01-09-2026" }, "Ocupado en ARM, que ya está completado"],
    [
      LISTO,
      { Armador: "Juan" },
      "Armador no se entiende: «Juan»; escribe la etiqueta, como MR(93)",
    ],
  ])("%#: %j", (base, parts, motivo) => {
    expect(row(base, parts).inconsistencia).toContain(motivo);
  });
});
