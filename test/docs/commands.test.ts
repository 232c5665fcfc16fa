/**
 * The commands of the documentation, run as they stand: every `sh` block of every page, in order,
 * each page in a folder of its own (terminal.ts says what stands in it and what is rewritten).
 * What can't run here (an engine, systemd, a cloud) stands in `console` blocks.
 */
import { beforeAll, expect, test } from "bun:test";
import { BUILD_MS, binary } from "../support/binary.ts";
import { runZeues } from "../support/terminal.ts";
import { type Fence, PAGES, ROOT } from "./pages.ts";
import { openTerminal } from "./terminal.ts";

const PAGE_MS = 120_000;
/** Diagrams, output, rules of Redis. Commands in one would be run by nobody. */
const LANGUAGES: readonly string[] = ["sh", "console", "yaml", ""];
const COMMAND =
  /^\s*[$#]?\s*(?:sudo |[A-Z_]+=\S+ )*(?:zeues|npm|npx|bun|curl|docker|systemctl|apt-get)\s/;

interface Statement {
  readonly text: string;
  readonly place: string;
  /** Of a block that is typed beside a server that the one before started. */
  readonly beside: boolean;
}

const BESIDE = "# in another terminal";

/** Lines that end with a backslash go on; empty ones and remarks are none. */
function statementsOf(path: string, { lines, at }: Fence): Statement[] {
  const beside = lines[0] === BESIDE;
  const statements: Statement[] = [];
  let text = "";
  for (const [index, line] of lines.entries()) {
    text += line;
    if (text.endsWith("\\")) {
      text = text.slice(0, -1);
      continue;
    }
    const place = `${path}:${at + index}`;
    if (!/^\s*(#|$)/.test(text)) statements.push({ text: text.trim(), place, beside });
    text = "";
  }
  return statements;
}

const fencesOf = (language: string) =>
  PAGES.flatMap(({ path, fences }) =>
    fences.filter((fence) => fence.language === language).map((fence) => ({ path, fence })),
  );

const told = (lines: readonly string[]): string[] =>
  lines.filter((line) => /^[$#] \S/.test(line)).map((line) => line.slice(2));

let zeues = "";
let help = "";
beforeAll(async () => {
  zeues = await binary();
  const parts = [["help"], ["user"], ["token"]].map((args) =>
    runZeues(args, {}, "", { command: [zeues] }),
  );
  for (const { stdout, stderr } of await Promise.all(parts)) help += stdout + stderr;
}, BUILD_MS);

const pages = new Map<string, Statement[]>();
for (const { path, fence } of fencesOf("sh")) {
  pages.set(path, [...(pages.get(path) ?? []), ...statementsOf(path, fence)]);
}

for (const [path, statements] of pages) {
  test(
    `${path}: its ${statements.length} commands do what they say`,
    async () => {
      const page = statements.map(({ text }) => text);
      // The README's reader begins with nothing.
      await using terminal = await openTerminal({ zeues, page, shop: path.startsWith("docs/") });
      for (const { text, place, beside } of statements) {
        if (!beside) await terminal.interrupt();
        const { code, output } = await terminal.type(text);
        expect([place, text, code, code === 0 ? "" : output]).toEqual([place, text, 0, ""]);
      }
      expect(await terminal.close()).toEqual([]);
    },
    PAGE_MS,
  );
}

test("no command hides in a block that nobody runs", () => {
  const odd = PAGES.flatMap(({ path, fences }) =>
    fences.flatMap(({ language, lines, at }) =>
      LANGUAGES.includes(language) && (language !== "" || !lines.some((one) => COMMAND.test(one)))
        ? []
        : [`${path}:${at}: ${language}`],
    ),
  );
  expect(odd).toEqual([]);
  const run = [...pages.values()].flat().length;
  const shown = fencesOf("console").flatMap(({ fence }) => told(fence.lines)).length;
  process.stdout.write(`commands of the documentation: ${run} run, ${shown} only shown\n`);
  expect(run / (run + shown)).toBeGreaterThan(0.5);
});

/** A call of ours: the command, and what follows up to the end of the code or statement. */
const CALL = /(?<![\w/.-])(?:npm run zeues -- |zeues )([a-z][a-z-]*)\b([^`|;&#\n]*)/g;

/** Inside backticks and blocks: prose may say what it likes. */
const codeOf = ({ prose, fences }: (typeof PAGES)[number]): string =>
  [
    ...[...prose.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code.replaceAll("\n", " ")),
    ...fences.flatMap(({ lines }) => lines.map((line) => line.replace(/\s#\s.*$/, ""))),
  ].join("\n");

test("every command and option that a page names is in zeues help", () => {
  const commands = new Set(
    [...help.matchAll(/^ {2}zeues (.*?)(?: {3}|$)/gm)].flatMap(([, words = ""]) =>
      words.startsWith("version") ? words.split(" | ") : [words.split(" ")[0] ?? ""],
    ),
  );
  const options = new Set(help.match(/--[a-z][a-z-]*/g));
  const wrong: string[] = [];
  let looked = 0;
  // Made of the tests of wrong uses: it quotes them.
  const told = PAGES.filter(({ path }) => path !== "docs/troubleshooting-start.md");
  for (const page of told) {
    for (const [call, command = "", rest = ""] of codeOf(page).matchAll(CALL)) {
      looked += 1;
      const unknown = (rest.match(/(?<=\s)--[a-z][a-z-]*/g) ?? []).filter((o) => !options.has(o));
      if (!commands.has(command)) unknown.push(command);
      if (unknown.length > 0) wrong.push(`${page.path}: ${call.trim()}: ${unknown}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(looked).toBeGreaterThan(50);
  const operating = PAGES.find(({ path }) => path === "docs/operating.md")?.text ?? "";
  expect([...commands].filter((name) => !operating.includes(`\`zeues ${name}\``))).toEqual([]);
});

test("every script of npm that a page names exists", async () => {
  const { scripts } = (await Bun.file(`${ROOT}/package.json`).json()) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  const named = PAGES.flatMap((page) =>
    [...codeOf(page).matchAll(/\bnpm run (?:--silent )?([a-z][a-z-]*)/g)].map(([, name]) => name),
  );
  expect(named.filter((name) => !(String(name) in scripts))).toEqual([]);
  expect(named.length).toBeGreaterThan(10);
});

/** All that people may see, concatenations joined and tags taken out, as one line. */
async function shownWords(): Promise<string> {
  const files = [...new Bun.Glob("{src,views,static}/**/*.{ts,tsx,js,lua}").scanSync(ROOT)];
  const texts = await Promise.all(files.map((file) => Bun.file(`${ROOT}/${file}`).text()));
  return texts
    .join("\n")
    .replace(/(["'`])\s*\+\s*(["'`])/g, "")
    .replace(/<\/?[a-z][^>]*>/gi, "")
    .replace(/\s+/g, " ");
}

test("every message that a page quotes in «…» is one that ZEUES says", async () => {
  const words = await shownWords();
  // What a library says in English, through us.
  const foreign = ["file is not a database"];
  const quotes = PAGES.flatMap(({ path, prose }) =>
    [...prose.replace(/`[^`\n]*`/g, "").matchAll(/«([^»]+)»/g)].map(([, quote = ""]) => ({
      path,
      quote: quote.replace(/\s+/g, " "),
    })),
  );
  const wrong = quotes.filter(
    ({ quote }) =>
      !foreign.includes(quote) && !quote.split("…").every((part) => words.includes(part.trim())),
  );
  expect(wrong).toEqual([]);
  expect(quotes.length).toBeGreaterThan(20);
});
