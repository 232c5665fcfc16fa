/**
 * The supply chain's checks against services of our own: a hole is found, and a service that is
 * away, or that knows nothing, is never taken for one that found nothing.
 */
import { expect, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tempFolder } from "./temp-folder.ts";

const AUDIT = join(import.meta.dir, "../../.ci/audit.ts");

interface Verdict {
  readonly code: number;
  readonly output: string;
}

async function audit(...args: readonly string[]): Promise<Verdict> {
  const run = Bun.spawn([process.execPath, AUDIT, ...args], {
    cwd: join(import.meta.dir, "../.."),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [out, err, code] = await Promise.all([
    new Response(run.stdout).text(),
    new Response(run.stderr).text(),
    run.exited,
  ]);
  return { code, output: out + err };
}

/** One advisory as the service writes it. */
const hole = (severity: string, range: string, id = "GHSA-aaaa-bbbb-cccc") => ({
  id: 1,
  url: `https://github.com/advisories/${id}`,
  title: "Made up",
  severity,
  vulnerable_versions: range,
});
const CANARY = { minimist: [hole("critical", "<0.2.4")] };

/** A registry on this machine. */
function registry(answer: (request: Request) => Response | Promise<Response>) {
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: answer });
  const url = `http://127.0.0.1:${server.port}`;
  return { url, [Symbol.asyncDispose]: () => server.stop(true) };
}

/** An advisory service that knows this and what every one knows. */
const knows = (known: object) => registry(() => Response.json({ ...CANARY, ...known }));

/** This repository's package.json and bun.lock, changed, and what is excepted. */
function tree(change: (text: string) => string, exceptions: readonly object[] = []) {
  const folder = tempFolder();
  for (const name of ["package.json", "bun.lock"]) {
    writeFileSync(join(folder.path, name), change(readFileSync(name, "utf8")));
  }
  mkdirSync(join(folder.path, ".ci"));
  writeFileSync(join(folder.path, ".ci/advisories.json"), JSON.stringify(exceptions));
  return folder;
}
const same = (text: string): string => text;

test("a hole of moderate severity in a package that we ship fails", async () => {
  for (const severity of ["moderate", "high", "critical", "never heard of"]) {
    await using service = await knows({ hono: [hole(severity, ">=4.0.0 <5.0.0")] });
    const { code, output } = await audit("advisories", "--registry", service.url);
    expect(output).toContain("GHSA-aaaa-bbbb-cccc");
    expect(output).toMatch(/hono@\d+[.]\d+[.]\d+ \(shipped\)/);
    expect(code).toBe(1);
  }
});

test("a hole below the packages that we chose is found too", async () => {
  await using service = await knows({ gaxios: [hole("high", "*")] });
  const { code, output } = await audit("advisories", "--registry", service.url);
  expect(output).toMatch(/gaxios@[\d.]+ \(shipped\): high/);
  expect(code).toBe(1);
});

test("a low one, one in a tool for developing, and one in another version are no failure", async () => {
  await using service = await knows({
    hono: [hole("low", "*"), hole("critical", "<1.0.0", "GHSA-zzzz-zzzz-zzzz")],
    typescript: [hole("critical", "*")],
  });
  const { code, output } = await audit("advisories", "--registry", service.url);
  expect(output).toMatch(/hono@[\d.]+ \(shipped\): low/);
  expect(output).toMatch(/typescript@[\d.]+ \(developing\): critical/);
  expect(output).not.toContain("zzzz");
  expect(output).toMatch(/advisories: asked about \d+ packages; 0 of moderate or worse/);
  expect(code).toBe(0);
});

test("the service is asked about every package of the lock file, at its version", async () => {
  const asked: Record<string, string[]>[] = [];
  await using service = await registry(async (request) => {
    expect(request.method).toBe("POST");
    expect(new URL(request.url).pathname).toBe("/-/npm/v1/security/advisories/bulk");
    asked.push((await request.json()) as Record<string, string[]>);
    return Response.json(CANARY);
  });
  expect((await audit("advisories", "--registry", service.url)).code).toBe(0);
  const { packages } = Bun.JSONC.parse(readFileSync("bun.lock", "utf8")) as {
    packages: Record<string, [id: string]>;
  };
  const ids = Object.entries(asked[0] ?? {}).flatMap(([name, versions]) =>
    versions.map((version) => `${name}@${version}`),
  );
  expect(ids).toContainValues([...new Set(Object.values(packages).map(([id]) => id))]);
});

test("an exception counts until its day, then no more", async () => {
  await using service = await knows({ hono: [hole("high", "*")] });
  const of = (until: string) => [{ id: "GHSA-aaaa-bbbb-cccc", reason: "no way in", until }];
  using valid = tree(same, of("2999-12-31"));
  const lived = await audit("advisories", "--registry", service.url, "--root", valid.path);
  expect(lived.output).toContain("excepted until 2999-12-31: no way in");
  expect(lived.code).toBe(0);
  using over = tree(same, of("2020-01-01"));
  expect((await audit("advisories", "--registry", service.url, "--root", over.path)).code).toBe(1);
  using endless = tree(same, [{ id: "GHSA-aaaa-bbbb-cccc", reason: "no way in" }]);
  const without = await audit("advisories", "--registry", service.url, "--root", endless.path);
  expect(without.output).toContain("the day until which it counts");
  expect(without.code).toBe(1);
});

