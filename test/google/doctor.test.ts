/** What `zeues doctor` says of a workbook in Google, and that it only looks. */
import { describe, expect, test } from "bun:test";
import { examineGoogle } from "../../src/google/doctor.ts";
import type { Finding } from "../../src/ledger/finding.ts";
import {
  METADATA_COLUMNAS,
  ROLES_COLUMNAS,
  TRABAJADORES_COLUMNAS,
} from "../../src/workbook/columns.ts";
import {
  type Emulator,
  type EmulatorOptions,
  type SheetSeed,
  startEmulator,
} from "../sheets-emulator/emulator.ts";
import { accessOf } from "./emulated.ts";

const HEADER = [
  "TAG_SPOOL",
  "NV",
  "OT",
  "Fecha_Materiales",
  "Fecha_Armado",
  "Armador",
  "Fecha_Soldadura",
  "Soldador",
  "Fecha_QC_Metrologia",
  "Ocupado_Por",
  "Fecha_Ocupacion",
  "version",
  "Estado_Detalle",
  "Notas",
];
const ROWS = ["MK-1", "MK-2", "MK-3", "MK-4"].map((tag) => [tag, "1", "2", "01-11-2026"]);

const tabs = (header = HEADER, rows: NonNullable<SheetSeed["values"]> = ROWS): SheetSeed[] => [
  { title: "Operaciones", values: [header, ...rows] },
  { title: "Trabajadores", values: [TRABAJADORES_COLUMNAS] },
  { title: "Roles", values: [ROLES_COLUMNAS] },
  { title: "Metadata", values: [METADATA_COLUMNAS] },
];

const start = (options: EmulatorOptions = {}) => startEmulator({ sheets: tabs(), ...options });

async function found(emulator: Emulator, timeoutMs = 5_000): Promise<readonly Finding[]> {
  const zone = "America/Santiago";
  const findings: Finding[] = [];
  for await (const one of examineGoogle({ access: accessOf(emulator), zone, timeoutMs })) {
    findings.push(one);
  }
  return findings;
}

/** What is not as it should be. */
const badOf = async (emulator: Emulator): Promise<readonly string[]> =>
  (await found(emulator)).flatMap(({ grade, what, fix }) =>
    grade === "bien" ? [] : [`${grade}: ${what}${fix ? `. ${fix}` : ""}`],
  );

/** What is said after hands did something. */
async function after(act: (emulator: Emulator) => void): Promise<readonly string[]> {
  await using emulator = await start();
  act(emulator);
  return await badOf(emulator);
}

test("a workbook as it should be: who asks, what was not tried, three reads and no write", async () => {
  await using emulator = await start();
  const before = emulator.snapshot();
  expect(await found(emulator)).toEqual([
    { grade: "bien", what: `planilla de Google «Taller», como ${emulator.account.email}` },
    { grade: "bien", what: "permiso: se puede leer; no se probó escribir" },
    {
      grade: "bien",
      what:
        "cupo: ZEUES usa hasta 45 lecturas y 45 escrituras por minuto, " +
        "de las 60 y 60 de esa cuenta",
    },
    { grade: "bien", what: "celdas: 104.000 de 10.000.000" },
    { grade: "bien", what: "Operaciones: 4 carretes" },
  ]);
  expect(emulator.calls.map(({ kind }) => kind)).toEqual(["token", "read", "read", "read"]);
  expect(emulator.snapshot()).toEqual(before);
});

