/**
 * What is taken away is over at once (ASVS 5.0, 7.4.2, 7.4.5): pages and streams, in every process
 * on the same ledger. Each test waits for the stream's end itself; there is no other clock in it.
 */
import { describe, expect, test } from "bun:test";
import { CREDENCIALES_DEMO } from "../../src/domain/demo.ts";
import { startRedis } from "../support/redis-server.ts";
import { enrolDemo, openShop, type Shop, signIn } from "../support/shop.ts";
import { openSse, type SseClient } from "../support/sse.ts";
import {
  accesosDe,
  conClave,
  HECTOR,
  LUIS,
  openAdmin,
  secretoDe,
} from "./administracion-support.ts";
import { type Browser, createBrowser } from "./sin-script.ts";

const NUEVA = "una frase larga y sin sentido 7";

/** A page's stream, open. */
async function stream(url: string, cookie: string, vista = "tablero"): Promise<SseClient> {
  const opened = await openSse(`${url}/eventos?vista=${vista}`, { Cookie: cookie });
  await opened.next("ping");
  return opened;
}

/** Resolves when the server ends or cuts it. */
async function ended(client: SseClient): Promise<void> {
  for await (const _ of client.events) {
    // What was on its way when it was cut.
  }
}
const over = (client: SseClient): Promise<void> => ended(client).catch(() => {});

const alive = async (url: string, cookie: string): Promise<number> =>
  (await createBrowser(url, cookie).get("/sesion/viva", { Accept: "*/*" })).status;

const tabletIn = async (shop: Shop): Promise<string> =>
  (await accesosDe(shop, "tablet"))[0]?.id ?? "";

/** Héctor with a password, by a link that Rosa made. */
async function conHector(
  rosa: Browser,
  url: string,
  seen: () => Promise<unknown> = async () => {},
): Promise<Browser> {
  const enlace = secretoDe(await rosa.post(`/administracion/personas/${HECTOR}/acceso`, {}));
  await seen();
  const codigo = new URL(enlace).hash.slice(1);
  const fields = { codigo, usuario: "hector", clave: NUEVA, repetida: NUEVA };
  await createBrowser(url, "").post("/supervisor", fields);
  return await conClave(url, { usuario: "hector", clave: NUEVA });
}

