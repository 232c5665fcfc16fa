/** `/administracion/personas`: PINs, supervisors' access, sessions, as a supervisor gives them. */
import { describe, expect, test } from "bun:test";
import { ID_PROPIO_MIN } from "../../src/domain/acceso.ts";
import { CREDENCIALES_DEMO } from "../../src/domain/demo.ts";
import type { TrabajadorId } from "../../src/domain/trabajador.ts";
import { enrolDemo, signIn } from "../support/shop.ts";
import {
  type AdminShop,
  conClave,
  HECTOR,
  LUIS,
  openAdmin,
  ROSA,
  secretoDe,
  VICTOR,
} from "./administracion-support.ts";
import { createBrowser } from "./sin-script.ts";

const NUEVA = "una frase larga y sin sentido 7";
const persona = (id: number, rest = ""): string => `/administracion/personas/${id}${rest}`;

/** A PIN tried on a new tablet: where the answer leads, and its status. */
async function probar(url: string, id: number, pin: string) {
  const tablet = createBrowser(url, await enrolDemo(url));
  return await tablet.post("/sesion/pin", { trabajador: String(id), pin });
}

describe("the list", () => {
  test("active people first, with what they have; a text narrows it", async () => {
    await using admin = await openAdmin();
    const { html, page, headers } = await admin.rosa.get("/administracion/personas");
    expect(headers.get("Cache-Control")).toBe("no-store");
    const ids = page.elements.flatMap(
      ({ attributes: { href = "" } }) =>
        /^\/administracion\/personas\/(\d+)$/.exec(href)?.[1] ?? [],
    );
    expect(ids).toHaveLength(19);
    expect(ids.at(-1)).toBe(String(VICTOR));
    expect(page.text).toContain("2 de 18 personas activas tienen PIN");
    expect(html).not.toContain("$argon2");
    const found = await admin.rosa.get("/administracion/personas?q=nuncheo");
    expect(found.page.text).toContain("Nadie se llama así");
    const luis = await admin.rosa.get("/administracion/personas?q=NANCUCHEO");
    expect(luis.html).toContain(`href="${persona(LUIS)}"`);
    expect(luis.html).not.toContain(`href="${persona(ROSA)}"`);
  });

  test("an Id that is nobody's, and none at all", async () => {
    await using admin = await openAdmin();
    for (const id of ["7777", "x", "999999999999"]) {
      expect((await admin.rosa.get(`/administracion/personas/${id}`)).status).toBe(404);
      expect((await admin.rosa.post(`/administracion/personas/${id}/pin`, {})).status).toBe(404);
    }
  });
});

