/**
 * `bun bench/sheet/emulator.ts FOLDER FILE`: the emulator with a workbook, in a process of its own,
 * and before it a server that has each answer ready after its first time, since Google's time to
 * make an answer is not the emulator's. FILE gets where both are and who may ask (Served).
 */
import type { Access } from "../../src/google/access.ts";
import { startEmulator } from "../../test/sheets-emulator/emulator.ts";
import { loadFolder } from "../../test/sheets-emulator/load-csv.ts";

export interface Served {
  /** With the emulator's own address. */
  readonly access: Access;
  /** The address of the server that has the answers ready. */
  readonly readyRoot: string;
  /** An access token, for requests without the client. */
  readonly token: string;
}

/** No quota: it is the time that is measured. */
const PLENTY = 1_000_000;
const SCOPES = ["https://www.googleapis.com/auth/spreadsheets"];

if (import.meta.main) {
  const [folder = "", file = ""] = process.argv.slice(2);
  const sheets = await loadFolder(folder, true);
  const limits = { readsPerUser: PLENTY, readsPerProject: PLENTY };
  const emulator = await startEmulator({ sheets, limits });
  const { account, spreadsheetId, apiRoot, tokenUrl } = emulator;
  const ready = new Map<string, ArrayBuffer>();
  const front = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch({ url, headers }) {
      const path = url.slice(new URL(url).origin.length + 1);
      const authorization = headers.get("authorization") ?? "";
      const answer = async () =>
        (await fetch(apiRoot + path, { headers: { authorization } })).arrayBuffer();
      const body = ready.get(path) ?? (await answer());
      ready.set(path, body);
      return new Response(body, { headers: { "content-type": "application/json" } });
    },
  });
  const { email, privateKey } = account;
  const token = emulator.oauth.issue(email, SCOPES, emulator.authNow()).access_token;
  const served: Served = {
    access: {
      sheetId: spreadsheetId,
      account: { email, privateKey },
      credentialsFile: null,
      apiRoot,
      tokenUrl,
    },
    readyRoot: front.url.href,
    token: String(token),
  };
  await Bun.write(file, JSON.stringify(served));
  process.stdout.write(`${apiRoot}\n`);
}
