/**
 * A storm of commits until somebody kills it; run with the path and a name for this run. Each
 * commit moves both spools of a pair and says which commit was the last in a document. A line is
 * printed once it was answered as committed, never before: `["key", first seq, last seq]`.
 */
import { writeSync } from "node:fs";
import type { Spool } from "../../src/domain/spool.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import { advance, eventsOf, importar } from "./ledger-writes.ts";

const COMMITTERS = 16;
const STDOUT = 1;

const [, , path = "", run = ""] = process.argv;
const onFault = (fault: unknown): never => {
  throw fault;
};
const ledger = openSqliteLedger({ path, onFault });
const { spools } = await ledger.snapshot();

/** The next write of one side of a pair. */
const sideOf = (tag: string, spool: Spool | undefined) => (spool ? advance(spool) : importar(tag));

async function commitForever(pair: number): Promise<never> {
  const tags = [`${pair}/left`, `${pair}/right`];
  let sides = tags.map((tag) => spools.find((spool) => spool.tag === tag));
  for (let n = 0; ; n++) {
    const key = `${run}/${pair}/${n}`;
    const writes = tags.map((tag, side) => sideOf(tag, sides[side]));
    const remember = { key, fingerprint: key };
    const committing = ledger.commit({ writes, remember, documents: { last: key } });
    const seqs = eventsOf(await committing).map(({ seq }) => seq);
    writeSync(STDOUT, `${JSON.stringify([key, ...seqs])}\n`);
    sides = writes.map(({ state }) => state);
  }
}

await Promise.all(Array.from({ length: COMMITTERS }, (_, pair) => commitForever(pair)));
