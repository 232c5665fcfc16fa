/**
 * Spec 8, issue 6: no script of anybody's runs, and no text becomes anything else than text, in a
 * shop whose every field is an attack (xss-shop): all that src/http/access.ts lets a browser ask
 * for, opened as everybody, at rest and while the stream brings more.
 */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { SLOW_MS, useChromium } from "../support/chromium.ts";
import { TOKEN } from "../support/shop.ts";
import { ATAQUES, ataque } from "../views/hostile.ts";
import { pagesOf } from "./xss-pages.ts";
import { HELD, type Hostil, ID, JEFA, openHostil, TAGS, todos, WELDED } from "./xss-shop.ts";
import { asShown, openWatched, shown, type Watched } from "./xss-watch.ts";

/** Many pages, one after the other, on two cores that others use too. */
const PATIENT_MS = 8 * SLOW_MS;

const chromium = useChromium();
let hostil: Hostil;
beforeAll(async () => {
  hostil = await openHostil();
}, SLOW_MS);
afterAll(() => hostil[Symbol.asyncDispose]());

const open = (cookies: string, headers: Record<string, string> = {}): Promise<Watched> =>
  openWatched(chromium.browser, hostil.url, cookies, headers);

const NAMES = {
  tag: TAGS[0] ?? "",
  persona: String(ID),
  tablet: "tablet-x1",
  token: "token-2",
  codigo: "nada",
};

const CANARIES = {
  "an inline handler": "<p id=uno onclick=window.__xss=1>x</p>",
  "an inline script": "<script>window.__xss=1</script>",
  "a style": "<p style=color:red>x</p>",
  "an image": "<img src=/marca/x alt=x>",
  "an element that htmx would act on": "<p hx-get=/marca/x>x</p>",
  "a comment": "<!-- marca -->",
  "a template's content": "<template><p data-xss>x</p></template>",
  "a form that leads elsewhere": "<form action=http://127.0.0.1:9/></form>",
  "a way out of a link": '<a href="javascript:void window.__xss">x</a>',
};

test(
  "the watcher sees what is wrong with a page that is broken on purpose",
  async () => {
    const sound = await fetch(`${hostil.url}/sesion/clave`);
    const csp = sound.headers.get("Content-Security-Policy") ?? "";
    expect(csp).toContain("script-src 'self'");
    const headers = { "Content-Security-Policy": csp };
    await using eye = await open("");
    let before = 0;
    for (const [what, html] of Object.entries(CANARIES)) {
      await eye.page.route(`${hostil.url}/rota`, (route) =>
        route.fulfill({ contentType: "text/html; charset=utf-8", headers, body: html }),
      );
      await eye.visit("/rota");
      if (html.includes("id=uno")) await eye.page.locator("#uno").click();
      await eye.look();
      const news = eye.found.slice(before).join("\n");
      before = eye.found.length;
      expect([what, news]).not.toEqual([what, ""]);
      if (/onclick|<script|style=/.test(html)) {
        expect([what, news]).toEqual([
          what,
          expect.stringMatching(/CSP (script|style)-src.*inline/),
        ]);
        expect(news).toMatch(/console: .*Content Security Policy/i);
      }
      expect(await eye.page.evaluate(() => window.__xss)).toBeUndefined();
      await eye.page.unroute(`${hostil.url}/rota`);
    }
  },
  PATIENT_MS,
);

test(
  "every page, as everybody: nothing is more than text",
  async () => {
    const { cookies } = hostil;
    const paths = pagesOf(NAMES).filter((path) => !path.startsWith("/api/"));
    const admin = /^\/administracion/;
    // By role a page differs in its buttons: those are looked at again.
    const ofJefa = /^\/($|operacion|carrete|problemas$|tablero$|administracion$)/;
    const ofTablet = /^\/(sesion|muro|tablet$|supervisor|tablero$)/;
    const who: Readonly<Record<string, readonly [string, (path: string) => boolean]>> = {
      obrera: [cookies.obrera, (path) => !admin.test(path)],
      jefa: [cookies.jefa, (path) => ofJefa.test(path)],
      clave: [cookies.clave, (path) => admin.test(path) || path === "/"],
      tablet: [cookies.tablet, (path) => ofTablet.test(path)],
      nadie: ["", (path) => ofTablet.test(path) || path === "/administracion"],
    };
    const all = await Promise.all(
      Object.entries(who).map(async ([name, [pairs, mine]]) => {
        await using eye = await open(pairs);
        const broken: string[] = [];
        for (const path of paths.filter(mine)) {
          if ((await eye.visit(path)) >= 500) broken.push(path);
        }
        return [name, eye.found, broken] as const;
      }),
    );
    expect(all).toEqual(Object.keys(who).map((name) => [name, [], []]));
  },
  PATIENT_MS,
);

test(
  "what a program asks for, opened as a document, is no page",
  async () => {
    await using eye = await open("", { Authorization: `Bearer ${TOKEN}` });
    const api = pagesOf(NAMES).filter((path) => /^\/api\/(?!sse)/.test(path));
    for (const path of [...api, "/api/spools?q=%3Cimg%3E", "/api/history/%3Cimg%3E"]) {
      await eye.visit(path);
      expect(await eye.page.evaluate(() => document.contentType)).toBe("application/json");
    }
    expect(api.length).toBeGreaterThan(4);
    expect(eye.found).toEqual([]);
  },
  PATIENT_MS,
);

