/** When what has changed is told: not before whoever changed it has an answer. */

/** Enough that a request which waits to be read is read, ruled on and committed. */
const TURNS = 3;

/**
 * After a few turns of the event loop: some 50 microseconds where nothing else is to do. Telling a
 * thousand streams takes 12 ms, in which nothing is answered; so the answer of whoever acted goes
 * out first, and what others ask for at the same time is told in the same frame
 * (docs/decisions/streams.md).
 */
export function afterTurns(task: () => void, turns = TURNS): void {
  setImmediate(() => (turns > 1 ? afterTurns(task, turns - 1) : task()));
}
