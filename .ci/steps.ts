/**
 * The steps of CI, in order. `npm test` runs them all, `npm run check` those without the tests.
 * A step that failed stops nothing: the closing line counts every step and every test.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Of our own checks (.ci/audit.ts): what they look at could not be asked. Never told as ok. */
const NOT_ASKED = 3;

interface Step {
  readonly name: string;
  /** A tool of node_modules/.bin, or a script of our own whose last line tells what it saw. */
  readonly run: readonly [tool: string, ...args: string[]];
  /** What the tool prints when it really did its work: a crash that exits 0 is no success. */
  readonly says?: string;
  /** A check on a known-bad file, which must be found. */
  readonly mustFail?: true;
}

const CHECKS: readonly Step[] = [
  {
    name: "format and lint",
    run: ["biome", "ci", "--colors=off", "--error-on-warnings"],
    says: "Checked ",
  },
  { name: "types", run: ["tsc", "--noEmit"] },
  {
    name: "import directions",
    run: ["depcruise", "--config", ".dependency-cruiser.cjs", "src", "views"],
    says: "no dependency violations found",
  },
  { name: "escaped output", run: ["xss-scan"], says: "No XSS vulnerabilities found" },
  {
    // With TypeScript 7 xss-scan crashes and exits 0: this page proves that it looks.
    name: "escaped output: the canary is found",
    run: ["xss-scan", "test/house/canary.tsx"],
    says: "Found 1 error in test/house/canary.tsx",
    mustFail: true,
  },
  {
    name: "packages: pinned, hashed, no scripts",
    run: [".ci/audit.ts", "lock"],
    says: "lock: ",
  },
  {
    name: "packages: known holes",
    run: [".ci/audit.ts", "advisories"],
    says: "advisories: asked about",
  },
  {
    name: "packages: given up by their authors",
    run: [".ci/audit.ts", "deprecated"],
    says: "deprecated: asked about",
  },
  { name: "packages: licences", run: [".ci/licences.ts", "check"], says: "licences: " },
  { name: "packages: bill of materials", run: [".ci/sbom.ts", "check"], says: ", valid, " },
];

/** Bun's 5 s are too few for a browser test on two busy cores, and the slowest takes 30 s alone. */
const TEST_TIMEOUT_MS = 120_000;
/** Half of the time a test waits for a browser or a server: two keep two cores busy. */
const AT_ONCE = 2;

interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

function check({ name, run: [tool, ...args], says = "", mustFail = false }: Step): Outcome {
  const startedMs = performance.now();
  const own = tool.endsWith(".ts");
  // With Bun, not by their first line with Node: dependency-cruiser no longer takes Node 20.
  const command = [process.execPath, own ? tool : `node_modules/.bin/${tool}`, ...args];
  const { exitCode, stdout, stderr } = Bun.spawnSync(command);
  const output = `${stdout}${stderr}`;
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
  const told = own ? `: ${stdout.toString().trimEnd().split("\n").at(-1)}` : "";
  if (own && exitCode === NOT_ASKED) {
    console.log(`skip ${name} (${seconds} s)${told}`);
    return { passed: 0, failed: 0, skipped: 1 };
  }
  const good = (exitCode === 0) !== mustFail && output.includes(says);
  console.log(`${good ? "ok  " : "FAIL"} ${name} (${seconds} s)${good ? told : ""}`);
  if (!good) console.log(`${output}\n${tool} ended with ${exitCode}`);
  return { passed: good ? 1 : 0, failed: good ? 0 : 1, skipped: 0 };
}

/** The numbers come from Bun's report; a run that crashed or tested nothing is one more failure. */
async function tests(): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), "zeues-report-"));
  const path = join(folder, "report.xml");
  const flags = [`--timeout=${TEST_TIMEOUT_MS}`, `--parallel=${AT_ONCE}`];
  const asked = ["--reporter=junit", `--reporter-outfile=${path}`];
  const run = Bun.spawnSync([process.execPath, "test", ...flags, ...asked], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  const report = Bun.file(path);
  const totals = (await report.exists()) ? /<testsuites [^>]*>/.exec(await report.text())?.[0] : "";
  rmSync(folder, { recursive: true });
  const count = (name: string) => Number(totals?.match(` ${name}="(\\d+)"`)?.[1] ?? 0);
  const [failures, skipped] = [count("failures"), count("skipped")];
  const passed = count("tests") - failures - skipped;
  const broken = passed + failures === 0 || (run.exitCode !== 0 && failures === 0);
  if (broken) console.log(`FAIL bun test ended with ${run.exitCode} after ${passed} passed tests`);
  return { passed, failed: failures + (broken ? 1 : 0), skipped };
}

const outcomes = CHECKS.map(check);
if (process.argv[2] !== "check") outcomes.push(await tests());
const sum = (part: keyof Outcome) => outcomes.reduce((total, outcome) => total + outcome[part], 0);
const skipped = sum("skipped") > 0 ? `, ${sum("skipped")} skipped` : "";
console.log(`\n${sum("passed")} passed, ${sum("failed")} failed${skipped}`);
process.exitCode = sum("failed") > 0 ? 1 : 0;
