/** What is sent: requests as the document allows them, bent ones, and odd ones around them. */
import fc from "fast-check";
import type { Shot } from "./connection.ts";
import type { Document, Operation, Schema } from "./document.ts";
import {
  hostileAuth,
  hostileBody,
  hostileEncoded,
  hostileJson,
  hostileKey,
  hostileMethod,
  hostileName,
  hostileType,
} from "./hostile.ts";
import { type Pools, valuesOf } from "./schema-values.ts";

/** A request before it is put on the wire. */
interface Ask {
  readonly operation: Operation;
  readonly path: string;
  /** `name=value`, encoded. */
  readonly query: readonly string[];
  readonly body: Uint8Array | null;
  readonly key: string | null;
}

/** Some keys meet again, used for another request. */
const FEW_KEYS = 20;
const KEY = "Idempotency-Key";
/** Places in the log that every shop has. */
const FIRST_SEQS = 300;
const keys = fc
  .option(
    fc.oneof(
      { arbitrary: fc.noBias(fc.nat()), weight: 3 },
      { arbitrary: fc.nat(FEW_KEYS), weight: 1 },
    ),
    { freq: 2 },
  )
  .map((nth) => (nth === null ? null : `fuzz-${nth}`));

const encoder = new TextEncoder();

/** What takes a shot's place until it is sent: a request that the rules accept at that moment. */
export interface Move {
  readonly kind: "move";
  readonly spool: number;
  readonly choice: number;
  readonly key: string | null;
}
/** One that was accepted a moment ago, sent again with its key. */
export interface Again {
  readonly kind: "again";
  readonly nth: number;
}
export type Planned = Move | Again | { readonly kind: "shot"; readonly shot: Shot };

/** The headers of a right request. */
export function headersOf(
  token: string,
  { body, key }: Pick<Ask, "body" | "key">,
): Shot["headers"] {
  return [
    ["Host", "zeues"],
    ["Authorization", `Bearer ${token}`],
    ...(body ? [["Content-Type", "application/json"] as const] : []),
    ...(key === null ? [] : [[KEY, key] as const]),
  ];
}

/** --- as the document allows it */

function pathsOf({ path }: Operation, tags: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return path.includes("{tag}")
    ? tags.map((tag) => path.replace("{tag}", encodeURIComponent(tag.toWellFormed())))
    : fc.constant(path);
}

function queries({ doc, pools }: Made, { parameters }: Operation): fc.Arbitrary<readonly string[]> {
  const named = parameters
    .filter((one) => one.in === "query")
    .map(({ name, schema }) =>
      fc.option(
        (pools[`?${name}`] ?? valuesOf(doc, schema, {})).map(
          (value) => `${name}=${encodeURIComponent(String(value).toWellFormed())}`,
        ),
        { freq: 3 },
      ),
    );
  return fc.tuple(...named).map((all) => all.filter((one) => one !== null));
}

/** The fields of a body: names, and values as JSON texts, so that both can be bent. */
type Fields = readonly (readonly [name: string, json: string])[];

const fieldsOf = (value: unknown): Fields =>
  Object.entries(value as object).map(([name, part]) => [name, JSON.stringify(part)]);
const textOf = (fields: Fields): string =>
  `{${fields.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(",")}}`;

const bodies = (doc: Document, schema: Schema, pools: Pools): fc.Arbitrary<Fields> =>
  valuesOf(doc, schema, pools).map(fieldsOf);

interface Made {
  readonly doc: Document;
  readonly pools: Pools;
  readonly tags: fc.Arbitrary<string>;
  readonly token: string;
}

function rightAsks(made: Made, operation: Operation): fc.Arbitrary<Ask> {
  const { doc, pools, tags } = made;
  return fc.record({
    operation: fc.constant(operation),
    path: pathsOf(operation, tags),
    query: queries(made, operation),
    body: operation.body
      ? bodies(doc, operation.body, pools).map((fields) => encoder.encode(textOf(fields)))
      : fc.constant(null),
    key: operation.body ? keys : fc.constant(null),
  });
}

/** --- bent: almost what is wanted */

type Bend = (fields: Fields) => Fields;

