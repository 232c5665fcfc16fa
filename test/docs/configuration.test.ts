/**
 * docs/configuration.md is made of the table of variables; `UPDATE=1 bun test
 * test/docs/configuration.test.ts` writes it anew. Examples stand here: they are for the page only.
 */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { readSettings, VARIABLE_NAMES } from "../../src/config.ts";
import { VARIABLES, type Variable } from "../../src/config-variables.ts";
import { PAGES, ROOT } from "./pages.ts";

const PAGE = join(ROOT, "docs/configuration.md");

/** PEM words around it are what is looked at first; no key. */
const KEY = "-----BEGIN PRIVATE KEY-----\\nMIIE…\\n-----END PRIVATE KEY-----\\n";

const EXAMPLES: Readonly<Record<string, string>> = {
  PORT: "3000",
  HOST: "127.0.0.1",
  ZEUES_DATA: "/var/lib/zeues",
  REDIS_URL: "redis://zeues:SECRET@10.0.0.5:6379",
  ZEUES_CHANNEL: "spools:updates",
  GOOGLE_SHEET_ID: "https://docs.google.com/spreadsheets/d/1AbC…/edit",
  GOOGLE_APPLICATION_CREDENTIALS: "/etc/zeues/google.json",
  GOOGLE_SERVICE_ACCOUNT_EMAIL: "zeues@project.iam.gserviceaccount.com",
  GOOGLE_PRIVATE_KEY: KEY,
  GOOGLE_API_ROOT: "https://sheets.example.com",
  GOOGLE_TOKEN_URL: "https://sheets.example.com/token",
  ZEUES_TZ: "America/Santiago",
  ZEUES_SOLD_AFTER: "arm-completed",
  ZEUES_MAX_CYCLES: "0",
  ZEUES_DEMO: "off",
  ZEUES_API_TOKEN: "32-or-more-characters-of-your-own",
  ZEUES_PUBLIC_URL: "https://zeues.taller.cl",
  ZEUES_TRUSTED_PROXY: "127.0.0.1,10.0.0.0/8",
  ZEUES_TLS_CERT: "/etc/zeues/tls/cert.pem",
  ZEUES_TLS_KEY: "/etc/zeues/tls/key.pem",
  ZEUES_LOG: "warn",
};
/** Shortened for the page, so that no parser takes them. */
const SHORTENED = /…/;

const TEXT = `# Configuration

For whoever sets up ZEUES. All of it is environment variables, read once at the start: a change
needs a restart. Empty is the same as not set. A value that is wrong stops the start with one line
that names it; \`zeues doctor\` shows all of them, secrets hidden, and warns of a \`ZEUES_…\` that
does not exist. Every command reads them as the server does.

None is needed to try it. A shop sets \`ZEUES_DATA\` (and backs it up), \`ZEUES_PUBLIC_URL\` and,
behind a proxy, \`ZEUES_TRUSTED_PROXY\`; with Google [its own](google.md). systemd reads them from
\`/etc/zeues/zeues.env\`, compose from \`environment\` ([install.md](install.md)). **Secret** ones
belong into a file that only the service's user or root reads, never on a command line.

Made of \`src/config-variables.ts\` by \`test/docs/configuration.test.ts\` (\`UPDATE=1\` writes it
anew).

| variable | default | what it is | example | secret |
|---|---|---|---|---|
`;

const FORMS = `
## What a right value looks like

In the words of the line that stops the start, \`zeues: NAME no sirve: debe ser …\`:

| variable | debe ser |
|---|---|
`;

const REST = `
Together: \`GOOGLE_SERVICE_ACCOUNT_EMAIL\` and \`GOOGLE_PRIVATE_KEY\` both or none;
\`ZEUES_DEMO=on\` not with \`GOOGLE_SHEET_ID\`.

Of Bun, which is inside: \`NODE_EXTRA_CA_CERTS\` names a file with a CA of your own. Others that
change the program are refused or should not be set:
[install.md](install.md#what-the-environment-can-do-to-it).
`;

const cells = (of: readonly string[]): string =>
  `| ${of.map((one) => one.replaceAll("|", "\\|")).join(" | ")} |`;

const entries = Object.entries<Variable<unknown>>(VARIABLES);

function pageOf(): string {
  const rows = entries.map(([name, { fallback, meaning, masked }]) => {
    const value = fallback === null ? "–" : `\`${fallback}\``;
    return cells([`\`${name}\``, value, meaning, `\`${EXAMPLES[name]}\``, masked ? "yes" : ""]);
  });
  const forms = entries.map(([name, { form }]) => cells([`\`${name}\``, form]));
  return `${TEXT}${rows.join("\n")}\n${FORMS}${forms.join("\n")}\n${REST}`;
}

test("docs/configuration.md is the table of variables (UPDATE=1 writes it)", async () => {
  const text = pageOf();
  if (process.env.UPDATE) await Bun.write(PAGE, text);
  expect(await Bun.file(PAGE).text()).toBe(text);
});

test("every variable has an example, and a start takes it", () => {
  const wrong = entries.filter(([name, { parse }]) => {
    const example = EXAMPLES[name];
    return example === undefined || (!SHORTENED.test(example) && parse(example) === null);
  });
  expect(wrong.map(([name]) => name)).toEqual([]);
});

test("what is marked as secret is hidden by doctor, all else is shown", () => {
  const shown = readSettings(EXAMPLES);
  const bare = shown.filter(({ name, kind, text }) => kind === "set" && text === EXAMPLES[name]);
  const secret = entries.filter(([, { masked }]) => masked).map(([name]) => name);
  expect(bare.map(({ name }) => name).filter((name) => secret.includes(name))).toEqual([]);
  expect(JSON.stringify(shown)).not.toContain("SECRET");
});

/** Of programs around ZEUES, or of its build. */
const OTHERS = new Set(["ZEUES_COMMIT"]);

test("every variable that a page names exists", () => {
  const known: ReadonlySet<string> = new Set([...VARIABLE_NAMES, ...OTHERS]);
  const named = PAGES.flatMap(({ path, text }) =>
    [...text.matchAll(/\b(?:ZEUES|GOOGLE|REDIS)_[A-Z_]*[A-Z]\b/g)].map(([name]) => ({
      path,
      name,
    })),
  );
  expect(named.filter(({ name }) => !known.has(name))).toEqual([]);
  expect(named.length).toBeGreaterThan(50);
});
