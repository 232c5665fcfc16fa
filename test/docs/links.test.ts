/** Links, anchors, paths and quoted messages of the documentation: what they name is there. */
import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { PAGES, type Page, placeOf, ROOT } from "./pages.ts";

const LINK = /!?\[(?:[^\]\\]|\\.)*\]\(<?([^)\s>]+)>?\)/g;
const BARE = /<(https?:[^>\s]*)>/g;

/** GitHub's: lower case, no punctuation, hyphens for spaces; `-1`, `-2` … where one repeats. */
function anchorsOf({ prose }: Pick<Page, "prose">): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const slugs = [...prose.matchAll(/^#{1,6} +(.*?)(?: +#+)?$/gm)].map(([, heading = ""]) => {
    const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replaceAll("`", "");
    const slug = words
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "")
      .replaceAll(" ", "-");
    const nth = seen.get(slug) ?? 0;
    seen.set(slug, nth + 1);
    return nth === 0 ? slug : `${slug}-${nth}`;
  });
  const named = [...prose.matchAll(/<a (?:id|name)="([^"]+)"><\/a>/g)].map(([, id = ""]) => id);
  return new Set([...slugs, ...named]);
}

const anchors = new Map(PAGES.map((page) => [page.path, anchorsOf(page)]));

const linksOf = (page: Page): { target: string; place: string }[] =>
  [...page.prose.matchAll(LINK), ...page.prose.matchAll(BARE)].map((match) => ({
    target: match[1] ?? "",
    place: placeOf(page, match.index),
  }));

const isExternal = (target: string): boolean => /^[a-z][a-z+.-]*:/i.test(target);

/** Where a relative link leads, from the root; anchor apart. */
function resolved(from: string, target: string): readonly [path: string, anchor: string] {
  const [path = "", anchor = ""] = target.split("#");
  const to = path === "" ? from : normalize(join(dirname(from), decodeURIComponent(path)));
  return [to.replace(/\/$/, ""), anchor];
}

function wrongWith(from: string, target: string): string | null {
  const [path, anchor] = resolved(from, target);
  if (path.startsWith("..") || !existsSync(join(ROOT, path))) return "no such file";
  if (anchor === "") return null;
  const there = anchors.get(path);
  return there?.has(anchor) ? null : "no such heading";
}

test("every relative link leads to a file, every anchor to a heading", () => {
  const wrong = PAGES.flatMap((page) =>
    linksOf(page).flatMap(({ target, place }) => {
      const why = isExternal(target) ? null : wrongWith(page.path, target);
      return why ? [`${place}: ${target}: ${why}`] : [];
    }),
  );
  expect(wrong).toEqual([]);
  expect(PAGES.flatMap(linksOf).length).toBeGreaterThan(100);
});

test("anchors are made as GitHub makes them", () => {
  const prose = "# What `zeues` is, *now*\n## Qué pasa si …\n## A\n## A\n### [B c](x.md): d/e_f";
  const made = ["what-zeues-is-now", "qué-pasa-si-", "a", "a-1", "b-c-de_f"];
  expect([...anchorsOf({ prose })]).toEqual(made);
});

test("external links are https and well-formed; http is for this machine only", () => {
  const external = PAGES.flatMap(linksOf).filter(({ target }) => isExternal(target));
  const wrong = external.filter(({ target }) => {
    const url = URL.canParse(target) ? new URL(target) : null;
    const own = url?.protocol === "http:" && url.hostname === "localhost";
    return !own && !(url?.protocol === "https:" && url.hostname.includes("."));
  });
  expect(wrong).toEqual([]);
  expect(external.length).toBeGreaterThan(3);
});

test("whoever begins at the README gets to every page, and to every file that ships", () => {
  const reached = new Set(["README.md"]);
  for (const path of reached) {
    const page = PAGES.find((one) => one.path === path);
    for (const { target } of page ? linksOf(page) : []) {
      if (!isExternal(target)) reached.add(resolved(path, target)[0]);
    }
  }
  const names = readdirSync(join(ROOT, "docs"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".jpg"))
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1));
  // A folder that is linked shows what is in it.
  const isReached = (path: string) => reached.has(path) || reached.has(dirname(path));
  expect(names.filter((path) => !isReached(path))).toEqual([]);
});

/** Of ours: under a folder of the repository, or a file of its root. */
const OWN_PATH = /^(?:src|views|static|test|bench|docs|[.]ci)\/[\w.@*{},/-]*[\w*}/]$/;
/** Some pages leave out the first folder and the ending: `google/outbox`. */
const WITHIN = /^(?:domain|actions|ledger|floor|live|google|identity|http|cli|workbook)\/[\w/-]+$/;

/** Made by a command, not kept. */
const MADE = /^(?:dist|data)\//;

function exists(path: string): boolean {
  if (/[*{]/.test(path)) return [...new Bun.Glob(path).scanSync(ROOT)].length > 0;
  return existsSync(join(ROOT, path));
}

test("every path of ours in backticks is there", () => {
  const wrong: string[] = [];
  let looked = 0;
  for (const page of PAGES) {
    for (const match of page.prose.matchAll(/`([^`\n]+)`/g)) {
      const words = match[1] ?? "";
      // `bun bench/x.ts --seconds 5`: the file among the words.
      const own = words.split(/\s+/).filter((word) => OWN_PATH.test(word) && !MADE.test(word));
      const within = WITHIN.test(words) ? [`src/${words}.ts`] : [];
      const folder = WITHIN.test(words) ? [`src/${words}`] : [];
      looked += own.length + within.length;
      const bad = own.filter((path) => !exists(path));
      if (within.some((path) => !exists(path)) && !folder.some(exists)) bad.push(words);
      wrong.push(...bad.map((path) => `${placeOf(page, match.index)}: ${path}`));
    }
  }
  expect(wrong).toEqual([]);
  expect(looked).toBeGreaterThan(100);
});

test("every alert's runbook is a place in the documentation", () => {
  const alerts = readFileSync(join(ROOT, "docs/deploy/alerts.yaml"), "utf8");
  const runbooks = [...alerts.matchAll(/runbook: (\S+)/g)].map(([, target = ""]) => target);
  expect(runbooks.length).toBe((alerts.match(/- alert:/g) ?? []).length);
  const wrong = runbooks.filter((target) => wrongWith("README.md", target) !== null);
  expect(wrong).toEqual([]);
});
