/** A scripted morning of the shop, by finger and scanner, then by the keyboard alone (issue 3). */
import { expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { live, openScreen, row, SLOW_MS, tags, useChromium } from "../support/chromium.ts";
import { openShop, type Shop } from "../support/shop.ts";

const chromium = useChromium();

/** Armador; Armadora; Soldador; Metrología: of the demo shop. */
const LUIS = 21;
const CAMILA = 22;
const MAURICIO = 31;
const JUAN = 51;

/** Presses a control: by finger, or by the keyboard once it has the focus. */
type Press = (page: Page, of: ReturnType<Page["locator"]>) => Promise<void>;

const byFinger: Press = (_page, of) => of.click();
const byKeyboard: Press = async (page, of) => {
  await of.focus();
  await page.keyboard.press("Enter");
};

const button = (page: Page, ul: string, tag: string, name: string) =>
  row(page, ul, tag).getByRole("button", { name: `${name} ${tag}` });

/** Picks a name on the tablet. */
async function signIn(page: Page, shop: Shop, name: string, press: Press): Promise<void> {
  if (!page.url().includes("/sesion")) {
    await press(page, page.getByRole("button", { name: "Salir" }));
    await page.waitForURL("**/sesion");
  }
  await press(page, page.getByRole("button", { name }));
  await page.waitForURL(`${shop.url}/`);
  await live(page);
}

async function scanAndTake(page: Page, tag: string): Promise<void> {
  await page.keyboard.type(tag, { delay: 2 });
  await page.keyboard.press("Enter");
  await page.locator("#escaneo").getByText("Enter otra vez").waitFor();
  await page.keyboard.press("Enter");
  await row(page, "mios", tag).waitFor();
}

async function morning(press: Press): Promise<void> {
  await using shop = await openShop();
  await using a = await openScreen(chromium.browser, shop, { trabajador: LUIS, path: "/" });
  await using b = await openScreen(chromium.browser, shop, { trabajador: CAMILA, path: "/" });
  const { page } = a;
  const tag = (await tags(page, "disponibles")).at(-1) ?? "";
  await signIn(page, shop, "Luis Ñancucheo", press);

  // Scanned, taken, paused; a colleague sees it at once, goes on and completes it.
  await scanAndTake(page, tag);
  await press(page, button(page, "mios", tag, "Pausar"));
  await row(b.page, "disponibles", tag).getByText("pausado · LÑ(21)").waitFor();
  await press(b.page, button(b.page, "disponibles", tag, "Tomar"));
  await press(b.page, button(b.page, "mios", tag, "Completar"));
  await press(b.page, b.page.locator("#aviso").getByRole("button", { name: "Deshacer" }));
  await row(b.page, "mios", tag).waitFor();
  await press(b.page, button(b.page, "mios", tag, "Completar"));
  await row(b.page, "mios", tag).waitFor({ state: "detached" });

  // Ten at once, three of which another has taken meanwhile.
  await row(page, "disponibles", tag).waitFor({ state: "detached" });
  await page.waitForFunction(() => document.querySelectorAll("#disponibles > .fila").length > 10);
  const ten = (await tags(page, "disponibles")).slice(0, 10);
  const list = page.locator("section", { has: page.locator("#disponibles") });
  await list.getByLabel("Varios").focus();
  await page.keyboard.press("Space");
  for (const one of ten) {
    await row(page, "disponibles", one).getByRole("checkbox").focus();
    await page.keyboard.press("Space");
  }
  for (const one of ten.slice(0, 3)) {
    const body = { tag_spool: one, worker_id: CAMILA, operacion: "ARM" };
    expect((await shop.api("/occupation/tomar", body)).status).toBe(200);
  }
  await press(page, page.getByRole("button", { name: "Tomar todos" }));
  await page.getByRole("alert").getByText("7 de 10 hechos").waitFor();
  await press(page, page.getByRole("button", { name: "Entendido" }));
  expect(await page.getByRole("alert").textContent()).toBe("");

  // A note on the finished one; then it is welded.
  await page.goto(`${shop.url}/carrete?tag=${encodeURIComponent(tag)}`);
  await live(page);
  await page.getByLabel("Nueva nota").fill("Revisar bisel");
  await press(page, page.getByRole("button", { name: "Anotar" }));
  await page.locator(".notas").getByText("Revisar bisel").waitFor();
  await signIn(page, shop, "Mauricio Rodríguez", press);
  await row(page, "disponibles", tag).getByText("«Revisar bisel» LÑ(21)").waitFor();
  await scanAndTake(page, tag);
  await press(page, button(page, "mios", tag, "Completar"));
  await row(page, "mios", tag).waitFor({ state: "detached" });

  // Rejected, repaired, approved.
  await signIn(page, shop, "Juan Olmos", press);
  await press(page, button(page, "disponibles", tag, "Rechazar"));
  await row(page, "disponibles", tag).waitFor({ state: "detached" });
  await b.page.goto(`${shop.url}/?op=REPARACION`);
  await live(b.page);
  await press(b.page, button(b.page, "disponibles", tag, "Tomar"));
  await press(b.page, button(b.page, "mios", tag, "Completar"));
  await row(page, "disponibles", tag).getByText("reparado").waitFor();
  await press(page, button(page, "disponibles", tag, "Aprobar"));
  await row(page, "disponibles", tag).waitFor({ state: "detached" });

  const spool = [...shop.running.floor.spools()].find((one) => one.tag === tag);
  expect(spool).toMatchObject({
    arm: { estado: "completado", trabajador: { id: CAMILA } },
    sold: { estado: "completado", trabajador: { id: MAURICIO } },
    inspeccion: { estado: "aprobado" },
    notas: [{ texto: "Revisar bisel", firma: { id: LUIS } }],
  });
  expect(shop.running.floor.list(`mios:${JUAN}`)).toEqual([]);
  for (const { errors } of [a, b]) expect(errors).toEqual([]);
}

test("a morning by finger and scanner", () => morning(byFinger), 2 * SLOW_MS);
test("the same morning by the keyboard alone", () => morning(byKeyboard), 2 * SLOW_MS);