test(
  "the card of every tag shows every text as it is",
  async () => {
    await using eye = await open(hostil.cookies.jefa);
    for (const [n, tag] of TAGS.entries()) {
      await eye.visit(`/carrete?tag=${encodeURIComponent(tag)}`);
      expect(await shown(eye.page, "h1")).toEqual([asShown(tag)]);
      const said = `${await shown(eye.page, "p.nota")}`;
      expect(said).toContain(asShown(ataque(n + 2, `venta${n}`)));
      expect(said).toContain(asShown(ataque(n + 3, `ot${n}`)));
      const ficha = await shown(eye.page, ".ficha dd");
      for (const at of TAGS.keys()) {
        expect(ficha.map((text) => text.trim())).toContain(
          asShown(ataque(n + at, `ficha${n}x${at}`)).trim(),
        );
      }
      expect(await eye.page.title()).toEndWith("ZEUES");
    }
    expect(await shown(eye.page, ".ficha dt")).toHaveLength(ATAQUES + 1);
    expect(eye.found).toEqual([]);
  },
  PATIENT_MS,
);

test(
  "lists, names and problems show every text as it is",
  async () => {
    const has = async (eye: Watched, path: string, texts: readonly string[]): Promise<void> => {
      await eye.visit(path);
      const all = asShown(await eye.page.evaluate(() => document.body.textContent));
      expect([path, texts.filter((text) => !all.includes(asShown(text)))]).toEqual([path, []]);
    };
    await using jefa = await open(hostil.cookies.jefa);
    const held = HELD.map((n) => TAGS[n] ?? "");
    await has(jefa, "/", held);
    await has(jefa, "/tablero", [...held, ataque(0, "jefa"), ataque(7, "jefa")]);
    await has(jefa, "/muro", held);
    await has(jefa, "/buscar", TAGS);
    await has(jefa, "/problemas", todos("malo"));
    await has(jefa, "/sesion", [...todos("nombre"), ataque(0, "tablet")]);
    expect(jefa.found).toEqual([]);
    await using clave = await open(hostil.cookies.clave);
    await has(clave, "/administracion/personas", todos("nombre"));
    await has(clave, "/administracion/tablets", todos("tablet"));
    await has(clave, "/administracion/tokens", todos("token"));
    await has(clave, "/administracion/registro", [ataque(0, "jefa")]);
    expect(clave.found).toEqual([]);
  },
  PATIENT_MS,
);

/** Pages that stand open while things are done, each with what it shows when all has come. */
async function standing(who: Watched, path: string): Promise<Watched> {
  const eye = await who.tab();
  await eye.visit(path);
  return eye;
}

test(
  "while rows, cards and the dashboard are swapped in, nothing is more than text",
  async () => {
    const { cookies, done } = hostil;
    await using jefa = await open(cookies.jefa);
    await using obrera = await open(cookies.obrera);
    await using tablet = await open(cookies.tablet);
    const [first = 0] = HELD;
    const welded = WELDED.map((n) => TAGS[n] ?? "");
    const card = `/carrete?tag=${encodeURIComponent(TAGS[first] ?? "")}`;
    const all = [
      await standing(jefa, "/tablero"),
      await standing(jefa, "/tablero?estado=bloqueado"),
      await standing(jefa, card),
      await standing(jefa, "/problemas"),
      await standing(jefa, `/tablero?q=${encodeURIComponent("marca")}`),
      await standing(obrera, "/operacion/ARM"),
      await standing(obrera, "/operacion/METROLOGIA"),
      await standing(obrera, "/"),
      await standing(obrera, "/buscar?q=tag"),
      await standing(tablet, "/muro"),
    ];
    const worker_id = JEFA;
    for (const n of HELD) {
      const tag_spool = TAGS[n];
      const motivo = ataque(n + 1, `motivo${n}`);
      const texto = ataque(n, `nota${n}`);
      await done("/notas", { tag_spool, worker_id, texto });
      await done("/occupation/liberar", { tag_spool, worker_id, operacion: "ARM", motivo });
      // Somebody whose name is another attack goes on with it: an Armador, every fourth.
      const other = ID + (n - (n % 4));
      await done("/occupation/tomar", { tag_spool, worker_id: other, operacion: "ARM" });
    }
    for (const [n, tag_spool] of welded.entries()) {
      const motivo = ataque(n, `rechazo${n}`);
      await done("/metrologia/rechazar", { tag_spool, worker_id, motivo });
    }
    const last = asShown(welded.at(-1) ?? "");
    for (const n of todos("nota").keys()) {
      const tag_spool = TAGS[first];
      await done("/notas", { tag_spool, worker_id, texto: ataque(n, `nota0x${n}`) });
    }
    const [tablero, , carrete] = all;
    await tablero?.page
      .locator("#actividad a")
      .filter({ hasText: last.slice(0, 20) })
      .first()
      .waitFor();
    const notas = (): Promise<readonly string[]> =>
      carrete ? shown(carrete.page, ".notas q") : Promise.resolve([]);
    await carrete?.page.waitForFunction(
      (count) => document.querySelectorAll(".notas q").length >= count,
      ATAQUES + 1,
    );
    const said = (await notas()).map((text) => text.trim());
    for (const n of TAGS.keys()) expect(said).toContain(asShown(ataque(n, `nota0x${n}`)).trim());
    for (const eye of all) await eye.look();
    expect([jefa.found, obrera.found, tablet.found]).toEqual([[], [], []]);
  },
  PATIENT_MS,
);
