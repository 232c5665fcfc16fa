/**
 * The static files: embedded, compressed once at start, addressed by their content's hash and so
 * cached for good by browsers and proxies.
 */
import { Hono } from "hono";
import htmx from "htmx.org/dist/htmx.min.js" with { type: "text" };
import sse from "htmx-ext-sse/dist/sse.min.js" with { type: "text" };
import css from "../../static/app.css" with { type: "text" };
import icons from "../../static/icons.svg" with { type: "text" };
import live from "../../static/live.js" with { type: "text" };
import manifest from "../../static/manifest.webmanifest" with { type: "text" };
import type { Assets } from "../../views/layout.tsx";
import type { Env } from "./context.ts";

interface Served {
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly gzip: Uint8Array<ArrayBuffer>;
  readonly type: string;
  /** Start of the content's SHA-256, hex. */
  readonly hash: string;
}

const HASH_CHARS = 12;
const FOREVER = "public, max-age=31536000, immutable";

/** Browser code without its comments and white space; names stay readable in the debugger. */
const minified = (code: string): string =>
  new Bun.Transpiler({ loader: "js", minifyWhitespace: true }).transformSync(code);

function serve(text: string, type: string): Served {
  const plain = new TextEncoder().encode(text);
  const hash = new Bun.CryptoHasher("sha256").update(plain).digest("hex").slice(0, HASH_CHARS);
  return { plain, gzip: Bun.gzipSync(plain, { level: 9 }), type, hash };
}

/** @returns the routes under /static, and each file's address. */
export function createStatic(): { readonly routes: Hono<Env>; readonly assets: Assets } {
  const js = "text/javascript; charset=utf-8";
  const files: Readonly<Record<keyof Assets, Served>> = {
    "app.css": serve(css, "text/css; charset=utf-8"),
    "live.js": serve(minified(live), js),
    "htmx.js": serve(htmx, js),
    "sse.js": serve(sse, js),
    "icons.svg": serve(icons, "image/svg+xml"),
    "manifest.webmanifest": serve(manifest, "application/manifest+json"),
  };
  const entries = Object.entries(files).map(([name, { hash }]) => [
    name,
    `/static/${name}?v=${hash}`,
  ]);
  const routes = new Hono<Env>();
  routes.get("/:name", (c) => {
    const name = c.req.param("name");
    const file = Object.hasOwn(files, name) ? files[name as keyof Assets] : undefined;
    if (!file) return c.notFound();
    const gzip = c.req.header("Accept-Encoding")?.includes("gzip") === true;
    return c.body(gzip ? file.gzip : file.plain, 200, {
      "Content-Type": file.type,
      // Another version's page, in the middle of an update, must not keep this one's for good.
      "Cache-Control": c.req.query("v") === file.hash ? FOREVER : "no-cache",
      Vary: "Accept-Encoding",
      ...(gzip ? { "Content-Encoding": "gzip" } : {}),
    });
  });
  return { routes, assets: Object.fromEntries(entries) as Assets };
}
