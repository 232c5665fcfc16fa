/** The configuration (spec 9): a bad value stops the start with one line that names it. */
import { describe, expect, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { ConfigError, describeVariables, readConfig } from "../src/config.ts";
import { DEFAULT_POLICY } from "../src/domain/policy.ts";

const TOKEN = "t".repeat(32);
const pem = { format: "pem", type: "pkcs8" } as const;
const KEY = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export(pem).toString();
const EC = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export(pem).toString();
const EMAIL = "zeues@taller.iam.gserviceaccount.com";
const SHEET = "1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2upms";

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
    google: null,
    policy: DEFAULT_POLICY,
    demo: "auto",
    apiToken: null,
    publicUrl: null,
    trustedProxy: null,
    tls: null,
    logLevel: "info",
  });
});

test("an empty variable is as one that is not set", () => {
  const names = ["PORT", "HOST", "ZEUES_DATA", "ZEUES_TZ", "ZEUES_SOLD_AFTER", "ZEUES_MAX_CYCLES"];
  const more = ["REDIS_URL", "ZEUES_CHANNEL", "ZEUES_DEMO", "ZEUES_API_TOKEN", "ZEUES_LOG"];
  const net = ["ZEUES_PUBLIC_URL", "ZEUES_TRUSTED_PROXY"];
  const google = ["GOOGLE_SHEET_ID", "GOOGLE_PRIVATE_KEY", "GOOGLE_SERVICE_ACCOUNT_EMAIL"];
  const files = ["GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_API_ROOT", "GOOGLE_TOKEN_URL"];
  const empty = Object.fromEntries(
    [...names, ...more, ...net, ...google, ...files].map((name) => [name, ""]),
  );
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
    [{ ZEUES_PUBLIC_URL: "https://zeues.taller.cl" }, { publicUrl: "https://zeues.taller.cl" }],
    [
      { ZEUES_PUBLIC_URL: "https://Zeues.Taller.CL:443/" },
      { publicUrl: "https://zeues.taller.cl" },
    ],
    [{ ZEUES_PUBLIC_URL: "http://192.168.1.5:8080" }, { publicUrl: "http://192.168.1.5:8080" }],
    [{ ZEUES_PUBLIC_URL: "http://[fd00::5]:80" }, { publicUrl: "http://[fd00::5]" }],
    [{ ZEUES_LOG: "debug" }, { logLevel: "debug" }],
    [{ ZEUES_LOG: "silent" }, { logLevel: "silent" }],
  ])("%j", (env, expected) => expect(readConfig(env)).toMatchObject(expected));
});

describe("the proxies that are believed", () => {
  const trusts = (text: string, address: string): boolean | undefined =>
    readConfig({ ZEUES_TRUSTED_PROXY: text }).trustedProxy?.check(
      address,
      address.includes(":") ? "ipv6" : "ipv4",
    );

  test.each<[string, readonly string[], readonly string[]]>([
    ["127.0.0.1", ["127.0.0.1"], ["127.0.0.2", "::1"]],
    [" 10.0.0.0/8 , 192.168.1.5", ["10.255.0.1", "192.168.1.5"], ["11.0.0.1", "192.168.1.6"]],
    ["::1,fd00::/8", ["::1", "fdff::1"], ["fe80::1", "127.0.0.1"]],
    ["2001:DB8::7", ["2001:db8:0:0:0:0:0:7"], ["2001:db8::8"]],
    ["::ffff:10.1.0.0/112", ["10.1.255.255"], ["10.2.0.0"]],
    ["::ffff:10.1.0.7", ["10.1.0.7"], ["10.1.0.8"]],
    ["172.16.0.1/32", ["172.16.0.1"], ["172.16.0.2"]],
  ])("%s", (text, believed, others) => {
    for (const address of believed)
      expect([address, trusts(text, address)]).toEqual([address, true]);
    for (const address of others)
      expect([address, trusts(text, address)]).toEqual([address, false]);
  });
});

