/** Two processes on one Redis, as people see them: one floor, and an outage told and survived. */
import { expect, test } from "bun:test";
import { live, openScreen, row, SLOW_MS, tags, useChromium } from "../support/chromium.ts";
import { type RedisOptions, startRedis } from "../support/redis-server.ts";
import { openShop, signIn } from "../support/shop.ts";

const chromium = useChromium();

/** Demo workers: Luis and Camila are Armador, Rosa is Supervisor. */
const LUIS = 21;
const CAMILA = 22;
const ROSA = 11;

/** Two shops that are one, on a Redis of their own. */
async function openTwo(options?: RedisOptions) {
  const redis = await startRedis(options);
  const env = { REDIS_URL: redis.url };
  const [a, b] = await Promise.all([openShop({ env }), openShop({ env })]);
  return {
    redis,
    a,
    b,
    async [Symbol.asyncDispose]() {
      await Promise.all([a, b].map((shop) => shop[Symbol.asyncDispose]()));
      await redis[Symbol.asyncDispose]();
    },
  };
}

test(
  "who is signed in at one process is at the other; a row moves on both; signing out ends both",
  async () => {
    await using two = await openTwo();
    const { a, b } = two;
    await using luis = await openScreen(chromium.browser, a, {
      trabajador: LUIS,
      path: "/operacion/ARM",
    });
    await using desk = await openScreen(chromium.browser, b, {
      trabajador: ROSA,
      path: "/tablero",
    });
    const [tag = ""] = await tags(luis.page, "disponibles");
    await row(luis.page, "disponibles", tag).getByRole("button").click();
    await row(desk.page, "ocupados", tag).waitFor();

    const cookie = await signIn(a.url, CAMILA);
    const page = await fetch(`${b.url}/`, { headers: { Cookie: cookie } });
    expect(await page.text()).toContain("Camila");
    const stream = await fetch(`${b.url}/eventos?vista=tablero`, { headers: { Cookie: cookie } });
    const left = await fetch(`${a.url}/sesion/salir`, {
      method: "POST",
      headers: { Cookie: cookie, Origin: a.url },
      redirect: "manual",
    });
    expect(left.status).toBe(303);
    // The stream at the other process ends by itself: reading it comes to an end, or breaks off.
    await stream.text().catch(() => "");
    const after = await fetch(`${b.url}/`, { headers: { Cookie: cookie }, redirect: "manual" });
    expect(after.status).toBe(401);
    expect([...luis.errors, ...desk.errors]).toEqual([]);
  },
  SLOW_MS,
);

test(
  "with Redis gone pages stay and say so, actions say why at once, and all resumes by itself",
  async () => {
    await using two = await openTwo();
    const { redis, a, b } = two;
    await using luis = await openScreen(chromium.browser, a, {
      trabajador: LUIS,
      path: "/operacion/ARM",
    });
    await using desk = await openScreen(chromium.browser, b, {
      trabajador: ROSA,
      path: "/tablero",
    });
    const [tag = ""] = await tags(luis.page, "disponibles");
    for (const { page } of [luis, desk]) {
      await page.evaluate(() => Object.assign(window, { untouched: true }));
    }
    await redis.kill("SIGKILL");
    for (const { page } of [luis, desk]) {
      await page.getByText("Sin conexión con Redis: se puede mirar, no guardar").waitFor();
      expect(await page.locator("body").getAttribute("data-conexion")).toBe("Conectado");
    }
    // A page that is opened now says so too, and shows what was last known.
    await using late = await openScreen(chromium.browser, b, {
      trabajador: ROSA,
      path: "/",
      signedIn: desk,
    });
    await late.page.getByText("Sin conexión con Redis").waitFor();

    const body = { tag_spool: tag, worker_id: LUIS, operacion: "ARM" };
    const refused = await a.api("/occupation/tomar", body);
    expect(refused.status).toBe(503);
    expect(refused.headers.get("Retry-After")).not.toBeNull();
    expect(await refused.json()).toMatchObject({ ok: false, error: "SERVICIO_NO_DISPONIBLE" });
    const ready = await fetch(`${a.url}/readyz`);
    expect(ready.status).toBe(503);
    // A tap meanwhile is kept and sent again, visibly, with its own key.
    await row(luis.page, "disponibles", tag).getByRole("button").click();
    await luis.page.getByText(/Enviando .* reintento/).waitFor();

    await redis.restart();
    await row(luis.page, "mios", tag).waitFor();
    await row(desk.page, "ocupados", tag).waitFor();
    for (const { page } of [luis, desk, late]) {
      await page.locator("#almacen p").waitFor({ state: "detached" });
      await live(page);
    }
    for (const { page } of [luis, desk]) {
      expect(await page.evaluate(() => "untouched" in window)).toBe(true);
    }
    expect((await fetch(`${a.url}/readyz`)).status).toBe(200);
  },
  SLOW_MS,
);

test(
  "a Redis that came back with less: every page says what was lost, shows what is, and works on",
  async () => {
    await using two = await openTwo({ args: ["--appendonly", "no"] });
    const { redis, a, b } = two;
    await using luis = await openScreen(chromium.browser, a, {
      trabajador: LUIS,
      path: "/operacion/ARM",
    });
    await using desk = await openScreen(chromium.browser, b, {
      trabajador: ROSA,
      path: "/tablero",
    });
    const [kept = "", lost = ""] = await tags(luis.page, "disponibles");
    const take = (tag: string) => row(luis.page, "disponibles", tag).getByRole("button").click();
    await take(kept);
    await row(desk.page, "ocupados", kept).waitFor();
    await redis.command("SAVE");
    await take(lost);
    await row(desk.page, "ocupados", lost).waitFor();
    const had = b.running.floor.seq;
    await redis.kill("SIGKILL");
    await redis.restart();
    for (const { page } of [luis, desk]) {
      const said = `El registro volvió atrás: se perdieron los sucesos ${had} a ${had}`;
      await page.getByText(said).waitFor();
      await live(page);
    }
    await row(desk.page, "ocupados", kept).waitFor();
    expect(await tags(desk.page, "ocupados")).not.toContain(lost);
    await row(luis.page, "disponibles", lost).waitFor();
    // Both go on as one, on the log that there is.
    await take(lost);
    await row(luis.page, "mios", lost).waitFor();
    await row(desk.page, "ocupados", lost).waitFor();
    expect(b.running.floor.seq).toBe(had);
    const metrics = await (await fetch(`${a.url}/metrics`)).text();
    expect(metrics).toContain("zeues_ledger_rewound_total 1");
  },
  SLOW_MS,
);
