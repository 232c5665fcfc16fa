/** `zeues user`: who may administer, from the server's own command line. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { AccessOptions } from "../../src/cli/access-store.ts";
import { user } from "../../src/cli/user.ts";
import { openLedger } from "../../src/compose-ledger.ts";
import { readConfig } from "../../src/config.ts";
import { ID_PROPIO_MIN } from "../../src/domain/acceso.ts";
import { SEQ_ZERO } from "../../src/domain/event.ts";
import { type Ledger, trabajadorKey } from "../../src/ledger/ledger.ts";
import { createLog } from "../../src/log.ts";
import { ALVARO, ROSA } from "../support/builders.ts";
import { openPortal, type Portal } from "../support/portal.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { openShop, tempFolder } from "../support/shop.ts";
import { runZeues } from "../support/terminal.ts";

const CLAVE = "un carro rojo bajo la lluvia";
const MINUTE_MS = 60_000;
let nowMs = Date.UTC(2026, 10, 26, 12);

type Env = Readonly<Record<string, string>>;

async function withLedger<T>(env: Env, work: (ledger: Ledger) => Promise<T>): Promise<T> {
  const ledger = await openLedger(readConfig(env), { log: createLog("silent") });
  try {
    return await work(ledger);
  } finally {
    await ledger.close();
  }
}

/** The shop's people, as an import brings them. */
const hire = (env: Env): Promise<void> =>
  withLedger(env, async (ledger) => {
    const autor = { firma: null, medio: "planilla", dispositivo: null } as const;
    await ledger.commit({
      writes: [ROSA, ALVARO].map((person) => {
        const trabajador = { ...person, version: 1 };
        const event = { kind: "trabajador", version: 1, atMs: nowMs, autor, trabajador } as const;
        return { key: trabajadorKey(person.id), expectedVersion: 0, state: trabajador, event };
      }),
    });
  });

interface Ran {
  readonly code: number | string;
  readonly lines: readonly string[];
}

/** Runs the command; a refusal's sentence stands in for its code. */
async function run(env: Env, args: string, input: Uint8Array | string | null = null): Promise<Ran> {
  const lines: string[] = [];
  const options: AccessOptions = {
    config: readConfig({ ZEUES_LOG: "silent", ...env }),
    args: args === "" ? [] : args.split(" "),
    print: (line) => void lines.push(line),
    readInput: async () => (typeof input === "string" ? new TextEncoder().encode(input) : input),
    now: () => nowMs,
  };
  const code = await user(options).catch((error: Error) => error.message);
  return { code, lines };
}

const secretIn = ({ lines }: Ran): string => {
  const [, secret = ""] = /\/supervisor#([\w-]{43})$/m.exec(lines.join("\n")) ?? [];
  expect(secret).not.toBe("");
  return secret;
};

const isIn = async (portal: Portal) => (await portal.get("/sesion/viva")).status === 204;

const snapshot = (env: Env) => withLedger(env, (ledger) => ledger.snapshot());

