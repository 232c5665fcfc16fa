/** Getting in, as people do: a tablet enrolled by a code, a worker with a PIN, out again. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { BrowserContext, Locator, Page } from "playwright-core";
import { CREDENCIALES_DEMO } from "../../src/domain/demo.ts";
import { IDLE_TABLET_MS } from "../../src/identity/session.ts";
import { openTaller } from "../http/sin-script.ts";
import { INGRID, MAURICIO, NOW_MS } from "../support/builders.ts";
import { live, openScreen, SCREENS, SLOW_MS, useChromium } from "../support/chromium.ts";
import { openShop, type Shop } from "../support/shop.ts";
import { violations } from "./axe-run.ts";

const chromium = useChromium();
let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
}, SLOW_MS);
afterAll(() => shop[Symbol.asyncDispose]());

const LUIS = { id: 21, nombre: "Luis Ñancucheo" };

/** A browser that nobody signed in on. */
async function nuevo(size: { width: number; height: number }, dark = false) {
  const context = await chromium.browser.newContext({
    viewport: size,
    hasTouch: true,
    colorScheme: dark ? "dark" : "light",
  });
  context.setDefaultTimeout(SLOW_MS);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    const text = message.text();
    if (message.type() === "error" && !/status of 4\d\d/.test(text)) errors.push(text);
  });
  return { context, page, errors, [Symbol.asyncDispose]: () => context.close() };
}

/** Signs in with name and password, on the page itself. */
async function conClave(page: Page): Promise<void> {
  await page.goto(`${shop.url}/sesion/clave`);
  await page.getByLabel("Usuario").fill(CREDENCIALES_DEMO.usuario);
  await page.locator("input[name=clave]").fill(CREDENCIALES_DEMO.clave);
  await page.getByRole("button", { name: "Entrar" }).click();
  await live(page);
}

/** Makes a code on the page. @returns the link of its QR */
async function codigo(page: Page, nombre: string): Promise<string> {
  await page.getByRole("link", { name: "Administración" }).click();
  await page.getByRole("link", { name: "Tablets" }).first().click();
  await page.getByLabel("Nombre, como se le dice").fill(nombre);
  await page.getByRole("button", { name: "Crear el código" }).click();
  return (await page.locator("#qr figcaption").textContent()) ?? "";
}

test(
  "a code, its QR opened on a tablet, a PIN: three touches and the digits; revoked, it is out",
  async () => {
    await using desk = await nuevo(SCREENS.desktop);
    await conClave(desk.page);
    await desk.page.goto(`${shop.url}/administracion/personas/${LUIS.id}`);
    await desk.page.getByRole("button", { name: "Generar un PIN" }).click();
    const pin = (await desk.page.locator("#secreto").textContent()) ?? "";
    const enlace = await codigo(desk.page, "Armado 7");
    expect(enlace).toMatch(new RegExp(`^${shop.url}/tablet#[A-Z2-9]{4}-[A-Z2-9]{4}$`));

    await using tablet = await nuevo(SCREENS["tablet upright"]);
    const { page } = tablet;
    let touches = 0;
    const touch = (where: Locator): Promise<void> => {
      touches++;
      return where.tap();
    };
    await page.goto(enlace);
    expect(new URL(page.url()).hash).toBe("");
    await touch(page.getByRole("button", { name: "Inscribir" }));
    await touch(page.getByRole("button", { name: LUIS.nombre }));
    for (const digit of pin) await page.locator(`[data-digito="${digit}"]`).tap();
    await touch(page.getByRole("button", { name: "Entrar" }));
    await live(page);
    expect(touches).toBe(3);
    await page.getByText(`${LUIS.nombre} (${LUIS.id})`).waitFor();
    await page.getByRole("link", { name: "Cambiar mi PIN" }).waitFor();

    // The page with the code says so by itself.
    await desk.page.getByText("Inscrito: Armado 7").waitFor();
    await desk.page.getByRole("link", { name: "Todos los tablets" }).click();
    const row = desk.page.getByRole("row").filter({ hasText: "Armado 7" });
    await row.getByText(LUIS.nombre).waitFor();
    await row.getByRole("link").click();
    await desk.page.getByText("Revocar este tablet").click();
    // Then its stream is cut, which Chromium tells on the console.
    expect(tablet.errors).toEqual([]);
    await desk.page.getByRole("button", { name: "Sí, revocarlo" }).click();
    await page.waitForURL(/\/sesion(\?|$)/);
    await page.getByText("no está inscrito").waitFor();
    expect(await page.locator("body").textContent()).not.toContain(LUIS.nombre);
    expect(desk.errors).toEqual([]);
  },
  2 * SLOW_MS,
);

