/**
 * `bun run sheets-emulator [--port N] [--locale es_CL] [--text] [FOLDER of CSV]`: a spreadsheet to
 * try ZEUES with, without Google. Prints the variables to start ZEUES with and runs until it is
 * stopped; `/_emulator/…` makes faults and hands (control.ts).
 */
import { parseArgs } from "node:util";
import { startEmulator } from "./emulator.ts";
import { loadFolder } from "./load-csv.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: "string", default: "0" },
    locale: { type: "string", default: "es_CL" },
    /** Cells as text, as RAW writes them, instead of as a person types them. */
    text: { type: "boolean", default: false },
  },
});

const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error("--port wants a port");
const [folder] = positionals;
const sheets = folder === undefined ? [] : await loadFolder(folder, !values.text);

const emulator = await startEmulator({
  port,
  locale: values.locale,
  ...(sheets.length > 0 ? { sheets } : {}),
});

const { account, apiRoot, tokenUrl, spreadsheetId } = emulator;
const lines = [
  `GOOGLE_SHEET_ID=${spreadsheetId}`,
  `GOOGLE_API_ROOT=${apiRoot}`,
  `GOOGLE_TOKEN_URL=${tokenUrl}`,
  `GOOGLE_SERVICE_ACCOUNT_EMAIL=${account.email}`,
  // One line, as an .env file wants it; ZEUES turns \n back.
  `GOOGLE_PRIVATE_KEY="${account.privateKey.trim().replaceAll("\n", "\\n")}"`,
];
process.stdout.write(`${lines.join("\n")}\n`);

const stop = async (): Promise<void> => {
  await emulator.stop();
  process.exit(0);
};
process.once("SIGINT", stop);
process.once("SIGTERM", stop);
