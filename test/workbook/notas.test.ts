/** The cell Notas, written by engineers and by ZEUES (issue 3; laws N1 to N3 of notas). */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Nota, Spool } from "../../src/domain/spool.ts";
import { firmaOf, type Trabajador } from "../../src/domain/trabajador.ts";
import { readCsv, writeCsv } from "../../src/workbook/csv.ts";
import { withNotas, withoutNotas } from "../../src/workbook/notas.ts";
import { planExport } from "../../src/workbook/plan-export.ts";
import type { Tab } from "../../src/workbook/tab.ts";
import {
  apply,
  command,
  HOUR_MS,
  INGRID,
  MAURICIO,
  MINUTE_MS,
  NOW_MS,
  policy,
  spool,
  tag,
  ZONE,
} from "../support/builders.ts";
import {
  after,
  type Celdas,
  imported,
  type Known,
  LISTO,
  libro,
  metadata,
  NADA,
  planned,
  TOMADO,
} from "./libro.ts";

const nota = (texto: string, atMs = NOW_MS, quien: Trabajador = MAURICIO): Nota => ({
  texto,
  firma: firmaOf(quien),
  atMs,
});
const cell = (text: string, ...notas: readonly Nota[]): string => withNotas(text, notas, ZONE);
const theirs = (text: string, ...notas: readonly Nota[]): string => withoutNotas(text, notas, ZONE);

const FALTA = nota("Falta una unión");
const LINE = "20-11-2026 10:30 MR(93): Falta una unión";

/** A blank cell is none. */
const orNone = (text: string): string => (text.trim() === "" ? "" : text);
/** The first letters of a remark that nothing changes. */
const wordsOf = (texto: string): string => /^\s*(\p{L}*)/u.exec(texto)?.[1] ?? "";

describe("the cell", () => {
  test("is one line per remark, oldest first, below what the engineers wrote", () => {
    const second = nota("Llegó", NOW_MS + HOUR_MS, INGRID);
    const both = `${LINE}\n20-11-2026 11:30 ÍN(51): Llegó`;
    expect(cell("", FALTA, second)).toBe(both);
    expect(cell("  ", FALTA, second)).toBe(both);
    expect(cell("urgente", FALTA, second)).toBe(`urgente\n${both}`);
    expect(cell("urgente\r\nver plano\n", FALTA)).toBe(`urgente\r\nver plano\n\n${LINE}`);
  });

  test("without remarks is left alone", () => {
    for (const text of ["", " ", "urgente\r\n"]) {
      expect(cell(text)).toBe(text);
      expect(theirs(text)).toBe(text);
    }
  });

  test("is not written twice, wherever the line stands and however lines end", () => {
    for (const text of [LINE, `a\n${LINE}\nb`, `a\r\n${LINE}\r\nb`, `${LINE}\rb`, ` ${LINE} `]) {
      expect(cell(text, FALTA)).toBe(text);
    }
  });

  test("keeps what hands wrote behind a line of ours, and does not repeat the line", () => {
    const text = `${LINE} (visto, JP)`;
    expect(cell(text, FALTA)).toBe(text);
    expect(theirs(text, FALTA)).toBe(text);
  });

  test("a line that hands removed comes back: remarks are never removed", () => {
    expect(cell("urgente", FALTA)).toBe(`urgente\n${LINE}`);
  });

  test("a remark that begins as a longer one does is one of its own", () => {
    const short = nota("Falta");
    const two = cell("", FALTA, short);
    expect(two.split("\n")).toEqual([LINE, "20-11-2026 10:30 MR(93): Falta"]);
    expect(cell(two, FALTA, short)).toBe(two);
    expect(cell(LINE, FALTA, short)).toBe(two);
  });

  test("a remark is one line that a CSV file can hold, whatever it holds", () => {
    const texto = "uno\r\ndos\ntres\u2028cuatro\0\t\u0085\ud800</li><script>";
    const line = cell("", nota(texto));
    expect(line).toBe("20-11-2026 10:30 MR(93): uno dos tres cuatro \ufffd</li><script>");
    expect(cell(line, nota(texto))).toBe(line);
  });

  test("stays below Google's limit of a cell; remarks that do not fit are left to Metadata", () => {
    const many = Array.from({ length: 120 }, (_, n) => nota(`${n}`.padEnd(500, "x")));
    const full = cell("urgente", ...many);
    expect(full.length).toBeLessThanOrEqual(50_000);
    expect(full.length).toBeGreaterThan(49_000);
    expect(cell(full, ...many)).toBe(full);
    expect(theirs(full, ...many)).toBe("urgente");
  });

  test("any text of theirs and any remarks: idempotent, and theirs comes back to the letter", () => {
    const texts = fc.oneof(
      fc.string({ unit: "binary", maxLength: 12 }),
      fc
        .array(fc.constantFrom("a", "\n", "\r\n", "\r", " ", LINE), { maxLength: 6 })
        .map((parts) => parts.join("")),
    );
    const notas = fc.array(
      fc
        .record({ texto: texts, minutes: fc.nat(2) })
        .map(({ texto, minutes }) => nota(texto, NOW_MS + minutes * MINUTE_MS)),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(texts, notas, (text, remarks) => {
        const once = cell(text, ...remarks);
        expect(cell(once, ...remarks)).toBe(once);
        expect(once.startsWith(orNone(text))).toBe(true);
        for (const { texto } of remarks) expect(once).toContain(wordsOf(texto));
        // A text of theirs that reads like a line of ours is ours afterwards.
        if (!text.includes("MR(93)")) {
          expect(orNone(theirs(once, ...remarks))).toBe(orNone(text));
        }
      }),
      { numRuns: 500 },
    );
  });
});

