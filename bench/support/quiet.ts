/**
 * Two cores are shared with whatever else runs: a pair of rounds that others disturbed says more
 * about them than about us. It is done again, a few times, and what was counted all the same is
 * told at the end.
 */
import { readFile } from "node:fs/promises";
import type { Usage } from "./process.ts";

/** Cores that others may use while a pair of rounds counts as undisturbed. */
const OTHERS_MAX = 0.25;
const TRIES = 3;
const MS_PER_S = 1_000;
const TICKS_PER_S = 100;
const US_PER_S = 1_000_000;
const NS_PER_S = 1e9;
/** Fields of /proc/stat's first line: user, nice, system; interrupts belong to nobody. */
const BUSY_FIELDS = 3;

let again = 0;
let disturbed = 0;

/** CPU seconds that all processes have used; NaN where there is no /proc. */
async function allSeconds(): Promise<number> {
  const text = await readFile("/proc/stat", "utf8").catch(() => "");
  const fields = text.split("\n")[0]?.trim().split(/ +/).slice(1) ?? [];
  return fields.slice(0, BUSY_FIELDS).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS_PER_S;
}

async function othersSeconds(servers: readonly Pick<Usage, "cpuNs">[]): Promise<number> {
  const { user, system } = process.cpuUsage();
  let others = (await allSeconds()) - (user + system) / US_PER_S;
  for (const server of servers) others -= (await server.cpuNs()) / NS_PER_S;
  return others;
}

/** Runs a pair of rounds, again when others used the machine too much; the calmest try counts. */
export async function undisturbed<T>(
  servers: readonly Pick<Usage, "cpuNs">[],
  run: () => Promise<T>,
) {
  let best: { readonly result: T; readonly others: number } | null = null;
  for (let nth = 0; nth < TRIES; nth++) {
    if (nth > 0) again++;
    const beganAt = performance.now();
    const before = await othersSeconds(servers);
    const result = await run();
    const seconds = (performance.now() - beganAt) / MS_PER_S;
    const others = ((await othersSeconds(servers)) - before) / seconds;
    if (!best || others < best.others) best = { result, others };
    // NaN, no /proc, is never too much.
    if (!(others > OTHERS_MAX)) return result;
  }
  if (!best) throw new Error("nothing was tried");
  disturbed++;
  return best.result;
}

/** One line on what was done again, and what counts although others disturbed it. */
export function tellDisturbed(): void {
  if (again + disturbed === 0) return;
  console.log(
    `others used over ${OTHERS_MAX} cores: ${again} pairs of rounds done again, ` +
      `${disturbed} counted all the same`,
  );
}
