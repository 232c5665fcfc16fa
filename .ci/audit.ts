/**
 * The supply chain, in three checks that each say what they did and what they could not do:
 *
 *     bun .ci/audit.ts lock         versions, hashes and install scripts; needs no network
 *     bun .ci/audit.ts advisories   known holes, as the registry's advisory service tells them
 *     bun .ci/audit.ts deprecated   packages that their authors gave up, as the registry tells
 *
 * `--registry URL` asks another one than npm's configured, `--root FOLDER` looks at other packages.
 * Ends with 0 = looked, nothing wrong; 1 = something is; 3 = could not ask. The last line is a
 * sentence that says which.
 *
 * It asks the service itself, where npm and bun have `audit`: bun's has one exit code for a hole
 * and for a service that is away, and neither can tell a service that knows nothing (a mirror that
 * answers `{}` to all) from one that found nothing. A question about a package that is known to be
 * bad travels along, and only who knows of it is believed.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Package, readManifest, readPackages } from "./shipped.ts";

const LOOKED = 0;
const WRONG = 1;
const NOT_ASKED = 3;

/** A service that needs longer than this is away. */
const PATIENCE_MS = 20_000;
/** Requests under way at once to a registry that belongs to everybody. */
const AT_ONCE = 6;

/** Everybody's example of a hole: an advisory service that does not know it knows nothing. */
const KNOWN_BAD = { name: "minimist", version: "0.0.8" } as const;
/** Given up in 2020, in so many words. Some mirrors leave the words out. */
const KNOWN_DEPRECATED = { name: "request", version: "2.88.2" } as const;

const SEVERITIES = ["info", "low", "moderate", "high", "critical"] as const;
const FAILS_FROM = SEVERITIES.indexOf("moderate");

/** May run a script when it is installed: Bun's own places its binary. */
const MAY_RUN: readonly string[] = ["bun"];

interface Verdict {
  readonly code: typeof LOOKED | typeof WRONG | typeof NOT_ASKED;
  /** The last one is the sentence. */
  readonly lines: readonly string[];
}

class Unreachable extends Error {}

type NameAndVersion = Pick<Package, "name" | "version">;

const nameOf = ({ name, version }: NameAndVersion): string => `${name}@${version}`;

