import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser } from "playwright-core";
import { launchChromium, openScreen, SCREENS, SLOW_MS } from "../support/chromium.ts";
import { openShop, type Shop } from "../support/shop.ts";
import { violations } from "./axe-run.ts";

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