async function shopFolder() {
  const folder = tempFolder();
  const env = { ZEUES_DATA: folder.path };
  await hire(env);
  return { env, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

describe("add", () => {
  test("a link for a Supervisor of the workbook, at the public address where there is one", async () => {
    using shop = await shopFolder();
    const added = await run(shop.env, `add rosa --trabajador ${ROSA.id}`);
    expect(added.code).toBe(0);
    expect(added.lines[0]).toBe("Usuario rosa: lo será cuando abra su enlace y elija una clave.");
    expect(added.lines[1]).toBe(
      `Enlace para Rosa Pérez (${ROSA.id}); sirve una vez, por 24 horas:`,
    );
    expect(added.lines[2]).toStartWith("  http://localhost:3000/supervisor#");
    const public_ = { ...shop.env, ZEUES_PUBLIC_URL: "https://zeues.taller.cl" };
    const again = await run(public_, "link rosa");
    expect(again.lines.at(-1)).toStartWith("  https://zeues.taller.cl/supervisor#");
    const { accesos } = await snapshot(shop.env);
    expect(accesos.map(({ kind, version }) => [kind, version])).toEqual([["alta", 1]]);
  });

  test("whoever opens it signs in under the name that it is for, and under no other", async () => {
    using shop = await shopFolder();
    const codigo = secretIn(await run(shop.env, `add Rosa --trabajador ${ROSA.id}`));
    await using open = await openShop({ folder: shop.env.ZEUES_DATA, now: () => nowMs });
    const portal = openPortal(open.url);
    const form = { codigo, clave: CLAVE, repetida: CLAVE };
    const other = await portal.post("/supervisor", { ...form, usuario: "jefa" });
    expect(await other.text()).toContain("Tu usuario es rosa");
    const done = await portal.post("/supervisor", { ...form, usuario: "rosa" });
    expect([done.status, done.headers.get("Location")]).toEqual([303, "/administracion"]);
    expect(await isIn(portal)).toBe(true);
    const twice = await openPortal(open.url).post("/supervisor", { ...form, usuario: "rosa" });
    expect(twice.status).toBeGreaterThanOrEqual(400);
  });

  test("somebody whom the workbook does not have, with a password from standard input", async () => {
    using shop = await shopFolder();
    const args = "add jefe --nombre Ana --apellido Díaz --clave-stdin";
    expect(await run(shop.env, args, `${CLAVE}\n`)).toEqual({
      code: 0,
      lines: [`Ana Díaz (${ID_PROPIO_MIN}) ya puede entrar como jefe.`],
    });
    expect((await run(shop.env, "add otra --nombre Eva --apellido Paz")).code).toBe(0);
    const { trabajadores } = await snapshot(shop.env);
    expect(
      trabajadores
        .map(({ id }) => Number(id))
        .sort((a, b) => a - b)
        .slice(-2),
    ).toEqual([ID_PROPIO_MIN, ID_PROPIO_MIN + 1]);
    await using open = await openShop({ folder: shop.env.ZEUES_DATA, now: () => nowMs });
    const answer = await openPortal(open.url).post("/sesion/clave", {
      usuario: "jefe",
      clave: CLAVE,
    });
    expect(answer.status).toBe(303);
  });

  test.each([
    ["corta\n", "La clave debe tener 12 caracteres o más"],
    ["zeues-zeues-zeues\n", /se adivina pronto/],
    [`${CLAVE}\nmás`, "La clave lleva caracteres que no se pueden teclear"],
    [new Uint8Array([0xf1, 0xf1]), "La clave no está en UTF-8"],
    [null, /en una terminal, usa el enlace/],
  ])("a password that will not do is none: %p", async (input, why) => {
    using shop = await shopFolder();
    const { code, lines } = await run(
      shop.env,
      `add rosa --trabajador ${ROSA.id} --clave-stdin`,
      input,
    );
    expect(code).toMatch(why);
    expect(lines).toEqual([]);
    expect((await snapshot(shop.env)).accesos).toEqual([]);
  });

  test.each([
    ["add rosa --trabajador 4711", "No hay ningún trabajador con Id 4711"],
    [`add luis --trabajador ${ALVARO.id}`, /no tiene el rol Supervisor en la planilla$/],
    [`add rosa --trabajador ${ID_PROPIO_MIN + 5}`, /^No hay ningún trabajador/],
    ["add rosa --trabajador x", "--trabajador debe ser un Id de la planilla"],
    ["add ñu --trabajador 1", /^El usuario lleva/],
    ["link nadie", "No hay ningún supervisor con el usuario nadie"],
    ["revoke nadie", "No hay ningún supervisor con el usuario nadie"],
  ])("%s: one sentence, and nothing changes", async (args, why) => {
    using shop = await shopFolder();
    expect((await run(shop.env, args)).code).toMatch(why);
    expect((await snapshot(shop.env)).accesos).toEqual([]);
  });

  test("one usuario is one person's, and one person has one", async () => {
    using shop = await shopFolder();
    await run(shop.env, `add rosa --trabajador ${ROSA.id} --clave-stdin`, CLAVE);
    expect((await run(shop.env, "add rosa --nombre Ana --apellido Díaz")).code).toBe(
      "El usuario rosa ya existe",
    );
    expect((await run(shop.env, `add jefa --trabajador ${ROSA.id}`)).code).toBe(
      `Rosa Pérez (${ROSA.id}) ya entra con el usuario rosa`,
    );
  });

  test.each(["", "sumar", "add", "add rosa", "add rosa --clave=x", "add a b --trabajador 1"])(
    "wrong use, %p, is told with how to use it, and 2",
    async (args) => {
      using folder = tempFolder();
      const { code, lines } = await run({ ZEUES_DATA: folder.path }, args);
      expect(code).toBe(2);
      expect(lines.join("\n")).toContain("zeues user add USUARIO --trabajador ID");
      expect(lines.join("\n")).not.toContain("sumar");
    },
  );
});

describe("link, list, revoke", () => {
  test("a forgotten password holds until the new link is used, then its sessions end", async () => {
    using shop = await shopFolder();
    await run(shop.env, `add rosa --trabajador ${ROSA.id} --clave-stdin`, CLAVE);
    const first = secretIn(await run(shop.env, "link rosa"));
    const codigo = secretIn(await run(shop.env, "link rosa"));
    await using open = await openShop({ folder: shop.env.ZEUES_DATA, now: () => nowMs });
    const old = openPortal(open.url);
    expect((await old.post("/sesion/clave", { usuario: "rosa", clave: CLAVE })).status).toBe(303);
    const clave = "otra frase larga de verdad";
    const form = { usuario: "rosa", clave, repetida: clave };
    const fresh = openPortal(open.url);
    expect((await fresh.post("/supervisor", { ...form, codigo: first })).status).not.toBe(303);
    expect(await isIn(old)).toBe(true);
    nowMs += MINUTE_MS;
    expect((await fresh.post("/supervisor", { ...form, codigo })).status).toBe(303);
    expect(await isIn(old)).toBe(false);
    expect(await isIn(fresh)).toBe(true);
  });

  test("list tells who, since when, and which links are open; never a secret", async () => {
    using shop = await shopFolder();
    expect((await run(shop.env, "list")).lines).toEqual(["Nadie administra todavía."]);
    await run(shop.env, `add rosa --trabajador ${ROSA.id} --clave-stdin`, CLAVE);
    const secret = secretIn(await run(shop.env, "add ana --nombre Ana --apellido Díaz"));
    const { lines } = await run(shop.env, "list");
    expect(lines).toEqual([
      expect.stringMatching(/^ana {2}Ana Díaz \(900000001\) {2}enlace sin usar, hasta \d/),
      expect.stringMatching(/^rosa {2}Rosa Pérez \(168\) {2}desde \d/),
    ]);
    expect(lines.join("\n")).not.toContain(secret);
    expect(lines.join("\n")).not.toContain("argon2");
  });

  test("revoke takes access, open links, and our own people's right to be there", async () => {
    using shop = await shopFolder();
    await run(shop.env, "add ana --nombre Ana --apellido Díaz --clave-stdin", CLAVE);
    await run(shop.env, "link ana");
    expect(await run(shop.env, "revoke ana")).toEqual({
      code: 0,
      lines: [
        `ana, Ana Díaz (${ID_PROPIO_MIN}), ya no administra; sus sesiones terminaron.`,
        "Nadie administra ahora: el próximo inicio de ZEUES muestra un enlace.",
      ],
    });
    const { accesos, trabajadores } = await snapshot(shop.env);
    expect(accesos).toEqual([]);
    expect(trabajadores.find(({ id }) => id === ID_PROPIO_MIN)?.activo).toBe(false);
    // The same person may come back.
    const back = await run(shop.env, `add ana --trabajador ${ID_PROPIO_MIN} --clave-stdin`, CLAVE);
    expect(back.code).toBe(0);
    expect(
      (await snapshot(shop.env)).trabajadores.find(({ id }) => id === ID_PROPIO_MIN)?.activo,
    ).toBe(true);
  });

  test("events say that the console did it, and hold neither hash nor secret", async () => {
    using shop = await shopFolder();
    await run(shop.env, `add rosa --trabajador ${ROSA.id} --clave-stdin`, CLAVE);
    const secret = secretIn(await run(shop.env, "link rosa"));
    await run(shop.env, "revoke rosa");
    const events = await withLedger(shop.env, (ledger) => ledger.read(SEQ_ZERO));
    const ours = events.filter((event) => event.kind === "acceso");
    expect(ours.map(({ hecho, sobre, autor }) => [hecho, sobre, autor.medio])).toEqual([
      ["acceso de supervisor dado", "rosa", "consola"],
      ["código creado", "rosa", "consola"],
      ["acceso de supervisor quitado", "rosa", "consola"],
      ["código anulado", "rosa", "consola"],
    ]);
    const text = JSON.stringify(events);
    for (const hidden of [CLAVE, secret, "$argon2"]) expect(text).not.toContain(hidden);
  });
});

describe("as a program", () => {
  test("help tells of it; a server in the way, and a demo that was never made, are one line", async () => {
    const { stdout } = await runZeues(["help"], {});
    expect(stdout).toContain("zeues user list | add | link | revoke");
    expect(stdout).toContain("zeues token list | add | revoke");
    using shop = await shopFolder();
    await using _open = await openShop({ folder: shop.env.ZEUES_DATA });
    const busy = await runZeues(["user", "list"], shop.env);
    expect([busy.code, busy.stdout]).toEqual([1, ""]);
    expect(busy.stderr).toMatch(
      /^zeues: .*: otro proceso de ZEUES lo está usando: detenlo primero\n$/,
    );
    using none = tempFolder();
    const demo = { ZEUES_DATA: none.path, ZEUES_DEMO: "on" };
    expect(
      (await runZeues(["user", "add", "a1", "--nombre", "A", "--apellido", "B"], demo)).stderr,
    ).toBe("zeues: El taller de demostración se hace al empezar: primero zeues serve\n");
  });

  test("a password piped in; whoever leaves the demo is told so", async () => {
    using folder = tempFolder();
    const env = { ZEUES_DATA: folder.path };
    const args = "user add ana --nombre Ana --apellido Díaz --clave-stdin".split(" ");
    const { code, stdout, stderr } = await runZeues(args, env, CLAVE);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("ya puede entrar como ana");
    expect(stdout).toContain("no el de demostración");
  });
});

describe("on Redis", () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis[Symbol.asyncDispose]());

  test("beside a running shop, at once: added, signed in, revoked, out", async () => {
    const env = { REDIS_URL: redis.url, ZEUES_DEMO: "off" };
    await hire(env);
    await using open = await openShop({ env });
    await run(env, `add rosa --trabajador ${ROSA.id} --clave-stdin`, CLAVE);
    const portal = openPortal(open.url);
    const credentials = { usuario: "rosa", clave: CLAVE };
    expect((await portal.post("/sesion/clave", credentials)).status).toBe(303);
    expect(await isIn(portal)).toBe(true);
    const { floor } = open.running;
    const ended = new Promise<void>((resolve) => {
      floor.subscribe(() => resolve());
    });
    expect((await run(env, "revoke rosa")).code).toBe(0);
    await ended;
    expect(await isIn(portal)).toBe(false);
    expect((await openPortal(open.url).post("/sesion/clave", credentials)).status).not.toBe(303);
  });
});
