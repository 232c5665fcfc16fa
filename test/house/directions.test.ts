/** Every rule of .dependency-cruiser.cjs bites: one made-up tree breaks them all, another none. */
import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const CONFIG = ".dependency-cruiser.cjs";

type Tree = Readonly<Record<string, string>>;

/** What the rows below import. */
const TARGETS: Tree = {
  "tsconfig.json": '{ "compilerOptions": { "allowImportingTsExtensions": true, "noEmit": true } }',
  "package.json": '{ "dependencies": {} }',
  ...Object.fromEntries(
    ["domain/spool", "workbook/problema", "workbook/csv", "ledger/ledger", "floor/floor"]
      .concat(["actions/act", "live/hub", "google/outbox", "identity/pin", "http/app"])
      .concat(["demo/taller", "cli/serve", "announce", "compose", "config", "log", "metrics"])
      .concat(["sincronia"])
      .map((path) => [`src/${path}.ts`, "export const it = 1; export type It = number;"]),
  ),
  "views/layout.tsx": "export const it = 1;",
  "static/live.js": "",
  "test/support/builders.ts": "export const it = 1;",
  ...Object.fromEntries(
    ["hono", "echarts", "ioredis", "pino", "prom-client", "@kitajs/html", "googleapis"]
      .concat(["rate-limiter-flexible"])
      .flatMap((name) => [
        [`node_modules/${name}/package.json`, `{ "name": "${name}", "main": "index.js" }`],
        [`node_modules/${name}/index.js`, ""],
      ]),
  ),
};

const value = (module: string) => `import { it } from "${module}"; it;`;
const type = (module: string) => `import type { It } from "${module}"; export type X = It;`;

/** File, its text, the rule it breaks. Rows are the architecture's sentences. */
const BROKEN: readonly (readonly [file: string, text: string, rule: string])[] = [
  ["src/domain/a.ts", type("../ledger/ledger.ts"), "domain-imports"],
  ["src/domain/b.ts", value("node:fs"), "domain-uses-no-packages"],
  ["src/workbook/a.ts", value("node:fs"), "workbook-does-no-io"],
  ["src/workbook/b.ts", value("../floor/floor.ts"), "workbook-imports"],
  ["src/ledger/a.ts", value("../actions/act.ts"), "ledger-imports"],
  ["src/ledger/b.ts", value("../log.ts"), "ledger-types-only"],
  ["src/floor/a.ts", value("../../views/layout.tsx"), "floor-imports"],
  ["src/floor/b.ts", value("../ledger/ledger.ts"), "floor-types-only"],
  ["src/actions/a.ts", value("../floor/floor.ts"), "actions-imports"],
  ["src/actions/b.ts", value("../metrics.ts"), "actions-types-only"],
  ["views/a.tsx", type("../src/ledger/ledger.ts"), "views-imports"],
  ["views/b.tsx", type("../src/workbook/csv.ts"), "views-imports"],
  ["views/c.tsx", value("../src/floor/floor.ts"), "views-types-only"],
  ["views/d.tsx", value("../src/workbook/problema.ts"), "views-types-only"],
  ["src/live/a.ts", value("../http/app.ts"), "live-imports"],
  ["src/live/b.ts", value("../metrics.ts"), "live-types-only"],
  ["src/google/a.ts", value("../floor/floor.ts"), "google-imports"],
  ["src/google/b.ts", value("../log.ts"), "google-types-only"],
  ["src/identity/a.ts", type("../ledger/ledger.ts"), "identity-imports"],
  ["src/identity/b.ts", value("../log.ts"), "identity-types-only"],
  ["src/demo/a.ts", value("../workbook/csv.ts"), "demo-imports"],
  ["src/demo/b.ts", value("../floor/floor.ts"), "demo-types-only"],
  ["src/http/a.ts", value("../google/outbox.ts"), "http-imports"],
  ["src/http/b.ts", type("../compose.ts"), "http-imports"],
  ["src/http/c.ts", value("../workbook/problema.ts"), "http-types-only"],
  ["src/http/d.ts", value("../sincronia.ts"), "http-types-only"],
  ["src/announce.ts", `${value("./identity/pin.ts")}\n${value("./log.ts")}`, "announce-imports"],
  ["src/announce.ts", `${value("./identity/pin.ts")}\n${value("./log.ts")}`, "announce-types-only"],
  ["src/sincronia.ts", value("./metrics.ts"), "sincronia-imports"],
  ["src/config.ts", value("./ledger/ledger.ts"), "config-imports"],
  ["src/log.ts", value("./domain/spool.ts"), "log-imports"],
  ["src/metrics.ts", value("./domain/spool.ts"), "metrics-imports"],
  ["src/metrics-live.ts", value("./domain/spool.ts"), "metrics-imports"],
  ["src/main.ts", value("./ledger/ledger.ts"), "main-imports"],
  ["src/version.ts", value("./log.ts"), "version-imports"],
  ["src/utils/a.ts", value("../domain/spool.ts"), "every-file-has-a-room"],
  ["src/compose.ts", value("../test/support/builders.ts"), "nobody-imports-tests"],
  ["src/floor/c.ts", value("./d.ts"), "no-circles"],
  ["src/live/c.ts", value("hono"), "hono-at-home"],
  ["src/http/e.ts", value("echarts"), "echarts-at-home"],
  ["src/google/c.ts", value("googleapis"), "googleapis-at-home"],
  ["src/ledger/c.ts", value("bun:sqlite"), "bun:sqlite-at-home"],
  ["src/live/d.ts", value("ioredis"), "ioredis-at-home"],
  ["src/cli/a.ts", value("pino"), "pino-at-home"],
  ["src/cli/b.ts", value("prom-client"), "prom-client-at-home"],
  ["src/cli/c.ts", value("@kitajs/html"), "@kitajs/html-at-home"],
  ["src/http/f.ts", value("rate-limiter-flexible"), "rate-limiter-flexible-at-home"],
];

