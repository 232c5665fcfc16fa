/** No tap is lost and none goes elsewhere, however much moves (spec 6, issue 3). */
import { expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { openScreen, SLOW_MS, useChromium } from "../support/chromium.ts";
import { openShop, type Shop } from "../support/shop.ts";
import { importedFolder } from "../support/workbook.ts";

const chromium = useChromium();

const TAPS = 200;
const UPDATES_PER_S = 10;
/** Armadores of the workbook `taller`: one taps, the other moves rows around. */
const TAPPER = 168;
const MOVER = 352;

interface Tap {
  readonly tag: string;
  readonly accion: string;
}

/** Takes and cancels spools of the list's first screen by the API, ten changes a second. */
function shake(shop: Shop, all: readonly string[]): { changes(): number } & Disposable {
  let at = 0;
  let changes = 0;
  const timer = setInterval(() => {
    const accion = at % 2 === 0 ? "tomar" : "cancelar";
    const tag = all[(at >> 1) % all.length];
    at++;
    const body = { tag_spool: tag, worker_id: MOVER, operacion: "ARM" };
    void shop.api(`/occupation/${accion}`, body).then(({ ok }) => {
      if (ok) changes++;
    });
  }, 1_000 / UPDATES_PER_S);
  return { changes: () => changes, [Symbol.dispose]: () => clearInterval(timer) };
}

/** What the finger went down on, told by the page itself at that moment. */
const watchFingers = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const taps: Tap[] = [];
    Object.assign(window, { taps });
    // A tap that a moving list turns into one on a link must not end the test's page.
    document.addEventListener("click", (event) => {
      if ((event.target as Element).closest("a")) event.preventDefault();
    });
    document.addEventListener(
      "pointerdown",
      ({ target }) => {
        const button = (target as Element).closest("button");
        const tag = button?.form?.querySelector<HTMLInputElement>("[name=tag_spool]")?.value;
        if (button && tag) taps.push({ tag, accion: button.value });
      },
      true,
    );
  });

/** Where a button is now that can be pressed: the first below the bar, not busy. */
const aim = (page: Page, accion: string): Promise<{ x: number; y: number } | null> =>
  page.evaluate((wanted) => {
    for (const button of document.querySelectorAll(`main button[value=${wanted}]`)) {
      const { x, y, width, height } = button.getBoundingClientRect();
      const [middle, centre] = [x + width / 2, y + height / 2];
      const free = document.elementFromPoint(middle, centre)?.closest("button") === button;
      if (free && !button.closest("[aria-busy=true]")) return { x: middle, y: centre };
    }
    return null;
  }, accion);

test(
  `${TAPS} taps under ${UPDATES_PER_S} updates a second are ${TAPS} requests for what was tapped`,
  async () => {
    using folder = await importedFolder("taller");
    await using shop = await openShop({ folder: folder.path });
    const all = shop.running.floor.list("disponibles:ARM").map((entry) => String(entry.tag));
    const path = "/operacion/ARM";
    await using a = await openScreen(chromium.browser, shop, { trabajador: TAPPER, path });
    await watchFingers(a.page);
    const sent: Tap[] = [];
    a.page.on("request", (request) => {
      if (request.method() !== "POST") return;
      const form = new URLSearchParams(request.postData() ?? "");
      sent.push({ tag: form.get("tag_spool") ?? "", accion: form.get("accion") ?? "" });
    });
    const tapped = () => a.page.evaluate(() => (window as unknown as { taps: Tap[] }).taps);
    const missed = { count: 0 };
    using moving = shake(shop, all.slice(0, 8));
    for (let taps = 0; taps < TAPS; ) {
      const place = (await aim(a.page, "PAUSAR")) ?? (await aim(a.page, "TOMAR"));
      if (!place) continue; // the answer to the last tap is not drawn yet
      await a.page.mouse.move(place.x, place.y);
      await a.page.mouse.down();
      await a.page.mouse.up();
      const now = (await tapped()).length;
      if (now === taps) missed.count++; // the list moved before the finger was down
      taps = now;
    }
    await a.page.waitForFunction(() => !document.querySelector("[aria-busy=true]"));
    expect(sent).toEqual(await tapped());
    expect(sent).toHaveLength(TAPS);
    expect(moving.changes()).toBeGreaterThan(0);
    expect(missed.count).toBeLessThan(TAPS / 10);
    expect(a.errors).toEqual([]);
  },
  4 * SLOW_MS,
);
