/** Is it alive, can it act, how is it doing (spec 9). No session needed: proxies ask. */
import { Hono } from "hono";
import type { Deps, Env } from "./context.ts";

const MS_PER_S = 1_000;

/** The sheet as a dependency; actions do without it, so it never makes a process unready. */
function sheetOf({ sincronia, now }: Deps) {
  if (!sincronia) return null;
  const { latest, up } = sincronia;
  const sinceMs = latest?.pendienteDesdeMs ?? null;
  return {
    ok: up,
    pending: latest?.pendientes ?? null,
    pendingAgeSeconds: sinceMs === null ? 0 : Math.max(0, now() - sinceMs) / MS_PER_S,
    readAt: latest?.leidaMs ? new Date(latest.leidaMs).toISOString() : null,
    detail: latest?.motivo ?? null,
  };
}

/** The ledger, and how far this process shows what is in it. */
async function ledgerOf({ ledger, floor }: Deps) {
  const health = await ledger.health();
  const { store, head } = ledger.figures();
  const behind = Math.max(0, head - floor.seq);
  return { ...health, store, avisos: health.avisos ?? [], epoch: ledger.epoch, behind };
}

export function healthRoutes(deps: Deps): Hono<Env> {
  const { floor, hub, metrics, version } = deps;
  const routes = new Hono<Env>();
  // Proxies ask it: a process that stops is to be left, one without its Redis still shows all.
  routes.get("/healthz", (c) => {
    const ok = !deps.stopping.now;
    return c.json({ ok, version }, ok ? 200 : 503);
  });
  routes.get("/readyz", async (c) => {
    const ledger = await ledgerOf(deps);
    const stopping = deps.stopping.now;
    const ok = ledger.ok && !stopping;
    const body = {
      ok,
      stopping,
      ledger,
      sheet: sheetOf(deps),
      seq: floor.seq,
      spools: floor.count,
      streams: hub.count(),
    };
    return c.json(body, ok ? 200 : 503);
  });
  routes.get("/metrics", async (c) => {
    const text = await metrics.text();
    return c.text(text, 200, { "Content-Type": metrics.registry.contentType });
  });
  return routes;
}
