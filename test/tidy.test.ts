/** The house's bans: what is not written here, where, and what to write instead. */
import { expect, test } from "bun:test";

interface Ban {
  readonly banned: RegExp;
  /** Paths from the root. */
  readonly where: RegExp;
  readonly instead: string;
  /** A line that must be caught, or the ban is blind. */
  readonly caught: string;
}

const CODE = /[.](tsx?|js|cjs)$/;
const SRC = /^(src|views)\//;
const TESTS = /^test\/.*[.]tsx?$/;
const ALL = /./;

const BANS: readonly Ban[] = [
  {
    banned: /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|\bMath\.random\(|\brandomUUID\(/,
    where: /^src\/(domain|workbook)\//,
    instead: "time and chance are inputs: take `now` as an argument",
    caught: "const at = Date.now();",
  },
  {
    banned: /\bconsole\./,
    where: SRC,
    instead: "log.ts for the log, process.stdout.write in src/cli",
    caught: 'console.log("hola")',
  },
  {
    banned: /(from|import|require)\s*\(?\s*["']googleapis["']/,
    where: CODE,
    instead: 'import { sheets } from "googleapis/build/src/apis/sheets": the whole costs 2 s',
    caught: 'import { google } from "googleapis";',
  },
  {
    banned: /\bBun\.sleep(Sync)?\(|\bwaitForTimeout\(|\bsetTimeout\((r|res|resolve|done|ok)\b/,
    where: TESTS,
    instead: "wait for the condition itself, with test/support's wait",
    caught: "await new Promise((resolve) => setTimeout(resolve, 500));",
  },
  {
    banned: /\bnetworkidle\b/,
    where: TESTS,
    instead: "wait for the page's own live marker: a stream never goes idle",
    caught: 'await page.goto(url, { waitUntil: "networkidle" });',
  },
  {
    banned: /\b(FIXME|TODO|XXX)\b/,
    where: CODE,
    instead: "an issue",
    caught: "// TODO: later",
  },
  {
    banned: /\bas any\b|: any\b|<any>|\bany\[\]/,
    where: /[.]tsx?$/,
    instead: "unknown, and a parser at the edge",
    caught: "const row = cells as any;",
  },
  {
    banned: /@ts-(ignore|nocheck)|\bbiome-ignore-all\b/,
    where: CODE,
    instead: "the right type, or `@ts-expect-error` with its reason",
    caught: "// @ts-ignore",
  },
  {
    banned: /\b(test|it|describe)\.(only|skip|todo)\(/,
    where: TESTS,
    instead: "a test that runs, or none",
    caught: 'test.only("tomar", () => {});',
  },
  {
    banned: /(^|[\s"'`(=:])\/(work|root)\/|\/tmp\/bash_jobs/,
    where: ALL,
    instead: "a path from the repository's root",
    caught: 'const data = "/work/shared/data";',
  },
  {
    banned: /\bnpmjs\.|\bregistry\.[\w-]+\.(org|com|io|dev)|\bdeb\.debian\.|\bsecurity\.debian\./,
    where: ALL,
    instead: "the package's name: the machine knows where it gets packages",
    caught: "https://registry.example.org/hono",
  },
  {
    banned: /https?:/,
    where: /^(bun[.]lock|bunfig[.]toml|[.]npmrc)$/,
    instead: "names and checksums: an address makes the lock file work on one machine only",
    caught: '"hono": ["hono@4.13.19", "https://example.org/hono.tgz"]',
  },
  {
    // A test's title may run on: the formatter keeps `test("…", async () => {` on one line.
    banned: /^(?!\s*(test\(|"[^"]*",$)).{101,}$/u,
    where: /[.]tsx?$/,
    instead: "lines of up to 100 columns",
    caught: "x".repeat(101),
  },
];

const MAX_LINES = 250;

/** Only this file says the banned words. */
const OWN = "test/tidy.test.ts";
const NOT_TEXT = /[.](png|ico|woff2?|webp|gz|sqlite)$/;

// Root may run this in a tree that another user cloned, which git refuses unless told.
const list = "git -c safe.directory=* ls-files -z --cached --others --exclude-standard";
const listed = Bun.spawnSync(list.split(" "));

interface File {
  readonly path: string;
  readonly lines: readonly string[];
}

async function committedFiles(): Promise<File[]> {
  const files: File[] = [];
  for (const path of new Set(listed.stdout.toString().split("\0"))) {
    const file = Bun.file(path);
    // A file that was removed but not yet from the index is listed all the same.
    if (path === "" || path === OWN || NOT_TEXT.test(path) || !(await file.exists())) continue;
    files.push({ path, lines: (await file.text()).split("\n") });
  }
  return files;
}

const files = await committedFiles();

function found({ banned, where }: Ban): string[] {
  return files
    .filter(({ path }) => where.test(path))
    .flatMap(({ path, lines }) =>
      lines.flatMap((line, index) => (banned.test(line) ? [`${path}:${index + 1}`] : [])),
    );
}

test("the files are listed", () => {
  expect(listed.exitCode).toBe(0);
  expect(files.map(({ path }) => path)).toContain("package.json");
});

for (const ban of BANS) {
  test(`instead: ${ban.instead}`, () => {
    expect(ban.caught).toMatch(ban.banned);
    expect(found(ban)).toEqual([]);
  });
}

test(`a source file has one purpose and at most ${MAX_LINES} lines`, () => {
  const long = files
    .filter(({ path, lines }) => SRC.test(path) && CODE.test(path) && lines.length > MAX_LINES + 1)
    .map(({ path, lines }) => `${path}: ${lines.length - 1} lines`);
  expect(long).toEqual([]);
});
