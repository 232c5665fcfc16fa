/**
 * A whole ZEUES for a test: the real server on a free port of 127.0.0.1, in a folder of its own.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Serving, serve } from "../../src/cli/serve.ts";
import type { ComposeOptions } from "../../src/compose.ts";
import { readConfig } from "../../src/config.ts";
import { createLog } from "../../src/log.ts";

/** The bearer token of test shops. */
export const TOKEN = "a-token-for-tests-of-32-characters-or-more";

export interface Shop extends AsyncDisposable, Serving {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  readonly folder: string;
  /** Picks a name. @returns the session's cookie, `zeues=…`. */
  signIn(trabajadorId: number): Promise<string>;
  /** POST to the JSON API with the token. */
  api(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
}

/** A folder that is gone at the end of the test. */
export function tempFolder(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), "zeues-test-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** Picks a name at a running ZEUES. @returns the session's cookie, `zeues=…`. */
export async function signIn(url: string, trabajadorId: number): Promise<string> {
  const answer = await fetch(`${url}/sesion`, {
    method: "POST",
    body: new URLSearchParams({ trabajador: String(trabajadorId) }),
    headers: { Origin: url },
    redirect: "manual",
  });
  return answer.headers.get("set-cookie")?.split(";")[0] ?? "";
}

export interface ShopOptions extends ComposeOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** A folder with a ledger to open; by default a new one with the demo shop. */
  readonly folder?: string;
  readonly traffic?: boolean;
}

export async function openShop(options: ShopOptions = {}): Promise<Shop> {
  const { env = {}, folder, traffic = false, ...composing } = options;
  const own = folder === undefined ? tempFolder() : null;
  const data = folder ?? own?.path ?? "";
  const config = readConfig({
    PORT: "0",
    HOST: "127.0.0.1",
    ZEUES_DATA: data,
    ZEUES_LOG: "silent",
    ZEUES_API_TOKEN: TOKEN,
    ...env,
  });
  const serving = await serve(config, createLog(config.logLevel), { traffic, ...composing });
  const url = `http://127.0.0.1:${serving.server.port}`;
  return {
    ...serving,
    url,
    folder: data,
    signIn: (trabajadorId) => signIn(url, trabajadorId),
    api: (path, body, headers = {}) =>
      fetch(`${url}/api${path}`, {
        method: "POST",
        body: JSON.stringify(body),
        headers: {
          Authorization: `Bearer ${TOKEN}`,
          "Content-Type": "application/json",
          ...headers,
        },
      }),
    async [Symbol.asyncDispose]() {
      await serving.stop();
      own?.[Symbol.dispose]();
    },
  };
}
