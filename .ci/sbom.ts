/**
 * The software bill of materials of what is shipped, CycloneDX 1.6: `bun .ci/sbom.ts [FILE]` writes
 * it (dist/zeues.cdx.json), `bun .ci/sbom.ts check` only makes it. Both hold it against CycloneDX's
 * own schema and against bun.lock. The same source gives the same bytes: there is a time in it only
 * when SOURCE_DATE_EPOCH gives one, and its serial number is a hash of what it says.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { Contrib, Enums, Models, Serialize, Spec, Validation } from "@cyclonedx/cyclonedx-library";
import {
  bunOf,
  licenceOf,
  type Manifest,
  type Package,
  readManifest,
  readPackages,
} from "./shipped.ts";

const FILE = "dist/zeues.cdx.json";

/** `pkg:npm/%40kitajs/html@4.2.13` (purl-spec, type npm). */
const purlOf = ({ name, version }: Pick<Package, "name" | "version">): string =>
  `pkg:npm/${name.replace("@", "%40")}@${version}`;

/** bun.lock has `sha512-` and base64, CycloneDX wants hex. */
const hexOf = (integrity: string): string =>
  Buffer.from(integrity.slice("sha512-".length), "base64").toString("hex");

const licences = new Contrib.License.Factories.LicenseFactory((text) => {
  throw new RangeError(`${text} is an expression: read it first`);
});

function componentOf(type: Enums.ComponentType, one: Package): Models.Component {
  const component = new Models.Component(type, one.name.split("/").at(-1) ?? one.name, {
    bomRef: `${one.key}@${one.version}`,
    version: one.version,
    purl: purlOf(one),
    scope: Enums.ComponentScope.Required,
    hashes: new Models.HashDictionary([[Enums.HashAlgorithm["SHA-512"], hexOf(one.integrity)]]),
  });
  const [group] = one.name.includes("/") ? one.name.split("/") : [];
  if (group) component.group = group;
  const licence = licenceOf(".", one);
  if (licence) component.licenses.add(licences.makeFromString(licence));
  return component;
}

/** The whole, with who needs whom. */
function bomOf(manifest: Manifest, packages: readonly Package[]): Models.Bom {
  const shipped = packages.filter((one) => one.shipped);
  const bun = bunOf(packages);
  const { name, version, license, dependencies } = manifest;
  const zeues = new Models.Component(Enums.ComponentType.Application, name, {
    bomRef: `${name}@${version}`,
    version,
    purl: `pkg:generic/${name}@${version}`,
    licenses: new Models.LicenseRepository([licences.makeFromString(license)]),
  });
  const components = new Map(
    shipped.map((one) => [one.key, componentOf(Enums.ComponentType.Library, one)]),
  );
  components.set(bun.key, componentOf(Enums.ComponentType.Platform, bun));
  const refer = (from: Models.Component, keys: readonly string[]): void => {
    for (const key of keys) {
      const to = components.get(key);
      if (!to) throw new Error(`${from.name} needs ${key}, which is not shipped`);
      from.dependencies.add(to.bomRef);
    }
  };
  refer(zeues, [...Object.keys(dependencies), bun.key]);
  for (const { key, needs } of shipped) {
    const from = components.get(key);
    if (from) refer(from, needs);
  }
  const bom = new Models.Bom({
    metadata: new Models.Metadata({ component: zeues }),
    components: new Models.ComponentRepository(components.values()),
  });
  bom.metadata.lifecycles.add(Enums.LifecyclePhase.Build);
  const epoch = process.env.SOURCE_DATE_EPOCH;
  if (epoch) bom.metadata.timestamp = new Date(Number(epoch) * 1_000);
  return bom;
}

const serializer = new Serialize.JsonSerializer(
  new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6),
);
const textOf = (bom: Models.Bom): string =>
  `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;

/** A UUID of version 8 (RFC 9562: made by rules of our own) of the text's SHA-256. */
function serialOf(text: string): string {
  const bytes = new Bun.CryptoHasher("sha256").update(text).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Buffer.from(bytes).toString("hex");
  return `urn:uuid:${hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5")}`;
}

interface Listed {
  readonly components: readonly {
    readonly purl?: string;
    readonly licenses?: readonly unknown[];
  }[];
}

/** What is missing in a bill, in words. */
function missingIn(text: string, packages: readonly Package[]): readonly string[] {
  const { components } = JSON.parse(text) as Listed;
  const wanted = [...packages.filter((one) => one.shipped), bunOf(packages)];
  return [
    ...wanted
      .map(purlOf)
      .filter((purl) => !components.some((one) => one.purl === purl))
      .map((purl) => `${purl} is shipped and not in the bill`),
    ...components
      .filter(({ licenses }) => !licenses?.length)
      .map(({ purl }) => `${purl} has no licence`),
    ...(components.length === wanted.length ? [] : ["the bill holds what is not shipped"]),
  ];
}

const packages = readPackages(".");
const bom = bomOf(readManifest("."), packages);
bom.serialNumber = serialOf(textOf(bom));
const text = textOf(bom);
const invalid = await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text);
const wrong = [
  ...(invalid ? [JSON.stringify(invalid, null, 2)] : []),
  ...missingIn(text, packages),
];
if (wrong.length > 0) {
  console.log(wrong.join("\n"));
  process.exitCode = 1;
} else if (process.argv[2] !== "check") {
  const file = process.argv[2] ?? FILE;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
const verdict = wrong.length > 0 ? "wrong" : "valid";
console.log(
  `sbom: CycloneDX 1.6, ${verdict}, ${bom.components.size} components of bun.lock, ` +
    `${Buffer.byteLength(text)} bytes, ${bom.serialNumber}`,
);
