/**
 * The static files: embedded, compressed once at start, addressed by their content's hash and so
 * cached for good by browsers and proxies.
 */
import { readFileSync } from "node:fs";
import { Hono } from "hono";
import htmx from "htmx.org/dist/htmx.min.js" with { type: "text" };
import sse from "htmx-ext-sse/dist/sse.min.js" with { type: "text" };
import administracionCss from "../../static/administracion.css" with { type: "text" };
import css from "../../static/app.css" with { type: "text" };
import entradaCss from "../../static/entrada.css" with { type: "text" };
import entrada from "../../static/entrada.js" with { type: "text" };
import icono192 from "../../static/icono-192.png" with { type: "file" };
import icono512 from "../../static/icono-512.png" with { type: "file" };
import recortable from "../../static/icono-recortable-512.png" with { type: "file" };
import icons from "../../static/icons.svg" with { type: "text" };
import live from "../../static/live.js" with { type: "text" };
import manifest from "../../static/manifest.webmanifest" with { type: "text" };
import muro from "../../static/muro.js" with { type: "text" };
import planilla from "../../static/planilla.js" with { type: "text" };
import tableroCss from "../../static/tablero.css" with { type: "text" };
import tablero from "../../static/tablero.js" with { type: "text" };
import tablet from "../../static/tablet.js" with { type: "text" };
import type { Assets } from "../../views/layout.tsx";
import type { Env } from "./context.ts";

interface Served {
  readonly plain: Uint8Array<ArrayBuffer>;
  /** null: it is compressed by itself. */
  readonly gzip: Uint8Array<ArrayBuffer> | null;
  readonly type: string;
  /** Start of the content's SHA-256, hex. */
  readonly hash: string;
}

const HASH_CHARS = 12;
const FOREVER = "public, max-age=31536000, immutable";

/** Browser code without its comments and white space; names stay readable in the debugger. */
const minified = (code: string): string =>
  new Bun.Transpiler({ loader: "js", minifyWhitespace: true }).transformSync(code);

const hashOf = (bytes: Uint8Array): string =>
  new Bun.CryptoHasher("sha256").update(bytes).digest("hex").slice(0, HASH_CHARS);

function serve(text: string, type: string): Served {
  const plain = new TextEncoder().encode(text);
  return { plain, gzip: Bun.gzipSync(plain, { level: 9 }), type, hash: hashOf(plain) };
}

/** A picture, compressed already. */
function picture(path: string): Served {
  const plain = new Uint8Array(readFileSync(path));
  return { plain, gzip: null, type: "image/png", hash: hashOf(plain) };
}

/** @returns the routes under /static, and each file's address. */
export function createStatic(): { readonly routes: Hono<Env>; readonly assets: Assets } {
  const js = "text/javascript; charset=utf-8";
  const files: Readonly<Record<keyof Assets, Served>> = {
    "app.css": serve(css, "text/css; charset=utf-8"),
    "live.js": serve(minified(live), js),
    "tablet.js": serve(minified(tablet), js),
    "tablero.css": serve(tableroCss, "text/css; charset=utf-8"),
    "tablero.js": serve(minified(tablero), js),
    "muro.js": serve(minified(muro), js),
    "planilla.js": serve(minified(planilla), js),
    "entrada.js": serve(minified(entrada), js),
    "entrada.css": serve(entradaCss, "text/css; charset=utf-8"),
    "administracion.css": serve(administracionCss, "text/css; charset=utf-8"),
    "htmx.js": serve(htmx, js),
    "sse.js": serve(sse, js),
    "icons.svg": serve(icons, "image/svg+xml"),
    "manifest.webmanifest": serve(manifest, "application/manifest+json"),
  };
  // No page asks for these: the manifest names them, for a tablet that installs it.
  const pictures: Readonly<Record<string, Served>> = {
    "icono-192.png": picture(icono192),
    "icono-512.png": picture(icono512),
    "icono-recortable-512.png": picture(recortable),
  };
  const served = new Map(Object.entries({ ...files, ...pictures }));
  const address = (name: string) => [name, `/static/${name}?v=${served.get(name)?.hash}`];
  const routes = new Hono<Env>();
  routes.get("/:name", (c) => {
    const name = c.req.param("name");
    const file = served.get(name);
    if (!file) return c.notFound();
    const gzip = c.req.header("Accept-Encoding")?.includes("gzip") ? file.gzip : null;
    return c.body(gzip ?? file.plain, 200, {
      "Content-Type": file.type,
      // Another version's page, in the middle of an update, must not keep this one's for good.
      "Cache-Control": c.req.query("v") === file.hash ? FOREVER : "no-cache",
      Vary: "Accept-Encoding",
      ...(gzip ? { "Content-Encoding": "gzip" } : {}),
    });
  });
  return { routes, assets: Object.fromEntries(Object.keys(files).map(address)) as Assets };
}
