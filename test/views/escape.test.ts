/**
 * Spec 8: output is escaped by construction. A hostile text changes texts and values of a page,
 * never its structure, also after htmx has rewritten `<hx-…>` in it as text (field notes); and a
 * form brings the tag back exactly.
 */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Command } from "../../src/domain/command.ts";
import type { Planilla } from "../../src/domain/event.ts";
import type { Spool } from "../../src/domain/spool.ts";
import { firmaOf, type Trabajador } from "../../src/domain/trabajador.ts";
import { openPages, type Pages } from "../live/pages-taller.ts";
import { openTaller, type Taller } from "../live/taller.ts";
import {
  command,
  INGRID,
  inspeccionado,
  MAURICIO,
  NOW_MS,
  NUSTA,
  ROSA,
  soldado,
  spool,
  trabajador,
} from "../support/builders.ts";
import { cambio, congelada, sincronia } from "../support/planilla.ts";
import { HOSTILE } from "./hostile.ts";
import { htmxRewritten, parsePage, skeleton, tagOf } from "./page.ts";

const PLAIN = "SP-1";
const ATTACKER = trabajador({ id: 7 });

interface Scene {
  /** Texts that the page must show, escaped. */
  readonly pages: Readonly<Record<string, string>>;
  readonly frames: readonly string[];
}

async function page({ app, cookie }: Pages, path: string, quien: Trabajador): Promise<string> {
  const headers = { Cookie: cookie(quien), Accept: "text/html" };
  return await (await app.request(path, { headers })).text();
}

/** All pages and all streams' data of a shop that holds one text wherever a text may stand. */
async function scene(text: string, base: (parts: { tag: string }) => Spool): Promise<Scene> {
  const ficha = { [text]: text, Otra: text };
  const one: Spool = { ...base({ tag: text }), nv: text, ot: text, ficha };
  using taller = openTaller({ spools: [one] });
  taller.apply(taller.hire({ ...ATTACKER, nombre: text, apellido: text, roles: ["Armador"] }));
  const problemas = (["error", "aviso"] as const).map((gravedad) => ({
    gravedad,
    tab: text,
    filas: [2],
    tag: text,
    motivo: text,
  }));
  const celdas = [{ columna: text, decia: text, dice: text }];
  const waiting = { ...cambio(one, { celdas, motivo: text }), deshacer: null };
  const firma = { ...firmaOf(ATTACKER), nombre: text };
  const cambios = [waiting, { ...waiting, deshacer: firma }];
  const detenida = congelada({ motivo: text, huella: text, aplicar: null });
  const planilla: Planilla = { version: 1, leidaMs: 0, problemas, cambios, congelada: detenida };
  const atMs = 0;
  const autor = { firma: null, medio: "planilla", dispositivo: null } as const;
  taller.apply({ kind: "planilla", version: 1, atMs, autor, planilla });
  const told = sincronia({ sinConexionDesdeMs: NOW_MS, motivo: text });
  const estado = { kind: "sin conexion", desdeMs: NOW_MS, motivo: text } as const;
  const site = openPages(taller, { latest: told, estado, up: false });
  const q = encodeURIComponent(text.slice(0, 100));
  const tag = encodeURIComponent(text);
  const paths: Record<string, string> = {
    inicio: "/",
    tablero: "/tablero",
    "tablero, searched": `/tablero?q=${q}`,
    "tablero, nobody's": `/tablero?trabajador=${q}`,
    "tablero, the attacker's": `/tablero?trabajador=${ATTACKER.id}`,
    equipo: "/equipo",
    produccion: "/produccion",
    muro: "/muro",
    problemas: "/problemas",
    sesion: `/sesion?volver=/${q}`,
    carrete: `/carrete?tag=${tag}`,
    buscar: `/buscar?q=${q}`,
    "ARM, searched": `/operacion/ARM?q=${q}`,
    SOLD: "/operacion/SOLD",
    METROLOGIA: "/operacion/METROLOGIA",
    REPARACION: "/operacion/REPARACION",
    "no carrete": `/carrete?tag=no-${tag}`,
    "no page": `/no/${q}`,
  };
  const pages: Record<string, string> = {};
  const load = async (when: string): Promise<void> => {
    for (const [name, path] of Object.entries(paths)) {
      // The card's buttons differ by role; all else is the same for anybody.
      for (const quien of ["carrete", "problemas"].includes(name)
        ? [MAURICIO, ROSA, NUSTA]
        : [MAURICIO]) {
        pages[`${name}, ${when}, ${quien.id}`] = await page(site, path, quien);
      }
    }
  };
  const frames = watch(taller, text);
  await load("free");
  for (const [cmd, who] of steps(taller, text)) taller.act(text, cmd, who);
  const decided = { ...planilla, version: 2, congelada: { ...detenida, aplicar: firma } };
  taller.apply({ kind: "planilla", version: 2, atMs, autor, planilla: decided });
  await load("held");
  return { pages, frames: frames() };
}

