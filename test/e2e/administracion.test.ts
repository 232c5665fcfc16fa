/** The administration's pages in a real browser: how they look, what moves by itself. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { CREDENCIALES_DEMO } from "../../src/domain/demo.ts";
import { CODIGO_MS } from "../../src/identity/alta.ts";
import { conClave, LUIS } from "../http/administracion-support.ts";
import { openScreen, SCREENS, SLOW_MS, useChromium } from "../support/chromium.ts";
import { openShop, type Shop } from "../support/shop.ts";
import { violations } from "./axe-run.ts";

const chromium = useChromium();
let shop: Shop;
/** The shop's clock runs, and a test moves it on. */
let aheadMs = 0;
beforeAll(async () => {
  shop = await openShop({ now: () => Date.now() + aheadMs });
}, SLOW_MS);
afterAll(() => shop[Symbol.asyncDispose]());

/** Rosa, who gave her password a moment ago, on a page. */
async function rosa(path: string, options: { size?: typeof SCREENS.desktop; dark?: boolean } = {}) {
  const { cookie } = await conClave(shop.url, CREDENCIALES_DEMO);
  const signed = { url: shop.url, signIn: async () => cookie };
  const screen = await openScreen(chromium.browser, signed, {
    trabajador: 11,
    path: "/",
    ...options,
  } as Parameters<typeof openScreen>[2]);
  await screen.page.goto(shop.url + path);
  return screen;
}

/** Of the demo's people, without a PIN. */
const CAMILA = 22;

const PATHS = ["", "/personas", "/personas/11", "/personas/12", "/personas/21", "/tablets"].concat([
  "/tokens",
  "/sesiones",
  "/registro",
  "/clave",
]);

/** Everything to be touched in the page's own part, but links within a sentence. */
const small = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll("main :is(button, summary, a, label.opcion, .campo input)")]
      .filter((one) => one.checkVisibility() && !one.closest("p:not(.pie)"))
      .filter((one) => one.getBoundingClientRect().height < 56)
      .map((one) => one.outerHTML.slice(0, 80)),
  );

describe.each([false, true])("dark %p", (dark) => {
  test.each(Object.entries(SCREENS))(
    "%s: accessible, large enough, nothing beside the page",
    async (_, size) => {
      await using screen = await rosa("/administracion", { size, dark } as never);
      const { page } = screen;
      const look = async (path: string) => {
        const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
        const found = [path, await small(page), wide, await violations(page)];
        expect(found).toEqual([path, [], false, []]);
      };
      for (const path of PATHS) {
        await page.goto(`${shop.url}/administracion${path}`);
        await look(path);
      }
      await page.goto(`${shop.url}/administracion/tablets`);
      await page.getByLabel("Nombre, como").fill(`Uno ${size.width} ${dark}`);
      await page.getByRole("button", { name: "Crear el código" }).click();
      await page.locator("#secreto").waitFor();
      await look("a code");
      await page.goto(`${shop.url}/administracion/personas/${LUIS}`);
      await page.getByRole("button", { name: "Generar un PIN" }).click();
      await page.locator("#secreto").waitFor();
      await look("a PIN");
      await page.getByRole("link", { name: "Listo" }).click();
      await page.getByText("Quitar el PIN", { exact: true }).click();
      await look("a question");
      expect(screen.errors).toEqual([]);
    },
    3 * SLOW_MS,
  );
});

test(
  "a code that nobody uses runs out on the page that shows it, and is asked for no more",
  async () => {
    await using screen = await rosa("/administracion/tablets");
    const { page } = screen;
    await page.getByLabel("Nombre, como").fill("Nadie");
    await page.getByRole("button", { name: "Crear el código" }).click();
    await page.getByText("Esperando al tablet. Quedan").waitFor();
    aheadMs += CODIGO_MS;
    await page.getByText("El código venció.").waitFor();
    expect(await page.locator("#estado").getAttribute("hx-trigger")).toBeNull();
    expect(screen.errors).toEqual([]);
  },
  SLOW_MS,
);

test(
  "a session that is ended shows its page no more",
  async () => {
    await using desk = await rosa("/administracion/sesiones");
    await using camila = await openScreen(chromium.browser, shop, {
      trabajador: CAMILA,
      path: "/",
    });
    await desk.page.reload();
    const row = desk.page.getByRole("row").filter({ hasText: "Camila Ortiz" });
    await row.getByRole("button", { name: "Terminar" }).click();
    await desk.page.getByText("La sesión terminó.").waitFor();
    await camila.page.waitForURL(/\/sesion(\?|$)/);
    await camila.page.getByText("¿Quién eres?").first().waitFor();
    expect(desk.errors).toEqual([]);
  },
  SLOW_MS,
);
