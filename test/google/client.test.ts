/** The real Google client over HTTP: what it asks, and what an answer becomes. */
import { describe, expect, test } from "bun:test";
import { createVerify } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSpreadsheet } from "../../src/google/client.ts";
import {
  ACCESS_TOKEN,
  EMAIL,
  PRIVATE_KEY,
  SHEET_ID,
  startScriptedGoogle,
} from "./scripted-google.ts";

const VALUES = `/v4/spreadsheets/${SHEET_ID}/values`;
const json = (body: unknown) => Response.json(body);
const part = (text = "") => JSON.parse(Buffer.from(text, "base64url").toString()) as unknown;

describe("the token", () => {
  test("is got with a signed assertion, once for many requests", async () => {
    using google = startScriptedGoogle();
    google.api(() => json({ valueRanges: [{ range: "A!A1", values: [["x"]] }] }));
    const sheet = openSpreadsheet(google.access);
    await Promise.all([sheet.read(["A!A1"]), sheet.read(["A!A1"])]);
    await sheet.read(["A!A1"]);
    expect(google.tokens).toHaveLength(1);
    const form = new URLSearchParams(google.tokens[0]?.body);
    expect(form.get("grant_type")).toBe("urn:ietf:params:oauth:grant-type:jwt-bearer");
    const [head, claims, signature = ""] = (form.get("assertion") ?? "").split(".");
    expect(part(claims)).toMatchObject({
      iss: EMAIL,
      scope: "https://www.googleapis.com/auth/spreadsheets",
      aud: "https://oauth2.googleapis.com/token",
    });
    const signed = createVerify("RSA-SHA256").update(`${head}.${claims}`);
    expect(signed.verify(PRIVATE_KEY, signature, "base64url")).toBe(true);
    expect(google.asked.map(({ authorization }) => authorization)).toEqual(
      new Array(3).fill(`Bearer ${ACCESS_TOKEN}`),
    );
  });

  test("comes from a key file as well, whatever its token_uri says", async () => {
    using google = startScriptedGoogle();
    google.api(() => json({ valueRanges: [{ range: "A!A1" }] }));
    const folder = await mkdtemp(join(tmpdir(), "zeues-key-"));
    const file = join(folder, "clave.json");
    const key = { type: "service_account", client_email: "otra@taller", private_key: PRIVATE_KEY };
    await Bun.write(file, JSON.stringify({ ...key, token_uri: "https://example.invalid/token" }));
    const access = { ...google.access, account: null, credentialsFile: file };
    const sheet = openSpreadsheet(access);
    await sheet.read(["A!A1"]);
    expect(sheet.account).toBe("otra@taller");
    expect(google.tokens).toHaveLength(1);
    await rm(folder, { recursive: true });
  });

  test("comes through a workload identity as well: a subject's token for a Google one", async () => {
    using google = startScriptedGoogle();
    google.api(() => json({ valueRanges: [{ range: "A!A1" }] }));
    const folder = await mkdtemp(join(tmpdir(), "zeues-identity-"));
    await Bun.write(join(folder, "subject"), "token-de-la-nube");
    const file = join(folder, "identidad.json");
    const identity = {
      type: "external_account",
      audience:
        "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q",
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      token_url: `${google.url}/token`,
      credential_source: { file: join(folder, "subject") },
    };
    await Bun.write(file, JSON.stringify(identity));
    const sheet = openSpreadsheet({ ...google.access, account: null, credentialsFile: file });
    await sheet.read(["A!A1"]);
    expect(google.tokens[0]?.body).toContain("token-de-la-nube");
    expect(google.asked[0]?.authorization).toBe(`Bearer ${ACCESS_TOKEN}`);
    expect(sheet.account).toBeNull();
    await rm(folder, { recursive: true });
  });
});

test("who has neither account nor file is who the machine says (ADC)", async () => {
  using google = startScriptedGoogle();
  google.api(() => json({ valueRanges: [{ range: "A!A1" }] }));
  const folder = await mkdtemp(join(tmpdir(), "zeues-adc-"));
  const key = { type: "service_account", client_email: EMAIL, private_key: PRIVATE_KEY };
  const file = join(folder, "application_default_credentials.json");
  await Bun.write(file, JSON.stringify({ ...key, project_id: "taller" }));
  const { CLOUDSDK_CONFIG } = process.env;
  process.env.CLOUDSDK_CONFIG = folder;
  try {
    const sheet = openSpreadsheet({ ...google.access, account: null });
    await sheet.read(["A!A1"]);
    expect(sheet.account).toBe(EMAIL);
    expect(google.tokens).toHaveLength(1);
  } finally {
    if (CLOUDSDK_CONFIG === undefined) delete process.env.CLOUDSDK_CONFIG;
    else process.env.CLOUDSDK_CONFIG = CLOUDSDK_CONFIG;
    await rm(folder, { recursive: true });
  }
});

test("nothing is sent when there is nothing to ask", async () => {
  using google = startScriptedGoogle();
  const sheet = openSpreadsheet(google.access);
  expect(await sheet.read([])).toEqual([]);
  expect(await sheet.write([], { echo: true })).toEqual([]);
  await sheet.grow(0, { rows: 0 });
  expect([google.asked, google.tokens]).toEqual([[], []]);
});

