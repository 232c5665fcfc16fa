/** SQLite and Redis give the same bytes on every page for the same log (issue 4). */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { importFolder } from "../../src/cli/import.ts";
import { migrate } from "../../src/cli/migrate.ts";
import { readConfig } from "../../src/config.ts";
import { DEFAULT_POLICY } from "../../src/domain/policy.ts";
import { OPERACIONES, type Tag } from "../../src/domain/spool.ts";
import type { TrabajadorId } from "../../src/domain/trabajador.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import { TABLET_COOKIE, tabletOf } from "../support/acceso.ts";
import { NOW_MS } from "../support/builders.ts";
import { accesosOf, accesoWrite, importar } from "../support/ledger-writes.ts";
import { startRedis } from "../support/redis-server.ts";
import { openShop, type Shop, TOKEN, tempFolder } from "../support/shop.ts";
import { openSse } from "../support/sse.ts";
import { dataFolder } from "../workbook/libro.ts";
import { conClave } from "./administracion-support.ts";

const now = () => NOW_MS;
const env = { ZEUES_DEMO: "off" };
/** Of the shop in data/taller; a supervisor with other roles beside it. */
const ROSA = 168;
const CLAVE = "una clave de prueba";
/** Tags whose order is another one in UTF-8 than in UTF-16, and what a URL or HTML trips over. */
const ODD_TAGS = ["🦺-1", "\uff21-1", "A/1?x=1&y=<b>", "Ñ\"1'", "back\\slash"];

function nothingIsAmiss(fault: unknown): never {
  throw fault;
}

/** The workbook, and spools with odd tags. */
async function fill(folder: string): Promise<void> {
  const path = join(folder, "zeues.sqlite");
  const ledger = openSqliteLedger({ path, onFault: nothingIsAmiss, nowMs: now });
  const options = { policy: DEFAULT_POLICY, nowMs: NOW_MS, print: () => {} };
  await importFolder({ ledger, folder: dataFolder("taller"), ...options });
  await ledger.commit({ writes: ODD_TAGS.map(importar) });
  const clave = await Bun.password.hash(CLAVE, {
    algorithm: "argon2id",
    memoryCost: 8,
    timeCost: 1,
  });
  const accesos = accesosOf("rosa", ROSA).map((acceso) =>
    acceso.kind === "supervisor" ? { ...acceso, clave } : acceso,
  );
  await ledger.commit({ writes: [tabletOf(), ...accesos].map(accesoWrite) });
  await ledger.close();
}

/** A morning's work: whatever the rules let Rosa do. @returns tags that something happened to */
async function work(shop: Shop): Promise<readonly Tag[]> {
  const rosa = shop.running.floor.trabajador(ROSA as TrabajadorId);
  expect(rosa?.roles).toContain("Armador");
  const open = shop.running.floor.list("disponibles:ARM").slice(0, 12);
  for (const [index, { tag }] of open.entries()) {
    const body = { tag_spool: tag, worker_id: ROSA, operacion: "ARM" };
    const steps = ["tomar", "pausar", "tomar", "completar"].slice(0, 1 + (index % 4));
    for (const [nth, step] of steps.entries()) {
      const answer = await shop.api(`/occupation/${step}`, body, {
        "Idempotency-Key": `${index}-${nth}`,
      });
      expect(await answer.json()).toMatchObject({ ok: true });
    }
  }
  return open.map(({ tag }) => tag);
}

const q = encodeURIComponent;

/** Addresses by the route that answers them; each route must have some. */
function addressesOf(tags: readonly Tag[]): Readonly<Record<string, readonly string[]>> {
  const ofTags = (path: string) => tags.map((tag) => `${path}${q(tag)}`);
  return {
    "/healthz": ["/healthz"],
    "/api/dashboard/occupied": ["/api/dashboard/occupied"],
    "/api/spools": ["/api/spools?limit=500", "/api/spools?operacion=ARM", "/api/spools?q=mk"],
    "/api/spools/:tag{[\\s\\S]+}": ofTags("/api/spools/"),
    "/api/history/:tag{[\\s\\S]+}": ofTags("/api/history/"),
    "/api/workers": ["/api/workers"],
    "/api/openapi.json": ["/api/openapi.json"],
    "/sesion": ["/sesion"],
    "/sesion/viva": ["/sesion/viva"],
    "/sesion/pin": [`/sesion/pin?trabajador=${ROSA}`, "/sesion/pin?trabajador=none"],
    "/sesion/pin/mio": ["/sesion/pin/mio"],
    "/sesion/clave": ["/sesion/clave"],
    "/tablet": ["/tablet"],
    "/supervisor": ["/supervisor"],
    "/administracion": ["/administracion"],
    "/administracion/clave": ["/administracion/clave"],
    "/administracion/personas": ["/administracion/personas"],
    "/administracion/personas/:id": [`/administracion/personas/${ROSA}`],
    "/administracion/registro": ["/administracion/registro"],
    "/administracion/sesiones": ["/administracion/sesiones"],
    "/administracion/tablets": ["/administracion/tablets"],
    "/administracion/tablets/:id": ["/administracion/tablets/rosa"],
    "/administracion/tablets/codigo/:id": ["/administracion/tablets/codigo/rosa"],
    "/administracion/tokens": ["/administracion/tokens"],
    "/administracion/tokens/:id": ["/administracion/tokens/rosa"],
    "/acciones/hecha": ["/acciones/hecha", "/acciones/hecha?clave=none"],
    "/": ["/", "/?op=SOLD"],
    "/buscar": ["/buscar", "/buscar?q=MK", `/buscar?q=${q("🦺")}`],
    "/operacion/:op": OPERACIONES.map((op) => `/operacion/${op}`),
    "/carrete": [...ofTags("/carrete?tag="), "/carrete?tag=none"],
    "/problemas": ["/problemas"],
    "/tablero": ["/tablero", "/tablero?estado=todos", "/tablero?estado=todos&orden=tag"],
    "/tablero.csv": ["/tablero.csv", "/tablero.csv?estado=todos"],
    "/hoy": ["/hoy"],
    "/equipo": ["/equipo", "/equipo?periodo=semana"],
    "/equipo.csv": ["/equipo.csv", "/equipo.csv?periodo=semana"],
    "/produccion": ["/produccion"],
    "/graficos/produccion.svg": [
      "/graficos/produccion.svg",
      "/graficos/produccion.svg?tema=oscuro",
    ],
    "/graficos/estados.svg": ["/graficos/estados.svg"],
    "/produccion.csv": ["/produccion.csv"],
    "/estados.csv": ["/estados.csv"],
    "/carrete.csv": ofTags("/carrete.csv?tag="),
    "/muro": ["/muro"],
  };
}

