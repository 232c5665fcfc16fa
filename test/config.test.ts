/** The configuration (spec 9): a bad value stops the start with one line that names it. */
import { describe, expect, test } from "bun:test";
import { ConfigError, describeVariables, readConfig } from "../src/config.ts";
import { DEFAULT_POLICY } from "../src/domain/policy.ts";

const TOKEN = "t".repeat(32);

function refusalOf(env: Record<string, string>): string {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return "accepted";
}

test("with nothing set everything has its default", () => {
  expect(readConfig({})).toEqual({
    port: 3000,
    host: "0.0.0.0",
    dataFolder: "./data",
    redis: null,
    channel: "spools:updates",
    policy: DEFAULT_POLICY,
    demo: "auto",
    apiToken: null,
    logLevel: "info",
  });
});

test("an empty variable is as one that is not set", () => {
  const names = ["PORT", "HOST", "ZEUES_DATA", "ZEUES_TZ", "ZEUES_SOLD_AFTER", "ZEUES_MAX_CYCLES"];
  const more = ["REDIS_URL", "ZEUES_CHANNEL", "ZEUES_DEMO", "ZEUES_API_TOKEN", "ZEUES_LOG"];
  const empty = Object.fromEntries([...names, ...more].map((name) => [name, ""]));
  expect(readConfig(empty)).toEqual(readConfig({}));
});

test("what is not ours is not read", () => {
  expect(readConfig({ ZEUES_NADA: "x", port: "1", PATH: "/bin" })).toEqual(readConfig({}));
});

describe("good values", () => {
  test.each<[Record<string, string>, object]>([
    [{ PORT: "0" }, { port: 0 }],
    [{ PORT: "65535" }, { port: 65_535 }],
    [{ HOST: "127.0.0.1" }, { host: "127.0.0.1" }],
    [{ HOST: "::" }, { host: "::" }],
    [{ ZEUES_DATA: "/var/lib/zeues datos" }, { dataFolder: "/var/lib/zeues datos" }],
    [{ ZEUES_TZ: "Europe/Madrid" }, { policy: { ...DEFAULT_POLICY, zone: "Europe/Madrid" } }],
    [{ ZEUES_TZ: "UTC" }, { policy: { ...DEFAULT_POLICY, zone: "UTC" } }],
    [
      { ZEUES_SOLD_AFTER: "arm-completed" },
      { policy: { ...DEFAULT_POLICY, soldAfter: "arm-completed" } },
    ],
    [{ ZEUES_MAX_CYCLES: "0" }, { policy: { ...DEFAULT_POLICY, maxCycles: 0 } }],
    [{ ZEUES_MAX_CYCLES: "99" }, { policy: { ...DEFAULT_POLICY, maxCycles: 99 } }],
    [{ ZEUES_DEMO: "on" }, { demo: "on" }],
    [{ ZEUES_DEMO: "off" }, { demo: "off" }],
    [{ ZEUES_API_TOKEN: TOKEN }, { apiToken: TOKEN }],
    [{ ZEUES_LOG: "debug" }, { logLevel: "debug" }],
    [{ ZEUES_LOG: "silent" }, { logLevel: "silent" }],
  ])("%j", (env, expected) => expect(readConfig(env)).toMatchObject(expected));
});

describe("bad values are named in one line, without the value", () => {
  test.each<[string, string]>([
    ["PORT", "65536"],
    ["PORT", "-1"],
    ["PORT", "3000a"],
    ["PORT", "3e3"],
    ["PORT", "0x10"],
    ["PORT", "80.5"],
    ["PORT", " 3000"],
    ["PORT", "9999999999"],
    ["HOST", " "],
    ["ZEUES_DATA", "\t"],
    ["ZEUES_TZ", "America/Santiagoo"],
    ["ZEUES_TZ", "Chile"],
    ["ZEUES_TZ", "../etc/localtime"],
    ["ZEUES_SOLD_AFTER", "arm"],
    ["ZEUES_SOLD_AFTER", "ARM-BEGUN"],
    ["ZEUES_MAX_CYCLES", "100"],
    ["ZEUES_MAX_CYCLES", "tres"],
    ["ZEUES_MAX_CYCLES", "-1"],
    ["ZEUES_DEMO", "true"],
    ["ZEUES_DEMO", "auto"],
    ["ZEUES_LOG", "verbose"],
    ["ZEUES_LOG", "INFO"],
    ["ZEUES_API_TOKEN", "hunter2"],
    ["ZEUES_API_TOKEN", "x".repeat(31)],
    ["ZEUES_API_TOKEN", `${"x".repeat(32)} con espacio`],
    ["ZEUES_API_TOKEN", `${"ñ".repeat(40)}`],
    ["ZEUES_API_TOKEN", `${"x".repeat(40)}\nX: y`],
  ])("%s=%j", (name, value) => {
    const line = refusalOf({ [name]: value });
    expect(line).toStartWith(`${name} no sirve: debe ser `);
    expect(line).not.toContain("\n");
    if (value.trim().length > 4 && !line.includes("America/Santiago")) {
      expect(line).not.toContain(value);
    }
  });
});

test("it can't be changed once read", () => {
  const config = readConfig({ ZEUES_API_TOKEN: TOKEN });
  expect(Object.isFrozen(config)).toBe(true);
  expect(Object.isFrozen(config.policy)).toBe(true);
});

test("help lists every variable and no secret", () => {
  const lines = describeVariables().split("\n");
  expect(lines).toHaveLength(11);
  for (const name of ["PORT", "ZEUES_TZ", "ZEUES_API_TOKEN"]) {
    expect(lines.filter((line) => line.trim().startsWith(`${name} `))).toHaveLength(1);
  }
  expect(describeVariables()).toContain("(America/Santiago)");
});
