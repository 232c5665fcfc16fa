/** A demo shop whose clock a test moves, and a supervisor who gave her password. */
import type { Acceso } from "../../src/domain/acceso.ts";
import { CREDENCIALES_DEMO } from "../../src/domain/demo.ts";
import type { Ledger } from "../../src/ledger/ledger.ts";
import { NOW_MS } from "../support/builders.ts";
import { cookieOf, openShop, type Shop, type ShopOptions } from "../support/shop.ts";
import { type Browser, createBrowser } from "./sin-script.ts";

/** Of the demo's people: Rosa and Héctor are Supervisor, Luis is Armador, Víctor has left. */
export const ROSA = 11;
export const HECTOR = 12;
export const LUIS = 21;
export const VICTOR = 61;

export interface AdminShop extends AsyncDisposable {
  readonly shop: Shop;
  readonly url: string;
  /** Rosa, from a browser of her own. */
  readonly rosa: Browser;
  /** Moves the clock on by milliseconds. */
  pass(ms: number): void;
}

/** Signs in with name and password, from a browser of one's own or an enrolled tablet. */
export async function conClave(
  url: string,
  { usuario, clave, tablet = "" }: { usuario: string; clave: string; tablet?: string },
): Promise<Browser> {
  const { headers } = await createBrowser(url, tablet).post("/sesion/clave", { usuario, clave });
  const session = cookieOf({ headers } as Response, "zeues");
  return createBrowser(url, [tablet, session].filter(Boolean).join("; "));
}

export async function openAdmin(options: ShopOptions = {}): Promise<AdminShop> {
  let at = NOW_MS;
  const shop = await openShop({ now: () => at, ...options });
  // The demo's credentials are of the first moment; whoever signs in does it after that.
  at += 1_000;
  const { url } = shop;
  return {
    shop,
    url,
    rosa: await conClave(url, CREDENCIALES_DEMO),
    pass(ms) {
      at += ms;
    },
    [Symbol.asyncDispose]: () => shop[Symbol.asyncDispose](),
  };
}

/** What an answer shows once. */
export const secretoDe = ({ html }: { readonly html: string }): string =>
  /<code id="secreto">([^<]+)<\/code>/.exec(html)?.[1] ?? "";

/** What stands of a kind in the shop's ledger. */
export async function accesosDe<K extends Acceso["kind"]>(
  { running }: Pick<Shop, "running">,
  kind: K,
): Promise<readonly Extract<Acceso, { kind: K }>[]> {
  const { accesos } = await (running.act.ledger as Ledger).snapshot();
  return accesos.filter((one): one is Extract<Acceso, { kind: K }> => one.kind === kind);
}
