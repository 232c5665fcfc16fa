import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { join } from "node:path";
import { QUEUE_MAX } from "../../src/ledger/group-commit.ts";
import { LedgerUnavailable, REMEMBER_MS } from "../../src/ledger/ledger.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import { type SqliteStore, sqliteStore } from "../support/ledger-store.ts";
import { importar, seqOf, seqsOf, store, upTo } from "../support/ledger-writes.ts";
import { ledgerContract } from "./contract.ts";

ledgerContract("SQLite", sqliteStore);

const support = (script: string): string => join(import.meta.dir, "../support", script);

/** Why it does not open, as one line. */
async function refusal({ open }: SqliteStore): Promise<string> {
  const error = await open().then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(LedgerUnavailable);
  const { message } = error as LedgerUnavailable;
  expect(message).not.toContain("\n");
  return message;
}

/** Runs SQL on the file beside the ledger, as a stranger's program would. */
function stranger(path: string): Database {
  const db = new Database(path, { create: true });
  db.run("PRAGMA busy_timeout = 0");
  return db;
}

test("a file that is in use is refused, in this process and in another, and not harmed", async () => {
  await using house = await sqliteStore();
  const ledger = await house.open();
  await store(ledger, importar("A"));
  expect(await refusal(house)).toContain("otro proceso de ZEUES lo está usando");
  const child = Bun.spawnSync([process.execPath, support("ledger-open.ts"), house.path]);
  expect(child.stdout.toString()).toContain("otro proceso de ZEUES lo está usando");
  expect(seqsOf(await store(ledger, importar("B")))).toEqual([2]);
  await ledger.close();
  const freed = Bun.spawnSync([process.execPath, support("ledger-open.ts"), house.path]);
  expect(freed.stdout.toString()).toBe("opened");
});

test("a file of a newer ZEUES is refused and not touched (M3)", async () => {
  await using house = await sqliteStore();
  await (await house.open()).close();
  using db = stranger(house.path);
  db.run("PRAGMA user_version = 999");
  expect(await refusal(house)).toContain("lo escribió un ZEUES más nuevo (formato 999");
  expect(db.query("PRAGMA user_version").get()).toEqual({ user_version: 999 });
});

test("spools stored before remarks existed get an empty list of them (schema 2)", async () => {
  await using house = await sqliteStore();
  const first = await house.open();
  await store(first, importar("OLD"));
  await first.close();
  using db = stranger(house.path);
  db.run("UPDATE record SET state = json_remove(state, '$.notas', '$.completada')");
  db.run("PRAGMA user_version = 1");
  const ledger = await house.open();
  const { spools } = await ledger.snapshot();
  expect(spools.map(({ notas, completada }) => ({ notas, completada }))).toEqual([
    { notas: [], completada: null },
  ]);
  await ledger.close();
});

test("a database of another program is refused and not touched (M3)", async () => {
  await using house = await sqliteStore();
  const db = stranger(house.path);
  db.run("CREATE TABLE recipe (name TEXT)");
  db.close();
  const before = await Bun.file(house.path).bytes();
  expect(await refusal(house)).toContain("base de datos de otro programa");
  expect(await Bun.file(house.path).bytes()).toEqual(before);
});

test("a file that is no database is refused and not touched (M3)", async () => {
  await using house = await sqliteStore();
  const text = "TAG_SPOOL;NV\n".repeat(400);
  await Bun.write(house.path, text);
  expect(await refusal(house)).toContain(`no se puede abrir el registro ${house.path}: `);
  expect(await Bun.file(house.path).text()).toBe(text);
});

test("a ledger that somebody took apart is refused, and can be mended", async () => {
  await using house = await sqliteStore();
  await (await house.open()).close();
  using db = stranger(house.path);
  db.run("ALTER TABLE event RENAME TO events");
  expect(await refusal(house)).toContain("no such table: ");
  db.run("ALTER TABLE events RENAME TO event");
  await (await house.open()).close();
});

test("an empty file and a missing folder become a new ledger", async () => {
  await using house = await sqliteStore();
  await Bun.write(house.path, "");
  const ledger = await house.open();
  expect(seqsOf(await store(ledger, importar("A")))).toEqual([1]);
  await ledger.close();
  const path = join(house.folder, "data", "taller", "zeues.db");
  const deep = openSqliteLedger({ path, onFault: () => {} });
  expect(await deep.health()).toMatchObject({ ok: true });
  await deep.close();
});