describe("no way in", () => {
  test("a sheet that is not shared, with the account to share it with", async () => {
    await using emulator = await start();
    emulator.hands.unshare();
    const [only, ...more] = await found(emulator);
    expect(more).toEqual([]);
    expect(only).toMatchObject({ grade: "mal" });
    expect(only?.what).toStartWith(
      `Google: La planilla no está compartida con ${emulator.account.email}: ábrela y compártela`,
    );
  });

  test("a key that was revoked", async () => {
    const [line] = await after((emulator) => emulator.hands.revokeKey());
    expect(line).toStartWith("mal: Google: Google ya no acepta la credencial de zeues@");
  });

  test("a minute that is used up: wait, nothing is wrong", async () => {
    const [line] = await after(({ quota }) => {
      quota.limits = { ...quota.limits, readsPerUser: 0 };
    });
    expect(line).toStartWith("aviso: Google: Google pide esperar, se llenó el cupo por minuto (");
    expect(line).toEndWith("). vuelve a probar en un minuto");
  });

  test("Google does not answer, and a person waits", async () => {
    await using emulator = await start();
    emulator.faults.add({ kind: "delay", ms: 60_000 });
    const [only] = await found(emulator, 200);
    expect(only?.grade).toBe("mal");
    expect(only?.what).toStartWith("Google: Google no respondió a tiempo");
    expect(only?.what).not.toContain("se vuelve a leer");
    expect(only?.fix).toBe("revisa la conexión y vuelve a probar");
  });

  test("nobody is there", async () => {
    await using emulator = await start();
    const access = { ...accessOf(emulator), apiRoot: "http://127.0.0.1:1/" };
    const lines: string[] = [];
    for await (const { what } of examineGoogle({ access, zone: "America/Santiago" }))
      lines.push(what);
    expect(lines).toEqual([expect.stringMatching(/^Google: Sin conexión con Google/)]);
  });
});

describe("how the workbook is built", () => {
  test.each<[string, (emulator: Emulator) => void, readonly string[]]>([
    [
      "a tab that was renamed",
      ({ hands }) => hands.renameTab("Roles", "Cargos"),
      ["mal: falta la pestaña Roles. créala, o vuelve a ponerle ese nombre"],
    ],
    [
      "no log",
      ({ hands }) => hands.deleteTab("Metadata"),
      [
        "mal: falta la pestaña Metadata, el registro de lo que se hace. " +
          "zeues planilla --crear la agrega",
      ],
    ],
    ["tabs in other letters", ({ hands }) => hands.renameTab("Operaciones", "OPERACIONES "), []],
    [
      "critical columns that are gone, in two tabs",
      ({ hands }) => {
        hands.deleteColumns("Operaciones", "Armador");
        hands.renameHeader("Operaciones", "TAG_SPOOL", "SPLIT");
        hands.renameHeader("Trabajadores", "Activo", "Vigente");
      },
      [
        "mal: Operaciones: faltan las columnas TAG_SPOOL, Armador. " +
          "ponlas de nuevo, con su título en la fila 1",
        "mal: Trabajadores: falta la columna Activo. ponla de nuevo, con su título en la fila 1",
      ],
    ],
    [
      "columns of ours that are not there yet",
      ({ hands }) => hands.deleteColumns("Operaciones", "version", 2),
      [
        "aviso: Operaciones: faltan las columnas version, Estado_Detalle. " +
          "zeues planilla --crear las agrega",
      ],
    ],
    [
      "a title twice, and one in other letters",
      ({ hands }) => {
        hands.renameHeader("Operaciones", "Fecha_QC_Metrologia", "FECHA QC METROLOGÍA");
        hands.put("Operaciones", 1, HEADER.length, "Armador");
      },
      [
        "aviso: Operaciones: «Armador» está dos veces, vale la primera columna. " +
          "cambia el título de la otra",
        "aviso: Operaciones: «FECHA QC METROLOGÍA» se lee como Fecha_QC_Metrologia. " +
          "si quieres, escríbelo así",
      ],
    ],
    [
      "another country",
      ({ hands }) => hands.locale("en_US"),
      [
        "aviso: configuración regional en_US, no es_CL: una fecha escrita a mano (03-05) puede " +
          "entenderse como mes/día. cámbiala en Archivo > Configuración: Chile",
      ],
    ],
  ])("%s", async (_, act, lines) => {
    const bad = await after(act);
    expect(bad).toEqual([...lines]);
  });

  test("another time zone", async () => {
    await using emulator = await start({ timeZone: "America/New_York" });
    expect(await badOf(emulator)).toEqual([
      "aviso: zona horaria de la planilla America/New_York, no America/Santiago (ZEUES_TZ): " +
        "HOY() y AHORA() dan otra hora. cámbiala en Archivo > Configuración",
    ]);
  });

  test("a workbook that is nearly full", async () => {
    const filler = { title: "Archivo", rowCount: 97_000, columnCount: 100 };
    await using emulator = await start({ sheets: [...tabs(), filler] });
    expect(await badOf(emulator)).toEqual([
      "aviso: celdas: 9.804.000 de 10.000.000: quedan 17.818 filas de Metadata. " +
        "borra filas o pestañas que no uses",
    ]);
  });
});

