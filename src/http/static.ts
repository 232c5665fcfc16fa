/**
 * The static files: embedded, compressed beforehand, addressed by their content's hash and so
 * cached for good by browsers and proxies.
 */
import { readFileSync } from "node:fs";
import { Hono } from "hono";
import icono192 from "../../static/icono-192.png" with { type: "file" };
import icono512 from "../../static/icono-512.png" with { type: "file" };
import recortable from "../../static/icono-recortable-512.png" with { type: "file" };
import type { Assets } from "../../views/layout.tsx";
import type { Env } from "./context.ts";
import { codingFor } from "./encoding.ts";
import { FILES } from "./static-files.ts";
import { hashOf, made, type StaticFile } from "./static-packed.ts";

const FOREVER = "public, max-age=31536000, immutable";

/** No page asks for these: the manifest names them, for a tablet that installs it. */
const PICTURES: Readonly<Record<string, string>> = {
  "icono-192.png": icono192,
  "icono-512.png": icono512,
  "icono-recortable-512.png": recortable,
};

/** Compressed by itself, and read when it is first asked for. */
function picture(path: string): StaticFile {
  const as = made(() => new Uint8Array(readFileSync(path)));
  return {
    type: "image/png",
    get hash() {
      return hashOf(as("identity"));
    },
    as,
  };
}

/** Whether an If-None-Match names a tag, weak or not (RFC 9110, 13.1.2). */
const knows = (header: string | undefined, etag: string): boolean =>
  header?.split(",").some((one) => one.trim().replace(/^W\//, "") === etag) ?? false;

/** @returns the routes under /static, and each file's address. */
export function createStatic(): { readonly routes: Hono<Env>; readonly assets: Assets } {
  const pictures = Object.entries(PICTURES).map(([name, path]) => [name, picture(path)] as const);
  const served = new Map<string, StaticFile>([...Object.entries(FILES), ...pictures]);
  const routes = new Hono<Env>();
  routes.get("/:name", (c) => {
    const name = c.req.param("name");
    const file = served.get(name);
    if (!file) return c.notFound();
    const compressed = !(name in PICTURES);
    const coding = compressed
      ? codingFor(c.req.header("Accept-Encoding"), ["br", "gzip"])
      : "identity";
    // Other bytes, another tag (RFC 9110, 8.8.3.3).
    const etag = `"${file.hash}${coding === "identity" ? "" : `-${coding}`}"`;
    const headers = {
      // Another version's page, in the middle of an update, must not keep this one's for good.
      "Cache-Control": c.req.query("v") === file.hash ? FOREVER : "no-cache",
      ETag: etag,
      ...(compressed ? { Vary: "Accept-Encoding" } : {}),
    };
    if (knows(c.req.header("If-None-Match"), etag)) return c.body(null, 304, headers);
    return c.body(file.as(coding), 200, {
      ...headers,
      "Content-Type": file.type,
      ...(coding === "identity" ? {} : { "Content-Encoding": coding }),
    });
  });
  const address = ([name, { hash }]: [string, StaticFile]) => [name, `/static/${name}?v=${hash}`];
  return { routes, assets: Object.fromEntries(Object.entries(FILES).map(address)) as Assets };
}
