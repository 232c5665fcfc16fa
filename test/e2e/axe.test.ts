import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { launchChromium, openScreen, SCREENS, SLOW_MS } from "../support/chromium.ts";
import { openShop, type Shop } from "../support/shop.ts";

/** Run in the page; `page.evaluate` is not subject to its CSP. */
const AXE = await Bun.file(new URL(import.meta.resolve("axe-core/axe.min.js"))).text();

let browser: Browser;
let shop: Shop;
beforeAll(async () => {
  browser = await launchChromium();
  shop = await openShop();
}, SLOW_MS);
afterAll(async () => {
  await browser.close();
  await shop[Symbol.asyncDispose]();
});

/** Héctor is Supervisor and Armador: he sees every kind of button. */
const HECTOR = 12;
const PATHS = ["/", "/operacion/ARM", "/operacion/METROLOGIA", "/buscar", "/tablero", "/muro"];
const STILL = ["/problemas", "/sesion", "/equipo", "/hoy", "/produccion"];

/** Violations of WCAG 2.2 A and AA, each with the elements that break it. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const results = await page.evaluate(async (): Promise<AxeResults> => {
    const { axe } = window as unknown as { axe: typeof import("axe-core") };
    const values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    return axe.run(document, { runOnly: { type: "tag", values } });
  });
  return results.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`,
  );
}

describe.each([false, true])("accessible, dark %p", (dark) => {
  test.each([...PATHS, "carrete"])(
    "%s",
    async (name) => {
      const [entry] = shop.running.floor.list("ocupados");
      const path =
        name === "carrete" ? `/carrete?tag=${encodeURIComponent(entry?.tag ?? "")}` : name;
      const size = SCREENS["tablet upright"];
      const look = { trabajador: HECTOR, path, size, dark };
      await using screen = await openScreen(browser, shop, look);
      expect(await violations(screen.page)).toEqual([]);
    },
    SLOW_MS,
  );

  test.each(STILL)(
    "%s",
    async (path) => {
      const look = { trabajador: HECTOR, path: "/tablero", dark };
      await using screen = await openScreen(browser, shop, look);
      await screen.page.goto(shop.url + path);
      expect(await violations(screen.page)).toEqual([]);
    },
    SLOW_MS,
  );
});
