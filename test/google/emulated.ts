/** How ZEUES reaches an emulator. */
import type { Access } from "../../src/google/access.ts";
import type { Emulator } from "../sheets-emulator/emulator.ts";

export const accessOf = ({ account, apiRoot, spreadsheetId, tokenUrl }: Emulator): Access => ({
  sheetId: spreadsheetId,
  account: { email: account.email, privateKey: account.privateKey },
  credentialsFile: null,
  apiRoot,
  tokenUrl,
});

/** The same as a whole process is told. */
export const envOf = ({ account, apiRoot, spreadsheetId, tokenUrl }: Emulator) => ({
  GOOGLE_SHEET_ID: spreadsheetId,
  GOOGLE_SERVICE_ACCOUNT_EMAIL: account.email,
  GOOGLE_PRIVATE_KEY: account.privateKey,
  GOOGLE_API_ROOT: apiRoot,
  GOOGLE_TOKEN_URL: tokenUrl,
});
