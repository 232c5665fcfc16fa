/**
 * The static files that pages ask for, made from their source. Not in the binary: it has what the
 * build made of this module (static-packed.ts).
 */
import { brotliCompressSync } from "node:zlib";
import htmx from "htmx.org/dist/htmx.min.js" with { type: "text" };
import sse from "htmx-ext-sse/dist/sse.min.js" with { type: "text" };
import administracionCss from "../../static/administracion.css" with { type: "text" };
import css from "../../static/app.css" with { type: "text" };
import entradaCss from "../../static/entrada.css" with { type: "text" };
import entrada from "../../static/entrada.js" with { type: "text" };
import icons from "../../static/icons.svg" with { type: "text" };
import live from "../../static/live.js" with { type: "text" };
import manifest from "../../static/manifest.webmanifest" with { type: "text" };
import muro from "../../static/muro.js" with { type: "text" };
import planilla from "../../static/planilla.js" with { type: "text" };
import tableroCss from "../../static/tablero.css" with { type: "text" };
import tablero from "../../static/tablero.js" with { type: "text" };
import tablet from "../../static/tablet.js" with { type: "text" };
import type { Assets } from "../../views/layout.tsx";
import type { Coding } from "./encoding.ts";
import { hashOf, made, type StaticFile } from "./static-packed.ts";

/** Browser code without its comments and white space; names stay readable in the debugger. */
const minified = (code: string): string =>
  new Bun.Transpiler({ loader: "js", minifyWhitespace: true }).transformSync(code);

/** Brotli's own highest quality, its default, and gzip's. */
function compressed(plain: Uint8Array<ArrayBuffer>, coding: Coding): Uint8Array<ArrayBuffer> {
  if (coding === "br") return new Uint8Array(brotliCompressSync(plain));
  return coding === "gzip" ? Bun.gzipSync(plain, { level: 9 }) : plain;
}

function file(text: string, type: string): StaticFile {
  const plain = new TextEncoder().encode(text);
  return { type, hash: hashOf(plain), as: made((coding) => compressed(plain, coding)) };
}

const JS = "text/javascript; charset=utf-8";
const CSS = "text/css; charset=utf-8";

export const FILES: Readonly<Record<keyof Assets, StaticFile>> = {
  "app.css": file(css, CSS),
  "live.js": file(minified(live), JS),
  "tablet.js": file(minified(tablet), JS),
  "tablero.css": file(tableroCss, CSS),
  "tablero.js": file(minified(tablero), JS),
  "muro.js": file(minified(muro), JS),
  "planilla.js": file(minified(planilla), JS),
  "entrada.js": file(minified(entrada), JS),
  "entrada.css": file(entradaCss, CSS),
  "administracion.css": file(administracionCss, CSS),
  "htmx.js": file(htmx, JS),
  "sse.js": file(sse, JS),
  "icons.svg": file(icons, "image/svg+xml"),
  "manifest.webmanifest": file(manifest, "application/manifest+json"),
};
