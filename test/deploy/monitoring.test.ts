/**
 * What ops hang on metrics: every name and label of the dashboard, the alerts and the page exists
 * in the answer of a real server on Redis with a sheet, and every alert fires when it should.
 */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createMetrics } from "../../src/metrics.ts";
import { envOf } from "../google/emulated.ts";
import { tagOf, taller } from "../google/taller-hoja.ts";
import { type Emulator, startEmulator } from "../sheets-emulator/emulator.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { openShop, type Shop, TOKEN, tempFolder } from "../support/shop.ts";
import { openSse } from "../support/sse.ts";

const ROOT = join(import.meta.dir, "../..");
const ALERTS = join(ROOT, "docs/deploy/alerts.yaml");
const PAGE = join(ROOT, "docs/monitoring.md");
const textOf = (path: string): string => readFileSync(path, "utf8");

/** They count trouble, and have no sample before it. */
const TROUBLE = ["zeues_http_limited_total", "zeues_messages_malformed_total"];

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}
interface Dashboard {
  readonly panels: readonly Panel[];
  readonly annotations: { readonly list: readonly { readonly expr: string }[] };
}
interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly severity: string };
  readonly annotations: Readonly<Record<"summary" | "description" | "runbook", string>>;
}

const dashboard = JSON.parse(textOf(join(ROOT, "docs/deploy/grafana.json"))) as Dashboard;
const { groups } = Bun.YAML.parse(textOf(ALERTS)) as {
  readonly groups: readonly { readonly rules: readonly Rule[] }[];
};
const rules = groups.flatMap((group) => group.rules);

/** Names that Prometheus itself gives, and Grafana's. */
const GIVEN = new Set(["up", "job", "instance", "le"]);
const SERIES = /\b((?:zeues|process)_\w+)(?:\{([^}]*)\})?/g;
const LABEL = /(\w+)\s*(?:=~|!~|!=|=)/g;
const BY = /\b(?:by|on|without)\s*\(([^)]*)\)/g;

/** The series that an expression reads, and the labels that it names. */
function readOf(expr: string) {
  const series = [...expr.matchAll(SERIES)].map(([, name = "", labels = ""]) => ({
    name,
    labels: [...labels.matchAll(LABEL)].map(([, label = ""]) => label),
  }));
  const grouped = [...expr.matchAll(BY)].flatMap(([, list = ""]) => list.split(/\s*,\s*/));
  return { series, grouped: grouped.filter((label) => label !== "") };
}

let redis: RedisServer;
let emulator: Emulator;
let shop: Shop;
let text = "";
const folder = tempFolder();

/** A shop that has done a little of everything. */
beforeAll(async () => {
  redis = await startRedis();
  emulator = await startEmulator({ sheets: taller(2) });
  const written = Promise.withResolvers<void>();
  emulator.hooks.afterApply = ({ method }) => {
    if (method === "spreadsheets.values.batchUpdate") written.resolve();
  };
  const env = { ...envOf(emulator), REDIS_URL: redis.url, ZEUES_DEMO: "off" };
  shop = await openShop({ folder: folder.path, env });
  const { floor, hub } = shop.running;
  const imported = Promise.withResolvers<void>();
  floor.subscribe(() => floor.count > 0 && imported.resolve());
  if (floor.count === 0) await imported.promise;
  await shop.signIn(93);
  using stream = await openSse(`${shop.url}/api/sse/stream`, { Authorization: `Bearer ${TOKEN}` });
  await stream.next("ping");
  const tomar = { tag_spool: tagOf(1), worker_id: 93, operacion: "ARM" };
  for (const status of [200, 409]) {
    expect((await shop.api("/occupation/tomar", tomar)).status).toBe(status);
  }
  await stream.next("spool_update");
  await written.promise;
  await settled();
  hub.stop();
  text = await (await fetch(`${shop.url}/metrics`)).text();
});

/** The sheet's answer has come back, and is noted. */
async function settled(): Promise<void> {
  while (!/zeues_sheet_delay_seconds_count [1-9]/.test(await scraped()));
}
const scraped = async (): Promise<string> => (await fetch(`${shop.url}/metrics`)).text();

