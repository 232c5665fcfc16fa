/**
 * `bun run sheets-live FOLDER [--cupo]`: asks the real Google Sheets what an emulator can't know,
 * and tells in what our emulator is wrong. For a person with credentials; about three minutes.
 *
 * 1. Make a spreadsheet to throw away and share it with the account as Editor.
 * 2. Set GOOGLE_SHEET_ID to it, and GOOGLE_APPLICATION_CREDENTIALS, or
 *    GOOGLE_SERVICE_ACCOUNT_EMAIL and GOOGLE_PRIVATE_KEY, as for ZEUES itself.
 * 3. Run it while no ZEUES works with the same account: both would share one minute's quota.
 *
 * It works in tabs that it adds (`zeues-prueba-…`) and takes away, also when it fails or is
 * stopped with Ctrl-C. The spreadsheet's locale is changed meanwhile and put back, but not where
 * there is a tab named Operaciones. At most 45 reads and 45 writes a minute; `--cupo` reads on,
 * last of all, until Google refuses (429), which stops whoever else uses the account for a minute.
 *
 * FOLDER gets one JSON file a check, with every answer as it came, and `differences.md`, which is
 * printed too. They hold the account's address and the spreadsheet's id, no key and no token.
 * It ends with 1 when something could not be done; differences are none of that.
 */
import { parseArgs } from "node:util";
import { ConfigError, readConfig } from "../../src/config.ts";
import { tableOf } from "./compare.ts";
import { live } from "./live.ts";

const tell = (line: string): void => void process.stdout.write(`${line}\n`);

const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => stop.abort());

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { cupo: { type: "boolean", default: false } },
  });
  const [folder] = positionals;
  if (folder === undefined) throw new ConfigError("sheets-live FOLDER [--cupo]");
  const access = readConfig(process.env).google;
  if (!access) throw new ConfigError("falta GOOGLE_SHEET_ID: una planilla que se pueda botar");
  const { cupo } = values;
  const run = await live({ access, folder, cupo, signal: stop.signal, tell });
  const { differences, fault, cleared, prefix } = run;
  if (differences.length > 0) tell(tableOf(differences));
  tell(`${differences.length} steps were answered otherwise than by the emulator`);
  if (fault) tell(`it ended early: ${fault instanceof Error ? fault.message : fault}`);
  if (!cleared) tell(`borra a mano las pestañas que empiezan con ${prefix}, y revisa el idioma`);
  return fault || !cleared ? 1 : 0;
}

process.exitCode = await main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  return 1;
});
