/** The shop's own workbooks, clean and dirty (spec 4). Counts were taken with another program. */
import { describe, expect, test } from "bun:test";
import { estadoDe } from "../../src/domain/spool.ts";
import { id, policy, tag } from "../support/builders.ts";
import { after, dataFolder, NADA, planned, readTabs } from "./libro.ts";

describe("taller: the clean workbook", () => {
  const result = planned(readTabs(dataFolder("taller")));
  const { spools, trabajadores } = after(NADA, result);
  const ocupados = [...spools.values()].filter(({ ocupacion }) => ocupacion !== null);

  test("2,000 spools, 45 workers, 26 occupied, nothing wrong", () => {
    expect(result.resumen).toEqual({
      carretes: 2_000,
      trabajadores: 45,
      ocupados: 26,
      enOrden: 2_000,
      conErrores: 0,
      filasSinTag: 0,
      filasEnBlanco: 0,
    });
    expect(result.problemas).toEqual([]);
    expect([...trabajadores.values()].filter(({ activo }) => !activo)).toHaveLength(4);
    expect(trabajadores.get(id(34))?.roles).toEqual(["Armador", "Ayudante"]);
  });

  test("each occupation has its worker, operation and instant", () => {
    expect(ocupados.filter(({ ocupacion }) => ocupacion?.operacion === "ARM")).toHaveLength(10);
    expect(ocupados.filter(({ ocupacion }) => ocupacion?.operacion === "SOLD")).toHaveLength(16);
    // 20-11-2026 08:26:00 in Santiago is summer time, three hours behind UTC.
    expect(spools.get(tag("MK-1302-TW-28007-011"))?.ocupacion).toEqual({
      operacion: "ARM",
      trabajador: { id: id(352), nombre: "Begoña Díaz", etiqueta: "BD(352)" },
      desdeMs: Date.UTC(2026, 10, 20, 11, 26),
    });
    expect(spools.get(tag("MK-1335-SL-28117-011"))?.ocupacion).toEqual({
      operacion: "SOLD",
      trabajador: { id: id(22), nombre: "Ñusta Peña", etiqueta: "ÑP(22)" },
      desdeMs: Date.UTC(2026, 10, 20, 10, 21),
    });
  });

  test("states are as the columns tell", () => {
    const count = (text: string) =>
      [...spools.values()].filter(
        (spool) => `${estadoDe(spool, "ARM")}/${spool.inspeccion.estado}/${spool.ciclo}` === text,
      ).length;
    expect(count("pausado/pendiente/0")).toBe(88);
    expect(count("completado/aprobado/0")).toBe(541);
    expect(count("completado/rechazado/1")).toBe(25);
    expect(count("completado/rechazado/2")).toBe(10);
    expect(count("completado/reparado/1")).toBe(24);
    expect(count("completado/reparacion pausada/1")).toBe(7);
    expect(count("completado/bloqueado/3")).toBe(8);
  });
});