/** GET, or POST when there is a body; any answer but a 200 with JSON is `Unreachable`. */
async function ask(url: string, body?: unknown): Promise<unknown> {
  const init = { method: "POST", body: JSON.stringify(body) };
  try {
    const answer = await fetch(url, {
      ...(body === undefined ? {} : init),
      headers: { Accept: "application/json", "Content-Type": "application/json" },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (answer.status !== 200) throw new Unreachable(`answered ${answer.status}`);
    return await answer.json();
  } catch (error) {
    if (error instanceof Unreachable) throw error;
    throw new Unreachable(error instanceof Error ? error.message : String(error));
  }
}

/** --- lock: what bun.lock and package.json alone tell. */

const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

function checkLock(root: string): Verdict {
  const manifest = readManifest(root);
  const packages = readPackages(root);
  const asked = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
  // Without the list Bun trusts a few hundred names of its own.
  const trusted = manifest.trustedDependencies;
  const wrong = [
    ...asked.flatMap(([name, at]) =>
      EXACT.test(at) ? [] : [`${name}: "${at}" is not one version`],
    ),
    ...packages.flatMap((one) => (one.source === "" ? [] : [`${one.key}: not from the registry`])),
    ...packages.flatMap(({ key, integrity }) =>
      /^sha512-[\w+/]{86}==$/.test(integrity) ? [] : [`${key}: no SHA-512 in bun.lock`],
    ),
    ...(trusted ? [] : ["package.json has no trustedDependencies"]),
    ...(trusted ?? []).flatMap((name) =>
      MAY_RUN.includes(name) ? [] : [`${name}: trusted to run a script at install`],
    ),
    ...packages.flatMap(({ key, name, scripted }) =>
      scripted && !MAY_RUN.includes(name) ? [`${key}: has an install script`] : [],
    ),
  ];
  const shipped = packages.filter((one) => one.shipped).length;
  const sentence =
    wrong.length > 0
      ? `lock: ${wrong.length} wrong`
      : `lock: ${packages.length} packages (${shipped} shipped) from the registry, each with a ` +
        `SHA-512, ${asked.length} pinned, install scripts: ${MAY_RUN.join(", ")} only`;
  return { code: wrong.length > 0 ? WRONG : LOOKED, lines: [...wrong, sentence] };
}

/** --- advisories */

interface Advisory {
  /** `GHSA-…`, or the service's own number. */
  readonly id: string;
  readonly severity: (typeof SEVERITIES)[number];
  readonly title: string;
  readonly of: Package;
}

/** A hole that is known and lived with until a day. */
interface Exception {
  readonly id: string;
  readonly reason: string;
  /** YYYY-MM-DD, the last day on which it counts. */
  readonly until: string;
}

interface Told {
  readonly id?: unknown;
  readonly url?: unknown;
  readonly title?: unknown;
  readonly severity?: unknown;
  readonly vulnerable_versions?: unknown;
}

const listOf = (answer: unknown, name: string): readonly Told[] => {
  const list: unknown =
    typeof answer === "object" && answer !== null && Object.hasOwn(answer, name)
      ? (answer as Record<string, unknown>)[name]
      : [];
  return Array.isArray(list) ? (list as Told[]) : [];
};

/** Comparators joined by spaces and `||`: what Bun.semver is sure to understand. */
const RANGE = /^[\s\d.<>=|~^*xX\w+-]+$/;

/** What can't be read counts as hit: the service was asked about this version only. */
const hits = ({ vulnerable_versions: range }: Told, version: string): boolean =>
  typeof range !== "string" || !RANGE.test(range) || Bun.semver.satisfies(version, range);

function advisoryOf(told: Told, of: Package): Advisory {
  const ghsa = /GHSA(-[\w]{4}){3}/.exec(String(told.url))?.[0];
  // A severity that nobody knows is no reason to be calm.
  const severity = SEVERITIES.find((one) => one === told.severity) ?? "critical";
  return { id: ghsa ?? String(told.id), severity, title: String(told.title), of };
}

async function knownHoles(registry: string, packages: readonly Package[]) {
  const question: Record<string, string[]> = { [KNOWN_BAD.name]: [KNOWN_BAD.version] };
  for (const { name, version } of packages) {
    question[name] = [...new Set([...(question[name] ?? []), version])];
  }
  const answer = await ask(`${registry}-/npm/v1/security/advisories/bulk`, question);
  if (!listOf(answer, KNOWN_BAD.name).some((told) => hits(told, KNOWN_BAD.version))) {
    throw new Unreachable(`it knows nothing of ${nameOf(KNOWN_BAD)}, which is known to be bad`);
  }
  return packages.flatMap((one) =>
    listOf(answer, one.name)
      .filter((told) => hits(told, one.version))
      .map((told) => advisoryOf(told, one)),
  );
}

const DAY = /^\d{4}-\d\d-\d\d$/;

function readExceptions(path: string): readonly Exception[] {
  const list = JSON.parse(readFileSync(path, "utf8")) as Exception[];
  for (const { id, reason, until } of list) {
    if (!id || !reason || !DAY.test(until)) {
      throw new Error(
        `${path}: an exception has an id, a reason and the day until which it counts`,
      );
    }
  }
  return list;
}

async function checkAdvisories(root: string, registry: string): Promise<Verdict> {
  const packages = readPackages(root);
  const exceptions = readExceptions(join(root, ".ci/advisories.json"));
  const today = new Date().toISOString().slice(0, 10);
  const holes = await knownHoles(registry, packages);
  const excepted = ({ id }: Advisory) => exceptions.find((one) => one.id === id);
  const serious = holes.filter(
    ({ severity, of }) => of.shipped && SEVERITIES.indexOf(severity) >= FAILS_FROM,
  );
  const lived = serious.filter((hole) => (excepted(hole)?.until ?? "") >= today);
  const failing = serious.filter((hole) => !lived.includes(hole));
  const needless = exceptions.filter(({ id }) => !holes.some((hole) => hole.id === id));
  const line = (hole: Advisory): string => {
    const { id, severity, title, of } = hole;
    const known = excepted(hole);
    const state = known ? `, excepted until ${known.until}: ${known.reason}` : "";
    const use = of.shipped ? "shipped" : "developing";
    return `${nameOf(of)} (${use}): ${severity} ${id} ${title}${state}`;
  };
  const sentence =
    `advisories: asked about ${packages.length} packages; ` +
    `${failing.length} of moderate or worse in what is shipped, ${lived.length} excepted, ` +
    `${holes.length - serious.length} others`;
  return {
    code: failing.length > 0 ? WRONG : LOOKED,
    lines: [
      ...holes.map(line),
      ...needless.map(({ id }) => `${id}: excepted, and nothing has it any more`),
      sentence,
    ],
  };
}

/** --- deprecated */

/** Why a version is given up, in its authors' words; null when it is not. */
async function deprecation(registry: string, { name, version }: NameAndVersion) {
  const path = `${name.replace("/", "%2f")}/${version}`;
  const answer = (await ask(registry + path)) as { version?: string; deprecated?: unknown };
  if (answer.version !== version) throw new Unreachable(`${path} answered something else`);
  return answer.deprecated ? String(answer.deprecated) : null;
}

async function checkDeprecated(root: string, registry: string): Promise<Verdict> {
  const known = await deprecation(registry, KNOWN_DEPRECATED);
  if (known === null) {
    throw new Unreachable(`it does not tell that ${nameOf(KNOWN_DEPRECATED)} is deprecated`);
  }
  const { dependencies } = readManifest(root);
  const shipped = readPackages(root).filter((one) => one.shipped);
  const told: string[] = [];
  let direct = 0;
  const left = [...shipped];
  const worker = async (): Promise<void> => {
    for (let one = left.pop(); one; one = left.pop()) {
      const words = await deprecation(registry, one);
      if (words === null) continue;
      const ours = one.key in dependencies;
      if (ours) direct++;
      told.push(`${nameOf(one)} (${ours ? "ours" : "of a package"}): ${words}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const sentence =
    `deprecated: asked about ${shipped.length} shipped packages; ${direct} of our own choice, ` +
    `${told.length - direct} that others need`;
  return { code: direct > 0 ? WRONG : LOOKED, lines: [...told.sort(), sentence] };
}

/** --- the command */

/** npm's, whatever set it: a file, a variable or the default; always with a slash at the end. */
function registryOf(given: string | undefined): string {
  const there = given === undefined && Bun.which("npm") !== null;
  const npm = there ? Bun.spawnSync(["npm", "config", "get", "registry"]) : null;
  const url = given ?? npm?.stdout.toString().trim() ?? "";
  if (!/^https?:/.test(url)) throw new Unreachable("npm tells no registry");
  return url.endsWith("/") ? url : `${url}/`;
}

async function judge(what: string | undefined, root: string, registry: string | undefined) {
  if (what === "lock") return checkLock(root);
  if (what !== "advisories" && what !== "deprecated") {
    throw new Error("which check? lock, advisories or deprecated");
  }
  const check = what === "advisories" ? checkAdvisories : checkDeprecated;
  try {
    return await check(root, registryOf(registry));
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    const line = `${what}: not asked (service unreachable: ${error.message})`;
    return { code: NOT_ASKED, lines: [line] } satisfies Verdict;
  }
}

const { values, positionals } = parseArgs({
  options: { registry: { type: "string" }, root: { type: "string", default: "." } },
  allowPositionals: true,
});
const { code, lines } = await judge(positionals[0], values.root, values.registry);
console.log(lines.join("\n"));
process.exitCode = code;
