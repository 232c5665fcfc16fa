/** `zeues migrate` as a program: what it asks for, what it says, and a copy that is served. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import { importar, store, upTo } from "../support/ledger-writes.ts";
import { startRedis } from "../support/redis-server.ts";
import { openShop, tempFolder } from "../support/shop.ts";

type Env = Readonly<Record<string, string>>;

/** Runs the command line. @returns its exit code and what it said */
async function zeues(args: readonly string[], env: Env) {
  const child = Bun.spawn([process.execPath, "src/main.ts", ...args], {
    env: { PATH: process.env.PATH ?? "", ZEUES_LOG: "silent", ...env },
    stdout: "pipe",
    stderr: "pipe",
  });
  const texts = [child.stdout, child.stderr].map((stream) => new Response(stream).text());
  const [out = "", err = ""] = await Promise.all(texts);
  return { code: await child.exited, out, err };
}

const fileIn = (folder: string): string => join(folder, "zeues.sqlite");

async function fill(folder: string, spools: number): Promise<void> {
  const onFault = (fault: unknown): never => {
    throw fault;
  };
  const ledger = openSqliteLedger({ path: fileIn(folder), onFault });
  await store(ledger, ...upTo(spools).map((n) => importar(`S-${n}`)));
  await ledger.commit({
    writes: [importar("Z")],
    remember: { key: "k", fingerprint: "f" },
    documents: { tabs: "[]" },
  });
  await ledger.close();
}

test("there and back, with what was copied in plain words, and the copy is served", async () => {
  using folder = tempFolder();
  using back = tempFolder();
  await using redis = await startRedis();
  await fill(folder.path, 1_233);
  const there = await zeues(["migrate", "a-redis"], {
    ZEUES_DATA: folder.path,
    REDIS_URL: redis.url,
  });
  expect(there.err).toBe("");
  expect(there.code).toBe(0);
  const counts = "1.234 sucesos, 1.234 carretes, 0 trabajadores, 0 sesiones";
  const same = new RegExp(
    `${counts}, 1 clave recordada, 1 documento: iguales \\(huella [0-9a-f]{16}\\)`,
  );
  expect(there.out).toMatch(same);
  expect(there.out).toContain("La copia llega al suceso 1.234");
  expect(there.out).toContain("parte con REDIS_URL");

  const env = { ZEUES_DATA: back.path, REDIS_URL: redis.url };
  const again = await zeues(["migrate", "a-sqlite"], env);
  expect(again.err).toBe("");
  expect(again.out).toMatch(same);
  const digest = (text: string) => /huella (\w+)/.exec(text)?.[1];
  expect(digest(again.out)).toBe(digest(there.out) ?? "");

  await using shop = await openShop({ env: { REDIS_URL: redis.url } });
  expect(shop.running.demo).toBe(false);
  expect(shop.running.floor.count).toBe(1_234);
  const busy = await zeues(["migrate", "a-redis"], env);
  expect(busy).toMatchObject({ code: 1, out: "" });
  expect(busy.err).toMatch(/^zeues: Redis \(127\.0\.0\.1:\d+\/0\) no está vacío: /);
  expect(busy.err).toMatch(/: ya tiene un registro con 1\.234 sucesos\n$/);
});

test("a SQLite ledger that a server has open is not copied", async () => {
  using folder = tempFolder();
  await using redis = await startRedis();
  await fill(folder.path, 3);
  await using _server = await openShop({ folder: folder.path });
  const env = { ZEUES_DATA: folder.path, REDIS_URL: redis.url };
  const { code, err } = await zeues(["migrate", "a-redis"], env);
  expect(code).toBe(1);
  expect(err).toContain("otro proceso de ZEUES lo está usando: detenlo primero");
  expect(await redis.command("DBSIZE")).toBe(0);
});

const ONE_LINE = /^zeues: [^\n]+\n$/;

test.each([
  [["migrate"], {}, 2, "falta hacia dónde"],
  [["migrate", "a-oracle"], {}, 2, "falta hacia dónde"],
  [["migrate", "a-redis"], {}, 1, "falta ZEUES_DATA y REDIS_URL"],
  [["migrate", "a-redis"], { ZEUES_DATA: "none" }, 1, "falta REDIS_URL"],
  [["migrate", "a-sqlite"], { REDIS_URL: "redis://127.0.0.1:1" }, 1, "falta ZEUES_DATA"],
  [
    ["migrate", "a-sqlite"],
    { ZEUES_DATA: "none", REDIS_URL: "redis://u:secreto@127.0.0.1:1" },
    1,
    "no se puede usar Redis: 127.0.0.1:1/0",
  ],
  [
    ["migrate", "a-redis"],
    { ZEUES_DATA: "none", REDIS_URL: "redis://127.0.0.1:1" },
    1,
    "no hay registro en none/zeues.sqlite",
  ],
] as const)("%j with %j is refused in one line", async (args, env, code, words) => {
  const said = await zeues(args, env);
  expect(said).toMatchObject({ code, out: "" });
  expect(said.err).toMatch(ONE_LINE);
  expect(said.err).toContain(words);
  expect(said.err).not.toContain("secreto");
});
