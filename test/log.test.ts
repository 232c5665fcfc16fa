/** The log as lines: what strangers send stays inside its own (ASVS 5.0, 16.4.1). */
import { expect, test } from "bun:test";
import { forMachines, readable } from "../src/log.ts";

const AT_MS = Date.UTC(2026, 10, 26, 12);
const json = (fields: object): string =>
  `${JSON.stringify({ level: 30, time: AT_MS, ...fields, msg: "request" })}\n`;

const HOSTILE = {
  newline: "/a\n12:00:00 info  ZEUES escucha en http://evil/",
  return: "/a\r\nb",
  escape: "/a\u001b[2J\u001b[31m",
  "C1 controls": "/a\u009b31m\u0085b",
  "line separators": "/a\u2028b\u2029c",
  "bidi controls": "/a\u202egpj.\u2066x",
  "zero width": "/a\u200b\u2060b",
  "half a character": "/a\ud800b",
};

for (const [name, path] of Object.entries(HOSTILE)) {
  test(`${name}: one line, nothing that a terminal obeys, and nothing is lost`, () => {
    for (const line of [readable(json({ path })), forMachines(json({ path }))]) {
      expect(line.endsWith("\n")).toBe(true);
      expect(line.slice(0, -1)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    }
    expect(JSON.parse(forMachines(json({ path })))).toMatchObject({ path, msg: "request" });
    const [, shown = ""] = /path=("(?:[^"\\]|\\.)*")/.exec(readable(json({ path }))) ?? [];
    expect(JSON.parse(shown)).toBe(path);
  });
}

test("a value that could pass for fields stands in quotes, a plain one does not", () => {
  const line = readable(json({ path: "/a status=200", quien: 'x"y', status: 404, address: "::1" }));
  expect(line).toContain('path="/a status=200" quien="x\\"y" status=404 address=::1\n');
  expect(line).not.toContain(" status=200 ");
});

test("what people write is shown as it is", () => {
  expect(readable(json({ quien: "ÍÑ(51)" }))).toMatch(
    /^\d\d:\d\d:\d\d info {2}request quien=ÍÑ\(51\)\n$/,
  );
});

test("names of fields and what is no text", () => {
  const line = readable(json({ "a\nb": { deep: "c\u001bd" }, none: null }));
  expect(line).toContain('a\\u000ab={"deep":"c\\u001bd"} none=null\n');
});
