/**
 * Copies beside a ledger's file that are kept of it: before its format changes (migrations, M4),
 * before another one takes its place (sqlite-restore).
 */

import type { Database } from "bun:sqlite";
import { readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { reasonOf } from "./fault-words.ts";
import { LedgerUnavailable } from "./ledger.ts";
import { FORMAT, olderFormat } from "./migrations.ts";
import { giveName, makePrivate, removeFile } from "./sqlite-place.ts";
import { readSeal, sealFile } from "./sqlite-seal.ts";

/** What the start of a newer ZEUES did to a file. */
export interface Upgrade {
  readonly from: number;
  readonly to: number;
  /** The file as it was before. */
  readonly kept: string;
}

/** Stages of an upgrade, for those who watch it. */
export type UpgradeStage = "copied" | "checked" | "kept" | `step ${number}`;
export type OnStage<S> = (stage: S) => void;

const kept = (path: string, format: number): string => `${path}.formato-${format}`;

/** Writes the whole of an open ledger into a file for its owner alone, at one place of its log. */
export function copyWhole(db: Database, temporary: string): void {
  removeFile(temporary);
  makePrivate(temporary);
  db.run("VACUUM INTO ?", [temporary]);
}

/** A copy of this very content from a start that was cut after it, null for none. */
function sameKept(base: string, digest: string): string | null {
  const path = `${base}.sqlite`;
  return readSeal(path)?.digest === digest ? path : null;
}

/**
 * Keeps a copy of a file with events that is about to change its format; whoever has the hold.
 * @returns null when nothing will change
 * @throws LedgerUnavailable when there is no room for it; the file is as it was
 */
export function keepOlder(
  db: Database,
  path: string,
  onStage: OnStage<UpgradeStage>,
): Upgrade | null {
  const from = olderFormat(db);
  if (from === null) return null;
  const temporary = `${path}-formato`;
  try {
    copyWhole(db, temporary);
    onStage("copied");
    const seal = sealFile(temporary, { madeMs: Date.now(), by: `formato ${from}` });
    onStage("checked");
    const base = `${kept(path, from)}-suceso-${seal.head}`;
    const there = sameKept(base, seal.digest) ?? giveName(temporary, base, ".sqlite");
    onStage("kept");
    return { from, to: FORMAT, kept: there };
  } catch (error) {
    throw new LedgerUnavailable(
      `hay que pasarlo al formato ${FORMAT}, y la copia de antes no se pudo guardar ` +
        `(${reasonOf(error)}); quedó como estaba`,
      { cause: error },
    );
  } finally {
    removeFile(temporary);
  }
}

/** The newest copy beside a file that this ZEUES can read, null for none. */
export function keptBefore(path: string): string | null {
  const start = basename(kept(path, 0)).slice(0, -1);
  let best: { readonly name: string; readonly rank: readonly [number, number] } | null = null;
  for (const name of readdirSync(dirname(path))) {
    const found = name.startsWith(start) && /^(\d+)-suceso-(\d+)/.exec(name.slice(start.length));
    if (!found) continue;
    const rank = [Number(found[1]), Number(found[2])] as const;
    if (rank[0] > FORMAT) continue;
    const [format = 0, head = -1] = best?.rank ?? [];
    if (rank[0] > format || (rank[0] === format && rank[1] > head)) best = { name, rank };
  }
  return best && join(dirname(path), best.name);
}
