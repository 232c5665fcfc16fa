/**
 * A server that says what a test wants Google to say, byte by byte, and writes down what it was
 * asked. The emulator (test/sheets-emulator) is for what Google would do; this is for what goes
 * wrong on the way, and for error bodies as the documentation prints them.
 */
import { generateKeyPairSync } from "node:crypto";
import type { Access } from "../../src/google/access.ts";

export const EMAIL = "zeues@taller.iam.gserviceaccount.com";
export const SHEET_ID = "1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2upms";
/** What the token endpoint gives; must never be seen outside. */
export const ACCESS_TOKEN = "ya29.secreto-de-prueba";
export const PRIVATE_KEY = generateKeyPairSync("rsa", { modulusLength: 2048 })
  .privateKey.export({ format: "pem", type: "pkcs8" })
  .toString();

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | null;
  readonly body: string;
}

export type Says = Response | ((asked: Asked) => Response | Promise<Response>);

/** An error body of the API (AIP-193). */
export const apiError = (
  code: number,
  status: string,
  message: string,
  more: Readonly<Record<string, unknown>> = {},
): Response => Response.json({ error: { code, message, status, ...more } }, { status: code });

export const html = (status: number): Response =>
  new Response("<html><style>b{}</style><title>Error 502 (Server Error)!!1</title></html>", {
    status,
    headers: { "content-type": "text/html; charset=UTF-8" },
  });

const goodToken = () =>
  Response.json({ access_token: ACCESS_TOKEN, expires_in: 3599, token_type: "Bearer" });

export interface ScriptedGoogle extends Disposable {
  readonly access: Access;
  /** Requests to the API, and to the token endpoint. */
  readonly asked: readonly Asked[];
  readonly tokens: readonly Asked[];
  readonly url: string;
  /** What it says next, in order; the last is said for ever. */
  api(...says: readonly Says[]): void;
  token(...says: readonly Says[]): void;
}

async function note(request: Request, url: URL): Promise<Asked> {
  return {
    method: request.method,
    path: url.pathname,
    query: url.searchParams,
    authorization: request.headers.get("authorization"),
    body: await request.text(),
  };
}

/** Starts it on a free port. */
export function startScriptedGoogle(): ScriptedGoogle {
  const asked: Asked[] = [];
  const tokens: Asked[] = [];
  const scripts: Record<"api" | "token", readonly Says[]> = { api: [], token: [goodToken] };
  const say = async (from: "api" | "token", request: Asked): Promise<Response> => {
    const [first, ...rest] = scripts[from];
    if (first === undefined) return apiError(501, "UNIMPLEMENTED", "nothing scripted");
    if (rest.length > 0) scripts[from] = rest;
    return typeof first === "function" ? first(request) : first.clone();
  };
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const url = new URL(request.url);
      const from = url.pathname === "/token" ? "token" : "api";
      const one = await note(request, url);
      (from === "token" ? tokens : asked).push(one);
      return say(from, one);
    },
  });
  const url = `http://127.0.0.1:${server.port}`;
  return {
    url,
    asked,
    tokens,
    access: {
      sheetId: SHEET_ID,
      account: { email: EMAIL, privateKey: PRIVATE_KEY },
      credentialsFile: null,
      apiRoot: `${url}/`,
      tokenUrl: `${url}/token`,
    },
    api: (...says) => {
      scripts.api = says;
    },
    token: (...says) => {
      scripts.token = says;
    },
    [Symbol.dispose]: () => void server.stop(true),
  };
}
