/**
 * The root folder of the container image, made by the Dockerfile's own script and entered without
 * an engine: chroot, read-only, not root, PID 1, no other file of this machine. It is also the
 * machine with no Bun and no Node.
 */
import { beforeAll, describe, expect, test } from "bun:test";
import { chownSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { BUILD_MS, binary } from "../support/binary.ts";
import { tempFolder } from "../support/shop.ts";
import { smoke } from "../support/smoke.ts";
import { runZeues, startZeues } from "../support/terminal.ts";

const NOBODY = 65_532;
const unshare = ["unshare", "--mount", "--pid", "--fork", "--kill-child"];
/** Only root makes namespaces, and not in every sandbox. */
const allowed = Bun.spawnSync([...unshare, "mount", "--make-rprivate", "/"]).exitCode === 0;

let zeues: string;
beforeAll(async () => {
  zeues = await binary();
}, BUILD_MS);

function openImage() {
  const folder = tempFolder();
  const root = join(folder.path, "root");
  const data = join(folder.path, "volume");
  const made = Bun.spawnSync(["sh", ".ci/image-root.sh", zeues, root]);
  if (made.exitCode !== 0) throw new Error(`image-root.sh: ${made.stderr}`);
  mkdirSync(data, { mode: 0o700 });
  chownSync(data, NOBODY, NOBODY);
  const enter = join(import.meta.dir, "enter-image.sh");
  return {
    root,
    data,
    how: { command: [...unshare, "sh", enter, root, data], wrapped: true },
    [Symbol.dispose]: () => rmSync(folder.path, { recursive: true, force: true }),
  };
}

test("the root folder holds the binary, the C library and an empty place for data", () => {
  using image = openImage();
  const files = readdirSync(image.root, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => one.name)
    .sort();
  expect(files.filter((name) => !/^(lib(c|m|dl|pthread)[.]so|ld-linux-)/.test(name))).toEqual([
    "zeues",
  ]);
  const { uid, mode } = statSync(join(image.root, "data"));
  expect([uid, mode & 0o777]).toEqual([NOBODY, 0o700]);
});

describe.if(allowed)("entered as an engine would", () => {
  test("as PID 1, not root, on a read-only root: a shop's morning, twice, signals obeyed", async () => {
    using image = openImage();
    await smoke(image.how, "/data");
    for (const name of readdirSync(image.data)) {
      expect(statSync(join(image.data, name)).uid).toBe(NOBODY);
    }
  });

  test("its health check is the binary's own, in the same network", async () => {
    using image = openImage();
    await using server = await startZeues({ ZEUES_DATA: "/data" }, image.how);
    const { port } = new URL(server.url);
    const { code, stdout } = await runZeues(["salud"], { PORT: port }, "", image.how);
    expect([code, stdout]).toEqual([0, `http://127.0.0.1:${port}/healthz: bien\n`]);
  });

  test("a folder outside of the volume can't be written: one line, no stack", async () => {
    using image = openImage();
    const { code, stderr } = await runZeues(["serve"], { ZEUES_DATA: "/x" }, "", image.how);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^zeues: [^\n]+\n$/);
  });
});
