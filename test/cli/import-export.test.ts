/** The workbook as a folder of CSV files, in and out of a ledger (spec 4, 7). */

import { describe, expect, test } from "bun:test";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportFolder } from "../../src/cli/export.ts";
import { importFolder } from "../../src/cli/import.ts";
import type { Command } from "../../src/domain/command.ts";
import type { Spool } from "../../src/domain/spool.ts";
import type { Trabajador } from "../../src/domain/trabajador.ts";
import { type Ledger, spoolKey, trabajadorKey, type Write } from "../../src/ledger/ledger.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import { readCsv } from "../../src/workbook/csv.ts";
import { withNotas } from "../../src/workbook/notas.ts";
import { DEFAULT_DIALECT, documentsOf } from "../../src/workbook/tab.ts";
import { actor, attempt, MAURICIO, NOW_MS, policy, spool } from "../support/builders.ts";
import { ledgerWith } from "../support/ledger-with.ts";
import { dataFolder } from "../workbook/libro.ts";

const rules = policy();
const MINUTE_MS = 60_000;

function openLedger(): Ledger & AsyncDisposable {
  const onFault = (fault: unknown): never => {
    throw fault;
  };
  const ledger = openSqliteLedger({ path: ":memory:", onFault });
  return Object.assign(ledger, { [Symbol.asyncDispose]: () => ledger.close() });
}

async function openFolder() {
  const path = await mkdtemp(join(tmpdir(), "zeues-planilla-"));
  const dispose = () => rm(path, { recursive: true });
  return { path, [Symbol.asyncDispose]: dispose };
}

async function importInto(ledger: Ledger, folder: string, parts = {}) {
  const lines: string[] = [];
  const print = (line: string) => void lines.push(line);
  const options = { ledger, folder, policy: rules, nowMs: NOW_MS, force: false, print, ...parts };
  return { ...(await importFolder(options)), lines };
}

const exportFrom = (ledger: Ledger, folder: string, force = false) =>
  exportFolder({ ledger, folder, policy: rules, force, print: () => {} });

async function files(folder: string): Promise<ReadonlyMap<string, string>> {
  const out = new Map<string, string>();
  for (const file of (await readdir(folder)).sort()) {
    out.set(file, (await readFile(join(folder, file))).toString("latin1"));
  }
  return out;
}

/** Somebody does something to a spool; a refusal fails the test. */
async function act(ledger: Ledger, before: Spool, cmd: Command, who: Trabajador, atMs: number) {
  const result = attempt(before, cmd, actor(who), atMs, rules);
  if (!result.ok) throw new Error(JSON.stringify(result.refusal));
  const key = spoolKey(before.tag);
  const writes: Write[] = [
    { key, expectedVersion: before.version, state: result.spool, event: result.event },
  ];
  const { kind } = await ledger.commit({ writes });
  expect(kind).toBe("committed");
  return result.spool;
}

/**
 * Spools but for what a workbook does not carry over: versions, which count a ledger's own events,
 * and a completion to be undone. Remarks are text of the sheet to the next ledger.
 */
async function spoolsOf(ledger: Ledger) {
  const { spools } = await ledger.snapshot();
  const sorted = [...spools].sort((a, b) => (a.tag < b.tag ? -1 : 1));
  return sorted.map(({ version, completada, notas, ficha: { Notas = "", ...ficha }, ...rest }) => ({
    ...rest,
    ficha,
    cell: withNotas(Notas, notas, rules.zone),
  }));
}

async function spoolOf(ledger: Ledger, which: string): Promise<Spool> {
  const { spools } = await ledger.snapshot();
  const found = spools.find((s) => s.tag === which);
  if (!found) throw new Error(which);
  return found;
}

async function worker(ledger: Ledger, which: number): Promise<Trabajador> {
  const { trabajadores } = await ledger.snapshot();
  const found = trabajadores.find((t) => t.id === which);
  if (!found) throw new Error(String(which));
  return found;
}