describe("cells that would hurt", () => {
  test("tags that Google took for numbers and dates, five of them named", async () => {
    const tags = ["3-5", "0042", "VERDADERO", "7", "8", "9"];
    const bad = await after(({ hands }) =>
      hands.paste(
        "Operaciones!A2",
        tags.map((tag) => [tag]),
      ),
    );
    expect(bad).toEqual([
      "aviso: TAG_SPOOL guardado como número o fecha en las filas 2, 3, 4, 5, 6 y 1 más: se lee " +
        "otra cosa que lo escrito. pon la columna en Formato > Número > Texto sin formato y " +
        "escribe esos tags de nuevo",
    ]);
  });

  test("the same text is a tag as it is", async () => {
    await using emulator = await start({ sheets: tabs(HEADER, [["3-5"], ["0042"]]) });
    expect(await badOf(emulator)).toEqual([]);
  });

  test("what is no date in a column of dates; dates and their texts are", async () => {
    const bad = await after(({ hands }) => {
      hands.type("Operaciones!D2", "15-11-2026");
      hands.put("Operaciones", 3, "Fecha_Materiales", 12);
      hands.put("Operaciones", 4, "Fecha_Materiales", true);
      hands.put("Operaciones", 4, "Fecha_Ocupacion", 99_999_999);
    });
    const fix = "escribe la fecha, o bórralo";
    expect(bad).toEqual([
      `aviso: Fecha_Materiales con algo que no es fecha en las filas 3, 4. ${fix}`,
      `aviso: Fecha_Ocupacion con algo que no es fecha en la fila 4. ${fix}`,
    ]);
  });

  test("formulas in columns that ZEUES writes, and a text that only looks like one", async () => {
    const bad = await after(({ hands }) => {
      hands.type("Operaciones!M3", "=A3");
      hands.type("Operaciones!M4", "=A4");
      hands.put("Operaciones", 5, "Estado_Detalle", "=A5");
    });
    expect(bad).toEqual([
      "aviso: Estado_Detalle con fórmulas en las filas 3, 4: ZEUES escribe encima. " +
        "lleva la fórmula a una columna tuya",
    ]);
  });

  test("tags that stand twice, hostile ones cut short", async () => {
    const long = "x".repeat(100);
    const rows = ["A", "B", " A", long, long, "B"].map((tag) => [tag]);
    await using emulator = await start({ sheets: tabs(HEADER, rows) });
    expect(await badOf(emulator)).toEqual([
      `aviso: TAG_SPOOL repetidos, 3 en total («A», «B», «${"x".repeat(40)}…»): ` +
        "en esas filas no se escribe. deja cada tag en una sola fila",
    ]);
  });

  test("more spools than were measured", async () => {
    const rows = Array.from({ length: 10_001 }, (_, i) => [`MK-${i}`]);
    await using emulator = await start({ sheets: tabs(HEADER, rows) });
    expect(await badOf(emulator)).toEqual([
      "aviso: Operaciones: 10.001 carretes, más de los 10.000 medidos. " +
        "guarda en otra planilla lo ya despachado",
    ]);
  });
});
