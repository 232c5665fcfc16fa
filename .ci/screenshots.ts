/**
 * Draws every page at the three screens, light and dark, with the workbook `../shared/data/taller`,
 * into docs/screenshots: for looking at critically (`npm run screenshots`). Pages through which
 * people get in, and those of administration, are made of the same few parts: drawn on an upright
 * tablet, and on a desktop, light and dark.
 */
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { Acceso } from "../src/domain/acceso.ts";
import type { TrabajadorId } from "../src/domain/trabajador.ts";
import { newCodigo, newTablet, newToken } from "../src/identity/alta.ts";
import type { Ledger } from "../src/ledger/ledger.ts";
import { giveAcceso, pinOf, TABLET_COOKIE } from "../test/support/acceso.ts";
import { launchChromium, openScreen, SCREENS } from "../test/support/chromium.ts";
import { openShop, type Shop } from "../test/support/shop.ts";
import { importedFolder } from "../test/support/workbook.ts";

const FOLDER = join(import.meta.dir, "../docs/screenshots");
/** Enough to judge a page by; all of them together stay small enough for a repository. */
const QUALITY = 55;

/** Rosa Pérez of the workbook: Armador, Soldador and Supervisor, so that she sees all there is. */
const ROSA = 168;
const USUARIO = "rosa";
const CLAVE = "una clave para las fotos";

type Pages = Readonly<Record<string, string>>;

/** What the shop is like at ten in the morning. @returns a spool that Rosa holds, with a note */
async function work(shop: Shop): Promise<string> {
  const open = shop.running.floor.list("disponibles:ARM").map(({ tag }) => String(tag));
  for (const [at, tag_spool] of open.slice(0, 8).entries()) {
    const body = { tag_spool, worker_id: ROSA, operacion: "ARM" };
    await shop.api("/occupation/tomar", body);
    if (at >= 3) await shop.api("/occupation/completar", body);
  }
  const [held = ""] = open;
  await shop.api("/notas", { tag_spool: held, worker_id: ROSA, texto: "Falta el soporte de la T" });
  return held;
}

/** Rosa's password, some workers' PINs, three tablets, a token, an open code. */
async function furnish({ running }: Shop): Promise<void> {
  const now = Date.now();
  const ledger = running.act.ledger as Ledger;
  const workers = [...running.floor.trabajadores()].filter(({ activo }) => activo);
  const clave = await Bun.password.hash(CLAVE, { algorithm: "argon2id" });
  const rosa = { kind: "supervisor", version: 1, usuario: USUARIO, clave, desdeMs: now } as const;
  const pins = await Promise.all(workers.slice(0, 9).map(({ id }) => pinOf(id)));
  const erp = { nombre: "ERP", roles: ["Lectura"], trabajadorId: null } as const;
  const accesos: readonly Acceso[] = [
    { ...rosa, trabajadorId: ROSA as TrabajadorId },
    ...pins,
    ...["Armado 1", "Soldadura 2", "Muro del portón"].map((nombre) => newTablet(nombre, now)[0]),
    newToken({ ...erp, venceMs: now + 90 * 24 * 3_600_000 }, now)[0],
    (await newCodigo("Metrología", now))[0],
  ];
  for (const acceso of accesos) await giveAcceso(ledger, acceso);
}

/** Draws pages in a browser's window. */
async function draw(page: Page, url: string, pages: Pages, look: string): Promise<void> {
  for (const [name, path] of Object.entries(pages)) {
    await page.goto(url + path);
    await page.waitForSelector("body[data-conexion=Conectado], body:not(:has(#conexion))");
    await page.evaluate(() => Promise.all([...document.images].map((image) => image.decode())));
    const path_ = join(FOLDER, `${name}-${look}.jpg`);
    await page.screenshot({ path: path_, type: "jpeg", quality: QUALITY });
  }
}

const pairOf = (cookie: string, url: string) => {
  const at = cookie.indexOf("=");
  return { name: cookie.slice(0, at), value: cookie.slice(at + 1), url };
};

/** A browser on which nobody has signed in. */
async function openEmpty(
  browser: Browser,
  size: { readonly width: number; readonly height: number },
  dark: boolean,
): Promise<BrowserContext> {
  const colorScheme = dark ? "dark" : "light";
  return await browser.newContext({ viewport: size, colorScheme });
}

/** The pages through which people get in: of anybody, of an enrolled tablet, of a supervisor. */
async function drawEntradas(context: BrowserContext, shop: Shop, look: string): Promise<void> {
  const page = await context.newPage();
  const anybody = { "sesion-sin-inscribir": "/sesion", tablet: "/tablet", clave: "/sesion/clave" };
  await draw(page, shop.url, { ...anybody, supervisor: "/supervisor" }, look);
  await context.addCookies([pairOf(TABLET_COOKIE, shop.url)]);
  await draw(page, shop.url, { sesion: "/sesion", pin: `/sesion/pin?trabajador=${ROSA}` }, look);
}

async function drawAdministracion(context: BrowserContext, shop: Shop, look: string) {
  const page = await context.newPage();
  await page.goto(`${shop.url}/sesion/clave?volver=/administracion`);
  await page.fill("[name=usuario]", USUARIO);
  await page.fill("[name=clave]", CLAVE);
  await page.keyboard.press("Enter");
  await page.waitForURL(`${shop.url}/administracion`);
  const names = ["personas", "tablets", "tokens", "sesiones", "registro", "clave"];
  const lists = names.map((name) => [`administracion-${name}`, `/administracion/${name}`]);
  const pages: Pages = {
    administracion: "/administracion",
    ...Object.fromEntries(lists),
    "administracion-persona": `/administracion/personas/${ROSA}`,
    "administracion-tablet": "/administracion/tablets/tablet-1",
  };
  await draw(page, shop.url, pages, look);
}

using folder = await importedFolder("taller");
await using shop = await openShop({ folder: folder.path });
const browser = await launchChromium();
const held = await work(shop);
const cookies = await shop.signIn(ROSA);
await furnish(shop);

const PAGES: Pages = {
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
  "mi-pin": "/sesion/pin/mio",
};

for (const [screen, size] of Object.entries(SCREENS)) {
  for (const dark of [false, true]) {
    const look = `${screen.replaceAll(" ", "-")}${dark ? "-dark" : ""}`;
    const signedIn = { url: shop.url, signIn: async () => cookies };
    await using rosa = await openScreen(browser, signedIn, {
      trabajador: ROSA,
      path: "/",
      size,
      dark,
    });
    await draw(rosa.page, shop.url, PAGES, look);
    if (screen === "tablet across" || (dark && screen !== "desktop")) continue;
    for (const drawAll of [drawEntradas, drawAdministracion]) {
      const context = await openEmpty(browser, size, dark);
      await drawAll(context, shop, look);
      await context.close();
    }
  }
}
await browser.close();
