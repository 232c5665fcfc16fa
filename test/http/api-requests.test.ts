/** What a program may send wrong, by mistake or on purpose: 4xx, one sentence, nothing changes. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { apiRoutes } from "../../src/http/api/routes.ts";
import type { Env } from "../../src/http/context.ts";
import { newToken } from "../../src/identity/alta.ts";
import { giveAcceso } from "../support/acceso.ts";
import { inspeccionado, NOW_MS, soldado, spool } from "../support/builders.ts";
import { type Json, openApi, TOKEN } from "./api-support.ts";

const GETS = [
  "/sse/stream",
  "/dashboard/occupied",
  "/spools",
  "/spools/A",
  "/history/A",
  "/workers",
  "/openapi.json",
  "/nothing",
  "/spools/%0A",
  "/spools/%",
  "",
];
const POSTS = [
  "/occupation/tomar",
  "/occupation/pausar",
  "/occupation/completar",
  "/occupation/cancelar",
  "/occupation/liberar",
  "/occupation/batch",
  "/metrologia/aprobar",
  "/metrologia/rechazar",
  "/metrologia/desbloquear",
];

const SENTENCE = {
  absent: "Falta el token: envía el encabezado Authorization: Bearer TOKEN",
  wrong: "El token no es válido",
};

test.each([
  ["", SENTENCE.absent],
  ["Bearer", SENTENCE.absent],
  ["Bearer ", SENTENCE.absent],
  [`Basic ${btoa(`x:${TOKEN}`)}`, SENTENCE.absent],
  [TOKEN, SENTENCE.absent],
  [`Bearer ${TOKEN} x`, SENTENCE.absent],
  [`Bearer ${TOKEN}x`, SENTENCE.wrong],
  [`Bearer ${TOKEN.slice(1)}`, SENTENCE.wrong],
  [`Bearer ${TOKEN.toUpperCase()}`, SENTENCE.wrong],
])("no path answers to Authorization: %j", async (authorization, message) => {
  await using api = await openApi({ spools: [spool({ tag: "A" })] });
  const seq = api.seq();
  for (const [method, paths] of [
    ["GET", GETS],
    ["POST", POSTS],
  ] as const) {
    for (const path of paths) {
      const answer = await api.request(path, { method, headers: { authorization } });
      expect(answer.status).toBe(401);
      expect(answer.headers.get("WWW-Authenticate")).toBe("Bearer");
      expect(answer.body).toEqual({ ok: false, error: "SIN_SESION", message, ocupado_por: null });
    }
  }
  expect(api.seq()).toBe(seq);
});

test("without ZEUES_API_TOKEN its holder gets in no more, and who has a token of ZEUES's own does", async () => {
  await using api = await openApi({ token: null });
  const status = async (authorization: string): Promise<number> =>
    (await api.request("/workers", { headers: { authorization } })).status;
  for (const authorization of [
    "",
    "Bearer null",
    "Bearer undefined",
    "Bearer ",
    `Bearer ${TOKEN}`,
  ]) {
    expect([authorization, await status(authorization)]).toEqual([authorization, 401]);
  }
  const told = { nombre: "ERP", roles: ["Lectura"], trabajadorId: null, venceMs: null } as const;
  const [token, secret] = newToken(told, NOW_MS);
  await giveAcceso(api.deps.ledger, token);
  expect(await status(`Bearer ${secret}`)).toBe(200);
});

test("the scheme's case does not count", async () => {
  await using api = await openApi();
  const { status } = await api.request("/workers", {
    headers: { authorization: `bearer  ${TOKEN}` },
  });
  expect(status).toBe(200);
});

test("an unknown path or method is a 404 in JSON", async () => {
  await using api = await openApi({ spools: [spool({ tag: "A" })] });
  for (const [method, path] of [
    ["GET", "/nada"],
    ["GET", ""],
    ["GET", "/occupation/tomar"],
    ["POST", "/workers"],
    ["DELETE", "/spools/A"],
    ["PUT", "/occupation/tomar"],
    ["POST", "/occupation/borrar"],
    ["GET", "/history"],
  ] as const) {
    const { status, body } = await api.request(path, { method });
    expect(status).toBe(404);
    expect(body).toMatchObject({ error: "NO_ENCONTRADO", message: "Esa ruta no existe en la API" });
  }
});

test.each([
  undefined,
  "text/plain",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "application/jsonx",
  "text/json, application/json",
])("a body of type %s is 415", async (type) => {
  await using api = await openApi({ spools: [spool({ tag: "A" })] });
  const body = new TextEncoder().encode('{"tag_spool":"A","worker_id":93,"operacion":"ARM"}');
  const headers = type === undefined ? {} : { "Content-Type": type };
  const answer = await api.request("/occupation/tomar", { method: "POST", body, headers });
  expect(answer.status).toBe(415);
  expect(answer.body.error).toBe("TIPO_NO_SOPORTADO");
  const json = { "Content-Type": "Application/JSON ; charset=utf-8" };
  const right = await api.request("/occupation/tomar", { method: "POST", body, headers: json });
  expect(right.status).toBe(200);
});

const NOT_AN_OBJECT = "El cuerpo debe ser un objeto JSON";
const NOT_JSON = "El cuerpo no es JSON válido";
const WORKER_ID = "El campo worker_id debe ser un número entero de 1 a 999999999";
const OPERACION = "El campo operacion debe ser uno de: ARM, SOLD, REPARACION";
const VERSION = "El campo version debe ser un número entero desde 0";
const whole = (part: object): string =>
  JSON.stringify({ tag_spool: "A", worker_id: 93, operacion: "ARM", ...part });

test.each([
  ["", NOT_JSON],
  ["{", NOT_JSON],
  ["{'tag_spool':1}", NOT_JSON],
  ["tag_spool=A&worker_id=93", NOT_JSON],
  ["[".repeat(50_000), NOT_JSON],
  [`${"[".repeat(30_000)}${"]".repeat(30_000)}`, NOT_AN_OBJECT],
  ["null", NOT_AN_OBJECT],
  ["[]", NOT_AN_OBJECT],
  ['"A"', NOT_AN_OBJECT],
  ["7", NOT_AN_OBJECT],
  ["true", NOT_AN_OBJECT],
  ["{}", "Falta el campo tag_spool"],
  ['{"__proto__":{"tag_spool":"A","worker_id":93,"operacion":"ARM"}}', "Falta el campo tag_spool"],
  [whole({ worker_id: undefined }), "Falta el campo worker_id"],
  [whole({ operacion: undefined }), "Falta el campo operacion"],
  [whole({ tag_spool: null }), "El campo tag_spool debe ser un texto de 1 a 1000 caracteres"],
  [whole({ tag_spool: 7 }), "El campo tag_spool debe ser un texto de 1 a 1000 caracteres"],
  [whole({ tag_spool: ["A"] }), "El campo tag_spool debe ser un texto de 1 a 1000 caracteres"],
  [whole({ tag_spool: " \n " }), "El campo tag_spool debe tener de 1 a 1000 caracteres"],
  [whole({ tag_spool: "x".repeat(1_001) }), "El campo tag_spool debe tener de 1 a 1000 caracteres"],
  [whole({ worker_id: null }), WORKER_ID],
  [whole({ worker_id: 0 }), WORKER_ID],
  [whole({ worker_id: -93 }), WORKER_ID],
  [whole({ worker_id: 9.3 }), WORKER_ID],
  [whole({ worker_id: "MR(93)" }), WORKER_ID],
  [whole({ worker_id: "0" }), WORKER_ID],
  [whole({ worker_id: "9".repeat(30) }), WORKER_ID],
  [whole({ worker_id: [93] }), WORKER_ID],
  [whole({ worker_id: true }), WORKER_ID],
  [whole({}).replace("93", "1e400"), WORKER_ID],
  [whole({}).replace("93", "9".repeat(5_000)), WORKER_ID],
  [whole({ operacion: "arm" }), OPERACION],
  [whole({ operacion: "METROLOGIA" }), OPERACION],
  [whole({ operacion: null }), OPERACION],
  [whole({ operacion: { toString: "ARM" } }), OPERACION],
  [whole({ version: "1" }), VERSION],
  [whole({ version: -1 }), VERSION],
  [whole({ version: 1.5 }), VERSION],
  [whole({}).replace("}", ',"version":1e999}'), VERSION],
])("tomar with the body %s is 400", async (body, message) => {
  await using api = await openApi({ spools: [spool({ tag: "A" })] });
  const seq = api.seq();
  const answer = await api.post("/occupation/tomar", body);
  expect(answer.status).toBe(400);
  expect(answer.body).toEqual({
    ok: false,
    error: "SOLICITUD_INVALIDA",
    message,
    ocupado_por: null,
  });
  expect(api.seq()).toBe(seq);
});

const MOTIVO = "El campo motivo debe ser un texto de 1 a 500 caracteres";

test.each([
  ["occupation/liberar", {}, "Falta el campo motivo"],
  ["occupation/liberar", { motivo: null }, MOTIVO],
  ["occupation/liberar", { motivo: " \t\n" }, MOTIVO],
  ["occupation/liberar", { motivo: "x".repeat(501) }, MOTIVO],
  ["occupation/liberar", { motivo: 7 }, MOTIVO],
  ["metrologia/desbloquear", {}, "Falta el campo motivo"],
  ["metrologia/desbloquear", { motivo: "" }, MOTIVO],
  ["metrologia/rechazar", { motivo: "x".repeat(501) }, MOTIVO],
  ["metrologia/rechazar", { motivo: {} }, MOTIVO],
  ["metrologia/aprobar", { operacion: "ARM" }, "El campo operacion debe ser METROLOGIA"],
])("%s with %j is 400", async (path, part, message) => {
  await using api = await openApi({ spools: [soldado({ tag: "A" })] });
  const answer = await api.post(`/${path}`, { tag_spool: "A", worker_id: 168, ...part });
  expect(answer.status).toBe(400);
  expect(answer.body.message).toBe(message);
});

const lote = (part: object): object => ({
  accion: "TOMAR",
  operacion: "ARM",
  worker_id: 93,
  tags: ["A"],
  ...part,
});

test.each([
  [lote({ accion: undefined }), "Falta el campo accion"],
  [
    lote({ accion: "APROBAR" }),
    "El campo accion debe ser uno de: TOMAR, PAUSAR, COMPLETAR, CANCELAR, LIBERAR",
  ],
  [lote({ operacion: undefined }), "Falta el campo operacion"],
  [lote({ worker_id: undefined }), "Falta el campo worker_id"],
  [lote({ tags: undefined }), "Falta el campo tags"],
  [lote({ tags: "A" }), "El campo tags debe ser una lista de 1 a 50 tags"],
  [lote({ tags: { length: 1 } }), "El campo tags debe ser una lista de 1 a 50 tags"],
  [lote({ tags: [] }), "El campo tags debe tener de 1 a 50 tags"],
  [lote({ tags: Array(51).fill("A") }), "El campo tags debe tener de 1 a 50 tags"],
  [lote({ tags: ["A", " "] }), "El campo tags[1] debe tener de 1 a 1000 caracteres"],
  [lote({ tags: ["A", null] }), "El campo tags[1] debe ser un texto de 1 a 1000 caracteres"],
  [lote({ accion: "LIBERAR" }), "Falta el campo motivo"],
  [[], NOT_AN_OBJECT],
  [null, NOT_AN_OBJECT],
])("the batch %j is 400 as a whole", async (body, message) => {
  await using api = await openApi({ spools: [spool({ tag: "A" })] });
  const seq = api.seq();
  const answer = await api.post("/occupation/batch", body);
  expect(answer.status).toBe(400);
  expect(answer.body.message).toBe(message);
  expect(api.seq()).toBe(seq);
});

test("a batch of 50 is done, by a worker who must exist", async () => {
  const tags = Array.from({ length: 50 }, (_, i) => `${i}-${"x".repeat(290)}`);
  await using api = await openApi({ spools: tags.map((tag) => spool({ tag })) });
  expect((await api.post("/occupation/batch", lote({ tags, worker_id: 7 }))).status).toBe(404);
  const { body } = await api.post("/occupation/batch", lote({ tags }));
  expect(body.results.every(({ ok }: { ok: boolean }) => ok)).toBe(true);
});

test("a body over the limit is 413, with and without Content-Length", async () => {
  await using api = await openApi({ spools: [spool({ tag: "A" })] });
  const app = new Hono<Env>()
    .use(bodyLimit({ maxSize: 1_000, onError: (c) => c.json({ limit: true }, 413) }))
    .route("/api", apiRoutes(api.deps));
  const seq = api.seq();
  const body = whole({ filler: "x".repeat(2_000) });
  const headers = { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json" };
  const length = { ...headers, "Content-Length": String(body.length) };
  const init = { method: "POST", body };
  const known = await app.request("/api/occupation/tomar", { ...init, headers: length });
  const chunked = await app.request("/api/occupation/tomar", { ...init, headers });
  expect([known.status, chunked.status]).toEqual([413, 413]);
  expect(api.seq()).toBe(seq);
});

test("bytes that are no UTF-8 find nothing and break nothing", async () => {
  await using api = await openApi({ spools: [spool({ tag: "A" })] });
  const text = whole({ tag_spool: "@" });
  const byteOf = (char: string): number => (char === "@" ? 0xff : char.charCodeAt(0));
  const body = Uint8Array.from([...text].map(byteOf));
  const headers = { "Content-Type": "application/json" };
  const { status } = await api.request("/occupation/tomar", { method: "POST", body, headers });
  expect(status).toBe(404);
  const lone = '{"tag_spool":"\\ud800","worker_id":93,"operacion":"ARM"}';
  expect((await api.post("/occupation/tomar", lone, { "Idempotency-Key": "k" })).status).toBe(400);
});

const SPOOLS = [spool({ tag: "A" }), inspeccionado("bloqueado", { tag: "B" })];
/** Values that come close to being right, and any others. */
const near = fc.oneof(
  fc.constantFrom("A", "B", 93, "93", 168, "ARM", "SOLD", "METROLOGIA", "TOMAR", "", null, 0, -1),
  fc.jsonValue(),
);
const body = fc.record(
  {
    tag_spool: near,
    worker_id: fc.oneof(fc.constantFrom(93, "93", 80, 168, 7), near),
    operacion: near,
    accion: near,
    motivo: near,
    version: near,
    tags: fc.oneof(fc.array(near, { maxLength: 60 }), near),
  },
  { requiredKeys: [] },
);
const sent = fc.oneof({ arbitrary: body, weight: 4 }, fc.jsonValue(), fc.string());

