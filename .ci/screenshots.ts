/**
 * Draws every page at the three screens, light and dark, with the workbook `../shared/data/taller`,
 * into docs/screenshots: for looking at critically (`npm run screenshots`).
 */
import { join } from "node:path";
import { launchChromium, openScreen, SCREENS } from "../test/support/chromium.ts";
import { openShop } from "../test/support/shop.ts";
import { importedFolder } from "../test/support/workbook.ts";

const FOLDER = join(import.meta.dir, "../docs/screenshots");
/** Enough to judge a page by; all of them together stay under 5 MB. */
const QUALITY = 55;

/** Rosa Pérez of the workbook: Armador, Soldador and Supervisor, so that she sees all there is. */
const ROSA = 168;

using folder = await importedFolder("taller");
await using shop = await openShop({ folder: folder.path });
const browser = await launchChromium();

const open = shop.running.floor.list("disponibles:ARM").map(({ tag }) => String(tag));
for (const [at, tag_spool] of open.slice(0, 8).entries()) {
  const body = { tag_spool, worker_id: ROSA, operacion: "ARM" };
  await shop.api("/occupation/tomar", body);
  if (at >= 3) await shop.api("/occupation/completar", body);
}
const [held = ""] = open;
await shop.api("/notas", { tag_spool: held, worker_id: ROSA, texto: "Falta el soporte de la T" });

const PAGES: Readonly<Record<string, string>> = {
  inicio: "/",
  operacion: "/operacion/ARM",
  metrologia: "/operacion/METROLOGIA",
  buscar: "/buscar?q=28007",
  carrete: `/carrete?tag=${encodeURIComponent(held)}`,
  hoy: "/hoy",
  tablero: "/tablero",
  equipo: "/equipo",
  produccion: "/produccion",
  problemas: "/problemas",
  muro: "/muro",
};

for (const [screen, size] of Object.entries(SCREENS)) {
  for (const dark of [false, true]) {
    await using look = await openScreen(browser, shop, { trabajador: ROSA, path: "/", size, dark });
    const { page } = look;
    for (const [name, path] of Object.entries(PAGES)) {
      await page.goto(shop.url + path);
      await page.waitForSelector("body[data-conexion=Conectado], body:not(:has(#conexion))");
      await page.evaluate(() => Promise.all([...document.images].map((image) => image.decode())));
      const file = `${name}-${screen.replaceAll(" ", "-")}${dark ? "-dark" : ""}.jpg`;
      await page.screenshot({ path: join(FOLDER, file), type: "jpeg", quality: QUALITY });
    }
    await page.goto(`${shop.url}/sesion`);
    const file = `sesion-${screen.replaceAll(" ", "-")}${dark ? "-dark" : ""}.jpg`;
    await page.screenshot({ path: join(FOLDER, file), type: "jpeg", quality: QUALITY });
  }
}
await browser.close();
