/**
 * The headers of every answer (OWASP ASVS 5.0, V3.4). What browsers ignore on plain http, saying so
 * in the console, is sent only where the way is encrypted.
 */
import { createMiddleware } from "hono/factory";
import type { Env } from "../context.ts";

/** Nothing but what is listed, and nothing of it from elsewhere; no inline script or style. */
export const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "object-src 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join("; ");

/** What pages use, for themselves only: the scanner, the wall's whole screen and its wake lock. */
const OWN_FEATURES = ["camera", "fullscreen", "screen-wake-lock"];
/** Never used; only names that Chromium knows: it complains of others to whoever looks. */
const NO_FEATURES = ["microphone", "geolocation", "display-capture", "payment", "usb", "serial"]
  .concat(["hid", "midi", "accelerometer", "gyroscope", "magnetometer"])
  .concat(["publickey-credentials-get", "xr-spatial-tracking"]);
const FEATURES = [
  ...OWN_FEATURES.map((name) => `${name}=(self)`),
  ...NO_FEATURES.map((name) => `${name}=()`),
].join(", ");

const ALWAYS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": CSP,
  "Permissions-Policy": FEATURES,
  // Our own pages need where a form was (backOf); other sites are told nothing.
  "Referrer-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "X-Permitted-Cross-Domain-Policies": "none",
  "Cross-Origin-Resource-Policy": "same-origin",
};

const ENCRYPTED: Readonly<Record<string, string>> = {
  // A year, and all below this name (ASVS 3.4.1): ZEUES has a name of its own.
  "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
  "Cross-Origin-Opener-Policy": "same-origin",
};

/**
 * How long an answer that does not say so itself is kept. Pages are asked for again each time, but
 * not forbidden to be kept: with `no-store` a browser would throw away the page that `back` shows.
 */
const cacheOf = (type: string | null): string =>
  type?.startsWith("text/html") ? "private, no-cache" : "no-store";

/** Adds them to whatever is answered, refusals and faults too. Outside `knowsClient`. */
export const securityHeaders = () =>
  createMiddleware<Env>(async function securityHeadersMiddleware(c, next) {
    await next();
    const { headers } = c.res;
    // A request that names no host has no client.
    const secure = c.get("client")?.secure ?? false;
    for (const [name, text] of Object.entries(secure ? { ...ALWAYS, ...ENCRYPTED } : ALWAYS)) {
      headers.set(name, text);
    }
    if (!headers.has("Cache-Control")) {
      headers.set("Cache-Control", cacheOf(headers.get("Content-Type")));
    }
  });
