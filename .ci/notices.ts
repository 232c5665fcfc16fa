/**
 * The notices that licences ask to go along with what is shipped, as one text: whoever hands on the
 * binary hands them on inside it (`zeues licencias`). Written by licences.ts.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { folderOf, type Package } from "./shipped.ts";

/** `LICENSE`, `LICENSE.txt`, `NOTICE`, `CopyrightNotice.txt` … */
const NOTICE = /^(licen[cs]e|notice|copying|copyright)/i;
/** Of other parts that a package holds (echarts: d3). */
const MORE = "licenses";

const read = (path: string): string => readFileSync(path, "utf8").replaceAll("\r", "").trim();

const noticeFiles = (folder: string): readonly string[] => {
  const more = join(folder, MORE);
  return [
    ...readdirSync(folder).filter((name) => NOTICE.test(name) && name !== MORE),
    ...(existsSync(more) ? readdirSync(more).map((name) => join(MORE, name)) : []),
  ]
    .sort()
    .map((name) => join(folder, name));
};

/** A few have their licence in the README alone. */
function licenceInReadme(folder: string): string | null {
  const readme = join(folder, "README.md");
  if (!existsSync(readme)) return null;
  return /^#*\s*Licen[cs]e[^\n]*\n(?:-+\n)?([\s\S]*)/m.exec(read(readme))?.[1]?.trim() ?? null;
}

function noticeOf(root: string, one: Package): string {
  const folder = folderOf(root, one);
  const files = noticeFiles(folder);
  const text = files.length > 0 ? files.map(read).join("\n\n") : licenceInReadme(folder);
  if (!text) throw new Error(`${one.key} ${one.version} has no notice to hand on: look for it`);
  return text;
}

const RULE = "-".repeat(78);

/** What Bun's own page says of itself and of what it links, then the licence that asks for text. */
function bunNotice(root: string, { version }: Package): string {
  const page = read(join(root, "node_modules/bun-types/docs/project/license.mdx"));
  const words = page
    .replace(/^---\n[\s\S]*?\n---\n/, "")
    .replace(/[ \t]{2,}/g, " ")
    // A package's name says it: no registry's address in this repository.
    .replace(/\[(`[^`]+`)\]\(https:\/\/npmjs[^)]*\)/g, "$1");
  return `Bun ${version}\n\n${words.trim()}\n\n${read(join(root, ".ci/lgpl-2.txt"))}`;
}

/**
 * The whole text, packages with the same words together.
 * @param root the folder of package.json; throws when a package has no notice
 */
export function noticesOf(root: string, shipped: readonly Package[], bun: Package): string {
  const byText = new Map<string, string[]>();
  for (const one of shipped) {
    const text = noticeOf(root, one);
    byText.set(text, [...(byText.get(text) ?? []), `${one.name} ${one.version}`]);
  }
  const parts = [...byText].map(([text, names]) => `${[...new Set(names)].join("\n")}\n\n${text}`);
  return `${[...parts, bunNotice(root, bun)].join(`\n\n${RULE}\n\n`)}\n`;
}