describe("taller-sucio: every deliberate defect is listed with its row", () => {
  const result = planned(readTabs(dataFolder("taller-sucio")));
  const { spools, trabajadores } = after(NADA, result);
  const every = (first: number, ...without: number[]) =>
    Array.from({ length: 18 }, (_, i) => first + 17 * i).filter((n) => !without.includes(n));
  const filas = (motivo: string, tab = "Operaciones") =>
    result.problemas.filter((p) => p.tab === tab && p.motivo.includes(motivo)).map((p) => p.filas);

  test("312 rows: 309 tags, of which 304 are sound; one row without tag, one blank", () => {
    expect(result.resumen).toEqual({
      carretes: 309,
      trabajadores: 21,
      ocupados: 13,
      enOrden: 304,
      conErrores: 5,
      filasSinTag: 1,
      filasEnBlanco: 1,
    });
    const { carretes, filasSinTag, filasEnBlanco } = result.resumen;
    expect(carretes + 1 + filasSinTag + filasEnBlanco).toBe(312);
  });

  test("errors: row, tag and reason", () => {
    const errores = result.problemas.filter(({ gravedad }) => gravedad === "error");
    expect(errores.map(({ tab, filas, tag, motivo }) => [tab, filas, tag, motivo])).toEqual([
      [
        "Operaciones",
        [7, 306],
        tag("MK-1300-HC-28000-006"),
        "Tag repetido en la planilla; no se escribe en ella.",
      ],
      ["Operaciones", [303], tag("MK-9999-TW-99999-002"), "Ocupado_Por sin Fecha_Ocupacion"],
      [
        "Operaciones",
        [303],
        tag("MK-9999-TW-99999-002"),
        "Ocupado_Por no está en Trabajadores: «XX(9999)»",
      ],
      [
        "Operaciones",
        [305],
        tag("MK-9999-TW-99999-001"),
        "Fecha_Materiales no es una fecha: «pendiente»",
      ],
      [
        "Operaciones",
        [305],
        tag("MK-9999-TW-99999-001"),
        "Fecha_Armado no es una fecha: «31-02-2026»",
      ],
      ["Operaciones", [308], null, "Fila sin TAG_SPOOL; no se lee."],
      ["Operaciones", [312], tag("MK-9999-TW-99999-004"), "Fecha_Soldadura sin Soldador"],
      ["Operaciones", [312], tag("MK-9999-TW-99999-004"), "SOLD completado sin ARM completado"],
      ["Operaciones", [313], tag("MK-9999-TW-99999-003"), "Fecha_Ocupacion sin Ocupado_Por"],
      ["Trabajadores", [23], null, "Trabajador sin Id; la fila no se lee."],
    ]);
  });

  test("avisos: one entry of a kind with all its rows", () => {
    expect(filas("espacios alrededor")).toEqual([every(8)]);
    expect(filas("otras mayúsculas")).toEqual([every(9)]);
    expect(filas("ceros a la izquierda")).toEqual([every(13)]);
    expect(filas("Etiqueta de trabajador con espacios")).toEqual([
      [14, 48, 65, 116, 133, 150, 201, 218, 235, 252, 269],
    ]);
    expect(filas("Estado_Detalle vacío")).toEqual([every(11, 28, 215)]);
    expect(filas("Ocupado sin Estado_Detalle")).toEqual([[28, 215, 307]]);
    expect(filas("otra forma que DD-MM-YYYY")[0]).toHaveLength(88);
    expect(filas("poco habitual")).toEqual([[302, 307, 309, 310, 311]]);
    expect(filas("Fila en blanco")).toEqual([[304]]);
    expect(filas("escrito a mano")).toEqual([[313]]);
    expect(filas("Encabezado escrito de otra forma")).toEqual([[1]]);
    expect(filas("no está en Operaciones", "Metadata")).toEqual([[11]]);
    expect(filas("Id repetido", "Trabajadores")).toEqual([[24]]);
    expect(filas("no está en Trabajadores", "Roles")).toEqual([[28]]);
  });

  test("every row from 302 to 313 is listed", () => {
    const listed = new Set(
      result.problemas.flatMap((p) => (p.tab === "Operaciones" ? p.filas : [])),
    );
    for (let fila = 302; fila <= 313; fila++) expect(listed).toContain(fila);
  });

  test("what is only written otherwise is read well", () => {
    expect(trabajadores.get(id(401))).toEqual({
      id: id(401),
      version: 1,
      nombre: "<b>Bo</b>",
      apellido: 'O\'Neil & "Cía"',
      activo: true,
      roles: ["Armador"],
    });
    expect(trabajadores.get(id(289))?.roles).toEqual(["Soldador", "Metrologia"]);
    // A serial number: 46346.4375 is 20-11-2026 10:30:00.
    expect(spools.get(tag('=HYPERLINK("http://127.0.0.1/";"x")'))?.ocupacion).toMatchObject({
      operacion: "ARM",
      trabajador: { id: 97 },
      desdeMs: Date.UTC(2026, 10, 20, 13, 30),
    });
    expect(spools.get(tag("MK/1/2?op=ARM&x=1#h %41"))?.ocupacion).toMatchObject({
      operacion: "ARM",
      trabajador: { id: 265 },
    });
    expect(spools.get(tag("MK-1307-PW-28024-012"))?.ficha.Observaciones).toBe(
      'línea 1\nlínea 2; con "comillas", y coma',
    );
  });

  test("a spool with errors is imported with its reasons, and no other row suffers", () => {
    expect(spools.get(tag("MK-9999-TW-99999-001"))).toMatchObject({
      version: 1,
      nv: "NV0600",
      inconsistencia:
        "Fecha_Materiales no es una fecha: «pendiente»; Fecha_Armado no es una fecha: «31-02-2026»",
    });
    expect(spools.get(tag("MK-1300-HC-28000-006"))?.inconsistencia).toBe(
      "Tag repetido en la planilla",
    );
    expect(spools.get(tag("MK-1300-SL-28000-007"))?.inconsistencia).toBeNull();
  });

  test("no limit of cycles changes nothing in what is wrong", () => {
    const free = planned(readTabs(dataFolder("taller-sucio")), NADA, {
      policy: policy({ maxCycles: 0 }),
    });
    expect(free.problemas).toEqual(result.problemas);
  });
});
