import { expect, test } from "bun:test";
import {
  live,
  openScreen,
  row,
  type Screen,
  SLOW_MS,
  tags,
  useChromium,
} from "../support/chromium.ts";
import { openShop } from "../support/shop.ts";

const chromium = useChromium();

/** Demo workers: Luis and Camila are Armador, Rosa is Supervisor. */
const LUIS = 21;
const CAMILA = 22;
const ROSA = 11;

const firstOpen = async ({ page }: Screen): Promise<string> => {
  const [tag] = await tags(page, "disponibles");
  if (tag === undefined) throw new Error("the demo shop has nothing to take");
  return tag;
};

test(
  "a spool taken on one tablet leaves the other list and stands on the dashboard with no reload",
  async () => {
    await using shop = await openShop();
    await using a = await openScreen(chromium.browser, shop, {
      trabajador: LUIS,
      path: "/operacion/ARM",
    });
    await using b = await openScreen(chromium.browser, shop, {
      trabajador: CAMILA,
      path: "/operacion/ARM",
    });
    await using desk = await openScreen(chromium.browser, shop, {
      trabajador: ROSA,
      path: "/tablero",
    });
    for (const { page } of [a, b, desk]) {
      await page.evaluate(() => Object.assign(window, { untouched: true }));
    }
    const before = await tags(b.page, "disponibles");
    const tag = await firstOpen(a);

    await row(a.page, "disponibles", tag).getByRole("button").click();
    await row(a.page, "mios", tag).waitFor();
    await row(b.page, "disponibles", tag).waitFor({ state: "detached" });
    const line = row(desk.page, "ocupados", tag);
    await line.waitFor();
    expect(await line.textContent()).toContain("Luis Ñancucheo (21)");
    expect(await line.textContent()).toContain("LÑ(21) trabajando ARM");
    expect(await desk.page.locator("#novedad").textContent()).toContain(`tomó ${tag}`);
    expect(await b.page.locator("#n-disponibles").textContent()).toBe(String(before.length - 1));

    await row(a.page, "mios", tag).getByRole("button", { name: "Pausar" }).click();
    await row(b.page, "disponibles", tag).waitFor();
    await row(desk.page, "ocupados", tag).waitFor({ state: "detached" });
    expect(await tags(b.page, "disponibles")).toEqual(before);
    expect(await row(b.page, "disponibles", tag).textContent()).toContain("pausado · LÑ(21)");
    for (const { page, errors } of [a, b, desk]) {
      expect(errors).toEqual([]);
      expect(await page.evaluate(() => "untouched" in window)).toBe(true);
    }
  },
  SLOW_MS,
);

test(
  "a tap that was under way reads who was faster, and the message stays until it is read",
  async () => {
    await using shop = await openShop();
    await using b = await openScreen(chromium.browser, shop, {
      trabajador: CAMILA,
      path: "/operacion/ARM",
    });
    const tag = await firstOpen(b);
    // B's finger is down: the row must stay while A takes the spool.
    const button = row(b.page, "disponibles", tag).getByRole("button");
    await button.hover();
    await b.page.mouse.down();
    const taken = await shop.api("/occupation/tomar", {
      tag_spool: tag,
      worker_id: LUIS,
      operacion: "ARM",
    });
    expect(taken.status).toBe(200);
    await b.page.mouse.up();
    const alert = b.page.getByRole("alert");
    await alert.getByText("Este carrete fue tomado por Luis Ñancucheo (21)").waitFor();
    await row(b.page, "disponibles", tag).waitFor({ state: "detached" });
    await alert.getByRole("button", { name: "Entendido" }).click();
    expect(await alert.textContent()).toBe("");
    expect(b.errors).toEqual([]);
  },
  SLOW_MS,
);

