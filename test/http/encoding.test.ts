/** In which coding an answer goes out (RFC 9110, 12.5.3). */
import { expect, test } from "bun:test";
import { type Coding, codingFor } from "../../src/http/encoding.ts";

test.each<[header: string | undefined, coding: Coding]>([
  [undefined, "identity"],
  ["", "identity"],
  ["identity", "identity"],
  ["br", "br"],
  ["gzip, deflate, br, zstd", "br"],
  ["gzip", "gzip"],
  ["GZIP", "gzip"],
  ["x-gzip", "gzip"],
  ["deflate, compress", "identity"],
  ["gzip;q=0.5", "gzip"],
  ["br;q=0.5, gzip;q=0.8", "gzip"],
  ["br; q=0.8 , gzip ; q=0.8", "br"],
  ["br;q=0.001, gzip;q=0", "br"],
  ["br;q=0, gzip", "gzip"],
  ["br;q=0, gzip;q=0.000", "identity"],
  ["*", "br"],
  ["*;q=0.5, br;q=0", "gzip"],
  ["gzip, *;q=0", "gzip"],
  ["identity, gzip;q=0.5", "identity"],
  ["identity;q=0.5, gzip;q=0.4", "identity"],
  ["identity;q=0.5, gzip;q=0.5", "gzip"],
  ["identity;q=0, gzip", "gzip"],
  // Nothing will do: a client that reads none of what it gets is better served than one refused.
  ["identity;q=0", "identity"],
  ["*;q=0", "identity"],
  ["identity;q=0, *;q=0", "identity"],
  // Weights that are none.
  ["gzip;q=2", "identity"],
  ["gzip;q=-1", "identity"],
  ["gzip;q=0.1234", "identity"],
  ["gzip;level=9", "identity"],
  [",;,gzip", "gzip"],
  ["gzip2, agzip, gzip-x", "identity"],
])("%p gets %s", (header, coding) => expect(codingFor(header, ["br", "gzip"])).toBe(coding));

test("the first that is offered decides between equals", () => {
  expect(codingFor("br, gzip, zstd", ["zstd", "gzip"])).toBe("zstd");
  expect(codingFor("br, gzip, zstd", ["gzip", "br"])).toBe("gzip");
  expect(codingFor("br, gzip, zstd", [])).toBe("identity");
});
