/**
 * `bun run build [TARGET…]`: one file `zeues` for each target, with checksums and the bill of
 * materials beside them, in dist/ (`--out FOLDER`). `--pin` writes runtimes.json anew.
 *
 * The same commit gives the same bytes, whoever builds it and wherever: nothing of the machine, its
 * environment or the hour goes in (test/binary/reproducible.test.ts).
 */
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { BunPlugin } from "bun";
import { FILES } from "../src/http/static-files.ts";
import { pack } from "../src/http/static-packed.ts";
import {
  hostTarget,
  isTarget,
  pinRuntimes,
  place,
  runtimeFor,
  sha256Of,
  TARGETS,
  type Target,
} from "./runtimes.ts";
import { readManifest } from "./shipped.ts";

/** As long as git's own short names become in a repository of any size. */
const COMMIT_DIGITS = 12;

function git(...args: readonly string[]): string | null {
  // Root may build in a clone that is another user's, which git refuses unless told.
  const command = ["git", "-c", "safe.directory=*", ...args];
  if (Bun.which("git") === null) return null;
  const { exitCode, stdout } = Bun.spawnSync(command, { stderr: "ignore" });
  return exitCode === 0 ? stdout.toString().trim() : null;
}

/** ZEUES_COMMIT where there is no .git: in a container's build, from an archive. */
function commitOf(): { readonly commit: string | null; readonly dirty: boolean } {
  const told = process.env.ZEUES_COMMIT?.trim();
  if (told) {
    if (!/^[\da-f]{7,40}(-dirty)?$/.test(told))
      throw new Error(`ZEUES_COMMIT=${told} is no commit`);
    return { commit: told.slice(0, COMMIT_DIGITS), dirty: told.endsWith("-dirty") };
  }
  const commit = git("rev-parse", "HEAD")?.slice(0, COMMIT_DIGITS) ?? null;
  return { commit, dirty: commit !== null && git("status", "--porcelain") !== "" };
}

/** Static files go in as they are sent (src/http/static-packed.ts). */
const packedFiles: BunPlugin = {
  name: "static files, compressed",
  setup(build) {
    build.onLoad({ filter: /\/src\/http\/static-files\.ts$/ }, () => ({
      contents:
        'import { unpack } from "./static-packed.ts";' +
        `export const FILES = unpack(${JSON.stringify(pack(FILES))});`,
      loader: "ts",
    }));
  },
};

/** Builds one file. @returns its path */
async function build(target: Target, name: string, out: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "zeues-build-"));
  try {
    const built = await Bun.build({
      entrypoints: ["src/main.ts"],
      plugins: [packedFiles],
      target: "bun",
      // Measured (docs/performance.md): half the start of the same without bytecode.
      bytecode: true,
      // What only some commands need is not loaded by the others: a third of `zeues version`.
      format: "esm",
      splitting: true,
      minify: true,
      // Of the building machine's environment nothing: not even what it thinks of production.
      env: "disable",
      define: {
        "process.env.NODE_ENV": JSON.stringify("production"),
        // Where packages stood on the building machine: nothing is there when it runs.
        __dirname: JSON.stringify("/"),
        __filename: JSON.stringify("/zeues"),
        ZEUES_BUILD: JSON.stringify({ ...commitOf(), target }),
      },
      compile: {
        target: TARGETS[target].bun,
        executablePath: runtimeFor(target),
        // The name stands inside the file, so it is the same for all.
        outfile: join(folder, "zeues"),
        // What lies around where it is started is none of its business.
        autoloadDotenv: false,
        autoloadBunfig: false,
        autoloadTsconfig: false,
        autoloadPackageJson: false,
      },
    });
    if (!built.success) throw new AggregateError(built.logs, "the bundler found something wrong");
    place(join(folder, "zeues"), join(out, name));
    return name;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function sbom(file: string): void {
  const { exitCode, stdout } = Bun.spawnSync([process.execPath, ".ci/sbom.ts", file]);
  if (exitCode !== 0) throw new Error(`the bill of materials is wrong: ${stdout}`);
}

const { values, positionals } = parseArgs({
  options: {
    out: { type: "string", default: "dist" },
    pin: { type: "boolean", default: false },
    /** Only this machine's, under this very name and with nothing beside it (tests, the image). */
    only: { type: "string" },
  },
  allowPositionals: true,
});
const all = values.only === undefined ? Object.keys(TARGETS) : [hostTarget() ?? "this machine"];
const targets = positionals.length > 0 ? positionals : all;
const { version } = readManifest(".");
mkdirSync(values.out, { recursive: true });
if (values.pin) pinRuntimes();
const files: string[] = [];
for (const target of targets) {
  if (!isTarget(target)) throw new Error(`${target}: one of ${Object.keys(TARGETS).join(", ")}`);
  files.push(await build(target, values.only ?? `zeues-${version}-${target}`, values.out));
}
if (values.only === undefined) {
  const bill = `zeues-${version}.cdx.json`;
  sbom(join(values.out, bill));
  const sums = [...files, bill].map((file) => `${sha256Of(join(values.out, file))}  ${file}\n`);
  const path = join(values.out, "SHA256SUMS");
  writeFileSync(`${path}.part`, sums.join(""));
  renameSync(`${path}.part`, path);
}
for (const file of files) console.log(join(values.out, file));
