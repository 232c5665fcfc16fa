/** Is it alive, can it act, how is it doing (spec 9). No session needed: proxies ask. */
import { Hono } from "hono";
import type { Deps, Env } from "./context.ts";

const MS_PER_S = 1_000;

/** The sheet as a dependency; actions do without it, so it never makes a process unready. */
function sheetOf({ sincronia }: Deps) {
  if (!sincronia) return null;
  const { latest, up } = sincronia;
  return {
    ok: up,
    pending: latest?.pendientes ?? null,
    readAt: latest?.leidaMs ? new Date(latest.leidaMs).toISOString() : null,
    detail: latest?.motivo ?? null,
  };
}

function measureSheet({ sincronia, floor, metrics, now }: Deps): void {
  if (!sincronia) return;
  const { latest, up } = sincronia;
  const { sheet } = metrics;
  const sinceMs = latest?.pendienteDesdeMs ?? null;
  sheet.up.set(up ? 1 : 0);
  sheet.pending.set(latest?.pendientes ?? 0);
  sheet.pendingAge.set(sinceMs === null ? 0 : Math.max(0, now() - sinceMs) / MS_PER_S);
  sheet.changesWaiting.set(floor.planilla?.cambios?.length ?? 0);
  sheet.frozen.set(floor.planilla?.congelada ? 1 : 0);
}

export function healthRoutes(deps: Deps): Hono<Env> {
  const { ledger, floor, hub, metrics, version } = deps;
  const routes = new Hono<Env>();
  routes.get("/healthz", (c) => c.json({ ok: true, version }));
  routes.get("/readyz", async (c) => {
    const health = await ledger.health();
    const body = {
      ok: health.ok,
      ledger: { ...health, avisos: health.avisos ?? [], epoch: ledger.epoch },
      sheet: sheetOf(deps),
      seq: floor.seq,
      spools: floor.count,
      streams: hub.count(),
    };
    return c.json(body, health.ok ? 200 : 503);
  });
  routes.get("/metrics", async (c) => {
    metrics.seq.set(floor.seq);
    measureSheet(deps);
    return c.text(await metrics.registry.metrics(), 200, {
      "Content-Type": metrics.registry.contentType,
    });
  });
  return routes;
}