/** A ledger in short: the workbook as last read, and what is known. */
interface Shop {
  readonly tabs: readonly Tab[];
  readonly known: Known;
}

const A1 = tag("A-1");
const spoolOf = ({ known }: Shop): Spool => known.spools.get(A1) ?? spool({ tag: "gone" });

const read = (tabs: readonly Tab[], known: Known = NADA): Shop => ({
  tabs,
  known: after(known, planned(tabs, known)),
});

const noted = ({ tabs, known }: Shop, texto: string, atMs = NOW_MS): Shop => {
  const spools = new Map(known.spools);
  spools.set(A1, apply(spoolOf({ tabs, known }), { accion: "ANOTAR", texto }, MAURICIO, atMs));
  return { tabs, known: { ...known, spools } };
};

const written = ({ tabs, known }: Shop): readonly Tab[] =>
  planExport({
    tabs,
    spools: known.spools,
    trabajadores: [...known.trabajadores.values()],
    events: [],
    policy: policy(),
    eventId: ({ seq }) => String(seq),
  }).map((tab) => readCsv(tab.name, writeCsv(tab)));

function notasCell(tabs: readonly Tab[], fila = 0): string | undefined {
  const tab = tabs.find(({ name }) => name === "Operaciones");
  return tab?.rows[fila]?.[tab.header.indexOf("Notas")];
}

/** The workbook with another text in the first row's Notas: an engineer's hand. */
const byHand = (tabs: readonly Tab[], text: string): readonly Tab[] =>
  tabs.map((tab) => {
    if (tab.name !== "Operaciones") return tab;
    const place = tab.header.indexOf("Notas");
    return { ...tab, rows: tab.rows.map((row, i) => (i === 0 ? row.with(place, text) : row)) };
  });

const WITH_NOTAS: Celdas = { ...LISTO, Notas: "urgente" };

