/** Reading by programs (spec 9). Every answer is also held against the document (api-support). */
import { expect, test } from "bun:test";
import { firmaOf } from "../../src/domain/trabajador.ts";
import {
  ALVARO,
  armado,
  inspeccionado,
  LUIS,
  MAURICIO,
  MINUTE_MS,
  NOW_MS,
  NUSTA,
  ocupacion,
  pausado,
  ROSA,
  soldado,
  spool,
} from "../support/builders.ts";
import { type Api, openApi } from "./api-support.ts";

const tagsOf = (spools: { tag_spool: string }[]): string[] => spools.map((s) => s.tag_spool);

/** Follows the cursor to its end. */
async function all(api: Api, query = ""): Promise<string[]> {
  const tags: string[] = [];
  let cursor = "";
  do {
    const { body } = await api.get(`/spools?limit=7&${query}&cursor=${cursor}`);
    tags.push(...tagsOf(body.spools));
    cursor = body.cursor;
  } while (cursor !== null);
  return tags;
}

test("the dashboard tells who has which spool, longest first", async () => {
  await using api = await openApi({
    spools: [
      spool({ tag: "B", ocupacion: ocupacion("ARM", MAURICIO, NOW_MS - MINUTE_MS) }),
      armado({ tag: "A", ocupacion: ocupacion("SOLD", LUIS, NOW_MS - 2 * MINUTE_MS) }),
      spool({ tag: "libre" }),
    ],
  });
  const { status, body } = await api.get("/dashboard/occupied");
  expect(status).toBe(200);
  expect(body).toEqual([
    {
      tag_spool: "A",
      worker_id: 97,
      worker_nombre: "Luis Cáceres",
      operacion: "SOLD",
      estado_detalle: "LC(97) trabajando SOLD (ARM completado, SOLD en progreso)",
      fecha_ocupacion: "2026-11-20T10:28:00-03:00",
    },
    {
      tag_spool: "B",
      worker_id: 93,
      worker_nombre: "Mauricio Rodríguez",
      operacion: "ARM",
      estado_detalle: "MR(93) trabajando ARM (ARM en progreso, SOLD pendiente)",
      fecha_ocupacion: "2026-11-20T10:29:00-03:00",
    },
  ]);
});

test("nobody at work is an empty list", async () => {
  await using api = await openApi({ spools: [spool()] });
  expect((await api.get("/dashboard/occupied")).body).toEqual([]);
});

test("a spool is listed with what it is, and absent things are null", async () => {
  await using api = await openApi({ spools: [spool({ tag: "A", nv: "", ot: "" })] });
  expect((await api.get("/spools")).body).toEqual({
    spools: [
      {
        tag_spool: "A",
        nv: null,
        ot: null,
        estado_detalle: "Disponible - ARM pendiente, SOLD pendiente",
        operacion: null,
        ocupado_por: null,
        fecha_ocupacion: null,
        version: 1,
      },
    ],
    cursor: null,
  });
});

test("spools are found by operation and by whether they are free or occupied", async () => {
  await using api = await openApi({
    spools: [
      spool({ tag: "arm" }),
      spool({ tag: "sin-material", fechaMateriales: null }),
      armado({ tag: "sold" }),
      soldado({ tag: "metro" }),
      inspeccionado("rechazado", { tag: "repa" }),
      spool({ tag: "en-arm", ocupacion: ocupacion("ARM", MAURICIO) }),
      armado({ tag: "en-sold", ocupacion: ocupacion("SOLD", ALVARO) }),
      spool({ tag: "roto", inconsistencia: "SOLD completado sin ARM" }),
    ],
  });
  const found = async (query: string): Promise<string[]> =>
    tagsOf((await api.get(`/spools?${query}`)).body.spools);
  expect(await found("operacion=ARM&estado=disponible&q=&limit=&cursor=")).toEqual(["arm"]);
  expect(await found("operacion=SOLD&estado=disponible")).toEqual(["sold"]);
  expect(await found("operacion=METROLOGIA&estado=disponible")).toEqual(["metro"]);
  expect(await found("operacion=REPARACION&estado=disponible")).toEqual(["repa"]);
  expect(await found("operacion=ARM&estado=ocupado")).toEqual(["en-arm"]);
  expect(await found("operacion=METROLOGIA&estado=ocupado")).toEqual([]);
  expect(await found("estado=ocupado")).toEqual(["en-arm", "en-sold"]);
  expect(await found("estado=disponible")).toEqual(["arm", "metro", "repa", "sold"]);
  expect(await found("operacion=ARM")).toEqual(["arm", "en-arm"]);
  expect(await found("")).toHaveLength(8);
});