test(
  "without JavaScript the same actions work",
  async () => {
    await using shop = await openShop();
    await using a = await openScreen(chromium.browser, shop, {
      trabajador: LUIS,
      path: "/operacion/ARM",
      javaScript: false,
    });
    const tag = await firstOpen(a);
    await row(a.page, "disponibles", tag).getByRole("button").click();
    await row(a.page, "mios", tag).getByRole("button", { name: "Pausar" }).click();
    await row(a.page, "disponibles", tag).getByRole("button").click();
    await row(a.page, "mios", tag).getByRole("button", { name: "Completar" }).click();
    expect(await tags(a.page, "mios")).not.toContain(tag);
    expect(await tags(a.page, "disponibles")).not.toContain(tag);
    const other = await firstOpen(a);
    await shop.api("/occupation/tomar", { tag_spool: other, worker_id: CAMILA, operacion: "ARM" });
    await row(a.page, "disponibles", other).getByRole("button").click();
    await a.page.getByText("Este carrete fue tomado por Camila Ortiz (22)").waitFor();
    await a.page.getByRole("link", { name: "Volver" }).click();
    expect(await tags(a.page, "disponibles")).not.toContain(other);
  },
  SLOW_MS,
);

test(
  "two quick taps on one button are one action",
  async () => {
    await using shop = await openShop();
    await using a = await openScreen(chromium.browser, shop, {
      trabajador: LUIS,
      path: "/operacion/ARM",
    });
    const tag = await firstOpen(a);
    const { seq } = shop.running.floor;
    await row(a.page, "disponibles", tag).getByRole("button").dblclick();
    await row(a.page, "mios", tag).waitFor();
    expect(shop.running.floor.seq - seq).toBe(1);
    expect(await a.page.getByRole("alert").textContent()).toBe("");
  },
  SLOW_MS,
);

test(
  "search narrows the list as one types and the stream follows it",
  async () => {
    await using shop = await openShop();
    await using a = await openScreen(chromium.browser, shop, {
      trabajador: LUIS,
      path: "/operacion/ARM",
    });
    const all = await tags(a.page, "disponibles");
    const tag = all.at(-1) ?? "";
    await a.page.getByLabel("Buscar por tag").fill(tag.toLowerCase().slice(3));
    await a.page.waitForFunction(() => document.querySelectorAll("#disponibles > li").length === 1);
    await live(a.page);
    expect(await a.page.evaluate(() => document.activeElement?.id)).toBe("q");
    const [outside = ""] = all;
    const take = { worker_id: CAMILA, operacion: "ARM" };
    await shop.api("/occupation/tomar", { ...take, tag_spool: outside });
    await shop.api("/occupation/cancelar", { ...take, tag_spool: outside });
    await shop.api("/occupation/tomar", { ...take, tag_spool: tag });
    await row(a.page, "disponibles", tag).waitFor({ state: "detached" });
    await shop.api("/occupation/pausar", { ...take, tag_spool: tag });
    await row(a.page, "disponibles", tag).waitFor();
    expect(await tags(a.page, "disponibles")).toEqual([tag]);
    expect(a.errors).toEqual([]);
  },
  SLOW_MS,
);

test(
  "the spool's own page shows a new state and its history at once",
  async () => {
    await using shop = await openShop();
    const [entry] = shop.running.floor.list("disponibles:ARM");
    if (!entry) throw new Error("nothing to take");
    const path = `/carrete?tag=${encodeURIComponent(entry.tag)}`;
    await using a = await openScreen(chromium.browser, shop, { trabajador: LUIS, path });
    await a.page.getByRole("button", { name: "Tomar" }).click();
    await a.page.locator("#historia").getByText("Luis Ñancucheo (21) tomó").waitFor();
    await a.page.getByRole("button", { name: "Completar" }).click();
    await a.page.locator("#carrete").getByText("Disponible - ARM completado").waitFor();
    await a.page.locator("#historia > li:first-child").getByText("completó (Armado)").waitFor();
    expect(a.errors).toEqual([]);
  },
  SLOW_MS,
);