describe("a PIN", () => {
  test("put, changed and taken away; the sessions of what was before end", async () => {
    await using admin = await openAdmin();
    const { url, rosa, pass } = admin;
    const byName = createBrowser(url, await signIn(url, LUIS));
    expect((await byName.get("/")).status).toBe(200);
    pass(1_000);
    const put = await rosa.post(persona(LUIS, "/pin"), { pin: "7294" });
    expect([put.status, put.location]).toEqual([303, `${persona(LUIS)}?hecho=pin`]);
    expect((await rosa.get(put.location ?? "")).page.text).toContain("El PIN quedó puesto.");
    expect((await byName.get("/sesion/viva", { Accept: "*/*" })).status).toBe(401);
    expect((await probar(url, LUIS, "7295")).status).toBe(401);
    const good = await probar(url, LUIS, "7294");
    expect(good.status).toBe(303);
    pass(1_000);
    await rosa.post(persona(LUIS, "/pin"), { pin: "830517" });
    expect((await probar(url, LUIS, "7294")).status).toBe(401);
    expect((await probar(url, LUIS, "830517")).status).toBe(303);
    pass(1_000);
    const removed = await rosa.post(persona(LUIS, "/pin/quitar"), {});
    expect(removed.location).toBe(`${persona(LUIS)}?hecho=sin-pin`);
    const again = createBrowser(url, await signIn(url, LUIS));
    expect((await again.get("/")).status).toBe(200);
    const nothing = await rosa.post(persona(LUIS, "/pin/quitar"), {});
    expect(nothing.location).toBe(`${persona(LUIS)}?hecho=nada`);
  });

  test("a made one is shown once, in the answer to the POST, and it works", async () => {
    await using admin = await openAdmin();
    const answer = await admin.rosa.post(persona(LUIS, "/pin/generar"), {});
    expect([answer.status, answer.headers.get("Cache-Control")]).toEqual([200, "no-store"]);
    const pin = secretoDe(answer);
    expect(pin).toMatch(/^\d{4}$/);
    expect((await admin.rosa.get(persona(LUIS))).html).not.toContain(pin);
    expect((await probar(admin.url, LUIS, pin)).status).toBe(303);
  });

  test("what is no PIN, or anybody's first guess, is refused on the form", async () => {
    await using admin = await openAdmin();
    for (const pin of ["", "123", "1234", "4444", "12345678", "12a4", "9".repeat(300)]) {
      const { status, page } = await admin.rosa.post(persona(LUIS, "/pin"), { pin });
      expect(status).toBe(400);
      if (pin.length < 256) expect(page.text).toMatch(/El PIN lleva|lo adivina/);
    }
    expect((await admin.rosa.get(persona(LUIS))).page.text).toContain("No tiene");
  });

  test("a new one lets whoever was locked out try at once; so does forgetting", async () => {
    await using admin = await openAdmin();
    const { url, rosa } = admin;
    const tablet = createBrowser(url, await enrolDemo(url));
    const tryWith = (pin: string) => tablet.post("/sesion/pin", { trabajador: "12", pin });
    const lock = async () => {
      for (let nth = 0; nth < 6; nth++) await tryWith("9753");
    };
    await lock();
    expect((await tryWith(CREDENCIALES_DEMO.pin)).status).toBe(429);
    expect((await rosa.get(persona(HECTOR))).page.text).toContain("por intentos fallidos");
    const forgot = await rosa.post(persona(HECTOR, "/intentos"), {});
    expect(forgot.location).toBe(`${persona(HECTOR)}?hecho=intentos`);
    expect((await tryWith(CREDENCIALES_DEMO.pin)).status).toBe(303);
    await lock();
    await rosa.post(persona(HECTOR, "/pin"), { pin: "7294" });
    expect((await tryWith("7294")).status).toBe(303);
  });

  test("the policy: without a PIN nobody gets in by name any more", async () => {
    await using admin = await openAdmin();
    const { url, rosa, shop } = admin;
    const said = await rosa.post("/administracion/pin", { pin: "obligatorio" });
    expect(said.location).toBe("/administracion/personas?hecho=politica");
    expect(shop.running.floor.ajustes.pin).toBe("obligatorio");
    const tablet = createBrowser(url, await enrolDemo(url));
    expect((await tablet.post("/sesion", { trabajador: String(LUIS) })).status).toBe(403);
    await rosa.post("/administracion/pin", { pin: "opcional" });
    expect((await tablet.post("/sesion", { trabajador: String(LUIS) })).status).toBe(303);
    expect((await rosa.post("/administracion/pin", { pin: "quizá" })).status).toBe(400);
  });
});

/** Opens a supervisor's link as its holder would. */
async function abrir(admin: AdminShop, enlace: string, fields: Record<string, string>) {
  const { origin, pathname, hash } = new URL(enlace);
  expect([origin, pathname]).toEqual([admin.url, "/supervisor"]);
  const stranger = createBrowser(admin.url, "");
  const clave = { clave: NUEVA, repetida: NUEVA };
  return await stranger.post("/supervisor", { codigo: hash.slice(1), ...clave, ...fields });
}

