/** What nobody sends by accident: values, JSON texts, encodings and headers that break parsers. */
import fc from "fast-check";

/** Deep enough to overflow the stack of whatever walks it recursively. */
const DEEP = 10_000;
/** Over the limit of a body (256 KiB), so that reading stops half-way. */
const OVER_LIMIT = 300_000;

const deep = (open: string, close: string): string => `${open.repeat(DEEP)}1${close.repeat(DEEP)}`;

/** Inputs on which a backtracking expression takes for ever. */
const REDOS: readonly string[] = [
  `${" ".repeat(50_000)}x`,
  `${"1".repeat(50_000)}x`,
  `${"a".repeat(30_000)}!`,
  `${"\n \t".repeat(10_000)}.`,
  `${"0-".repeat(20_000)}`,
  `${"á̂".repeat(10_000)}`,
  `Bearer${" ".repeat(5_000)}x y`,
];

const TEXTS: readonly string[] = [
  "",
  " ",
  "\u0000",
  "A\u0000B",
  "\ud800",
  "\udc00\ud800",
  "\ufeff",
  "\u202e\u2066",
  "__proto__",
  "constructor",
  "toString",
  "NaN",
  "Infinity",
  "-0",
  "1e999",
  "0x10",
  "null",
  "undefined",
  "true",
  "%",
  "%00",
  "%2e%2e%2f",
  "../../../../etc/passwd",
  "' OR 1=1 --",
  "<script>alert(1)</script>",
  "=HYPERLINK(1)",
  "\r\nSet-Cookie: zeues=1",
  "𝟗𝟑",
  "９３",
  "93\n",
  "ARM\u0000",
  "ＡＲＭ",
  "ı",
  "K",
  "x".repeat(1_000),
  "x".repeat(1_001),
  "ñ".repeat(70_000),
  ...REDOS,
];

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: fc.constantFrom(...TEXTS), weight: 3 },
  { arbitrary: fc.string({ unit: "binary", maxLength: 60 }), weight: 1 },
);

/** Texts that stand in a JSON text as they are, valid JSON or not. */
const RAW: readonly string[] = [
  "NaN",
  "-Infinity",
  "1e400",
  "-1e400",
  "-0",
  "1E-400",
  "9".repeat(5_000),
  "0.1e1",
  "93.0",
  "9.3e1",
  "93.0000000000000001",
  "0093",
  "0x5d",
  "9007199254740993",
  "1_000",
  "undefined",
  "'A'",
  '"\\ud800"',
  '"\\u0000"',
  '"\\x41"',
  '"\n"',
  "[]",
  "{}",
  "[[]]",
  "null",
  "true",
  '{"toString":"ARM"}',
  '{"length":1,"0":"A"}',
  '{"__proto__":{"toString":1}}',
  '{"then":1}',
  deep("[", "]"),
  deep('{"a":', "}"),
  "[".repeat(DEEP),
  `[${"null,".repeat(2_000)}null]`,
  "/* */ 1",
  "1,",
  "",
];

/** A piece of JSON text to put in a value's place. */
export const hostileJson: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: fc.constantFrom(...RAW), weight: 3 },
  { arbitrary: hostileText.map((text) => JSON.stringify(text)), weight: 3 },
  { arbitrary: fc.json({ maxDepth: 3 }), weight: 1 },
);

/** Names of fields that mean something to a language or to nobody. */
export const hostileName: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    "__proto__",
    "constructor",
    "prototype",
    "toString",
    "hasOwnProperty",
    "toJSON",
    "then",
    "",
    "tag_spool",
    "worker_id",
    "operacion",
    "tags",
    "0",
    "tag_spool\u0000",
  ),
  fc.string({ maxLength: 12 }),
);

type Bytes = Uint8Array<ArrayBuffer>;
const bytesOf = (text: string): Bytes => new TextEncoder().encode(text);
const join = (...parts: readonly Uint8Array[]): Bytes => new Uint8Array(Buffer.concat(parts));