/** How many of an answer's actions were done. */
const doneIn = ({ ok, results }: Json): number =>
  ok === true ? 1 : (results ?? []).filter((one: Json) => one.ok).length;

test("no JSON body gives 5xx, and only what is answered as done changes anything", async () => {
  await using api = await openApi({ spools: SPOOLS });
  let seq = api.seq();
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...POSTS), sent, async (path, text) => {
      const { status, body: told } = await api.post(path, text);
      expect(status).toBeLessThan(500);
      seq += doneIn(told);
      expect(api.seq()).toBe(seq);
      expect(told.message ?? "").not.toMatch(/invalid|expected|must|too /i);
    }),
    { numRuns: 400 },
  );
}, 30_000);

test("no JSON that is not a right request changes anything", async () => {
  await using api = await openApi({ spools: SPOOLS });
  const seq = api.seq();
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...POSTS), fc.json(), async (path, text) => {
      expect((await api.post(path, text)).status).toBe(400);
      expect(api.seq()).toBe(seq);
    }),
    { numRuns: 400 },
  );
}, 30_000);

test("no path gives 5xx", async () => {
  await using api = await openApi({ spools: SPOOLS });
  const part = fc.oneof(fc.string(), fc.constantFrom("%", "%2F", "..", "spools", "?", "A", "#"));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom("/spools/", "/history/", "/spools?", "/workers?", "/"),
      fc.array(part, { maxLength: 6 }),
      async (under, parts) => {
        const path = under + parts.join("/");
        // A client resolves `..` itself: what then is not below /api is not asked here.
        fc.pre(new URL(`/api${path}`, "http://zeues").pathname.startsWith("/api/"));
        const { status } = await api.get(path);
        expect([200, 400, 404]).toContain(status);
      },
    ),
    { numRuns: 400 },
  );
}, 30_000);