test("health says how durable it is (spec 5)", async () => {
  await using house = await sqliteStore();
  const ledger = await house.open();
  const detail = "SQLite: synchronous=FULL, journal_mode=wal";
  expect(await ledger.health()).toEqual({ ok: true, detail });
  await ledger.close();
});

test("while nothing can be written commits are refused, reads go on, and it recovers (L2)", async () => {
  await using house = await sqliteStore();
  const ledger = await house.open();
  await store(ledger, importar("A"));
  using db = stranger(house.path);
  db.run("BEGIN IMMEDIATE");
  const refused = await Promise.allSettled([
    store(ledger, importar("B")),
    store(ledger, importar("C")),
  ]);
  for (const { status, ...rest } of refused) {
    expect(status).toBe("rejected");
    expect(rest).toMatchObject({ reason: { name: "LedgerUnavailable" } });
  }
  expect((await ledger.health()).ok).toBe(false);
  expect(seqsOf(await ledger.read(seqOf(0)))).toEqual([1]);
  db.run("ROLLBACK");
  expect((await ledger.health()).ok).toBe(true);
  expect(seqsOf(await store(ledger, importar("B")))).toEqual([2]);
  await ledger.close();
});

test.skipIf(process.platform !== "linux")(
  "a full disk refuses commits whole and says so; with room again all goes on (L2)",
  async () => {
    await using house = await sqliteStore();
    const run = `trap "" XFSZ; ulimit -S -f 1000; exec "$0" "$1" "$2"`;
    const script = support("ledger-full-disk.ts");
    const child = Bun.spawnSync(["sh", "-c", run, process.execPath, script, house.path]);
    const { stored, ...report } = JSON.parse(child.stdout.toString());
    expect(stored).toBeGreaterThan(0);
    expect(report).toMatchObject({
      full: { ok: false },
      readable: stored * 2,
      roomy: { ok: true },
      next: stored * 2 + 1,
      faults: [],
    });
    const ledger = await house.open();
    expect(seqsOf(await ledger.read(seqOf(0)))).toEqual(upTo(stored * 2 + 1));
    await ledger.close();
  },
);

test("more commits in one turn than the queue takes are refused; the others are stored", async () => {
  await using house = await sqliteStore();
  const ledger = await house.open();
  const asked = upTo(QUEUE_MAX + 10).map((n) => store(ledger, importar(`S-${n}`)));
  const results = await Promise.allSettled(asked);
  const stored = results.filter(({ status }) => status === "fulfilled").length;
  expect(stored).toBeLessThanOrEqual(QUEUE_MAX);
  expect(stored).toBeGreaterThan(QUEUE_MAX - 10);
  const refused = results.find(({ status }) => status === "rejected");
  expect(refused).toMatchObject({ reason: { name: "LedgerUnavailable" } });
  expect((await ledger.snapshot()).seq).toBe(seqOf(stored));
  await ledger.close();
});

test("outcomes past their time are removed from the file, with the commits that follow", async () => {
  let nowMs = 1_000_000;
  await using house = await sqliteStore();
  const ledger = await house.open({ nowMs: () => nowMs });
  await Promise.all(
    upTo(1_500).map((n) => {
      const remember = { key: `k-${n}`, fingerprint: "f" };
      return ledger.commit({ writes: [importar(`S-${n}`)], remember });
    }),
  );
  using db = stranger(house.path);
  const kept = db.query<{ n: number }, []>("SELECT count(*) AS n FROM outcome");
  expect(kept.get()?.n).toBe(1_500);
  nowMs += REMEMBER_MS + 1;
  await store(ledger, importar("A"));
  expect(kept.get()?.n).toBe(500);
  await store(ledger, importar("B"));
  expect(kept.get()?.n).toBe(0);
  await ledger.close();
});

test("a ledger in memory needs no file", async () => {
  const ledger = openSqliteLedger({ path: ":memory:", onFault: () => {} });
  expect(seqsOf(await store(ledger, importar("A")))).toEqual([1]);
  await ledger.close();
});
