/**
 * Each format that was ever written opens with today's code: the same spools and histories, it can
 * be acted on, exported, backed up, and goes back where there is a way (issue 7; test/samples).
 */
import { Database } from "bun:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Redis } from "ioredis";
import { FORMAT } from "../../src/ledger/migrations.ts";
import { readSeal } from "../../src/ledger/sqlite-seal.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { sampleBytes, samplesOf, shownBy, shownThen } from "../support/samples.ts";
import { openShop, TOKEN, tempFolder } from "../support/shop.ts";
import { zeues } from "../support/zeues.ts";

const formatOf = (path: string): number => {
  using db = new Database(path, { readonly: true });
  return db.query<{ user_version: number }, []>("PRAGMA user_version").get()?.user_version ?? 0;
};

async function unpacked(commit: string, folder: string): Promise<string> {
  const path = join(folder, "zeues.sqlite");
  await Bun.write(path, await sampleBytes(`${commit}.sqlite.gz`));
  return path;
}

/** Shows what it showed then, and takes an action. */
async function expectSame(shop: Awaited<ReturnType<typeof openShop>>, name: string) {
  const then = await shownThen(name);
  const now = await shownBy(shop.url, TOKEN);
  expect(Object.keys(now.spools)).toEqual(Object.keys(then.spools));
  expect(Object.keys(then.spools).length).toBe(8);
  // Later versions tell more of a spool; what was told is told.
  expect(now).toMatchObject(then);
  const body = { tag_spool: "A6", worker_id: 93, operacion: "ARM" };
  const answer = await shop.api("/occupation/tomar", body);
  expect(await answer.json()).toMatchObject({ ok: true, tag_spool: "A6" });
}

describe.each(samplesOf("sqlite"))("SQLite as %s wrote it", (commit) => {
  test("shows the same, can be acted on, exported, backed up and restored", async () => {
    using folder = tempFolder();
    const path = await unpacked(commit, folder.path);
    const format = formatOf(path);
    {
      await using shop = await openShop({ folder: folder.path });
      await expectSame(shop, `${commit}.json`);
    }
    expect(formatOf(path)).toBe(FORMAT);
    const kept = readdirSync(folder.path).filter((name) => name.includes(`.formato-${format}-`));
    expect(kept.length).toBe(format < FORMAT ? 1 : 0);
    for (const name of kept) expect(readSeal(join(folder.path, name))?.format).toBe(format);

    const env = { ZEUES_DATA: folder.path };
    expect(await zeues(["export", join(folder.path, "libro")], env)).toMatchObject({ code: 0 });
    const file = join(folder.path, "respaldo.sqlite");
    expect(await zeues(["backup", file], env)).toMatchObject({ code: 0, err: "" });
    expect(await zeues(["restore", file, "--forzar"], env)).toMatchObject({ code: 0, err: "" });
    await using shop = await openShop({ folder: folder.path });
    expect(shop.running.floor.count).toBe(8);
  });

  test("its own file comes back from the copy that the upgrade kept", async () => {
    using folder = tempFolder();
    const path = await unpacked(commit, folder.path);
    if (formatOf(path) === FORMAT) return;
    const env = { ZEUES_DATA: folder.path };
    expect(await zeues(["export", join(folder.path, "libro")], env)).toMatchObject({ code: 0 });
    const [kept = ""] = readdirSync(folder.path).filter((name) => name.includes(".formato-"));
    const done = await zeues(["restore", join(folder.path, kept), "--forzar"], env);
    expect(done).toMatchObject({ code: 0, err: "" });
    await using shop = await openShop({ folder: folder.path });
    await expectSame(shop, `${commit}.json`);
  });
});

test("format 1 goes back as long as nothing was done that it can't hold", async () => {
  using folder = tempFolder();
  const path = await unpacked("8764a3d", folder.path);
  const env = { ZEUES_DATA: folder.path };
  const states = () => {
    using db = new Database(path, { readonly: true });
    return db.query("SELECT key, version, json(state) FROM record ORDER BY key").values();
  };
  const before = states();
  expect((await zeues(["export", join(folder.path, "libro")], env)).code).toBe(0);
  expect(states()).not.toEqual(before);
  expect(await zeues(["migrate", "formato", "1"], env)).toMatchObject({ code: 0, err: "" });
  expect(formatOf(path)).toBe(1);
  expect(states()).toEqual(before);
});

test("what format 1 can't hold is not lost: no way back, and the copy of then is named", async () => {
  using folder = tempFolder();
  const path = await unpacked("8764a3d", folder.path);
  {
    await using shop = await openShop({ folder: folder.path });
    const nota = { tag_spool: "A6", worker_id: 93, texto: "revisar" };
    expect(await (await shop.api("/notas", nota)).json()).toMatchObject({ ok: true });
  }
  const { code, err } = await zeues(["migrate", "formato", "1"], { ZEUES_DATA: folder.path });
  expect(code).toBe(1);
  expect(err).toMatch(/^zeues: no se puede volver al formato 1: hay 1 suceso [^\n]+\n$/);
  expect(err).toContain(".formato-1-suceso-");
  expect(formatOf(path)).toBe(FORMAT);
});

test("a file of a newer ZEUES is refused, and the copy of before is named", async () => {
  using folder = tempFolder();
  const path = await unpacked("8764a3d", folder.path);
  const env = { ZEUES_DATA: folder.path };
  expect((await zeues(["export", join(folder.path, "libro")], env)).code).toBe(0);
  {
    using db = new Database(path);
    db.run(`PRAGMA user_version = ${FORMAT + 1}`);
  }
  const { code, err } = await zeues(["export", join(folder.path, "otro")], env);
  expect(code).toBe(1);
  expect(err).toMatch(/^zeues: [^\n]+ZEUES más nuevo[^\n]+\n$/);
  const [kept = "none"] = readdirSync(folder.path).filter((name) => name.includes(".formato-1-"));
  expect(err).toContain(`zeues restore ${join(folder.path, kept)}`);
});

test("there is a sample of each format that a step leads away from", async () => {
  const formats = new Set<number>();
  using folder = tempFolder();
  for (const commit of samplesOf("sqlite"))
    formats.add(formatOf(await unpacked(commit, folder.path)));
  expect([...formats].sort()).toEqual(Array.from({ length: FORMAT }, (_, at) => at + 1));
});

describe("Redis", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test.each(samplesOf("redis"))(
    "as %s wrote it shows the same, can be acted on",
    async (commit) => {
      const redis = new Redis(server.url);
      await redis.flushall();
      const lines = new TextDecoder().decode(await sampleBytes(`${commit}.redis.gz`)).split("\n");
      for (const line of lines) {
        const [name = "", ...args] = JSON.parse(line) as string[];
        await redis.call(name, args);
      }
      redis.disconnect();
      await using shop = await openShop({ env: { REDIS_URL: server.url } });
      await expectSame(shop, `${commit}.redis.json`);
    },
  );
});