/** Whole bodies that are no JSON object, whatever was asked for. */
export const hostileBody: fc.Arbitrary<Bytes> = fc.oneof(
  hostileJson.map(bytesOf),
  fc.constantFrom(
    bytesOf(`{"tag_spool":"${"x".repeat(OVER_LIMIT)}"}`),
    bytesOf(" ".repeat(OVER_LIMIT)),
    bytesOf("tag_spool=A&worker_id=93"),
    bytesOf('{"tag_spool":"A"}{"tag_spool":"B"}'),
    join(new Uint8Array([0xef, 0xbb, 0xbf]), bytesOf("{}")),
    join(bytesOf('{"tag_spool":"'), new Uint8Array([0xff, 0xc0, 0xaf]), bytesOf('"}')),
    new Uint8Array(Buffer.from('{"tag_spool":"A"}', "utf16le")),
    Bun.gzipSync(bytesOf("{}")),
    new Uint8Array(100),
  ),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => new Uint8Array(bytes)),
);

/** What may stand in a URL where a tag or a value is wanted, as it goes over the wire. */
export const hostileEncoded: fc.Arbitrary<string> = fc.oneof(
  hostileText.map((text) => encodeURIComponent(text.toWellFormed()).slice(0, 9_000)),
  fc.constantFrom(
    "%",
    "%z",
    "%zz",
    "%2",
    "%%",
    "%c0%ae",
    "%ff%fe",
    "%ed%a0%80",
    "%u0041",
    "%00",
    "%0d%0aX:%20y",
    "%2e%2e",
    "%252e",
    "%2F",
    "%5c",
    "..",
    ".",
    "",
    "a/b",
    "a//b",
    "/",
    "a;b",
    "a\\b",
    "*",
    "+",
    ":tag",
    "{tag}",
    "[::1]",
    "\xc3\xb1",
    "\xff\xfe",
    "x".repeat(8_000),
    "%41".repeat(2_000),
  ),
);

export const hostileType: fc.Arbitrary<string | null> = fc.constantFrom(
  null,
  "",
  "text/plain",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "application/jsonx",
  "application/json-patch+json",
  "text/json, application/json",
  "APPLICATION/JSON",
  "application/json;charset=utf-16",
  "application/json;charset=\xff",
  "application/json ; ; ;",
  `application/json${" ".repeat(3_000)}x`,
  "*/*",
  "application\\json",
);

export const hostileKey: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    "",
    " ",
    "\t",
    "k 1",
    "x".repeat(200),
    "x".repeat(201),
    "x".repeat(6_000),
    "\xe9",
    "\xff\xfe",
    "api:k",
    "__proto__",
    "k, k",
    "a\tb",
    "'; --",
  ),
  fc.string({ unit: "grapheme-ascii", maxLength: 30 }).map((text) => text.trim()),
);

/** @param token the right one */
export const hostileAuth = (token: string): fc.Arbitrary<string | null> =>
  fc.constantFrom(
    null,
    "",
    "Bearer",
    "Bearer ",
    `Bearer ${token}x`,
    `Bearer ${token} x`,
    `Bearer ${token.slice(0, -1)}`,
    `Bearer ${token.toUpperCase()}`,
    `Bearer ${token}, Bearer ${token}`,
    `Basic ${btoa(`x:${token}`)}`,
    `Token ${token}`,
    token,
    "Bearer null",
    "Bearer undefined",
    "Bearer zt_",
    `Bearer zt_${"A".repeat(43)}`,
    "Bearer \xff\xfe",
    `Bearer ${"x".repeat(8_000)}`,
    `Bearer${" ".repeat(6_000)}x y`,
  );

export const hostileMethod: fc.Arbitrary<string> = fc.constantFrom(
  "PUT",
  "PATCH",
  "DELETE",
  "HEAD",
  "OPTIONS",
  "TRACE",
  "PROPFIND",
  "QUERY",
  "GET",
  "POST",
);
