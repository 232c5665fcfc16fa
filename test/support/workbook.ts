/** A folder whose ledger holds an imported workbook of `../shared/data`. */
import { resolve } from "node:path";
import { importFolder } from "../../src/cli/import.ts";
import { openLedger } from "../../src/compose-ledger.ts";
import { readConfig } from "../../src/config.ts";
import { createLog } from "../../src/log.ts";
import { tempFolder } from "./shop.ts";

/** The workbooks that came with the project, beside its checkout. */
export const workbookFolder = (name: "taller" | "taller-sucio"): string =>
  resolve(import.meta.dir, "../../../shared/data", name);

/** Imports a workbook into a new ledger. @returns the data folder, gone at the end of the test. */
export async function importedFolder(
  name: "taller" | "taller-sucio",
): Promise<{ readonly path: string } & Disposable> {
  const folder = tempFolder();
  const config = readConfig({ ZEUES_DATA: folder.path });
  const ledger = await openLedger(config, { log: createLog("silent") });
  const { policy } = config;
  const source = workbookFolder(name);
  await importFolder({
    ledger,
    folder: source,
    policy,
    nowMs: Date.now(),
    force: false,
    print: () => {},
  });
  await ledger.close();
  return folder;
}
