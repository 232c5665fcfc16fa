/** `/administracion/registro`: what happened, in words; and who sees any of these pages. */
import { expect, test } from "bun:test";
import { CREDENCIALES_DEMO } from "../../src/domain/demo.ts";
import { RECIENTE_MS } from "../../src/http/middleware/access.ts";
import type { Ledger } from "../../src/ledger/ledger.ts";
import { NOW_MS } from "../support/builders.ts";
import { enrolDemo, openShop, signIn } from "../support/shop.ts";
import {
  type AdminShop,
  conClave,
  HECTOR,
  LUIS,
  openAdmin,
  ROSA,
  secretoDe,
} from "./administracion-support.ts";
import { createBrowser } from "./sin-script.ts";

const PATH = "/administracion/registro";

/** What stands in its rows, newest first. */
async function leer({ rosa }: AdminShop, query = ""): Promise<string[]> {
  const { html } = await rosa.get(PATH + query);
  return [...html.matchAll(/<th scope="row">([^<]*)<\/th>/g)].map(([, text = ""]) => text);
}

test("access, attempts, sessions, settings and a supervisor's doing; newest first", async () => {
  await using admin = await openAdmin();
  const { url, rosa, shop } = admin;
  const tablet = createBrowser(url, await enrolDemo(url));
  await tablet.post("/sesion/pin", { trabajador: String(HECTOR), pin: "9753" });
  await tablet.post("/sesion/pin", { trabajador: String(HECTOR), pin: CREDENCIALES_DEMO.pin });
  await rosa.post("/administracion/pin", { pin: "obligatorio" });
  const secret = secretoDe(await rosa.post(`/administracion/personas/${LUIS}/pin/generar`, {}));
  const [occupied] = shop.running.floor.list("ocupados");
  await shop.api("/occupation/liberar", {
    tag_spool: occupied?.tag,
    worker_id: ROSA,
    operacion: shop.running.floor.spool(occupied?.tag as never)?.ocupacion?.operacion,
    motivo: "Cambio de turno",
  });
  const rows = await leer(admin);
  expect(rows.slice(0, 5)).toEqual([
    `Liberó ${occupied?.tag}: Cambio de turno`,
    "PIN puesto: Luis Ñancucheo (21)",
    "Ajustes: marca desde 8 h, PIN obligatorio",
    "Entró con PIN: Héctor Fuentes (12)",
    "Intento fallido de entrar: Héctor Fuentes (12) en Navegador de prueba (1.º seguido)",
  ]);
  const { html } = await rosa.get(PATH);
  expect(html).not.toContain(secret);
  expect(html).not.toContain("$argon2");
  expect(await leer(admin, "?q=INTENTO")).toHaveLength(1);
  expect(await leer(admin, "?q=nada de eso")).toEqual([]);
});

test("200 a page, and a way to the older ones without a gap", async () => {
  await using admin = await openAdmin();
  const { rosa, shop } = admin;
  const ledger = shop.running.act.ledger as Ledger;
  const { ajustes } = shop.running.floor;
  for (let version = 1; version <= 230; version++) {
    const state = { ...ajustes, umbralHoras: version, version };
    const autor = { firma: null, medio: "consola", dispositivo: null } as const;
    const event = { kind: "ajustes", atMs: NOW_MS, version, autor, ajustes: state } as const;
    await ledger.commit({
      writes: [{ key: "ajustes", expectedVersion: version - 1, state, event }],
    });
  }
  const first = await leer(admin, "?q=marca");
  expect([first.length, first[0]]).toEqual([200, "Ajustes: marca desde 230 h, PIN opcional"]);
  const { page } = await rosa.get(`${PATH}?q=marca`);
  const older = page.elements.find(({ attributes }) => attributes.href?.includes("antes="));
  const rest = await leer(admin, older?.attributes.href?.slice(PATH.length) ?? "");
  expect([rest.length, rest[0], rest.at(-1)]).toEqual([
    30,
    "Ajustes: marca desde 30 h, PIN opcional",
    "Ajustes: marca desde 1 h, PIN opcional",
  ]);
  expect((await rosa.get(`${PATH}?antes=x`)).status).toBe(400);
  expect(await leer(admin, "?antes=0")).toEqual([]);
});

const GETS = ["", "/personas", "/personas/11", "/tablets", "/tokens", "/sesiones", "/registro"];

test("nobody else gets there: not a worker, not a supervisor by name or PIN", async () => {
  await using shop = await openShop();
  const { url } = shop;
  const luis = createBrowser(url, await signIn(url, LUIS));
  const pin = createBrowser(url, await signIn(url, ROSA));
  for (const path of [...GETS, "/clave"].map((one) => `/administracion${one}`)) {
    const stranger = await createBrowser(url, "").get(path);
    expect(stranger.location).toBe(`/sesion/clave?volver=${encodeURIComponent(path)}`);
    expect((await luis.get(path)).status).toBe(403);
    expect((await pin.get(path)).location).toBe(`/sesion/clave?volver=${encodeURIComponent(path)}`);
  }
  for (const who of [luis, pin, createBrowser(url, "")]) {
    const { status } = await who.post("/administracion/personas/21/pin", { pin: "7294" });
    expect([401, 403]).toContain(status);
    expect((await who.get("/")).html).not.toContain('href="/administracion"');
  }
  const rosa = await conClave(url, CREDENCIALES_DEMO);
  expect((await rosa.get("/")).html).toContain('href="/administracion"');
  expect((await pin.get("/")).html).toContain('href="/sesion/pin/mio"');
  expect((await rosa.get("/")).html).not.toContain('href="/sesion/pin/mio"');
});

test("half an hour after the password it may be looked at, and changed once it is given again", async () => {
  await using admin = await openAdmin();
  const { rosa, pass } = admin;
  expect((await rosa.get("/administracion/tablets")).page.text).not.toContain("da tu clave");
  pass(RECIENTE_MS);
  const { status, html, page } = await rosa.get("/administracion/tablets");
  expect(status).toBe(200);
  expect(page.text).toContain("Para cambiar algo aquí, da tu clave otra vez");
  expect(html).toContain("/sesion/clave?volver=%2Fadministracion%2Ftablets");
  const refused = await rosa.post("/administracion/tablets/codigo", { nombre: "Armado 1" });
  expect(refused.status).toBe(401);
  const again = await conClave(admin.url, CREDENCIALES_DEMO);
  const made = await again.post("/administracion/tablets/codigo", { nombre: "Armado 1" });
  expect(made.status).toBe(200);
});

test("every page and answer is kept by no browser", async () => {
  await using admin = await openAdmin();
  for (const path of [...GETS, "/clave"]) {
    const { status, headers } = await admin.rosa.get(`/administracion${path}`);
    expect([status, headers.get("Cache-Control")]).toEqual([200, "no-store"]);
  }
  const { headers } = await admin.rosa.post("/administracion/personas/21/pin", { pin: "1" });
  expect(headers.get("Cache-Control")).toBe("no-store");
});