describe("the spreadsheet", () => {
  const account = { GOOGLE_SERVICE_ACCOUNT_EMAIL: EMAIL, GOOGLE_PRIVATE_KEY: KEY };

  test.each([
    SHEET,
    `https://docs.google.com/spreadsheets/d/${SHEET}`,
    `https://docs.google.com/spreadsheets/d/${SHEET}/edit#gid=0`,
    `https://docs.google.com/spreadsheets/d/${SHEET}/edit?usp=sharing&gid=12#gid=12`,
    `https://docs.google.com/spreadsheets/u/1/d/${SHEET}/edit`,
  ])("is known by its id or its address: %s", (text) => {
    expect(readConfig({ GOOGLE_SHEET_ID: text }).google).toEqual({
      sheetId: SHEET,
      account: null,
      credentialsFile: null,
      apiRoot: null,
      tokenUrl: null,
    });
  });

  test("is reached with an account and its key, or with a file", () => {
    const { google } = readConfig({
      ...account,
      GOOGLE_SHEET_ID: SHEET,
      GOOGLE_APPLICATION_CREDENTIALS: "/etc/zeues/clave.json",
      GOOGLE_API_ROOT: "http://127.0.0.1:8080",
      GOOGLE_TOKEN_URL: "http://127.0.0.1:8080/token",
    });
    expect(google).toEqual({
      sheetId: SHEET,
      account: { email: EMAIL, privateKey: KEY },
      credentialsFile: "/etc/zeues/clave.json",
      apiRoot: "http://127.0.0.1:8080/",
      tokenUrl: "http://127.0.0.1:8080/token",
    });
    expect(Object.isFrozen(google)).toBe(true);
  });

  test.each([
    ["as the file has it", KEY],
    ["in one line", KEY.replaceAll("\n", "\\n")],
    ["in one line and in quotes, as .env files have it", JSON.stringify(KEY)],
    ["without its last newline", KEY.trim()],
    ["with the newlines of Windows", KEY.replaceAll("\n", "\r\n")],
  ])("takes a private key %s", (_, text) => {
    const config = readConfig({ ...account, GOOGLE_SHEET_ID: SHEET, GOOGLE_PRIVATE_KEY: text });
    expect(config.google?.account?.privateKey.replaceAll("\r", "")).toBe(KEY);
  });

  test.each(Object.keys(account))("wants the account and its key, not %s alone", (name) => {
    const line = refusalOf({ [name]: account[name as keyof typeof account] });
    expect(line).toBe(
      "GOOGLE_SERVICE_ACCOUNT_EMAIL y GOOGLE_PRIVATE_KEY no sirven: deben ponerse las dos",
    );
  });

  test("is off without its id, whatever else is there", () => {
    expect(readConfig(account).google).toBeNull();
  });
});