/** Streams of all kinds; the answer gives all data that they got. */
function watch(taller: Taller, text: string): () => string[] {
  const trabajadorId = MAURICIO.id;
  const clients = [
    taller.join({ kind: "tablero" }),
    taller.join({ kind: "muro" }),
    taller.join({ kind: "problemas", trabajadorId: ROSA.id }),
    taller.join({ kind: "inicio", trabajadorId, operacion: "ARM", q: "" }),
    taller.join({ kind: "buscar", q: "" }),
    ...(["ARM", "SOLD", "METROLOGIA", "REPARACION"] as const).map((operacion) =>
      taller.join({ kind: "operacion", operacion, trabajadorId, q: "" }),
    ),
    ...[...taller.floor.spools()].map(({ tag }) =>
      taller.join({ kind: "carrete", tag, trabajadorId }),
    ),
  ];
  expect(text).not.toBe("");
  return () => clients.flatMap((client) => client.of("spool_update").map(({ data }) => data));
}

/** What may be done to it, so that somebody with a hostile name and reason stands in it. */
function steps(taller: Taller, text: string): readonly (readonly [Command, Trabajador])[] {
  const attacker = taller.floor.trabajador(ATTACKER.id) ?? ATTACKER;
  return [
    [command("TOMAR"), attacker],
    [{ accion: "LIBERAR", motivo: text }, ROSA],
    [command("TOMAR"), MAURICIO],
    [{ accion: "RECHAZAR", motivo: text }, NUSTA],
    [command("TOMAR", "REPARACION"), attacker],
  ];
}

const BASES = {
  spool,
  soldado,
  bloqueado: (parts: { tag: string }) => inspeccionado("bloqueado", parts),
};

describe.each(Object.entries(BASES))("everywhere (%s)", (_, base) => {
  const plain = scene(PLAIN, base);

  test.each(HOSTILE)("%j changes no structure and comes back from every form", async (text) => {
    const { pages, frames } = await plain;
    const hostile = await scene(text, base);
    const parsed: string[] = [];
    expect(Object.keys(hostile.pages)).toEqual(Object.keys(pages));
    for (const [where, html] of Object.entries(hostile.pages)) {
      const rewritten = htmxRewritten(html);
      if (rewritten !== html) expect([where, skeleton(rewritten)]).toEqual([where, skeleton(html)]);
      expect([where, skeleton(html)]).toEqual([where, skeleton(pages[where] ?? "")]);
      parsed.push(html);
    }
    const swapped = hostile.frames.map(htmxRewritten);
    expect(swapped.map(skeleton)).toEqual(frames.map(htmxRewritten).map(skeleton));
    const forms = [...parsed, ...swapped].flatMap((html) =>
      parsePage(html).forms.filter(({ attributes }) =>
        /^.(acciones|problemas.(aceptar|deshacer))$/.test(attributes.action ?? ""),
      ),
    );
    expect(forms.length).toBeGreaterThan(0);
    for (const form of forms) expect(tagOf(form)).toBe(text);
  });
});

test("any text of dangerous signs", async () => {
  const signs = fc.constantFrom(..."<>&\"'=/ \n\r\0;#-!hxscriptfla1");
  const text = fc
    .string({ unit: signs, minLength: 1, maxLength: 40 })
    .filter((raw) => raw.trim() === raw && raw !== "");
  const plain = await scene(PLAIN, spool);
  await fc.assert(
    fc.asyncProperty(text, async (raw) => {
      const { pages } = await scene(raw, spool);
      for (const [where, html] of Object.entries(pages)) {
        expect([where, skeleton(htmxRewritten(html))]).toEqual([
          where,
          skeleton(plain.pages[where] ?? ""),
        ]);
      }
    }),
    { numRuns: 30 },
  );
}, 30_000);

test("no page has inline script, style or handlers, or leaves its own site", async () => {
  const { pages } = await scene("<hx-fila onclick=alert(1)>", spool);
  for (const html of Object.values(pages)) {
    for (const { name, attributes } of parsePage(html).elements) {
      if (name === "script") expect(attributes.src).toStartWith("/static/");
      expect(name).not.toBe("style");
      for (const [attribute, value] of Object.entries(attributes)) {
        expect(attribute).not.toMatch(/^on|^style$|^hx-on/);
        if (["href", "src", "action", "hx-get", "hx-post"].includes(attribute)) {
          expect(value).toMatch(/^(\/(?![/\\])|#)/);
        }
      }
    }
  }
});

test("texts are shown as they are", async () => {
  const text = '<b>"Ñandú" & Cía</b>';
  const { pages } = await scene(text, spool);
  const [, carrete = ""] = Object.entries(pages).find(([where]) => where.includes("carrete")) ?? [];
  expect(parsePage(carrete).text.split(text).length).toBeGreaterThan(4);
});

test("the rewriting here is htmx's own", async () => {
  const source = await Bun.file("node_modules/htmx.org/dist/htmx.js").text();
  expect(source).toContain(
    `response.replace(/<hx-([a-z]+)((?:\\s[^>]*)?)>/gi, '<template hx type="$1"$2>')` +
      ".replace(/<\\/hx-[a-z]+>/gi, '</template>')",
  );
});

test("a worker without a role may write a note and nothing else", async () => {
  using taller = openTaller({ spools: [spool({ tag: PLAIN })] });
  const html = await page(openPages(taller), `/carrete?tag=${PLAIN}`, INGRID);
  expect(parsePage(html).forms.map(({ buttons }) => buttons)).toContainEqual(["TOMAR"]);
  const other = await page(openPages(taller), `/carrete?tag=${PLAIN}`, NUSTA);
  expect(parsePage(other).forms.flatMap(({ buttons }) => buttons)).toEqual(["ANOTAR"]);
});
