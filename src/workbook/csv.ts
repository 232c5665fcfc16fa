/**
 * CSV (RFC 4180) to tabs and back, keeping the dialect. Our own, because a sheet that was not
 * touched must come out byte for byte as it went in (spec 4).
 *
 * C1: nothing is half read: a file that is cut, binary or without header is an error with its line.
 * C2: write(read(bytes)) is `bytes`, but for quotes not needed, line ends that were mixed, and
 *     Windows-1252, which comes out as UTF-8 with BOM so that Excel reads it the same.
 * C3: cells that begin with = + - @ are written as they came: it is the shop's own workbook (RAW),
 *     not a report for strangers, and a changed tag would be another spool.
 */
import { type Dialect, type Tab, WorkbookError } from "./tab.ts";

const BOM = "\uFEFF";

/** Strict UTF-8 first, then what Excel saves. @returns the text and whether to write a BOM. */
function decode(bytes: Uint8Array): { readonly text: string; readonly bom: boolean } {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.startsWith(BOM) ? { text: text.slice(1), bom: true } : { text, bom: false };
  } catch {
    // TextDecoder tells "not UTF-8" only by throwing.
    return { text: new TextDecoder("windows-1252").decode(bytes), bom: true };
  }
}

/** A cell in quotes, where it begins; either delimiter may stand before it. */
const QUOTED = /(^|[,;])"(?:[^"]|"")*"/g;

/** Where the delimiter is looked for: the widest sheet has 18,278 columns (ZZZ). */
const HEADER_MAX = 200_000;

/** Comma or semicolon, whichever stands more often outside quotes in the first line. */
function delimiterOf(text: string): Dialect["delimiter"] {
  const [first = ""] = text.slice(0, HEADER_MAX).replace(QUOTED, "$1").split("\n", 1);
  return first.split(";").length > first.split(",").length ? ";" : ",";
}

interface Scan {
  readonly text: string;
  readonly delimiter: Dialect["delimiter"];
  readonly file: string;
  /** Index of the next character. */
  at: number;
  /** The first line end met, which is the file's. */
  eol: Dialect["eol"] | null;
  /** Whether the record read last had a line end. */
  ended: boolean;
}

const START = { at: 0, eol: null, ended: false };

/** Line of the file, for messages; counted only when there is something to say. */
const lineAt = (scan: Scan, at: number): number => scan.text.slice(0, at).split("\n").length;

const broken = (scan: Scan, at: number, what: string): WorkbookError =>
  new WorkbookError(`${scan.file}, línea ${lineAt(scan, at)}: ${what}`);

/** Reads a quoted cell; `at` stands on its opening quote and ends after the closing one. */
function quotedCell(scan: Scan): string {
  const start = scan.at;
  let cell = "";
  for (let from = start + 1; ; ) {
    const close = scan.text.indexOf('"', from);
    if (close < 0) {
      const what = "una celda entre comillas no se cierra; el archivo parece cortado.";
      throw broken(scan, start, what);
    }
    cell += scan.text.slice(from, close);
    if (scan.text[close + 1] !== '"') {
      scan.at = close + 1;
      return cell;
    }
    cell += '"';
    from = close + 2;
  }
}

/** 0 inside a cell, else how long the line end at `at` is; a lone CR is text. */
function eolLength({ text, at }: Scan): number {
  if (text[at] === "\n") return 1;
  return text[at] === "\r" && text[at + 1] === "\n" ? 2 : 0;
}

const atCellEnd = (scan: Scan): boolean =>
  scan.at >= scan.text.length || scan.text[scan.at] === scan.delimiter || eolLength(scan) > 0;

function cell(scan: Scan): string {
  if (scan.text[scan.at] === '"') {
    const value = quotedCell(scan);
    if (atCellEnd(scan)) return value;
    throw broken(scan, scan.at, "hay texto después de una celda entre comillas.");
  }
  const start = scan.at;
  while (!atCellEnd(scan)) scan.at += 1;
  return scan.text.slice(start, scan.at);
}

/** Reads one record and the line end behind it. */
function record(scan: Scan): string[] {
  const cells = [cell(scan)];
  while (scan.text[scan.at] === scan.delimiter) {
    scan.at += 1;
    cells.push(cell(scan));
  }
  const length = eolLength(scan);
  if (length > 0) scan.eol ??= length === 2 ? "\r\n" : "\n";
  scan.at += length;
  scan.ended = length > 0;
  return cells;
}

/**
 * Reads a CSV file.
 * @param name the tab: `Operaciones`
 * @throws WorkbookError naming file and line when the file is empty, binary, cut, or has no header
 */
export function readCsv(name: string, bytes: Uint8Array): Tab {
  const file = `${name}.csv`;
  if (bytes.includes(0)) {
    const line = new TextDecoder("latin1").decode(bytes.subarray(0, bytes.indexOf(0)));
    const what = "no es texto; guárdelo como CSV (UTF-8).";
    throw new WorkbookError(`${file}, línea ${line.split("\n").length}: ${what}`);
  }
  const { text, bom } = decode(bytes);
  if (text.trim() === "") throw new WorkbookError(`${file} está vacío: falta el encabezado.`);
  const start = (delimiter: Dialect["delimiter"]): Scan => ({ ...START, text, delimiter, file });
  let scan = start(delimiterOf(text));
  let header = record(scan);
  if (header.length === 1) {
    // No delimiter after all: what looked like one stood inside the title.
    scan = start(",");
    header = record(scan);
  }
  if (header.every((title) => title.trim() === "")) {
    throw new WorkbookError(`${file}, línea 1: falta el encabezado.`);
  }
  const rows: string[][] = [];
  let last = 0;
  while (scan.at < text.length) {
    last = scan.at;
    rows.push(record(scan));
  }
  const finalEol = scan.ended;
  const tail = rows.at(-1);
  if (tail && !finalEol && tail.length < header.length) {
    throw broken(scan, last, "la última fila está incompleta; el archivo parece cortado.");
  }
  return {
    name,
    dialect: { delimiter: scan.delimiter, bom, eol: scan.eol ?? "\r\n", finalEol },
    header,
    rows,
  };
}

const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** Writes a tab as its CSV file (C2). */
export function writeCsv({ dialect, header, rows }: Tab): Uint8Array {
  const { delimiter, bom, eol, finalEol } = dialect;
  const needed = delimiter === "," ? /[",\r\n]/ : /[";\r\n]/;
  // The header shows the delimiter: the other one must not be found in it by mistake.
  const title = (text: string, i: number): string =>
    /[",;\r\n]/.test(text) || (i === 0 && text.startsWith(BOM)) ? quote(text) : text;
  const lines = [header.map(title).join(delimiter)];
  for (const row of rows) {
    lines.push(row.map((text) => (needed.test(text) ? quote(text) : text)).join(delimiter));
  }
  // An empty last line without line end would be no line at all.
  if (!finalEol && lines.length > 1 && lines.at(-1) === "") lines[lines.length - 1] = '""';
  const text = lines.join(eol) + (finalEol ? eol : "");
  return new TextEncoder().encode(bom ? BOM + text : text);
}
