import { expect, test } from "bun:test";
import { openScreen, row, SLOW_MS, tags, useChromium } from "../support/chromium.ts";
import { openShop } from "../support/shop.ts";
import { importedFolder } from "../support/workbook.ts";

const chromium = useChromium();

/** Workers of the clean and of the dirty workbook. */
const ROSA = 168;
const VICTOR = 241;

test(
  "the dashboard lists the 26 occupied spools of the workbook, longest first, with worker and time",
  async () => {
    using folder = await importedFolder("taller");
    await using shop = await openShop({ folder: folder.path });
    await using desk = await openScreen(chromium.browser, shop, {
      trabajador: ROSA,
      path: "/tablero",
    });
    expect(await tags(desk.page, "ocupados")).toHaveLength(26);
    expect(await desk.page.locator("#n-ocupados").textContent()).toBe("26");
    // Rows 1 and 6 of the workbook's Metadata.
    const first = row(desk.page, "ocupados", "MK-1302-TW-28007-011");
    expect(await first.textContent()).toContain("Begoña Díaz (352)");
    expect(await first.textContent()).toContain("desde 20-11-2026 08:26");
    expect(await first.textContent()).toContain("BD(352) trabajando ARM");
    const sixth = row(desk.page, "ocupados", "MK-1306-AC-28022-011");
    expect(await sixth.textContent()).toContain("Ñusta Fuentes (80)");
    expect(await sixth.locator("time").getAttribute("datetime")).toBe("2026-11-20T07:47:00-03:00");
    expect(await sixth.locator(".lapso").textContent()).toMatch(/^\d+ (d|h|min)/);
    const times = await desk.page
      .locator("#ocupados time")
      .evaluateAll((all) => all.map((time) => Date.parse(time.getAttribute("datetime") ?? "")));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(desk.errors).toEqual([]);
  },
  SLOW_MS,
);

test(
  "a long list comes in pages, and a row beyond them does not jump in before its turn",
  async () => {
    using folder = await importedFolder("taller");
    await using shop = await openShop({ folder: folder.path });
    const all = shop.running.floor.list("disponibles:ARM").map((entry) => String(entry.tag));
    await using a = await openScreen(chromium.browser, shop, {
      trabajador: ROSA,
      path: "/operacion/ARM",
    });
    expect(await tags(a.page, "disponibles")).toEqual(all.slice(0, 200));
    const beyond = all[300] ?? "";
    const take = { tag_spool: beyond, worker_id: ROSA, operacion: "ARM" };
    await shop.api("/occupation/tomar", take);
    await row(a.page, "mios", beyond).waitFor();
    await shop.api("/occupation/pausar", take);
    await row(a.page, "mios", beyond).waitFor({ state: "detached" });
    expect(await tags(a.page, "disponibles")).toEqual(all.slice(0, 200));
    while ((await tags(a.page, "disponibles")).length < all.length) {
      const seen = (await tags(a.page, "disponibles")).length;
      await a.page.getByRole("link", { name: "Mostrar más" }).scrollIntoViewIfNeeded();
      await a.page.waitForFunction(
        (count) => document.querySelectorAll("#disponibles > .fila").length > count,
        seen,
      );
    }
    expect(await tags(a.page, "disponibles")).toEqual(all);
    expect(a.errors).toEqual([]);
  },
  SLOW_MS,
);

test(
  "whatever a tag of the dirty workbook holds: it is shown, linked and taken, and does no harm",
  async () => {
    using folder = await importedFolder("taller-sucio");
    await using shop = await openShop({ folder: folder.path });
    await using a = await openScreen(chromium.browser, shop, {
      trabajador: VICTOR,
      path: "/operacion/ARM",
    });
    const dialogs: string[] = [];
    a.page.on("dialog", (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    const nasty = (await tags(a.page, "disponibles")).filter((tag) => /[<=/]|L{50}/.test(tag));
    expect(nasty.length).toBeGreaterThanOrEqual(2);
    expect(nasty).toContain("<img src=x onerror=alert(1)>");
    for (const tag of nasty) {
      await row(a.page, "disponibles", tag).getByRole("button").click();
      await row(a.page, "mios", tag).waitFor();
    }
    for (const tag of [...nasty, "../../etc/passwd", "MK/1/2?op=ARM&x=1#h %41"]) {
      await a.page.goto(`${shop.url}/carrete?tag=${encodeURIComponent(tag)}`);
      expect(await a.page.getByRole("heading", { level: 1 }).textContent()).toBe(tag);
    }
    await a.page.goto(`${shop.url}/tablero`);
    const shown = await tags(a.page, "ocupados");
    for (const tag of nasty) expect(shown).toContain(tag);
    expect(dialogs).toEqual([]);
    expect(a.errors).toEqual([]);
  },
  SLOW_MS,
);

test(
  "the problems of the workbook are listed with their rows, and linked from the dashboard",
  async () => {
    using folder = await importedFolder("taller-sucio");
    await using shop = await openShop({ folder: folder.path });
    await using desk = await openScreen(chromium.browser, shop, {
      trabajador: 234,
      path: "/tablero",
    });
    await desk.page.getByRole("link", { name: "Problemas de la planilla" }).click();
    const text = (await desk.page.locator("main").textContent()) ?? "";
    expect(text).toContain("Operaciones, filas 7, 306");
    expect(text).toContain("Ocupado_Por no está en Trabajadores: «XX(9999)»");
    expect(text).toContain("Fecha_Armado no es una fecha: «31-02-2026»");
    expect(text).toContain("SOLD completado sin ARM completado");
  },
  SLOW_MS,
);
