/**
 * `bun bench/sheet/memory.ts FILE`: full reads and compares in a process of its own, as the holder
 * does them one after the other. Prints as JSON what the memory comes to (Memory).
 */
import { heapSize } from "bun:jsc";
import type { Served } from "./emulator.ts";
import { openIntake } from "./intake.ts";

/** MiB. */
export interface Memory {
  /** With everything loaded and the ledger's state known, before the reads that count. */
  readonly restRss: number;
  readonly restHeap: number;
  /** The highest since the process began. */
  readonly peakRss: number;
  /** The highest seen right after a read and right after a compare. */
  readonly peakHeap: number;
}

const READS = 7;
const MIB = 1_048_576;
const KIB_PER_MIB = 1_024;

if (import.meta.main) {
  const served = (await Bun.file(process.argv[2] ?? "").json()) as Served;
  const intake = await openIntake(served);
  Bun.gc(true);
  const restRss = process.memoryUsage.rss() / MIB;
  const restHeap = heapSize() / MIB;
  let peakHeap = restHeap;
  const look = (): void => {
    peakHeap = Math.max(peakHeap, heapSize() / MIB);
  };
  for (let nth = 0; nth < READS; nth++) {
    const answers = await intake.read();
    look();
    intake.compare(answers);
    look();
  }
  // Linux counts it in KiB (getrusage(2)).
  const peakRss = process.resourceUsage().maxRSS / KIB_PER_MIB;
  const memory: Memory = { restRss, restHeap, peakRss, peakHeap };
  process.stdout.write(JSON.stringify(memory));
}
