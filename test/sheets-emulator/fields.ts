/**
 * Partial answers: the `fields` parameter. Source:
 * developers.google.com/workspace/sheets/api/guides/field-masks: `a,b.c`, `a(b,c)`, `a/b`, `*`.
 */
import { invalid, type Json, type JsonObject } from "./api-error.ts";

/** Null = all that is below. */
export type Mask = Map<string, Mask> | null;

/** The words of the message say nothing; the details do (recorded by gargle's tests). */
const badMask = (path: string) => {
  const missing = `Cannot find matching fields for path '${path}'.`;
  const description = `Error expanding 'fields' parameter. ${missing}`;
  return invalid("Request contains an invalid argument.", [
    {
      "@type": "type.googleapis.com/google.rpc.BadRequest",
      fieldViolations: [{ field: path, description }],
    },
  ]);
};

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  list(): Map<string, Mask> {
    const mask = new Map<string, Mask>();
    for (;;) {
      this.#item(mask);
      if (this.#text[this.#at] !== ",") return mask;
      this.#at += 1;
    }
  }

  get ended(): boolean {
    return this.#at >= this.#text.length;
  }

  #item(into: Map<string, Mask>): void {
    const name = /^\s*(\*|[A-Za-z]\w*)\s*/.exec(this.#text.slice(this.#at));
    if (!name) throw badMask(this.#text);
    this.#at += name[0].length;
    const key = name[1] ?? "";
    const next = this.#text[this.#at];
    if (next === "." || next === "/") {
      this.#at += 1;
      const below = new Map<string, Mask>();
      this.#item(below);
      merge(into, key, below);
    } else if (next === "(") {
      this.#at += 1;
      const below = this.list();
      if (this.#text[this.#at] !== ")") throw badMask(this.#text);
      this.#at += 1;
      merge(into, key, below);
    } else into.set(key, null);
  }
}

function merge(into: Map<string, Mask>, key: string, below: Map<string, Mask>): void {
  const old = into.get(key);
  if (old === null) return;
  if (!old) into.set(key, below);
  else {
    for (const [name, mask] of below) {
      if (mask === null) old.set(name, null);
      else merge(old, name, mask);
    }
  }
}

/** @throws ApiError 400 when it can't be read */
export function parseFields(text: string): Mask {
  const reader = new Reader(text);
  const mask = reader.list();
  if (!reader.ended) throw badMask(text);
  return mask.has("*") ? null : mask;
}

export function select(value: Json, mask: Mask): Json {
  if (mask === null || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => select(one, mask));
  const out: Record<string, Json> = {};
  for (const [key, one] of Object.entries(value as JsonObject)) {
    const below = mask.get(key) ?? (mask.has("*") ? (mask.get("*") ?? null) : undefined);
    if (below === undefined && !mask.has(key)) continue;
    if (one !== undefined) out[key] = select(one, below ?? null);
  }
  return out;
}

/** The fields an answer may have, as far down as they are checked; null = not further. */
export interface Schema {
  readonly [field: string]: Schema | null;
}

/** A schema of fields that are not looked into. */
export const flat = (names: string): Schema =>
  Object.fromEntries(names.split(" ").map((name) => [name, null]));

/** @throws ApiError 400 that names the first path there is nothing at */
export function checkMask(mask: Mask, schema: Schema, at = ""): void {
  for (const [name, below] of mask ?? []) {
    const path = at + name;
    const known = schema[name];
    if (name === "*") continue;
    if (known === undefined) throw badMask(path);
    if (known !== null) checkMask(below, known, `${path}.`);
  }
}
