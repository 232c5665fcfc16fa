/** The API's own OpenAPI document, as far as the fuzzer reads it. */

/** A JSON Schema; parts are read by name and checked where they are used. */
export type Schema = Readonly<Record<string, unknown>>;

export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required?: boolean;
  readonly schema: Schema;
}

interface Content {
  readonly [type: string]: { readonly schema: Schema };
}

export interface Operation {
  /** In capitals, as on the wire. */
  readonly method: string;
  /** From the root, `/api/spools/{tag}`. */
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly body: Schema | null;
  /** Schema by content type, by status. */
  readonly responses: Readonly<Record<string, { readonly content: Content }>>;
}

export interface Document {
  readonly operations: readonly Operation[];
  readonly schemas: Readonly<Record<string, Schema>>;
}

type Paths = Readonly<
  Record<string, Readonly<Record<string, Omit<Operation, "body"> & { requestBody?: unknown }>>>
>;

/** Reads `GET /api/openapi.json` as it came. Throws when it is none. */
export function readDocument(json: unknown): Document {
  const { openapi, paths, components } = json as {
    readonly openapi: string;
    readonly paths: Paths;
    readonly components: { readonly schemas: Document["schemas"] };
  };
  if (!/^3\.1\./.test(openapi)) throw new Error(`not OpenAPI 3.1: ${openapi}`);
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, { parameters, requestBody, responses }]): Operation => {
      const content = (requestBody as { content?: Content } | undefined)?.content;
      const body = content?.["application/json"]?.schema ?? null;
      return { method: method.toUpperCase(), path, parameters, body, responses };
    }),
  );
  return { operations, schemas: components.schemas };
}

const REF = "#/components/schemas/";

/** The schema that a `$ref` names, or the schema itself. */
export function deref({ schemas }: Pick<Document, "schemas">, schema: Schema): Schema {
  const { $ref } = schema;
  if (typeof $ref !== "string") return schema;
  const found = schemas[$ref.replace(REF, "")];
  if (!found) throw new Error(`${$ref} leads nowhere`);
  return found;
}