test("q looks in tag, NV and OT without regard to case and accents", async () => {
  await using api = await openApi({
    spools: [spool({ tag: "MK-1" }), spool({ tag: "X", nv: "Línea 9" }), spool({ tag: "Y" })],
  });
  const found = async (q: string): Promise<string[]> =>
    tagsOf((await api.get(`/spools?q=${encodeURIComponent(q)}`)).body.spools);
  expect(await found("mk")).toEqual(["MK-1"]);
  expect(await found("LINEA")).toEqual(["X"]);
  expect(await found("00001")).toHaveLength(3);
  expect(await found("%")).toEqual([]);
});

test("paging shows every spool once, also while others come and change", async () => {
  const tags = Array.from({ length: 50 }, (_, i) => `P-${i}"/<${i % 3}>`);
  await using api = await openApi({ spools: tags.map((tag) => spool({ tag })) });
  expect(await all(api)).toEqual([...tags].sort());
  const first = await api.get("/spools?limit=10&operacion=ARM&estado=disponible");
  const gone = first.body.spools[9].tag_spool;
  await api.post("/occupation/tomar", { tag_spool: gone, worker_id: 93, operacion: "ARM" });
  const { body } = await api.get(
    `/spools?limit=500&operacion=ARM&estado=disponible&cursor=${first.body.cursor}`,
  );
  expect([...tagsOf(first.body.spools), ...tagsOf(body.spools)]).toEqual([...tags].sort());
  expect(body.cursor).toBeNull();
});

test("a page holds 100 unless told otherwise, and the cursor is null only at the end", async () => {
  const spools = Array.from({ length: 200 }, (_, i) => spool({ tag: `T${i}` }));
  await using api = await openApi({ spools });
  const one = await api.get("/spools");
  expect(one.body.spools).toHaveLength(100);
  const two = await api.get(`/spools?cursor=${one.body.cursor}`);
  expect(two.body.spools).toHaveLength(100);
  expect(two.body.cursor).toBeNull();
  expect((await api.get("/spools?limit=500")).body.spools).toHaveLength(200);
});

test.each([
  ["limit=0", "El parámetro limit debe ser un número entero de 1 a 500"],
  ["limit=501", "El parámetro limit debe ser un número entero de 1 a 500"],
  ["limit=1e2", "El parámetro limit debe ser un número entero de 1 a 500"],
  ["limit=-1", "El parámetro limit debe ser un número entero de 1 a 500"],
  ["operacion=arm", "El parámetro operacion debe ser uno de: ARM, SOLD, METROLOGIA, REPARACION"],
  ["estado=libre", "El parámetro estado debe ser uno de: disponible, ocupado"],
  ["cursor=SP-1", "El parámetro cursor no es de esta lista"],
  ["cursor=IiI", "El parámetro cursor no es de esta lista"],
  ["cursor=eyJhIjoxfQ", "El parámetro cursor no es de esta lista"],
  ["cursor=IkEi%3D", "El parámetro cursor no es de esta lista"],
  [`q=${"x".repeat(201)}`, "El parámetro q debe tener a lo más 200 caracteres"],
])("a query of %s is refused by name", async (query, message) => {
  await using api = await openApi({ spools: [spool()] });
  const { status, body } = await api.get(`/spools?${query}`);
  expect(status).toBe(400);
  expect(body).toEqual({ ok: false, error: "SOLICITUD_INVALIDA", message, ocupado_por: null });
});

