/** The dashboard's pages: filters in the address, streams that respect them, tables as CSV. */
import { describe, expect, test } from "bun:test";
import { csvText } from "../../src/http/csv.ts";
import {
  armado,
  HOUR_MS,
  INGRID,
  inspeccionado,
  MAURICIO,
  NOW_MS,
  NUSTA,
  ocupacion,
  pausado,
  ROSA,
  soldado,
  spool,
} from "../support/builders.ts";
import { openSse } from "../support/sse.ts";
import { type Answer, openTaller } from "./sin-script.ts";

const held = (tag: string, operacion: "ARM" | "SOLD", quien: typeof MAURICIO, hours: number) => {
  const ocupado = { ocupacion: ocupacion(operacion, quien, NOW_MS - hours * HOUR_MS) };
  return operacion === "ARM" ? spool({ tag, ...ocupado }) : armado({ tag, ...ocupado });
};

const SHOP = [
  held("SP-1", "ARM", MAURICIO, 1),
  held("SP-2", "ARM", MAURICIO, 9),
  held("SP-3", "SOLD", INGRID, 3),
  spool({ tag: "SP-4", arm: pausado(MAURICIO) }),
  spool({ tag: "SP-5", arm: pausado(INGRID) }),
  spool({ tag: "SP-6" }),
  spool({ tag: "SP-7", fechaMateriales: null }),
  soldado({ tag: "SP-8" }),
  inspeccionado("bloqueado", { tag: "SP-9" }),
];

/** Tags of a list on the page, in order. */
const list = ({ html }: Answer, ul = "ocupados"): string[] => {
  const body = new RegExp(`<ul id="${ul}">(.*?)</ul>`, "s").exec(html)?.[1] ?? "";
  return [...body.matchAll(/<b>([^<]+)<\/b><small>/g)].map(([, tag = ""]) => tag);
};

