/** `/administracion/tablets`: codes that enrol one tablet each, names, and a tablet's end. */
import { describe, expect, test } from "bun:test";
import { CODIGO_MS, CODIGOS_MAX } from "../../src/identity/alta.ts";
import { cookieOf } from "../support/shop.ts";
import { type AdminShop, accesosDe, openAdmin, secretoDe } from "./administracion-support.ts";
import { createBrowser } from "./sin-script.ts";

const PATH = "/administracion/tablets";

/** Makes a code. @returns the code, and where its state is asked for */
async function codigo({ rosa }: AdminShop, nombre: string) {
  const answer = await rosa.post(`${PATH}/codigo`, { nombre });
  const poll = answer.page.elements.find(({ attributes }) => attributes["hx-get"] !== undefined);
  return { answer, code: secretoDe(answer), estado: poll?.attributes["hx-get"] ?? "" };
}

const enrol = ({ url }: AdminShop, code: string) =>
  createBrowser(url, "").post("/tablet", { codigo: code });

describe("a code", () => {
  test("shown once, watched until the tablet is there; it works once", async () => {
    await using admin = await openAdmin();
    const { rosa } = admin;
    const { answer, code, estado } = await codigo(admin, "  Armado   1 ");
    expect([answer.status, answer.headers.get("Cache-Control")]).toEqual([200, "no-store"]);
    expect(code).toMatch(/^[A-Z2-9]{4}-[A-Z2-9]{4}$/);
    expect(answer.page.text).toContain(`${admin.url}/tablet#${code}`);
    expect(estado).not.toContain(code);
    const asked = () => rosa.get(estado, { "HX-Request": "true" });
    expect((await asked()).html).toContain("Quedan 10 min 00 s");
    admin.pass(61_000);
    expect((await asked()).html).toContain("Quedan 8 min 59 s");
    expect((await rosa.get(PATH)).html).not.toContain(code);
    // As somebody types it.
    expect((await enrol(admin, code.toLowerCase().replace("-", " "))).location).toBe("/sesion");
    const { html } = await asked();
    expect(html).toContain("Inscrito: Armado 1");
    expect(html).not.toContain("hx-trigger");
    expect((await rosa.get(estado)).page.text).toContain("Inscrito: Armado 1");
    expect((await enrol(admin, code)).status).toBe(403);
    expect((await rosa.get(PATH)).page.text).toContain("Armado 1");
  });

  test("ten minutes, then it is none any more", async () => {
    await using admin = await openAdmin();
    const { code, estado } = await codigo(admin, "Armado 1");
    admin.pass(CODIGO_MS);
    expect((await admin.rosa.get(estado)).page.text).toContain("El código venció");
    expect((await enrol(admin, code)).status).toBe(403);
    expect((await admin.rosa.get(PATH)).page.text).not.toContain("código sin usar");
  });

  test("withdrawn, it is none; the list shows those that are open", async () => {
    await using admin = await openAdmin();
    const { code, estado } = await codigo(admin, "Armado 1");
    const { page } = await admin.rosa.get(PATH);
    expect(page.text).toContain("código sin usar");
    const cancel = page.forms.find(({ attributes }) => attributes.action?.endsWith("/anular"));
    const done = await admin.rosa.post(cancel?.attributes.action ?? "", {});
    expect(done.location).toBe(`${PATH}?hecho=anulado`);
    expect((await admin.rosa.get(estado)).page.text).toContain("El código se anuló");
    expect((await enrol(admin, code)).status).toBe(403);
  });

  test(`at most ${CODIGOS_MAX} are open; the oldest goes, and one of the same name`, async () => {
    await using admin = await openAdmin();
    const codes: string[] = [];
    for (let nth = 0; nth <= CODIGOS_MAX; nth++) {
      admin.pass(1_000);
      codes.push((await codigo(admin, `Tablet ${nth}`)).code);
    }
    expect(await accesosDe(admin.shop, "alta")).toHaveLength(CODIGOS_MAX);
    expect((await enrol(admin, codes[0] ?? "")).status).toBe(403);
    expect((await enrol(admin, codes[1] ?? "")).status).toBe(303);
    const again = await codigo(admin, "TABLET 3");
    expect(await accesosDe(admin.shop, "alta")).toHaveLength(CODIGOS_MAX - 1);
    expect((await enrol(admin, codes[3] ?? "")).status).toBe(403);
    expect((await enrol(admin, again.code)).status).toBe(303);
  });

  test("its name: needed, bounded, of no other tablet", async () => {
    await using admin = await openAdmin();
    const { code } = await codigo(admin, "Armado 1");
    await enrol(admin, code);
    for (const nombre of ["", "   ", "x".repeat(61), "a\u0000b", "ARMADO  1"]) {
      const { answer } = await codigo(admin, nombre);
      expect(answer.status).toBe(400);
      expect(secretoDe(answer)).toBe("");
    }
    const { answer } = await codigo(admin, "<b>&amp;\"'");
    expect(answer.status).toBe(200);
    expect(answer.html).not.toContain("<b>&amp;");
  });

  test("where its state is asked for, nonsense is refused", async () => {
    await using admin = await openAdmin();
    for (const query of ["", "?nombre=a", "?nombre=a&vence=x", "?nombre=&vence=1"]) {
      expect((await admin.rosa.get(`${PATH}/codigo/abc${query}`)).status).toBe(400);
    }
  });
});

