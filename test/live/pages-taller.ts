/** The real pages over a taller, asked without a server: what a browser would load just now. */

import type { Acceso } from "../../src/domain/acceso.ts";
import { hasRol } from "../../src/domain/decide.ts";
import type { Event, Seq, SpoolEvent } from "../../src/domain/event.ts";
import { DEFAULT_POLICY } from "../../src/domain/policy.ts";
import type { Trabajador } from "../../src/domain/trabajador.ts";
import { createApp } from "../../src/http/app.ts";
import type { Deps } from "../../src/http/context.ts";
import { parseVista } from "../../src/http/eventos.ts";
import { createLimits } from "../../src/http/middleware/limits.ts";
import { type Accesos, createAccesos } from "../../src/identity/accesos.ts";
import { createSessions, type Sessions } from "../../src/identity/session.ts";
import type { Vista } from "../../src/live/vista.ts";
import { createLog } from "../../src/log.ts";
import { createMetrics, type Metrics } from "../../src/metrics.ts";
import { TABLET_COOKIE, tabletOf } from "../support/acceso.ts";
import { accesoWrite, sesionWrite } from "../support/ledger-writes.ts";
import { EPOCH, type Taller } from "./taller.ts";

/** A page as loaded, and where its stream begins. */
export interface Page {
  readonly html: string;
  readonly vista: Vista;
  readonly desde: number;
  readonly epoch: string | null;
}

const unescaped = (text: string): string =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

export interface Pages {
  readonly app: ReturnType<typeof createApp>;
  readonly metrics: Metrics;
  readonly accesos: Accesos;
  readonly sessions: Sessions;
  /** Parts that a test may put its own in. */
  readonly ledger: { history: Deps["ledger"]["history"] };
  readonly act: { readonly ledger: { commit: Deps["ledger"]["commit"] } };
  /** The cookies of the tablet and of a new session on it; a supervisor gave their PIN. */
  cookie(quien: Trabajador): string;
  load(path: string, quien: Trabajador): Promise<Page>;
}

type Known = Pick<Pages, "accesos" | "sessions">;

/** A session that simply is there, without an event that would move the seq. */
function hold({ accesos, sessions }: Known, quien: Trabajador): string {
  const { id: trabajadorId } = quien;
  const prueba = hasRol(quien, ["Supervisor"]) ? "pin" : "nombre";
  const pin: Acceso = { kind: "pin", version: 1, trabajadorId, clave: "", desdeMs: 0 };
  if (prueba === "pin") accesos.apply([{ ...accesoWrite(pin).event, seq: 0 as Seq } as Event]);
  const { cookie, sesion } = sessions.create({ trabajadorId, prueba, tabletId: tabletOf().id });
  sessions.apply([{ ...sesionWrite(sesion).event, seq: 0 as Seq }]);
  return cookie;
}

/** The page that was answered, and the stream it names. */
function pageOf(text: string, quien: Trabajador): Page {
  const html = text.replace(/\r\n?/g, "\n");
  const main = /<main [^>]*data-eventos="([^"]*)" data-desde="(\d+)"/.exec(html);
  const { searchParams } = new URL(unescaped(main?.[1] ?? ""), "http://zeues");
  const vista = parseVista(searchParams, quien.id);
  if (!vista) throw new Error(`no stream in ${html}`);
  return { html, vista, desde: Number(main?.[2]), epoch: searchParams.get("epoca") };
}

/** @param sincronia how the sheet is kept in step; null = no sheet is configured */
export function openPages(taller: Taller, sincronia: Deps["sincronia"] = null): Pages {
  const { floor, hub, clock } = taller;
  const now = (): number => clock.nowMs;
  const events: SpoolEvent[] = [];
  floor.subscribe((changes) => {
    for (const { event } of changes) if (event.kind === "spool") events.push(event);
  });
  const history = async (tag: string) => events.filter((event) => event.tag === tag);
  const accesos = createAccesos(now);
  accesos.load([tabletOf()]);
  const sessions = createSessions({
    accesos,
    pinObligatorio: () => floor.ajustes.pin === "obligatorio",
    trabajador: (id) => floor.trabajador(id),
    now,
  });
  const commit: Deps["ledger"]["commit"] = async ({ writes }) => {
    const events = writes.map(({ event }, i) => ({ ...event, seq: floor.seq + 1 + i }) as Event);
    accesos.apply(events);
    sessions.apply(events);
    floor.apply(events);
    return { kind: "committed", events };
  };
  const state: Deps["ledger"]["state"] = async () => null;
  const ledger = { epoch: EPOCH, history, commit, state } as unknown as Deps["ledger"];
  const metrics = createMetrics();
  const policy = DEFAULT_POLICY;
  const act: Deps["act"] = { ledger, current: (tag) => floor.spool(tag), policy, now };
  const parts = {
    floor,
    ledger,
    act,
    hub,
    accesos,
    sessions,
    policy,
    apiToken: null,
    net: { publicUrl: null, trustedProxy: null },
    limits: createLimits(),
    demo: false,
    stopping: { now: false },
    almacen: () => null,
    sincronia,
  };
  const deps = { ...parts, version: "0", log: createLog("silent"), metrics, now };
  const app = createApp(deps, taller.rows);
  const cookie = (quien: Trabajador): string =>
    `${TABLET_COOKIE}; zeues=${hold({ accesos, sessions }, quien)}`;
  return {
    app,
    metrics,
    accesos,
    sessions,
    ledger,
    act,
    cookie,
    async load(path, quien) {
      const answer = await app.request(path, { headers: { Cookie: cookie(quien) } });
      if (answer.status !== 200) throw new Error(`${answer.status} for ${path}`);
      return pageOf(await answer.text(), quien);
    },
  };
}
