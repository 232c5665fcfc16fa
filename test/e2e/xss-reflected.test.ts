/**
 * Spec 8, issue 6: what comes in an address, a form, a cookie or a header and goes straight back
 * out is text: every query parameter of every page, paths that are none, what stands behind `#`,
 * every form sent with attacks in its fields, and downloads.
 */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { REGLAS } from "../../src/http/access.ts";
import { giveSupervisor, signInByClave } from "../http/access-subjects.ts";
import { openTaller, type Taller } from "../http/sin-script.ts";
import { INGRID, MAURICIO, ocupacion, ROSA, spool } from "../support/builders.ts";
import { SLOW_MS, useChromium } from "../support/chromium.ts";
import { planterOf } from "../support/planilla.ts";
import { ATAQUES, ataque } from "../views/hostile.ts";
import { PARAMETROS, pagesOf } from "./xss-pages.ts";
import { asShown, openWatched, shown } from "./xss-watch.ts";

const PATIENT_MS = 8 * SLOW_MS;
const chromium = useChromium();
const TAG = "SP-1";
/** Half of them can't stand in a header: only what one byte says, and no line break. */
const inHeader = (text: string): string => text.replace(/[^\x20-\x7e]/g, "");

let taller: Taller;
let clave = "";
beforeAll(async () => {
  const tags = Array.from({ length: ATAQUES }, (_, n) =>
    spool({ tag: ataque(n, `csv${n}`), nv: ataque(n + 3, "v"), ocupacion: ocupacion("ARM", ROSA) }),
  );
  taller = await openTaller([spool({ tag: TAG }), ...tags], {
    env: { ZEUES_TRUSTED_PROXY: "127.0.0.1" },
    now: Date.now,
  });
  const { ledger } = planterOf(taller.shop.running);
  await giveSupervisor({ ledger, clock: { ms: Date.now() } });
  clave = await signInByClave(taller.url);
}, PATIENT_MS);
afterAll(() => taller[Symbol.asyncDispose]());

const sessionOf = (quien: typeof ROSA): Promise<string> => taller.shop.signIn(quien.id);
const NAMES = { tag: TAG, persona: "168", tablet: "tablet-1", token: "nada", codigo: "nada" };

test(
  "every parameter of every address, and addresses that are none",
  async () => {
    const paths = new Set(
      pagesOf(NAMES)
        .filter((path) => !path.startsWith("/api/"))
        .map((path) => path.split("?")[0] ?? ""),
    );
    // By password everything may be seen but the pages of a tablet.
    await using eye = await openWatched(chromium.browser, taller.url, clave);
    await using tablet = await openWatched(chromium.browser, taller.url, await sessionOf(ROSA));
    let turn = 0;
    const broken: string[] = [];
    for (const path of paths) {
      const mine = /^\/(sesion|tablet|muro)/.test(path) ? tablet : eye;
      const query = (): string =>
        String(new URLSearchParams(PARAMETROS.map((name) => [name, ataque(turn++, name)])));
      const plain = [
        ["estado", "progreso"],
        ["operacion", "ARM"],
        ["op", "ARM"],
        ["antes", "9"],
      ];
      const sound = new URLSearchParams(query());
      for (const [name = "", value = ""] of plain) sound.set(name, value);
      // What is refused for one parameter is asked for again without it.
      const refused = /^\/(tablero|administracion\/registro|)$/.test(path);
      for (const all of refused ? [query(), String(sound)] : [query()]) {
        if ((await mine.visit(`${path}?${all}`)) >= 500) broken.push(path);
      }
    }
    for (let n = 0; n < ATAQUES; n += 8) {
      const text = encodeURIComponent(ataque(n, `no${n}`));
      await eye.visit(`/${text}`);
      await eye.visit(`/operacion/${text}`);
      await eye.visit(`/carrete?tag=${text}`);
      expect(asShown(await eye.page.evaluate(() => document.body.textContent))).toContain(
        asShown(ataque(n, `no${n}`)),
      );
      await tablet.visit(`/sesion?volver=/${text}`);
      await tablet.visit(`/sesion/clave?volver=${text}`);
    }
    expect([eye.found, tablet.found, broken]).toEqual([[], [], []]);
  },
  PATIENT_MS,
);