describe("a tablet", () => {
  async function conTablet() {
    const admin = await openAdmin();
    const { code } = await codigo(admin, "Armado 1");
    const { headers } = await enrol(admin, code);
    const cookie = cookieOf({ headers } as Response, "zeues-tablet");
    const path = `${PATH}/${(await accesosDe(admin.shop, "tablet"))[0]?.id}`;
    return { admin, path, browser: createBrowser(admin.url, cookie) };
  }

  test("renamed", async () => {
    const { admin, path, browser } = await conTablet();
    await using _ = admin;
    expect((await admin.rosa.post(`${path}/nombre`, { nombre: "" })).status).toBe(400);
    const done = await admin.rosa.post(`${path}/nombre`, { nombre: "Armado 2" });
    expect(done.location).toBe(`${path}?hecho=nombre`);
    expect((await browser.get("/sesion")).page.text).toContain("Tablet: Armado 2");
    // Its own name again is no other's.
    expect((await admin.rosa.post(`${path}/nombre`, { nombre: "armado 2" })).status).toBe(303);
  });

  test("revoked: names are shown there no more; what is gone is told, and does not come back", async () => {
    const { admin, path, browser } = await conTablet();
    await using _ = admin;
    expect((await browser.get("/sesion")).page.text).toContain("Luis Ñancucheo");
    const done = await admin.rosa.post(`${path}/revocar`, {});
    expect(done.location).toBe(`${PATH}?hecho=tablet`);
    expect((await browser.get("/sesion")).page.text).not.toContain("Luis Ñancucheo");
    expect((await browser.post("/sesion", { trabajador: "21" })).status).toBe(401);
    for (const [rest, fields] of [
      ["/revocar", {}],
      ["/nombre", { nombre: "Otra vez" }],
    ] as const) {
      const again = await admin.rosa.post(`${path}${rest}`, fields);
      expect(again.location).toBe(`${PATH}?hecho=nada`);
    }
    expect((await admin.rosa.get(path)).location).toBe(`${PATH}?hecho=nada`);
    expect(await accesosDe(admin.shop, "tablet")).toEqual([]);
  });

  test("the list says who is there now", async () => {
    const { admin, browser } = await conTablet();
    await using _ = admin;
    const { headers } = await browser.post("/sesion", { trabajador: "21" });
    const session = cookieOf({ headers } as Response, "zeues");
    await createBrowser(admin.url, `${browser.cookie}; ${session}`).get("/");
    expect((await admin.rosa.get(PATH)).page.text).toContain("Luis Ñancucheo");
  });
});
