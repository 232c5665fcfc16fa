/**
 * Where our secrets may be sent (SSRF): only to addresses of the configuration, which only whoever
 * runs ZEUES writes. Nothing that comes over HTTP, from the sheet or from Redis names one; an
 * answer that names another (a redirect) is not followed.
 */
import { describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError, readConfig } from "../../src/config.ts";
import { openSpreadsheet } from "../../src/google/client.ts";
import { transport } from "../../src/google/credentials.ts";
import { ACCESS_TOKEN, startScriptedGoogle } from "./scripted-google.ts";

const redirect = (status: number, to: string) =>
  new Response(null, { status, headers: { Location: to } });

describe("a redirect is not followed, and nothing secret goes there", () => {
  const STATUSES = [301, 302, 303, 307, 308];

  test.each(STATUSES)("%d of the API", async (status) => {
    using google = startScriptedGoogle();
    using elsewhere = startScriptedGoogle();
    elsewhere.api(() => Response.json({ valueRanges: [{ range: "A!A1" }] }));
    google.api(redirect(status, `${elsewhere.url}/v4/spreadsheets/x`));
    const sheet = openSpreadsheet(google.access);
    await expect(sheet.read(["A!A1"])).rejects.toMatchObject({ name: "SheetsError" });
    await expect(sheet.write([{ range: "A!A1", rows: [["x"]] }])).rejects.toMatchObject({
      mayBeApplied: true,
    });
    expect(google.asked.map(({ authorization }) => authorization)).toEqual([
      `Bearer ${ACCESS_TOKEN}`,
      `Bearer ${ACCESS_TOKEN}`,
    ]);
    expect([...elsewhere.asked, ...elsewhere.tokens]).toEqual([]);
  });

  test.each(STATUSES)("%d of the token's address", async (status) => {
    using google = startScriptedGoogle();
    using elsewhere = startScriptedGoogle();
    google.token(redirect(status, `${elsewhere.url}/token`));
    await expect(openSpreadsheet(google.access).read(["A!A1"])).rejects.toMatchObject({
      fault: { kind: "busy" },
    });
    expect(google.tokens[0]?.body).toContain("assertion=");
    expect([...elsewhere.asked, ...elsewhere.tokens]).toEqual([]);
  });

  test("nor of a workload identity's", async () => {
    using google = startScriptedGoogle();
    using elsewhere = startScriptedGoogle();
    google.token(redirect(307, `${elsewhere.url}/token`));
    const folder = await mkdtemp(join(tmpdir(), "zeues-wif-"));
    const file = join(folder, "identidad.json");
    await Bun.write(join(folder, "subject"), "token-de-la-nube");
    const identity = {
      type: "external_account",
      audience:
        "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q",
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      token_url: `${google.url}/token`,
      credential_source: { file: join(folder, "subject") },
    };
    await Bun.write(file, JSON.stringify(identity));
    const access = { ...google.access, account: null, credentialsFile: file };
    await expect(openSpreadsheet(access).read(["A!A1"])).rejects.toThrow();
    expect(google.tokens).not.toEqual([]);
    expect([...elsewhere.asked, ...elsewhere.tokens]).toEqual([]);
    await rm(folder, { recursive: true });
  });
});

test("what is asked goes over http and https only: Bun's fetch would read files too", async () => {
  const folder = await mkdtemp(join(tmpdir(), "zeues-secret-"));
  const secret = join(folder, "secreto");
  await Bun.write(secret, "secreto");
  for (const url of [`file://${secret}`, "data:text/plain,x", "ftp://127.0.0.1/x", "secreto"]) {
    await expect(transport(null)(url)).rejects.toThrow();
  }
  await rm(folder, { recursive: true });
});

describe("addresses of the configuration", () => {
  const NAMES = ["GOOGLE_API_ROOT", "GOOGLE_TOKEN_URL"];

  const refused = (name: string, value: string): boolean => {
    try {
      readConfig({ [name]: value });
      return false;
    } catch (error) {
      if (error instanceof ConfigError) return true;
      throw error;
    }
  };

  test.each([
    // A machine's own metadata, under every name it has: nothing of Google's API is there.
    "http://169.254.169.254",
    "http://2852039166",
    "http://0xa9fea9fe",
    "http://[::ffff:169.254.169.254]",
    "http://[fe80::1]",
    "http://[fd00:ec2::254]",
    "http://metadata.google.internal",
    "http://METADATA.google.internal.",
    "http://metadata",
    // Not over the network, or with a secret in a place that logs show.
    "file:///etc/passwd",
    "data:text/plain,x",
    "ftp://sheets.taller",
    "unix:/run/docker.sock",
    "https://yo@sheets.taller",
    "https://yo:clave@sheets.taller",
    "https://sheets.taller?x",
    "https://sheets.taller/#x",
    "//sheets.taller",
  ])("%s is refused", (value) => {
    for (const name of NAMES) expect([name, refused(name, value)]).toEqual([name, true]);
  });

  test.each(["http://127.0.0.1:8080", "https://sheets.taller", "http://10.0.0.5"])(
    "%s is somebody's emulator or private endpoint",
    (value) => {
      for (const name of NAMES) expect([name, refused(name, value)]).toEqual([name, false]);
    },
  );

  test.each(["http://127.0.0.1:6379", "file:///run/redis.sock", "redis://", "redis://a b"])(
    "REDIS_URL=%s is refused",
    (value) => expect(refused("REDIS_URL", value)).toBe(true),
  );
});
