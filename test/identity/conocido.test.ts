/** The cookie of a browser on which a supervisor signed in before. */
import { expect, test } from "bun:test";
import { conocidoCookie, conocidoNonce } from "../../src/identity/conocido.ts";
import { sign } from "../../src/identity/secret.ts";
import { NOW_MS } from "../support/builders.ts";

const ROSA = { usuario: "rosa", clave: "$argon2id$v=19$m=19456,t=2,p=1$salt$rosa" };
const LUIS = { usuario: "luis", clave: "$argon2id$v=19$m=19456,t=2,p=1$salt$luis" };

test("it names the browser, each its own, until its time is up", () => {
  const { value, maxAgeMs } = conocidoCookie(ROSA, NOW_MS);
  const nonce = conocidoNonce(value, ROSA, NOW_MS);
  expect(nonce).toMatch(/^[\w-]{16}$/);
  expect(conocidoNonce(conocidoCookie(ROSA, NOW_MS).value, ROSA, NOW_MS)).not.toBe(nonce);
  expect(conocidoNonce(value, ROSA, NOW_MS + maxAgeMs - 1)).toBe(nonce);
  expect(conocidoNonce(value, ROSA, NOW_MS + maxAgeMs)).toBeNull();
});

test("it is worth nothing for another, nor after the password was changed", () => {
  const { value } = conocidoCookie(ROSA, NOW_MS);
  expect(conocidoNonce(value, LUIS, NOW_MS)).toBeNull();
  expect(conocidoNonce(value, { ...ROSA, usuario: "luis" }, NOW_MS)).toBeNull();
  expect(conocidoNonce(value, { ...ROSA, clave: LUIS.clave }, NOW_MS)).toBeNull();
});

test("a forged one is worth nothing: nobody makes up browsers to get more attempts", () => {
  const { value } = conocidoCookie(ROSA, NOW_MS);
  const [nonce = "", until = "", mac = ""] = value.split(".");
  const forged = [
    "",
    "..",
    nonce,
    `${nonce}.${until}.`,
    `${nonce}.${until}`,
    `${nonce}A.${until}.${mac}`,
    `A${nonce.slice(1)}A.${until}.${mac}`,
    `${nonce}.${Number(until) + 1}.${mac}`,
    `${nonce}.Infinity.${mac}`,
    `${nonce}.${until}.${sign("", `rosa.${nonce}.${until}`)}`,
    `${nonce}.${until}.${sign("rosa", `rosa.${nonce}.${until}`)}`,
    conocidoCookie(LUIS, NOW_MS).value,
  ];
  for (const cookie of forged) {
    expect([cookie, conocidoNonce(cookie, ROSA, NOW_MS)]).toEqual([cookie, null]);
  }
});

test("it gives nothing of the password's hash away", () => {
  const { value } = conocidoCookie(ROSA, NOW_MS);
  expect(value).not.toContain("argon2");
  expect(value).not.toContain("rosa");
});
