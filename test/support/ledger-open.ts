/** Another process that opens a ledger's file: says why it could not, or that it could. */
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";

const [, , path = ""] = process.argv;

function tryOpen(): string {
  try {
    void openSqliteLedger({ path, onFault: () => {} }).close();
    return "opened";
  } catch (error) {
    return String(error);
  }
}

process.stdout.write(tryOpen());
