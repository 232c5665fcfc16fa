/**
 * The intake's work on a big workbook (spec 7): a full read through the Google client and the
 * compare with what the ledger knows, beside the transfer of the same bytes without a parse, in
 * alternating rounds; and the memory it takes. The emulator has a process of its own.
 * `bun bench/sheet.ts [--rows 10000] [--columns 40]`; the workbook is ../shared/data/taller
 * repeated, else a made-up one. About 40 s.
 */
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Served } from "./sheet/emulator.ts";
import { type Intake, openIntake } from "./sheet/intake.ts";
import type { Memory } from "./sheet/memory.ts";
import { writeWide } from "./sheet/workbook.ts";
import { readNumbers } from "./support/args.ts";
import { ROOT, type Server, startServer } from "./support/process.ts";
import { tellDisturbed, undisturbed } from "./support/quiet.ts";
import { figure, median, ratio, table } from "./support/stats.ts";
import { writeWorkbook } from "./support/workbook.ts";

const ROUNDS = 7;

/** Milliseconds, and what came of it. */
async function timed<T>(work: () => T | Promise<T>): Promise<[ms: number, result: T]> {
  const beganAt = performance.now();
  const result = await work();
  return [performance.now() - beganAt, result];
}

/** Milliseconds of each, one after the other, and the bytes. */
async function round(intake: Intake) {
  const [transferMs, bytes] = await timed(() => intake.transfer());
  const [readMs, answers] = await timed(() => intake.read());
  const [compareMs, changes] = await timed(() => intake.compare(answers));
  if (changes > 0) throw new Error(`${changes} changes of a workbook that is as it was`);
  return { transferMs, readMs, compareMs, bytes };
}

async function times(name: string, intake: Intake, emulator: Server): Promise<void> {
  const rounds: Awaited<ReturnType<typeof round>>[] = [];
  for (let nth = 0; nth <= ROUNDS; nth++) {
    const one = await undisturbed([emulator], () => round(intake));
    // The first is not counted: nothing is compiled yet.
    if (nth > 0) rounds.push(one);
  }
  const bytes = rounds[0]?.bytes ?? 0;
  const transfers = rounds.map(({ transferMs }) => transferMs);
  const reads = rounds.map(({ readMs }) => readMs);
  const compares = rounds.map(({ compareMs }) => compareMs);
  const whole = rounds.map(({ readMs, compareMs }) => readMs + compareMs);
  const line = (what: string, all: readonly number[]) => [
    what,
    figure(median(all)),
    ratio(all, transfers),
  ];
  table(
    [`${name}, ${figure(bytes / 1e6)} MB`, "ms", "beside the transfer alone"],
    [
      line("transfer alone", transfers),
      line("full read", reads),
      line("compare", compares),
      line("read and compare", whole),
    ],
  );
  console.log();
}

async function memory(file: string): Promise<void> {
  const child = Bun.spawn([process.execPath, "bench/sheet/memory.ts", file], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const text = await new Response(child.stdout).text();
  if ((await child.exited) !== 0) throw new Error(`memory.ts: ${text}`);
  const { restRss, restHeap, peakRss, peakHeap } = JSON.parse(text) as Memory;
  table(
    ["memory, MiB", "at rest", "highest", "more"],
    [
      ["resident", figure(restRss), figure(peakRss), figure(peakRss - restRss)],
      ["heap", figure(restHeap), figure(peakHeap), figure(peakHeap - restHeap)],
    ],
  );
}

const { rows, columns } = readNumbers({ rows: 10_000, columns: 40 });
const folder = await mkdtemp(join(tmpdir(), "zeues-bench-"));
try {
  const given = resolve(ROOT, "../shared/data/taller");
  const source = existsSync(given) ? given : join(folder, "source");
  if (source !== given) await writeWorkbook(source, { spools: 2_000, workers: 40 });
  const wide = join(folder, "wide");
  await writeWide(source, wide, { rows, columns });
  const file = join(folder, "served.json");
  const script = ["bench/sheet/emulator.ts", wide, file];
  await using emulator = await startServer(script, {}, join(folder, "log"));
  const served = (await Bun.file(file).json()) as Served;
  const ready = { ...served, access: { ...served.access, apiRoot: served.readyRoot } };
  console.log(`${rows} rows of ${columns} columns\n`);
  await times("from the emulator", await openIntake(served), emulator);
  await times("from a server that has it ready", await openIntake(ready), emulator);
  const readyFile = join(folder, "ready.json");
  await Bun.write(readyFile, JSON.stringify(ready));
  await memory(readyFile);
  tellDisturbed();
} finally {
  await rm(folder, { recursive: true, force: true });
}