describe("one process", () => {
  test("a tablet: its worker's stream, its wall's, and its session", async () => {
    await using admin = await openAdmin();
    const { url, rosa, shop } = admin;
    const cookie = await signIn(url, LUIS);
    using worker = await stream(url, cookie);
    using wall = await stream(url, cookie.split("; ")[0] ?? "", "muro");
    await rosa.post(`/administracion/tablets/${await tabletIn(shop)}/revocar`, {});
    await Promise.all([over(worker), over(wall)]);
    expect(await alive(url, cookie)).toBe(401);
  });

  test("a PIN that is changed: whoever signed in with the old one", async () => {
    await using admin = await openAdmin();
    const { url, rosa, pass } = admin;
    const cookie = await signIn(url, HECTOR);
    using watching = await stream(url, cookie);
    pass(1_000);
    await rosa.post(`/administracion/personas/${HECTOR}/pin`, { pin: "7294" });
    await over(watching);
    expect(await alive(url, cookie)).toBe(401);
  });

  test("a supervisor's access: their pages and streams, not Rosa's", async () => {
    await using admin = await openAdmin();
    const { url, rosa } = admin;
    const hector = await conHector(rosa, url);
    using watching = await stream(url, hector.cookie);
    using hers = await stream(url, rosa.cookie);
    await rosa.post(`/administracion/personas/${HECTOR}/acceso/quitar`, {});
    await over(watching);
    expect(await alive(url, hector.cookie)).toBe(401);
    await rosa.post("/administracion/pin", { pin: "obligatorio" });
    expect(await alive(url, rosa.cookie)).toBe(204);
    expect(hers.response.ok).toBe(true);
  });

  test("a token: its stream and its calls", async () => {
    await using admin = await openAdmin();
    const { url, rosa, shop } = admin;
    const made = new URLSearchParams({
      nombre: "Panel",
      dias: "",
      trabajador: "",
      roles: "Lectura",
    });
    const token = secretoDe(await rosa.post("/administracion/tokens", made));
    const headers = { Authorization: `Bearer ${token}` };
    using watching = await openSse(`${url}/api/sse/stream`, headers);
    await watching.next("ping");
    const [one] = await accesosDe(shop, "token");
    await rosa.post(`/administracion/tokens/${one?.id}/revocar`, {});
    await over(watching);
    expect((await fetch(`${url}/api/workers`, { headers })).status).toBe(401);
  });

  test("one session, and all others", async () => {
    await using admin = await openAdmin();
    const { url, rosa } = admin;
    const [first, second] = [await signIn(url, LUIS), await signIn(url, 22)];
    using a = await stream(url, first);
    using b = await stream(url, second);
    const { page } = await rosa.get("/administracion/sesiones");
    const ids = page.forms.flatMap(({ fields: { sesion } }) => sesion ?? []);
    expect(ids).toHaveLength(2);
    const path = "/administracion/sesiones";
    // The newest stands first.
    const gone = await rosa.post(`${path}/terminar`, { sesion: ids[0] ?? "" });
    expect(gone.location).toBe(`${path}?hecho=sesion`);
    const left = (await alive(url, first)) === 204 ? { cookie: first, open: a } : null;
    const rest = left ?? { cookie: second, open: b };
    await over(rest.open === a ? b : a);
    expect(await alive(url, rest.cookie)).toBe(204);
    expect((await rosa.post(`${path}/otras`, {})).location).toBe(`${path}?hecho=sesiones`);
    await over(rest.open);
    expect(await alive(url, rest.cookie)).toBe(401);
    expect(await alive(url, rosa.cookie)).toBe(204);
    const again = await rosa.post(`${path}/terminar`, { sesion: ids[0] ?? "" });
    expect(again.location).toBe(`${path}?hecho=nada`);
    for (const sesion of ["", "x", "0".repeat(64)]) {
      expect((await rosa.post(`${path}/terminar`, { sesion })).status).toBe(400);
    }
  });
});

test("two processes on one Redis: revoked at one, over at the other", async () => {
  await using redis = await startRedis();
  const env = { REDIS_URL: redis.url };
  await using a = await openShop({ env });
  await using b = await openShop({ env });
  const rosa = await conClave(a.url, CREDENCIALES_DEMO);
  // What was made at a is known at b milliseconds later; no hand is as fast as this test.
  const seen = () => b.running.floor.reached(a.running.floor.seq, 5_000);
  // Signed in at b: the tablet of Luis, a token, Héctor with his password.
  const tablet = await enrolDemo(b.url);
  const luis = await signIn(b.url, LUIS, { tablet });
  const hector = await conHector(rosa, b.url, seen);
  const made = new URLSearchParams({ nombre: "Panel", dias: "", trabajador: "", roles: "Lectura" });
  const token = secretoDe(await rosa.post("/administracion/tokens", made));
  const headers = { Authorization: `Bearer ${token}` };
  await seen();
  using worker = await stream(b.url, luis);
  using wall = await stream(b.url, tablet, "muro");
  using other = await stream(b.url, hector.cookie);
  using program = await openSse(`${b.url}/api/sse/stream`, headers);
  await program.next("ping");
  const [one] = await accesosDe(a, "token");
  await rosa.post(`/administracion/tablets/${await tabletIn(a)}/revocar`, {});
  await rosa.post(`/administracion/personas/${HECTOR}/acceso/quitar`, {});
  await rosa.post(`/administracion/tokens/${one?.id}/revocar`, {});
  await Promise.all([worker, wall, other, program].map(over));
  expect(await alive(b.url, luis)).toBe(401);
  expect(await alive(b.url, hector.cookie)).toBe(401);
  expect((await fetch(`${b.url}/api/workers`, { headers })).status).toBe(401);
});