test.each([
  ["refuses", () => new Response("", { status: 405 }), "answered 405"],
  ["is broken", () => new Response("oops", { status: 500 }), "answered 500"],
  ["answers with a page", () => new Response("<html>"), "unreachable"],
  ["answers nothing to all", () => Response.json({}), "knows nothing of minimist@0.0.8"],
  ["answers a list", () => Response.json([]), "knows nothing of minimist@0.0.8"],
  ["answers null", () => Response.json(null), "knows nothing of minimist@0.0.8"],
])("a service that %s was not asked: neither good nor bad", async (_, answer, why) => {
  await using service = await registry(answer);
  const { code, output } = await audit("advisories", "--registry", service.url);
  expect(output).toStartWith("advisories: not asked (service unreachable: ");
  expect(output).toContain(why);
  expect(code).toBe(3);
});

test("a service that is not there was not asked", async () => {
  const gone = registry(() => new Response());
  await gone[Symbol.asyncDispose]();
  for (const what of ["advisories", "deprecated"]) {
    const { code, output } = await audit(what, "--registry", gone.url);
    expect(output).toStartWith(`${what}: not asked (service unreachable: `);
    expect(code).toBe(3);
  }
});

/** A registry that tells of each version whether it was given up. */
const givenUp = (names: readonly string[]) =>
  registry((request) => {
    const [, name = "", version] = decodeURIComponent(new URL(request.url).pathname)
      .match(/^\/(.+)\/([^/]+)$/)
      ?.values() ?? ["", ""];
    return Response.json({
      name,
      version,
      ...(names.includes(name) ? { deprecated: "no longer kept" } : {}),
    });
  });

test("a package of our choice that its authors gave up fails; one that others need is told", async () => {
  await using ours = await givenUp(["request", "@kitajs/html"]);
  const direct = await audit("deprecated", "--registry", ours.url);
  expect(direct.output).toMatch(/@kitajs\/html@[\d.]+ \(ours\): no longer kept/);
  expect(direct.code).toBe(1);
  await using theirs = await givenUp(["request", "gaxios"]);
  const deep = await audit("deprecated", "--registry", theirs.url);
  expect(deep.output).toMatch(/gaxios@[\d.]+ \(of a package\): no longer kept/);
  expect(deep.output).toMatch(/asked about \d+ shipped packages; 0 of our own choice, 1 that/);
  expect(deep.code).toBe(0);
});

test("a registry that leaves out what is given up was not asked", async () => {
  await using silent = await givenUp([]);
  const { code, output } = await audit("deprecated", "--registry", silent.url);
  expect(output).toContain("it does not tell that request@2.88.2 is deprecated");
  expect(code).toBe(3);
});

test("the lock file as it is holds", async () => {
  const { code, output } = await audit("lock");
  expect(output).toMatch(
    /^lock: \d+ packages \(\d+ shipped\) from the registry, each with a SHA-512/,
  );
  expect(code).toBe(0);
});

const HONO_LINE = /("hono": \["hono@[\d.]+", )"", \{\}, "(sha512-[^"]+)"/;

test.each([
  ["a range", (text: string) => text.replace(/"hono": "[\d.]+"/, '"hono": "^4.0.0"'), "^4.0.0"],
  ["no hash", (text: string) => text.replace(HONO_LINE, '$1"", {}, ""'), "hono: no SHA-512"],
  [
    "a weak hash",
    (text: string) => text.replace(HONO_LINE, '$1"", {}, "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk="'),
    "hono: no SHA-512",
  ],
  [
    "another registry",
    (text: string) => text.replace(HONO_LINE, '$1"http://127.0.0.1/", {}, "$2"'),
    "hono: not from the registry",
  ],
  [
    "an install script",
    (text: string) => text.replace(HONO_LINE, '$1"", { "hasInstallScript": true }, "$2"'),
    "hono: has an install script",
  ],
  [
    "one more that may run",
    (text: string) =>
      text.replace(/"trustedDependencies": \[\s*"bun"/, '"trustedDependencies": ["hono", "bun"'),
    "hono: trusted to run a script",
  ],
  [
    "Bun's own list of who may run",
    (text: string) => text.replace('"trustedDependencies"', '"somethingElse"'),
    "no trustedDependencies",
  ],
])("%s in the lock file fails", async (_, change, says) => {
  using folder = tree(change);
  const { code, output } = await audit("lock", "--root", folder.path);
  expect(output).toContain(says);
  expect(code).toBe(1);
});