afterAll(async () => {
  await shop[Symbol.asyncDispose]();
  await emulator.stop();
  await redis[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

/** What the server answers, by series: the labels of its samples. */
function served(): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const [, name = "", labels = ""] of text.matchAll(/^(\w+)(?:\{(.*)\})? \S+$/gm)) {
    const known = found.get(name) ?? new Set<string>();
    for (const [, label = ""] of labels.matchAll(/(\w+)="/g)) known.add(label);
    found.set(name, known);
  }
  return found;
}

const families = () => createMetrics().registry.getMetricsAsArray();

test("all of them have a value on a shop with Redis and a sheet, but those that count trouble", () => {
  const names = new Set(served().keys());
  const missing = families()
    .map(({ name }) => name)
    .filter((name) => !names.has(name) && !names.has(`${name}_count`));
  expect(missing.sort()).toEqual(TROUBLE);
});

/** Whatever of an expression is not served. */
function unknownIn(expr: string): readonly string[] {
  const known = served();
  for (const name of TROUBLE) {
    const { labelNames } = families().find((one) => one.name === name) as {
      readonly labelNames?: readonly string[];
    } & object;
    (known as Map<string, ReadonlySet<string>>).set(name, new Set(labelNames));
  }
  const { series, grouped } = readOf(expr);
  const ofAll = new Set(series.flatMap(({ name }) => [...(known.get(name) ?? [])]));
  return [
    ...series.flatMap(({ name, labels }) => {
      const has = known.get(name);
      if (!has) return [name];
      return labels.flatMap((one) => (has.has(one) || GIVEN.has(one) ? [] : [`${name}{${one}}`]));
    }),
    ...grouped.filter((label) => !ofAll.has(label) && !GIVEN.has(label)),
  ];
}

test("the check finds what is not there", () => {
  expect(unknownIn("rate(zeues_gone_total[5m])")).toEqual(["zeues_gone_total"]);
  expect(unknownIn('sum by (kind, color) (zeues_streams{shape="x"})')).toEqual([
    "zeues_streams{shape}",
    "color",
  ]);
});

test("the dashboard reads nothing that is not there, and shows all that there is", () => {
  const panels = dashboard.panels.filter(({ type }) => type !== "row");
  const exprs = [
    ...panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
    ...dashboard.annotations.list.map(({ expr }) => expr),
  ];
  expect(exprs.length).toBeGreaterThan(40);
  expect(exprs.flatMap(unknownIn)).toEqual([]);
  for (const expr of exprs) expect(expr).not.toMatch(/instance="|job="|localhost|\d+\.\d+\.\d+/);
  const shown = exprs.join("\n");
  const hidden = families().filter(({ name }) => !new RegExp(`\\b${name}(_|\\b)`).test(shown));
  expect(hidden.map(({ name }) => name)).toEqual([]);
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
});

test("alerts read nothing that is not there, and say in words what is to be done", () => {
  for (const rule of rules) {
    expect([rule.alert, unknownIn(rule.expr)]).toEqual([rule.alert, []]);
    expect(["critical", "warning"]).toContain(rule.labels.severity);
    expect(rule.for).toMatch(/^\d+[mhs]$/);
    expect(rule.annotations.summary.length).toBeGreaterThan(20);
    expect(rule.annotations.description.length).toBeGreaterThan(20);
    expect(rule.annotations.runbook).toMatch(/^docs\/troubleshooting\.md#[a-z0-9-]+$/);
    expect(textOf(PAGE)).toContain(`\`${rule.alert}\``);
  }
});

function promtool(...args: readonly string[]) {
  const { exitCode, stdout, stderr } = Bun.spawnSync(["promtool", ...args]);
  return { exitCode, said: `${stdout}${stderr}` };
}

test("promtool: the rules are rules, and each alert is quiet first and fires then", async () => {
  const checked = promtool("check", "rules", ALERTS);
  expect(checked.said).toContain(`${rules.length} rules found`);
  const cases = textOf(resolve(import.meta.dir, "alerts.test.yaml"));
  for (const { alert } of rules) expect(cases).toContain(`- name: ${alert}\n`);
  const path = join(folder.path, "alerts.test.yaml");
  await Bun.write(path, cases.replace("ALERTS_YAML", ALERTS));
  const { exitCode, said } = promtool("test", "rules", path);
  expect(said).toContain("SUCCESS");
  expect(exitCode).toBe(0);
});

test("promtool: /metrics is well-formed and named by Prometheus's conventions", () => {
  const input = new TextEncoder().encode(text);
  const { exitCode, stderr } = Bun.spawnSync(["promtool", "check", "metrics"], { stdin: input });
  expect(stderr.toString()).toBe("");
  expect(exitCode).toBe(0);
});

const cells = (of: readonly string[]): string => `| ${of.join(" | ")} |`;

test("docs/monitoring.md lists them all, as the registry has them (UPDATE=1 writes it)", async () => {
  const rows = families().map((one) => {
    const {
      name,
      help,
      type,
      labelNames = [],
    } = one as unknown as {
      readonly name: string;
      readonly help: string;
      readonly type?: string;
      readonly labelNames?: readonly string[];
    };
    const kind = text.match(new RegExp(`^# TYPE ${name} (\\w+)$`, "m"))?.[1] ?? type ?? "?";
    return cells([`\`${name}\``, kind, labelNames.join(", ") || "–", help]);
  });
  const head = [cells(["metric", "type", "labels", "what it is"]), "|---|---|---|---|"];
  const table = [...head, ...rows.sort()].join("\n");
  const [before = "", rest = ""] = textOf(PAGE).split("<!-- metrics -->\n");
  const [, after = ""] = rest.split("<!-- /metrics -->\n");
  const page = `${before}<!-- metrics -->\n${table}\n<!-- /metrics -->\n${after}`;
  if (process.env.UPDATE) await Bun.write(PAGE, page);
  expect(textOf(PAGE)).toBe(page);
});
