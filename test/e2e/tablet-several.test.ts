/** Several spools at once, and what is picked under live updates (issue 3). */
import { expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { openScreen, row, SLOW_MS, tags, useChromium } from "../support/chromium.ts";
import { openShop, type Shop } from "../support/shop.ts";

const chromium = useChromium();

const LUIS = 21;
const CAMILA = 22;

const box = (page: Page, ul: string, tag: string) => row(page, ul, tag).getByRole("checkbox");
const bar = (page: Page, ul: string) => page.locator(`#lote-${ul}`);
const several = (page: Page, ul: string) =>
  page.locator("section", { has: page.locator(`#${ul}`) }).getByLabel("Varios");

const camila = (shop: Shop, accion: "tomar" | "cancelar", tag: string): Promise<Response> =>
  shop.api(`/occupation/${accion}`, { tag_spool: tag, worker_id: CAMILA, operacion: "ARM" });

test(
  "ten picked, three taken by another meanwhile: seven are mine, three say who has them",
  async () => {
    await using shop = await openShop();
    await using a = await openScreen(chromium.browser, shop, { trabajador: LUIS, path: "/" });
    const ten = (await tags(a.page, "disponibles")).slice(0, 10);
    const three = ten.slice(4, 7);
    await several(a.page, "disponibles").check();
    for (const tag of ten) await box(a.page, "disponibles", tag).check();
    await bar(a.page, "disponibles").getByText("10 elegidos").waitFor();
    for (const tag of three) await camila(shop, "tomar", tag);
    await bar(a.page, "disponibles").getByText("10 elegidos · 3 fuera de la lista").waitFor();
    await a.page.getByRole("button", { name: "Tomar todos" }).click();
    await a.page.getByRole("alert").getByText("Camila Ortiz (22)").first().waitFor();
    const told = (await a.page.getByRole("alert").textContent()) ?? "";
    for (const tag of three) expect(told).toContain(tag);
    for (const tag of ten) {
      if (!three.includes(tag)) await row(a.page, "mios", tag).waitFor();
    }
    const mine = shop.running.floor.list(`mios:${LUIS}`).map((entry) => String(entry.tag));
    expect(mine).toEqual(expect.arrayContaining(ten.filter((tag) => !three.includes(tag))));
    for (const tag of three) expect(mine).not.toContain(tag);
    // Done: the next choice begins anew.
    expect(await several(a.page, "disponibles").isChecked()).toBe(false);
    expect(await a.page.locator("#disponibles :checked").count()).toBe(0);

    await several(a.page, "mios").check();
    for (const tag of ten.slice(0, 2)) await box(a.page, "mios", tag).check();
    await bar(a.page, "mios").getByRole("button", { name: "Pausar todos" }).click();
    for (const tag of ten.slice(0, 2)) await row(a.page, "disponibles", tag).waitFor();
    expect(a.errors).toEqual([]);
  },
  SLOW_MS,
);

test(
  "what is picked stays picked while rows change, and over a search",
  async () => {
    await using shop = await openShop();
    await using a = await openScreen(chromium.browser, shop, {
      trabajador: LUIS,
      path: "/operacion/ARM",
    });
    const [one = "", two = "", three = ""] = await tags(a.page, "disponibles");
    await several(a.page, "disponibles").check();
    for (const tag of [one, two]) await box(a.page, "disponibles", tag).check();
    // Another row moves; a picked one goes and comes back as a new element.
    for (const tag of [three, two]) {
      await camila(shop, "tomar", tag);
      await row(a.page, "disponibles", tag).waitFor({ state: "detached" });
      await camila(shop, "cancelar", tag);
      await row(a.page, "disponibles", tag).waitFor();
    }
    for (const tag of [one, two])
      expect(await box(a.page, "disponibles", tag).isChecked()).toBe(true);
    expect(await box(a.page, "disponibles", three).isChecked()).toBe(false);
    await a.page.locator("#q").fill(three);
    await bar(a.page, "disponibles").getByText("2 elegidos · 2 fuera de la lista").waitFor();
    await box(a.page, "disponibles", three).check();
    await a.page.locator("#q").fill("");
    await row(a.page, "disponibles", one).waitFor();
    await bar(a.page, "disponibles").getByText("3 elegidos", { exact: true }).waitFor();
    for (const tag of [one, two, three])
      expect(await box(a.page, "disponibles", tag).isChecked()).toBe(true);
    expect(a.errors).toEqual([]);
  },
  SLOW_MS,
);

test(
  "more than fifty are said, not cut",
  async () => {
    await using shop = await openShop();
    await using a = await openScreen(chromium.browser, shop, {
      trabajador: LUIS,
      path: "/operacion/ARM",
    });
    await several(a.page, "disponibles").check();
    await a.page.locator("#disponibles .elegir input").evaluateAll((all) => {
      for (const one of all.slice(0, 51)) (one as HTMLElement).click();
    });
    await bar(a.page, "disponibles").getByText("51 elegidos · el máximo es 50").waitFor();
    expect(await a.page.getByRole("button", { name: "Tomar todos" }).isDisabled()).toBe(true);
  },
  SLOW_MS,
);

test(
  "without JavaScript several are taken at once too",
  async () => {
    await using shop = await openShop();
    await using a = await openScreen(chromium.browser, shop, {
      trabajador: LUIS,
      path: "/operacion/ARM",
      javaScript: false,
    });
    const two = (await tags(a.page, "disponibles")).slice(0, 2);
    await several(a.page, "disponibles").check();
    for (const tag of two) await box(a.page, "disponibles", tag).check();
    await a.page.getByRole("button", { name: "Tomar todos" }).click();
    for (const tag of two) await a.page.getByText(tag).first().waitFor();
    const mine = shop.running.floor.list(`mios:${LUIS}`).map((entry) => String(entry.tag));
    expect(mine).toEqual(expect.arrayContaining(two));
  },
  SLOW_MS,
);
