/** Is it alive, can it act, how is it doing (spec 9). No session needed: proxies ask. */
import { Hono } from "hono";
import type { Deps, Env } from "./context.ts";

export function healthRoutes({ ledger, floor, hub, metrics, version }: Deps): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get("/healthz", (c) => c.json({ ok: true, version }));
  routes.get("/readyz", async (c) => {
    const health = await ledger.health();
    const body = {
      ok: health.ok,
      ledger: { ...health, avisos: health.avisos ?? [], epoch: ledger.epoch },
      seq: floor.seq,
      spools: floor.count,
      streams: hub.count(),
    };
    return c.json(body, health.ok ? 200 : 503);
  });
  routes.get("/metrics", async (c) => {
    metrics.seq.set(floor.seq);
    return c.text(await metrics.registry.metrics(), 200, {
      "Content-Type": metrics.registry.contentType,
    });
  });
  return routes;
}