describe("in and out of the workbook", () => {
  test("the spool's ficha keeps the sheet's own text, also after ours was written and read", () => {
    const first = noted(read(libro(WITH_NOTAS)), "Falta una unión");
    const tabs = written(first);
    expect(notasCell(tabs)).toBe(`urgente\n${LINE}`);
    const again = read(tabs, first.known);
    expect(spoolOf(again)).toEqual(spoolOf(first));
    expect(spoolOf(again).ficha).toMatchObject({ Notas: "urgente" });
    expect(notasCell(written(again))).toBe(`urgente\n${LINE}`);
  });

  test("a cell that holds nothing but ours is no text of theirs", () => {
    const first = noted(read(libro(LISTO)), "Falta una unión");
    const again = read(written(first), first.known);
    expect(Object.keys(spoolOf(again).ficha)).not.toContain("Notas");
    expect(spoolOf(again).version).toBe(spoolOf(first).version);
  });

  test("what engineers write later is kept, read as theirs, and remarks go below it", () => {
    const first = noted(read(libro(WITH_NOTAS)), "Falta una unión");
    const hand = byHand(written(first), `muy urgente\n${LINE}\nver plano`);
    const again = noted(read(hand, first.known), "Llegó", NOW_MS + HOUR_MS);
    expect(spoolOf(again).ficha).toMatchObject({ Notas: "muy urgente\nver plano" });
    expect(notasCell(written(again))).toBe(
      `muy urgente\n${LINE}\nver plano\n20-11-2026 11:30 MR(93): Llegó`,
    );
  });

  test("an empty ledger reads the whole cell as the sheet's, and writes it back as it is", () => {
    const tabs = written(noted(read(libro(WITH_NOTAS)), "uno\ndos"));
    const other = read(tabs);
    expect(spoolOf(other).notas).toEqual([]);
    expect(spoolOf(other).ficha).toMatchObject({
      Notas: "urgente\n20-11-2026 10:30 MR(93): uno dos",
    });
    expect(written(other)).toEqual(tabs);
  });

  test("only the spool's own row is written, and the column is made where there is none", () => {
    const [tab, ...rest] = libro(LISTO, { ...LISTO, TAG_SPOOL: "B-2" });
    if (!tab) throw new Error("no tab");
    const bare = {
      ...tab,
      header: tab.header.slice(0, -1),
      rows: tab.rows.map((r) => r.slice(0, -1)),
    };
    const tabs = written(noted(read([bare, ...rest]), "Falta una unión"));
    expect([notasCell(tabs), notasCell(tabs, 1)]).toEqual([LINE, ""]);
  });

  test("a repeated tag is not written; an inconsistent one gets its remarks and no more", () => {
    const twice = noted(read(libro(LISTO, LISTO)), "Falta una unión");
    expect(notasCell(written(twice))).toBe("");
    const wrong = libro({ ...TOMADO, Fecha_Armado: "31-02-2026" });
    const broken = noted(read(wrong), "Falta una unión");
    expect(spoolOf(broken).inconsistencia).not.toBeNull();
    const tabs = written(broken);
    expect(byHand(tabs, "")).toEqual(byHand(wrong, ""));
    expect(notasCell(tabs)).toBe(LINE);
    // Read again it is the same still, and once mended the remark is there.
    expect(planned(tabs, broken.known).changes.filter(({ kind }) => kind === "spool")).toEqual([]);
    const mended = read(libro({ ...TOMADO, Notas: LINE }), broken.known);
    expect(spoolOf(mended)).toMatchObject({ inconsistencia: null, notas: [FALTA] });
    expect(Object.keys(spoolOf(mended).ficha)).not.toContain("Notas");
  });

  test("a ledger that never read a workbook writes them in one column with the sheet's text", () => {
    const started = spool({ tag: "A-1", ficha: { Linea: "x", notas: "urgente" } });
    const spools = new Map([[A1, apply(started, command("ANOTAR"), MAURICIO)]]);
    const tabs = written({ tabs: [], known: { ...NADA, spools } });
    expect(tabs[0]?.header.filter((title) => /notas/i.test(title))).toEqual(["Notas"]);
    expect(notasCell(tabs)).toBe(`urgente\n${LINE}`);
  });
});

describe("DESHACER", () => {
  test("empties the cells that COMPLETAR wrote, and the spool is held as before", () => {
    const first = read(libro(TOMADO));
    const done = apply(spoolOf(first), command("COMPLETAR"), MAURICIO);
    const shop = (state: Spool, tabs: readonly Tab[]): Shop => ({
      tabs,
      known: { ...first.known, spools: new Map([[A1, state]]) },
    });
    const completed = written(shop(done, first.tabs));
    const undone = apply(done, command("DESHACER"), MAURICIO, NOW_MS + 3_000);
    const tabs = written(shop(undone, completed));
    const place = (title: string) => tabs[0]?.header.indexOf(title) ?? -1;
    const cells = (of: readonly Tab[]) =>
      ["Fecha_Armado", "Armador", "Ocupado_Por", "Fecha_Ocupacion"].map(
        (title) => of[0]?.rows[0]?.[place(title)],
      );
    expect(cells(completed)).toEqual(["20-11-2026", "MR(93)", "", ""]);
    expect(cells(tabs)).toEqual(["", "MR(93)", "MR(93)", "20-11-2026 08:26:00"]);
    expect(tabs).toEqual(first.tabs.map((tab) => readCsv(tab.name, writeCsv(tab))));
  });

  test("is understood in a log at first sight: CANCELAR returns to what stood before", () => {
    const log = (...acciones: readonly string[]) =>
      metadata(
        ...acciones.map((accion, n) => {
          const at = `20-11-2026 08:2${n}:00`;
          const what = `ARM,${accion},20-11-2026,{},`;
          return `e${n},${at},${accion}_SPOOL,A-1,93,MR(93),${what}`;
        }),
      );
    const [continued, begun, twice] = [
      log("TOMAR", "PAUSAR", "TOMAR", "COMPLETAR", "ANOTAR", "DESHACER"),
      log("TOMAR", "COMPLETAR", "DESHACER"),
      log("PAUSAR", "TOMAR", "COMPLETAR", "DESHACER", "COMPLETAR", "DESHACER"),
    ].map((tab) => imported(TOMADO, tab).arm.estado);
    expect([continued, begun, twice]).toEqual(["pausado", "pendiente", "pausado"]);
  });
});
