/** The pages without JavaScript: what they show, where they lead, what they refuse. */
import { describe, expect, test } from "bun:test";
import {
  armado,
  HOUR_MS,
  INGRID,
  inspeccionado,
  MAURICIO,
  NOW_MS,
  NUSTA,
  ocupacion,
  ROSA,
  soldado,
  spool,
} from "../support/builders.ts";
import { type Answer, openTaller } from "./sin-script.ts";

const hrefs = ({ page }: Answer): string[] =>
  page.elements.flatMap(({ attributes }) => attributes.href ?? []);
/** Tags of the rows on a page, in order. */
const rows = ({ page }: Answer): string[] =>
  page.elements.flatMap(({ name, attributes }) =>
    name === "a" && attributes.class === "tag"
      ? new URL(attributes.href ?? "", "http://x").searchParams.getAll("tag")
      : [],
  );
const zona = ({ page }: Answer) => page.elements.find(({ name }) => name === "main")?.attributes;
const pad = (n: number): string => `SP-${n}`;

const SHOP = [
  spool({ tag: "SP-10" }),
  spool({ tag: "SP-2", nv: "NV0777", ot: "00042" }),
  spool({ tag: "SP-3", fechaMateriales: null }),
  armado({ tag: "SP-4" }),
  soldado({ tag: "SP-5" }),
  inspeccionado("rechazado", { tag: "SP-6" }),
  inspeccionado("aprobado", { tag: "SP-7" }),
  spool({ tag: "SP-8", ocupacion: ocupacion("ARM", MAURICIO, NOW_MS - 3 * HOUR_MS) }),
  spool({ tag: "SP-9", ocupacion: ocupacion("ARM", INGRID, NOW_MS - HOUR_MS) }),
  spool({ tag: "SP-11", inconsistencia: "SOLD sin ARM" }),
];

describe("what a page shows", () => {
  test("home: what I hold, what I can take and how much is open", async () => {
    await using taller = await openTaller(SHOP);
    const answer = await (await taller.browser(MAURICIO)).get("/");
    expect(answer.status).toBe(200);
    expect(rows(answer)).toEqual(["SP-8", "SP-2", "SP-10"]);
    expect(answer.html).toContain('<span id="n-puerta-ARM" class="cuenta">2</span>');
    expect(answer.page.text).toContain("Mauricio Rodríguez (93)");
  });

  test.each([
    ["ARM", ["SP-2", "SP-10"]],
    ["SOLD", ["SP-4"]],
    ["METROLOGIA", ["SP-5"]],
    ["REPARACION", ["SP-6"]],
  ])("operation %s: what I hold, then what is open, in natural order", async (op, open) => {
    await using taller = await openTaller(SHOP);
    expect(rows(await (await taller.browser(MAURICIO)).get(`/operacion/${op}`))).toEqual([
      "SP-8",
      ...open,
    ]);
  });

  test("dashboard: who has which spool, longest first", async () => {
    await using taller = await openTaller(SHOP);
    const answer = await (await taller.browser(ROSA)).get("/tablero");
    expect(rows(answer)).toEqual(["SP-8", "SP-9"]);
    expect(answer.page.text).toContain("MR(93) trabajando ARM (ARM en progreso, SOLD pendiente)");
    expect(answer.page.text).toContain("20-11-2026 07:30");
  });

  test("a spool's own page, however odd its tag", async () => {
    const tag = "MK/1/2?op=ARM&x=1#h %41";
    await using taller = await openTaller([spool({ tag, ficha: { Cliente: "<b>O'Neil</b>" } })]);
    const browser = await taller.browser(ROSA);
    const [link = ""] = hrefs(await browser.get("/operacion/ARM")).filter((href) =>
      href.startsWith("/carrete"),
    );
    const answer = await browser.get(link);
    expect(answer.status).toBe(200);
    expect(answer.page.text).toContain(tag);
    expect(answer.page.text).toContain("<b>O'Neil</b>");
  });

  test.each(["00042", "nv0777", "sp-2", " SP-2 "])("search %j finds tag, NV and OT", async (q) => {
    await using taller = await openTaller(SHOP);
    const browser = await taller.browser(ROSA);
    const answer = await browser.get(`/operacion/ARM?q=${encodeURIComponent(q)}`);
    expect(rows(answer)).toEqual(["SP-2"]);
    const field = answer.page.elements.find(({ attributes }) => attributes.id === "q");
    expect(field?.attributes.value).toBe(q.trim());
  });

  test("a search text that is too long is cut, not refused", async () => {
    await using taller = await openTaller(SHOP);
    const browser = await taller.browser(ROSA);
    const { status, page } = await browser.get(`/operacion/ARM?q=${"x".repeat(5_000)}`);
    expect(status).toBe(200);
    const field = page.elements.find(({ attributes }) => attributes.id === "q");
    expect(field?.attributes.value).toHaveLength(200);
  });
});