const bend: fc.Arbitrary<Bend> = fc.oneof(
  fc.tuple(fc.nat(7), hostileJson).map(
    ([at, json]): Bend =>
      (fields) =>
        fields.map(([name, was], nth) => [name, nth === at % fields.length ? json : was]),
  ),
  fc.nat(7).map(
    (at): Bend =>
      (fields) =>
        fields.filter((_, nth) => nth !== at % fields.length),
  ),
  fc.tuple(hostileName, hostileJson, fc.boolean()).map(
    ([name, json, first]): Bend =>
      (fields) =>
        first ? [[name, json], ...fields] : [...fields, [name, json]],
  ),
  // The same name twice: parsers disagree on which counts.
  fc.tuple(fc.nat(7), hostileJson, fc.boolean()).map(
    ([at, json, first]): Bend =>
      (fields) => {
        const [name = ""] = fields[at % Math.max(1, fields.length)] ?? [];
        return first ? [[name, json], ...fields] : [...fields, [name, json]];
      },
  ),
  fc.nat(7).map(
    (at): Bend =>
      (fields) =>
        fields.map(([name, was], nth) => [name, nth === at % fields.length ? `[${was}]` : was]),
  ),
);

/** What happens to the text as a whole. */
const wrap: fc.Arbitrary<(text: string) => string> = fc.oneof(
  { arbitrary: fc.constant((text: string) => text), weight: 12 },
  {
    arbitrary: fc.constantFrom(
      (text: string) => `[${text}]`,
      (text: string) => `${text}${text}`,
      (text: string) => JSON.stringify(text),
      (text: string) => text.slice(0, -1),
      (text: string) => text.slice(0, text.length >> 1),
      (text: string) => `\ufeff${text}`,
      (text: string) => `\u2028${text}\n\n`,
      (text: string) => text.replaceAll('"', "'"),
      (text: string) => `${text}//`,
      (text: string) => text.replace("{", '{"x":1,,'),
    ),
    weight: 2,
  },
);

/** Pieces of a query that nobody's library would write. */
const oddQuery: fc.Arbitrary<readonly string[]> = fc.array(
  fc.oneof(
    fc.constantFrom("", "=", "&", "?", "%", "#", "limit[]=5", "limit=5", "limit=6", "q=", "=x"),
    fc
      .tuple(
        fc.constantFrom(
          "limit",
          "q",
          "cursor",
          "operacion",
          "estado",
          "desde",
          "epoca",
          "__proto__",
        ),
        hostileEncoded,
      )
      .map(([name, value]) => `${name}=${value.replaceAll("#", "")}`),
  ),
  { maxLength: 5 },
);

function bentAsks(made: Made, operation: Operation): fc.Arbitrary<Ask> {
  const { doc, pools } = made;
  const right = rightAsks(made, operation);
  if (operation.body) {
    const bent = fc
      .tuple(
        bodies(doc, operation.body, pools),
        fc.array(bend, { minLength: 1, maxLength: 3 }),
        wrap,
      )
      .map(([fields, bends, whole]) =>
        encoder.encode(whole(textOf(bends.reduce((all, one) => one(all), fields)))),
      );
    return fc.tuple(right, bent).map(([ask, body]) => ({ ...ask, body }));
  }
  const path = operation.path.includes("{tag}")
    ? hostileEncoded.map((tag) => operation.path.replace("{tag}", tag))
    : fc.constant(operation.path);
  return fc.tuple(right, path, oddQuery).map(([ask, bent, query]) => ({
    ...ask,
    path: bent,
    query: [...ask.query, ...query],
  }));
}

/** --- odd: a request with something strange around it */

const shotOf = (token: string, ask: Ask): Shot => ({
  method: ask.operation.method,
  target: ask.path + (ask.query.length > 0 ? `?${ask.query.join("&")}` : ""),
  headers: headersOf(token, ask),
  body: ask.body,
  chunked: false,
});

type Oddity = (shot: Shot) => Shot;

const without = ({ headers }: Shot, name: string) => headers.filter(([one]) => one !== name);

const withHeader =
  (name: string, value: string | null): Oddity =>
  (shot) => ({
    ...shot,
    headers: [...without(shot, name), ...(value === null ? [] : [[name, value] as const])],
  });

const alsoHeader =
  (name: string, value: string): Oddity =>
  (shot) => ({ ...shot, headers: [...shot.headers, [name, value]] });

const MORE: readonly (readonly [name: string, value: string])[] = [
  ["Content-Encoding", "gzip"],
  ["Expect", "100-continue"],
  ["X-HTTP-Method-Override", "DELETE"],
  ["X-Forwarded-For", "127.0.0.1"],
  ["X-Forwarded-Proto", "javascript"],
  ["X-Forwarded-Host", "evil.invalid"],
  ["Forwarded", "for=_x;proto=https"],
  ["Origin", "null"],
  ["Cookie", "zeues=a; zeues=b; __proto__=1"],
  ["Cookie", `visto=${"9".repeat(15)}x`],
  ["Range", "bytes=0-0"],
  ["If-None-Match", "*"],
  ["Accept", "text/html"],
  ["Accept-Encoding", "br;q=2"],
  ["Last-Event-ID", "-1"],
  ["Last-Event-ID", "9".repeat(400)],
  ["Last-Event-ID", "\xff"],
  ["HX-Request", "true"],
  ["Upgrade", "websocket"],
  ["Upgrade", "h2c"],
  ["Connection", "close"],
  ["__proto__", "1"],
  ["X-Long", "x".repeat(10_000)],
];

