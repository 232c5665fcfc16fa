/** The pages for people, as the tests of the documentation read them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const ROOT = join(import.meta.dir, "../..");

export interface Fence {
  /** The word after the opening backticks; "" = none. */
  readonly language: string;
  readonly lines: readonly string[];
  /** Of its first line inside, from 1. */
  readonly at: number;
}

export interface Page {
  /** From the repository's root. */
  readonly path: string;
  readonly text: string;
  readonly fences: readonly Fence[];
  /** The text with fenced blocks as empty lines, so that line numbers hold. */
  readonly prose: string;
}

const inDocs = (): string[] =>
  readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md"))
    .map((path) => `docs/${path}`);

function read(path: string): Page {
  const text = readFileSync(join(ROOT, path), "utf8");
  const fences: Fence[] = [];
  const prose: string[] = [];
  let open: { language: string; lines: string[]; at: number } | null = null;
  for (const [index, line] of text.split("\n").entries()) {
    const mark = /^\s*```+\s*(.*)$/.exec(line);
    if (mark && open) {
      fences.push(open);
      open = null;
    } else if (mark) open = { language: mark[1] ?? "", lines: [], at: index + 2 };
    else if (open) open.lines.push(line);
    prose.push(open || mark ? "" : line);
  }
  if (open) throw new Error(`${path}:${open.at - 1}: a block that is never closed`);
  return { path, text, fences, prose: prose.join("\n") };
}

/** README, the change log, how to report a hole, and every page of docs/. */
export const PAGES: readonly Page[] = [
  "README.md",
  "CHANGELOG.md",
  "SECURITY.md",
  ...inDocs().sort(),
].map(read);

/** `FILE:LINE: ` of a place in a page's prose. */
export const placeOf = ({ path, prose }: Page, offset: number): string =>
  `${path}:${prose.slice(0, offset).split("\n").length}`;
