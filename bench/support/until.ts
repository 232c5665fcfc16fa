/** Waits for a condition, and no longer than it may take. */

const MAX_MS = 5_000;
const STEP_MS = 10;

export const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** Asks until it holds. @returns false when it did not within `maxMs`. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  maxMs: number = MAX_MS,
): Promise<boolean> {
  for (const beganAt = performance.now(); performance.now() - beganAt < maxMs; ) {
    if (await condition()) return true;
    await pause(STEP_MS);
  }
  return false;
}
