/** What every handler gets: the parts that compose built, and who is asking. */
import type { Server } from "bun";
import type { ActDeps } from "../actions/act.ts";
import type { Tablet, Token } from "../domain/acceso.ts";
import type { Actor } from "../domain/command.ts";
import type { Policy } from "../domain/policy.ts";
import type { Sesion } from "../domain/sesion.ts";
import type { Floor } from "../floor/floor.ts";
import type { Accesos } from "../identity/accesos.ts";
import type { Sessions } from "../identity/session.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Hub } from "../live/hub.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { SincroniaWatch } from "../sincronia.ts";
import type { Client, Net } from "./middleware/client.ts";
import type { Limits } from "./middleware/limits.ts";

export interface Deps {
  readonly floor: Floor;
  readonly ledger: Ledger;
  readonly act: ActDeps;
  readonly hub: Hub;
  readonly accesos: Accesos;
  readonly sessions: Sessions;
  readonly policy: Policy;
  /** `ZEUES_API_TOKEN`; null = the JSON API answers 401 to all. */
  readonly apiToken: string | null;
  /** Its public address, and which proxies before it are believed. */
  readonly net: Net;
  readonly limits: Limits;
  /** Whether the process is about to stop: others should be asked then. */
  readonly stopping: { readonly now: boolean };
  /** A made-up shop: pages say so. */
  readonly demo: boolean;
  /** How the sheet is kept in step; null = no sheet is configured. */
  readonly sincronia: Pick<SincroniaWatch, "latest" | "estado" | "up"> | null;
  /** What is wrong with the store, for pages; null when nothing is. */
  readonly almacen: () => string | null;
  readonly version: string;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly now: () => number;
}

/** Who a token lets in: a program. */
export interface Programa {
  /** The actor's `dispositivo` in the log: which token, never the token (spec 8). */
  readonly id: string;
  readonly token: Token | null;
}

/** Hono's environment: bindings are what the server passes in, variables what middleware found. */
export interface Env {
  Bindings: { readonly server: Server<undefined> };
  Variables: {
    readonly client: Client;
    /** The enrolled tablet that asks; null = a browser of one's own, or nobody's. */
    readonly tablet: Tablet | null;
    /** Behind a rule that wants a session. */
    readonly session: Sesion;
    readonly actor: Actor;
    /** Behind a rule that wants a token. */
    readonly programa: Programa;
    readonly requestId: string;
  };
}

/** How long whoever wrote waits to read their own write; then the page is shown as it is. */
export const OWN_WRITE_MS = 1_000;
