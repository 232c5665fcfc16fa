/** The tablet's comforts in a real browser: scanner, undo, notes, handover (issue 3). */
import { expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { live, openScreen, row, SLOW_MS, tags, useChromium } from "../support/chromium.ts";
import { openShop } from "../support/shop.ts";

const chromium = useChromium(true);

/** Armador; Armadora; Ayudante (ARM and SOLD); Metrología; Supervisora. */
const LUIS = 21;
const CAMILA = 22;
const IVAN = 41;
const JUAN = 51;
const ROSA = 11;

/** A keyboard wedge: 2 ms a key, Enter at the end (field notes). */
const scan = async (page: Page, text: string): Promise<void> => {
  await page.keyboard.type(text, { delay: 2 });
  await page.keyboard.press("Enter");
};

/** POSTs of a page from here on. */
const posts = (page: Page): string[] => {
  const sent: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST") sent.push(request.postData() ?? "");
  });
  return sent;
};

const heard = (page: Page): Promise<string | undefined> =>
  page.evaluate(() => document.body.dataset.senal);

test(
  "what I hold has buttons for a glove: 92 px high and 24 px apart",
  async () => {
    await using shop = await openShop();
    await using a = await openScreen(chromium.browser, shop, { trabajador: LUIS, path: "/" });
    const card = a.page.locator("#mios > li").first();
    const box = async (name: string) => {
      const found = await card.getByRole("button", { name }).boundingBox();
      if (!found) throw new Error(`no ${name}`);
      return found;
    };
    const [cancelar, pausar, completar] = [
      await box("Cancelar"),
      await box("Pausar"),
      await box("Completar"),
    ];
    for (const { height } of [pausar, completar]) expect(height).toBeGreaterThanOrEqual(92);
    expect(pausar.x - (cancelar.x + cancelar.width)).toBeGreaterThanOrEqual(24);
    expect(completar.x - (pausar.x + pausar.width)).toBeGreaterThanOrEqual(24);
    expect(cancelar.height).toBeLessThan(pausar.height);
  },
  SLOW_MS,
);

test(
  "a spool on the home page is one tap away",
  async () => {
    await using shop = await openShop();
    await using a = await openScreen(chromium.browser, shop, { trabajador: LUIS, path: "/" });
    const [tag = ""] = await tags(a.page, "disponibles");
    await row(a.page, "disponibles", tag).getByRole("button").click();
    await row(a.page, "mios", tag).waitFor();
    expect(await heard(a.page)).toBe("hecho");
    expect(a.errors).toEqual([]);
  },
  SLOW_MS,
);

test(
  "a scan from anywhere asks; a second Enter takes, and the next scan begins anew",
  async () => {
    await using shop = await openShop();
    await using a = await openScreen(chromium.browser, shop, { trabajador: LUIS, path: "/" });
    const sent = posts(a.page);
    const all = await tags(a.page, "disponibles");
    for (const tag of [all.at(-1) ?? "", all.at(-2) ?? ""]) {
      await scan(a.page, tag);
      await a.page.locator("#escaneo").getByText(`Tomar ${tag}: Enter otra vez`).waitFor();
      await row(a.page, "disponibles", tag).and(a.page.locator(".confirmar")).waitFor();
      const before = sent.length;
      await a.page.keyboard.press("Enter");
      await row(a.page, "mios", tag).waitFor();
      expect(sent.length).toBe(before + 1);
      // The finger was on a button: the scanner does not press it.
      await row(a.page, "mios", tag).getByRole("button", { name: "Pausar" }).focus();
    }
    expect(a.errors).toEqual([]);
  },
  SLOW_MS,
);

test(
  "Enter takes nothing when nothing or several match, or when five seconds have passed",
  async () => {
    await using shop = await openShop();
    await using a = await openScreen(chromium.browser, shop, { trabajador: LUIS, path: "/" });
    await a.page.clock.install();
    await a.page.reload();
    await live(a.page);
    const sent = posts(a.page);
    const [tag = ""] = await tags(a.page, "disponibles");
    await scan(a.page, "MK");
    await a.page.clock.fastForward(300);
    await a.page.locator("#escaneo").getByText("coinciden").waitFor();
    await scan(a.page, "NADA-1");
    await a.page.clock.fastForward(300);
    await a.page.locator("#escaneo").getByText("No está disponible aquí: NADA-1").waitFor();
    expect(await heard(a.page)).toBe("rechazo");
    await scan(a.page, tag);
    await a.page.clock.fastForward(300);
    await a.page.locator("#escaneo").getByText("Enter otra vez").waitFor();
    await a.page.clock.fastForward(5_100);
    await a.page.locator("#escaneo").getByText("no se tomó nada").waitFor();
    expect(await a.page.locator(".confirmar").count()).toBe(0);
    expect(sent).toEqual([]);
  },
  SLOW_MS,
);

test(
  "a supervisor without an operation scans on the home page and is led to the shop's search",
  async () => {
    await using shop = await openShop();
    const [entry] = shop.running.floor.list("disponibles:REPARACION");
    const tag = String(entry?.tag);
    await using a = await openScreen(chromium.browser, shop, { trabajador: ROSA, path: "/" });
    await scan(a.page, tag);
    await a.page.waitForURL("**/buscar?q=*");
    await live(a.page);
    await a.page.locator("#escaneo").getByText(`Tomar ${tag}: Enter otra vez`).waitFor();
    await a.page.keyboard.press("Enter");
    await row(a.page, "encontrados", tag).getByText("EN_REPARACION").waitFor();
    expect(a.errors).toEqual([]);
  },
  SLOW_MS,
);

