/** All that a store holds, as it is stored, for two of them to be compared. */
import type { Source } from "../../src/ledger/transfer.ts";

const byName = (a: readonly unknown[], b: readonly unknown[]): number =>
  String(a[0]) < String(b[0]) ? -1 : 1;

async function all<T>(
  pieces: AsyncIterable<readonly T[]> | Iterable<readonly T[]>,
  pair: (item: T) => readonly [string, unknown],
): Promise<(readonly [string, unknown])[]> {
  const out = [];
  for await (const piece of pieces) out.push(...piece.map(pair));
  return out.sort(byName);
}

/** Reads everything, and closes the source. */
export async function contentsOf(opening: Promise<Source>) {
  const source = await opening;
  try {
    const { seq, records, documents, outcomes } = await source.standing();
    return {
      seq,
      events: await source.after(0 as typeof seq, Number.MAX_SAFE_INTEGER),
      records: await all(records, ({ key, ...rest }) => [key, rest]),
      documents: await all(documents, ({ name, body }) => [name, body]),
      outcomes: await all(outcomes, ({ key, ...rest }) => [key, rest]),
    };
  } finally {
    await source.close();
  }
}
