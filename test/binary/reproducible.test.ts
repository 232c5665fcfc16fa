/** Two clones in two folders, of two users with two environments, build the same bytes. */
import { expect, test } from "bun:test";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { sha256Of } from "../../.ci/runtimes.ts";
import { folderOf, readPackages } from "../../.ci/shipped.ts";
import { BUILD_MS } from "../support/binary.ts";
import { tempFolder } from "../support/shop.ts";

const list = "git -c safe.directory=* ls-files -z --cached --others --exclude-standard";
const COMMIT = "0123456789abcdef0123456789abcdef01234567";

/**
 * What a clone and `bun install` make: the committed files, and packages of its own. On this disk,
 * because packages are linked, not copied: they are a quarter of a gigabyte.
 */
function clone() {
  mkdirSync("dist", { recursive: true });
  const top = mkdtempSync(join("dist", "clone-"));
  const to = resolve(top, "a much/deeper folder");
  const files = Bun.spawnSync(list.split(" ")).stdout.toString().split("\0");
  const wanted =
    /^(src|views|static|[.]ci)\/|^(package[.]json|bun[.]lock|LICENSE|tsconfig[.]json)$/;
  for (const file of files.filter((one) => wanted.test(one))) {
    mkdirSync(join(to, dirname(file)), { recursive: true });
    cpSync(file, join(to, file));
  }
  for (const one of readPackages(".").filter(({ shipped }) => shipped)) {
    const folder = folderOf(".", one);
    mkdirSync(join(to, dirname(folder)), { recursive: true });
    Bun.spawnSync(["cp", "-al", folder, join(to, dirname(folder))]);
  }
  return { path: to, [Symbol.dispose]: () => rmSync(top, { recursive: true, force: true }) };
}

async function build(
  root: string,
  out: string,
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const command = [process.execPath, ".ci/build.ts", "--only", "zeues", "--out", out];
  const child = Bun.spawn(command, {
    cwd: root,
    env: { PATH: process.env.PATH ?? "", ZEUES_COMMIT: COMMIT, ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const errors = await new Response(child.stderr).text();
  expect([await child.exited, errors]).toEqual([0, ""]);
  return join(out, "zeues");
}

test(
  "the same commit gives the same bytes, wherever and by whomever it is built",
  async () => {
    using there = clone();
    using out = tempFolder();
    const ours = { HOME: out.path, TZ: "America/Santiago", LANG: "C" };
    const first = await build(".", join(out.path, "one"), ours);
    const theirs = { HOME: "/", TZ: "Asia/Tokyo", USER: "otra", LANG: "es_CL.UTF-8" };
    const env = { ...theirs, NODE_ENV: "test", SOURCE_DATE_EPOCH: "1" };
    const second = await build(there.path, join(out.path, "two"), env);
    expect(sha256Of(second)).toBe(sha256Of(first));
    for (const words of [there.path, out.path]) {
      expect([words, readFileSync(second).includes(words)]).toEqual([words, false]);
    }
    expect(readFileSync(first).includes(COMMIT.slice(0, 12))).toBe(true);
  },
  BUILD_MS,
);
