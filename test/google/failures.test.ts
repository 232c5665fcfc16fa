/** What goes wrong between us and Google, and what it means (src/google/failure.ts). */
import { describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSpreadsheet } from "../../src/google/client.ts";
import { SheetsError } from "../../src/google/failure.ts";
import {
  ACCESS_TOKEN,
  apiError,
  EMAIL,
  html,
  PRIVATE_KEY,
  type Says,
  type ScriptedGoogle,
  startScriptedGoogle,
} from "./scripted-google.ts";

const GOOD_READ = () => Response.json({ valueRanges: [{ range: "A!A1", values: [["x"]] }] });
const GOOD_WRITE = () => Response.json({ responses: [{ updatedRange: "A!A1" }] });

const failureOf = (promise: Promise<unknown>): Promise<SheetsError> =>
  promise.then(
    () => {
      throw new Error("it did not fail");
    },
    (error) => {
      if (error instanceof SheetsError) return error;
      throw error;
    },
  );

interface Options {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

const readOf = (google: ScriptedGoogle, options: Options = {}) =>
  openSpreadsheet(google.access, options).read(["A!A1"]);
const writeOf = (google: ScriptedGoogle, options: Options = {}) =>
  openSpreadsheet(google.access, options).write([{ range: "A!A1", rows: [["x"]] }]);

/** Both, after the same answer. */
async function bothFail(says: Says): Promise<readonly [SheetsError, SheetsError]> {
  using google = startScriptedGoogle();
  google.api(says);
  const read = await failureOf(readOf(google));
  const write = await failureOf(writeOf(google));
  expect(google.asked).toHaveLength(2);
  return [read, write];
}

const PROJECT_OFF = {
  details: [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "SERVICE_DISABLED" }],
};
const NO_SCOPE = { details: [{ reason: "ACCESS_TOKEN_SCOPE_INSUFFICIENT" }] };

describe("refused for good, with a sentence that says what to do", () => {
  test.each<[string, string, Says, string]>([
    [
      "an unshared sheet",
      "unshared",
      () => apiError(403, "PERMISSION_DENIED", "The caller does not have permission"),
      `La planilla no está compartida con ${EMAIL}: ábrela y compártela como Editor`,
    ],
    [
      "a wrong id",
      "missing",
      () => apiError(404, "NOT_FOUND", "Requested entity was not found."),
      "No hay una planilla con ese id: revisa GOOGLE_SHEET_ID",
    ],
    [
      "an API that is off",
      "api-off",
      () =>
        apiError(
          403,
          "PERMISSION_DENIED",
          "Google Sheets API has not been used in project 1 before or it is disabled.",
          PROJECT_OFF,
        ),
      `La API de Google Sheets está apagada en el proyecto de ${EMAIL}: actívala en su consola`,
    ],
    [
      "a credential without the right to spreadsheets",
      "scope",
      () => apiError(403, "PERMISSION_DENIED", "Request had insufficient scopes.", NO_SCOPE),
      "La credencial de Google no da acceso a planillas: hace falta el permiso spreadsheets",
    ],
    [
      "a renamed tab",
      "tab",
      () => apiError(400, "INVALID_ARGUMENT", "Unable to parse range: Operaciones!A1:Z"),
      "Falta una pestaña de la planilla, o cambió de nombre: vuelve a ponerle el suyo",
    ],
    [
      "a row beyond the tab's end",
      "grid",
      () =>
        apiError(
          400,
          "INVALID_ARGUMENT",
          "Range (Metadata!A1001:K1001) exceeds grid limits. Max rows: 1000, max columns: 26",
        ),
      "A una pestaña le faltan filas o columnas para lo que hay que escribir",
    ],
    [
      "protected cells",
      "protected",
      () =>
        apiError(
          400,
          "INVALID_ARGUMENT",
          "You are trying to edit a protected cell or object. Please contact the spreadsheet owner.",
        ),
      `Hay celdas protegidas que ${EMAIL} no puede escribir: dale permiso o quita la protección`,
    ],
    [
      "a full workbook",
      "full",
      () =>
        apiError(
          400,
          "INVALID_ARGUMENT",
          "This action would increase the number of cells in the workbook above the limit of 10000000 cells.",
        ),
      "La planilla llegó a los 10 millones de celdas: borra filas o pestañas que no uses",
    ],
    [
      "an Excel file",
      "office",
      () =>
        apiError(400, "FAILED_PRECONDITION", "This operation is not supported for this document"),
      "El archivo es un Excel: ábrelo en Drive y guárdalo como Hoja de cálculo de Google",
    ],
    [
      "anything else",
      "request",
      () => apiError(400, "INVALID_ARGUMENT", "Invalid JSON payload received."),
      "Google no aceptó lo que ZEUES le pidió: avisa a quien mantiene ZEUES",
    ],
  ])("%s", async (_, reason, says, sentence) => {
    const [read] = await bothFail(says);
    expect(read.fault).toEqual({ kind: "denied", reason: reason as "unshared" });
    expect(read.message).toBe(sentence);
    expect(read.mayBeApplied).toBe(false);
    expect(read.detail).not.toBe("");
  });

  test("a sheet that is shared to read only", async () => {
    const says = () => apiError(403, "PERMISSION_DENIED", "The caller does not have permission");
    const [, write] = await bothFail(says);
    expect(write.fault).toEqual({ kind: "denied", reason: "readonly" });
    expect(write.message).toStartWith(`${EMAIL} no puede escribir en la planilla: `);
    expect(write.mayBeApplied).toBe(false);
  });
});

