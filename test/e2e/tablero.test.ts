/** The dashboard in a real browser: filters that follow the stream, reasons in place, the wall. */
import { expect, test } from "bun:test";
import { live, openScreen, row, SLOW_MS, tags, useChromium } from "../support/chromium.ts";
import { openShop, type Shop } from "../support/shop.ts";

const chromium = useChromium();

/** Demo workers: Luis and Camila are Armador, Rosa is Supervisor. */
const LUIS = 21;
const CAMILA = 22;
const ROSA = 11;

const firstOpen = (shop: Shop): string => {
  const [entry] = shop.running.floor.list("disponibles:ARM");
  if (!entry) throw new Error("nothing to take");
  return entry.tag;
};

const take = (shop: Shop, tag: string, worker_id: number) =>
  shop.api("/occupation/tomar", { tag_spool: tag, worker_id, operacion: "ARM" });

test(
  "a filter narrows the list in place, stands in the address, and the stream follows it",
  async () => {
    await using shop = await openShop();
    await using desk = await openScreen(chromium.browser, shop, {
      trabajador: ROSA,
      path: "/tablero",
    });
    const { page } = desk;
    await page.evaluate(() => Object.assign(window, { untouched: true }));
    const mine = shop.running.floor.list(`mios:${CAMILA}`).map(({ tag }) => String(tag));
    await page.locator("#f-trabajador").selectOption(String(CAMILA));
    await page.waitForURL(/trabajador=22/);
    await page.getByRole("heading", { name: "Camila Ortiz (22)" }).waitFor();
    expect(await tags(page, "ocupados")).toEqual(mine);
    await live(page);

    const [first, second] = shop.running.floor
      .list("en:ARM:disponible")
      .map(({ tag }) => String(tag));
    await take(shop, first ?? "", LUIS);
    await page
      .locator("#actividad")
      .getByText(first ?? "")
      .waitFor();
    await take(shop, second ?? "", CAMILA);
    await row(page, "ocupados", second ?? "").waitFor();
    expect(await tags(page, "ocupados")).toEqual([...mine, second ?? ""]);
    expect(await page.locator("#n-ocupados").textContent()).toBe(String(mine.length + 1));
    const total = shop.running.floor.list("ocupados").length;
    expect(await page.locator("#n-t-ocupados").textContent()).toBe(String(total));
    const load = `CO(22) · ${mine.length + 1}`;
    expect(await page.locator("#carga-22").textContent()).toBe(load);
    expect(await page.locator("#f-trabajador option:checked").textContent()).toBe(load);
    expect(await page.evaluate(() => "untouched" in window)).toBe(true);
    expect(desk.errors).toEqual([]);
  },
  SLOW_MS,
);

test(
  "without JavaScript the same form filters",
  async () => {
    await using shop = await openShop();
    const options = { trabajador: ROSA, path: "/tablero", javaScript: false };
    await using desk = await openScreen(chromium.browser, shop, options);
    await desk.page.getByLabel("Operación").selectOption("ARM");
    await desk.page.getByLabel("Estado").selectOption("pausado");
    await desk.page.getByRole("button", { name: "Filtrar" }).click();
    const expected = shop.running.floor.list("en:ARM:pausado").map(({ tag }) => String(tag));
    expect(await tags(desk.page, "ocupados")).toEqual(expected);
  },
  SLOW_MS,
);

test(
  "a supervisor frees a spool from its row with a reason, by the keyboard alone",
  async () => {
    await using shop = await openShop();
    const tag = firstOpen(shop);
    await take(shop, tag, LUIS);
    await using desk = await openScreen(chromium.browser, shop, {
      trabajador: ROSA,
      path: "/tablero",
    });
    const { page } = desk;
    await row(page, "ocupados", tag).getByRole("link", { name: "Liberar" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: `Liberar ${tag}` }).waitFor();
    await page.keyboard.press("Enter"); // a reason is needed
    await page.getByRole("dialog").getByLabel("Motivo").fill("fin de turno");
    await page.keyboard.press("Enter");
    await row(page, "ocupados", tag).waitFor({ state: "detached" });
    expect(await page.getByRole("dialog").count()).toBe(0);
    await page.locator(".aviso").getByText(`liberó ${tag}`).waitFor();
    expect(desk.errors).toEqual([]);
    await page.goto(`${shop.url}/carrete?tag=${encodeURIComponent(tag)}`);
    await page.locator("#historia").getByText("fin de turno").waitFor();
  },
  SLOW_MS,
);

test(
  "a row is marked once it is over the threshold that a supervisor sets, on other screens too",
  async () => {
    await using shop = await openShop();
    const path = "/tablero";
    await using desk = await openScreen(chromium.browser, shop, { trabajador: ROSA, path });
    await using other = await openScreen(chromium.browser, shop, { trabajador: 21, path });
    await desk.page.getByLabel("Horas").fill("3");
    await desk.page.getByRole("button", { name: "Guardar" }).click();
    const limit = Date.now() - 3 * 3_600_000;
    const { floor } = shop.running;
    const late = floor.list("ocupados").filter(({ tag }) => {
      const since = floor.spool(tag)?.ocupacion?.desdeMs ?? limit;
      return since < limit;
    });
    for (const { page } of [desk, other]) {
      await page.getByText(`${late.length} sobre 3 h`, { exact: true }).waitFor();
      expect(await page.locator("#ocupados > .tarde").count()).toBe(late.length);
    }
  },
  SLOW_MS,
);

test(
  "the wall shows whole rows, turns its pages, and takes new rows",
  async () => {
    await using shop = await openShop();
    await using wall = await openScreen(chromium.browser, shop, {
      trabajador: ROSA,
      path: "/muro",
      size: { width: 1280, height: 800 },
    });
    const { page } = wall;
    expect(await page.locator("#pagina").textContent()).toBe("Página 1 de 2");
    const cut = await page.evaluate(() => {
      const box = document.querySelector("#ventana")?.getBoundingClientRect();
      return [...document.querySelectorAll("#ocupados > li")].filter((li) => {
        const { top, bottom } = li.getBoundingClientRect();
        return box && top < box.bottom - 2 && bottom > box.bottom + 2;
      }).length;
    });
    expect(cut).toBe(0);
    const tag = firstOpen(shop);
    await take(shop, tag, LUIS);
    await row(page, "ocupados", tag).waitFor({ state: "attached" });
    await page.getByText("Página 2 de 2").waitFor();
    expect(wall.errors).toEqual([]);
  },
  SLOW_MS,
);
