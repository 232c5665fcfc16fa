/**
 * A backup, a restore or an upgrade that stops where it is told, for somebody to kill it there. Run
 * with: what, the ledger's file, the backup's (or its folder), the stage. Prints `stopped`, or
 * `done`.
 */
import { writeSync } from "node:fs";
import { fillFromSqlite, makeBackup, verifyBackup } from "../../src/ledger/sqlite-backup.ts";
import { openLedgerFile } from "../../src/ledger/sqlite-file.ts";
import { restoreSqlite } from "../../src/ledger/sqlite-restore.ts";

const STDOUT = 1;
const [, , what, path = "", other = "", at] = process.argv;

function onStage(stage: string): void {
  if (stage !== at) return;
  writeSync(STDOUT, "stopped\n");
  // What it does is synchronous, and so is the wait for the kill.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

if (what === "backup") {
  const fill = fillFromSqlite(path);
  await makeBackup({ fill, destination: other, madeMs: 0, zone: "UTC", by: "test", onStage });
} else if (what === "restore") {
  const seal = verifyBackup(other);
  const describe = () => "no está vacío";
  restoreSqlite({ archive: other, seal, path, force: true, stamp: "s", describe, onStage });
} else {
  openLedgerFile(path, { onStage }).close();
}
process.stdout.write("done\n");