describe("refused for now", () => {
  test("429 names its bucket", async () => {
    const info = {
      "@type": "type.googleapis.com/google.rpc.ErrorInfo",
      reason: "RATE_LIMIT_EXCEEDED",
      metadata: { quota_limit: "ReadRequestsPerMinutePerUser", quota_limit_value: "60" },
    };
    const message = "Quota exceeded for quota metric 'Read requests' and limit '…'";
    const [read, write] = await bothFail(() =>
      apiError(429, "RESOURCE_EXHAUSTED", message, { details: [info] }),
    );
    for (const failure of [read, write]) {
      expect(failure.fault).toEqual({
        kind: "busy",
        reason: "quota",
        bucket: "ReadRequestsPerMinutePerUser",
        retryAfterMs: 0,
      });
      expect(failure.mayBeApplied).toBe(false);
    }
  });

  test.each([500, 502, 503, 504])(
    "%i, and a write may have been applied all the same",
    async (status) => {
      const [read, write] = await bothFail(() =>
        apiError(status, "UNAVAILABLE", "The service is currently unavailable."),
      );
      expect(read.fault).toEqual({ kind: "busy", reason: "server", status, retryAfterMs: 0 });
      expect([read.mayBeApplied, write.mayBeApplied]).toEqual([false, true]);
    },
  );

  test("a gateway's page, and how long it asks to wait", async () => {
    const [, write] = await bothFail(() => {
      const page = html(502);
      page.headers.set("retry-after", "7");
      return page;
    });
    expect(write.fault).toMatchObject({ kind: "busy", status: 502, retryAfterMs: 7_000 });
    expect(write.detail).toBe("Error 502 (Server Error)!!1");
  });

  test("nobody listens, or nobody has that name: a write was not applied", async () => {
    const google = startScriptedGoogle();
    google[Symbol.dispose]();
    const unnamed = { ...google.access, tokenUrl: "http://nada.invalid/token" };
    for (const access of [google.access, unnamed]) {
      const write = await failureOf(openSpreadsheet(access).write([{ range: "A!A1", rows: [] }]));
      expect(write.fault).toEqual({ kind: "busy", reason: "unreachable" });
      expect(write.mayBeApplied).toBe(false);
      expect(write.message).toBe("Sin conexión con Google: se sigue solo");
    }
  });

  test("an API that can't be reached with a token in hand", async () => {
    using google = startScriptedGoogle();
    const access = { ...google.access, apiRoot: "http://127.0.0.1:1/" };
    const write = await failureOf(openSpreadsheet(access).write([{ range: "A!A1", rows: [] }]));
    expect(google.tokens).toHaveLength(1);
    expect(write.fault).toEqual({ kind: "busy", reason: "unreachable" });
    expect(write.mayBeApplied).toBe(false);
  });
});

describe("an answer that is lost is told as lost, and asked once", () => {
  const cut = () =>
    new Response('{"responses": [{"updatedRa', { headers: { "content-type": "application/json" } });
  test.each<[string, Says]>([
    ["a cut body", cut],
    ["a page instead of an answer", () => html(200)],
    ["an empty body", () => new Response(null, { status: 204 })],
    ["no values where some were asked", () => Response.json({})],
  ])("%s", async (name, says) => {
    using google = startScriptedGoogle();
    google.api(says);
    const sheet = openSpreadsheet(google.access);
    const write = await failureOf(sheet.write([{ range: "A!A1", rows: [["x"]] }], { echo: true }));
    expect([name, write.fault]).toEqual([name, { kind: "lost", reason: "cut" }]);
    expect(write.mayBeApplied).toBe(true);
    const read = await failureOf(sheet.read(["A!A1"]));
    expect(read.fault).toEqual({ kind: "lost", reason: "cut" });
    expect(read.mayBeApplied).toBe(false);
    expect(google.asked).toHaveLength(2);
  });

  test("a timeout reaches the server once, read or write", async () => {
    using google = startScriptedGoogle();
    google.api(() => new Promise(() => {}));
    const write = await failureOf(writeOf(google, { timeoutMs: 100 }));
    const read = await failureOf(readOf(google, { timeoutMs: 100 }));
    expect(write.fault).toEqual({ kind: "lost", reason: "timeout" });
    expect([write.mayBeApplied, read.mayBeApplied]).toEqual([true, false]);
    expect(write.message).toBe("Google no respondió a tiempo: se vuelve a leer antes de seguir");
    expect(google.asked).toHaveLength(2);
  });
});

