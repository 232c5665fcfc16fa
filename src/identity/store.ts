/** Sessions in an SQLite file of their own, beside the ledger; in memory for tests. */
import { Database } from "bun:sqlite";
import type { TrabajadorId } from "../domain/trabajador.ts";
import type { Session, SessionStore } from "./session.ts";

interface Row {
  readonly hash: string;
  readonly trabajador_id: number;
  readonly since_ms: number;
}

/** Opens or creates the store. A lost sign-in is no lost work: synchronous=NORMAL is enough. */
export function openSessionStore(path: string): SessionStore & { close(): void } {
  const db = new Database(path, { create: true, strict: true });
  db.run("PRAGMA journal_mode = WAL");
  db.run("PRAGMA synchronous = NORMAL");
  db.run("PRAGMA busy_timeout = 2000");
  db.run(`CREATE TABLE IF NOT EXISTS session (
    hash TEXT PRIMARY KEY, trabajador_id INTEGER NOT NULL, since_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`);
  const insert = db.query("INSERT OR REPLACE INTO session VALUES (?, ?, ?)");
  const select = db.query<Row, [string]>("SELECT * FROM session WHERE hash = ?");
  const remove = db.query("DELETE FROM session WHERE hash = ?");
  const prune = db.query("DELETE FROM session WHERE since_ms < ?");
  return {
    put: (s: Session) => void insert.run(s.hash, s.trabajadorId, s.sinceMs),
    get(hash) {
      const row = select.get(hash);
      if (!row) return null;
      const trabajadorId = row.trabajador_id as TrabajadorId;
      return { hash: row.hash, trabajadorId, sinceMs: row.since_ms };
    },
    remove: (hash) => void remove.run(hash),
    prune: (ms) => void prune.run(ms),
    close: () => db.close(),
  };
}