test(
  "a search that htmx swaps in, as one types",
  async () => {
    await using eye = await openWatched(chromium.browser, taller.url, await sessionOf(MAURICIO));
    for (const path of ["/", "/buscar", "/tablero", "/operacion/ARM"]) {
      await eye.visit(path);
      const field = eye.page.locator("input[name=q]").first();
      for (let n = 0; n < ATAQUES; n += 8) {
        const text = ataque(n, `q${n}`);
        const asked = eye.page.waitForResponse((answer) =>
          new URL(answer.url()).searchParams.has("q"),
        );
        await field.fill(text);
        await asked;
      }
      await eye.look();
    }
    expect(eye.found).toEqual([]);
  },
  PATIENT_MS,
);

test(
  "what stands behind # never becomes more than a field's value",
  async () => {
    await using eye = await openWatched(chromium.browser, taller.url, "");
    for (let n = 0; n < ATAQUES; n += 4) {
      const text = ataque(n, `hash${n}`);
      const path = n % 8 === 0 ? "/tablet" : "/supervisor";
      // Another address first: one that differs behind # alone is not loaded again.
      await eye.page.goto("about:blank");
      await eye.visit(`${path}#${encodeURIComponent(text)}`);
      const value = await eye.page.locator("input[name=codigo]").inputValue();
      // As it stands in the address: a code needs no encoding, so nothing is decoded.
      expect(value).toBe(encodeURIComponent(text));
    }
    expect(eye.found).toEqual([]);
  },
  PATIENT_MS,
);

/** Fields of every form of ours. */
const CAMPOS = (
  "usuario clave volver codigo persona nombre apellido repetida trabajador pin nuevo tag_spool " +
  "accion operacion motivo texto horas huella roles dias actual nueva"
).split(" ");

/** Whose PIN and attempts may change: nobody signs in as her here. */
const OTRA = String(INGRID.id);
/** What is sent beside attacks, so that one gets further than the first check. */
const SOUND: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "/acciones": { accion: "TOMAR", operacion: "ARM" },
  "/acciones/lote": { accion: "TOMAR", operacion: "ARM" },
  "/sesion/pin": { trabajador: OTRA },
  "/administracion/tokens": { roles: "Lectura", dias: "3", trabajador: "" },
};

/** These end what the test needs, or answer without a page. */
const ENDS = /salir|sigo|revocar|quitar|terminar|otras|sesiones$|\/demo$/;

test(
  "every form, its fields full of attacks",
  async () => {
    await using eye = await openWatched(chromium.browser, taller.url, clave);
    await using tablet = await openWatched(chromium.browser, taller.url, await sessionOf(ROSA));
    const posts = REGLAS.filter(([method, path]) => method === "POST" && !/^\/api/.test(path))
      .map(([, path]) => path.replace(":id", path.includes("personas") ? OTRA : "tablet-1"))
      .filter((path) => !ENDS.test(path));
    let turn = 0;
    for (const mine of [eye, tablet]) await mine.visit("/sesion/clave");
    for (const path of posts) {
      const mine = path.startsWith("/administracion") || path === "/supervisor" ? eye : tablet;
      const fields = new Map(CAMPOS.map((name) => [name, ataque(turn++, name)]));
      // Each refusal is a page from which the next form may be sent.
      await mine.submit(path, [...fields]);
      for (const [name, value] of Object.entries(SOUND[path] ?? {})) fields.set(name, value);
      if (SOUND[path]) await mine.submit(path, [...fields]);
    }
    expect(posts.length).toBeGreaterThan(20);
    expect([eye.found, tablet.found]).toEqual([[], []]);
  },
  PATIENT_MS,
);

test(
  "a failed sign-in brings back what was typed, as text",
  async () => {
    await using eye = await openWatched(chromium.browser, taller.url, "");
    for (const n of [0, 7, 10, 21, 26]) {
      const usuario = ataque(n, `usuario${n}`);
      await eye.visit("/sesion/clave");
      await eye.submit("/sesion/clave", [
        ["usuario", usuario],
        ["clave", "x"],
        ["volver", usuario],
      ]);
      expect(await eye.page.locator("input[name=usuario]").inputValue()).toBe(usuario);
    }
    expect(eye.found).toEqual([]);
  },
  PATIENT_MS,
);