/** A raw server that answers once over a kept connection and then closes it on a request. */
function startClosing() {
  const requests: string[] = [];
  const answer = JSON.stringify({ responses: [{}], valueRanges: [{ range: "A!A1" }] });
  const type = "Content-Type: application/json";
  const head = `HTTP/1.1 200 OK\r\n${type}\r\nContent-Length: ${answer.length}`;
  const server = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(socket, bytes) {
        const line = bytes.toString().split("\r\n")[0] ?? "";
        if (!/^(GET|POST) /.test(line)) return;
        requests.push(line.split(" ")[0] ?? "");
        if (requests.length === 1) socket.write(`${head}\r\n\r\n${answer}`);
        else socket.end();
      },
    },
  });
  const apiRoot = `http://127.0.0.1:${server.port}/`;
  return { apiRoot, requests, [Symbol.dispose]: () => server.stop(true) };
}

test.each(["read", "write"] as const)(
  "a %s whose kept connection is closed reaches the server once",
  async (kind) => {
    using google = startScriptedGoogle();
    using closing = startClosing();
    const sheet = openSpreadsheet({ ...google.access, apiRoot: closing.apiRoot });
    const ask = () =>
      kind === "read" ? sheet.read(["A!A1"]) : sheet.write([{ range: "A!A1", rows: [["x"]] }]);
    await ask();
    const failure = await failureOf(ask());
    expect(failure.fault).toEqual({ kind: "lost", reason: "cut" });
    expect(closing.requests).toHaveLength(2);
  },
);

describe("the credential", () => {
  const grant =
    (description: string, error = "invalid_grant") =>
    () =>
      Response.json({ error, error_description: description }, { status: 400 });

  test.each<[string, string, Says]>([
    ["a revoked key", "credential", grant("Invalid JWT Signature.")],
    ["a deleted account", "credential", grant("Invalid grant: account not found")],
    [
      "this machine's clock",
      "clock",
      grant(
        "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.",
      ),
    ],
  ])("%s is refused for good, and the sheet is not asked", async (_, reason, says) => {
    using google = startScriptedGoogle();
    google.token(says);
    const failure = await failureOf(writeOf(google));
    expect(failure.fault).toEqual({ kind: "denied", reason: reason as "clock" });
    expect(failure.mayBeApplied).toBe(false);
    expect(google.asked).toEqual([]);
    expect(google.tokens).toHaveLength(1);
  });

  test("says whose, and what to do", async () => {
    using google = startScriptedGoogle();
    google.token(grant("Invalid JWT Signature."));
    const { message, detail } = await failureOf(readOf(google));
    expect(message).toBe(
      `Google ya no acepta la credencial de ${EMAIL}: crea otra clave y ponla en la configuración`,
    );
    expect(detail).toBe("Invalid JWT Signature.");
  });

  test.each([500, 503, 429])(
    "a token endpoint that says %i is asked again later, not by itself",
    async (status) => {
      using google = startScriptedGoogle();
      google.token(() => Response.json({ error: "internal_failure" }, { status }));
      const failure = await failureOf(writeOf(google));
      expect(failure.kind).toBe("busy");
      expect(failure.mayBeApplied).toBe(false);
      expect(google.tokens).toHaveLength(1);
      expect(google.asked).toEqual([]);
    },
  );

  test("a token that is refused is renewed once; then it is the credential", async () => {
    using google = startScriptedGoogle();
    const unauthorized = () => apiError(401, "UNAUTHENTICATED", "Invalid Credentials");
    const sheet = openSpreadsheet(google.access);
    const read = () => sheet.read(["A!A1"]);
    google.api(unauthorized, GOOD_READ, unauthorized);
    expect((await failureOf(read())).fault).toEqual({ kind: "busy", reason: "token" });
    await read();
    expect(google.tokens).toHaveLength(2);
    expect((await failureOf(read())).fault).toEqual({ kind: "busy", reason: "token" });
    expect((await failureOf(read())).fault).toEqual({ kind: "denied", reason: "credential" });
  });

  test("a token that is refused to two requests at once is one refusal", async () => {
    using google = startScriptedGoogle();
    google.api(() => apiError(401, "UNAUTHENTICATED", "Invalid Credentials"));
    const sheet = openSpreadsheet(google.access);
    const both = [sheet.read(["A!A1"]), sheet.properties()].map(failureOf);
    for (const { fault } of await Promise.all(both)) {
      expect(fault).toEqual({ kind: "busy", reason: "token" });
    }
  });

  test("a file that is missing, no JSON, or no credential is told; one put in its place is taken", async () => {
    using google = startScriptedGoogle();
    google.api(GOOD_WRITE);
    const folder = await mkdtemp(join(tmpdir(), "zeues-credential-"));
    const file = join(folder, "clave.json");
    const sheet = openSpreadsheet({ ...google.access, account: null, credentialsFile: file });
    const write = () => sheet.write([{ range: "A!A1", rows: [["x"]] }]);
    for (const text of [null, "-----BEGIN SECRETO", "[]", "null", '{"private_key": "x"}']) {
      if (text !== null) await Bun.write(file, text);
      const { fault, detail } = await failureOf(write());
      expect(fault).toEqual({ kind: "denied", reason: "no-credential" });
      expect(detail).not.toContain("SECRETO");
    }
    const key = { type: "service_account", client_email: EMAIL, private_key: PRIVATE_KEY };
    await Bun.write(file, JSON.stringify(key));
    expect(await write()).toEqual([]);
    await rm(folder, { recursive: true });
  });

  test("a key that can't sign is told as no credential, without the key", async () => {
    using google = startScriptedGoogle();
    const privateKey = "-----BEGIN PRIVATE KEY-----\nSECRETO\n-----END PRIVATE KEY-----\n";
    const access = { ...google.access, account: { email: EMAIL, privateKey } };
    const failure = await failureOf(openSpreadsheet(access).read(["A!A1"]));
    expect(failure.fault).toEqual({ kind: "denied", reason: "no-credential" });
    expect(Bun.inspect(failure)).not.toContain("SECRETO");
  });
});

