/**
 * The licences of all that is shipped: `bun .ci/licences.ts` writes docs/licences.md and the
 * notices that the binary carries, `bun .ci/licences.ts check` fails when they are not what it
 * would write, or when a licence is none of those that ask for no more than to be named.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { noticesOf } from "./notices.ts";
import { bunOf, licenceOf, type Package, readPackages } from "./shipped.ts";

const PAGE = "docs/licences.md";
/** Inside the binary: `zeues licencias`. */
const NOTICES = "src/cli/licencias.txt";

/** SPDX identifiers. None asks for our own source, or limits what ZEUES is used for. */
const ALLOWED: readonly string[] = [
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "ISC",
  "MIT",
];

interface Row {
  readonly of: Package;
  readonly licence: string | null;
}

const rowsOf = (packages: readonly Package[]): readonly Row[] =>
  packages.filter((one) => one.shipped).map((of) => ({ of, licence: licenceOf(".", of) }));

function countsOf(rows: readonly Row[]): string {
  const counts = new Map<string, number>();
  for (const { licence } of rows) counts.set(`${licence}`, (counts.get(`${licence}`) ?? 0) + 1);
  return [...counts]
    .sort(([a, many], [b, others]) => others - many || (a < b ? -1 : 1))
    .map(([licence, many]) => `${many} ${licence}`)
    .join(", ");
}

function pageOf(rows: readonly Row[], bun: Package): string {
  const lines = rows.map(({ of, licence }) => `| ${of.key} | ${of.version} | ${licence} |`);
  return `# Licences

Made by \`npm run licences\` from bun.lock and the packages' own words; CI fails when it is stale.

ZEUES itself is under the MIT licence (LICENSE). Shipped with it are ${rows.length} packages:
${countsOf(rows)}. CI takes ${ALLOWED.join(", ")} and nothing else.
All of them ask that their notice goes along: the binary carries them, \`zeues licencias\` prints
them (src/cli/licencias.txt, made by the same command).

Bun ${bun.version}, which runs it and is part of the compiled binary, is under the MIT licence; it
links others, among them WebKit's JavaScriptCore under the LGPL 2.

\`a/b\` is the \`b\` that \`a\` alone uses.

| Package | Version | Licence |
| --- | --- | --- |
${lines.join("\n")}
`;
}

const packages = readPackages(".");
const rows = rowsOf(packages);
const bun = bunOf(packages);
const made = new Map([
  [PAGE, pageOf(rows, bun)],
  [
    NOTICES,
    noticesOf(
      ".",
      rows.map(({ of }) => of),
      bun,
    ),
  ],
]);
if (process.argv[2] === "check") {
  const refused = rows.filter(({ licence }) => licence === null || !ALLOWED.includes(licence));
  for (const { of, licence } of refused) console.log(`${of.key} ${of.version}: ${licence}`);
  const stale = [...made].filter(([path, text]) => readFileSync(path, "utf8") !== text);
  for (const [path] of stale) console.log(`${path} is stale: npm run licences`);
  console.log(`licences: ${rows.length} packages: ${countsOf(rows)}`);
  process.exitCode = stale.length + refused.length > 0 ? 1 : 0;
} else {
  for (const [path, text] of made) writeFileSync(path, text);
}