describe("filters stand in the address", () => {
  test.each([
    ["", ["SP-2", "SP-3", "SP-1"]],
    ["q=sp-3", ["SP-3"]],
    ["trabajador=93", ["SP-2", "SP-1"]],
    ["trabajador=93&operacion=SOLD", []],
    ["operacion=SOLD", ["SP-3"]],
    ["operacion=ARM&estado=pausado", ["SP-4", "SP-5"]],
    ["operacion=ARM&estado=pausado&trabajador=93", ["SP-4"]],
    ["estado=pausado&q=5", ["SP-5"]],
    ["operacion=ARM&estado=disponible", ["SP-6"]],
    ["operacion=ARM&estado=pendiente", ["SP-7"]],
    ["operacion=METROLOGIA&estado=disponible", ["SP-8"]],
    ["estado=bloqueado", ["SP-9"]],
    ["estado=inconsistente", []],
  ])("%p shows %p", async (query, expected) => {
    await using taller = await openTaller(SHOP);
    const answer = await (await taller.browser(ROSA)).get(`/tablero?${query}`);
    expect(answer.status).toBe(200);
    expect(list(answer)).toEqual(expected);
    expect(answer.html).toContain(`<span id="n-ocupados" class="cuenta">${expected.length}</span>`);
  });

  test("every tile leads to as many rows as it counts", async () => {
    await using taller = await openTaller(SHOP);
    const browser = await taller.browser(ROSA);
    const { html } = await browser.get("/tablero");
    const tiles = [...html.matchAll(/<a class="casilla" href="([^"#]+)[^>]*><span[^>]*>(\d+)</g)];
    expect(tiles.length).toBeGreaterThan(15);
    for (const [, href = "", count] of tiles) {
      if (href === "/problemas") continue;
      const rows = list(await browser.get(href.replaceAll("&amp;", "&")));
      expect([href, String(rows.length)]).toEqual([href, count ?? ""]);
    }
  });

  test("the worker filter tells each one's load", async () => {
    await using taller = await openTaller(SHOP);
    const { page } = await (await taller.browser(ROSA)).get("/tablero?trabajador=93");
    expect(page.text).toContain("MR(93) · 2");
    const chosen = page.elements.filter(({ attributes }) => attributes.selected !== undefined);
    expect(chosen.map(({ attributes }) => attributes.value)).toContain("93");
  });

  test("by somebody who left it still works, by nobody it says so", async () => {
    await using taller = await openTaller(SHOP);
    await taller.change({ ...MAURICIO, activo: false });
    const browser = await taller.browser(ROSA);
    expect(list(await browser.get("/tablero?trabajador=93"))).toEqual(["SP-2", "SP-1"]);
    const none = await browser.get("/tablero?trabajador=93&q=nothing");
    expect(none.page.text).toContain("Mauricio Rodríguez (93) ya no está activo");
    for (const id of ["9999", "x", "<b>", "0"]) {
      const answer = await browser.get(`/tablero?trabajador=${encodeURIComponent(id)}`);
      expect(answer.status).toBe(200);
      expect(list(answer)).toEqual([]);
      expect(answer.page.text).toContain(`No hay ningún trabajador con Id ${id}.`);
    }
  });

  test("an operation or a state that does not exist is a mistake, a long text is cut", async () => {
    await using taller = await openTaller(SHOP);
    const browser = await taller.browser(ROSA);
    expect((await browser.get("/tablero?operacion=PINTURA")).status).toBe(400);
    expect((await browser.get("/tablero?estado=x")).status).toBe(400);
    expect((await browser.get(`/tablero?q=${"x".repeat(5_000)}`)).status).toBe(200);
  });
});

describe("a stream respects its page's filter", () => {
  test("what is outside of it brings no row; what comes into it does", async () => {
    await using taller = await openTaller(SHOP);
    const cookie = await taller.shop.signIn(ROSA.id);
    const desde = taller.seq();
    const query = `vista=tablero&trabajador=${INGRID.id}&operacion=ARM&desde=${desde}`;
    using client = await openSse(`${taller.url}/eventos?${query}`, { Cookie: cookie });
    await client.next("ping");
    const take = (tag: string, worker_id: number) =>
      taller.shop.api("/occupation/tomar", { tag_spool: tag, worker_id, operacion: "ARM" });
    await take("SP-6", MAURICIO.id);
    const outside = (await client.next("spool_update")).data;
    expect(outside).not.toContain('data-ul="ocupados"');
    expect(outside).toContain('<span id="n-t-ocupados" class="cuenta" hx-swap-oob="true">4</span>');
    expect(outside).toContain("SP-6"); // in the feed
    await take("SP-5", INGRID.id);
    const inside = (await client.next("spool_update")).data;
    expect(inside.match(/data-ul="ocupados"/g)).toHaveLength(1);
    expect(inside).toContain('<span id="n-ocupados" class="cuenta" hx-swap-oob="true">1</span>');
  });

  test("a filter that does not exist has no stream", async () => {
    await using taller = await openTaller(SHOP);
    const headers = { Cookie: await taller.shop.signIn(ROSA.id) };
    const answer = await fetch(`${taller.url}/eventos?vista=tablero&estado=x`, { headers });
    expect(answer.status).toBe(400);
  });
});

test("a supervisor's page lets LIBERAR and DESBLOQUEAR be seen, others' do not", async () => {
  await using taller = await openTaller(SHOP);
  const main = async (quien: typeof ROSA) => {
    const { page } = await (await taller.browser(quien)).get("/tablero");
    return page.elements.find(({ name }) => name === "main")?.attributes.class;
  };
  expect(await main(ROSA)).toBe("tablero supervisor");
  expect(await main(NUSTA)).toBe("tablero");
});

describe("CSV", () => {
  test("no cell is run as a formula", () => {
    const rows = [["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "a=1", 'di "hola"; chao']];
    const [, line] = csvText(["a"], rows).split("\r\n");
    expect(line).toStartWith(`'=1+1;'+1;'-1;'@SUM(A1);"\t'=1";`);
    expect(line).toEndWith(`a=1;"di ""hola""; chao"`);
  });

  test("nor where another separator makes cells of it", () => {
    const starts = (text: string): string[] =>
      [",", "\t", "|", "\n", ";"]
        .flatMap((by) => text.split(by))
        .filter((cell) => /^[\s"]*[=@]/.test(cell));
    for (const text of [
      "a,=1+1",
      "a, =1+1",
      "a\t@SUM(1)",
      "a|=1",
      "a\n=1",
      'a";=1',
      "\uff1d1",
      "  =1",
    ]) {
      const [, line = ""] = csvText(["a"], [["x", text]]).split(/\r\n/);
      expect([text, starts(line.replaceAll("\uff1d", "="))]).toEqual([text, []]);
    }
    expect(csvText(["a"], [["MK-1-2, 5 = 3"]])).toContain('"MK-1-2, 5 = 3"');
  });

  test("is UTF-8 with BOM and semicolons, numbers with a comma", () => {
    const text = csvText(
      ["Año", "n"],
      [
        ["ñ", 1.5],
        [null, -2],
      ],
    );
    expect(text).toBe("\ufeffAño;n\r\nñ;1,5\r\n;-2\r\n");
  });

  test.each([
    ["/tablero.csv?trabajador=93", "carretes", "SP-2;NV"],
    ["/equipo.csv", "equipo-hoy", "93;Mauricio Rodríguez"],
    ["/equipo.csv?periodo=semana", "equipo-semana", "16-11-2026;22-11-2026"],
    ["/produccion.csv", "produccion", "20-11-2026;0;0;0;0"],
    ["/estados.csv", "estados", "en armado;ARM;0;0"],
    ["/carrete.csv?tag=SP-2", "historia", "IMPORTAR"],
  ])("%s is a file named by its day", async (path, name, content) => {
    await using taller = await openTaller(SHOP);
    const headers = { Cookie: await taller.shop.signIn(ROSA.id) };
    const answer = await fetch(taller.url + path, { headers });
    expect(answer.headers.get("Content-Disposition")).toContain(`"${name}-2026-11-20.csv"`);
    expect(await answer.text()).toContain(content);
  });

  test("a hostile tag comes out harmless", async () => {
    const tag = '=HYPERLINK("http://x";"y")';
    await using taller = await openTaller([held(tag, "ARM", MAURICIO, 1)]);
    const headers = { Cookie: await taller.shop.signIn(ROSA.id) };
    const text = await (await fetch(`${taller.url}/tablero.csv`, { headers })).text();
    expect(text).toContain(`"'=HYPERLINK(""http://x"";""y"")"`);
  });
});

describe("the other pages", () => {
  test("my day stands with its times, and nobody else's", async () => {
    await using taller = await openTaller(SHOP);
    for (const [tag, quien] of [
      ["SP-6", MAURICIO],
      ["SP-5", INGRID],
    ] as const) {
      const body = { tag_spool: tag, worker_id: quien.id, operacion: "ARM" };
      expect((await taller.shop.api("/occupation/tomar", body)).status).toBe(200);
    }
    const { page } = await (await taller.browser(MAURICIO)).get("/hoy");
    expect(page.text).toContain("Tomó SP-6");
    expect(page.text).toContain("10:30");
    expect(page.text).not.toContain("SP-5");
  });

  test("charts are SVG, in both themes", async () => {
    await using taller = await openTaller(SHOP);
    const headers = { Cookie: await taller.shop.signIn(ROSA.id) };
    const svg = async (tema: string) => {
      const answer = await fetch(`${taller.url}/graficos/produccion.svg?tema=${tema}`, { headers });
      expect(answer.headers.get("Content-Type")).toBe("image/svg+xml");
      return answer.text();
    };
    expect(await svg("claro")).toStartWith("<svg");
    expect(await svg("oscuro")).not.toBe(await svg("claro"));
  });

  test("the wall shows who is at work, and nothing to touch but the rows", async () => {
    await using taller = await openTaller(SHOP);
    const answer = await (await taller.browser(ROSA)).get("/muro");
    expect(list(answer)).toEqual(["SP-2", "SP-3", "SP-1"]);
  });
});
