/**
 * `zeues migrate formato N`: the SQLite ledger as an older ZEUES reads it, where nothing is lost by
 * it (ledger/migrations, M4). What it was before is kept as a backup beside it.
 */
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { ownPlaces } from "../compose-ledger.ts";
import type { Config } from "../config.ts";
import { FORMAT, stepBack } from "../ledger/migrations.ts";
import { openLedgerFile } from "../ledger/sqlite-file.ts";
import { keptBefore } from "../ledger/sqlite-keep.ts";
import { backupTo } from "./backup.ts";

export interface FormatCommand {
  readonly config: Config;
  readonly format: number;
  readonly version: string;
  readonly nowMs: number;
  readonly print: (line: string) => void;
}

/** @returns the exit code; throws one sentence, and then nothing was changed */
export async function goBack(command: FormatCommand): Promise<number> {
  const { config, format, print } = command;
  const { redis, sqlite: path } = ownPlaces(config);
  if (redis)
    throw new Error("el registro en Redis tiene un solo formato, el 1: no hay a qué volver");
  if (!existsSync(path)) throw new Error(`no hay registro en ${path}`);
  if (format >= FORMAT)
    throw new Error(`este ZEUES escribe el formato ${FORMAT}: nombra uno anterior`);
  const file = openLedgerFile(path);
  try {
    const { path: kept } = await backupTo(dirname(path), command);
    stepBack(file.db, format);
    print(`${path} está en el formato ${format}. Como estaba antes queda en ${kept}`);
    print("Parte ahora el ZEUES anterior; este lo volvería a pasar al formato nuevo.");
    return 0;
  } catch (error) {
    const copy = keptBefore(path);
    const then =
      copy === null ? "" : `; el ZEUES anterior puede partir de la copia de entonces: ${copy}`;
    throw new Error(`no se puede volver al formato ${format}: ${(error as Error).message}${then}`);
  } finally {
    file.close();
  }
}