describe("import", () => {
  test("prints what was read, and commits once", async () => {
    await using ledger = openLedger();
    const { lines } = await importInto(ledger, dataFolder("taller"));
    expect(lines).toEqual([
      "2.000 carretes, 45 trabajadores, 26 ocupados",
      "2.000 en orden, 0 con errores (se muestran, no se trabajan), 0 filas sin tag",
      "Sin problemas en la planilla.",
      "2.045 registros nuevos o cambiados.",
    ]);
    const { spools, trabajadores, planilla, seq } = await ledger.snapshot();
    expect([spools.length, trabajadores.length, planilla?.problemas, Number(seq)]).toEqual([
      2_000,
      45,
      [],
      2_046,
    ]);
  });

  test("the same folder again stores nothing", async () => {
    for (const name of ["taller", "taller-sucio"] as const) {
      await using ledger = openLedger();
      await importInto(ledger, dataFolder(name));
      const { seq } = await ledger.snapshot();
      const again = await importInto(ledger, dataFolder(name), { nowMs: NOW_MS + MINUTE_MS });
      expect([again.changes, again.lines.at(-1)]).toEqual([0, "Sin cambios."]);
      expect((await ledger.snapshot()).seq).toBe(seq);
    }
  });

  test("a dry run says what would happen and stores nothing", async () => {
    await using ledger = openLedger();
    const { lines } = await importInto(ledger, dataFolder("taller-sucio"), { dryRun: true });
    expect(lines.slice(0, 2)).toEqual([
      "309 carretes, 21 trabajadores, 13 ocupados",
      "304 en orden, 5 con errores (se muestran, no se trabajan), 1 fila sin tag, 1 fila en blanco",
    ]);
    expect(lines).toContain(
      "  error: Operaciones, fila 305 (MK-9999-TW-99999-001): " +
        "Fecha_Armado no es una fecha: «31-02-2026»",
    );
    expect(lines.at(-1)).toBe(
      "Habría 330 registros nuevos o cambiados; no se importó nada (--dry-run).",
    );
    expect(Number((await ledger.snapshot()).seq)).toBe(0);
  });

  test("an action that comes between reading and committing is not lost", async () => {
    await using ledger = openLedger();
    await using folder = await openFolder();
    await cp(dataFolder("taller"), folder.path, { recursive: true });
    await importInto(ledger, folder.path);
    const path = join(folder.path, "Operaciones.csv");
    const text = await readFile(path, "utf8");
    await writeFile(path, text.replace("Celulosa Arauco II", "Otro cliente"));
    const first = await spoolOf(ledger, "MK-1300-SL-28000-001");
    const quien = await worker(ledger, 168);
    let raced = false;
    const racing = ledgerWith(ledger, {
      commit: async (commit) => {
        if (!raced) {
          raced = true;
          await act(ledger, first, { accion: "TOMAR", operacion: "ARM" }, quien, NOW_MS);
        }
        return ledger.commit(commit);
      },
    });
    await importInto(racing, folder.path);
    const now = await spoolOf(ledger, first.tag);
    expect(now).toMatchObject({ version: 3, ocupacion: { trabajador: { id: quien.id } } });
    expect(now.ficha.Cliente).toBe("Otro cliente");
  });

  test("more than 5 % gone is refused with the way out", async () => {
    await using ledger = openLedger();
    await using folder = await openFolder();
    await cp(dataFolder("taller"), folder.path, { recursive: true });
    await importInto(ledger, folder.path);
    const path = join(folder.path, "Operaciones.csv");
    const lines = (await readFile(path, "utf8")).split("\r\n");
    await writeFile(path, lines.slice(0, 1_801).join("\r\n"));
    await expect(importInto(ledger, folder.path)).rejects.toThrow(
      "En la hoja Operaciones faltan 200 de los 2000 carretes conocidos. " +
        "No se importó nada; si está bien así, repita con --forzar.",
    );
    const forced = await importInto(ledger, folder.path, { force: true });
    expect(forced.problemas).toHaveLength(200);
    expect((await ledger.snapshot()).spools).toHaveLength(2_000);
  });

  test("a folder that can't be read is one sentence", async () => {
    await using ledger = openLedger();
    await using folder = await openFolder();
    const missing = join(folder.path, "nada");
    await expect(importInto(ledger, missing)).rejects.toThrow(`${missing} no existe.`);
    await expect(importInto(ledger, folder.path)).rejects.toThrow("Falta la hoja Operaciones");
    const file = join(folder.path, "x.csv");
    await writeFile(file, "");
    await expect(importInto(ledger, file)).rejects.toThrow(`${file} no es una carpeta.`);
    await expect(importInto(ledger, folder.path)).rejects.toThrow("x.csv está vacío");
    await cp(dataFolder("taller"), folder.path, { recursive: true });
    await rm(file);
    await writeFile(join(folder.path, "operaciones.csv"), "a,b\n");
    await expect(importInto(ledger, folder.path)).rejects.toThrow("está dos veces");
    expect(Number((await ledger.snapshot()).seq)).toBe(0);
  });
});

