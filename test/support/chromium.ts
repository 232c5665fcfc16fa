/** A real Chromium for the pages' tests (field notes: flags, markers instead of network idle). */
import { afterAll, beforeAll } from "bun:test";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import type { Shop } from "./shop.ts";

const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Two cores shared by everything: what takes a second alone may take ten. */
export const SLOW_MS = 30_000;

/** The three screens that every page is tested at (house rules). */
export const SCREENS = {
  "tablet upright": { width: 800, height: 1280 },
  "tablet across": { width: 1280, height: 800 },
  desktop: { width: 1440, height: 900 },
} as const;

/**
 * Chromium's own engine without its windows' parts, from Debian as well: the same pages for half
 * the processor's time (xss-redis: 15 s instead of 27), which two cores need.
 */
const SHELL = "/usr/bin/chromium-headless-shell";
const WHOLE = "/usr/bin/chromium";

/** @param whole the browser as people have it: where its own doing is what is tested (bfcache) */
export const launchChromium = (whole = false): Promise<Browser> =>
  chromium.launch({
    executablePath: whole ? WHOLE : SHELL,
    args: ARGS,
    ignoreDefaultArgs: ["--disable-back-forward-cache"],
  });

/** One browser for all tests of a file, begun before them and ended after. */
export function useChromium(whole = false): { readonly browser: Browser } {
  let browser: Browser | null = null;
  beforeAll(async () => {
    browser = await launchChromium(whole);
  }, SLOW_MS);
  afterAll(() => browser?.close());
  return {
    get browser() {
      if (!browser) throw new Error("a browser is there only while tests run");
      return browser;
    },
  };
}

export interface Screen extends AsyncDisposable {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Console errors and uncaught faults so far; Chromium's own line for a 4xx answer left out. */
  readonly errors: readonly string[];
}

/** A tablet or a desk: a browser of its own, signed in. */
export async function openScreen(
  browser: Browser,
  shop: Pick<Shop, "url" | "signIn">,
  options: {
    readonly trabajador: number;
    readonly path: string;
    readonly size?: { readonly width: number; readonly height: number };
    readonly javaScript?: boolean;
    readonly dark?: boolean;
    /** Another screen whose session this one has too, instead of signing in. */
    readonly signedIn?: Screen;
  },
): Promise<Screen> {
  const context = await browser.newContext({
    viewport: options.size ?? SCREENS["tablet upright"],
    javaScriptEnabled: options.javaScript ?? true,
    colorScheme: options.dark ? "dark" : "light",
  });
  context.setDefaultTimeout(SLOW_MS);
  const known = await options.signedIn?.context.cookies();
  const pairs = known ? [] : (await shop.signIn(options.trabajador)).split("; ");
  const fresh = pairs.map((pair) => {
    const at = pair.indexOf("=");
    return { name: pair.slice(0, at), value: pair.slice(at + 1), url: shop.url };
  });
  await context.addCookies(known ?? fresh);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    const text = message.text();
    if (message.type() === "error" && !/status of 4\d\d/.test(text)) errors.push(text);
  });
  await page.goto(shop.url + options.path);
  if (options.javaScript !== false) await live(page);
  return { page, context, errors, [Symbol.asyncDispose]: () => context.close() };
}

/** Waits until the page says that its stream is open. */
export const live = (page: Page): Promise<unknown> =>
  page.waitForSelector("body[data-conexion=Conectado]");

/** The row of a spool in one of a page's lists. */
export const row = (page: Page, ul: string, tag: string) =>
  page.locator(`#${ul} > li`).filter({ has: page.getByText(tag, { exact: true }) });

/** The tags of a list, in the order shown. */
export const tags = (page: Page, ul: string): Promise<string[]> =>
  page.locator(`#${ul} > li .tag b`).allTextContents();
