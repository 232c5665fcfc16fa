/** `zeues doctor`: what is wrong, and what to do, without touching anything (spec 9). */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { doctor } from "../../src/cli/doctor.ts";
import { PREFIX, redisKeys } from "../../src/ledger/redis-keys.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import { redisStore } from "../support/ledger-redis.ts";
import { AT_MS, importar, store, upTo } from "../support/ledger-writes.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { openShop, TOKEN, tempFolder } from "../support/shop.ts";

type Env = Readonly<Record<string, string>>;

/** @returns the exit code and the lines that were printed */
async function examined(env: Env, nowMs: () => number = Date.now) {
  const lines: string[] = [];
  // Whatever else runs on this machine may have the port that is asked for by default.
  const own = { PORT: "0", ...env };
  const code = await doctor({ env: own, nowMs, print: (line) => void lines.push(line) });
  return { code, lines, bad: lines.filter((line) => /^(aviso|mal) /.test(line)) };
}

const keys = redisKeys(PREFIX);

/** A ledger with some events in a server of its own. */
async function fill(server: RedisServer, count = 3): Promise<void> {
  const ledger = await redisStore(server.url, PREFIX).open();
  await store(ledger, ...upTo(count).map((n) => importar(`S-${n}`)));
  await ledger.close();
}

