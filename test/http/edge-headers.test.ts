/** The headers of every answer (ASVS 5.0, V3.4), on plain http and behind TLS. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { openShop, type Shop, TOKEN } from "../support/shop.ts";

const LUIS = 21;
/** Pages, files, faults, refusals, redirects, the API with and without its token. */
const PATHS = ["/", "/sesion", "/sesion/clave", "/tablet", "/nada", "/healthz", "/metrics"]
  .concat(["/static/live.js", "/static/nada.js", "/api/workers", "/api/nada", "/eventos"])
  .concat(["/sesion/viva", "/carrete.csv?tag=nada", "/graficos/estados.svg"]);

let plain: Shop;
let encrypted: Shop;
beforeAll(async () => {
  plain = await openShop();
  // A proxy on this machine ends TLS.
  encrypted = await openShop({ env: { ZEUES_TRUSTED_PROXY: "127.0.0.1" } });
});
afterAll(() => Promise.all([plain, encrypted].map((shop) => shop[Symbol.asyncDispose]())));

async function headersOf(url: string, headers: Record<string, string> = {}): Promise<Headers> {
  const stop = new AbortController();
  const { signal } = stop;
  const answer = await fetch(url, { headers, redirect: "manual", signal });
  // A stream has no end of its own.
  stop.abort();
  return answer.headers;
}

describe("always", () => {
  test.each(PATHS)("%s", async (path) => {
    const cookie = await plain.signIn(LUIS);
    const asked: Record<string, string>[] = [{}, { Cookie: cookie, Accept: "text/html" }];
    for (const sent of [...asked, { Authorization: `Bearer ${TOKEN}` }]) {
      const headers = await headersOf(plain.url + path, sent);
      const csp = headers.get("Content-Security-Policy") ?? "";
      expect(csp).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
          "connect-src 'self'; manifest-src 'self'; object-src 'none'; form-action 'self'; " +
          "frame-ancestors 'none'; base-uri 'none'",
      );
      expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
      expect(headers.get("X-Frame-Options")).toBe("DENY");
      expect(headers.get("Referrer-Policy")).toBe("same-origin");
      expect(headers.get("Cross-Origin-Resource-Policy")).toBe("same-origin");
      expect(headers.get("Permissions-Policy")).toContain("camera=(self)");
      expect(headers.get("Permissions-Policy")).toContain("geolocation=()");
      expect(headers.get("Cache-Control")).toBeTruthy();
      // Nobody else may read it, and nobody is told what made it.
      for (const name of ["Access-Control-Allow-Origin", "Server", "X-Powered-By"]) {
        expect(headers.get(name)).toBeNull();
      }
      // Browsers ignore these on plain http, and say so.
      for (const name of ["Strict-Transport-Security", "Cross-Origin-Opener-Policy"]) {
        expect(headers.get(name)).toBeNull();
      }
    }
  });
});

test("behind TLS two more, and only when the proxy is believed", async () => {
  for (const path of PATHS) {
    const headers = await headersOf(encrypted.url + path, { "X-Forwarded-Proto": "https" });
    expect(headers.get("Strict-Transport-Security")).toBe("max-age=31536000; includeSubDomains");
    expect(headers.get("Cross-Origin-Opener-Policy")).toBe("same-origin");
  }
  const stranger = await headersOf(`${plain.url}/sesion`, { "X-Forwarded-Proto": "https" });
  expect(stranger.get("Strict-Transport-Security")).toBeNull();
});

test("what an answer is kept for: pages for `back`, files for good, the rest not at all", async () => {
  const cookie = await plain.signIn(LUIS);
  const page = { Cookie: cookie, Accept: "text/html" };
  const cache = async (path: string, headers: Record<string, string> = page) =>
    (await headersOf(plain.url + path, headers)).get("Cache-Control");
  for (const path of ["/", "/tablero", "/problemas", "/hoy"]) {
    expect([path, await cache(path)]).toEqual([path, "private, no-cache"]);
  }
  for (const path of ["/healthz", "/readyz", "/metrics", "/sesion/viva"]) {
    expect([path, await cache(path)]).toEqual([path, "no-store"]);
  }
  const auth = { Authorization: `Bearer ${TOKEN}` };
  expect(await cache("/api/workers", auth)).toBe("no-store");
  expect(await cache("/api/nada", auth)).toBe("no-store");
  expect(await cache("/static/live.js")).toBe("no-cache");
  expect(await cache("/eventos?vista=tablero")).toBe("no-cache, no-transform");
});
