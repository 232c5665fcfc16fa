/** Tokens, sharing, quota and what goes wrong on purpose, through the real client. */
import { expect, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { startEmulator } from "./emulator.ts";
import { realClient, refusal } from "./real-client.ts";

const range = "A1";
const requestBody = { values: [["x"]] };

async function house(options: Parameters<typeof startEmulator>[0] = {}) {
  const emulator = await startEmulator(options);
  const api = realClient(emulator).spreadsheets.values;
  const { spreadsheetId } = emulator;
  const read = () => api.get({ spreadsheetId, range });
  const write = () => api.update({ spreadsheetId, range, valueInputOption: "RAW", requestBody });
  return {
    emulator,
    api,
    read,
    write,
    spreadsheetId,
    [Symbol.asyncDispose]: () => emulator.stop(),
  };
}

test("a key that is not the account's is refused", async () => {
  await using it = await house();
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const call = (options: object) =>
    realClient(it.emulator, options).spreadsheets.get({ spreadsheetId: it.spreadsheetId });
  expect((await refusal(call({ privateKey }))).body).toEqual({
    error: "invalid_grant",
    error_description: "Invalid JWT Signature.",
  });
  expect((await refusal(call({ email: "nadie@example.org" }))).body).toEqual({
    error: "invalid_grant",
    error_description: "Invalid grant: account not found",
  });
  const readonly = ["https://www.googleapis.com/auth/spreadsheets.readonly"];
  const reader = realClient(it.emulator, { scopes: readonly }).spreadsheets.values;
  await reader.get({ spreadsheetId: it.spreadsheetId, range });
  const write = reader.clear({ spreadsheetId: it.spreadsheetId, range });
  expect((await refusal(write)).error).toMatchObject({
    code: 403,
    status: "PERMISSION_DENIED",
    message: "Request had insufficient authentication scopes.",
  });
});

test("a revoked key gets no new token, and those that are out are refused", async () => {
  await using it = await house();
  await it.read();
  it.emulator.hands.revokeKey();
  expect((await refusal(it.read())).status).toBe(401);
  const anew = realClient(it.emulator).spreadsheets.get({ spreadsheetId: it.spreadsheetId });
  expect((await refusal(anew)).message).toContain("invalid_grant");
});

test("a token expires", async () => {
  let now = Date.now();
  await using it = await house({ authNow: () => now });
  const token = it.emulator.oauth.issue(it.emulator.account.email, ["openid"], now);
  const ask = (authorization: string) =>
    fetch(`${it.emulator.apiRoot}v4/spreadsheets/${it.spreadsheetId}`, {
      headers: { authorization },
    });
  expect((await ask(`Bearer ${token.access_token}`)).status).toBe(403);
  now += 3_600_000;
  const answer = await ask(`Bearer ${token.access_token}`);
  expect(answer.status).toBe(401);
  expect(answer.headers.get("www-authenticate")).toContain("invalid_token");
  expect(await answer.json()).toMatchObject({ error: { code: 401, status: "UNAUTHENTICATED" } });
});

test("a refresh token is exchanged until it is revoked", async () => {
  await using it = await house();
  it.emulator.oauth.addRefreshToken("1//refresh", it.emulator.account.email);
  const ask = () =>
    fetch(it.emulator.tokenUrl, {
      method: "POST",
      body: new URLSearchParams({ grant_type: "refresh_token", refresh_token: "1//refresh" }),
    });
  expect(await (await ask()).json()).toMatchObject({ token_type: "Bearer", expires_in: 3599 });
  it.emulator.hands.revokeKey();
  expect(await (await ask()).json()).toMatchObject({ error: "invalid_grant" });
});

test("a machine's own account gets its token from the metadata server", async () => {
  await using it = await house();
  const path = "computeMetadata/v1/instance/service-accounts/default/token";
  const headers = { "metadata-flavor": "Google" };
  const answer = await fetch(it.emulator.apiRoot + path, { headers });
  expect(answer.headers.get("metadata-flavor")).toBe("Google");
  expect(await answer.json()).toMatchObject({ token_type: "Bearer" });
});

test("what is not shared is 403, what is not there 404", async () => {
  await using it = await house();
  it.emulator.hands.share("reader");
  await it.read();
  expect((await refusal(it.write())).error).toEqual({
    code: 403,
    message: "The caller does not have permission",
    status: "PERMISSION_DENIED",
  });
  it.emulator.hands.unshare();
  expect((await refusal(it.read())).status).toBe(403);
  expect((await refusal(it.api.get({ spreadsheetId: "nada", range }))).error).toEqual({
    code: 404,
    message: "Requested entity was not found.",
    status: "NOT_FOUND",
  });
});

test("the 61st request of a minute is refused, the next minute's is not", async () => {
  let now = Date.UTC(2026, 0, 1);
  await using it = await house({ now: () => now });
  for (let i = 0; i < 60; i++) await it.read();
  const { error, status } = await refusal(it.read());
  expect(status).toBe(429);
  expect(error).toMatchObject({
    code: 429,
    status: "RESOURCE_EXHAUSTED",
    message:
      "Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute per " +
      "user' of service 'sheets.googleapis.com' for consumer 'project_number:123456789012'.",
    details: [
      {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        reason: "RATE_LIMIT_EXCEEDED",
        domain: "googleapis.com",
        metadata: { quota_limit: "ReadRequestsPerMinutePerUser", quota_limit_value: "60" },
      },
      {},
    ],
  });
  // Writes have a bucket of their own.
  await it.write();
  now += 60_000;
  await it.read();
});

test("a project's limit holds for all its users", async () => {
  await using it = await house({ limits: { readsPerProject: 2 } });
  await it.read();
  await it.read();
  const { error } = await refusal(it.read());
  expect(error.message).toContain("limit 'Read requests per minute' of service");
});

const KINDS = [
  ["refuse", 503, false],
  ["html", 502, false],
  ["drop", 0, false],
  ["apply-drop", 0, true],
  ["apply-cut", 0, true],
  ["apply-html", 502, true],
] as const;

for (const [kind, status, applied] of KINDS) {
  test(`${kind}: the answer is ${status || "none"}, the write ${applied ? "is" : "is not"} applied`, async () => {
    await using it = await house();
    it.emulator.faults.script([{ kind }]);
    expect((await refusal(it.write())).status).toBe(status);
    expect(it.emulator.calls.at(-1)).toMatchObject({
      method: "spreadsheets.values.update",
      ranges: [range],
      status,
      fault: kind,
    });
    expect(it.emulator.snapshot().Sheet1).toEqual(applied ? [["x"]] : []);
    await it.write();
  });
}

test("a refusal has the status that it was given", async () => {
  await using it = await house();
  it.emulator.faults.script([{ kind: "refuse", status: 500 }, { kind: "none" }]);
  expect((await refusal(it.read())).error).toEqual({
    code: 500,
    message: "Internal error encountered.",
    status: "INTERNAL",
  });
  await it.read();
});

test("faults by chance are the same for the same seed", async () => {
  const run = async (): Promise<readonly (number | null)[]> => {
    await using it = await house();
    it.emulator.faults.seed(7);
    it.emulator.faults.add({ kind: "refuse", methods: ["write"], probability: 0.4 });
    for (let i = 0; i < 20; i++) {
      await it.read();
      await it.write().catch(() => null);
    }
    return it.emulator.calls.map(({ status }) => status);
  };
  const first = await run();
  expect(await run()).toEqual(first);
  expect(first.filter((status) => status === 503).length).toBeWithin(3, 15);
});

test("in the dark nothing is answered, the token neither, until it is light again", async () => {
  let now = 1_000_000;
  await using it = await house({ now: () => now });
  it.emulator.faults.dark(now + 3_600_000);
  expect((await refusal(it.read())).status).toBe(0);
  expect(it.emulator.calls).toEqual([]);
  now += 3_600_000;
  await it.read();
});

test("latency and delays are waited out by the emulator's clock", async () => {
  const waits: number[] = [];
  const sleep = (ms: number): Promise<void> => {
    waits.push(ms);
    return Promise.resolve();
  };
  await using it = await house({ sleep });
  it.emulator.latencyMs = ({ kind }) => (kind === "write" ? 300 : 100);
  it.emulator.faults.script([{ kind: "delay", ms: 5000 }]);
  await it.write();
  expect(waits.filter((ms) => ms > 0)).toEqual([100, 300, 5000]);
});
