/**
 * A change is asked for by a page of ours, or it is not made (spec 8): cookies come along with any
 * request, also one that another site's page sends (CSRF). `/api` takes no cookies and is not here.
 */
import { createMiddleware } from "hono/factory";
import type { Log } from "../../log.ts";
import type { Env } from "../context.ts";
import type { Pages } from "../pages.ts";
import { tellEdge } from "../refusals.ts";

/** These change nothing (RFC 9110, 9.2.1). */
const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Whether a request may change something. Browsers put Origin on every POST, and `null` where they
 * hide it (a sandboxed frame, a file, a redirect over another site); they tell Sec-Fetch-Site only
 * over https or on localhost, so that it counts only where there is no Origin.
 * @param own the origin of our own pages
 */
export function fromOwnPage(header: (name: string) => string | undefined, own: string): boolean {
  const origin = header("origin");
  return origin === undefined ? header("sec-fetch-site") === "same-origin" : origin === own;
}

/** Refuses unsafe methods of other origins with 403. After `knowsClient`. */
export const needsOwnOrigin = (pages: Pick<Pages, "refuse">, log: Pick<Log, "warn">) =>
  createMiddleware<Env>(async function needsOwnOriginMiddleware(c, next) {
    const { origin } = c.get("client");
    if (!SAFE.has(c.req.method) && !fromOwnPage((name) => c.req.header(name), origin)) {
      const { address } = c.get("client");
      log.warn({ requestId: c.get("requestId"), path: c.req.path, address }, "foreign origin");
      return pages.refuse(c, tellEdge("ORIGEN_NO_PERMITIDO"));
    }
    await next();
  });