describe("made-up data and a real workbook", () => {
  test("never meet: with a sheet there is no demo, not even at the first start", () => {
    expect(readConfig({ GOOGLE_SHEET_ID: SHEET }).demo).toBe("off");
    expect(readConfig({ GOOGLE_SHEET_ID: SHEET, ZEUES_DEMO: "off" }).demo).toBe("off");
  });

  test("asking for both stops the start", () => {
    const line = refusalOf({ GOOGLE_SHEET_ID: SHEET, ZEUES_DEMO: "on" });
    expect(line).toBe(
      "ZEUES_DEMO=on no sirve junto con GOOGLE_SHEET_ID: los datos inventados no van a una " +
        "planilla de verdad",
    );
  });
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
    ["ZEUES_PUBLIC_URL", "zeues.maestranza.cl"],
    ["ZEUES_PUBLIC_URL", "https://zeues.maestranza.cl/zeues"],
    ["ZEUES_PUBLIC_URL", "https://zeues.maestranza.cl/?"],
    ["ZEUES_PUBLIC_URL", "https://zeues.maestranza.cl/#"],
    ["ZEUES_PUBLIC_URL", "https://yo:clave@zeues.maestranza.cl"],
    ["ZEUES_PUBLIC_URL", "https:\\\\zeues.maestranza.cl"],
    ["ZEUES_PUBLIC_URL", " https://zeues.maestranza.cl"],
    ["ZEUES_PUBLIC_URL", "https://zeues.maestranza.cl\nX: y"],
    ["ZEUES_PUBLIC_URL", "ftp://zeues.maestranza.cl"],
    ["ZEUES_PUBLIC_URL", "javascript:alert(1)"],
    ["ZEUES_PUBLIC_URL", "https://*.taller.cl/x"],
    ["ZEUES_TRUSTED_PROXY", "nginx"],
    ["ZEUES_TRUSTED_PROXY", "*"],
    ["ZEUES_TRUSTED_PROXY", "10.0.0.0/33"],
    ["ZEUES_TRUSTED_PROXY", "fd00::/129"],
    ["ZEUES_TRUSTED_PROXY", "0.0.0.0/0"],
    ["ZEUES_TRUSTED_PROXY", "::/0"],
    ["ZEUES_TRUSTED_PROXY", "::ffff:0.0.0.0/96"],
    ["ZEUES_TRUSTED_PROXY", "::ffff:10.0.0.0/8"],
    ["ZEUES_TRUSTED_PROXY", "10.0.0.256"],
    ["ZEUES_TRUSTED_PROXY", "010.0.0.1"],
    ["ZEUES_TRUSTED_PROXY", "10.0.0.1:80"],
    ["ZEUES_TRUSTED_PROXY", "10.0.0.1,"],
    ["ZEUES_TRUSTED_PROXY", "10.0.0.1 10.0.0.2"],
    ["ZEUES_TRUSTED_PROXY", "fe80::1%eth0"],
    ["ZEUES_TRUSTED_PROXY", "10.0.0.1/8/8"],
    ["GOOGLE_SHEET_ID", "Planilla del taller"],
    ["GOOGLE_SHEET_ID", `https://drive.google.com/file/d/${SHEET}/view`],
    ["GOOGLE_SHEET_ID", `https://docs.google.com/document/d/${SHEET}/edit`],
    ["GOOGLE_SHEET_ID", "https://docs.google.com/spreadsheets/d/e/2PACX-1vQ/pubhtml"],
    ["GOOGLE_SHEET_ID", "../../v4/otra"],
    ["GOOGLE_APPLICATION_CREDENTIALS", "   "],
    ["GOOGLE_SERVICE_ACCOUNT_EMAIL", "zeues"],
    ["GOOGLE_SERVICE_ACCOUNT_EMAIL", "zeues@taller\n"],
    ["GOOGLE_PRIVATE_KEY", "hunter2hunter2"],
    ["GOOGLE_PRIVATE_KEY", KEY.slice(0, 900)],
    ["GOOGLE_PRIVATE_KEY", KEY.replaceAll("\n", "")],
    ["GOOGLE_PRIVATE_KEY", EC],
    ["GOOGLE_API_ROOT", "sheets.googleapis.com"],
    ["GOOGLE_API_ROOT", "https://proxy.taller/google/"],
    ["GOOGLE_API_ROOT", "https://usuario:clave@sheets.taller"],
    ["GOOGLE_API_ROOT", "file:///etc/passwd"],
    ["GOOGLE_TOKEN_URL", "oauth2/token"],
    ["GOOGLE_TOKEN_URL", "https://oauth2.taller/token?secreto=1"],
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
  expect(lines).toHaveLength(21);
  for (const name of ["PORT", "ZEUES_TZ", "ZEUES_API_TOKEN", "GOOGLE_PRIVATE_KEY"]) {
    expect(lines.filter((line) => line.trim().startsWith(`${name} `))).toHaveLength(1);
  }
  expect(describeVariables()).toContain("(America/Santiago)");
});
