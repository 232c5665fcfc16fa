/** A start with nobody who administers: the link, how long it holds, who gets it (spec 8). */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { bienvenida } from "../../src/cli/bienvenida.ts";
import { user } from "../../src/cli/user.ts";
import { openLedger } from "../../src/compose-ledger.ts";
import { readConfig } from "../../src/config.ts";
import { makeDemoShop } from "../../src/demo/shop.ts";
import { CREDENCIALES_DEMO } from "../../src/domain/demo.ts";
import { DEFAULT_POLICY } from "../../src/domain/policy.ts";
import { enlaceDe } from "../../src/identity/alta.ts";
import { createLog } from "../../src/log.ts";
import { openPortal } from "../support/portal.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { openShop, type Shop, tempFolder } from "../support/shop.ts";
import { runZeues, startZeues } from "../support/terminal.ts";
import { importedFolder } from "../support/workbook.ts";

const CLAVE = "un carro rojo bajo la lluvia";
const LINK = /^ {2}(http\S+)\/supervisor#([\w-]{43})$/m;

type Env = Readonly<Record<string, string>>;

const form = (codigo: string, usuario = "ana") => ({
  ...{ codigo, usuario, clave: CLAVE, repetida: CLAVE },
  ...{ nombre: "Ana", apellido: "Díaz" },
});

async function snapshotOf(env: Env, which: "own" | "demo" = "own") {
  const ledger = await openLedger(readConfig(env), { log: createLog("silent") }, which);
  try {
    return await ledger.snapshot();
  } finally {
    await ledger.close();
  }
}

/** What a start with that environment prints. */
async function linesOf({ running, url }: Shop, env: Env): Promise<string> {
  const lines: string[] = [];
  for await (const line of bienvenida(readConfig(env), running, url)) lines.push(line);
  return lines.join("\n");
}

const altas = async (env: Env) =>
  (await snapshotOf(env)).accesos.filter(({ kind }) => kind === "alta");

describe("the terminal", () => {
  test("each start shows a new link, the newest holds, and with it a supervisor begins", async () => {
    using folder = tempFolder();
    const env = { ZEUES_DATA: folder.path, ZEUES_DEMO: "off", ZEUES_LOG: "debug" };
    const first = await startZeues(env);
    const [, origin, old = ""] = await first.said(LINK);
    expect(origin).toBe(first.url);
    expect(first.stdout()).toContain("Nadie administra todavía.");
    await first.stop();

    await using second = await startZeues(env);
    const [, , codigo = ""] = await second.said(LINK);
    await second.said(/vale el último/);
    const portal = openPortal(second.url);
    expect((await portal.post("/supervisor", form(old))).status).toBeGreaterThanOrEqual(400);
    const done = await portal.post("/supervisor", form(codigo));
    expect([done.status, done.headers.get("Location")]).toEqual([303, "/administracion"]);
    expect((await portal.post("/supervisor", form(codigo, "otra"))).status).toBeGreaterThanOrEqual(
      400,
    );
    await second.stop();
    // The link was for eyes at the terminal: no log has it.
    for (const secret of [old, codigo]) {
      expect(first.stderr() + second.stderr()).not.toContain(secret);
    }
    expect(await altas(env)).toEqual([]);

    await using third = await startZeues(env);
    await third.stop();
    expect(third.stdout()).toBe(`ZEUES escucha en ${third.url}/\n`);
  });

  test("links lead to the public address; without https it says what that means", async () => {
    using folder = tempFolder();
    await using shop = await openShop({ folder: folder.path, env: { ZEUES_DEMO: "off" } });
    const plain = await linesOf(shop, { HOST: "0.0.0.0", ZEUES_PUBLIC_URL: "http://zeues.lan" });
    expect(LINK.exec(plain)?.[1]).toBe("http://zeues.lan");
    expect(plain).toMatch(/^Ojo: sin https /m);
    const secure = await linesOf(shop, { HOST: "0.0.0.0", ZEUES_PUBLIC_URL: "https://zeues.lan" });
    expect(LINK.exec(secure)?.[1]).toBe("https://zeues.lan");
    const proxied = await linesOf(shop, { HOST: "0.0.0.0", ZEUES_TRUSTED_PROXY: "10.0.0.1" });
    const here = await linesOf(shop, { HOST: "127.0.0.1" });
    for (const lines of [secure, proxied, here]) expect(lines).not.toContain("Ojo");
  });

  test("a demo tells how to get in, warns where others reach it, and makes no link", async () => {
    await using shop = await openShop();
    const { usuario, clave } = CREDENCIALES_DEMO;
    const here = await linesOf(shop, { HOST: "127.0.0.1", ZEUES_DEMO: "on" });
    expect(here).toContain(`usuario ${usuario}, clave ${clave}`);
    expect(here).not.toContain("Ojo");
    const anywhere = await linesOf(shop, { HOST: "0.0.0.0", ZEUES_DEMO: "on" });
    expect(anywhere).toMatch(/^Ojo: quien llegue a esta dirección entra con esas claves/m);
    for (const lines of [here, anywhere]) expect(lines).not.toContain("/supervisor#");
  });

  test("somebody was made a supervisor on the console: the link from before is gone", async () => {
    using folder = tempFolder();
    const env = { ZEUES_DATA: folder.path, ZEUES_DEMO: "off" };
    const server = await startZeues(env);
    await server.said(LINK);
    await server.stop();
    expect(await altas(env)).toHaveLength(1);
    const args = "user add ana --nombre Ana --apellido Díaz --clave-stdin".split(" ");
    expect((await runZeues(args, env, CLAVE)).code).toBe(0);
    expect(await altas(env)).toEqual([]);
    expect((await runZeues(["user", "revoke", "ana"], env)).stdout).toContain("muestra un enlace");
    await using again = await startZeues(env);
    await again.said(LINK);
  });
});

