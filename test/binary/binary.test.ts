/** The binary itself, as people get it: one file, in whatever folder and environment. */
import { beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir, hostname } from "node:os";
import { join } from "node:path";
import { version } from "../../package.json" with { type: "json" };
import { BUILD_MS, binary } from "../support/binary.ts";
import { freePort } from "../support/free-port.ts";
import { tempFolder } from "../support/shop.ts";
import { smoke } from "../support/smoke.ts";
import { runZeues, startZeues } from "../support/terminal.ts";

let zeues: string;
beforeAll(async () => {
  zeues = await binary();
}, BUILD_MS);

test("alone in a folder, with nothing on PATH: a shop's morning, twice", async () => {
  using folder = tempFolder();
  const data = join(folder.path, "data");
  const log = await smoke({ command: ["env", "PATH=", zeues], cwd: folder.path }, data);
  expect(log).toContain('"stopping"');
  expect(readdirSync(folder.path)).toEqual(["data"]);
});

describe("what it says of itself", () => {
  const say = async (...args: string[]) => runZeues(args, {}, "", { command: [zeues] });

  test("its version, commit, what for, and which Bun; from source that it is from source", async () => {
    const { code, stdout } = await say("version");
    expect(code).toBe(0);
    const commit = "(commit [\\da-f]{12}(, con cambios sin guardar)?|sin commit)";
    const target = `linux-(x64|arm64); Bun ${Bun.version.replaceAll(".", "[.]")}`;
    expect(stdout).toMatch(new RegExp(`^zeues ${version} \\(${commit}; ${target}\\)\n$`));
    const source = await runZeues(["version"], {});
    expect(source.stdout).toContain("desde el código fuente");
  });

  test("the notices of all that is inside", async () => {
    const { code, stdout } = await say("licencias");
    expect(code).toBe(0);
    for (const words of ["hono 4", "echarts 6", "ioredis ", "GNU LIBRARY GENERAL PUBLIC LICENSE"]) {
      expect(stdout).toContain(words);
    }
    expect(stdout.match(/^Permission is hereby granted/gm)?.length).toBeGreaterThan(20);
  });
});

describe("what lies around is none of its business", () => {
  /** A folder as developers leave it, which writes `gone` when anything of it is believed. */
  function strayFolder() {
    const folder = tempFolder();
    const write = (name: string, text: string) => writeFileSync(join(folder.path, name), text);
    write("trap.ts", `require("node:fs").writeFileSync("gone", ""); console.log("TRAP");`);
    write(".env", "PORT=no\nZEUES_LOG=no\n");
    write(".env.production", "HOST=no such host\n");
    write("bunfig.toml", 'preload = ["./trap.ts"]\n');
    write("package.json", '{ "imports": { "#x": "./trap.ts" }, "type": "commonjs" }');
    write("tsconfig.json", '{ "compilerOptions": { "paths": { "*": ["./trap.ts"] } } }');
    mkdirSync(join(folder.path, "node_modules/pino"), { recursive: true });
    write("node_modules/pino/index.js", 'require("../../trap.ts")');
    return folder;
  }

  test("a stray .env, bunfig.toml, package.json, tsconfig.json and node_modules change nothing", async () => {
    using stray = strayFolder();
    const how = { command: [zeues], cwd: stray.path };
    const names = readdirSync(stray.path);
    const { code, stderr } = await runZeues(["salud"], { PORT: String(await freePort()) }, "", how);
    // Nobody answers there; with the PORT of .env it would have been the configuration's line.
    expect([code, stderr]).toEqual([1, expect.stringContaining("no contesta bien")]);
    await smoke(how, join(stray.path, "data"));
    expect(readdirSync(stray.path).sort()).toEqual([...names, "data"].sort());
  });

  test("what Bun itself obeys stops it with one line; what other programs use does nothing", async () => {
    using stray = strayFolder();
    const how = { command: [zeues], cwd: stray.path };
    const obeyed = { BUN_OPTIONS: "--smol", BUN_INSPECT_PRELOAD: "./no.ts" };
    for (const [name, value] of Object.entries(obeyed)) {
      const { code, stderr } = await runZeues(["version"], { [name]: value }, "", how);
      expect(code).toBe(2);
      expect(stderr).toMatch(new RegExp(`^zeues: ${name} está puesta [^\n]*\n$`));
    }
    const env = {
      NODE_OPTIONS: "--require ./trap.ts",
      NODE_ENV: "development",
      NODE_PATH: stray.path,
    };
    const { code, stdout, stderr } = await runZeues(["version"], env, "", how);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).not.toContain("TRAP");
  });
});

test("no path, name or user of the building machine is inside", () => {
  const bytes = readFileSync(zeues);
  expect(bytes.includes("/$bunfs/root/zeues")).toBe(true);
  const root = join(import.meta.dir, "../..");
  for (const words of [root, join(homedir(), ".bun"), ".npm/_npx"]) {
    expect([words, bytes.includes(words)]).toEqual([words, false]);
  }
  // A short host name could be a word of any program.
  if (hostname().length > 4) expect(bytes.includes(hostname())).toBe(false);
});

test("salud: 0 and one line while it lives, 1 and one line when nobody answers", async () => {
  using folder = tempFolder();
  const how = { command: [zeues] };
  const server = await startZeues({ ZEUES_DATA: folder.path }, how);
  const { port } = new URL(server.url);
  for (const HOST of ["127.0.0.1", "0.0.0.0"]) {
    const { code, stdout } = await runZeues(["salud"], { PORT: port, HOST }, "", how);
    expect([code, stdout]).toEqual([0, `http://127.0.0.1:${port}/healthz: bien\n`]);
  }
  expect(await server.stop()).toBe(0);
  const gone = await runZeues(["salud"], { PORT: port }, "", how);
  expect([gone.code, gone.stdout]).toEqual([1, ""]);
  expect(gone.stderr).toMatch(/^zeues: http:\S+ no contesta bien: [^\n]+\n$/);
});

test("a copy that may not be written, by another name, is the same program", async () => {
  using folder = tempFolder();
  const copy = join(folder.path, "otro nombre");
  writeFileSync(copy, readFileSync(zeues));
  chmodSync(copy, 0o555);
  const { code, stdout } = await runZeues(["version"], {}, "", { command: [copy] });
  expect([code, stdout.startsWith(`zeues ${version} `)]).toEqual([0, true]);
});
