/** Sessions are in the log (spec 5, 8): what is there, who hears of it, what lasts. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import type { Ajustes } from "../../src/domain/ajustes.ts";
import { SEQ_ZERO, type SesionEvent } from "../../src/domain/event.ts";
import type { Sesion } from "../../src/domain/sesion.ts";
import { sha256 } from "../../src/identity/secret.ts";
import type { Ledger } from "../../src/ledger/ledger.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import { sessionOf, TABLET_COOKIE } from "../support/acceso.ts";
import { INGRID, MAURICIO, NOW_MS, spool } from "../support/builders.ts";
import { contratar, salirWrite, sesionWrite, store } from "../support/ledger-writes.ts";
import { openShop, TOKEN, tempFolder } from "../support/shop.ts";
import { openSse } from "../support/sse.ts";
import { createBrowser, openTaller, type Taller } from "./sin-script.ts";

const T = "SP-1";
const open = (): Promise<Taller> => openTaller([spool({ tag: T })]);
const tomar = { tag_spool: T, accion: "TOMAR", operacion: "ARM" };

const ledgerOf = ({ shop }: Taller): Ledger => shop.running.act.ledger as Ledger;

/** What signing in and out has left in the log. */
async function readLog(taller: Taller): Promise<readonly SesionEvent[]> {
  const log = await ledgerOf(taller).read(SEQ_ZERO);
  return log.flatMap((event) => (event.kind === "sesion" ? [event] : []));
}

test("a session survives a restart, and so does its end", async () => {
  await using taller = await open();
  const [stays, leaves] = [await taller.browser(MAURICIO), await taller.browser(INGRID)];
  await leaves.post("/sesion/salir", {});
  await taller.shop.stop();
  await using again = await openShop({ folder: taller.shop.folder, now: () => NOW_MS });
  const status = async ({ cookie }: { cookie: string }) =>
    (await createBrowser(again.url, cookie).get("/sesion/viva", { Accept: "*/*" })).status;
  expect(await status(stays)).toBe(204);
  expect(await status(leaves)).toBe(401);
});

test("the log says whose it is and why it ended, and nothing that would open it", async () => {
  await using taller = await open();
  const { cookie } = await taller.browser(MAURICIO);
  await createBrowser(taller.url, cookie).post("/sesion", { trabajador: "51" });
  const log = await readLog(taller);
  expect(log.map(({ autor, fin }) => `${autor.firma?.etiqueta} ${fin}`)).toEqual([
    "MR(93) null",
    "ÍN(51) null",
    "ÍN(51) relevo",
  ]);
  expect(JSON.stringify(log)).not.toContain(sessionOf(cookie).split(".")[0]);
});

test("its end closes its streams, whoever committed it", async () => {
  await using taller = await open();
  const { cookie } = await taller.browser(MAURICIO);
  using stream = await openSse(`${taller.url}/eventos?vista=tablero`, { Cookie: cookie });
  await stream.next("ping");
  const [began] = await readLog(taller);
  if (!began?.sesion) throw new Error("no session began");
  await store(ledgerOf(taller), salirWrite(began.sesion));
  const rest = await stream.events.next().catch(() => ({ done: true }));
  expect(rest.done).toBe(true);
  expect((await createBrowser(taller.url, cookie).get("/")).status).toBe(303);
});

test("programs and screens hear nothing of it, and miss nothing after it", async () => {
  await using taller = await open();
  const mine = await taller.browser(MAURICIO);
  using screen = await openSse(`${taller.url}/eventos?vista=tablero`, { Cookie: mine.cookie });
  const headers = { Authorization: `Bearer ${TOKEN}` };
  using program = await openSse(`${taller.url}/api/sse/stream`, headers);
  const { id } = await program.next("ping");
  await screen.next("ping");
  await taller.browser(INGRID);
  await mine.post("/acciones", tomar);
  for (const stream of [screen, program]) {
    const { value } = await stream.events.next();
    expect(value).toMatchObject({ event: "spool_update", id: String(Number(id) + 2) });
  }
});

test("a shop whose file is of a ZEUES without tablets opens; who was signed in signs in anew", async () => {
  using folder = tempFolder();
  const onFault = (fault: unknown): never => {
    throw fault;
  };
  const ledger = openSqliteLedger({ path: join(folder.path, "zeues.sqlite"), onFault });
  const id = "A".repeat(43);
  const old = { version: 1, hash: sha256(id), trabajadorId: 93, sinceMs: NOW_MS };
  const autor = { firma: null, medio: "tablet", dispositivo: null } as const;
  const antes = { version: 1, umbralHoras: 6 } as Ajustes;
  const event = { kind: "ajustes", atMs: NOW_MS, version: 1, autor, ajustes: antes } as const;
  await store(ledger, contratar(93), sesionWrite(old as unknown as Sesion), {
    key: "ajustes",
    expectedVersion: 0,
    state: antes,
    event,
  });
  await ledger.close();
  const env = { ZEUES_DEMO: "off" };
  await using shop = await openShop({ folder: folder.path, env, now: () => NOW_MS });
  expect(shop.running.floor.ajustes).toEqual({ ...antes, pin: "opcional" });
  const viva = async (cookie: string): Promise<number> =>
    (await createBrowser(shop.url, cookie).get("/sesion/viva", { Accept: "*/*" })).status;
  expect(await viva(`zeues=${id}`)).toBe(401);
  const cookie = await shop.signIn(93);
  expect(await viva(cookie)).toBe(204);
  expect(await viva(`${TABLET_COOKIE}; zeues=${id}`)).toBe(401);
  const { sesiones } = await (shop.running.act.ledger as Ledger).snapshot();
  // The old one's record went with the sign-in.
  expect(sesiones.map(({ prueba }) => prueba)).toEqual(["nombre"]);
});