const ALLOWED: Tree = {
  "src/workbook/a.ts": `${value("../domain/spool.ts")}\n${value("node:crypto")}`,
  "src/floor/a.ts": type("../ledger/ledger.ts"),
  "src/floor/b.ts": type("./c.ts"),
  "src/floor/c.ts": type("./b.ts"),
  "src/actions/a.ts": value("../ledger/ledger.ts"),
  "src/live/a.ts": `${value("../floor/floor.ts")}\n${type("../metrics.ts")}`,
  "src/google/client.ts": value("googleapis"),
  "src/ledger/sqlite-file.ts": value("bun:sqlite"),
  "src/ledger/redis.ts": value("ioredis"),
  "src/identity/a.ts": type("../domain/sesion.ts"),
  "src/announce.ts": `${value("ioredis")}\n${value("./ledger/ledger.ts")}`,
  "src/sincronia.ts": `${value("./domain/spool.ts")}\n${value("./ledger/ledger.ts")}`,
  "src/http/b.ts": type("../sincronia.ts"),
  "src/http/a.ts": `${value("hono")}\n${value("../live/hub.ts")}\nimport "../../static/live.js";`,
  "src/http/middleware/limits.ts": value("rate-limiter-flexible"),
  "src/config-net.ts": `${value("node:net")}\n${value("./log.ts")}`,
  "src/log.ts": value("pino"),
  "src/metrics.ts": value("prom-client"),
  "src/compose.ts": `${value("./http/app.ts")}\n${value("./google/outbox.ts")}`,
  "src/cli/a.ts": value("../compose.ts"),
  "src/main.ts": value("./cli/serve.ts"),
  "views/a.tsx": `${value("@kitajs/html")}\n${type("../src/workbook/problema.ts")}`,
  "test/floor.test.ts": value("../src/floor/floor.ts"),
};

/** The broken rules of a tree, as `rule: file`, sorted. */
async function violations(files: Tree): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "zeues-directions-"));
  try {
    for (const [path, text] of Object.entries({ ...TARGETS, ...files })) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      await Bun.write(join(folder, path), text);
    }
    const tool = resolve("node_modules/dependency-cruiser/bin/dependency-cruiser.mjs");
    const flags = ["--config", resolve(CONFIG), "--output-type", "json"];
    const command = [process.execPath, tool, ...flags, "src", "views"];
    const { stdout, stderr } = Bun.spawnSync(command, { cwd: folder });
    expect(stderr.toString()).toBe("");
    const { summary } = JSON.parse(stdout.toString()) as {
      summary: { violations: { rule: { name: string }; from: string }[] };
    };
    return summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`).sort();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("each row breaks its rule and no other", async () => {
  const expected = BROKEN.map(([file, , rule]) => `${rule}: ${file}`).sort();
  const files = Object.fromEntries(BROKEN.map(([file, text]) => [file, text]));
  // A circle is reported once, at its first file.
  const closesTheCircle = { "src/floor/d.ts": value("./c.ts") };
  expect(await violations({ ...files, ...closesTheCircle })).toEqual(expected);
});

test("no rule is without a row that breaks it", async () => {
  const house = (await import(resolve(CONFIG))) as { forbidden: { name: string }[] };
  const rules = house.forbidden.map(({ name }) => name);
  expect(rules).not.toEqual([]);
  expect(rules.filter((name) => !BROKEN.some(([, , rule]) => rule === name))).toEqual([]);
});

test("what the architecture allows is allowed", async () => {
  expect(await violations(ALLOWED)).toEqual([]);
});
