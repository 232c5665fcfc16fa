/**
 * A ledger whose disk fills up and is given room again; run with the path as argument under
 * `ulimit -S -f` (a soft limit on file size, SIGXFSZ ignored). Prints one line of JSON.
 */
import { type Ledger, LedgerUnavailable } from "../../src/ledger/ledger.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import { importar, store } from "./ledger-writes.ts";

const [, , path = ""] = process.argv;
const faults: unknown[] = [];
const ledger = openSqliteLedger({ path, onFault: (fault) => faults.push(fault) });

/** Commits until it is refused. @returns how many were stored. */
async function fill(into: Ledger): Promise<number> {
  for (let stored = 0; ; stored++) {
    try {
      await store(into, importar(`S-${stored}`), importar(`${"x".repeat(500)}-${stored}`));
    } catch (error) {
      if (error instanceof LedgerUnavailable) return stored;
      throw error;
    }
  }
}

const stored = await fill(ledger);
let full = await ledger.health();
// A refused commit may leave room for the probe's one page: the probes use that up.
for (let probes = 0; full.ok && probes < 1_000; probes++) full = await ledger.health();
const readable = (await ledger.snapshot()).seq;
Bun.spawnSync(["prlimit", "--pid", String(process.pid), "--fsize=unlimited:unlimited"]);
const roomy = await ledger.health();
const [next] = await store(ledger, importar("afterwards"));
await ledger.close();
process.stdout.write(
  `${JSON.stringify({ stored, full, readable, roomy, next: next?.seq, faults })}\n`,
);
