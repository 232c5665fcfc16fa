/**
 * The cell Notas, which engineers and ZEUES both write (issue 3): their text, and one line for each
 * remark made here, `20-11-2026 10:30 MR(93): Falta una unión`.
 *
 * N1: text that is not ours is never lost, whatever hands made of the cell.
 * N2: a remark that the cell holds is not written again, also when somebody wrote on behind it.
 * N3: taking our lines out of a cell that we wrote gives back what it was before.
 */
import { formatInstant } from "../domain/fecha.ts";
import type { Nota } from "../domain/spool.ts";

/** Google Sheets' limit of a cell; remarks beyond it stand in Metadata only. */
const CELL_MAX = 50_000;

/** Characters of `DD-MM-YYYY HH:MM:SS` without the seconds. */
const TO_MINUTE = 16;

/** One line, whatever the remark holds; what can't stand in a CSV file becomes a space. */
function lineOf({ texto, firma, atMs }: Nota, zone: string): string {
  const line = texto.toWellFormed().replace(/[\p{Cc}\u2028\u2029]+/gu, " ");
  const head = `${formatInstant(atMs, zone).slice(0, TO_MINUTE)} ${firma.etiqueta}:`;
  return `${head} ${line.trim()}`.trimEnd();
}

const LINE_END = /(\r\n|\r|\n)/;
/** A text's lines; `split` with a group puts the line ends between them. */
const linesOf = (parts: readonly string[]): readonly string[] =>
  parts.filter((_, i) => i % 2 === 0);

interface Found {
  /** Which lines of the cell are ours to the letter. */
  readonly ours: ReadonlySet<number>;
  /** Remarks that the cell does not hold, oldest first. */
  readonly missing: readonly string[];
}

/** Each line of a cell stands for one remark at most: to the letter before written on (N2). */
function find(lines: readonly string[], remarks: readonly string[]): Found {
  const free = new Set(lines.keys());
  const take = (fits: (line: string) => boolean): number | undefined => {
    const place = [...free].find((i) => fits(lines[i] ?? ""));
    if (place !== undefined) free.delete(place);
    return place;
  };
  const ours = new Set<number>();
  const unsaid = remarks.filter((remark) => {
    const place = take((line) => line.trim() === remark);
    if (place !== undefined) ours.add(place);
    return place === undefined;
  });
  const missing = unsaid.filter((remark) => take((line) => line.includes(remark)) === undefined);
  return { ours, missing };
}

/** The cell as it is to be written: its text now, and the remarks that it lacks. */
export function withNotas(cell: string, notas: readonly Nota[], zone: string): string {
  if (notas.length === 0) return cell;
  const remarks = notas.map((nota) => lineOf(nota, zone));
  let out = cell;
  for (const remark of find(linesOf(cell.split(LINE_END)), remarks).missing) {
    // After a lone CR the LF would be the second half of one line end.
    const end = out.endsWith("\r") ? "\r\n" : "\n";
    const longer = out.trim() === "" ? remark : out + end + remark;
    if (longer.length > CELL_MAX) break;
    out = longer;
  }
  return out;
}

/** The cell's text without our own lines: what the engineers wrote (N3). */
export function withoutNotas(cell: string, notas: readonly Nota[], zone: string): string {
  if (notas.length === 0) return cell;
  const parts = cell.split(LINE_END);
  const remarks = notas.map((nota) => lineOf(nota, zone));
  const { ours } = find(linesOf(parts), remarks);
  const kept = [...linesOf(parts).keys()].filter((i) => !ours.has(i));
  // A line goes with the line end before it; the first that stays has none before it.
  return kept.map((i, n) => (n === 0 ? "" : parts[2 * i - 1]) + (parts[2 * i] ?? "")).join("");
}
