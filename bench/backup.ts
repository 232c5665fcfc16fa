/**
 * What a backup costs the server beside it: commits of one process, with and without a backup of
 * 10,000 spools and 200,000 events that another process makes. Prints percentiles in milliseconds.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Spool } from "../src/domain/spool.ts";
import type { Ledger } from "../src/ledger/ledger.ts";
import { openSqliteLedger } from "../src/ledger/sqlite.ts";
import { advance, importar, store, upTo } from "../test/support/ledger-writes.ts";

const SPOOLS = 10_000;
const EVENTS = 200_000;
const BATCH = 1_000;

type Write = ReturnType<typeof importar>;

async function fill(ledger: Ledger): Promise<Spool[]> {
  let writes: Write[] = upTo(SPOOLS).map((n) => importar(`S-${n}`));
  for (let done = 0; done < EVENTS; done += SPOOLS) {
    for (let at = 0; at < SPOOLS; at += BATCH) await store(ledger, ...writes.slice(at, at + BATCH));
    if (done + SPOOLS < EVENTS) writes = writes.map(({ state }) => advance(state));
  }
  return writes.map(({ state }) => state);
}

/** One commit after the other until it is told to stop. @returns how long each took */
async function commits(ledger: Ledger, spools: Spool[], until: () => boolean): Promise<number[]> {
  const took: number[] = [];
  for (let at = 0; !until() || took.length < 2_000; at = (at + 1) % SPOOLS) {
    const write = advance(spools[at] as Spool);
    const begunMs = performance.now();
    await store(ledger, write);
    took.push(performance.now() - begunMs);
    spools[at] = write.state;
    if (took.length % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return took;
}

function told(name: string, took: number[]): void {
  const sorted = [...took].sort((a, b) => a - b);
  const at = (part: number) => (sorted[Math.floor(sorted.length * part)] ?? 0).toFixed(2);
  const most = (sorted.at(-1) ?? 0).toFixed(2);
  process.stdout.write(
    `${name}: ${took.length} commits, p50 ${at(0.5)} p99 ${at(0.99)} ` +
      `p99.9 ${at(0.999)} max ${most} ms\n`,
  );
}

const folder = mkdtempSync(join(tmpdir(), "zeues-bench-backup-"));
try {
  const ledger = openSqliteLedger({ path: join(folder, "zeues.sqlite"), onFault: () => {} });
  const spools = await fill(ledger);
  told("alone", await commits(ledger, spools, () => true));
  const child = Bun.spawn([process.execPath, "src/main.ts", "backup", folder], {
    env: { PATH: process.env.PATH ?? "", ZEUES_DATA: folder },
    stdio: ["ignore", "inherit", "inherit"],
  });
  told("beside a backup", await commits(ledger, spools, () => child.exitCode !== null));
  await ledger.close();
} finally {
  rmSync(folder, { recursive: true });
}
