/**
 * Nothing is lost by a kill or a full disk in a backup, a restore or an upgrade: the ledger opens
 * with all its events, nothing half has a real name, and the next try works and clears up.
 */
import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { FORMAT } from "../../src/ledger/migrations.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import { fillFromSqlite, makeBackup, verifyBackup } from "../../src/ledger/sqlite-backup.ts";
import { readSeal } from "../../src/ledger/sqlite-seal.ts";
import { type SqliteStore, sqliteStore } from "../support/ledger-store.ts";
import { AT_MS, importar, seqOf, store, upTo } from "../support/ledger-writes.ts";
import { launch } from "../support/program.ts";
import { sampleBytes } from "../support/samples.ts";
import { tempFolder } from "../support/shop.ts";

const SCRIPT = join(import.meta.dir, "../support/ledger-backup.ts");

const commandOf = (what: string, path: string, other: string, stage: string) => [
  process.execPath,
  SCRIPT,
  what,
  path,
  other,
  stage,
];

/** Runs it, and kills it at a stage. */
async function killedAt(what: string, path: string, other: string, stage: string): Promise<void> {
  const program = launch(commandOf(what, path, other, stage));
  await program.said(/stopped/);
  await program.kill("SIGKILL");
}

/** Runs it to its end. */
async function run(what: string, path: string, other: string, before: readonly string[] = []) {
  const child = Bun.spawn([...before, ...commandOf(what, path, other, "")], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = await new Response(child.stderr).text();
  return { code: await child.exited, said };
}

const backupTo = (path: string, destination: string) =>
  makeBackup({ fill: fillFromSqlite(path), destination, madeMs: AT_MS, zone: "UTC", by: "test" });

async function headOf(kept: SqliteStore): Promise<number> {
  const ledger = await kept.open();
  const { seq } = await ledger.snapshot();
  await ledger.close();
  return seq;
}

async function filled(kept: SqliteStore, from: number, to: number): Promise<void> {
  const ledger = await kept.open();
  const tags = upTo(to).slice(from - 1);
  await store(ledger, ...tags.map((n) => importar(`${n}-${"x".repeat(200)}`)));
  await ledger.close();
}

const named = (folder: string): string[] =>
  readdirSync(folder).filter((name) => !name.startsWith(".") && !name.endsWith("-hold"));

test.each(["copied", "checked", "named"])("a backup killed when %s", async (stage) => {
  await using kept = await sqliteStore();
  await filled(kept, 1, 200);
  using folder = tempFolder();
  await killedAt("backup", kept.path, folder.path, stage);
  const left = named(folder.path);
  expect(left.length).toBe(stage === "named" ? 1 : 0);
  for (const name of left) expect(verifyBackup(join(folder.path, name)).head).toBe(200);
  expect(await headOf(kept)).toBe(200);
  const { path } = await backupTo(kept.path, folder.path);
  expect(verifyBackup(path).head).toBe(200);
  expect(readdirSync(folder.path).filter((name) => name.includes("parcial"))).toEqual([]);
});

test.each(["copied", "checked", "kept", "placed"])("a restore killed when %s", async (stage) => {
  await using kept = await sqliteStore();
  await filled(kept, 1, 100);
  using folder = tempFolder();
  const { path } = await backupTo(kept.path, folder.path);
  await filled(kept, 101, 150);
  await killedAt("restore", kept.path, path, stage);
  expect(await headOf(kept)).toBe(stage === "placed" ? 100 : 150);
  if (stage !== "placed") await filled(kept, 151, 160);
  expect(await run("restore", kept.path, path)).toEqual({ code: 0, said: "" });
  expect(await headOf(kept)).toBe(100);
  const old = readdirSync(kept.folder).filter((name) => name.includes("antes-de-restaurar"));
  expect(old.length).toBeGreaterThan(0);
  const heads = old.map((name) => {
    using db = new Database(join(kept.folder, name), { readonly: true });
    return db.query<{ n: number }, []>("SELECT max(seq) AS n FROM event").get()?.n;
  });
  // What was there when the last one began is kept whole.
  expect(heads).toContain(stage === "placed" ? 150 : 160);
  expect(readdirSync(kept.folder).filter((name) => name.includes("restauracion"))).toEqual([]);
});

test("backups killed at any moment while the server commits, and the next one is whole", async () => {
  await using kept = await sqliteStore();
  await filled(kept, 1, 2_000);
  const ledger = await kept.open();
  using folder = tempFolder();
  for (const n of upTo(8)) {
    const program = Bun.spawn(commandOf("backup", kept.path, folder.path, ""), {
      stdio: ["ignore", "ignore", "inherit"],
    });
    // Some commits of time: none, or until it is about done.
    for (const turn of upTo(n * n * 12)) await store(ledger, importar(`${n}/${turn}`));
    program.kill("SIGKILL");
    await program.exited;
  }
  for (const name of named(folder.path)) verifyBackup(join(folder.path, name));
  const { seq } = await ledger.snapshot();
  expect((await backupTo(kept.path, folder.path)).seal.head).toBe(seq);
  expect(readdirSync(folder.path).filter((name) => name.includes("parcial"))).toEqual([]);
  await ledger.close();
});

const UPGRADES = ["copied", "checked", "kept", `step ${FORMAT}`];

test.each(UPGRADES)("an upgrade killed when %s", async (stage) => {
  await using kept = await sqliteStore();
  await Bun.write(kept.path, await sampleBytes("8764a3d.sqlite.gz"));
  await killedAt("upgrade", kept.path, "", stage);
  const head = await headOf(kept);
  expect(head).toBe(24);
  const copies = readdirSync(kept.folder).filter((name) => name.includes(".formato-1-"));
  expect(copies.length).toBe(1);
  expect(readSeal(join(kept.folder, copies[0] ?? ""))).toMatchObject({ format: 1, head });
});

/** A file system of a few megabytes; made by root, else there is nothing to test with. */
function smallDisk(megabytes: number) {
  const folder = tempFolder();
  const args = ["-t", "tmpfs", "-o", `size=${megabytes}m`, "zeues-test", folder.path];
  const mounted = Bun.spawnSync(["mount", ...args]).success;
  return {
    path: folder.path,
    mounted,
    [Symbol.dispose]() {
      if (mounted) Bun.spawnSync(["umount", folder.path]);
      folder[Symbol.dispose]();
    },
  };
}

const mayMount = (() => {
  using disk = smallDisk(1);
  return disk.mounted;
})();

describe.if(mayMount)("a full disk", () => {
  test("ends a backup in one line, and nothing is left of it", async () => {
    await using kept = await sqliteStore();
    await filled(kept, 1, 3_000);
    using disk = smallDisk(1);
    const { code, said } = await run("backup", kept.path, disk.path);
    expect(code).not.toBe(0);
    expect(said).toContain(`no se pudo hacer el respaldo en ${disk.path}: el disco está lleno`);
    expect(readdirSync(disk.path).filter((name) => !name.endsWith("-hold"))).toEqual([]);
    expect(await headOf(kept)).toBe(3_000);
  });

  test("ends a restore in one line, and the old ledger is as it was", async () => {
    using disk = smallDisk(3);
    using folder = tempFolder();
    await using big = await sqliteStore();
    await filled(big, 1, 3_000);
    const { path } = await backupTo(big.path, folder.path);
    const here = join(disk.path, "zeues.db");
    await using kept = await sqliteStore();
    await filled(kept, 1, 20);
    await Bun.write(here, Bun.file(kept.path));
    const { code, said } = await run("restore", here, path);
    expect(code).not.toBe(0);
    expect(said).toContain(`no se pudo restaurar en ${here}: el disco está lleno`);
    const left = openSqliteLedger({ path: here, onFault: () => {} });
    expect((await left.snapshot()).seq).toBe(seqOf(20));
    await left.close();
    expect(readdirSync(disk.path).filter((name) => !name.endsWith("-hold"))).toEqual(["zeues.db"]);
  });

  test("refuses an upgrade in one line, and the file is as it was", async () => {
    using disk = smallDisk(1);
    const path = join(disk.path, "zeues.db");
    const bytes = await sampleBytes("8764a3d.sqlite.gz");
    await Bun.write(path, bytes);
    await Bun.write(join(disk.path, "ballast"), new Uint8Array(1_048_576 - bytes.length - 65_536));
    const { code, said } = await run("upgrade", path, "");
    expect(code).not.toBe(0);
    expect(said).toContain("la copia de antes no se pudo guardar (el disco está lleno: haz lugar");
    expect(Buffer.compare(await Bun.file(path).bytes(), bytes)).toBe(0);
    expect(existsSync(`${path}-wal`)).toBe(false);
  });
});
