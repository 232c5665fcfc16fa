/** Wi-Fi gone for a moment: a tap lands once and says so, or says that it did not (issue 3). */
import { expect, test } from "bun:test";
import { live, openScreen, row, SLOW_MS, tags, useChromium } from "../support/chromium.ts";
import { openShop, type Shop } from "../support/shop.ts";
import { openWire, type Wire } from "../support/wire.ts";

const chromium = useChromium(true);

const LUIS = 21;

/** Luis's tablet behind a wire, with the spool that he is about to take. */
async function openTablet(shop: Shop, wire: Wire) {
  const behind = { url: wire.url, signIn: shop.signIn };
  const screen = await openScreen(chromium.browser, behind, { trabajador: LUIS, path: "/" });
  const [tag = ""] = await tags(screen.page, "disponibles");
  const tap = () => row(screen.page, "disponibles", tag).getByRole("button").click();
  const held = () => shop.running.floor.list(`mios:${LUIS}`).some((entry) => entry.tag === tag);
  const said = (text: string) => screen.page.getByRole("alert").getByText(text).waitFor();
  return { ...screen, tag, tap, held, said };
}

/** Resolves when the shop has the next change. */
const nextChange = (shop: Shop): Promise<unknown> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = shop.running.floor.subscribe(() => resolve());
  return promise.finally(end);
};

const retrying = (n: number) => `reintento ${n}`;

test(
  "cut while a tap is sent: it is tried again with its key, lands once and says so",
  async () => {
    await using shop = await openShop();
    using wire = await openWire(shop.url);
    await using a = await openTablet(shop, wire);
    const keys: (string | undefined)[] = [];
    a.page.on("request", (request) => {
      if (request.method() === "POST") keys.push(request.headers()["idempotency-key"]);
    });
    const { seq } = shop.running.floor;
    wire.cut();
    await a.tap();
    await a.page
      .locator("#envio")
      .getByText(`Enviando Tomar ${a.tag}… ${retrying(2)}`)
      .waitFor();
    expect(a.held()).toBe(false);
    // A second tap meanwhile is no second request.
    await a.tap();
    wire.mend();
    await a.page.locator("#aviso").getByText(`tomó ${a.tag}`).waitFor();
    await row(a.page, "mios", a.tag).waitFor();
    expect(a.held()).toBe(true);
    expect(shop.running.floor.seq).toBe((seq + 1) as typeof seq);
    expect(keys.length).toBeGreaterThanOrEqual(2);
    expect(new Set(keys).size).toBe(1);
    expect(await a.page.locator("#envio").textContent()).toBe("");
    await live(a.page);
  },
  SLOW_MS,
);

test(
  "the answer is lost: what was done is not done twice, and is said",
  async () => {
    await using shop = await openShop();
    using wire = await openWire(shop.url);
    await using a = await openTablet(shop, wire);
    const { seq } = shop.running.floor;
    wire.loseAnswers();
    const landed = nextChange(shop);
    await a.tap();
    await landed;
    await a.page.locator("#envio").getByText(retrying(2)).waitFor();
    wire.mend();
    await a.page.locator("#aviso").getByText(`tomó ${a.tag}`).waitFor();
    await row(a.page, "mios", a.tag).waitFor();
    expect(shop.running.floor.seq).toBe((seq + 1) as typeof seq);
    expect(await a.page.getByRole("alert").textContent()).toBe("");
  },
  SLOW_MS,
);

test.each([
  ["nothing came through: it says that it was not done", false],
  ["it came through at once: it says that it was done", true],
])(
  "gone for more than 30 s, then back; %s",
  async (_title, landed) => {
    await using shop = await openShop();
    using wire = await openWire(shop.url);
    await using a = await openTablet(shop, wire);
    await a.page.clock.install();
    await a.page.reload();
    await live(a.page);
    const { seq } = shop.running.floor;
    const change = landed ? nextChange(shop) : null;
    if (landed) wire.loseAnswers();
    else wire.cut();
    await a.tap();
    await change;
    wire.cut();
    await a.page.locator("#envio").getByText(retrying(1)).waitFor();
    await a.page.clock.fastForward(31_000);
    await a.said(`Sin respuesta: Tomar ${a.tag}`);
    await a.page.locator("#rancio").getByText("Sin conexión hace 0 min").waitFor();
    expect((await tags(a.page, "disponibles")).length).toBeGreaterThan(50);
    wire.mend();
    await a.page.clock.fastForward(5_000);
    if (landed) await a.page.locator("#aviso").getByText(`tomó ${a.tag}`).waitFor();
    else await a.said(`No se hizo: Tomar ${a.tag}`);
    expect(a.held()).toBe(landed);
    expect(shop.running.floor.seq).toBe((seq + (landed ? 1 : 0)) as typeof seq);
  },
  SLOW_MS,
);