test(
  "names that a supervisor gives stand in lists as text",
  async () => {
    await using eye = await openWatched(chromium.browser, taller.url, clave);
    const names: string[] = [];
    for (let n = 0; n < ATAQUES; n += 5) {
      const nombre = ataque(n, `n${n}`).slice(0, 60);
      if (/\p{C}/u.test(nombre)) continue;
      names.push(nombre.replace(/\s+/g, " ").trim());
      await eye.visit("/administracion/tokens");
      const token = { nombre, roles: "Lectura", dias: "", trabajador: "" };
      await eye.submit("/administracion/tokens", Object.entries(token));
    }
    await eye.visit("/administracion/tokens");
    const all = asShown(await eye.page.evaluate(() => document.body.textContent));
    expect(names.filter((name) => !all.includes(name))).toEqual([]);
    expect(names.length).toBeGreaterThan(4);
    expect(eye.found).toEqual([]);
  },
  PATIENT_MS,
);

test(
  "cookies, and what a proxy says of the host",
  async () => {
    for (const n of [0, 7, 10, 15]) {
      const text = inHeader(ataque(n, `c${n}`)).replace(/[;,"\s]/g, "");
      const cookies = ["zeues-recientes", "zeues-op", "visto", "zeues-conocido", "zeues"].map(
        (name) => `${name}=${text}`,
      );
      const tablet = (await sessionOf(MAURICIO)).split("; ")[0] ?? "";
      const pairs = [...cookies, tablet].join("; ");
      const headers = { "X-Forwarded-Proto": inHeader(ataque(n + 1, "p")) };
      await using eye = await openWatched(chromium.browser, taller.url, pairs, headers);
      await eye.visit("/sesion");
      await eye.visit("/tablero");
      expect(eye.found).toEqual([]);
      const host = { "X-Forwarded-Host": inHeader(ataque(n, "h")) };
      await using other = await openWatched(chromium.browser, taller.url, clave, host);
      expect(await other.visit("/administracion/tablets")).toBe(400);
      expect(await shown(other.page, "body")).toEqual([
        expect.stringMatching(/^SOLICITUD_INVALIDA: [^<]*$/),
      ]);
      expect(other.found).toEqual([]);
    }
  },
  PATIENT_MS,
);

/** Cells of a CSV file, whatever its separator is taken for. */
const cells = (text: string): string[] =>
  [";", ",", "\t", "|"].flatMap((by) => text.split(/\r\n|\r|\n/).flatMap((line) => line.split(by)));

test("no cell of a download is a formula, no tag stands in its name or in a header", async () => {
  const headers = { Cookie: await sessionOf(ROSA), Accept: "text/html" };
  const files = REGLAS.flatMap(([, path]) => (path.endsWith(".csv") ? [path] : []));
  expect(files.length).toBeGreaterThan(4);
  const addresses = files.flatMap((path) =>
    path === "/carrete.csv"
      ? Array.from({ length: ATAQUES }, (_, n) => ataque(n, `csv${n}`)).map(
          (tag) => `${path}?tag=${encodeURIComponent(tag)}`,
        )
      : [path],
  );
  for (const address of addresses) {
    const answer = await fetch(taller.url + address, { headers });
    const text = await answer.text();
    expect([address, answer.status]).toEqual([address, 200]);
    const formulas = cells(text).filter((cell) => /^\s*"?\s*[=+@-](?!\d+(;|$))/.test(cell));
    expect([address, formulas]).toEqual([address, []]);
    expect(answer.headers.get("Content-Type")).toBe("text/csv; charset=utf-8");
    expect(answer.headers.get("Content-Disposition")).toMatch(
      /^attachment; filename="[a-z-]+-\d{4}-\d\d-\d\d\.csv"$/,
    );
    expect(answer.headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect([...answer.headers.keys()].filter((name) => /marca|xss/.test(name))).toEqual([]);
  }
});

test("where an action leads back to is a path of ours, in one line", async () => {
  const cookie = await sessionOf(ROSA);
  for (let n = 0; n < ATAQUES; n++) {
    const text = ataque(n, `ref${n}`);
    for (const referer of [`${taller.url}/${inHeader(text)}`, `${taller.url}//${inHeader(text)}`]) {
      const answer = await fetch(`${taller.url}/acciones`, {
        method: "POST",
        redirect: "manual",
        headers: { Cookie: cookie, Origin: taller.url, Referer: referer },
        body: new URLSearchParams({ accion: "ANOTAR", texto: text, tag_spool: TAG }),
      });
      await answer.body?.cancel();
      const to = answer.headers.get("Location") ?? "";
      expect([referer, answer.status]).toEqual([referer, 303]);
      expect(to).toMatch(/^\/(?![/\\])[\x21-\x7e]*$/);
      expect(new URL(to, taller.url).origin).toBe(taller.url);
    }
  }
});
