/** Figures of a run: quantiles, medians of rounds, ratios with their spread, and a plain table. */

const sorted = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b);

/** The value below which the share `q` of all lies (nearest rank); NaN for none. */
export function quantile(values: readonly number[], q: number): number {
  const all = sorted(values);
  return all[Math.min(all.length - 1, Math.floor(all.length * q))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** `1.24 (1.18 to 1.31)`: the median of the rounds' ratios, the lowest and the highest. */
export function ratio(ours: readonly number[], theirs: readonly number[]): string {
  const ratios = ours.map((value, round) => value / (theirs[round] ?? Number.NaN));
  const [low, middle, high] = [0, 0.5, 1].map((q) => quantile(ratios, q).toFixed(2));
  return `${middle} (${low} to ${high})`;
}

/** Three digits that count, thousands with a comma: 0.0123, 4.56, 78.9, 12,345. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return "-";
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en");
  return value.toPrecision(3);
}

/** Prints rows under a head, as a Markdown table that can go into docs/ as it is. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((cell, at) =>
    Math.max(cell.length, ...rows.map((row) => (row[at] ?? "").length)),
  );
  const line = (cells: readonly string[], fill = " "): string =>
    `| ${widths.map((width, at) => (cells[at] ?? "").padEnd(width, fill)).join(" | ")} |`;
  console.log(line(head));
  console.log(
    line(
      head.map(() => ""),
      "-",
    ),
  );
  for (const row of rows) console.log(line(row));
}