describe("export", () => {
  test("an untouched clean workbook comes out byte for byte, foreign tabs too", async () => {
    await using ledger = openLedger();
    await using folder = await openFolder();
    const source = join(folder.path, "in");
    await cp(dataFolder("taller"), source, { recursive: true });
    await writeFile(join(source, "Pintura de ingeniería.csv"), 'Color;Nota\n"a;b";ñ');
    await importInto(ledger, source);
    await exportFrom(ledger, join(folder.path, "out"));
    expect(await files(join(folder.path, "out"))).toEqual(await files(source));
    expect((await readdir(folder.path)).sort()).toEqual(["in", "out"]);
  });

  test("Windows-1252 with semicolons comes out as UTF-8 with BOM", async () => {
    await using ledger = openLedger();
    await using folder = await openFolder();
    await cp(dataFolder("taller"), folder.path, { recursive: true });
    const path = join(folder.path, "Trabajadores.csv");
    const utf8 = (await readFile(path, "utf8")).replaceAll(",", ";");
    await writeFile(path, Buffer.from(utf8, "latin1"));
    const { lines } = await importInto(ledger, folder.path);
    expect(lines[0]).toBe("2.000 carretes, 45 trabajadores, 26 ocupados");
    await exportFrom(ledger, folder.path);
    expect(await readFile(path, "utf8")).toBe(`\uFEFF${utf8}`);
  });

  test("after a day of work: export, import into an empty ledger, export: the same", async () => {
    await using ledger = openLedger();
    await using folder = await openFolder();
    await importInto(ledger, dataFolder("taller"));
    let atMs = NOW_MS;
    const step = async (which: string, cmd: Command, who: number, waitMs = MINUTE_MS) => {
      atMs += waitMs;
      await act(ledger, await spoolOf(ledger, which), cmd, await worker(ledger, who), atMs);
    };
    const { spools } = await ledger.snapshot();
    const paused = spools.find(({ arm }) => arm.estado === "pausado")?.tag ?? "";
    const rejected = spools.find(({ ciclo }) => ciclo === 2)?.tag ?? "";
    const blocked = spools.find(({ inspeccion }) => inspeccion.estado === "bloqueado")?.tag ?? "";
    const done = spools.find(
      ({ sold, inspeccion }) => sold.estado === "completado" && inspeccion.estado === "pendiente",
    );
    await step(paused, { accion: "TOMAR", operacion: "ARM" }, 168);
    await step("MK-1302-TW-28007-011", { accion: "COMPLETAR", operacion: "ARM" }, 352);
    await step("MK-1302-SL-28009-004", { accion: "LIBERAR", motivo: 'fin "de turno", sí' }, 168);
    await step(rejected, { accion: "TOMAR", operacion: "REPARACION" }, 352);
    await step(rejected, { accion: "COMPLETAR", operacion: "REPARACION" }, 352);
    await step(rejected, { accion: "RECHAZAR", motivo: "poro" }, 40);
    await step(blocked, { accion: "DESBLOQUEAR", motivo: "=revisado" }, 168);
    await step(blocked, { accion: "TOMAR", operacion: "REPARACION" }, 51);
    await step(blocked, { accion: "PAUSAR", operacion: "REPARACION" }, 51);
    await step(done?.tag ?? "", { accion: "APROBAR" }, 40);
    await step(paused, { accion: "COMPLETAR", operacion: "ARM" }, 168);
    await step(paused, { accion: "ANOTAR", texto: "Era el otro" }, 34, 1_000);
    await step(paused, { accion: "DESHACER" }, 168, 4_000);
    await step(done?.tag ?? "", { accion: "ANOTAR", texto: '=1+1\n"dos", tres' }, 40);

    const [one, two, three] = ["1", "2", "3"].map((n) => join(folder.path, n));
    if (!one || !two || !three) throw new Error("no folders");
    await exportFrom(ledger, one);
    await using empty = openLedger();
    expect((await importInto(empty, one)).problemas).toEqual([]);
    expect(await spoolsOf(empty)).toEqual(await spoolsOf(ledger));
    expect((await spoolOf(empty, paused)).ficha).toMatchObject({
      Notas: "20-11-2026 10:41 JÑ(34): Era el otro",
    });
    await exportFrom(empty, two);
    expect(await files(two)).toEqual(await files(one));
    // Into the ledger it came from: nothing new, each event of ours once.
    expect((await importInto(ledger, one)).problemas).toEqual([]);
    await exportFrom(ledger, three);
    expect(await files(three)).toEqual(await files(one));
  }, 20_000);

  test("a stale export imported again is no change by hand, what hands changed in it is", async () => {
    await using ledger = openLedger();
    await using folder = await openFolder();
    await importInto(ledger, dataFolder("taller"));
    const take = async (which: string) =>
      act(
        ledger,
        await spoolOf(ledger, which),
        { accion: "TOMAR", operacion: "ARM" },
        await worker(ledger, 168),
        NOW_MS,
      );
    await take("MK-1300-SL-28000-001");
    await exportFrom(ledger, folder.path);
    await take("MK-1300-PW-28000-002");
    const path = join(folder.path, "Operaciones.csv");
    const text = await readFile(path, "utf8");
    await writeFile(
      path,
      text.replace("02-07-2026,JÑ(34),06-07-2026", "02-07-2026,LO(205),06-07-2026"),
    );
    const { problemas } = await importInto(ledger, folder.path);
    expect(problemas).toEqual([
      {
        gravedad: "aviso",
        tab: "Operaciones",
        filas: [4],
        tag: null,
        motivo: "Cambio a mano no aplicado en Armador.",
      },
    ]);
    expect((await importInto(ledger, folder.path)).changes).toBe(0);
  });

  test("an action writes its row's whitelisted cells and one row of Metadata, nothing else", async () => {
    await using ledger = openLedger();
    await using folder = await openFolder();
    await importInto(ledger, dataFolder("taller"));
    const before = await spoolOf(ledger, "MK-1300-SL-28000-001");
    const quien = await worker(ledger, 168);
    await act(ledger, before, { accion: "TOMAR", operacion: "ARM" }, quien, NOW_MS);
    await exportFrom(ledger, folder.path);
    const changed = async (file: string) => {
      const read = async (path: string) => (await readFile(join(path, file), "utf8")).split("\r\n");
      const was = new Set(await read(dataFolder("taller")));
      return (await read(folder.path)).filter((line) => !was.has(line));
    };
    expect(await changed("Operaciones.csv")).toEqual([
      'NV0600-00001,1,NV0600,00001,Celulosa Arauco II,PRY-1,ISO-20000,A,"4""-TW-184",' +
        "MK-1300-SL-28000-001,A312 TP316L,4,80,596.8,7,01-08-2026,13-08-2026,13-08-2026,," +
        "RP(168),,,,,,,,,,,RP(168),20-11-2026 10:30:00,2," +
        '"RP(168) trabajando ARM (ARM en progreso, SOLD pendiente)",7,0,0,0.0,0.0,',
    ]);
    const [row = "", ...more] = await changed("Metadata.csv");
    expect(more).toEqual([]);
    expect(row).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12},/);
    expect(row.slice(37)).toBe(
      "20-11-2026 10:30:00,TOMAR_SPOOL,MK-1300-SL-28000-001,168,RP(168),ARM,TOMAR,20-11-2026,{},",
    );
    expect(await changed("Uniones.csv")).toEqual([]);
  });

  test("columns of ours that the sheet lacks are appended once there is something to write", async () => {
    await using ledger = openLedger();
    await using folder = await openFolder();
    const header = "TAG_SPOOL,NV,OT,Fecha_Materiales,Fecha_Armado,Armador,Fecha_Soldadura,Soldador";
    const text = `${header},Fecha_QC_Metrologia\nA-1,N,1,13-08-2026,,,,,\nA-2,N,1,,,,,,\n`;
    await writeFile(join(folder.path, "Operaciones.csv"), text);
    await writeFile(join(folder.path, "Roles.csv"), "Id,Rol,Activo\n93,Armador,TRUE\n");
    const personas = "Id,Nombre,Apellido,Activo\n93,Mauricio,Rodríguez,TRUE\n";
    await writeFile(join(folder.path, "Trabajadores.csv"), personas);
    await importInto(ledger, folder.path);
    const tomar: Command = { accion: "TOMAR", operacion: "ARM" };
    await act(ledger, await spoolOf(ledger, "A-1"), tomar, MAURICIO, NOW_MS);
    await exportFrom(ledger, folder.path);
    expect(await readFile(join(folder.path, "Operaciones.csv"), "utf8")).toBe(
      `${header},Fecha_QC_Metrologia,Ocupado_Por,Fecha_Ocupacion,version,Estado_Detalle\n` +
        "A-1,N,1,13-08-2026,,MR(93),,,,MR(93),20-11-2026 10:30:00,2," +
        '"MR(93) trabajando ARM (ARM en progreso, SOLD pendiente)"\n' +
        'A-2,N,1,,,,,,,,,,"Disponible - ARM pendiente, SOLD pendiente"\n',
    );
    expect(await readdir(folder.path)).toContain("Metadata.csv");
  });

  test("rows of a repeated or inconsistent tag stay as they are", async () => {
    await using ledger = openLedger();
    await using folder = await openFolder();
    await importInto(ledger, dataFolder("taller-sucio"));
    await exportFrom(ledger, folder.path);
    const rows = async (path: string) =>
      readCsv("x", await readFile(join(path, "Operaciones.csv"))).rows;
    const [was, is] = [await rows(dataFolder("taller-sucio")), await rows(folder.path)];
    for (const fila of [7, 303, 304, 305, 306, 308, 312, 313]) {
      expect(is[fila - 2]).toEqual(was[fila - 2] ?? []);
    }
  });

  test("a ledger that never read a workbook writes one that opens as the same", async () => {
    await using ledger = openLedger();
    await using folder = await openFolder();
    const made = [
      spool({ ficha: { Línea: '6"-P', Notas: "a\nb" } }),
      spool({ tag: "=1+1", fechaMateriales: null }),
    ];
    const autor = { firma: null, medio: "demo", dispositivo: null } as const;
    const base = { version: 1, atMs: NOW_MS, autor };
    await ledger.commit({
      writes: [
        {
          key: trabajadorKey(MAURICIO.id),
          expectedVersion: 0,
          state: MAURICIO,
          event: { kind: "trabajador", ...base, trabajador: MAURICIO },
        },
        ...made.map(
          (state): Write => ({
            key: spoolKey(state.tag),
            expectedVersion: 0,
            state,
            event: {
              kind: "spool",
              ...base,
              tag: state.tag,
              cambio: { accion: "IMPORTAR", operacion: null, spool: state },
              estadoDetalle: "",
            },
          }),
        ),
      ],
    });
    const tomar: Command = { accion: "TOMAR", operacion: "ARM" };
    await act(ledger, await spoolOf(ledger, made[0]?.tag ?? ""), tomar, MAURICIO, NOW_MS);
    const [one, two] = [join(folder.path, "1"), join(folder.path, "2")];
    await exportFrom(ledger, one);
    await using empty = openLedger();
    const { problemas } = await importInto(empty, one);
    expect(problemas.filter(({ gravedad }) => gravedad === "error")).toEqual([]);
    expect(await spoolsOf(empty)).toEqual(await spoolsOf(ledger));
    await exportFrom(empty, two);
    expect(await files(two)).toEqual(await files(one));
  });

  test("a folder of other things is left alone unless forced", async () => {
    await using ledger = openLedger();
    await using folder = await openFolder();
    await importInto(ledger, dataFolder("taller"));
    await writeFile(join(folder.path, "tesis.txt"), "no tocar");
    await expect(exportFrom(ledger, folder.path)).rejects.toThrow("repita con --forzar");
    expect(await readdir(folder.path)).toEqual(["tesis.txt"]);
    await exportFrom(ledger, folder.path, true);
    expect(await readFile(join(folder.path, "tesis.txt"), "utf8")).toBe("no tocar");
    expect(await readdir(folder.path)).toHaveLength(6);
  });

  test("nothing is written outside the folder", async () => {
    await using ledger = openLedger();
    await using folder = await openFolder();
    await importInto(ledger, dataFolder("taller"));
    const { planilla } = await ledger.snapshot();
    if (!planilla) throw new Error("no planilla");
    const state = { ...planilla, version: planilla.version + 1 };
    const autor = { firma: null, medio: "planilla", dispositivo: null } as const;
    const { version } = state;
    const event = { kind: "planilla", atMs: NOW_MS, version, autor, planilla: state } as const;
    const evil = { name: "../../evil", dialect: DEFAULT_DIALECT, header: ["a"], rows: [] };
    const tabs = ["Operaciones", "Roles"].map((name) => readCsv(name, Buffer.from("TAG_SPOOL\n")));
    await ledger.commit({
      writes: [{ key: "planilla", expectedVersion: planilla.version, state, event }],
      documents: {
        ...documentsOf([...tabs, evil]),
        "tab:Operaciones": (await ledger.document("tab:Operaciones")) ?? "",
      },
    });
    const target = join(folder.path, "out");
    const outside = join(folder.path, "outside.csv");
    await writeFile(outside, "mine");
    await mkdir(target);
    await symlink(outside, join(target, "Roles.csv"));
    await exportFrom(ledger, target, true);
    expect(await readFile(outside, "utf8")).toBe("mine");
    expect((await readdir(folder.path)).sort()).toEqual(["out", "outside.csv"]);
    expect((await readdir(target)).sort()).toEqual(
      ["Operaciones.csv", "Roles.csv", "_._.._evil.csv"].sort(),
    );
  });
});
