/**
 * A whole ZEUES for a test: the real server on a free port of 127.0.0.1, in a folder of its own.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Serving, serve } from "../../src/cli/serve.ts";
import type { ComposeOptions } from "../../src/compose.ts";
import { readConfig } from "../../src/config.ts";
import { CREDENCIALES_DEMO } from "../../src/domain/demo.ts";
import type { TrabajadorId } from "../../src/domain/trabajador.ts";
import type { Ledger } from "../../src/ledger/ledger.ts";
import { createLog } from "../../src/log.ts";
import { giveAcceso, PIN, pinOf, TABLET_COOKIE, tabletOf } from "./acceso.ts";

/** The bearer token of test shops. */
export const TOKEN = "a-token-for-tests-of-32-characters-or-more";

/** Until a page shows a commit: a bound for what never comes, on the slowest machine. */
export const SHOWN_MAX_MS = 20_000;

export interface Shop extends AsyncDisposable, Serving {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  readonly folder: string;
  /** Signs in on an enrolled tablet. @returns its and the session's cookies. */
  signIn(trabajadorId: number): Promise<string>;
  /** POST to the JSON API with the token. */
  api(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
}

/** A folder that is gone at the end of the test. */
export function tempFolder(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), "zeues-test-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

const post = (url: string, cookie: string, fields: Record<string, string>): Promise<Response> =>
  fetch(url, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { Origin: new URL(url).origin, Cookie: cookie },
    redirect: "manual",
  });

/** A cookie that an answer sets, `NAME=…`; empty when it sets none of that name. */
export const cookieOf = (answer: Response, name: string): string =>
  answer.headers
    .getSetCookie()
    .map((line) => line.split(";")[0] ?? "")
    .find((pair) => pair.startsWith(`${name}=`)) ?? "";

/** What a browser brings next: its own, and the place in the log that an answer told (`visto`). */
const bring = (own: string, answer: Response): string =>
  [own, cookieOf(answer, "visto")].filter(Boolean).join("; ");

const enrol = (url: string): Promise<Response> => post(`${url}/tablet/demo`, "", {});

/** Enrols a browser at a running demo shop. @returns the tablet's cookie, `zeues-tablet=…`. */
export const enrolDemo = async (url: string): Promise<string> =>
  cookieOf(await enrol(url), "zeues-tablet");

/**
 * Signs in at a running ZEUES as a worker would, on an enrolled tablet: by name, and by PIN where
 * the worker has one.
 * @param tablet its cookie; by default this browser is enrolled first, which only a demo shop lets
 * @returns the cookies of tablet and session, `zeues-tablet=…; zeues=…`, and `visto`, so that also
 * another process knows them at the next request
 */
export async function signIn(
  url: string,
  trabajadorId: number,
  { tablet, pin }: { readonly tablet?: string; readonly pin?: string } = {},
): Promise<string> {
  const enrolled = tablet === undefined ? await enrol(url) : null;
  const device = tablet ?? (enrolled ? cookieOf(enrolled, "zeues-tablet") : "");
  const cookies = enrolled ? bring(device, enrolled) : device;
  const trabajador = String(trabajadorId);
  const named = await post(`${url}/sesion`, cookies, { trabajador });
  const asksPin = named.headers.get("Location")?.startsWith("/sesion/pin?") === true;
  const answer = asksPin
    ? await post(`${url}/sesion/pin`, cookies, {
        trabajador,
        pin: pin ?? (tablet === undefined ? CREDENCIALES_DEMO.pin : PIN),
      })
    : named;
  return bring(`${device}; ${cookieOf(answer, "zeues")}`, answer);
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
    async signIn(trabajadorId) {
      if (serving.running.demo) return await signIn(url, trabajadorId);
      const { ledger } = serving.running.act;
      await giveAcceso(ledger as Ledger, tabletOf());
      const { floor } = serving.running;
      if (floor.trabajador(trabajadorId as TrabajadorId)?.roles.includes("Supervisor")) {
        await giveAcceso(ledger as Ledger, await pinOf(trabajadorId));
      }
      return await signIn(url, trabajadorId, { tablet: TABLET_COOKIE });
    },
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