describe("each page says which seq it shows and where its stream is", () => {
  test.each([
    "/",
    "/tablero",
    "/operacion/ARM?q=a%26b%3D%22%3C%2B",
    `/carrete?tag=${encodeURIComponent("SP-2")}`,
  ])("%s", async (path) => {
    await using taller = await openTaller(SHOP);
    const browser = await taller.browser(ROSA);
    const { "data-eventos": eventos = "", "data-desde": desde } =
      zona(await browser.get(path)) ?? {};
    expect(Number(desde)).toBe(taller.seq());
    const query = new URL(eventos, "http://x").searchParams;
    if (path.includes("q=")) expect(query.get("q")).toBe('a&b="<+');
    const answer = await fetch(`${taller.url}${eventos}&desde=${desde}`, {
      headers: { Cookie: browser.cookie },
    });
    expect(answer.status).toBe(200);
    await answer.body?.cancel();
  });
});

test("a list of 450 is whole by following its links: no silent cap, no double", async () => {
  const many = Array.from({ length: 450 }, (_, i) => spool({ tag: pad(i + 1) }));
  await using taller = await openTaller(many);
  const browser = await taller.browser(MAURICIO);
  const seen: string[] = [];
  for (let path: string | undefined = "/operacion/ARM?q=sp"; path !== undefined; ) {
    const answer: Answer = await browser.get(path);
    expect(answer.html).toContain('class="cuenta">450<');
    expect(zona(answer)).toBeDefined();
    seen.push(...rows(answer));
    path = hrefs(answer).find((href) => href.includes("tras="));
  }
  expect(seen).toEqual(many.map(({ tag }) => tag));
});

test("with htmx the link brings rows alone", async () => {
  const many = Array.from({ length: 201 }, (_, i) => spool({ tag: pad(i + 1) }));
  await using taller = await openTaller(many);
  const browser = await taller.browser(MAURICIO);
  const more = hrefs(await browser.get("/operacion/ARM")).find((href) => href.includes("tras="));
  const answer = await browser.get(more ?? "", { "HX-Request": "true" });
  expect(rows(answer)).toEqual(["SP-201"]);
  expect(zona(answer)).toBeUndefined();
});

describe("what is not there", () => {
  test.each(["/nada", "/operacion/PINTURA", "/operacion/arm", "/operacion/", "/carrete/x"])(
    "%s is a 404 page with a way back",
    async (path) => {
      await using taller = await openTaller(SHOP);
      const answer = await (await taller.browser(NUSTA)).get(path);
      expect(answer.status).toBe(404);
      expect(answer.page.text).toContain("Esa página no existe");
      expect(hrefs(answer)).toContain("/");
    },
  );

  test.each(["/carrete", "/carrete?tag=", "/carrete?tag=no", `/carrete?tag=${"x".repeat(1_001)}`])(
    "%s is a 404 that names the tag",
    async (path) => {
      await using taller = await openTaller(SHOP);
      const answer = await (await taller.browser(NUSTA)).get(path);
      expect(answer.status).toBe(404);
      expect(answer.page.text).toContain("No hay ningún carrete");
    },
  );

  test("other methods are not there", async () => {
    await using taller = await openTaller(SHOP);
    const { cookie } = await taller.browser(NUSTA);
    for (const method of ["PUT", "DELETE", "PATCH"]) {
      const headers = { Cookie: cookie, Origin: taller.url, Accept: "text/html" };
      expect((await fetch(`${taller.url}/`, { method, headers })).status).toBe(404);
    }
    const get = await fetch(`${taller.url}/acciones`, { headers: { Cookie: cookie } });
    expect(get.status).toBe(404);
  });
});

test("pages are compressed for those who take it, and only once they are worth it", async () => {
  await using taller = await openTaller(SHOP);
  const { cookie } = await taller.browser(ROSA);
  const ask = (encoding: string) =>
    fetch(`${taller.url}/tablero`, {
      headers: { Cookie: cookie, "Accept-Encoding": encoding },
    });
  const [gzip, zstd, plain] = [await ask("gzip, br"), await ask("br, zstd, gzip"), await ask("")];
  expect(gzip.headers.get("Content-Encoding")).toBe("gzip");
  expect(zstd.headers.get("Content-Encoding")).toBe("zstd");
  expect(plain.headers.get("Content-Encoding")).toBeNull();
  for (const { headers } of [gzip, zstd, plain]) {
    expect(headers.get("Vary")).toContain("Accept-Encoding");
  }
  const refused = await ask("gzip;q=0, zstd;q=0");
  expect(refused.headers.get("Content-Encoding")).toBeNull();
  const text = await plain.text();
  expect(await zstd.text()).toBe(text);
  expect(await refused.text()).toBe(text);
  expect(await gzip.text()).toBe(text);
});