test("an unknown or repeated parameter does no harm", async () => {
  await using api = await openApi({ spools: [spool()] });
  const { status, body } = await api.get("/spools?x=1&limit=5&limit=no&q=%E0%A4%A&__proto__=1");
  expect(status).toBe(200);
  expect(body.spools).toEqual([]);
});

test("a spool's detail has the dates and workers of each operation", async () => {
  const ficha = { Línea: '6"-P', Diámetro: "2" };
  await using api = await openApi({ spools: [inspeccionado("aprobado", { tag: "A", ficha })] });
  const { body } = await api.get("/spools/A");
  expect(body).toMatchObject({
    tag_spool: "A",
    estado_detalle: "Disponible - ARM completado, SOLD completado, METROLOGIA APROBADO ✓",
    fecha_materiales: "2026-08-13",
    arm: {
      estado: "completado",
      worker: { worker_id: 93, worker_nombre: "Mauricio Rodríguez" },
      fecha: "2026-11-01",
    },
    sold: {
      estado: "completado",
      worker: { worker_id: 75, worker_nombre: "Álvaro Silva" },
      fecha: "2026-11-05",
    },
    metrologia: { estado: "aprobado", fecha: "2026-11-10", ciclo: 0 },
    inconsistencia: null,
    ficha,
    notas: [],
  });
});

test("a spool's detail follows who has it and what stands below", async () => {
  await using api = await openApi({
    spools: [
      spool({ tag: "arm", arm: pausado(LUIS), ocupacion: ocupacion("ARM", MAURICIO) }),
      spool({ tag: "pausado", arm: pausado(LUIS) }),
      inspeccionado("rechazado", { tag: "repa", ocupacion: ocupacion("REPARACION", ROSA) }),
      spool({ tag: "roto", fechaMateriales: null, inconsistencia: "no cuadra" }),
    ],
  });
  const maestro = { worker_id: 93, worker_nombre: "Mauricio Rodríguez" };
  const arm = (await api.get("/spools/arm")).body;
  expect(arm.arm).toEqual({ estado: "en progreso", worker: maestro, fecha: null });
  expect(arm.sold).toEqual({ estado: "pendiente", worker: null, fecha: null });
  expect(arm).toMatchObject({ operacion: "ARM", ocupado_por: maestro });
  expect((await api.get("/spools/pausado")).body.arm.worker.worker_id).toBe(97);
  const repa = (await api.get("/spools/repa")).body;
  expect(repa.metrologia).toEqual({ estado: "en reparacion", fecha: null, ciclo: 1 });
  const roto = (await api.get("/spools/roto")).body;
  expect(roto).toMatchObject({ fecha_materiales: null, inconsistencia: "no cuadra" });
});

test("the history tells everything, oldest first", async () => {
  await using api = await openApi({ spools: [spool({ tag: "A" })] });
  const ask = { tag_spool: "A", worker_id: 93, operacion: "ARM" };
  await api.post("/occupation/tomar", ask);
  await api.post("/occupation/liberar", { ...ask, worker_id: 168, motivo: "Fin de turno" });
  const { body } = await api.get("/history/A");
  expect(body.tag_spool).toBe("A");
  expect(body.events.map((e: { accion: string }) => e.accion)).toEqual([
    "IMPORTAR",
    "TOMAR",
    "LIBERAR",
  ]);
  expect(body.events[0]).toMatchObject({
    type: "STATE_CHANGE",
    operacion: null,
    worker_id: null,
    worker_nombre: null,
  });
  expect(body.events[1]).toEqual({
    seq: 8,
    type: "TOMAR",
    accion: "TOMAR",
    operacion: "ARM",
    worker_id: 93,
    worker_nombre: "Mauricio Rodríguez",
    timestamp: "2026-11-20T10:30:00-03:00",
    estado_detalle: "MR(93) trabajando ARM (ARM en progreso, SOLD pendiente)",
    texto: null,
  });
  expect(body.events[2]).toMatchObject({
    type: "STATE_CHANGE",
    worker_id: 168,
    texto: "Fin de turno",
  });
});

