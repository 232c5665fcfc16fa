/** A browser without JavaScript at a real shop: loads pages, sends their forms, follows nothing. */
import { connect } from "node:net";
import { join } from "node:path";
import { hasRol } from "../../src/domain/decide.ts";
import { estadoDetalle } from "../../src/domain/estado-detalle.ts";
import { DEFAULT_POLICY } from "../../src/domain/policy.ts";
import type { Spool } from "../../src/domain/spool.ts";
import type { Trabajador } from "../../src/domain/trabajador.ts";
import { type Ledger, spoolKey, trabajadorKey, type Write } from "../../src/ledger/ledger.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import { CREW } from "../live/taller.ts";
import { accesoWrite, pinOf, TABLET_COOKIE, tabletOf } from "../support/acceso.ts";
import { NOW_MS } from "../support/builders.ts";
import {
  openShop,
  SHOWN_MAX_MS,
  type Shop,
  type ShopOptions,
  tempFolder,
} from "../support/shop.ts";
import { type Form, type Parsed, parsePage } from "../views/page.ts";

const SHEET = { firma: null, medio: "planilla", dispositivo: null } as const;

/** First sight of a spool in the sheet. */
export const spoolWrite = (spool: Spool): Write => ({
  key: spoolKey(spool.tag),
  expectedVersion: 0,
  state: spool,
  event: {
    kind: "spool",
    tag: spool.tag,
    version: 1,
    atMs: NOW_MS,
    autor: SHEET,
    cambio: { accion: "IMPORTAR", operacion: null, spool },
    estadoDetalle: estadoDetalle(spool, DEFAULT_POLICY),
  },
});

const crewWrite = (trabajador: Trabajador, expectedVersion = 0): Write => {
  const state = { ...trabajador, version: expectedVersion + 1 };
  const { version } = state;
  return {
    key: trabajadorKey(trabajador.id),
    expectedVersion,
    state,
    event: { kind: "trabajador", version, atMs: NOW_MS, autor: SHEET, trabajador: state },
  };
};

export interface Taller extends AsyncDisposable {
  readonly shop: Shop;
  readonly url: string;
  readonly seq: () => number;
  spool(tag: string): Spool | undefined;
  /** The tablet, on which nobody has signed in. */
  tablet(): Browser;
  /** Signs a worker in on the tablet. */
  browser(quien: Trabajador): Promise<Browser>;
  /** Changes a worker, as the sheet would; `version` is the one that stands. */
  change(trabajador: Trabajador): Promise<void>;
}

/**
 * A real shop on its own ledger with these spools, the builders' people, an enrolled tablet, and a
 * PIN for its supervisors.
 */
export async function openTaller(
  spools: readonly Spool[],
  options: ShopOptions = {},
): Promise<Taller> {
  const folder = tempFolder();
  const onFault = (fault: unknown): never => {
    throw fault;
  };
  const ledger = openSqliteLedger({ path: join(folder.path, "zeues.sqlite"), onFault });
  const bosses = CREW.filter((t) => hasRol(t, ["Supervisor"]));
  const pins = await Promise.all(bosses.map(({ id }) => pinOf(id)));
  const accesos = [tabletOf(), ...pins].map(accesoWrite);
  await ledger.commit({
    writes: [...CREW.map((t) => crewWrite(t)), ...accesos, ...spools.map(spoolWrite)],
  });
  await ledger.close();
  const { env, ...rest } = options;
  const shop = await openShop({
    folder: folder.path,
    now: () => NOW_MS,
    ...rest,
    env: { ZEUES_DEMO: "off", ...env },
  });
  const { floor, act } = shop.running;
  return {
    shop,
    url: shop.url,
    seq: () => floor.seq,
    spool: (tag) => floor.spool(tag as Spool["tag"]),
    tablet: () => createBrowser(shop.url, TABLET_COOKIE),
    browser: async (quien) => createBrowser(shop.url, await shop.signIn(quien.id)),
    async change(trabajador) {
      const before = floor.trabajador(trabajador.id)?.version ?? 0;
      const write = crewWrite(trabajador, before);
      const result = await (act.ledger as Ledger).commit({ writes: [write] });
      const seq = result.kind === "committed" ? result.events.at(-1)?.seq : undefined;
      if (seq === undefined || !(await floor.reached(seq, SHOWN_MAX_MS))) {
        throw new Error(`worker ${trabajador.id} is not as told`);
      }
    },
    async [Symbol.asyncDispose]() {
      await shop[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
  readonly page: Parsed;
  /** Where a redirect leads. */
  readonly location: string | null;
}

export interface Browser {
  readonly cookie: string;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  /** Sends fields to an address, by default from the home page. */
  post(
    path: string,
    fields: Record<string, string> | BodyInit,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  /** Presses the button of a form on a page, as the standard says that it is sent. */
  press(from: string, button: string, fields?: Record<string, string>): Promise<Answer>;
}

async function answered(answer: Response): Promise<Answer> {
  const html = await answer.text();
  const { status, headers } = answer;
  return { status, headers, html, page: parsePage(html), location: headers.get("Location") };
}

/** Line breaks in a form are sent as CR LF (HTML Living Standard, 4.10.22.8). */
const sent = (value: string): string => value.replace(/\r\n?|\n/g, "\r\n");

export function createBrowser(url: string, cookie: string): Browser {
  const own = { Cookie: cookie, Accept: "text/html,*/*;q=0.8" };
  const get: Browser["get"] = async (path, headers = {}) =>
    answered(await fetch(url + path, { headers: { ...own, ...headers }, redirect: "manual" }));
  const post: Browser["post"] = async (path, fields, headers = {}) => {
    const plain = Object.getPrototypeOf(fields) === Object.prototype;
    const body = plain
      ? new URLSearchParams(fields as Record<string, string>)
      : (fields as BodyInit);
    const all = { ...own, Origin: url, Referer: `${url}/`, ...headers };
    return answered(
      await fetch(url + path, { method: "POST", body, headers: all, redirect: "manual" }),
    );
  };
  return {
    cookie,
    get,
    post,
    async press(from, button, fields = {}) {
      const { page } = await get(from);
      const form = page.forms.find((one: Form) => one.buttons.includes(button));
      if (!form) throw new Error(`no ${button} on ${from}`);
      const name = form.attributes.action === "/sesion" ? "trabajador" : "accion";
      const all = { ...form.fields, ...fields, [name]: button };
      const entries = Object.entries(all).map(([field, value]) => [field, sent(value)]);
      return post(form.attributes.action ?? "", Object.fromEntries(entries), {
        Referer: url + from,
      });
    },
  };
}

/**
 * Posts a body that is told to be `length` long and never comes.
 * @returns the answer's text, head and all, until the other side has said it
 */
export async function announce(
  url: string,
  path: string,
  length: number,
  headers: Record<string, string>,
): Promise<string> {
  const { hostname, port } = new URL(url);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = connect(Number(port), hostname);
  let text = "";
  socket.on("error", reject).on("close", () => resolve(text));
  socket.on("data", (chunk) => {
    text += chunk.toString();
    const [head = "", body = ""] = text.split("\r\n\r\n");
    const whole = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? Number.POSITIVE_INFINITY);
    if (Buffer.byteLength(body) >= whole) socket.destroy();
  });
  const all = { Host: `${hostname}:${port}`, "Content-Length": String(length), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`POST ${path} HTTP/1.1\r\n${lines.join("")}\r\n`);
  return promise;
}
