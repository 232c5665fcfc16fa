/** `/administracion/clave`: one's own password, and what ends with the old one. */
import { expect, test } from "bun:test";
import { CREDENCIALES_DEMO } from "../../src/domain/demo.ts";
import { cookieOf } from "../support/shop.ts";
import { conClave, openAdmin } from "./administracion-support.ts";
import { createBrowser } from "./sin-script.ts";

const PATH = "/administracion/clave";
const { usuario, clave } = CREDENCIALES_DEMO;
const NUEVA = "una frase larga y sin sentido 7";

test("changed: this browser goes on with a new session, all others are over", async () => {
  await using admin = await openAdmin();
  const { url, rosa, pass } = admin;
  const other = await conClave(url, { usuario, clave });
  pass(1_000);
  const done = await rosa.post(PATH, { clave, nueva: NUEVA, repetida: NUEVA });
  expect([done.status, done.location]).toEqual([303, `${PATH}?hecho=clave`]);
  const cookie = cookieOf({ headers: done.headers } as Response, "zeues");
  expect(cookie).not.toBe("");
  const again = createBrowser(url, cookie);
  expect((await again.get(done.location ?? "")).page.text).toContain("Tu clave cambió");
  for (const old of [rosa, other]) expect((await old.get("/administracion")).status).toBe(303);
  expect((await conClave(url, { usuario, clave })).cookie).toBe("");
  expect((await conClave(url, { usuario, clave: NUEVA })).cookie).toMatch(/^zeues=/);
});

test("not without the one of now, not a weak one, not one that was mistyped", async () => {
  await using admin = await openAdmin();
  const { rosa, url } = admin;
  for (const [fields, status, why] of [
    [{ clave: "otra cosa", nueva: NUEVA, repetida: NUEVA }, 401, "Esa no es tu clave de ahora"],
    [{ clave, nueva: NUEVA, repetida: `${NUEVA}!` }, 400, "no son iguales"],
    [{ clave, nueva: "corta", repetida: "corta" }, 400, "12 caracteres o más"],
    [{ clave, nueva: "rosaperez2026", repetida: "rosaperez2026" }, 400, "se adivina"],
    [{ clave, nueva: clave, repetida: clave }, 400, "es la de ahora"],
  ] as const) {
    const answer = await rosa.post(PATH, fields);
    expect([answer.status, answer.page.text.includes(why)]).toEqual([status, true]);
    for (const secret of [fields.nueva, fields.clave]) {
      expect(answer.page.elements.some(({ attributes }) => attributes.value === secret)).toBe(
        false,
      );
    }
  }
  expect((await rosa.post(PATH, { clave, nueva: "x".repeat(300), repetida: "" })).status).toBe(400);
  expect((await conClave(url, { usuario, clave })).cookie).not.toBe("");
});

test("guessing the one of now is slowed like any sign-in", async () => {
  await using admin = await openAdmin();
  const wrong = { clave: "no es esta", nueva: NUEVA, repetida: NUEVA };
  for (let nth = 0; nth < 5; nth++) await admin.rosa.post(PATH, wrong);
  const locked = await admin.rosa.post(PATH, { ...wrong, clave });
  expect(locked.status).toBe(429);
  expect(locked.headers.get("Retry-After")).toBe("30");
  expect(locked.page.text).toContain("Demasiados intentos");
});