const HOSTS: readonly string[] = [
  "evil.invalid",
  "LOCALHOST:1",
  "127.0.0.1:65535",
  "a b:x",
  "x:99999",
  "[::",
  "%",
  "a/b",
  "a@b",
  "x/sesion?",
  "",
  "\xff",
];

const oddPath: fc.Arbitrary<Oddity> = fc
  .tuple(
    fc.constantFrom("/", "//", "/.", "/..", "/../api", "/%2e%2e", ";x", "%00", "%", "\\", "?", "#"),
    fc.boolean(),
  )
  .map(([piece, before]) => (shot: Shot) => ({
    ...shot,
    target: before
      ? shot.target.replace("/api", `/api${piece.startsWith("/") ? piece : ""}`)
      : shot.target + piece,
  }));

const unknownPath: fc.Arbitrary<Oddity> = fc
  .tuple(
    fc.constantFrom("/api/", "/api/spools/", "/api/occupation/", "/api/metrologia/", "/api/%61pi/"),
    hostileEncoded,
  )
  .map(([under, rest]) => (shot: Shot) => ({ ...shot, target: under + rest }));

function oddities(token: string): fc.Arbitrary<Oddity> {
  return fc.oneof(
    hostileMethod.map(
      (method): Oddity =>
        (shot) => ({ ...shot, method }),
    ),
    hostileType.map((type) => withHeader("Content-Type", type)),
    hostileKey.map((key) => withHeader(KEY, key)),
    hostileKey.map((key) => alsoHeader(KEY, key)),
    hostileAuth(token).map((auth) => withHeader("Authorization", auth)),
    hostileAuth(token).map((auth) => alsoHeader("Authorization", auth ?? "")),
    hostileBody.map(
      (body): Oddity =>
        (shot) => ({ ...shot, body }),
    ),
    fc.constant((shot: Shot) => ({ ...shot, body: null })),
    fc.constant((shot: Shot) => ({ ...shot, chunked: shot.body !== null })),
    fc.constantFrom(...MORE).map(([name, value]) => alsoHeader(name, value)),
    fc.constantFrom(...HOSTS).map((host) => withHeader("Host", host)),
    oddPath,
    unknownPath,
  );
}

/**
 * Everything, mixed: about a third is meant to be accepted, the rest is not.
 * @param workers Ids that are known
 */
export function planned(
  doc: Document,
  known: { readonly tags: readonly string[]; readonly workers: readonly number[] },
  token: string,
): fc.Arbitrary<Planned> {
  const tags = fc.constantFrom(...known.tags);
  const workers = fc.constantFrom(...known.workers);
  const pools: Pools = {
    tag_spool: tags,
    "[]": fc.oneof({ arbitrary: tags, weight: 8 }, fc.string({ minLength: 1 })),
    worker_id: fc.oneof(workers, workers.map(String)),
    version: fc.constantFrom(null, 0, 1, 2, 3),
    // A place in the log that is not there yet is waited for: a second each.
    "?desde": fc.nat(FIRST_SEQS),
    "?q": fc.oneof(fc.constantFrom("", "MK", "NV"), fc.string()),
  };
  const made: Made = { doc, pools, tags, token };
  const shot = (ask: Ask): Shot => shotOf(token, ask);
  const right = fc.oneof(...doc.operations.map((one) => rightAsks(made, one))).map(shot);
  const bent = fc.oneof(...doc.operations.map((one) => bentAsks(made, one))).map(shot);
  const odd = fc
    .tuple(
      fc.oneof({ arbitrary: right, weight: 3 }, { arbitrary: bent, weight: 1 }),
      fc.array(oddities(token), { minLength: 1, maxLength: 3 }),
    )
    .map(([one, all]) => all.reduce((shot, oddity) => oddity(shot), one));
  const fixed = (arbitrary: fc.Arbitrary<Shot>): fc.Arbitrary<Planned> =>
    arbitrary.map((shot) => ({ kind: "shot", shot }));
  const move = fc.record({
    kind: fc.constant("move" as const),
    spool: fc.nat(),
    choice: fc.nat(),
    key: keys,
  });
  const again = fc.record({ kind: fc.constant("again" as const), nth: fc.nat() });
  return fc.oneof(
    { arbitrary: move, weight: 6 },
    { arbitrary: again, weight: 1 },
    { arbitrary: fixed(right), weight: 4 },
    { arbitrary: fixed(bent), weight: 6 },
    { arbitrary: fixed(odd), weight: 5 },
  );
}