describe("a supervisor's access", () => {
  test("by a link that works once; a new one takes the old one's place", async () => {
    await using admin = await openAdmin();
    const { rosa } = admin;
    const first = secretoDe(await rosa.post(persona(HECTOR, "/acceso"), {}));
    const answer = await rosa.post(persona(HECTOR, "/acceso"), {});
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    const second = secretoDe(answer);
    expect((await abrir(admin, first, { usuario: "hector" })).status).toBe(403);
    const became = await abrir(admin, second, { usuario: "hector" });
    expect([became.status, became.location]).toEqual([303, "/administracion"]);
    expect((await abrir(admin, second, { usuario: "hector" })).status).toBe(403);
    const hector = await conClave(admin.url, { usuario: "hector", clave: NUEVA });
    expect((await hector.get("/administracion")).status).toBe(200);
    // A link for a new password lets the old one hold until it is used.
    admin.pass(1_000);
    const renewal = secretoDe(await rosa.post(persona(HECTOR, "/acceso"), {}));
    expect((await hector.get("/administracion")).status).toBe(200);
    const clave = `${NUEVA} y otra`;
    await abrir(admin, renewal, { usuario: "hector", clave, repetida: clave });
    expect((await hector.get("/administracion")).status).toBe(303);
  });

  test("who has no role gets none, nobody takes their own, and links can be withdrawn", async () => {
    await using admin = await openAdmin();
    const { rosa } = admin;
    expect((await rosa.post(persona(LUIS, "/acceso"), {})).status).toBe(403);
    expect((await rosa.post(persona(VICTOR, "/acceso"), {})).status).toBe(403);
    expect((await rosa.post(persona(ROSA, "/acceso/quitar"), {})).status).toBe(403);
    const none = await rosa.post(persona(HECTOR, "/acceso/quitar"), {});
    expect(none.location).toBe(`${persona(HECTOR)}?hecho=nada`);
    const enlace = secretoDe(await rosa.post(persona(HECTOR, "/acceso"), {}));
    const { page } = await rosa.get("/administracion/personas");
    const cancel = page.forms.find(({ attributes }) => attributes.action?.endsWith("/anular"));
    const done = await rosa.post(cancel?.attributes.action ?? "", {});
    expect(done.location).toBe("/administracion/personas?hecho=anulado");
    expect((await abrir(admin, enlace, { usuario: "hector" })).status).toBe(403);
    const again = await rosa.post(cancel?.attributes.action ?? "", {});
    expect(again.location).toBe("/administracion/personas?hecho=nada");
  });

  test("somebody whom the workbook does not have: invited, sent away, called back", async () => {
    await using admin = await openAdmin();
    const { rosa, shop, url, pass } = admin;
    const enlace = secretoDe(await rosa.post("/administracion/invitacion", {}));
    const who = { usuario: "elena", nombre: "Elena", apellido: "Roa" };
    expect((await abrir(admin, enlace, who)).status).toBe(303);
    const id = ID_PROPIO_MIN as TrabajadorId;
    const elena = await conClave(url, { usuario: "elena", clave: NUEVA });
    expect((await elena.get("/administracion")).status).toBe(200);
    const { page } = await rosa.get(persona(id));
    expect(page.text).toContain("fuera de la planilla");
    const open = secretoDe(await rosa.post(persona(id, "/acceso"), {}));
    await rosa.post(persona(id, "/acceso/quitar"), {});
    expect((await elena.get("/administracion")).status).toBe(303);
    expect(shop.running.floor.trabajador(id)?.activo).toBe(false);
    // The link for a new password went with it.
    expect((await abrir(admin, open, { usuario: "elena" })).status).toBe(403);
    pass(1_000);
    const back = secretoDe(await rosa.post(persona(id, "/acceso"), {}));
    expect((await abrir(admin, back, { usuario: "elena" })).status).toBe(303);
    expect(shop.running.floor.trabajador(id)?.activo).toBe(true);
  });

  test("two supervisors take the same one's access away: one did, both are told", async () => {
    await using admin = await openAdmin();
    const { rosa, url } = admin;
    const enlace = secretoDe(await rosa.post(persona(HECTOR, "/acceso"), {}));
    await abrir(admin, enlace, { usuario: "hector" });
    const other = await conClave(url, CREDENCIALES_DEMO);
    const both = await Promise.all(
      [rosa, other].map((one) => one.post(persona(HECTOR, "/acceso/quitar"), {})),
    );
    const said = both.map(({ location }) => location?.split("hecho=")[1]).toSorted();
    expect(said).toEqual(["nada", "sin-acceso"]);
  });
});

test("sessions of a person are shown and closed, all but the one that asks", async () => {
  await using admin = await openAdmin();
  const { url, rosa } = admin;
  const here = await conClave(url, CREDENCIALES_DEMO);
  const luis = createBrowser(url, await signIn(url, LUIS));
  await luis.get("/");
  expect((await rosa.get(persona(LUIS))).page.text).toContain("Navegador de prueba");
  const closed = await rosa.post(persona(LUIS, "/sesiones"), {});
  expect(closed.location).toBe(`${persona(LUIS)}?hecho=sesiones`);
  expect((await luis.get("/")).status).toBe(303);
  await rosa.post(persona(ROSA, "/sesiones"), {});
  expect((await here.get("/administracion")).status).toBe(303);
  expect((await rosa.get("/administracion")).status).toBe(200);
});
