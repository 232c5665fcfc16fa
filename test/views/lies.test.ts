/**
 * Spec 8: what Redis carries is hostile. Records and events come from it as JSON, and a hand may
 * have put a text where our types say number, date, operation or action: then a page may fail, but
 * the text is escaped all the same, in pages and in what the stream swaps in.
 */
import { describe, expect, test } from "bun:test";
import type { Pending, Planilla, SpoolEvent } from "../../src/domain/event.ts";
import type { Spool } from "../../src/domain/spool.ts";
import type { Trabajador } from "../../src/domain/trabajador.ts";
import type { Vista } from "../../src/live/vista.ts";
import { openPages } from "../live/pages-taller.ts";
import { openTaller } from "../live/taller.ts";
import {
  HOY,
  inspeccionado,
  MAURICIO,
  NOW_MS,
  ocupacion,
  ROSA,
  soldado,
  spool,
} from "../support/builders.ts";
import { cambio, congelada } from "../support/planilla.ts";
import { htmxRewritten, parsePage } from "./page.ts";

/** Out of a text, out of an attribute, and by what htmx makes of `<hx-…>` out of both. */
const LIE = '"><img src=/marca/x data-xss><hx-a hx-get="/marca/x" data-xss>';

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** The same with one leaf after the other replaced; each with the way to the leaf. */
function* lied(value: Json, way = ""): Generator<readonly [way: string, lied: Json]> {
  if (typeof value !== "object" || value === null) {
    yield [way, LIE];
    return;
  }
  for (const [name, part] of Object.entries(value)) {
    for (const [where, other] of lied(part, `${way}.${name}`)) {
      yield [
        where,
        Array.isArray(value)
          ? value.map((one, i) => (String(i) === name ? other : one))
          : { ...value, [name]: other },
      ];
    }
  }
}

const NOTA = {
  texto: "Falta",
  firma: { id: MAURICIO.id, nombre: "M", etiqueta: "M(93)" },
  atMs: 1,
};

const SPOOLS: readonly Spool[] = [
  spool({ tag: "S-1", ocupacion: ocupacion("ARM", ROSA), notas: [NOTA], ficha: { Cliente: "C" } }),
  soldado({ tag: "S-2", notas: [NOTA] }),
  inspeccionado("bloqueado", { tag: "S-3", ciclo: 3 }),
  inspeccionado("aprobado", { tag: "S-4" }),
  spool({ tag: "S-5", inconsistencia: "no cuadra" }),
];

const evento = (cambio: SpoolEvent["cambio"], tag = "S-6"): Pending<SpoolEvent> => ({
  kind: "spool",
  tag: tag as SpoolEvent["tag"],
  version: 2,
  atMs: NOW_MS,
  autor: { firma: { ...NOTA.firma, id: ROSA.id }, medio: "tablet", dispositivo: "d" },
  cambio,
  estadoDetalle: "Disponible",
});

const PLANILLA: Planilla = {
  version: 1,
  leidaMs: NOW_MS,
  problemas: [{ gravedad: "error", tab: "Operaciones", filas: [2, 3], tag: "S-1", motivo: "m" }],
  cambios: [
    cambio(spool({ tag: "S-1" })),
    { ...cambio(spool({ tag: "S-2" })), deshacer: NOTA.firma },
  ],
  congelada: congelada(),
};
const SHEET = { firma: null, medio: "planilla", dispositivo: null } as const;

const EVENTS: readonly Pending[] = [
  evento({ accion: "TOMAR", operacion: "ARM" }),
  evento({ accion: "COMPLETAR", operacion: "ARM", fecha: HOY }),
  evento({ accion: "ANOTAR", operacion: null, texto: "Falta" }),
  evento({ accion: "RECHAZAR", operacion: "METROLOGIA", ciclo: 1, bloqueado: true, motivo: "m" }),
  { kind: "planilla", version: 1, atMs: NOW_MS, autor: SHEET, planilla: PLANILLA },
  {
    kind: "ajustes",
    version: 1,
    atMs: NOW_MS,
    autor: SHEET,
    ajustes: { version: 1, umbralHoras: 4, pin: "opcional" },
  } as Pending,
];

