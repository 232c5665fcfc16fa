/** What is handed out once: codes, links, tablets, tokens; kept hashed. */
import { expect, test } from "bun:test";
import {
  CODIGO_MS,
  ENLACE_MS,
  enlaceDe,
  enlaceDeTablet,
  newCodigo,
  newEnlace,
  newTablet,
  newToken,
  PRIMERA,
} from "../../src/identity/alta.ts";
import { codeOf, sha256, verifySecret } from "../../src/identity/secret.ts";
import { NOW_MS, ROSA } from "../support/builders.ts";

test("a code holds ten minutes, and is kept as a slow hash of itself", async () => {
  const [alta, code] = await newCodigo("Portón", NOW_MS);
  expect(CODIGO_MS).toBe(10 * 60_000);
  const rest = { kind: "alta", version: 1, para: "tablet", nombre: "Portón", trabajadorId: null };
  expect(alta).toMatchObject({ ...rest, venceMs: NOW_MS + CODIGO_MS });
  expect(await verifySecret(codeOf(code.toLowerCase()), alta.hash)).toBe(true);
  expect(JSON.stringify(alta)).not.toContain(codeOf(code));
});

test("a link holds a day, names whose it is, and is kept hashed", () => {
  const [alta, secret] = newEnlace({ quien: ROSA.id }, NOW_MS);
  expect(ENLACE_MS).toBe(24 * 3_600_000);
  expect(alta).toMatchObject({ para: "supervisor", trabajadorId: ROSA.id, hash: sha256(secret) });
  expect(alta.venceMs).toBe(NOW_MS + ENLACE_MS);
  expect(JSON.stringify(alta)).not.toContain(secret);
  const [first] = newEnlace({ id: PRIMERA, quien: null }, NOW_MS);
  expect([first.id, first.trabajadorId]).toEqual(["primera", null]);
});

test("in an address a secret stands behind the #, where no server sees it", () => {
  for (const [address, path] of [
    [enlaceDe("https://zeues.taller.cl", "s-1"), "/supervisor"],
    [enlaceDeTablet("https://zeues.taller.cl", "ABCD-EFGH"), "/tablet"],
  ] as const) {
    const { pathname, search, hash } = new URL(address);
    expect([pathname, search]).toEqual([path, ""]);
    expect(hash.length).toBeGreaterThan(1);
  }
});

test("a tablet's cookie and a token are random, kept hashed, each its own", () => {
  const [tablet, cookie] = newTablet("Portón", NOW_MS);
  expect(tablet).toMatchObject({ nombre: "Portón", hash: sha256(cookie), desdeMs: NOW_MS });
  const told = { nombre: "ERP", roles: ["Lectura"], trabajadorId: null, venceMs: null } as const;
  const [token, secret] = newToken(told, NOW_MS);
  expect(token).toMatchObject({ ...told, hash: sha256(secret), desdeMs: NOW_MS });
  expect(secret).toMatch(/^zt_[\w-]{43}$/);
  expect(JSON.stringify([tablet, token])).not.toContain(cookie);
  expect(JSON.stringify([tablet, token])).not.toContain(secret);
  expect(newTablet("Portón", NOW_MS)[0].id).not.toBe(tablet.id);
  expect(newToken(told, NOW_MS)[0].id).not.toBe(token.id);
});
