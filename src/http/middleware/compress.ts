/** Pages compressed for the shop's Wi-Fi; streams never pass here (field notes). */
import { createMiddleware } from "hono/factory";
import type { Env } from "../context.ts";
import { type Coding, codingFor } from "../encoding.ts";

/** Below one packet compression saves nothing. */
const MIN_BYTES = 1_400;
/**
 * The quickest ways to a tenth of 200 rows (docs/performance.md): 0.2 and 0.3 ms for 12 and 15 kB.
 * Browsers ask for zstd over TLS only; brotli takes longer than it for more, and is left out.
 */
const OFFERED: readonly Coding[] = ["zstd", "gzip"];

function compressed(body: Uint8Array<ArrayBuffer>, coding: Coding): Uint8Array<ArrayBuffer> {
  switch (coding) {
    case "zstd":
      return new Uint8Array(Bun.zstdCompressSync(body));
    case "gzip":
      return Bun.gzipSync(body, { level: 1, library: "libdeflate" });
    default:
      return body;
  }
}

export const compressHtml = () =>
  createMiddleware<Env>(async function compressHtmlMiddleware(c, next) {
    await next();
    const { res } = c;
    if (!res.headers.get("Content-Type")?.startsWith("text/html")) return;
    // Also where it goes out as it is: what is kept must not be given to whoever asks otherwise.
    res.headers.append("Vary", "Accept-Encoding");
    const coding = codingFor(c.req.header("Accept-Encoding"), OFFERED);
    if (coding === "identity") return;
    const { status, headers } = res;
    const body = new Uint8Array(await res.arrayBuffer());
    const small = body.length < MIN_BYTES;
    if (!small) headers.set("Content-Encoding", coding);
    // Hono would copy the headers of the one before into it, one by one.
    c.res = undefined;
    c.res = new Response(small ? body : compressed(body, coding), { status, headers });
  });