const VISTAS: readonly Vista[] = [
  { kind: "tablero" },
  { kind: "tablero", filtro: { trabajador: null, operacion: null, estado: "completado" } },
  { kind: "muro" },
  { kind: "buscar", q: "" },
  { kind: "problemas", trabajadorId: ROSA.id },
  { kind: "inicio", trabajadorId: ROSA.id, operacion: "ARM", q: "" },
  { kind: "operacion", operacion: "METROLOGIA", trabajadorId: ROSA.id, q: "" },
  ...["S-1", "S-2", "S-3", "S-4", "S-6"].map(
    (tag): Vista => ({ kind: "carrete", tag: tag as Spool["tag"], trabajadorId: ROSA.id }),
  ),
];

const PATHS = ["/", "/tablero", "/muro", "/problemas", "/sesion", "/hoy", "/equipo", "/produccion"]
  .concat(["/operacion/ARM", "/operacion/METROLOGIA", "/buscar?q=S", "/tablero?estado=bloqueado"])
  .concat(["S-1", "S-2", "S-3", "S-4", "S-5", "S-6"].map((tag) => `/carrete?tag=${tag}`));

/** Whether no element of it is the text's. */
const escaped = (html: string): boolean =>
  parsePage(html).elements.every(({ attributes }) => !("data-xss" in attributes));
/** The same once htmx has taken it to swap it in. */
const escapedSwap = (html: string): boolean => escaped(htmxRewritten(html));
/** Pages that htmx takes no part from. */
const WHOLE = /^\/(sesion|hoy|equipo|produccion)/;

interface Told {
  readonly spools?: readonly Spool[];
  readonly people?: readonly Trabajador[];
  readonly events?: readonly Pending[];
}

/** Everything of a shop that was told so. @returns where the text got out of its place */
async function holes({ spools = SPOOLS, people = [], events = [] }: Told): Promise<string[]> {
  const found: string[] = [];
  using taller = openTaller({ spools: [...spools, spool({ tag: "S-6" })] });
  const clients = VISTAS.map((vista) => [vista, taller.join(vista)] as const);
  const site = openPages(taller);
  for (const quien of people) taller.apply(taller.hire(quien));
  try {
    taller.apply(...events);
  } catch {
    // A rule or a view that can't make sense of it: nothing is shown.
  }
  for (const [vista, client] of clients) {
    for (const { data } of client.of("spool_update")) {
      if (!escapedSwap(data)) found.push(`${vista.kind}: ${data}`);
    }
  }
  const headers = { Cookie: site.cookie(ROSA), Accept: "text/html" };
  for (const path of PATHS) {
    const html = await (await site.app.request(path, { headers })).text();
    if (!(WHOLE.test(path) ? escaped : escapedSwap)(html))
      found.push(`${path}: ${/.{0,80}data-xss/.exec(html)?.[0]}`);
  }
  return found;
}

describe("a text where something else belongs", () => {
  test("in a spool's record", async () => {
    for (const [at, sound] of SPOOLS.entries()) {
      for (const [way, lying] of lied(sound as unknown as Json)) {
        const spools = SPOOLS.with(at, lying as unknown as Spool);
        let found: readonly string[] = [];
        try {
          found = await holes({ spools });
        } catch {
          // A floor that can't be built of it: the process does not start.
        }
        expect([`${at}${way}`, found]).toEqual([`${at}${way}`, []]);
      }
    }
  }, 60_000);

  test("in a person's record", async () => {
    const sound = { ...MAURICIO, id: 700 } as unknown as Json;
    for (const [way, lying] of lied(sound)) {
      const found = await holes({ people: [lying as unknown as Trabajador] });
      expect([way, found]).toEqual([way, []]);
    }
  }, 60_000);

  test.each(EVENTS.map((event, at) => [at, event] as const))(
    "in event %d",
    async (_, event) => {
      for (const [way, lying] of lied(event as unknown as Json)) {
        const found = await holes({ events: [lying as unknown as Pending] });
        expect([way, found]).toEqual([way, []]);
      }
    },
    60_000,
  );
});

test("a page that lets it out is told from one that does not", () => {
  expect(escaped(`<p>${LIE}</p>`)).toBe(false);
  expect(escaped(`<p class="${LIE}">`)).toBe(false);
  expect(escapedSwap(`<p class="${LIE.replaceAll('"', "&#34;")}">`)).toBe(false);
  expect(escapedSwap(`<p class="${Bun.escapeHTML(LIE)}">${Bun.escapeHTML(LIE)}</p>`)).toBe(true);
});
