/** Values that a JSON Schema allows, as fast-check arbitraries. */
import fc from "fast-check";
import { type Document, deref, type Schema } from "./document.ts";

/** Longer texts than this are the hostile values' business. */
const TEXT_MAX = 40;
/** Lists of valid requests stay short, so that most of what is sent reaches a rule. */
const LIST_MAX = 8;

/** Keywords that say nothing about which values are allowed. */
const SILENT = new Set(["description", "default", "title", "examples", "type", "$ref"]);
const READ: Readonly<Record<string, readonly string[]>> = {
  string: ["minLength", "maxLength", "pattern", "enum", "const"],
  integer: ["minimum", "maximum"],
  object: ["properties", "required", "additionalProperties"],
  array: ["items", "minItems", "maxItems"],
};

/** Known good values by the name of the field that they stand in. */
export type Pools = Readonly<Record<string, fc.Arbitrary<unknown>>>;
/** Of six values five are known ones, or nearly nothing would find a spool. */
const POOLED = { known: 5, unknown: 1 };

const numberOf = (value: unknown, otherwise: number): number =>
  typeof value === "number" ? value : otherwise;

function texts(schema: Schema): fc.Arbitrary<string> {
  if (typeof schema.pattern === "string") return fc.stringMatching(new RegExp(schema.pattern));
  const minLength = numberOf(schema.minLength, 0);
  const size = {
    minLength,
    maxLength: Math.max(minLength, Math.min(numberOf(schema.maxLength, TEXT_MAX), TEXT_MAX)),
  };
  return fc.oneof(fc.string(size), fc.string({ ...size, unit: "grapheme" }));
}

function integers({ minimum, maximum }: Schema): fc.Arbitrary<number> {
  const min = numberOf(minimum, Number.MIN_SAFE_INTEGER);
  const max = numberOf(maximum, Number.MAX_SAFE_INTEGER);
  const near = fc.integer({ min, max: Math.min(max, min + 20) });
  return fc.oneof(
    near,
    fc.maxSafeInteger().map((n) => Math.min(max, Math.max(min, n))),
  );
}

function objects(doc: Document, schema: Schema, pools: Pools): fc.Arbitrary<unknown> {
  const properties = (schema.properties ?? {}) as Readonly<Record<string, Schema>>;
  const required = (schema.required ?? []) as string[];
  const fields = Object.fromEntries(
    Object.entries(properties).map(([name, part]) => {
      const pool = pools[name];
      const allowed = valuesOf(doc, part, pools);
      const value = pool
        ? fc.oneof(
            { arbitrary: pool, weight: POOLED.known },
            { arbitrary: allowed, weight: POOLED.unknown },
          )
        : allowed;
      return [name, value];
    }),
  );
  return fc.record(fields, { requiredKeys: required, noNullPrototype: true });
}

/** One of several schemas, or one of several values. */
function choices(doc: Document, schema: Schema, pools: Pools): fc.Arbitrary<unknown> | null {
  const several = (schema.anyOf ?? schema.oneOf) as readonly Schema[] | undefined;
  if (several) return fc.oneof(...several.map((one) => valuesOf(doc, one, pools)));
  if ("const" in schema) return fc.constant(schema.const);
  return Array.isArray(schema.enum) ? fc.constantFrom(...(schema.enum as unknown[])) : null;
}

/**
 * Values that a schema allows. Throws on a keyword that is not read here, so that a new one in the
 * API's document is noticed.
 */
export function valuesOf(doc: Document, given: Schema, pools: Pools): fc.Arbitrary<unknown> {
  const schema = deref(doc, given);
  const chosen = choices(doc, schema, pools);
  if (chosen) return chosen;
  const { type } = schema;
  const known = READ[String(type)] ?? [];
  const unread = Object.keys(schema).find((word) => !SILENT.has(word) && !known.includes(word));
  if (unread) throw new Error(`the fuzzer does not read ${unread} of a ${String(type)}`);
  switch (type) {
    case "string":
      return texts(schema);
    case "integer":
      return integers(schema);
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "object":
      return objects(doc, schema, pools);
    case "array": {
      const minLength = numberOf(schema.minItems, 0);
      const maxLength = Math.min(numberOf(schema.maxItems, LIST_MAX), LIST_MAX);
      const items = deref(doc, (schema.items ?? {}) as Schema);
      return fc.array(pools["[]"] ?? valuesOf(doc, items, pools), { minLength, maxLength });
    }
    default:
      throw new Error(`the fuzzer does not read a schema of type ${String(type)}`);
  }
}
