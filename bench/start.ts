/**
 * From nothing to the first answered page, with a shop of 2,000 spools: the binary, the same from
 * source, and as peer the smallest Hono as a binary, in turn.
 *
 *     bun bench/start.ts [--rounds 15] [--spools 2000]
 *
 * The workbook is ../shared/data/taller where there is one, else a made-up one of that size.
 */
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { binary } from "../test/support/binary.ts";
import { readNumbers } from "./support/args.ts";
import { ROOT, runZeues, startServer } from "./support/process.ts";
import { figure, median, quantile, ratio, table } from "./support/stats.ts";
import { writeWorkbook } from "./support/workbook.ts";

/** Spec 10. */
const BUDGET_MS = 150;
const PAGES = 200;
const KIB = 1_024;
const US_PER_MS = 1_000;

interface Start {
  readonly ms: number;
  readonly cpuMs: number;
  readonly rssMib: number;
  readonly laterMib: number;
}

interface Side {
  readonly name: string;
  readonly command: readonly string[];
  readonly page: string;
  readonly starts: Start[];
}

const page = async (url: string): Promise<void> => {
  const answer = await fetch(url);
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
};

async function startOnce({ command, page: path }: Side, env: Record<string, string>, log: string) {
  const began = performance.now();
  await using server = await startServer([], env, log, command);
  await page(server.url + path);
  const ms = performance.now() - began;
  const cpuMs = (await server.cpuNs()) / US_PER_MS / US_PER_MS;
  const rssMib = (await server.rssKib()) / KIB;
  for (let nth = 0; nth < PAGES; nth++) await page(server.url + path);
  return { ms, cpuMs, rssMib, laterMib: (await server.rssKib()) / KIB };
}

async function buildHello(folder: string): Promise<string> {
  const outfile = join(folder, "hello");
  await Bun.build({
    entrypoints: [join(ROOT, "bench/peers/hello.ts")],
    target: "bun",
    format: "cjs",
    bytecode: true,
    minify: true,
    compile: { outfile },
  });
  return outfile;
}

const { rounds, spools } = readNumbers({ rounds: 15, spools: 2_000 });
const folder = await mkdtemp(join(tmpdir(), "zeues-bench-"));
const given = resolve(ROOT, "../shared/data/taller");
const workbook = existsSync(given) ? given : join(folder, "workbook");
if (workbook !== given) await writeWorkbook(workbook, { spools, workers: 45 });
const env = {
  ...{ PORT: "0", HOST: "127.0.0.1", ZEUES_DEMO: "off", ZEUES_LOG: "error" },
  ZEUES_DATA: join(folder, "data"),
};
await runZeues(["import", workbook], env);
const source = [process.execPath, "src/main.ts", "serve"];
const sides: readonly Side[] = [
  { name: "binary", command: [await binary(), "serve"], page: "/sesion", starts: [] },
  { name: "from source", command: source, page: "/sesion", starts: [] },
  { name: "hello, binary", command: [await buildHello(folder)], page: "/readyz", starts: [] },
];
try {
  for (let round = 0; round < rounds; round++) {
    for (const side of sides) side.starts.push(await startOnce(side, env, join(folder, "log")));
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
const of = ({ starts }: Side, what: keyof Start) => starts.map((start) => start[what]);
const [ours] = sides;
if (!ours) throw new Error("nothing was measured");
table(
  [
    "start",
    "ms, median (fastest to slowest)",
    "CPU ms",
    "binary takes",
    "MiB",
    "MiB, 200 pages on",
  ],
  sides.map((side) => [
    side.name,
    [0.5, 0, 1].map((q) => figure(quantile(of(side, "ms"), q))).join(" / "),
    figure(median(of(side, "cpuMs"))),
    side === ours ? "" : `${ratio(of(ours, "ms"), of(side, "ms"))} of it`,
    figure(median(of(side, "rssMib"))),
    figure(median(of(side, "laterMib"))),
  ]),
);
const middle = median(of(ours, "ms"));
console.log(
  `budget ${BUDGET_MS} ms: ${middle < BUDGET_MS ? "kept" : "over"}, ${figure(middle)} ms`,
);
