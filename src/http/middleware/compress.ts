/** Pages compressed for the shop's Wi-Fi; streams never pass here (field notes). */
import { createMiddleware } from "hono/factory";
import type { Env } from "../context.ts";

/** Below one packet compression saves nothing. */
const MIN_BYTES = 1_400;
/** Fast enough for 200 rows in a millisecond; higher levels save a tenth for thrice the time. */
const LEVEL = 3;

export const compressHtml = () =>
  createMiddleware<Env>(async function compressHtmlMiddleware(c, next) {
    await next();
    if (!c.res.headers.get("Content-Type")?.startsWith("text/html")) return;
    if (!c.req.header("Accept-Encoding")?.includes("gzip")) return;
    const body = new Uint8Array(await c.res.arrayBuffer());
    const gzip = body.length >= MIN_BYTES;
    const headers = new Headers(c.res.headers);
    headers.append("Vary", "Accept-Encoding");
    if (gzip) headers.set("Content-Encoding", "gzip");
    c.res = new Response(gzip ? Bun.gzipSync(body, { level: LEVEL }) : body, {
      status: c.res.status,
      headers,
    });
  });
