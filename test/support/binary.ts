/**
 * The binary of this machine, built once for whatever asks, in however many test processes. It is
 * kept until the source changes, so a run that changed nothing builds nothing.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { hostTarget } from "../../.ci/runtimes.ts";

const ROOT = join(import.meta.dir, "../..");
/** Of this clone alone, and gone with its packages. */
const SHELF = join(ROOT, "node_modules/.cache/zeues-binary");
const FROM = ["src", "views", "static", ".ci", "package.json", "bun.lock", "LICENSE"];

/** Everything that goes into the binary, as one hash; the name of its folder. */
function sourceHash(): string {
  const hash = new Bun.CryptoHasher("sha256").update(Bun.version);
  const add = (path: string): void => {
    hash.update(path).update(readFileSync(join(ROOT, path)));
  };
  for (const from of FROM) {
    if (statSync(join(ROOT, from)).isFile()) {
      add(from);
      continue;
    }
    const inside = readdirSync(join(ROOT, from), { recursive: true, withFileTypes: true });
    const files = inside.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
    for (const file of files.sort()) add(file.slice(ROOT.length + 1));
  }
  return hash.digest("hex").slice(0, 16);
}

let built: Promise<string> | undefined;

async function build(): Promise<string> {
  if (hostTarget() === null) {
    throw new Error(`no binary for ${process.platform} ${process.arch}`);
  }
  mkdirSync(SHELF, { recursive: true });
  const hash = sourceHash();
  const folder = join(SHELF, hash);
  const path = join(folder, "zeues");
  if (existsSync(path)) return path;
  // The kernel's lock: whoever comes second waits, and one whose owner died is free again.
  const make = 'test -x "$1" || exec "$2" .ci/build.ts --out "$3" --only zeues';
  const script = ["sh", "-c", make, "sh", path, process.execPath, folder];
  const child = Bun.spawn(["flock", join(SHELF, "lock"), ...script], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [output, errors, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (code !== 0) throw new Error(`the build ended with ${code}: ${output}${errors}`);
  for (const old of readdirSync(SHELF)) {
    if (old !== hash && old !== "lock") rmSync(join(SHELF, old), { recursive: true, force: true });
  }
  return path;
}

/** @returns the path of `zeues`, as `bun run build` makes it for this machine */
export const binary = (): Promise<string> => {
  built ??= build();
  return built;
};

/** A build takes seconds on two busy cores; for `beforeAll`. */
export const BUILD_MS = 180_000;
