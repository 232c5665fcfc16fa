/**
 * The Bun that goes into a binary, for each machine we build for. None is used unless its bytes
 * have the SHA-256 of runtimes.json, which `bun .ci/build.ts --pin` writes from packages of the
 * registry that have the SHA-512 of bun.lock.
 */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { readPackages } from "./shipped.ts";

/**
 * On x64 there is one Bun: it wants SSE4.2 (Nehalem, 2008) and takes AVX2 where there is some. What
 * was a "baseline" package is, byte for byte, the same file.
 */
export const TARGETS = {
  "linux-x64": { bun: "bun-linux-x64", from: "@oven/bun-linux-x64" },
  "linux-arm64": { bun: "bun-linux-arm64", from: "@oven/bun-linux-aarch64" },
} as const;

export type Target = keyof typeof TARGETS;

export const isTarget = (name: string): name is Target => Object.hasOwn(TARGETS, name);

/** This machine's, or null where we build for none like it. */
export function hostTarget(): Target | null {
  const name = `${process.platform}-${process.arch}`;
  return isTarget(name) ? name : null;
}

const PINS = ".ci/runtimes.json";
/** Emptied by whatever empties node_modules, so that no old Bun stays for ever. */
const CACHE = "node_modules/.cache/zeues-runtimes";

type Pins = Readonly<Record<string, string>>;

export const sha256Of = (path: string): string =>
  new Bun.CryptoHasher("sha256").update(readFileSync(path)).digest("hex");

function run(command: readonly string[], cwd: string): void {
  const { exitCode, stderr } = Bun.spawnSync([...command], { cwd, stdout: "ignore" });
  if (exitCode !== 0) throw new Error(`${command.join(" ")} ended with ${exitCode}: ${stderr}`);
}

/** Gets the package of a target from npm's registry, checks it, keeps its Bun. @returns its path */
function fetchRuntime(target: Target): string {
  const { from } = TARGETS[target];
  const locked = readPackages(".").find(({ name }) => name === from);
  if (!locked) throw new Error(`bun.lock has no ${from}`);
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, "fetch-"));
  try {
    // npm, which knows where this machine gets its packages; `bun pm pack` packs only its own.
    run(["npm", "pack", `${from}@${locked.version}`, "--silent"], folder);
    const file = `${from.slice(1).replace("/", "-")}-${locked.version}.tgz`;
    const bytes = readFileSync(join(folder, file));
    const integrity = `sha512-${new Bun.CryptoHasher("sha512").update(bytes).digest("base64")}`;
    if (integrity !== locked.integrity) {
      throw new Error(`${from} is ${integrity}, bun.lock has ${locked.integrity}`);
    }
    run(["tar", "-xzf", file, "package/bin/bun"], folder);
    const path = join(CACHE, `${target}-${locked.version}`);
    chmodSync(join(folder, "package/bin/bun"), 0o755);
    renameSync(join(folder, "package/bin/bun"), path);
    return path;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function cachedRuntime(target: Target): string {
  const path = join(CACHE, `${target}-${Bun.version}`);
  return existsSync(path) ? path : fetchRuntime(target);
}

/**
 * A Bun for a target: this very one, or one from the registry.
 * @returns its path; throws when it is not the one of runtimes.json
 */
export function runtimeFor(target: Target): string {
  const pins = JSON.parse(readFileSync(PINS, "utf8")) as Pins;
  const path = target === hostTarget() ? process.execPath : cachedRuntime(target);
  const found = sha256Of(path);
  if (pins.bun !== Bun.version) {
    throw new Error(
      `${PINS} is for Bun ${pins.bun}, this is ${Bun.version}: npm run build -- --pin`,
    );
  }
  if (pins[target] !== found) {
    throw new Error(`the Bun for ${target} has SHA-256 ${found}, ${PINS} has ${pins[target]}`);
  }
  return path;
}

/** Writes runtimes.json anew, from what bun.lock vouches for. */
export function pinRuntimes(): void {
  const pins: Record<string, string> = { bun: Bun.version };
  for (const target of Object.keys(TARGETS) as Target[]) {
    pins[target] = sha256Of(fetchRuntime(target));
  }
  writeFileSync(PINS, `${JSON.stringify(pins, null, 2)}\n`);
}

/** Copies a file to where it appears whole or not at all. */
export function place(from: string, to: string): void {
  const part = `${to}.part-${process.pid}`;
  copyFileSync(from, part);
  chmodSync(part, 0o755);
  renameSync(part, to);
}