test(
  "who has two operations keeps the one chosen last; a search shows the buttons of one's roles",
  async () => {
    await using shop = await openShop();
    await using a = await openScreen(chromium.browser, shop, { trabajador: IVAN, path: "/" });
    expect(await a.page.locator("#t-disponibles").textContent()).toContain("Armado disponible");
    await a.page.getByRole("link", { name: "Soldadura" }).click();
    await live(a.page);
    await a.page.getByRole("link", { name: "Inicio" }).click();
    await live(a.page);
    expect(await a.page.locator("#t-disponibles").textContent()).toContain("Soldadura disponible");
    await a.page.goto(`${shop.url}/buscar`);
    const shown = await a.page
      .locator("#encontrados button:visible")
      .evaluateAll((all) => [...new Set(all.map((button) => button.textContent))].sort());
    expect(shown).toEqual(["Tomar Armado", "Tomar Reparación", "Tomar Soldadura"]);
  },
  SLOW_MS,
);

test(
  "a completion can be taken back for ten seconds, and then no more",
  async () => {
    await using shop = await openShop();
    await using a = await openScreen(chromium.browser, shop, { trabajador: LUIS, path: "/" });
    await a.page.clock.install();
    await a.page.reload();
    await live(a.page);
    const [tag = ""] = await tags(a.page, "disponibles");
    await row(a.page, "disponibles", tag).getByRole("button").click();
    const card = row(a.page, "mios", tag);
    const undo = a.page.locator("#aviso").getByRole("button", { name: "Deshacer" });
    await card.getByRole("button", { name: "Completar" }).click();
    await card.waitFor({ state: "detached" });
    await undo.click();
    await card.waitFor();
    await card.getByRole("button", { name: "Completar" }).click();
    await undo.waitFor();
    await a.page.clock.fastForward(10_500);
    await undo.waitFor({ state: "detached" });
    expect(a.errors).toEqual([]);
  },
  SLOW_MS,
);

test(
  "a note is heard by whoever takes over: on the spool's page, on its row and on its card",
  async () => {
    await using shop = await openShop();
    const [entry] = shop.running.floor.list("disponibles:ARM");
    const tag = String(entry?.tag);
    const body = { tag_spool: tag, worker_id: LUIS, operacion: "ARM" };
    await shop.api("/occupation/tomar", body);
    const path = `/carrete?tag=${encodeURIComponent(tag)}`;
    await using a = await openScreen(chromium.browser, shop, { trabajador: CAMILA, path });
    await using b = await openScreen(chromium.browser, shop, { trabajador: LUIS, path: "/" });
    await using c = await openScreen(chromium.browser, shop, { trabajador: CAMILA, path: "/" });
    const text = "Falta la unión 3 <b>&";
    await a.page.getByLabel("Nueva nota").fill(text);
    await a.page.getByRole("button", { name: "Anotar" }).click();
    const note = a.page.locator(".notas li");
    await note.getByText(text).waitFor();
    expect(await note.textContent()).toContain("Camila Ortiz (22)");
    expect(await a.page.getByLabel("Nueva nota").inputValue()).toBe("");
    await row(b.page, "mios", tag).getByText(`«${text}» CO(22)`).waitFor();
    await shop.api("/occupation/pausar", body);
    const free = row(c.page, "disponibles", tag);
    await free.getByText(`«${text}» CO(22)`).waitFor();
    expect(await free.textContent()).toContain("pausado · LÑ(21)");
    for (const { errors } of [a, b, c]) expect(errors).toEqual([]);
  },
  SLOW_MS,
);

test(
  "on paper the spool's page has the code of its tag; on the screen only when asked",
  async () => {
    await using shop = await openShop();
    const [entry] = shop.running.floor.list("disponibles:ARM");
    const path = `/carrete?tag=${encodeURIComponent(String(entry?.tag))}`;
    await using a = await openScreen(chromium.browser, shop, { trabajador: JUAN, path });
    const code = a.page.locator("#qr");
    expect(await code.isVisible()).toBe(false);
    await a.page.getByRole("link", { name: "Código QR" }).click();
    expect(await code.isVisible()).toBe(true);
    await a.page.goto(shop.url + path);
    await a.page.emulateMedia({ media: "print" });
    expect(await code.isVisible()).toBe(true);
    expect(await a.page.locator(".barra").isVisible()).toBe(false);
    expect(await a.page.getByRole("button").count()).toBe(0);
    expect(a.errors).toEqual([]);
  },
  SLOW_MS,
);

test(
  "sound is on until it is switched off, and stays off",
  async () => {
    await using shop = await openShop();
    await using a = await openScreen(chromium.browser, shop, { trabajador: LUIS, path: "/" });
    const button = a.page.getByRole("button", { name: "Sonido y vibración" });
    expect(await button.getAttribute("aria-pressed")).toBe("true");
    await button.click();
    await a.page.reload();
    expect(await button.textContent()).toBe("Sonido y vibración: no");
    expect(await button.getAttribute("aria-pressed")).toBe("false");
  },
  SLOW_MS,
);
