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
