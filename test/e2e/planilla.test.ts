/** The sheet as people see it in a real browser: the chip, hand edits, an import that stops. */
import { describe, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { openTaller } from "../http/sin-script.ts";
import { HOUR_MS, MAURICIO, ocupacion, ROSA, spool } from "../support/builders.ts";
import { openScreen, SCREENS, SLOW_MS, useChromium } from "../support/chromium.ts";
import { cambio, congelada, planterOf, SHEET, sincronia } from "../support/planilla.ts";
import { violations } from "./axe-run.ts";

const chromium = useChromium();

const HELD = spool({ tag: "SP-3", ocupacion: ocupacion("ARM", MAURICIO) });
const SHOP = [spool({ tag: "SP-1" }), spool({ tag: "SP-2" }), HELD];

/** A shop with a sheet by the real clock, whose holder is the test. */
async function openSheet() {
  const taller = await openTaller(SHOP, { ...SHEET, now: Date.now });
  const planter = planterOf(taller.shop.running);
  const tell = (parts: Parameters<typeof sincronia>[0] = {}) => {
    const nowMs = Date.now();
    return planter.sincronia(sincronia({ atMs: nowMs, leidaMs: nowMs, ...parts }));
  };
  const cambios = ["SP-1", "SP-2"].map((tag) => cambio(planter.spool(tag)));
  return Object.assign(taller, { planter, tell, cambios });
}

const says = (page: Page, text: string | RegExp) =>
  page.locator("#planilla").filter({ hasText: text }).waitFor();

describe.each(Object.entries(SCREENS))("on a %s", (_, size) => {
  test.each(["/tablero", "/muro"])(
    "%s: the chip follows the sync, and counts by itself",
    async (path) => {
      await using taller = await openSheet();
      const look = { trabajador: ROSA.id, path, size };
      await using screen = await openScreen(chromium.browser, taller.shop, look);
      const { page } = screen;
      await says(page, "Planilla: leyendo…");
      await taller.tell();
      await says(page, "Planilla al día");
      await taller.tell({ pendientes: 7, pendienteDesdeMs: Date.now() - HOUR_MS + 3_000 });
      await says(page, /7 pendientes hace 59:5[5-9]/);
      await says(page, /7 pendientes hace 1:00:0\d/);
      const motivo = "Google no responde";
      await taller.tell({ sinConexionDesdeMs: Date.now(), motivo });
      await says(page, /sin conexión desde \d\d:\d\d/);
      expect(await page.locator("#planilla").getAttribute("title")).toBe(motivo);
      await taller.planter.planilla({ congelada: congelada() });
      await says(page, "Importación detenida");
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(wide).toBeLessThanOrEqual(0);
      expect(screen.errors).toEqual([]);
    },
    SLOW_MS,
  );

  test(
    "a supervisor accepts one edit and undoes another; another's page follows",
    async () => {
      await using taller = await openSheet();
      await taller.planter.planilla({ cambios: taller.cambios });
      const path = "/problemas";
      const look = { trabajador: ROSA.id, path, size };
      await using desk = await openScreen(chromium.browser, taller.shop, look);
      const other = { ...look, trabajador: MAURICIO.id };
      await using tablet = await openScreen(chromium.browser, taller.shop, other);
      expect(await tablet.page.getByRole("button", { name: "Aceptar" }).count()).toBe(0);
      await desk.page.getByRole("button", { name: "Aceptar SP-1" }).click();
      await desk.page.locator(".aviso").getByText("Se aceptó").waitFor();
      await desk.page.getByRole("button", { name: "Deshacer SP-2" }).click();
      for (const { page, errors } of [desk, tablet]) {
        await page.getByText("Rosa Pérez (168) lo deshizo").waitFor();
        expect(await page.locator(".cambio").count()).toBe(1);
        expect(await page.getByRole("button", { name: /Aceptar|Deshacer/ }).count()).toBe(0);
        expect(errors).toEqual([]);
      }
      expect(taller.spool("SP-1")?.arm.estado).toBe("completado");
    },
    SLOW_MS,
  );

  test(
    "without JavaScript the same buttons decide",
    async () => {
      await using taller = await openSheet();
      await taller.planter.planilla({ cambios: taller.cambios, congelada: congelada() });
      const look = { trabajador: ROSA.id, path: "/problemas", size, javaScript: false };
      await using desk = await openScreen(chromium.browser, taller.shop, look);
      const { page } = desk;
      await page.getByRole("button", { name: "Está bien así: importar" }).click();
      await page.getByText("Rosa Pérez (168) dijo que está bien").waitFor();
      await page.getByRole("button", { name: "Aceptar SP-1" }).click();
      await page.getByRole("button", { name: "Aceptar SP-1" }).waitFor({ state: "detached" });
      expect(new URL(page.url()).pathname).toBe("/problemas");
      expect(taller.spool("SP-1")?.arm.estado).toBe("completado");
    },
    SLOW_MS,
  );
});

test(
  "a screen reader hears a change of state once, and no seconds",
  async () => {
    await using taller = await openSheet();
    await taller.tell();
    const look = { trabajador: ROSA.id, path: "/tablero" };
    await using screen = await openScreen(chromium.browser, taller.shop, look);
    const { page } = screen;
    await says(page, "Planilla al día");
    await page.evaluate(() => {
      const heard: string[] = [];
      Object.assign(window, { heard });
      const voice = document.querySelector("#planilla-voz");
      const hear = () => heard.push(voice?.textContent ?? "");
      if (voice) new MutationObserver(hear).observe(voice, { childList: true, subtree: true });
    });
    // Over in a minute: no news.
    await taller.tell({ pendientes: 2, pendienteDesdeMs: Date.now() });
    await says(page, /2 pendientes hace 0:0[2-9]/);
    await taller.tell({ pendientes: 3, pendienteDesdeMs: Date.now() - 65_000 });
    const voice = page.locator("#planilla-voz");
    await voice.filter({ hasText: "atrasada" }).waitFor({ state: "attached" });
    await taller.tell();
    await voice.filter({ hasText: "al día" }).waitFor({ state: "attached" });
    const heard = await page.evaluate(() => (window as unknown as { heard: string[] }).heard);
    expect(heard).toEqual(["La planilla está atrasada", "Planilla al día"]);
  },
  SLOW_MS,
);

describe.each([false, true])("accessible, dark %p", (dark) => {
  test.each(["/problemas", "/tablero", "/muro"])(
    "%s",
    async (path) => {
      await using taller = await openSheet();
      await taller.planter.planilla({ cambios: taller.cambios, congelada: congelada() });
      const look = { trabajador: ROSA.id, path, size: SCREENS["tablet upright"], dark };
      await using screen = await openScreen(chromium.browser, taller.shop, look);
      expect(await violations(screen.page)).toEqual([]);
      if (path === "/problemas") return;
      await taller.planter.planilla({ congelada: null });
      await taller.tell({ sinConexionDesdeMs: Date.now(), motivo: "Google no responde" });
      await says(screen.page, "sin conexión");
      expect(await violations(screen.page)).toEqual([]);
    },
    SLOW_MS,
  );
});
