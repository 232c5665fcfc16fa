/** What somebody may have meant who wrote a word that does not exist. Pure. */

/** More slips than this, and it is a guess about another word. */
const SLIPS_MAX = 2;

/** How many letters have to be added, left out or changed (Levenshtein). */
function slips(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [at, letter] of [...one].entries()) {
    const next = [at + 1];
    for (const [to, wanted] of [...other].entries()) {
      const changed = (row[to] ?? 0) + (letter === wanted ? 0 : 1);
      next.push(Math.min(changed, (row[to + 1] ?? 0) + 1, (next[to] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** @returns the word that is surely meant, null when none is near or the word is short */
export function nearest(word: string, words: readonly string[]): string | null {
  const near = words
    .map((known) => ({ known, far: slips(word.slice(0, 64), known) }))
    .filter(({ known, far }) => far <= Math.min(SLIPS_MAX, known.length / 3))
    .sort((a, b) => a.far - b.far);
  return near[0]?.known ?? null;
}

/** `; ¿será serve?`, or nothing. */
export const maybe = (near: string | null): string => (near === null ? "" : `; ¿será ${near}?`);