describe("when the process stops", () => {
  /** A server that begins to answer when it is told, and tells when it was asked. */
  function hanging() {
    const google = startScriptedGoogle();
    const asked = Promise.withResolvers<void>();
    const hang = () => {
      asked.resolve();
      return new Promise<Response>(() => {});
    };
    return { google, asked: asked.promise, hang };
  }

  test("a read in flight ends; a write in flight may have been applied", async () => {
    for (const [ask, fault, mayBeApplied] of [
      [readOf, { kind: "stopped" }, false],
      [writeOf, { kind: "lost", reason: "stopped" }, true],
    ] as const) {
      const { google, asked, hang } = hanging();
      google.api(hang);
      const stop = new AbortController();
      const failing = failureOf(ask(google, { signal: stop.signal }));
      await asked;
      stop.abort();
      expect(await failing).toMatchObject({ fault, mayBeApplied });
      google[Symbol.dispose]();
    }
  });

  test("a write that waits for its token ends unsent", async () => {
    const { google, asked, hang } = hanging();
    google.token(hang);
    const stop = new AbortController();
    const failing = failureOf(writeOf(google, { signal: stop.signal }));
    await asked;
    stop.abort();
    expect(await failing).toMatchObject({ kind: "stopped", mayBeApplied: false });
    expect(google.asked).toEqual([]);
    expect((await failureOf(readOf(google, { signal: stop.signal }))).kind).toBe("stopped");
    google[Symbol.dispose]();
  });
});

test("no failure holds a secret: not the key, the token, the assertion, nor the shop's cells", async () => {
  using google = startScriptedGoogle();
  const tokens = [() => Response.json({ error: "x", assertion: ACCESS_TOKEN }, { status: 400 })];
  const apis: Says[] = [
    () => apiError(403, "PERMISSION_DENIED", `no ${ACCESS_TOKEN} eyJhbGciOi.J9.x ${PRIVATE_KEY}`),
    () => apiError(500, "INTERNAL", "x"),
    () => html(502),
    () => new Response("{"),
    () => new Promise<Response>(() => {}),
  ];
  const failures: SheetsError[] = [];
  for (const says of apis) {
    google.api(says);
    const sheet = openSpreadsheet(google.access, { timeoutMs: 100 });
    failures.push(await failureOf(sheet.write([{ range: "A!A1", rows: [["celda-del-taller"]] }])));
  }
  google.token(...tokens);
  failures.push(await failureOf(readOf(google)));
  const secrets = [ACCESS_TOKEN, PRIVATE_KEY.slice(40, 80), "assertion", "eyJ", "celda-del-taller"];
  for (const failure of failures) {
    const all = [failure.message, failure.detail, String(failure.stack), Bun.inspect(failure)];
    for (const secret of secrets) expect(all.join("\n")).not.toContain(secret);
    expect(failure.message).not.toContain("\n");
    expect(failure.cause).toBeUndefined();
  }
});