test(
  "a wrong PIN, one digit taken back, a real keyboard; back does not bring the PIN",
  async () => {
    await using tablet = await nuevo(SCREENS["tablet across"]);
    const { page } = tablet;
    await page.goto(`${shop.url}/sesion`);
    await page.getByRole("button", { name: "Usar este navegador" }).tap();
    await page.getByRole("button", { name: "Rosa Pérez" }).tap();
    const field = page.getByLabel("Tu PIN");
    for (const digit of "123") await page.locator(`[data-digito="${digit}"]`).tap();
    await page.getByRole("button", { name: "Borrar" }).tap();
    expect(await field.inputValue()).toBe("12");
    for (const digit of "3456789") await page.locator(`[data-digito="${digit}"]`).tap();
    expect(await field.inputValue()).toBe("123456");
    await page.getByRole("button", { name: "Entrar" }).tap();
    await page.getByText("Ese PIN no es").waitFor();
    expect(await field.inputValue()).toBe("");
    await page.keyboard.type(CREDENCIALES_DEMO.pin);
    await page.keyboard.press("Enter");
    await live(page);
    await page.goto(`${shop.url}/sesion/pin?trabajador=11`);
    for (const digit of "25") await page.locator(`[data-digito="${digit}"]`).tap();
    await page.getByRole("link", { name: "No soy yo" }).tap();
    await page.locator(".nombres").waitFor();
    await page.evaluate(() => history.back());
    await page.waitForURL("**/sesion/pin?*", { waitUntil: "commit" });
    expect(await field.inputValue()).toBe("");
    expect(tablet.errors).toEqual([]);
  },
  SLOW_MS,
);

/** Enrols the browser as the demo lets it, and leaves it at the names. */
async function inscrito(page: Page, context: BrowserContext): Promise<void> {
  await context.clearCookies();
  await page.goto(`${shop.url}/sesion`);
  await page.getByRole("button", { name: "Usar este navegador" }).click();
  await page.locator(".nombres").waitFor();
}

/** What is too small for a glove: everything to be touched in the page's own part. */
const small = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll("main :is(button, a, input:not([type=hidden]))")]
      .filter((one) => one.checkVisibility())
      .filter((one) => {
        const least = one.closest(".teclado, .nombres") ? 72 : 56;
        return one.getBoundingClientRect().height < least;
      })
      .map((one) => one.outerHTML.slice(0, 80)),
  );

const wide = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth > innerWidth);

const PATHS = ["/sesion/clave", "/tablet", "/supervisor", "/sesion", "/sesion/pin?trabajador=11"];

describe.each([false, true])("dark %p", (dark) => {
  test.each(Object.entries(SCREENS))(
    "%s: large enough for gloves, nothing beside the page, accessible",
    async (_, size) => {
      await using tablet = await nuevo(size, dark);
      const { page, context } = tablet;
      await page.goto(`${shop.url}/sesion`);
      expect([await small(page), await wide(page), await violations(page)]).toEqual([
        [],
        false,
        [],
      ]);
      await inscrito(page, context);
      for (const path of PATHS) {
        await page.goto(shop.url + path);
        const found = [path, await small(page), await wide(page), await violations(page)];
        expect(found).toEqual([path, [], false, []]);
      }
      // The whole pad is on the screen, without scrolling.
      const last = await page.locator(".teclado .lleno").boundingBox();
      expect((last?.y ?? 0) + (last?.height ?? 0)).toBeLessThanOrEqual(size.height);
      expect(tablet.errors).toEqual([]);
    },
    2 * SLOW_MS,
  );
});

test("a page that nobody touches leaves the screen when its session is over", async () => {
  const clock = { ms: NOW_MS };
  await using taller = await openTaller([], { now: () => clock.ms });
  await using screen = await openScreen(chromium.browser, taller.shop, {
    trabajador: MAURICIO.id,
    path: "/",
  });
  const { page } = screen;
  // It has no stream that could tell it.
  await page.goto(`${taller.url}/sesion/pin/mio`);
  clock.ms += IDLE_TABLET_MS;
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await page.waitForURL(/\/sesion\?volver=/);
  await page.getByRole("heading", { name: "¿Quién eres?" }).waitFor();
});

test("a page of whoever was there before begins anew for whoever is there now", async () => {
  await using taller = await openTaller([]);
  await using screen = await openScreen(chromium.browser, taller.shop, {
    trabajador: MAURICIO.id,
    path: "/",
  });
  const { page, context } = screen;
  const other = await context.newPage();
  await other.goto(`${taller.url}/sesion`);
  await other.getByRole("button", { name: /Íngrid/ }).click();
  await other.waitForSelector("body[data-conexion=Conectado]");
  await page.waitForSelector(`body[data-quien="${INGRID.id}"][data-conexion=Conectado]`);
});
