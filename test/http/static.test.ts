/** The static files: embedded, compressed, cached for good under their content's hash (spec 10). */
import { describe, expect, test } from "bun:test";
import { brotliDecompressSync } from "node:zlib";
import { createStatic } from "../../src/http/static.ts";
import { FILES } from "../../src/http/static-files.ts";
import { pack, unpack } from "../../src/http/static-packed.ts";
import { parsePage } from "../views/page.ts";
import { createBrowser, openTaller } from "./sin-script.ts";

const { routes, assets } = createStatic();
const ask = (address: string, encoding = "identity", more: Record<string, string> = {}) =>
  routes.request(address.replace("/static", ""), {
    headers: { "Accept-Encoding": encoding, ...more },
  });

const TYPES = {
  "app.css": "text/css; charset=utf-8",
  "live.js": "text/javascript; charset=utf-8",
  "tablet.js": "text/javascript; charset=utf-8",
  "htmx.js": "text/javascript; charset=utf-8",
  "sse.js": "text/javascript; charset=utf-8",
  "icons.svg": "image/svg+xml",
  "manifest.webmanifest": "application/manifest+json",
};

describe.each(Object.entries(TYPES))("%s", (name, type) => {
  const address = assets[name as keyof typeof TYPES];

  test("is there under the hash of its content, for good", async () => {
    const answer = await ask(address);
    const bytes = await answer.arrayBuffer();
    const hash = new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
    expect(address).toBe(`/static/${name}?v=${hash.slice(0, 12)}`);
    expect(answer.headers.get("Content-Type")).toBe(type);
    expect(answer.headers.get("Cache-Control")).toBe("public, max-age=31536000, immutable");
    expect(answer.headers.get("Vary")).toBe("Accept-Encoding");
    expect(bytes.byteLength).toBeGreaterThan(100);
  });

  test("compressed it is the same bytes, each coding under a tag of its own", async () => {
    const codings = ["br", "gzip", "identity"] as const;
    const answers = await Promise.all(codings.map((coding) => ask(address, coding)));
    const [br, gzip, plain] = await Promise.all(answers.map((answer) => answer.bytes()));
    if (!br || !gzip || !plain) throw new Error("three were asked");
    expect(answers.map(({ headers }) => headers.get("Content-Encoding"))).toEqual([
      "br",
      "gzip",
      null,
    ]);
    expect(brotliDecompressSync(br).equals(plain)).toBe(true);
    expect(Bun.gunzipSync(gzip)).toEqual(plain);
    // Below some 300 bytes gzip's head and tail weigh as much as they save.
    expect(br.length).toBeLessThan(gzip.length);
    expect(gzip.length).toBeLessThan(plain.length);
    expect(new Set(answers.map(({ headers }) => headers.get("ETag"))).size).toBe(3);
  });

  test("whoever has it is told so, in the coding that they have", async () => {
    const tag = (await ask(address, "br")).headers.get("ETag") ?? "";
    const again = (encoding: string, known: string) =>
      ask(address, encoding, { "If-None-Match": known });
    for (const known of [tag, `W/${tag}`, `"x", ${tag}`]) {
      const answer = await again("br", known);
      expect(answer.status).toBe(304);
      expect(await answer.text()).toBe("");
      expect(answer.headers.get("ETag")).toBe(tag);
      expect(answer.headers.get("Vary")).toBe("Accept-Encoding");
    }
    expect((await again("gzip", tag)).status).toBe(200);
    expect((await again("br", '"x"')).status).toBe(200);
  });

  test("without its hash it is asked for again each time", async () => {
    const answer = await ask(`/static/${name}`);
    expect(answer.headers.get("Cache-Control")).toBe("no-cache");
  });
});

test("another hash is another version's page in the middle of an update: not for good", async () => {
  const answer = await ask("/static/app.css?v=000000000000");
  expect(answer.status).toBe(200);
  expect(answer.headers.get("Cache-Control")).toBe("no-cache");
});

test("what the build packs is what it was (static-packed)", () => {
  const unpacked = unpack(pack(FILES));
  expect(Object.keys(unpacked)).toEqual(Object.keys(FILES));
  for (const [name, { type, hash, as }] of Object.entries(FILES)) {
    expect(unpacked[name]).toMatchObject({ type, hash });
    for (const coding of ["br", "gzip", "identity"] as const) {
      expect(unpacked[name]?.as(coding)).toEqual(as(coding));
    }
  }
});

/** Bytes as they go over the air. */
const weight = async (address: string): Promise<number> =>
  (await (await ask(address, "gzip")).arrayBuffer()).byteLength;

test("the script that keeps pages live is at most 3 KB compressed (spec 6)", async () => {
  expect(await weight(assets["live.js"])).toBeLessThanOrEqual(3 * 1024);
});

test("the tablet's comforts are at most 6 KB more (docs/decisions/tablet)", async () => {
  expect(await weight(assets["tablet.js"])).toBeLessThanOrEqual(6 * 1024);
});

describe("installable", () => {
  interface Icon {
    readonly src: string;
    readonly sizes: string;
    readonly type: string;
    readonly purpose?: string;
  }

  test("the manifest's icons are there, as large as they say, one of them to be cut", async () => {
    const manifest = (await (await ask(assets["manifest.webmanifest"])).json()) as {
      icons: readonly Icon[];
    };
    const { icons } = manifest;
    expect(manifest).toMatchObject({ name: "ZEUES", start_url: "/", display: "standalone" });
    for (const { src, sizes, type } of icons) {
      const answer = await ask(src);
      expect(answer.headers.get("Content-Type")).toBe(type);
      if (type !== "image/png") continue;
      const encoded = await ask(src, "br, gzip");
      expect(encoded.headers.get("Content-Encoding")).toBeNull();
      // PNG: width and height stand at bytes 16 and 20, big-endian.
      const view = new DataView(await answer.arrayBuffer());
      expect(`${view.getUint32(16)}x${view.getUint32(20)}`).toBe(sizes);
    }
    expect(icons.map(({ sizes }) => sizes)).toEqual(expect.arrayContaining(["192x192", "512x512"]));
    expect(icons.some(({ purpose }) => purpose === "maskable")).toBe(true);
  });
});

test("a first page with all it needs is under 60 KB", async () => {
  const sizes = await Promise.all(
    Object.values(assets).map(async (address) => (await (await ask(address, "gzip")).blob()).size),
  );
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(45_000);
});

test.each(["nada.js", "constructor", "__proto__", "..%2fpackage.json", "%2e%2e/package.json", ""])(
  "/static/%s is 404",
  async (name) => {
    await using taller = await openTaller([]);
    const answer = await createBrowser(taller.url, "").get(`/static/${name}`, { Accept: "*/*" });
    expect([401, 404]).toContain(answer.status);
    expect(answer.headers.get("Cache-Control")).not.toContain("public");
    expect(answer.html).not.toContain("dependencies");
  },
);

test("every file that a page asks for is there", async () => {
  await using taller = await openTaller([]);
  const browser = createBrowser(taller.url, "");
  const { html } = await browser.get("/sesion");
  const asked = parsePage(html).elements.flatMap(({ name, attributes }) =>
    name === "link" || name === "script" ? [attributes.href ?? attributes.src ?? ""] : [],
  );
  expect(asked.length).toBeGreaterThanOrEqual(6);
  for (const path of asked) expect((await browser.get(path)).status).toBe(200);
});
