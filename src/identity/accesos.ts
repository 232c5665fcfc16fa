/**
 * Who may come in, in memory (domain/acceso C1): fed from the ledger's snapshot and log, so that no
 * request waits for a store to be told who asks.
 */
import {
  type Acceso,
  type AccesoKey,
  type AccesoVisible,
  accesoKey,
  keyOfAcceso,
  type Tablet,
  type Token,
  visibleOf,
} from "../domain/acceso.ts";
import type { Event } from "../domain/event.ts";
import type { TrabajadorId } from "../domain/trabajador.ts";
import { sha256 } from "./secret.ts";

type Of<K extends AccesoVisible["kind"]> = Extract<AccesoVisible, { kind: K }>;

export interface Accesos {
  /** The enrolled tablet of a cookie. */
  tablet(cookie: string): Tablet | null;
  /** The token of a bearer; one whose time is up is none. */
  token(bearer: string): Token | null;
  /** What stands under a kind and a name. */
  get<K extends AccesoVisible["kind"]>(kind: K, name: string): Of<K> | null;
  /** The supervisor's access of a worker. */
  supervisorOf(id: TrabajadorId): Of<"supervisor"> | null;
  /** All of a kind, by their key. */
  all<K extends AccesoVisible["kind"]>(kind: K): readonly Of<K>[];
  /** Holds these and no others: at start, and when the log was rewound. */
  load(accesos: readonly Acceso[]): void;
  /** Takes what the log brought, in its order; events of other kinds are not looked at. */
  apply(events: readonly Event[]): void;
}

/** An empty one; `load` and `apply` fill it. */
export function createAccesos(now: () => number): Accesos {
  const known = new Map<AccesoKey, AccesoVisible>();
  /** Tablets and tokens by the hash of their secret, supervisors by their worker. */
  const byHash = new Map<string, Tablet | Token>();
  const byWorker = new Map<TrabajadorId, Of<"supervisor">>();

  const drop = (key: AccesoKey): void => {
    const before = known.get(key);
    known.delete(key);
    if (before?.kind === "tablet" || before?.kind === "token") byHash.delete(before.hash);
    if (before?.kind === "supervisor") byWorker.delete(before.trabajadorId);
  };
  const put = (visible: AccesoVisible): void => {
    const key = keyOfAcceso(visible);
    drop(key);
    known.set(key, visible);
    if (visible.kind === "tablet" || visible.kind === "token") byHash.set(visible.hash, visible);
    if (visible.kind === "supervisor") byWorker.set(visible.trabajadorId, visible);
  };
  const get: Accesos["get"] = (kind, name) => {
    const found = known.get(accesoKey(kind, name));
    return found?.kind === kind ? (found as Of<typeof kind>) : null;
  };
  return {
    get,
    tablet(cookie) {
      const found = byHash.get(sha256(cookie));
      return found?.kind === "tablet" ? found : null;
    },
    token(bearer) {
      const found = byHash.get(sha256(bearer));
      if (found?.kind !== "token") return null;
      return found.venceMs === null || now() < found.venceMs ? found : null;
    },
    supervisorOf: (id) => byWorker.get(id) ?? null,
    all: <K extends AccesoVisible["kind"]>(kind: K) =>
      [...known]
        .filter(([, visible]) => visible.kind === kind)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, visible]) => visible as Of<K>),
    load(accesos) {
      for (const key of [...known.keys()]) drop(key);
      for (const acceso of accesos) put(visibleOf(acceso));
    },
    apply(events) {
      for (const event of events) {
        if (event.kind !== "acceso") continue;
        if (event.visible) put(event.visible);
        else drop(event.key);
      }
    },
  };
}