describe("a read", () => {
  test("asks for several ranges at once, values as they are stored", async () => {
    using google = startScriptedGoogle();
    const first = { range: "Operaciones!A1:C3", values: [["TAG", "", 45_000.5], [true], [""]] };
    google.api(json({ spreadsheetId: SHEET_ID, valueRanges: [first, { range: "Roles!A1:Z9" }] }));
    const read = await openSpreadsheet(google.access).read(["Operaciones!A1:C", "Roles"]);
    expect(read).toEqual([
      { range: "Operaciones!A1:C3", rows: [["TAG", "", 45_000.5], [true], [""]] },
      { range: "Roles!A1:Z9", rows: [] },
    ]);
    const [{ method, path, query } = { method: "", path: "", query: new URLSearchParams() }] =
      google.asked;
    expect([method, path]).toEqual(["GET", `${VALUES}:batchGet`]);
    expect(query.getAll("ranges")).toEqual(["Operaciones!A1:C", "Roles"]);
    expect(query.get("valueRenderOption")).toBe("UNFORMATTED_VALUE");
    expect(query.get("dateTimeRenderOption")).toBe("SERIAL_NUMBER");
  });

  test("of more ranges than an address holds is a mistake, and is not sent", async () => {
    using google = startScriptedGoogle();
    const ranges = Array.from({ length: 600 }, (_, n) => `Operaciones!A${n}:Z${n}`);
    await expect(openSpreadsheet(google.access).read(ranges)).rejects.toThrow(RangeError);
    expect(google.asked).toEqual([]);
  });

  test("takes what is no value as a blank", async () => {
    using google = startScriptedGoogle();
    google.api(json({ valueRanges: [{ range: "A!A1:B1", values: [[null, "x"]] }] }));
    const [range] = await openSpreadsheet(google.access).read(["A!A1:B1"]);
    expect(range?.rows).toEqual([["", "x"]]);
  });

  test("of properties names tabs, sizes, locale and zone; a chart's tab has no cells", async () => {
    using google = startScriptedGoogle();
    const grid = {
      sheetId: 0,
      title: "Operaciones",
      gridProperties: { rowCount: 9, columnCount: 4 },
    };
    google.api(
      json({
        properties: { title: "Taller", locale: "es_CL", timeZone: "America/Santiago" },
        sheets: [{ properties: grid }, { properties: { sheetId: 7, title: "Gráfico" } }],
      }),
    );
    expect(await openSpreadsheet(google.access).properties()).toEqual({
      title: "Taller",
      locale: "es_CL",
      timeZone: "America/Santiago",
      sheets: [
        { sheetId: 0, title: "Operaciones", rowCount: 9, columnCount: 4 },
        { sheetId: 7, title: "Gráfico", rowCount: 0, columnCount: 0 },
      ],
      names: [],
    });
    expect(google.asked[0]?.path).toBe(`/v4/spreadsheets/${SHEET_ID}`);
    expect(google.asked[0]?.query.get("fields")).toContain("gridProperties(rowCount,columnCount)");
  });
});

describe("a write", () => {
  test("goes RAW in one request; null skips a cell; the echo is what stands there now", async () => {
    using google = startScriptedGoogle();
    const updatedData = { range: "Operaciones!A5:D5", values: [["MK-1", "=1", 3]] };
    google.api(json({ spreadsheetId: SHEET_ID, responses: [{ updatedData }] }));
    const data = [{ range: "Operaciones!A5:D5", rows: [[null, "=1", 3, ""]] }];
    const echo = await openSpreadsheet(google.access).write(data, { echo: true });
    expect(echo).toEqual([{ range: "Operaciones!A5:D5", rows: [["MK-1", "=1", 3]] }]);
    expect(google.asked[0]?.path).toBe(`${VALUES}:batchUpdate`);
    expect(JSON.parse(google.asked[0]?.body ?? "")).toMatchObject({
      valueInputOption: "RAW",
      includeValuesInResponse: true,
      responseValueRenderOption: "UNFORMATTED_VALUE",
      data: [{ range: "Operaciones!A5:D5", values: [[null, "=1", 3, ""]] }],
    });
  });

  test("without echo answers nothing", async () => {
    using google = startScriptedGoogle();
    google.api(json({ responses: [{ updatedRange: "A!A1", updatedCells: 1 }] }));
    const written = await openSpreadsheet(google.access).write([{ range: "A!A1", rows: [["x"]] }]);
    expect(written).toEqual([]);
  });

  test("of a tab's size adds rows and columns, never sets a size that could cut", async () => {
    using google = startScriptedGoogle();
    google.api(() => json({ replies: [{}, {}] }));
    await openSpreadsheet(google.access).grow(12, { rows: 500, columns: 2 });
    expect(JSON.parse(google.asked[0]?.body ?? "")).toEqual({
      requests: [
        { appendDimension: { sheetId: 12, dimension: "ROWS", length: 500 } },
        { appendDimension: { sheetId: 12, dimension: "COLUMNS", length: 2 } },
      ],
    });
  });

  test("of a new tab answers what it became", async () => {
    using google = startScriptedGoogle();
    const properties = {
      sheetId: 99,
      title: "Metadata",
      gridProperties: { rowCount: 5, columnCount: 11 },
    };
    google.api(json({ replies: [{ addSheet: { properties } }] }));
    const size = { rowCount: 5, columnCount: 11 };
    const sheet = await openSpreadsheet(google.access).addTab({ title: "Metadata", ...size });
    expect(sheet).toEqual({ sheetId: 99, title: "Metadata", ...size });
  });
});
