/**
 * The JSON API on a real SQLite ledger with a real floor that follows it. Every JSON answer is held
 * against the published document's own schema for its path and status.
 */
import { expect } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Hono } from "hono";
import { z } from "zod";
import type { ActDeps } from "../../src/actions/act.ts";
import { estadoDetalle } from "../../src/domain/estado-detalle.ts";
import { DEFAULT_POLICY, type Policy } from "../../src/domain/policy.ts";
import type { Spool } from "../../src/domain/spool.ts";
import type { Trabajador } from "../../src/domain/trabajador.ts";
import { Floor } from "../../src/floor/floor.ts";
import { apiRoutes } from "../../src/http/api/routes.ts";
import type { Deps, Env } from "../../src/http/context.ts";
import { createLimits } from "../../src/http/middleware/limits.ts";
import { createAccesos } from "../../src/identity/accesos.ts";
import { createSessions } from "../../src/identity/session.ts";
import { type Ledger, spoolKey, trabajadorKey, type Write } from "../../src/ledger/ledger.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import { Hub } from "../../src/live/hub.ts";
import { keepReplay, Replay } from "../../src/live/replay.ts";
import { Rows } from "../../src/live/rows.ts";
import { createLog } from "../../src/log.ts";
import { createMetrics } from "../../src/metrics.ts";
import { ALVARO, INGRID, LUIS, MAURICIO, NOW_MS, NUSTA, ROSA } from "../support/builders.ts";

export const TOKEN = "un-token-de-prueba-con-mas-de-32-caracteres";
export const NOBODY = { firma: null, medio: "planilla", dispositivo: null } as const;
const EVERYBODY = [MAURICIO, INGRID, ALVARO, LUIS, NUSTA, ROSA];

const importSpool = (spool: Spool, policy: Policy): Write => ({
  key: spoolKey(spool.tag),
  expectedVersion: 0,
  state: spool,
  event: {
    kind: "spool",
    tag: spool.tag,
    version: 1,
    atMs: NOW_MS,
    autor: NOBODY,
    cambio: { accion: "IMPORTAR", operacion: null, spool },
    estadoDetalle: estadoDetalle(spool, policy),
  },
});

const importTrabajador = (trabajador: Trabajador): Write => ({
  key: trabajadorKey(trabajador.id),
  expectedVersion: 0,
  state: trabajador,
  event: { kind: "trabajador", version: 1, atMs: NOW_MS, autor: NOBODY, trabajador },
});

// biome-ignore lint/suspicious/noExplicitAny: answers of any shape, looked into by tests
export type Json = any;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}

export interface Api extends AsyncDisposable {
  readonly deps: Deps;
  readonly app: Hono<Env>;
  /** Stored and shown. */
  readonly seq: () => number;
  request(path: string, init?: RequestInit): Promise<Answer>;
  get(path: string): Promise<Answer>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
}

export interface Parts {
  readonly spools?: readonly Spool[];
  readonly trabajadores?: readonly Trabajador[];
  readonly policy?: Policy;
  readonly token?: string | null;
  /** Stands before the ledger that actions see. */
  readonly ledger?: (real: Ledger) => Ledger;
}

type Document = { paths: Json; components: { schemas: Json } };

/** Paths of the document as patterns; a tag's pattern takes all that is left. */
const templateOf = (paths: Json, pathname: string): string | undefined =>
  Object.keys(paths).find((path) => {
    const [before = "", after] = path.split("{tag}");
    return after === undefined ? path === pathname : pathname.startsWith(before);
  });

/** Checks an answer against the document; an answer that it does not have fails. */
export function documented(doc: Document, method: string, url: string, answer: Answer): void {
  const template = templateOf(doc.paths, new URL(url, "http://zeues").pathname);
  const operation = template && doc.paths[template][method.toLowerCase()];
  const response = operation?.responses[String(answer.status)];
  const schema = response?.content["application/json"].schema ?? {
    $ref: "#/components/schemas/Refused",
  };
  if (operation) expect(Object.keys(operation.responses)).toContain(String(answer.status));
  const local = (part: unknown): Json =>
    JSON.parse(JSON.stringify(part).replaceAll("#/components/schemas/", "#/$defs/"));
  const compiled = z.fromJSONSchema({ ...local(schema), $defs: local(doc.components.schemas) });
  expect(compiled.safeParse(answer.body).error?.issues ?? []).toEqual([]);
}

