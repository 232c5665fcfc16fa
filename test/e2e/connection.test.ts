import { expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { live, openScreen, row, SLOW_MS, tags, useChromium } from "../support/chromium.ts";
import { startProcess } from "../support/process.ts";
import { openShop, signIn, TOKEN, tempFolder } from "../support/shop.ts";

const chromium = useChromium(true);

const LUIS = 21;
const CAMILA = 22;

const say = (page: Page): Promise<string | null> => page.locator("#conexion span").textContent();

const act = (url: string, accion: string, tag: string): Promise<Response> =>
  fetch(`${url}/api/occupation/${accion}`, {
    method: "POST",
    body: JSON.stringify({ tag_spool: tag, worker_id: CAMILA, operacion: "ARM" }),
    headers: { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json" },
  });

/** Makes the page hidden or visible as the browser does when another app comes to the front. */
const setHidden = (page: Page, hidden: boolean): Promise<void> =>
  page.evaluate((value) => {
    Object.defineProperty(document, "hidden", { value, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);

test(
  "killed and started again under an open page: amber, then green, and nothing missed",
  async () => {
    using folder = tempFolder();
    const first = await startProcess(folder.path);
    const { url, port } = first;
    const target = { url, signIn: (id: number) => signIn(url, id) };
    const path = "/operacion/ARM";
    await using a = await openScreen(chromium.browser, target, { trabajador: LUIS, path });
    const [one = "", two = "", three = ""] = await tags(a.page, "disponibles");
    await act(url, "tomar", one);
    await row(a.page, "disponibles", one).waitFor({ state: "detached" });
    await first.kill("SIGKILL");
    await a.page.waitForSelector("body:not([data-conexion=Conectado])");
    expect(await say(a.page)).toBe("Reconectando");
    expect(await a.page.getByRole("button", { name: "Reconectar" }).isVisible()).toBe(true);
    await using second = await startProcess(folder.path, port);
    await act(second.url, "tomar", two);
    await act(second.url, "pausar", one);
    await live(a.page);
    await row(a.page, "disponibles", two).waitFor({ state: "detached" });
    await row(a.page, "disponibles", one).waitFor();
    const shown = await tags(a.page, "disponibles");
    await a.page.reload();
    await live(a.page);
    expect(shown).toEqual(await tags(a.page, "disponibles"));
    expect(shown).toContain(three);
  },
  SLOW_MS,
);

test(
  "a stop tells the page to come back, and it does by itself",
  async () => {
    using folder = tempFolder();
    const first = await startProcess(folder.path);
    const target = { url: first.url, signIn: (id: number) => signIn(first.url, id) };
    await using a = await openScreen(chromium.browser, target, {
      trabajador: LUIS,
      path: "/tablero",
    });
    await first.kill("SIGTERM");
    await a.page.waitForSelector("body:not([data-conexion=Conectado])");
    await using second = await startProcess(folder.path, first.port);
    await live(a.page);
    expect(second.port).toBe(first.port);
  },
  SLOW_MS,
);

test(
  "a hidden page closes its stream; visible again it catches up at once",
  async () => {
    await using shop = await openShop();
    await using a = await openScreen(chromium.browser, shop, {
      trabajador: LUIS,
      path: "/operacion/ARM",
    });
    const [tag = ""] = await tags(a.page, "disponibles");
    const closed = a.page.waitForEvent("requestfailed", (r) => r.url().includes("/eventos"));
    await setHidden(a.page, true);
    await closed;
    await act(shop.url, "tomar", tag);
    expect(await tags(a.page, "disponibles")).toContain(tag);
    await setHidden(a.page, false);
    await row(a.page, "disponibles", tag).waitFor({ state: "detached" });
    await live(a.page);
    expect(a.errors).toEqual([]);
  },
  SLOW_MS,
);

test(
  "back from the browser's page cache the list is true again",
  async () => {
    await using shop = await openShop();
    await using a = await openScreen(chromium.browser, shop, {
      trabajador: LUIS,
      path: "/operacion/ARM",
    });
    const [tag = ""] = await tags(a.page, "disponibles");
    await a.page.goto(`${shop.url}/tablero`);
    await live(a.page);
    await act(shop.url, "tomar", tag);
    await a.page.evaluate(() => history.back());
    await a.page.waitForURL("**/operacion/ARM", { waitUntil: "commit" });
    await live(a.page);
    await row(a.page, "disponibles", tag).waitFor({ state: "detached" });
  },
  SLOW_MS,
);

test(
  "whose session has ended is asked for a name again",
  async () => {
    await using shop = await openShop();
    await using a = await openScreen(chromium.browser, shop, {
      trabajador: LUIS,
      path: "/tablero",
    });
    const other = await a.context.newPage();
    await other.goto(`${shop.url}/`);
    await other.getByRole("button", { name: "Salir" }).click();
    await a.page.waitForURL("**/sesion?volver=%2Ftablero");
  },
  SLOW_MS,
);
