/** What doctor says before a start would: of the machine, the port, the file. It touches none. */
import { expect, test } from "bun:test";
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { doctor } from "../../src/cli/doctor.ts";
import { streamsMax } from "../../src/compose-descriptors.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import { importar, store, upTo } from "../support/ledger-writes.ts";
import { openShop, tempFolder } from "../support/shop.ts";

async function examined(env: Readonly<Record<string, string>>) {
  const lines: string[] = [];
  const options = { env: { PORT: "0", HOST: "127.0.0.1", ...env }, nowMs: Date.now };
  const code = await doctor({ ...options, print: (line) => void lines.push(line) });
  return { code, lines, bad: lines.filter((line) => /^(aviso|mal) /.test(line)) };
}

async function makeLedger(folder: string, spools: number): Promise<string> {
  const path = join(folder, "zeues.sqlite");
  const onFault = (fault: unknown): never => {
    throw fault;
  };
  const ledger = openSqliteLedger({ path, onFault });
  await store(ledger, ...upTo(spools).map((n) => importar(`S-${n}`)));
  await ledger.close();
  return path;
}

test("of a machine where all is well it says how much of everything there is", async () => {
  using folder = tempFolder();
  const { code, lines } = await examined({ ZEUES_DATA: folder.path });
  expect(code).toBe(0);
  const text = lines.join("\n");
  expect(text).toMatch(/^bien {3}disco de \S+: [\d.]+ MB libres$/m);
  expect(text).toMatch(/^\w+ +archivos y conexiones a la vez: \d+, pantallas hasta \d+/m);
  expect(readdirSync(folder.path)).toEqual([]);
});

test("a port that another program has, and one that a ZEUES has", async () => {
  using folder = tempFolder();
  const other = createServer();
  const { promise, resolve } = Promise.withResolvers<void>();
  other.listen(0, "127.0.0.1", resolve);
  await promise;
  const address = other.address();
  const port = typeof address === "object" && address ? address.port : 0;
  try {
    const taken = await examined({ ZEUES_DATA: folder.path, PORT: String(port) });
    expect(taken.bad).toEqual([
      `mal    el puerto ${port} ya lo usa otro programa: ` +
        "ciérralo (ss -ltnp lo nombra) o cambia PORT",
    ]);
  } finally {
    other.close();
  }
  await using shop = await openShop({ folder: folder.path });
  const own = new URL(shop.url).port;
  const held = await examined({ ZEUES_DATA: folder.path, PORT: own });
  expect(held).toMatchObject({ code: 0, bad: [] });
  expect(held.lines).toContain(`bien   puerto ${own}: lo usa un ZEUES`);
});

test("a file of no bytes, where there may have been a ledger", async () => {
  using folder = tempFolder();
  closeSync(openSync(join(folder.path, "zeues.sqlite"), "w"));
  const { bad } = await examined({ ZEUES_DATA: folder.path });
  expect(bad).toEqual([
    expect.stringMatching(/^aviso {2}SQLite .*está vacío \(0 bytes\)\. Qué hacer: si aquí hubo/),
  ]);
});

test("a page in the middle that the disk lost", async () => {
  using folder = tempFolder();
  const path = await makeLedger(folder.path, 400);
  const whole = readFileSync(path);
  const file = openSync(path, "r+");
  writeSync(
    file,
    new Uint8Array(4_096).fill(0xa5),
    0,
    4_096,
    Math.floor(whole.length / 8_192) * 4_096,
  );
  closeSync(file);
  const damaged = readFileSync(path);
  const { code, bad } = await examined({ ZEUES_DATA: folder.path });
  expect(code).toBe(1);
  expect(bad[0]).toMatch(/^mal {4}(archivo del registro dañado|SQLite .* está dañado)/);
  expect(readFileSync(path).equals(damaged)).toBe(true);
});

test("a folder in the place of the file", async () => {
  using folder = tempFolder();
  mkdirSync(join(folder.path, "zeues.sqlite"));
  const { code, bad } = await examined({ ZEUES_DATA: folder.path });
  expect(code).toBe(1);
  expect(bad[0]).toMatch(/zeues\.sqlite es una carpeta, y debe ser un archivo/);
});

test("streams leave descriptors for everything else", () => {
  expect([1_024, 256, 64].map(streamsMax)).toEqual([896, 128, 32]);
  expect(streamsMax(null)).toBe(Number.POSITIVE_INFINITY);
});
