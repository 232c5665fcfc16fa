/** `zeues token`: bearer tokens of the programs that use the JSON API. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { AccessOptions } from "../../src/cli/access-store.ts";
import { token } from "../../src/cli/token.ts";
import { openLedger } from "../../src/compose-ledger.ts";
import { readConfig } from "../../src/config.ts";
import { SEQ_ZERO } from "../../src/domain/event.ts";
import { type Ledger, spoolKey, trabajadorKey } from "../../src/ledger/ledger.ts";
import { createLog } from "../../src/log.ts";
import { ALVARO, MAURICIO, ROSA, spool } from "../support/builders.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { openShop, tempFolder } from "../support/shop.ts";

const DAY_MS = 24 * 3_600_000;
const NOW_MS = Date.UTC(2026, 10, 26, 12);

type Env = Readonly<Record<string, string>>;

async function withLedger<T>(env: Env, work: (ledger: Ledger) => Promise<T>): Promise<T> {
  const ledger = await openLedger(readConfig(env), { log: createLog("silent") });
  try {
    return await work(ledger);
  } finally {
    await ledger.close();
  }
}

const hire = (env: Env): Promise<void> =>
  withLedger(env, async (ledger) => {
    const autor = { firma: null, medio: "planilla", dispositivo: null } as const;
    await ledger.commit({
      writes: [ROSA, ALVARO, { ...MAURICIO, activo: false }].map((person) => {
        const trabajador = { ...person, version: 1 };
        const event = { kind: "trabajador", version: 1, atMs: NOW_MS, autor, trabajador } as const;
        return { key: trabajadorKey(person.id), expectedVersion: 0, state: trabajador, event };
      }),
    });
  });

async function run(env: Env, args: readonly string[], nowMs = NOW_MS) {
  const lines: string[] = [];
  const options: AccessOptions = {
    config: readConfig({ ZEUES_LOG: "silent", ...env }),
    args,
    print: (line) => void lines.push(line),
    readInput: async () => null,
    now: () => nowMs,
  };
  const code: number | string = await token(options).catch((error: Error) => error.message);
  return { code, lines };
}

const words = (text: string): readonly string[] => text.split(" ");

async function shopFolder() {
  const folder = tempFolder();
  const env = { ZEUES_DATA: folder.path };
  await hire(env);
  return { env, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

const tokens = (env: Env) =>
  withLedger(env, async (ledger) =>
    (await ledger.snapshot()).accesos.filter((acceso) => acceso.kind === "token"),
  );

describe("add", () => {
  test("shown once, for a year, kept hashed", async () => {
    using shop = await shopFolder();
    const { code, lines } = await run(shop.env, ["add", "Pantalla del patio", "--rol", "lectura"]);
    expect(code).toBe(0);
    const [kept] = await tokens(shop.env);
    expect(lines[0]).toBe(
      `Token ${kept?.id}, Pantalla del patio: Lectura; vale hasta el 26-11-2027 09:00:00.`,
    );
    expect(lines[2]).toMatch(/^zt_[\w-]{43}$/);
    expect(kept).toMatchObject({ roles: ["Lectura"], trabajadorId: null });
    expect(kept?.venceMs).toBe(NOW_MS + 365 * DAY_MS);
    const events = await withLedger(shop.env, (ledger) => ledger.read(SEQ_ZERO));
    const list = await run(shop.env, ["list"]);
    expect(list.lines).toEqual([
      `${kept?.id}  Pantalla del patio  Lectura  hasta 26-11-2027 09:00:00`,
    ]);
    expect(JSON.stringify([kept, events, list])).not.toContain(lines[2] ?? "");
    expect(events.at(-1)).toMatchObject({ hecho: "token creado", autor: { medio: "consola" } });
  });

  test("roles, days and a worker as told; roles without accents, each once", async () => {
    using shop = await shopFolder();
    const args = `add robot --rol soldador,METROLOGÍA,Soldador --dias 30 --trabajador ${ALVARO.id}`;
    expect((await run(shop.env, words(args))).code).toBe(0);
    expect((await run(shop.env, words("add otro --rol Armador --sin-vencimiento"))).code).toBe(0);
    const byName = new Map((await tokens(shop.env)).map((one) => [one.nombre, one]));
    expect(byName.get("robot")).toMatchObject({
      roles: ["Soldador", "Metrologia"],
      trabajadorId: ALVARO.id,
      venceMs: NOW_MS + 30 * DAY_MS,
    });
    expect(byName.get("otro")).toMatchObject({
      roles: ["Armador"],
      trabajadorId: null,
      venceMs: null,
    });
  });

  test.each([
    ["add x --rol Jefe", /^--rol debe ser de Armador, .* o Lectura, separados por comas$/],
    ["add x --rol Armador --dias 0", "--dias debe ser un número de 1 a 730"],
    ["add x --rol Armador --dias 9999", "--dias debe ser un número de 1 a 730"],
    ["add x --rol Armador --trabajador 4711", /trabajador activo$/],
    [`add x --rol Armador --trabajador ${MAURICIO.id}`, /trabajador activo$/],
    [
      "revoke zt_que-alguien-pego-aqui",
      "No hay ningún token con ese Id: zeues token list los muestra",
    ],
  ])("%s: one sentence, and nothing changes", async (args, why) => {
    using shop = await shopFolder();
    expect((await run(shop.env, words(args))).code).toMatch(why);
    expect(await tokens(shop.env)).toEqual([]);
  });

  test.each(["", "x", "add", "add x", "add x --rol Armador --dias 3 --sin-vencimiento", "revoke"])(
    "wrong use, %p, is told with how to use it, and 2",
    async (args) => {
      using shop = await shopFolder();
      const { code, lines } = await run(shop.env, args === "" ? [] : words(args));
      expect(code).toBe(2);
      expect(lines.join("\n")).toContain("zeues token add NOMBRE --rol R[,R]");
      expect(await tokens(shop.env)).toEqual([]);
    },
  );
});

test("list: the environment's own, those that ended, and no control characters", async () => {
  using shop = await shopFolder();
  expect((await run(shop.env, ["list"])).lines).toEqual(["No hay ningún token."]);
  expect((await run(shop.env, ["add", "a\u001b[2J", "--rol", "Lectura"])).code).toBe(
    "El nombre lleva hasta 60 letras",
  );
  await run(shop.env, words("add viejo --rol Lectura --dias 1"));
  const env = { ...shop.env, ZEUES_API_TOKEN: "x".repeat(40) };
  const { lines } = await run(env, ["list"], NOW_MS + 2 * DAY_MS);
  expect(lines).toEqual([
    "ZEUES_API_TOKEN  del entorno  todos los roles  sin vencimiento",
    expect.stringMatching(/^\S+ {2}viejo {2}Lectura {2}VENCIDO 27-11-2026 09:00:00$/),
  ]);
});

describe("on Redis", () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis[Symbol.asyncDispose]());

  test("beside a running shop: it holds at once, within its roles, and no more once revoked", async () => {
    const env = { REDIS_URL: redis.url, ZEUES_DEMO: "off" };
    await hire(env);
    await withLedger(env, async (ledger) => {
      const autor = { firma: null, medio: "planilla", dispositivo: null } as const;
      const one = spool({ tag: "SP-1" });
      const event = {
        kind: "spool",
        tag: one.tag,
        version: 1,
        atMs: NOW_MS,
        autor,
        cambio: { accion: "IMPORTAR", operacion: null, spool: one },
        estadoDetalle: "",
      } as const;
      await ledger.commit({
        writes: [{ key: spoolKey(one.tag), expectedVersion: 0, state: one, event }],
      });
    });
    await using open = await openShop({ env });
    const seen = () =>
      new Promise<void>((resolve) => {
        const end = open.running.floor.subscribe(() => {
          end();
          resolve();
        });
      });
    const known = seen();
    const added = await run(env, words("add lector --rol Lectura --sin-vencimiento"));
    const headers = {
      Authorization: `Bearer ${added.lines[2]}`,
      "Content-Type": "application/json",
    };
    const read = () => fetch(`${open.url}/api/workers`, { headers });
    await known;
    expect((await read()).status).toBe(200);
    const take = await fetch(`${open.url}/api/occupation/tomar`, {
      method: "POST",
      headers,
      body: JSON.stringify({ tag_spool: "SP-1", worker_id: ALVARO.id, operacion: "ARM" }),
    });
    expect(take.status).toBe(403);
    const [kept] = await tokens(env);
    const gone = seen();
    expect((await run(env, ["revoke", kept?.id ?? ""])).code).toBe(0);
    await gone;
    expect((await read()).status).toBe(401);
  });
});
