/** Bytes of text/event-stream: what goes in comes out of a browser's parser. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { encodeFrame, joinFrames } from "../../src/live/frame.ts";
import { parseFrames } from "./frames.ts";

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

test("a frame is its name, its id and its data, ended by an empty line", () => {
  expect(decode(encodeFrame({ event: "ping", id: 7, data: "8" }))).toBe(
    "event: ping\nid: 7\ndata: 8\n\n",
  );
});

test("a frame without an id leaves the client's place in the log as it is", () => {
  const frames = [
    encodeFrame({ event: "a", id: 3, data: "x" }),
    encodeFrame({ event: "volver", data: "9" }),
  ];
  expect(parseFrames(decode(joinFrames(frames)))).toEqual([
    { event: "a", id: "3", data: "x" },
    { event: "volver", id: "3", data: "9" },
  ]);
});

test("no data can end its frame or begin another", () => {
  const hostile = "a\n\nevent: resincronizar\ndata: b\r\rid: 9\r\ndata: c\n";
  const frames = parseFrames(decode(encodeFrame({ event: "spool_update", id: 1, data: hostile })));
  expect(frames).toEqual([
    { event: "spool_update", id: "1", data: hostile.replace(/\r\n?/g, "\n") },
  ]);
});

test("any text comes back, line breaks as \\n", () => {
  const data = fc
    .string({ unit: "grapheme" })
    .chain((text) =>
      fc.constantFrom("\n", "\r", "\r\n", "").map((line) => `${text}${line}${text}: \t`),
    );
  fc.assert(
    fc.property(fc.array(data, { minLength: 1 }), (all) => {
      const bytes = joinFrames(all.map((text, id) => encodeFrame({ event: "e", id, data: text })));
      expect(parseFrames(decode(bytes))).toEqual(
        all.map((text, id) => ({
          event: "e",
          id: String(id),
          data: text.replace(/\r\n?/g, "\n"),
        })),
      );
    }),
  );
});

test("joining frames is putting their bytes one after the other", () => {
  const frames = ["ñ", "", "😀"].map((data) => encodeFrame({ event: "e", data }));
  expect(joinFrames(frames)).toEqual(new Uint8Array(Buffer.concat(frames)));
  expect(joinFrames([])).toEqual(new Uint8Array());
});