test("another's link used first: the first start's is refused and gone, also once that one is", async () => {
  using folder = tempFolder();
  const env = { ZEUES_DATA: folder.path, ZEUES_DEMO: "off" };
  const lines: string[] = [];
  await user({
    config: readConfig({ ...env, ZEUES_LOG: "silent" }),
    args: "add ana --nombre Ana --apellido Díaz".split(" "),
    print: (line) => void lines.push(line),
    readInput: async () => null,
    now: Date.now,
  });
  const [, , invited = ""] = LINK.exec(lines.join("\n")) ?? [];
  await using shop = await openShop({ folder: folder.path, env });
  const primera = (await shop.running.primera()) ?? "";
  expect(enlaceDe(shop.url, primera)).toMatch(/#[\w-]{43}$/);
  expect((await openPortal(shop.url).post("/supervisor", form(invited))).status).toBe(303);
  const late = await openPortal(shop.url).post("/supervisor", form(primera, "otra"));
  expect(late.status).toBeGreaterThanOrEqual(400);
  await shop.stop();
  const { accesos } = await snapshotOf(env);
  expect(accesos.map(({ kind }) => kind)).toContain("supervisor");
  expect(accesos.filter(({ kind }) => kind === "alta")).toEqual([]);
});

const two = (codigo: string) => [form(codigo, "ana"), { ...form(codigo, "eva"), nombre: "Eva" }];

test("two people with the same link at the same moment: one gets it", async () => {
  using folder = tempFolder();
  await using shop = await openShop({ folder: folder.path, env: { ZEUES_DEMO: "off" } });
  const codigo = (await shop.running.primera()) ?? "";
  const answers = await Promise.all(
    two(codigo).map((fields) => openPortal(shop.url).post("/supervisor", fields)),
  );
  expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
  const { ledger } = shop.running.act;
  const both = await Promise.all(["ana", "eva"].map((u) => ledger.state(`acceso:supervisor:${u}`)));
  expect(both.filter((stands) => stands !== null)).toHaveLength(1);
});

describe("on Redis", () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis[Symbol.asyncDispose]());

  test("of several processes the last link holds, and of two who use it, one gets in", async () => {
    const env = { REDIS_URL: redis.url, ZEUES_DEMO: "off" };
    await using first = await startZeues(env);
    const [, , old = ""] = await first.said(LINK);
    await using second = await startZeues(env);
    const [, , codigo = ""] = await second.said(LINK);
    const urls = [first.url, second.url];
    const tried = await openPortal(second.url).post("/supervisor", form(old));
    expect(tried.status).toBeGreaterThanOrEqual(400);
    const answers = await Promise.all(
      two(codigo).map((fields, at) => openPortal(urls[at] ?? "").post("/supervisor", fields)),
    );
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
    const { accesos, trabajadores } = await snapshotOf(env);
    expect(accesos.filter(({ kind }) => kind === "supervisor")).toHaveLength(1);
    expect(accesos.filter(({ kind }) => kind === "alta")).toEqual([]);
    expect(trabajadores).toHaveLength(1);
  });
});

describe("the demo's credentials", () => {
  const { usuario, clave } = CREDENCIALES_DEMO;

  test("a demo of an earlier ZEUES gets them too, and keeps them", async () => {
    using folder = tempFolder();
    const env = { ZEUES_DATA: folder.path };
    const old = await openLedger(readConfig(env), { log: createLog("silent") }, "demo");
    await makeDemoShop(old, DEFAULT_POLICY, Date.now());
    const { seq } = await old.snapshot();
    await old.close();
    for (const _ of [1, 2]) {
      await using shop = await openShop({ folder: folder.path });
      expect(shop.running.demo).toBe(true);
      const answer = await openPortal(shop.url).post("/sesion/clave", { usuario, clave });
      expect(answer.status).toBe(303);
    }
    // Given once: a PIN each, and the password.
    const { accesos } = await snapshotOf(env, "demo");
    const given = accesos.filter(({ kind }) => kind === "supervisor" || kind === "pin");
    expect(given.map(({ version }) => version)).toEqual([1, 1, 1]);
    expect(seq).toBeGreaterThan(0);
  });

  test("a real shop has none of it: no sign-in, nothing shown, no button", async () => {
    using folder = await importedFolder("taller");
    await using shop = await openShop({ folder: folder.path });
    expect(shop.running.demo).toBe(false);
    const portal = openPortal(shop.url);
    const refused = await portal.post("/sesion/clave", { usuario, clave });
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(portal.cookie()).not.toContain("zeues=");
    for (const path of ["/sesion", "/sesion/clave", "/tablet", "/supervisor"]) {
      const html = await (await portal.get(path)).text();
      for (const shown of [clave, CREDENCIALES_DEMO.pin, "/tablet/demo"]) {
        expect(html).not.toContain(shown);
      }
    }
    expect((await portal.post("/tablet/demo", {})).status).toBe(404);
    expect(portal.cookie()).toBe("");
  });
});