describe("the configuration", () => {
  test("every variable is told, with what is in use, and no secret", async () => {
    using folder = tempFolder();
    const { code, lines } = await examined({
      ZEUES_DATA: folder.path,
      PORT: "8080",
      ZEUES_API_TOKEN: TOKEN,
    });
    expect(code).toBe(0);
    expect(lines).toContain("bien   PORT: 8080");
    expect(lines).toContain("bien   HOST: 0.0.0.0 (por defecto)");
    expect(lines).toContain(`bien   ZEUES_API_TOKEN: secreto, ${TOKEN.length} caracteres`);
    expect(lines.join("\n")).not.toContain(TOKEN);
    expect(lines.at(-1)).toBe("Nada mal, 0 avisos.");
  });

  test("all bad variables at once, and one that nobody knows", async () => {
    const { code, bad } = await examined({
      PORT: "no",
      REDIS_URL: "http://user:secreto@host",
      ZEUES_DTA: "x",
    });
    expect(code).toBe(1);
    expect(bad.join("\n")).not.toContain("secreto");
    expect(bad).toEqual([
      "mal    PORT no sirve. Qué hacer: debe ser un número de 0 a 65535",
      expect.stringMatching(/^mal {4}REDIS_URL no sirve. Qué hacer: debe ser redis:\/\//),
      expect.stringMatching(/^aviso {2}ZEUES_DTA: este ZEUES no conoce esa variable/),
      expect.stringMatching(/^aviso {2}el registro no se revisó/),
    ]);
  });
});

/** Names, sizes and times of all files in a folder. */
const filesOf = (folder: string) =>
  readdirSync(folder)
    .sort()
    .map((name) => {
      const { size, mtimeMs, ino } = statSync(join(folder, name));
      return { name, size, mtimeMs, ino };
    });

function openFile(folder: string) {
  const onFault = (fault: unknown): never => {
    throw fault;
  };
  return openSqliteLedger({ path: join(folder, "zeues.sqlite"), onFault });
}

describe("a SQLite ledger", () => {
  test("before the first start there is none, and none is made", async () => {
    using folder = tempFolder();
    const { code, lines } = await examined({ ZEUES_DATA: join(folder.path, "new/data") });
    expect(code).toBe(0);
    expect(lines.join("\n")).toContain("todavía no hay registro; se crea al empezar");
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test.each(["what # is? 100%.d", "data"])("one that rests, in folder %j", async (name) => {
    using folder = tempFolder();
    const ledger = openFile(join(folder.path, name));
    await store(ledger, importar("A"), importar("B"));
    await ledger.close();
    const before = filesOf(join(folder.path, name));
    const { code, lines, bad } = await examined({ ZEUES_DATA: join(folder.path, name) });
    expect({ code, bad }).toEqual({ code: 0, bad: [] });
    expect(lines).toContain("bien   registro: 2 sucesos, sin saltos");
    expect(lines).toContain("bien   carretes: 2");
    expect(lines.join("\n")).toContain("synchronous=FULL");
    expect(filesOf(join(folder.path, name))).toEqual(before);
  });

  test("one that a server uses: who, and what is in it by now", async () => {
    using folder = tempFolder();
    const ledger = openFile(folder.path);
    await store(ledger, importar("A"));
    const server = Bun.spawn([process.execPath, "src/main.ts", "doctor"], {
      env: { ZEUES_DATA: folder.path, PORT: "0", PATH: process.env.PATH ?? "" },
      stdout: "pipe",
    });
    const said = await new Response(server.stdout).text();
    expect(await server.exited).toBe(0);
    expect(said).toMatch(
      new RegExp(`zeues.sqlite: lo usa otro proceso( \\(pid ${process.pid}\\))?\n`),
    );
    expect(said).toContain("registro: 1 suceso, sin saltos");
    await store(ledger, importar("B"));
    await ledger.close();
  });

  test("a file of another program, and one that is no database", async () => {
    using folder = tempFolder();
    const path = join(folder.path, "zeues.sqlite");
    await Bun.write(path, "x".repeat(10_000));
    const { code, bad } = await examined({ ZEUES_DATA: folder.path });
    expect(code).toBe(1);
    expect(bad[0]).toMatch(
      /^mal .*zeues\.sqlite: no es un registro o está dañado: repón un respaldo/,
    );
    expect(readFileSync(path, "utf8")).toBe("x".repeat(10_000));
  });

  test("a clock that is behind the last event", async () => {
    using folder = tempFolder();
    const ledger = openFile(folder.path);
    await store(ledger, importar("A"));
    await ledger.close();
    const { code, bad } = await examined({ ZEUES_DATA: folder.path }, () => AT_MS - 3_600_000);
    expect(code).toBe(0);
    expect(bad[0]).toContain("va 3.600 s atrasada respecto de su último suceso");
  });
});

describe("a Redis as it should be", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test("is told in full, while a server works on it, and not changed", async () => {
    await fill(server);
    await using shop = await openShop({ env: { REDIS_URL: server.url, ZEUES_DEMO: "off" } });
    expect(shop.running.floor.count).toBe(3);
    const { code, lines, bad } = await examined({ REDIS_URL: server.url });
    expect({ code, bad }).toEqual({ code: 0, bad: [] });
    const text = lines.join("\n");
    for (const words of [
      `conectado a 127.0.0.1:${server.port}/0`,
      "appendonly yes",
      "noeviction",
      "es el maestro",
      "reloj: a 0",
      "procesos de ZEUES conectados: 1",
      "registro: 3 sucesos, sin saltos",
    ]) {
      expect(text).toContain(words);
    }
    const writes = String(await server.command("INFO", "commandstats"));
    await examined({ REDIS_URL: server.url });
    const after = String(await server.command("INFO", "commandstats"));
    const writing = /^cmdstat_(set|hset|xadd|del|unlink|hdel|rpush|expire|publish|config)[|:].*$/gm;
    const calls = (stats: string) =>
      [...stats.matchAll(writing)].map(([line]) => line.split(",")[0]);
    expect(calls(after)).toEqual(calls(writes));
  });

  test("a clock that is off by more than two seconds", async () => {
    const { bad } = await examined({ REDIS_URL: server.url }, () => Date.now() + 7_200_000);
    expect(bad[0]).toMatch(
      /^aviso {2}reloj: esta máquina va 7\.200 s adelantada respecto de Redis/,
    );
    const near = await examined({ REDIS_URL: server.url }, () => Date.now() + 1_500);
    expect(near.bad).toEqual([]);
  });
});

/** What somebody did to a Redis with a ledger in it, and the line that says so. */
const FAULTS: readonly (readonly [
  name: string,
  commands: readonly (readonly [string, ...(string | number)[]])[],
  code: number,
  line: RegExp,
])[] = [
  [
    "appendonly no",
    [["CONFIG", "SET", "appendonly", "no"]],
    0,
    /^aviso {2}appendonly no: .*\. Qué hacer: ponlo en yes$/,
  ],
  [
    "allkeys-lru",
    [["CONFIG", "SET", "maxmemory-policy", "allkeys-lru"]],
    0,
    /^aviso {2}maxmemory-policy allkeys-lru: .*\. Qué hacer: ponlo en noeviction$/,
  ],
  [
    "little memory left",
    [["CONFIG", "SET", "maxmemory", 1_500_000]],
    0,
    /^aviso {2}memoria: \d+ MB de 1 MB \(maxmemory\): queda poca\. Qué hacer: sube maxmemory$/,
  ],
  [
    "a stranger's key",
    [["SET", `${PREFIX}:recordX`, "x"]],
    0,
    /^aviso {2}claves ajenas bajo \{zeues\}: "\{zeues\}:recordX"\. Qué hacer: bórralas/,
  ],
  [
    "many strangers' keys, with control characters and endless names",
    upTo(25).map((n) => ["SET", `${PREFIX}:\u001b[31m${n}${"x".repeat(5_000)}`, "x"] as const),
    0,
    /^aviso {2}claves ajenas bajo \{zeues\}: ("[^"]{1,80}", ){9}"[^"]{1,80}" y 15 más\. Qué/,
  ],
  [
    "a key of another type",
    [
      ["DEL", keys.history("spool:S-1")],
      ["SET", keys.history("spool:S-1"), "x"],
    ],
    1,
    /^mal {4}claves de otro tipo que el de ZEUES: "\{zeues\}:history:spool:S-1"/,
  ],
  [
    "a newer format",
    [["HSET", keys.meta, "format", 99]],
    1,
    /^mal .*más nuevo \(formato 99; este conoce 1\): actualiza este proceso$/,
  ],
  [
    "an entry of another format",
    [
      ["XADD", keys.log, "4-0", "2", "{}"],
      ["HSET", keys.meta, "head", 4],
    ],
    1,
    /^mal .*el suceso 4 del registro es de otro formato/,
  ],
  [
    "an entry that is gone",
    [["XDEL", keys.log, "2-0"]],
    1,
    /^mal .*entre el 1 y el 3 debía haber 1 suceso más\. Qué/,
  ],
  ["a log that is gone", [["DEL", keys.log]], 1, /^mal .*debía tener 3 sucesos\. Qué/],
  ["an end that is lost", [["DEL", keys.meta]], 1, /^mal .*hay sucesos, y no dónde terminan\. Qué/],
  [
    "an id that was used up",
    [
      ["XADD", keys.log, "9-0", "1", "{}"],
      ["XDEL", keys.log, "9-0"],
    ],
    1,
    /^mal .*debía terminar en 3, termina en 3 \(último id 9-0\)/,
  ],
  ["a copy that was cut", [["HSET", keys.copy, "id", "x"]], 1, /^mal .*copia sin terminar\. Qué/],
];

describe("a Redis that something is wrong with", () => {
  test.each(FAULTS)("%s", async (_, commands, code, line) => {
    await using server = await startRedis();
    await fill(server);
    for (const [command, ...args] of commands) await server.command(command, ...args);
    const found = await examined({ REDIS_URL: server.url });
    expect(found.bad).toEqual([expect.stringMatching(line)]);
    expect(found.code).toBe(code);
  });

  test("a key without which nothing can be read", async () => {
    await using server = await startRedis();
    await fill(server);
    await server.command("DEL", keys.meta);
    await server.command("SET", keys.meta, "x");
    const { code, bad } = await examined({ REDIS_URL: server.url });
    expect(code).toBe(1);
    expect(bad).toEqual([
      expect.stringMatching(/^mal {4}claves de otro tipo que el de ZEUES: "\{zeues\}:meta"/),
      expect.stringMatching(/^mal .*es de otro tipo \(WRONGTYPE\)/),
    ]);
  });

  test("a replica", async () => {
    await using master = await startRedis({ args: ["--repl-diskless-sync-delay", "0"] });
    await using replica = await startRedis({
      args: ["--replicaof", `127.0.0.1 ${master.port}`],
    });
    await replica.said(/sync: Finished with success/);
    const { code, bad } = await examined({ REDIS_URL: replica.url });
    expect(code).toBe(1);
    expect(bad).toEqual([
      "mal    este Redis es una réplica (slave). Qué hacer: apunta REDIS_URL al maestro",
    ]);
  });

  test("a password that is missing or wrong", async () => {
    await using server = await startRedis({ args: ["--requirepass", "secreto"] });
    const url = (auth: string): string => `redis://${auth}127.0.0.1:${server.port}`;
    const without = await examined({ REDIS_URL: url("") });
    expect(without.code).toBe(1);
    expect(without.bad[0]).toMatch(/^mal .*Redis pide contraseña \(NOAUTH\): ponla en REDIS_URL$/);
    const wrong = await examined({ REDIS_URL: url(":otra@") });
    expect(wrong.bad[0]).toContain("WRONGPASS");
    const right = await examined({ REDIS_URL: url(":secreto@") });
    expect(right.code).toBe(0);
    expect(right.lines.join("\n")).not.toContain("secreto");
  });

  test("nothing listens", async () => {
    const { code, bad } = await examined({ REDIS_URL: "redis://127.0.0.1:1" });
    expect(code).toBe(1);
    expect(bad[0]).toMatch(/^mal {4}Redis: 127\.0\.0\.1:1\/0: .*\. Qué hacer: revisa REDIS_URL/);
  });
});