async function buildDeps(ledger: Ledger, acting: Ledger, parts: Parts): Promise<Deps> {
  const policy = parts.policy ?? DEFAULT_POLICY;
  const now = (): number => NOW_MS;
  const snapshot = await ledger.snapshot();
  const floor = new Floor(policy, snapshot);
  const accesos = createAccesos(now);
  accesos.load(snapshot.accesos);
  const replay = new Replay(policy.zone, floor.seq);
  keepReplay(floor, replay);
  const rows = new Rows(floor, policy);
  const hub = new Hub({ floor, rows, replay, epoch: () => ledger.epoch, now });
  await ledger.follow(floor.seq, (events) => {
    accesos.apply(events);
    floor.apply(events);
  });
  const act: ActDeps = { ledger: acting, current: (tag) => floor.spool(tag), policy, now };
  return {
    floor,
    ledger: acting,
    act,
    hub,
    accesos,
    sessions: createSessions({
      accesos,
      pinObligatorio: () => floor.ajustes.pin === "obligatorio",
      trabajador: (id) => floor.trabajador(id),
      now,
    }),
    policy,
    apiToken: parts.token === undefined ? TOKEN : parts.token,
    net: { publicUrl: null, trustedProxy: null },
    limits: createLimits(),
    demo: false,
    stopping: { now: false },
    almacen: () => null,
    sincronia: null,
    version: "0.0.0-test",
    log: createLog("silent"),
    metrics: createMetrics(),
    now,
  };
}

/** The API over the given spools and, unless told otherwise, everybody of the builders. */
export async function openApi(parts: Parts = {}): Promise<Api> {
  const folder = await mkdtemp(join(tmpdir(), "zeues-api-"));
  const onFault = (fault: unknown): never => {
    throw fault;
  };
  const real = openSqliteLedger({ path: join(folder, "zeues.db"), onFault });
  const policy = parts.policy ?? DEFAULT_POLICY;
  const writes = [
    ...(parts.trabajadores ?? EVERYBODY).map(importTrabajador),
    ...(parts.spools ?? []).map((spool) => importSpool(spool, policy)),
  ];
  if (writes.length > 0) await real.commit({ writes });
  const deps = await buildDeps(real, parts.ledger?.(real) ?? real, parts);
  const app = new Hono<Env>().route("/api", apiRoutes(deps));
  const server = { timeout: () => {} };
  const send = async (path: string, init: RequestInit): Promise<Answer> => {
    const headers = new Headers({ Authorization: `Bearer ${TOKEN}` });
    for (const [name, value] of new Headers(init.headers)) headers.set(name, value);
    const response = await app.request(`/api${path}`, { ...init, headers }, { server });
    const { status } = response;
    expect(response.headers.get("Content-Type")).toBe("application/json");
    return { status, headers: response.headers, body: await response.json() };
  };
  let document: Document | undefined;
  const request = async (path: string, init: RequestInit = {}): Promise<Answer> => {
    const answer = await send(path, init);
    if (deps.apiToken !== null) {
      document ??= (await send("/openapi.json", {})).body as Document;
      documented(document, init.method ?? "GET", `/api${path}`, answer);
    }
    return answer;
  };
  return {
    deps,
    app,
    seq: () => deps.floor.seq,
    request,
    get: (path) => request(path),
    post: (path, body, headers = {}) =>
      request(path, {
        method: "POST",
        headers: { "Content-Type": "application/json", ...headers },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    async [Symbol.asyncDispose]() {
      deps.hub.stop();
      await real.close();
      await rm(folder, { recursive: true });
    },
  };
}
