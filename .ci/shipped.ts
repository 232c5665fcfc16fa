/**
 * Every package of bun.lock, and which of them end up in what is shipped: those that
 * package.json's `dependencies` need, and what these need in turn. Read by the checks of the supply
 * chain (audit.ts, sbom.ts, licences.ts), so that all three speak of the same packages.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Package {
  /** Its place in the lock file: `tslib`, or `echarts/tslib` for the one that echarts gets. */
  readonly key: string;
  readonly name: string;
  readonly version: string;
  /** "" = the registry that the machine uses; anything else names a place of its own. */
  readonly source: string;
  /** `sha512-` and base64, as in the lock file; "" when it has none. */
  readonly integrity: string;
  readonly scripted: boolean;
  readonly shipped: boolean;
  /** Keys of the packages that it needs and that are in the lock file. */
  readonly needs: readonly string[];
}

type Names = Readonly<Record<string, string>>;

/** What package.json says of itself and of what it needs. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly dependencies: Names;
  readonly devDependencies: Names;
  readonly trustedDependencies?: readonly string[];
}

interface Told {
  readonly dependencies?: Names;
  readonly optionalDependencies?: Names;
  readonly peerDependencies?: Names;
  readonly hasInstallScript?: boolean;
}

/** `[name@version, registry, what it tells, hash]`; what is from elsewhere looks otherwise. */
type Locked = readonly [id: string, source?: unknown, told?: unknown, integrity?: unknown];

export const readManifest = (root: string): Manifest =>
  JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;

/** `@a/b/c` is `@a/b` and `c`. */
const partsOf = (key: string): readonly string[] => key.match(/@[^/]+\/[^/]+|[^/]+/g) ?? [];

/** Where a package is installed, as Node looks for it. */
export const folderOf = (root: string, { key }: Pick<Package, "key">): string =>
  join(root, ...partsOf(key).flatMap((part) => ["node_modules", part]));

/** The one that `from` gets for a name: its own, or the nearest above it. */
function resolve(locked: Readonly<Record<string, unknown>>, from: string, name: string) {
  const parts = partsOf(from);
  for (let depth = parts.length; depth >= 0; depth--) {
    const key = [...parts.slice(0, depth), name].join("/");
    if (key in locked) return key;
  }
  return null;
}

/**
 * Also peers that are optional: `debug` looks for `supports-color`, and where a tool for developing
 * brought it, the bundler puts it into the binary.
 */
function needsOf(locked: Readonly<Record<string, unknown>>, key: string, told: Told) {
  const { dependencies, optionalDependencies, peerDependencies } = told;
  const names = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
  return names.flatMap((name) => resolve(locked, key, name) ?? []);
}

/** A key and all that it needs, however deep. */
function reach(from: readonly string[], needs: ReadonlyMap<string, readonly string[]>) {
  const found = new Set(from);
  for (const key of found) for (const need of needs.get(key) ?? []) found.add(need);
  return found;
}

/** All packages of a lock file, by key. @param root the folder of package.json and bun.lock */
export function readPackages(root: string): readonly Package[] {
  const lock = Bun.JSONC.parse(readFileSync(join(root, "bun.lock"), "utf8")) as {
    readonly packages: Readonly<Record<string, Locked>>;
  };
  const locked = lock.packages;
  const told = (key: string): Told => {
    const it = locked[key]?.[2];
    return typeof it === "object" && it !== null ? it : {};
  };
  const keys = Object.keys(locked).sort();
  const needs = new Map(keys.map((key) => [key, needsOf(locked, key, told(key))]));
  const shipped = reach(Object.keys(readManifest(root).dependencies), needs);
  return keys.map((key) => {
    const [id = "", source, , integrity] = locked[key] ?? [];
    const at = id.lastIndexOf("@");
    return {
      key,
      name: id.slice(0, at),
      version: id.slice(at + 1),
      source: typeof source === "string" ? source : "elsewhere",
      integrity: typeof integrity === "string" ? integrity : "",
      scripted: told(key).hasInstallScript === true,
      shipped: shipped.has(key),
      needs: needs.get(key) ?? [],
    };
  });
}

/** What licence files say, for packages whose package.json names none or only a family. */
const TEXTS: readonly (readonly [says: RegExp, licence: string])[] = [
  [/^BSD Zero Clause License/, "0BSD"],
  [/^MIT License/, "MIT"],
  [/^ ?3[.] The name of the author may not be used to endorse/m, "BSD-3-Clause"],
];
/** Names that are no SPDX identifier: the file must tell which of them. */
const FAMILIES: readonly string[] = ["BSD"];

/**
 * What a package says of its licence, an SPDX expression; null when it says nothing that is known.
 * Throws when it is not installed at the version of the lock file.
 */
export function licenceOf(root: string, one: Package): string | null {
  const folder = folderOf(root, one);
  const path = join(folder, "package.json");
  if (!existsSync(path)) throw new Error(`${one.key} is not installed: npm run setup`);
  const { version, license } = JSON.parse(readFileSync(path, "utf8")) as Partial<Manifest>;
  if (version !== one.version) {
    throw new Error(`${one.key} is installed at ${version}, bun.lock has ${one.version}`);
  }
  if (typeof license === "string" && !FAMILIES.includes(license)) return license;
  const file = join(folder, "LICENSE");
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  return TEXTS.find(([says]) => says.test(text))?.[1] ?? null;
}

/** The Bun that runs it all: inside the binary too, though package.json has it for developing. */
export function bunOf(packages: readonly Package[]): Package {
  const bun = packages.find(({ key }) => key === "bun");
  if (!bun) throw new Error("bun.lock has no bun");
  return bun;
}
