/** A SQLite ledger's file in a folder of its own, removed in the end. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import type { OpenOptions, Store } from "./ledger-house.ts";

export interface SqliteStore extends Store {
  readonly folder: string;
  readonly path: string;
}

function rethrow(error: unknown): never {
  throw error;
}

export async function sqliteStore(): Promise<SqliteStore> {
  const folder = await mkdtemp(join(tmpdir(), "zeues-ledger-"));
  const path = join(folder, "zeues.db");
  return {
    folder,
    path,
    open: async (options: OpenOptions = {}) =>
      openSqliteLedger({ path, onFault: rethrow, ...options }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}
