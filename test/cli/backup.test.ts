/** `zeues backup` and `zeues restore` as programs, beside a real server (issue 7). */
import { expect, test } from "bun:test";
import { chmodSync, chownSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import { contratar, importar, store, upTo } from "../support/ledger-writes.ts";
import { startRedis } from "../support/redis-server.ts";
import { openShop, tempFolder } from "../support/shop.ts";
import { zeues } from "../support/zeues.ts";

async function fill(folder: string, tags: readonly string[]): Promise<void> {
  const path = join(folder, "zeues.sqlite");
  const ledger = openSqliteLedger({ path, onFault: () => {} });
  await store(ledger, contratar(93), ...tags.map(importar));
  await ledger.close();
}

async function epochOf(folder: string): Promise<string> {
  const path = join(folder, "zeues.sqlite");
  const ledger = openSqliteLedger({ path, onFault: () => {} });
  await ledger.close();
  return ledger.epoch;
}

const numbered = (count: number): string[] => upTo(count).map((n) => `S-${n}`);
const ONE_LINE = /^zeues: [^\n]+\n$/;
const backupsIn = (folder: string): string[] =>
  readdirSync(folder).filter((name) => /^zeues-.*suceso/.test(name));

test("a shop is backed up while it works, and restored when it stands still", async () => {
  using folder = tempFolder();
  using out = tempFolder();
  await fill(folder.path, numbered(1_234));
  const env = { ZEUES_DATA: folder.path };
  const epoch = await epochOf(folder.path);
  {
    await using shop = await openShop({ folder: folder.path });
    const made = await zeues(["backup", out.path, "--conservar", "2"], env);
    expect(made).toMatchObject({ code: 0, err: "" });
    expect(made.out).toMatch(/^Respaldo: \/\S+suceso-1235[.]sqlite \([\d.,]+ MB, [\d.,]+ s\)\n/);
    expect(made.out).toContain("hasta el suceso 1.235, del 20-11-2026 08:26:00; 1.234 carretes");
    const nota = { tag_spool: "S-1", worker_id: 93, texto: "después" };
    expect(await (await shop.api("/notas", nota)).json()).toMatchObject({ ok: true });
    const busy = await zeues(
      ["restore", join(out.path, backupsIn(out.path)[0] ?? ""), "--forzar"],
      env,
    );
    expect(busy.code).toBe(1);
    expect(busy.err).toMatch(ONE_LINE);
    expect(busy.err).toContain("otro proceso de ZEUES lo está usando: detenlo primero");
  }
  const file = join(out.path, backupsIn(out.path)[0] ?? "");
  const seen = await zeues(["backup", "--verificar", file], env);
  expect(seen.out).toContain("está entero");
  const refused = await zeues(["restore", file], env);
  expect(refused.code).toBe(1);
  expect(refused.err).toMatch(ONE_LINE);
  expect(refused.err).toContain("ya tiene un registro con 1.236 sucesos, el último del ");
  const done = await zeues(["restore", file, "--forzar"], env);
  expect(done).toMatchObject({ code: 0, err: "" });
  expect(done.out).toContain(
    `Lo que había queda en ${folder.path}/zeues.sqlite.antes-de-restaurar-`,
  );
  // Open pages find another log, and begin anew.
  expect(await epochOf(folder.path)).not.toBe(epoch);
  await using shop = await openShop({ folder: folder.path });
  expect(shop.running.floor.count).toBe(1_234);
});

test("from SQLite to Redis and back by backups, whichever has it", async () => {
  using folder = tempFolder();
  using other = tempFolder();
  await using redis = await startRedis();
  await fill(folder.path, numbered(20));
  const file = join(folder.path, "uno.sqlite");
  const env = { ZEUES_DATA: folder.path };
  expect(await zeues(["backup", file], env)).toMatchObject({ code: 0, err: "" });
  const redisEnv = { ZEUES_DATA: other.path, REDIS_URL: redis.url };
  expect(await zeues(["restore", file], redisEnv)).toMatchObject({ code: 0, err: "" });
  const refused = await zeues(["restore", file], redisEnv);
  expect(refused.err).toContain("Redis ya tiene un registro con 21 sucesos");
  const forced = await zeues(["restore", file, "--forzar"], redisEnv);
  expect(forced).toMatchObject({ code: 0, err: "" });
  expect(backupsIn(other.path).length).toBe(1);
  const back = join(folder.path, "dos.sqlite");
  {
    await using shop = await openShop({ env: redisEnv });
    expect(shop.running.floor.count).toBe(20);
    expect(await zeues(["backup", back], redisEnv)).toMatchObject({ code: 0, err: "" });
  }
  expect(await zeues(["restore", back, "--forzar"], env)).toMatchObject({ code: 0, err: "" });
  await using shop = await openShop({ folder: folder.path });
  expect(shop.running.floor.count).toBe(20);
});

test("a ledger that can't be read is kept as it is, with what stands beside it", async () => {
  using folder = tempFolder();
  await fill(folder.path, numbered(20));
  const env = { ZEUES_DATA: folder.path };
  const file = join(folder.path, "uno.sqlite");
  await zeues(["backup", file], env);
  const path = join(folder.path, "zeues.sqlite");
  await Bun.write(path, "ruined");
  await Bun.write(`${path}-wal`, "its writes");
  const refused = await zeues(["restore", file], env);
  expect(refused.err).toMatch(/no se puede leer \([^\n]+\): con --forzar se guarda aparte/);
  expect(await zeues(["restore", file, "--forzar"], env)).toMatchObject({ code: 0, err: "" });
  const kept = readdirSync(folder.path).filter(
    (name) => name.includes("antes-de") && !name.endsWith("-shm"),
  );
  const texts = kept.sort().map((name) => Bun.file(join(folder.path, name)).text());
  expect(await Promise.all(texts)).toEqual(["ruined", "its writes"]);
  await using shop = await openShop({ folder: folder.path });
  expect(shop.running.floor.count).toBe(20);
});

const NOBODY = 65_534;
const root = process.getuid?.() === 0;

test.if(root)(
  "what root restores is the server's user's, and that one may not write elsewhere",
  async () => {
    using folder = tempFolder();
    await fill(folder.path, numbered(3));
    const file = join(folder.path, "uno.sqlite");
    await zeues(["backup", file], { ZEUES_DATA: folder.path });
    const data = join(folder.path, "datos");
    mkdirSync(data);
    chownSync(data, NOBODY, NOBODY);
    expect(await zeues(["restore", file], { ZEUES_DATA: data })).toMatchObject({
      code: 0,
      err: "",
    });
    for (const name of readdirSync(data)) expect(statSync(join(data, name)).uid).toBe(NOBODY);
    const closed = join(folder.path, "cerrada");
    mkdirSync(closed);
    chmodSync(folder.path, 0o755);
    chmodSync(closed, 0o555);
    const asNobody = ["setpriv", `--reuid=${NOBODY}`, "--clear-groups"];
    const said = await zeues(["backup", closed], { ZEUES_DATA: data }, asNobody);
    expect(said.code).toBe(1);
    expect(said.err).toMatch(ONE_LINE);
    expect(said.err).toContain(`no se puede escribir en ${closed}: da permiso a este usuario`);
  },
);

test.each([
  [["backup"], 2, "falta dónde"],
  [["backup", "a", "b"], 2, "hay palabras de más"],
  [["backup", ".", "--conservar", "0"], 2, "--conservar necesita un número desde 1"],
  [["restore"], 2, "falta el respaldo"],
  [["restore", "nada.sqlite"], 1, "nada.sqlite no existe"],
  [["restore", "package.json"], 1, "no es un respaldo de ZEUES"],
  [["backup", "--verificar", "src"], 1, "es una carpeta"],
  [["backup", "."], 1, "no hay registro en nowhere/zeues.sqlite"],
  [["migrate", "formato", "1"], 1, "no hay registro en nowhere/zeues.sqlite"],
] as const)("%j is refused in words", async (args, code, words) => {
  const said = await zeues(args, { ZEUES_DATA: "nowhere" });
  expect(said.code).toBe(code);
  expect(code === 2 ? said.out : said.err).toContain(words);
  if (code === 1) expect(said.err).toMatch(ONE_LINE);
});