/** Events of the log's end that streams are asked for: all of them are about spools. */
const REPLAYED = 10;

/** About the store or the process itself, endless, or the same file for everybody. */
const NOT_COMPARED = ["/readyz", "/metrics", "/static/:name", "/eventos", "/api/sse/stream"];

/** The diary is read beside all other work. */
async function diaryRead({ running }: Shop): Promise<void> {
  while (running.floor.diario.completoDesdeMs === null) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** They tell the clock, count the name of the log with the rest, name the request. */
const OWN_HEADERS = new Set(["date", "content-length", "x-request-id"]);

/** The charts' package counts the charts that a process has drawn, whoever asked. */
const CHART_CLASS = /\bzr\d+-cls-\d+\b/g;

interface Served {
  readonly shop: Shop;
  /** The log's own name. */
  readonly epoch: string;
}

/** A shop that has read all that its pages show. */
async function served(shop: Shop): Promise<Served> {
  await diaryRead(shop);
  const { ledger } = (await (await fetch(`${shop.url}/readyz`)).json()) as {
    readonly ledger: { readonly epoch: string };
  };
  return { shop, epoch: ledger.epoch };
}

/** Whatever a browser or a program is sent, but for the log's own name. */
async function answerOf({ shop, epoch }: Served, path: string, cookie: string) {
  const who: Record<string, string> = path.startsWith("/api/")
    ? { Authorization: `Bearer ${TOKEN}` }
    : { Cookie: cookie };
  const headers = { ...who, "Accept-Encoding": "identity" };
  const answer = await fetch(shop.url + path, { headers, redirect: "manual" });
  const text = await answer.text();
  return {
    path,
    status: answer.status,
    headers: [...answer.headers].filter(([name]) => !OWN_HEADERS.has(name)).sort(),
    text: text
      .replaceAll(epoch, "EPOCH")
      .replaceAll(shop.url, "ORIGIN")
      .replace(CHART_CLASS, "zr-cls"),
  };
}

/** The last events of the log as streams replay them to whoever comes back. */
async function replayed({ shop, epoch }: Served, cookie: string): Promise<readonly unknown[]> {
  const desde = shop.running.floor.seq - REPLAYED;
  const query = `desde=${desde}&epoca=${epoch}`;
  using json = await openSse(`${shop.url}/api/sse/stream?${query}`, {
    Authorization: `Bearer ${TOKEN}`,
  });
  using html = await openSse(`${shop.url}/eventos?vista=tablero&${query}`, { Cookie: cookie });
  const out: unknown[] = [];
  for (let nth = 0; nth < REPLAYED; nth++) out.push(await json.next("spool_update"));
  out.push(await html.next("spool_update"));
  return out;
}

test("every page, every call of the API and what streams replay, byte by byte", async () => {
  using folder = tempFolder();
  await using redis = await startRedis();
  await fill(folder.path);
  const before = await openShop({ folder: folder.path, env, now });
  const { cookie } = await conClave(before.url, {
    usuario: "rosa",
    clave: CLAVE,
    tablet: TABLET_COOKIE,
  });
  const tags = [...(await work(before)), ...(ODD_TAGS as Tag[])];
  await before.stop();

  const both = { ZEUES_DATA: folder.path, REDIS_URL: redis.url };
  const said: string[] = [];
  await migrate({
    direction: "a-redis",
    config: readConfig(both),
    env: both,
    nowMs: NOW_MS,
    print: (line) => said.push(line),
  });
  expect(said.join("\n")).toContain("2.005 carretes");

  await using sqlite = await openShop({ folder: folder.path, env, now });
  await using copy = await openShop({ env: { ...env, REDIS_URL: redis.url }, now });
  const [original, copied] = await Promise.all([served(sqlite), served(copy)]);
  expect(copied.epoch).not.toBe(original.epoch);
  const addresses = addressesOf(tags);
  const routes = new Set(
    sqlite.running.app.routes.filter(({ method }) => method === "GET").map(({ path }) => path),
  );
  expect([...routes].sort()).toEqual([...Object.keys(addresses), ...NOT_COMPARED].sort());
  const pages = Object.values(addresses).flat();
  let good = 0;
  for (const path of pages) {
    const [one, other] = await Promise.all([
      answerOf(original, path, cookie),
      answerOf(copied, path, cookie),
    ]);
    expect(other).toEqual(one);
    expect(one.status).toBeLessThan(500);
    if (one.status === 200) good += 1;
  }
  expect(await replayed(copied, cookie)).toEqual(await replayed(original, cookie));
  // Most are no refusals, nor signed out: Rosa may see what only a supervisor may.
  expect((await answerOf(copied, "/administracion/personas", cookie)).status).toBe(200);
  expect(good).toBeGreaterThan(0.9 * pages.length);
});
