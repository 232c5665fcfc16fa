/** What a process holds, over time; and whether it grows. */
import { readdir, readFile } from "node:fs/promises";
import { median } from "../support/stats.ts";

export interface Sample {
  /** Since the load began. */
  readonly seconds: number;
  readonly rssMib: number;
  readonly heapMib: number;
  readonly descriptors: number;
  readonly timers: number;
  /** Events in the log: this one grows, it is what the day is measured by. */
  readonly events: number;
}

const KIB_PER_MIB = 1_024;

/** Resident memory of a process in MiB (proc(5)). */
export async function rssMib(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / KIB_PER_MIB;
}

/** Open descriptors of a process: files, sockets, epoll. */
export const descriptors = async (pid: number): Promise<number> =>
  (await readdir(`/proc/${pid}/fd`)).length;

/** What may differ between two spans of a flat line, as a share, and at least so many. */
const GROWTH_MAX = { rssMib: 0.1, heapMib: 0.1, descriptors: 0.02, timers: 0.05 } as const;
const SLACK = { rssMib: 8, heapMib: 8, descriptors: 4, timers: 4 } as const;

export type Watched = keyof typeof GROWTH_MAX;
export const WATCHED = Object.keys(GROWTH_MAX) as readonly Watched[];

export interface Verdict {
  readonly of: Watched;
  /** Median of the second quarter, when the process is warm, and of the last one. */
  readonly early: number;
  readonly late: number;
  readonly flat: boolean;
}

/** Compares the second quarter with the last; the first is warming up. */
export function judge(samples: readonly Sample[]): readonly Verdict[] {
  const quarter = Math.floor(samples.length / 4);
  return WATCHED.map((of) => {
    const values = samples.map((sample) => sample[of]);
    const early = median(values.slice(quarter, 2 * quarter));
    const late = median(values.slice(-quarter));
    const flat = late - early <= Math.max(SLACK[of], early * GROWTH_MAX[of]);
    return { of, early, late, flat };
  });
}
