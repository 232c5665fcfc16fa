/** `GET /api/openapi.json`: the API as an OpenAPI 3.1 document, made from calls.ts (spec 9). */
import { z } from "zod";
import { ANSWERS, CALLS, type Call, REQUESTS } from "./calls.ts";

type Json = Readonly<Record<string, unknown>>;

const refTo = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });

/** Named schemas as JSON Schema (draft 2020-12, as in OpenAPI 3.1), referring to each other. */
function named(schemas: Readonly<Record<string, z.ZodType>>, io: "input" | "output"): Json {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
  const uri = (id: string): string => `#/components/schemas/${id}`;
  const made = z.toJSONSchema(registry, { io, uri }).schemas;
  return Object.fromEntries(
    Object.entries(made).map(([name, { $schema, $id, ...schema }]) => [name, schema]),
  );
}

function queryParameters(query: z.ZodObject): readonly Json[] {
  const { properties = {} } = z.toJSONSchema(query, { io: "output" });
  return Object.entries(properties).map(([name, schema]) => ({ name, in: "query", schema }));
}

function parametersOf({ path, query, headers }: Call): readonly Json[] {
  const tag = { name: "tag", in: "path", required: true, schema: { type: "string", minLength: 1 } };
  return [
    ...(path.includes("{tag}") ? [tag] : []),
    ...(query ? queryParameters(query) : []),
    ...Object.entries(headers ?? {}).map(([name, description]) => ({
      name,
      in: "header",
      description,
      schema: { type: "string" },
    })),
  ];
}

function contentOf(answer: Call["answer"]): Json {
  if (typeof answer === "object") {
    const description = `The \`data\` of each spool_update is a ${answer.stream} as JSON`;
    const schema = { type: "string", description, contentSchema: refTo(answer.stream) };
    return { "text/event-stream": { schema } };
  }
  return { "application/json": { schema: answer === "json" ? { type: "object" } : refTo(answer) } };
}

function responsesOf({ answer, refusals }: Call): Json {
  const refused = { "application/json": { schema: refTo("Refused") } };
  const all = [...refusals, 500].map((status) => [
    String(status),
    { description: "Refused", content: refused },
  ]);
  return { "200": { description: "Done", content: contentOf(answer) }, ...Object.fromEntries(all) };
}

function operationOf(call: Call): Json {
  const { summary, description, body } = call;
  const content = body && { "application/json": { schema: refTo(body) } };
  return {
    summary,
    ...(description ? { description } : {}),
    parameters: parametersOf(call),
    ...(content ? { requestBody: { required: true, content } } : {}),
    responses: responsesOf(call),
  };
}

function pathsOf(calls: readonly Call[]): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const call of calls) {
    const path = `/api${call.path}`;
    paths[path] = { ...paths[path], [call.method]: operationOf(call) };
  }
  return paths;
}

/**
 * The document.
 * @param version of ZEUES
 */
export const openapi = (version: string): Json => ({
  openapi: "3.1.1",
  info: { title: "ZEUES", version, description: "Who has which spool?" },
  security: [{ token: [] }],
  paths: pathsOf(CALLS),
  components: {
    securitySchemes: { token: { type: "http", scheme: "bearer" } },
    schemas: { ...named(ANSWERS, "output"), ...named(REQUESTS, "input") },
  },
});
