/** What is told of the packages that we ship: the bill of materials, and that it is the whole. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import { readPackages } from "../../.ci/shipped.ts";
import { tempFolder } from "./temp-folder.ts";

interface Component {
  readonly name: string;
  readonly type: string;
  readonly version: string;
  readonly purl: string;
  readonly "bom-ref": string;
  readonly licenses: readonly unknown[];
  readonly hashes: readonly { readonly alg: string; readonly content: string }[];
}
interface Bill {
  readonly serialNumber: string;
  readonly metadata: { readonly timestamp?: string; readonly component: { name: string } };
  readonly components: readonly Component[];
  readonly dependencies: readonly {
    readonly ref: string;
    readonly dependsOn?: readonly string[];
  }[];
}

/** The bill as the release has it. @param env SOURCE_DATE_EPOCH */
async function bill(env: Readonly<Record<string, string>> = {}): Promise<string> {
  using folder = tempFolder();
  const file = join(folder.path, "deep", "zeues.cdx.json");
  const run = Bun.spawn([process.execPath, ".ci/sbom.ts", file], {
    env: { PATH: process.env.PATH ?? "", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  expect(await new Response(run.stdout).text()).toContain(", valid, ");
  expect(await run.exited).toBe(0);
  return await Bun.file(file).text();
}

/** As it is without a word, made once for those who only read it. */
let made: Promise<string> | undefined;
const plain = (): Promise<string> => {
  made ??= bill();
  return made;
};

test("the bill of materials is the same at each run, and has a time only when told", async () => {
  const [first, again] = [await plain(), await bill()];
  expect(again).toBe(first);
  const timed = JSON.parse(await bill({ SOURCE_DATE_EPOCH: "1764201600" })) as Bill;
  expect(timed.metadata.timestamp).toBe("2025-11-27T00:00:00.000Z");
  expect((JSON.parse(first) as Bill).metadata.timestamp).toBeUndefined();
  expect((JSON.parse(first) as Bill).serialNumber).toMatch(/^urn:uuid:[\da-f]{8}-[\da-f]{4}-8/);
});

test("it holds every shipped package and Bun, each with licence and hash, and none for developing", async () => {
  const { components, dependencies, metadata } = JSON.parse(await plain()) as Bill;
  const shipped = readPackages(".").filter((one) => one.shipped);
  const names = components.map(({ purl }) => decodeURIComponent(purl.replace("pkg:npm/", "")));
  const wanted = shipped.map(({ name, version }) => `${name}@${version}`);
  const bun = components.find(({ name }) => name === "bun");
  expect(names.toSorted()).toEqual([...wanted, `bun@${bun?.version}`].sort());
  expect(bun?.type).toBe("platform");
  expect(names.join()).not.toMatch(/typescript|biome|playwright|fast-check|cyclonedx/);
  for (const { licenses, hashes } of components) {
    expect(licenses).toHaveLength(1);
    expect(hashes).toEqual([{ alg: "SHA-512", content: expect.stringMatching(/^[\da-f]{128}$/) }]);
  }
  const refs = new Set(components.map((one) => one["bom-ref"]));
  const root = dependencies.find(({ ref }) => ref.startsWith(`${metadata.component.name}@`));
  expect(root?.dependsOn?.length).toBeGreaterThan(10);
  for (const { dependsOn = [] } of dependencies)
    for (const ref of dependsOn) expect(refs).toContain(ref);
});

test("the schema that it is held against refuses a wrong one", async () => {
  const wrong = (await plain()).replace('"alg": "SHA-512"', '"alg": "SHA-513"');
  const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
  expect(await validator.validate(wrong)).not.toBeNull();
});

test("whatever the server's code takes from a package is of a package that we ship", async () => {
  const shipped = readPackages(".").filter((one) => one.shipped);
  const built = await Bun.build({ entrypoints: ["src/main.ts"], target: "bun", metafile: true });
  const inputs = Object.keys(built.metafile?.inputs ?? {});
  const from = inputs.flatMap(
    (path) => /.*node_modules\/(@[^/]+\/[^/]+|[^/]+)/.exec(path)?.[1] ?? [],
  );
  const used = new Set(from);
  expect(used).toContain("hono");
  expect(used.size).toBeGreaterThan(10);
  const known = new Set(shipped.map(({ name }) => name));
  expect([...used].filter((name) => !known.has(name))).toEqual([]);
});
