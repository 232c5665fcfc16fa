/** The published document against the router; answers are held against it in every api test. */
import { expect, test } from "bun:test";
import { z } from "zod";
import type { Deps } from "../../src/http/context.ts";
import { spool } from "../support/builders.ts";
import { documented, type Json, openApi } from "./api-support.ts";

const routesOf = (routes: readonly { method: string; path: string }[]): string[] =>
  routes
    .filter(({ method }) => method !== "ALL")
    .map(({ method, path }) => `${method} ${path.replace(/:tag\{.*\}$/, "{tag}")}`)
    .sort();

const callsOf = (paths: Json): string[] =>
  Object.entries<Json>(paths)
    .flatMap(([path, item]) => Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`))
    .sort();

/** Every `$ref` anywhere in the document. */
const refsOf = (doc: Json): string[] =>
  [...JSON.stringify(doc).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref = ""]) => ref);

test("every route is in the document, and the reverse", async () => {
  await using api = await openApi();
  const { body } = await api.get("/openapi.json");
  expect(callsOf(body.paths)).toEqual(routesOf(api.app.routes));
  expect(callsOf(body.paths)).toHaveLength(18);
});

test("it is OpenAPI 3.1 of this version, behind the token, and its references lead somewhere", async () => {
  await using api = await openApi();
  const { body } = await api.get("/openapi.json");
  expect(body.openapi).toMatch(/^3\.1\.\d+$/);
  expect(body.info).toMatchObject({ title: "ZEUES", version: "0.0.0-test" });
  expect(body.security).toEqual([{ token: [] }]);
  expect(body.components.securitySchemes.token).toEqual({ type: "http", scheme: "bearer" });
  const refs = refsOf(body);
  expect(refs.length).toBeGreaterThan(30);
  for (const ref of refs) {
    const [, name = ""] = /^#\/components\/schemas\/(\w+)$/.exec(ref) ?? [];
    expect(body.components.schemas).toHaveProperty(name);
  }
  for (const name of Object.keys(body.components.schemas)) {
    expect(refs).toContain(`#/components/schemas/${name}`);
  }
});

test("every operation says what it takes and what may be refused", async () => {
  await using api = await openApi();
  const { paths } = (await api.get("/openapi.json")).body;
  for (const [path, item] of Object.entries<Json>(paths)) {
    for (const [method, operation] of Object.entries<Json>(item)) {
      expect(operation.summary).toBeString();
      expect(operation.responses).toContainKeys(["200", "401", "500"]);
      expect("requestBody" in operation).toBe(method === "post");
      const inPath = operation.parameters.filter((p: Json) => p.in === "path");
      expect(inPath.map((p: Json) => p.name)).toEqual(path.includes("{tag}") ? ["tag"] : []);
    }
  }
});

test("a request that the document allows is taken, one that it forbids is not", async () => {
  await using api = await openApi({ spools: [spool({ tag: "A" })] });
  const { schemas } = (await api.get("/openapi.json")).body.components;
  const ocupacion = z.fromJSONSchema(schemas.OcuparBody);
  for (const part of [{}, { version: 1 }, { worker_id: "93" }, { extra: [] }, { version: null }]) {
    const body = { tag_spool: "A", worker_id: 93, operacion: "ARM", ...part };
    expect(ocupacion.safeParse(body).success).toBe(true);
    expect((await api.post("/occupation/pausar", body)).status).toBe(422);
  }
  for (const part of [{ operacion: "X" }, { worker_id: 0 }, { tag_spool: "" }, { version: "1" }]) {
    const body = { tag_spool: "A", worker_id: 93, operacion: "ARM", ...part };
    expect(ocupacion.safeParse(body).success).toBe(false);
    expect((await api.post("/occupation/pausar", body)).status).toBe(400);
  }
});

test("an answer that the document does not have would be noticed", async () => {
  await using api = await openApi();
  const { body: doc } = await api.get("/openapi.json");
  const headers = new Headers();
  const answer = (status: number, body: Json) => ({ status, headers, body });
  const check = (path: string, status: number, body: Json) => () =>
    documented(doc, "GET", path, answer(status, body));
  expect(check("/api/workers", 200, { workers: [] })).not.toThrow();
  expect(check("/api/workers", 200, { workers: [], more: 1 })).toThrow();
  expect(check("/api/workers", 200, { workers: [{ id: "93" }] })).toThrow();
  expect(check("/api/workers", 404, { ok: false })).toThrow();
});

test("a fault is a 500 in JSON that tells nothing of the inside", async () => {
  await using api = await openApi();
  const broken = { ...api.deps.floor, trabajadores: () => secret() } as unknown as Deps["floor"];
  const { apiRoutes } = await import("../../src/http/api/routes.ts");
  const app = apiRoutes({ ...api.deps, floor: broken, apiToken: "t" });
  const response = await app.request("/workers", { headers: { Authorization: "Bearer t" } });
  expect(response.status).toBe(500);
  const body = await response.text();
  expect(JSON.parse(body).error).toBe("ERROR_INTERNO");
  expect(body).not.toContain("secret");
});

function secret(): never {
  throw new Error("secret path /root");
}
