/**
 * Spec 8, issue 6: what Redis carries is hostile. Somebody who can write there put attacks into
 * records, also where our types say number or date, publishes on the channels, and forges events:
 * what the pages make of it is text.
 */
import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Floor } from "../../src/floor/floor.ts";
import { SLOW_MS, useChromium } from "../support/chromium.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { openShop, type Shop, signIn } from "../support/shop.ts";
import { ATAQUES, ataque } from "../views/hostile.ts";
import { asShown, openWatched, type Watched } from "./xss-watch.ts";

const PATIENT_MS = 8 * SLOW_MS;
const chromium = useChromium();
/** Demo: Rosa is Supervisor. */
const ROSA = 11;
const PREFIX = "{zeues-demo}";

type Json = Record<string, unknown>;

let redis: RedisServer;
let shop: Shop;
const texts: string[] = [];

/** Rewrites the demo's records by hand, each with another attack. */
async function spoil(): Promise<void> {
  const record = `${PREFIX}:record`;
  const flat = (await redis.command("HGETALL", record)) as string[];
  let turn = 0;
  const next = (): string => ataque(turn++, `redis${turn}`);
  for (let at = 0; at < flat.length; at += 2) {
    const [key = "", stored = ""] = flat.slice(at, at + 2);
    if (!/^(trabajador|spool):/.test(key)) continue;
    const space = stored.indexOf(" ");
    const state = JSON.parse(stored.slice(space + 1)) as Json;
    const spoiled = key.startsWith("trabajador")
      ? { ...state, nombre: next(), apellido: next() }
      : { ...state, nv: next(), ot: next(), ficha: { [next()]: next() } };
    if (key.startsWith("spool")) {
      const lies: readonly Json[] = [
        { version: next() },
        { fechaMateriales: next() },
        { ciclo: next() },
        { inconsistencia: next() },
        {
          notas: [
            { texto: next(), firma: { id: next(), nombre: next(), etiqueta: next() }, atMs: 1 },
          ],
        },
      ];
      Object.assign(spoiled, lies[turn % lies.length]);
    } else if ("nombre" in spoiled && state.activo === true)
      texts.push(`${spoiled.nombre} ${spoiled.apellido}`);
    await redis.command(
      "HSET",
      record,
      key,
      `${stored.slice(0, space)} ${JSON.stringify(spoiled)}`,
    );
  }
}

beforeAll(async () => {
  redis = await startRedis();
  const env = { REDIS_URL: redis.url };
  const first = await openShop({ env });
  await first[Symbol.asyncDispose]();
  await spoil();
  shop = await openShop({ env });
}, PATIENT_MS);
afterAll(async () => {
  await shop[Symbol.asyncDispose]();
  await redis[Symbol.asyncDispose]();
});

const PAGES = ["/", "/tablero", "/muro", "/problemas", "/buscar", "/hoy", "/equipo", "/produccion"]
  .concat(["/operacion/ARM", "/operacion/SOLD", "/operacion/METROLOGIA", "/sesion"])
  .concat(["/tablero?estado=inconsistente", "/tablero?estado=bloqueado"]);

test(
  "records that hands changed in Redis",
  async () => {
    await using eye = await openWatched(chromium.browser, shop.url, await signIn(shop.url, ROSA));
    for (const path of PAGES) expect([path, await eye.visit(path)]).toEqual([path, 200]);
    await eye.visit("/sesion");
    const names = asShown(await eye.page.evaluate(() => document.body.textContent));
    expect(texts.length).toBeGreaterThan(4);
    expect(texts.filter((text) => !names.includes(asShown(text)))).toEqual([]);
    const tags = [...shop.running.floor.spools()].slice(0, 20).map(({ tag }) => tag);
    for (const tag of tags) await eye.visit(`/carrete?tag=${encodeURIComponent(tag)}`);
    expect(eye.found).toEqual([]);
  },
  PATIENT_MS,
);

/** A bell as a process rings it, whose events the log does not have. @returns whether believed */
async function ring(floor: Floor, event: Json): Promise<boolean> {
  const epoch = await redis.command("HGET", `${PREFIX}:meta`, "epoch");
  const seq = (floor.seq + 1) as typeof floor.seq;
  const body = JSON.stringify(event);
  await redis.command("PUBLISH", `${PREFIX}:bell`, `1 ${epoch} ${seq} ${seq}\n${body}`);
  return await floor.reached(seq, 200);
}

/** Events that say what no process of ours says, and whether a page believes them. */
function* forged(tag: string): Generator<readonly [event: Json, credible: boolean]> {
  const text = (n: number): string => ataque(n, `suceso${n}`);
  for (let n = 0; n < ATAQUES; n++) {
    const firma = { id: ROSA, nombre: text(n + 1), etiqueta: text(n + 2) };
    const autor = { firma, medio: "tablet", dispositivo: text(n) };
    const cambios: readonly Json[] = [
      { accion: "ANOTAR", operacion: null, texto: text(n) },
      { accion: "TOMAR", operacion: "ARM" },
      { accion: text(n), operacion: null },
      { accion: "LIBERAR", operacion: "ARM", motivo: text(n) },
    ];
    // Not with a text where a number belongs, nor with an action that is none of ours.
    const credible = n % 8 !== 7 && n % cambios.length !== 2;
    const event = {
      kind: "spool",
      tag,
      version: n % 8 === 7 ? text(n) : 1_000 + n,
      atMs: Date.now(),
      autor,
      cambio: cambios[n % cambios.length] as Json,
      estadoDetalle: text(n + 3),
    };
    yield [event, credible];
  }
}

test(
  "forged bells and messages, while pages stand open",
  async () => {
    await using eye = await openWatched(chromium.browser, shop.url, await signIn(shop.url, ROSA));
    const { floor } = shop.running;
    const [entry] = floor.list("disponibles:ARM");
    const tag = String(entry?.tag);
    const open: Watched[] = [];
    for (const path of [
      "/tablero",
      "/muro",
      `/carrete?tag=${encodeURIComponent(tag)}`,
      "/buscar",
    ]) {
      const tab = await eye.tab();
      await tab.visit(path);
      open.push(tab);
    }
    let believed = 0;
    for (const [event, credible] of forged(tag)) {
      const { seq } = floor;
      for (const channel of ["spools:updates", `${PREFIX}:bell`]) {
        await redis.command("PUBLISH", channel, ataque(seq, `canal${seq}`));
      }
      // The log is read again while we forge: a bell that came then is for a floor that is gone.
      while (!(await ring(floor, event)) && credible);
      if (credible) believed++;
    }
    // The log does not hold them: sooner or later the pages begin anew, which is no attack.
    for (const tab of open) await tab.look();
    expect(believed).toBeGreaterThan(ATAQUES / 2);
    expect(eye.found).toEqual([]);
  },
  PATIENT_MS,
);
