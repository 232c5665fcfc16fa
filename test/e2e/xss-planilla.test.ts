/**
 * Spec 8, issue 6: what hands typed into our columns, why the import stands still, and what is said
 * of Google is text, on pages that are opened and on pages that are open already.
 */
import { expect, test } from "bun:test";
import type { Page } from "playwright-core";
import type { CambioAMano } from "../../src/domain/planilla.ts";
import type { Spool } from "../../src/domain/spool.ts";
import { firmaOf } from "../../src/domain/trabajador.ts";
import { openTaller } from "../http/sin-script.ts";
import { ROSA, spool } from "../support/builders.ts";
import { SLOW_MS, useChromium } from "../support/chromium.ts";
import { cambio, congelada, planterOf, SHEET, sincronia } from "../support/planilla.ts";
import { ATAQUES, ataque } from "../views/hostile.ts";
import { asShown, openWatched, shown } from "./xss-watch.ts";

const chromium = useChromium();
const text = ataque;
const TAGS = Array.from({ length: ATAQUES }, (_, n) => text(n, `tag${n}`));

function cambioDe(of: Spool, n: number): CambioAMano {
  const columna = text(n + 1, `columna${n}`);
  const celdas = [{ columna, decia: text(n + 2, `decia${n}`), dice: text(n + 3, `dice${n}`) }];
  const nombre = text(n + 4, `nombre${n}`);
  const deshacer = n % 2 === 0 ? null : { ...firmaOf(ROSA), nombre };
  return cambio(of, { celdas, motivo: text(n, `motivo${n}`), deshacer });
}

const PROBLEMAS = TAGS.map((tag, n) => ({
  gravedad: n % 2 === 0 ? ("error" as const) : ("aviso" as const),
  tab: text(n, `hoja${n}`),
  filas: [n],
  tag,
  motivo: text(n + 5, `problema${n}`),
}));

/** Texts of a hand edit that a page must show. */
const dichos = (n: number): readonly string[] =>
  [text(n + 1, `columna${n}`), text(n + 2, `decia${n}`), text(n + 3, `dice${n}`)]
    .concat(text(n, `motivo${n}`))
    .map(asShown);

/** Waits until the chip says that the import stands still, or why Google is not reached. */
const chip = (page: Page, halted: boolean, motivo: string): Promise<unknown> =>
  page.waitForFunction(
    ([stands, said]) => {
      const box = document.querySelector("#planilla");
      if (stands) return box?.textContent?.includes("Importación detenida");
      return box?.getAttribute("title")?.replace(/[\r\n\0\uFFFD]/g, "") === said;
    },
    [halted, motivo.replace(/[\r\n\0\uFFFD]/g, "")] as const,
  );

test(
  "hand edits, a halted import, the chip of the sheet",
  async () => {
    const spools = TAGS.map((tag) => spool({ tag }));
    await using taller = await openTaller(spools, { ...SHEET, now: Date.now });
    const planter = planterOf(taller.shop.running);
    const cookies = await taller.shop.signIn(ROSA.id);
    await using eye = await openWatched(chromium.browser, taller.url, cookies);
    const open = [];
    for (const path of ["/problemas", "/tablero", "/muro"]) {
      const tab = await eye.tab();
      await tab.visit(path);
      open.push(tab);
    }
    const cambios = spools.map(({ tag }, n) => cambioDe(planter.spool(tag), n));
    const [problems] = open;
    for (let n = 0; n < ATAQUES; n += 4) {
      const huella = text(n, `huella${n}`);
      const detenida = congelada({ motivo: text(n + 1, `detenida${n}`), huella });
      await planter.planilla({
        cambios,
        problemas: PROBLEMAS,
        congelada: n % 8 === 0 ? detenida : null,
      });
      const nowMs = Date.now();
      const motivo = text(n, `google${n}`);
      await planter.sincronia(sincronia({ atMs: nowMs, sinConexionDesdeMs: nowMs, motivo }));
      for (const { page } of open.slice(1)) await chip(page, n % 8 === 0, motivo);
      for (const tab of open) await tab.look();
    }
    if (!problems) throw new Error("no page of problems");
    // Live first, then as a page that is opened now.
    for (const opens of [false, true]) {
      if (opens) await problems.visit("/problemas");
      const { page } = problems;
      const tags = await shown(page, ".cambio .tag-en-linea");
      expect(tags.map((tag) => tag.trim())).toEqual(TAGS.map((tag) => asShown(tag).trim()));
      const all = asShown(await page.evaluate(() => document.body.textContent));
      expect([...TAGS.keys()].flatMap(dichos).filter((said) => !all.includes(said))).toEqual([]);
      // The list of problems is of when the page was opened.
      const listed = PROBLEMAS.filter(({ motivo }) => all.includes(asShown(motivo)));
      expect(listed).toHaveLength(opens ? ATAQUES : 0);
    }
    expect(eye.found).toEqual([]);
  },
  8 * SLOW_MS,
);
