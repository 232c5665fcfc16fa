/**
 * The cookies that say who a browser is. Behind TLS they are Secure and carry `__Host-`: no other
 * name below ours can plant one (RFC 6265bis, 4.1.3.2).
 */
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { Env } from "./context.ts";

/** The session; the enrolled tablet; a browser on which a supervisor signed in before. */
export type CookieName = "zeues" | "zeues-tablet" | "zeues-conocido";

const named = (c: Context<Env>, name: CookieName): string =>
  c.get("client").secure ? `__Host-${name}` : name;

/** What the browser brought, empty when nothing. */
export const readCookie = (c: Context<Env>, name: CookieName): string =>
  getCookie(c, named(c, name)) ?? "";

/** @param maxAgeMs how long the browser keeps it */
export function writeCookie(c: Context<Env>, name: CookieName, value: string, maxAgeMs: number) {
  setCookie(c, named(c, name), value, {
    httpOnly: true,
    sameSite: "Lax",
    path: "/",
    maxAge: Math.floor(maxAgeMs / 1_000),
    secure: c.get("client").secure,
  });
}

export const dropCookie = (c: Context<Env>, name: CookieName): void =>
  void deleteCookie(c, named(c, name), { path: "/", secure: c.get("client").secure });