test("workers come by Id with their labels and roles, the inactive too", async () => {
  const trabajadores = [{ ...NUSTA, activo: false }, ALVARO];
  await using api = await openApi({ trabajadores });
  const workers = [
    {
      id: 75,
      nombre: "Álvaro",
      apellido: "Silva",
      etiqueta: firmaOf(ALVARO).etiqueta,
      roles: ["Soldador"],
      activo: true,
    },
    {
      id: 80,
      nombre: "Ñusta",
      apellido: "Fuentes",
      etiqueta: "ÑF(80)",
      roles: ["Metrologia"],
      activo: false,
    },
  ];
  expect((await api.get("/workers")).body).toEqual({ workers });
});

const HOSTILE = [
  "A/B",
  "/spools/../x/",
  "a?b#c",
  "50%",
  "%2F",
  "%25",
  '1" "x"',
  "<img src=x onerror=alert(1)>",
  "../../etc/passwd",
  '=HYPERLINK("http://127.0.0.1/";"x")',
  "x".repeat(300),
  "🦺👷‍♀️",
  "línea\nnueva\ttab",
  "a b+c",
  "nul\u0000nul",
  "__proto__",
  "constructor",
  "occupation/tomar",
  "' OR 1=1; --",
  "\\",
];

test.each(HOSTILE)("the tag %j goes round: list, detail, action, history", async (tag) => {
  await using api = await openApi({ spools: [spool({ tag }), spool({ tag: "other" })] });
  const path = encodeURIComponent(tag);
  expect(tagsOf((await api.get("/spools")).body.spools)).toContain(tag);
  const taken = await api.post("/occupation/tomar", {
    tag_spool: tag,
    worker_id: 93,
    operacion: "ARM",
  });
  expect(taken.body).toMatchObject({ ok: true, tag_spool: tag, version: 2 });
  expect((await api.get(`/spools/${path}`)).body).toMatchObject({ tag_spool: tag, version: 2 });
  const { body } = await api.get(`/history/${path}`);
  expect(body.tag_spool).toBe(tag);
  expect(body.events).toHaveLength(2);
  expect((await api.get("/dashboard/occupied")).body[0].tag_spool).toBe(tag);
});

test("a slash in a tag may also stand as it is, and outer spaces do not count", async () => {
  await using api = await openApi({ spools: [spool({ tag: "A/B C" })] });
  expect((await api.get("/spools/A/B%20C")).body.tag_spool).toBe("A/B C");
  expect((await api.get("/history/%20A%2FB%20C%20")).body.tag_spool).toBe("A/B C");
});

test.each(["/spools/", "/history/"])("a tag of %s is checked: 400 or 404", async (under) => {
  await using api = await openApi({ spools: [spool()] });
  for (const bad of ["%", "50%", "%E0%A4%A", "%zz", "%ff"]) {
    const { status, body } = await api.get(under + bad);
    expect(status).toBe(400);
    expect(body.message).toBe("El tag de la dirección está mal codificado");
  }
  expect((await api.get(`${under}%20`)).status).toBe(400);
  expect((await api.get(under + "x".repeat(1_001))).status).toBe(400);
  const { status, body } = await api.get(`${under}nadie`);
  expect(status).toBe(404);
  expect(body).toMatchObject({
    error: "SPOOL_NO_ENCONTRADO",
    message: "No hay ningún carrete nadie",
  });
});
