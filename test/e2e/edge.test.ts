/** What a real browser makes of our headers, on plain http from another machine and at home. */
import { expect, test } from "bun:test";
import { type Browser, chromium, type Page } from "playwright-core";
import { openScreen, SLOW_MS, useChromium } from "../support/chromium.ts";
import { openShop } from "../support/shop.ts";

const own = useChromium();
const LUIS = 21;

/** A browser for which a name is this machine: to it, plain http there is not trustworthy. */
const launchElsewhere = (): Promise<Browser> =>
  chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP zeues.test 127.0.0.1"],
  });

/** Everything in the console, whatever its kind. */
function consoleOf(page: Page): readonly string[] {
  const said: string[] = [];
  page.on("console", (message) => said.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => said.push(error.message));
  return said;
}

test(
  "on a shop's plain http the console stays empty, and forms are taken",
  async () => {
    await using shop = await openShop();
    await using browser = await launchElsewhere();
    const page = await browser.newPage();
    const said = consoleOf(page);
    const url = `http://zeues.test:${new URL(shop.url).port}`;
    await page.goto(`${url}/sesion`);
    expect(await page.evaluate(() => isSecureContext)).toBe(false);
    // Without a script: Chromium gives Origin, and over plain http no Sec-Fetch-Site.
    const form = await page.evaluate(async () => {
      const body = new URLSearchParams({ usuario: "nadie", clave: "nada" });
      const { status, text } = await fetch("/sesion/clave", { method: "POST", body }).then(
        async (answer) => ({ status: answer.status, text: await answer.text() }),
      );
      return `${status} ${text}`;
    });
    expect(form).not.toContain("ORIGEN_NO_PERMITIDO");
    expect(said.filter((line) => !/status of 4\d\d/.test(line))).toEqual([]);
  },
  2 * SLOW_MS,
);

test(
  "another site's form is refused, though the browser sends the cookies along",
  async () => {
    await using shop = await openShop();
    // Another port is another origin, and the same site: SameSite keeps no cookie back.
    const form = `<form method="post" action="${shop.url}/sesion/salir"><button>Premio</button>`;
    await using elsewhere = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: () => new Response(form, { headers: { "Content-Type": "text/html" } }),
    });
    await using screen = await openScreen(own.browser, shop, { trabajador: LUIS, path: "/" });
    const { page } = screen;
    await page.goto(elsewhere.url.href);
    const posted = page.waitForResponse((answer) => answer.request().method() === "POST");
    await page.getByRole("button").click();
    const answer = await posted;
    expect(answer.status()).toBe(403);
    expect((await answer.request().allHeaders()).cookie).toContain("zeues=");
    expect(await page.content()).toContain("viene de otro sitio");
    await page.goto(shop.url);
    expect(await page.locator("form[action='/sesion/salir']").count()).toBe(1);
  },
  2 * SLOW_MS,
);

test(
  "pages may use the camera, the whole screen and the wake lock, and nothing else",
  async () => {
    await using shop = await openShop();
    await using screen = await openScreen(own.browser, shop, { trabajador: LUIS, path: "/" });
    const allowed = await screen.page.evaluate(() => {
      const policy = (document as unknown as { featurePolicy: { allowedFeatures(): string[] } })
        .featurePolicy;
      return policy.allowedFeatures();
    });
    expect(allowed).toEqual(expect.arrayContaining(["camera", "fullscreen", "screen-wake-lock"]));
    for (const name of ["microphone", "geolocation", "display-capture", "usb", "payment"]) {
      expect(allowed).not.toContain(name);
    }
    expect(screen.errors).toEqual([]);
  },
  2 * SLOW_MS,
);
