/**
 * Each bad start ends in the one line that says what to do, with the binary and nothing else of
 * ours, and leaves what was there as it was.
 */
import { beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import { BAD_STARTS, type BadStart, NOBODY, pageOfBadStarts } from "../support/bad-starts.ts";
import { BUILD_MS, binary } from "../support/binary.ts";
import { importar, store, upTo } from "../support/ledger-writes.ts";
import { tempFolder } from "../support/shop.ts";
import { runZeues } from "../support/terminal.ts";

let zeues = "";
beforeAll(async () => {
  zeues = await binary();
}, BUILD_MS);

/** Names and contents of all that is there; what SQLite keeps of its readers says nothing. */
function contentsOf(folder: string): Readonly<Record<string, string>> {
  const all = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  const files = all.filter((name) => !name.endsWith("-shm") && !name.endsWith("-hold"));
  const textOf = (path: string) =>
    statSync(path).isFile() ? readFileSync(path).toString("hex") : "a folder";
  return Object.fromEntries(files.map((name) => [name, textOf(join(folder, name))]));
}

async function makeLedger(folder: string): Promise<void> {
  const onFault = (fault: unknown): never => {
    throw fault;
  };
  const ledger = openSqliteLedger({ path: join(folder, "data/zeues.sqlite"), onFault });
  await store(ledger, ...upTo(50).map((n) => importar(`S-${n}`)));
  await ledger.close();
}

const MOUNT = {
  small: "size=64k",
  sealed: "ro",
} as const;

/** What starts it: as another user, on a disk of its own that is gone with the process. */
function commandOf(as: BadStart["as"], folder: string): readonly string[] {
  if (as === undefined) return [zeues];
  const ids = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];
  if (as === "user") return ["setpriv", ...ids, zeues];
  const mount = `mkdir "$1" && mount -t tmpfs -o ${MOUNT[as]} none "$1" && shift && exec "$@"`;
  return ["unshare", "--mount", "sh", "-c", mount, "sh", join(folder, "m"), zeues];
}

async function meet(bad: BadStart, port: number): Promise<void> {
  using folder = tempFolder();
  chmodSync(folder.path, 0o755);
  const filled = (text: string) =>
    text.replaceAll("{f}", folder.path).replaceAll("{p}", String(port));
  if (bad.data === "good") await makeLedger(folder.path);
  bad.make?.(folder.path);
  const before = contentsOf(folder.path);
  const given = Object.entries(bad.env ?? {}).map(([name, value]) => [name, filled(value)]);
  const env = { ZEUES_DATA: filled("{f}/data"), ...Object.fromEntries(given) };
  const command = commandOf(bad.as, folder.path);
  const args = bad.args.split(" ").map(filled);
  const said = await runZeues(args, env, "", { command, cwd: "/" });
  expect(said.stderr).toBe(`zeues: ${filled(bad.line)}\n`);
  expect(said).toMatchObject({ code: bad.code ?? 1, stdout: "" });
  const after = contentsOf(folder.path);
  for (const [name, text] of Object.entries(before)) expect(after[name] === text).toBe(true);
  // A start that could open the ledger and not listen has begun one; no other leaves anything.
  const made = Object.keys(after).filter((name) => !(name in before));
  const whole = /^(m|data(\/(zeues|demo)\.sqlite(-wal)?)?)$/;
  expect(made.filter((name) => !whole.test(name))).toEqual([]);
}

// A user of another number can only be root's to become, a disk only root's to mount.
describe.skipIf(process.getuid?.() !== 0)("one line each", () => {
  test.each(BAD_STARTS.map((bad) => [bad.when, bad] as const))("%s", async (_, bad) => {
    const other = createServer();
    const { promise, resolve } = Promise.withResolvers<void>();
    other.listen(0, "127.0.0.1", resolve);
    await promise;
    const address = other.address();
    try {
      await meet(bad, typeof address === "object" && address ? address.port : 0);
    } finally {
      other.close();
    }
  });
});

test("the page shows them all", () => {
  const page = join(import.meta.dir, "../../docs/troubleshooting-start.md");
  expect(existsSync(page) && readFileSync(page, "utf8")).toBe(pageOfBadStarts());
});
