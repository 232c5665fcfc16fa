/** Acting by programs (spec 3, 9): every action, every refusal, twice and out of order. */

import { expect, test } from "bun:test";
import type { Spool } from "../../src/domain/spool.ts";
import { type Ledger, LedgerUnavailable } from "../../src/ledger/ledger.ts";
import {
  ALVARO,
  apply,
  armado,
  inspeccionado,
  LUIS,
  MAURICIO,
  NUSTA,
  ocupacion,
  pausado,
  policy,
  ROSA,
  soldado,
  spool,
} from "../support/builders.ts";
import { ledgerWith } from "../support/ledger-with.ts";
import { type Answer, type Api, openApi } from "./api-support.ts";

const TAG = "MK-1300-SL-28000-001";
const ask = (worker_id: number | string, rest: object = {}): object => ({
  tag_spool: TAG,
  worker_id,
  ...rest,
});
const arm = (worker_id: number | string = 93, rest: object = {}): object =>
  ask(worker_id, { operacion: "ARM", ...rest });
const enArm = (quien = MAURICIO): Spool => spool({ ocupacion: ocupacion("ARM", quien) });

/** What a Prometheus counter says of an action. */
async function counted(api: Api, accion: string, resultado: string): Promise<number> {
  const { values } = await api.deps.metrics.acciones.get();
  const found = values.find((v) => v.labels.accion === accion && v.labels.resultado === resultado);
  return found?.value ?? 0;
}

/** Completed by MR(93) just now. */
const recien = (): Spool => ({
  ...apply(enArm(), { accion: "COMPLETAR", operacion: "ARM" }, MAURICIO),
  version: 1,
});

const ACTIONS: readonly [string, Spool, object, string][] = [
  ["/occupation/tomar", spool(), arm(), "MR(93) trabajando ARM (ARM en progreso, SOLD pendiente)"],
  [
    "/occupation/tomar",
    inspeccionado("rechazado"),
    ask(168, { operacion: "REPARACION" }),
    "EN_REPARACION (Ciclo 1/3) - Ocupado: RP(168)",
  ],
  ["/occupation/pausar", enArm(), arm(), "Disponible - ARM pausado, SOLD pendiente"],
  ["/occupation/completar", enArm(), arm(), "Disponible - ARM completado, SOLD pendiente"],
  ["/occupation/cancelar", enArm(), arm(), "Disponible - ARM pendiente, SOLD pendiente"],
  [
    "/occupation/liberar",
    enArm(),
    ask(168, { motivo: " Fin de turno " }),
    "Disponible - ARM pausado, SOLD pendiente",
  ],
  [
    "/occupation/deshacer",
    recien(),
    ask(93),
    "MR(93) trabajando ARM (ARM en progreso, SOLD pendiente)",
  ],
  [
    "/metrologia/aprobar",
    soldado(),
    ask(80),
    "Disponible - ARM completado, SOLD completado, METROLOGIA APROBADO ✓",
  ],
  [
    "/metrologia/rechazar",
    soldado(),
    ask(80, { operacion: "METROLOGIA", motivo: "" }),
    "Disponible - ARM completado, SOLD completado, RECHAZADO (Ciclo 1/3) - Pendiente reparación",
  ],
  [
    "/metrologia/desbloquear",
    inspeccionado("bloqueado"),
    ask(168, { motivo: "Revisado" }),
    "Disponible - ARM completado, SOLD completado, RECHAZADO (Ciclo 1/3) - Pendiente reparación",
  ],
];

test.each(ACTIONS)("POST %s is done, told and shown", async (path, before, body, detalle) => {
  await using api = await openApi({ spools: [before] });
  const { status, body: done } = await api.post(path, body);
  expect(status).toBe(200);
  const seq = api.seq();
  expect(done).toEqual({ ok: true, tag_spool: TAG, version: 2, seq, estado_detalle: detalle });
  const { body: shown } = await api.get(`/spools/${TAG}`);
  expect(shown).toMatchObject({ version: 2, estado_detalle: detalle });
  const accion = path.split("/")[2]?.toUpperCase() ?? "";
  expect(await counted(api, accion, "ok")).toBe(1);
});

test("the log knows who acted, that it was a program, and the reason", async () => {
  await using api = await openApi({ spools: [soldado()] });
  await api.post("/metrologia/rechazar", ask("80", { motivo: "  poro en unión 2 " }));
  const events = await api.deps.ledger.history((await firstSpool(api)).tag);
  expect(events.at(-1)).toMatchObject({
    autor: { firma: { id: 80 }, medio: "api", dispositivo: "ZEUES_API_TOKEN" },
    cambio: { accion: "RECHAZAR", motivo: "poro en unión 2" },
  });
});

async function firstSpool(api: Api): Promise<Spool> {
  const [first] = api.deps.floor.spools();
  if (!first) throw new Error("no spool");
  return first;
}

const BLOQUEADO = inspeccionado("bloqueado");
const OTRO = { worker_id: 93, worker_nombre: "Mauricio Rodríguez" };

const REFUSALS: readonly [number, string, string, Spool | null, string, object, object | null][] = [
  [
    404,
    "SPOOL_NO_ENCONTRADO",
    `No hay ningún carrete ${TAG}`,
    null,
    "occupation/tomar",
    arm(),
    null,
  ],
  [
    404,
    "TRABAJADOR_NO_ENCONTRADO",
    "No hay ningún trabajador con Id 7",
    spool(),
    "occupation/tomar",
    arm(7),
    null,
  ],
  [
    403,
    "ROL_NO_AUTORIZADO",
    "Para esto se necesita el rol Armador o Ayudante",
    spool(),
    "occupation/tomar",
    arm(75),
    null,
  ],
  [
    403,
    "ROL_NO_AUTORIZADO",
    "Para esto se necesita el rol Supervisor",
    enArm(),
    "occupation/liberar",
    ask(93, { motivo: "x" }),
    null,
  ],
  [
    403,
    "ROL_NO_AUTORIZADO",
    "Este trabajador no está activo en la planilla",
    spool(),
    "occupation/tomar",
    arm(1),
    null,
  ],
  [
    403,
    "NO_ES_OCUPANTE",
    "Este carrete lo tiene Mauricio Rodríguez (93)",
    enArm(),
    "occupation/pausar",
    arm(97),
    OTRO,
  ],
  [
    403,
    "SPOOL_BLOQUEADO",
    "Este carrete está bloqueado: contacta al supervisor",
    BLOQUEADO,
    "occupation/tomar",
    ask(93, { operacion: "REPARACION" }),
    null,
  ],
  [
    403,
    "SPOOL_BLOQUEADO",
    "Este carrete está bloqueado: contacta al supervisor",
    BLOQUEADO,
    "metrologia/aprobar",
    ask(80),
    null,
  ],
  [
    409,
    "SPOOL_OCUPADO",
    "Este carrete fue tomado por Mauricio Rodríguez (93)",
    enArm(),
    "occupation/tomar",
    arm(97),
    OTRO,
  ],
  [
    409,
    "CONFLICTO_DE_VERSION",
    "Este carrete cambió mientras lo mirabas: revísalo e intenta otra vez",
    spool(),
    "occupation/tomar",
    arm(93, { version: 0 }),
    null,
  ],
  [
    422,
    "DEPENDENCIAS_NO_SATISFECHAS",
    "Falta la fecha de materiales de este carrete",
    spool({ fechaMateriales: null }),
    "occupation/tomar",
    arm(),
    null,
  ],
  [
    422,
    "DEPENDENCIAS_NO_SATISFECHAS",
    "Primero hay que completar el armado de este carrete",
    spool(),
    "metrologia/aprobar",
    ask(80),
    null,
  ],
  [
    422,
    "TRANSICION_INVALIDA",
    "No se puede pausar: este carrete está sin ocupante",
    spool(),
    "occupation/pausar",
    arm(),
    null,
  ],
  [
    422,
    "SPOOL_INCONSISTENTE",
    "Este carrete está inconsistente en la planilla: no cuadra",
    spool({ inconsistencia: "no cuadra" }),
    "occupation/tomar",
    arm(),
    null,
  ],
];

test.each(REFUSALS)("%i %s: %s", async (status, error, message, before, path, body, quien) => {
  const trabajadores = [
    MAURICIO,
    ALVARO,
    LUIS,
    NUSTA,
    ROSA,
    { ...LUIS, id: 1 as typeof LUIS.id, activo: false },
  ];
  await using api = await openApi({ spools: before ? [before] : [], trabajadores });
  const seq = api.seq();
  const answer = await api.post(`/${path}`, body);
  expect(answer.status).toBe(status);
  expect(answer.body).toEqual({ ok: false, error, message, ocupado_por: quien });
  expect(api.seq()).toBe(seq);
});

test("with the right version it is done; null is as good as none", async () => {
  await using api = await openApi({ spools: [spool()] });
  expect((await api.post("/occupation/tomar", arm(93, { version: 1 }))).status).toBe(200);
  expect((await api.post("/occupation/pausar", arm(93, { version: null }))).status).toBe(200);
});

test("a worker's Id may be text, and fields that nobody knows are ignored", async () => {
  await using api = await openApi({ spools: [spool()] });
  const extra = { worker_nombre: "MR(93)", __proto__: { worker_id: 1 }, nested: [[{}]] };
  expect((await api.post("/occupation/tomar", arm(" 093 ", extra))).status).toBe(200);
});

test("a double tap without a key is refused once, and says that it is yours", async () => {
  await using api = await openApi({ spools: [spool()] });
  const both = await Promise.all([
    api.post("/occupation/tomar", arm()),
    api.post("/occupation/tomar", arm()),
  ]);
  const [done, again] = both.sort((a, b) => a.status - b.status) as [Answer, Answer];
  expect(done.status).toBe(200);
  expect(again.status).toBe(409);
  expect(again.body.message).toBe("Ya tienes este carrete en ARM");
});

test("a double tap with a key is done once and answered twice alike", async () => {
  await using api = await openApi({ spools: [spool()] });
  const before = api.seq();
  const headers = { "Idempotency-Key": "k-1" };
  const [a, b] = await Promise.all([
    api.post("/occupation/tomar", arm(), headers),
    api.post("/occupation/tomar", arm(), headers),
  ]);
  expect(a.status).toBe(200);
  expect(b).toMatchObject({ status: 200, body: a.body });
  expect(api.seq()).toBe(before + 1);
  await api.post("/occupation/pausar", arm());
  expect((await api.post("/occupation/tomar", arm(), headers)).body).toEqual(a.body);
  expect(api.seq()).toBe(before + 2);
  expect(await counted(api, "TOMAR", "repeated")).toBe(2);
});

test("a key of another request is refused, and never a page's", async () => {
  await using api = await openApi({ spools: [spool(), spool({ tag: "B" })] });
  const headers = { "Idempotency-Key": "k" };
  await api.post("/occupation/tomar", arm(), headers);
  for (const [path, body] of [
    ["/occupation/tomar", arm(93, { tag_spool: "B" })],
    ["/occupation/tomar", arm(97)],
    ["/occupation/pausar", arm()],
  ] as const) {
    const { status, body: told } = await api.post(path, body, headers);
    expect(status).toBe(400);
    expect(told.error).toBe("CLAVE_REUTILIZADA");
  }
  expect(await api.deps.ledger.recall("k")).toBeNull();
  expect(await api.deps.ledger.recall("api:k")).not.toBeNull();
});

test("a refusal is not remembered: the same key acts once the way is free", async () => {
  await using api = await openApi({ spools: [enArm(LUIS)] });
  const headers = { "Idempotency-Key": "k" };
  expect((await api.post("/occupation/tomar", arm(), headers)).status).toBe(409);
  await api.post("/occupation/pausar", arm(97));
  expect((await api.post("/occupation/tomar", arm(), headers)).status).toBe(200);
});

test.each([
  ["", 400],
  ["x".repeat(201), 400],
  ["ñandú", 400],
  ["a\tb", 400],
  ["x".repeat(200), 200],
  ["a key with spaces", 200],
])("an idempotency key %j is answered %i", async (key, status) => {
  await using api = await openApi({ spools: [spool()] });
  const answer = await api.post("/occupation/tomar", arm(), { "Idempotency-Key": key });
  expect(answer.status).toBe(status);
});

test("requests that arrive out of order are refused by the rules, not half done", async () => {
  await using api = await openApi({ spools: [spool()] });
  expect((await api.post("/occupation/completar", arm())).body.error).toBe("TRANSICION_INVALIDA");
  expect((await api.post("/occupation/tomar", arm())).status).toBe(200);
  expect((await api.post("/occupation/completar", arm())).status).toBe(200);
  expect((await api.post("/occupation/pausar", arm())).body.error).toBe("TRANSICION_INVALIDA");
  expect((await api.post("/occupation/tomar", arm())).body.error).toBe("TRANSICION_INVALIDA");
});

test("LIBERAR ends the occupation whatever operation it was", async () => {
  await using api = await openApi({ spools: [armado({ ocupacion: ocupacion("SOLD", ALVARO) })] });
  const { body } = await api.post("/occupation/liberar", ask(168, { motivo: "Fin de turno" }));
  expect(body.estado_detalle).toBe("Disponible - ARM completado, SOLD pausado");
});

test("rejections are counted up to BLOQUEADO by the shop's own limit", async () => {
  const rules = policy({ maxCycles: 2 });
  await using api = await openApi({ policy: rules, spools: [inspeccionado("reparado")] });
  const { body } = await api.post("/metrologia/rechazar", ask(80, { motivo: "poro" }));
  expect(body.estado_detalle).toBe("BLOQUEADO - Contactar supervisor");
});

test("of 30 programs that take one spool at the same moment one gets it", async () => {
  await using api = await openApi({ spools: [spool()] });
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, i) => api.post("/occupation/tomar", arm(i % 2 ? 93 : 97))),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(29);
});

/** A ledger whose `commit` goes through while `up` says so. */
const away = (real: Ledger, up: () => boolean): Ledger =>
  ledgerWith(real, {
    commit: (commit) =>
      up() ? real.commit(commit) : Promise.reject(new LedgerUnavailable("disk full")),
    history: () => Promise.reject(new LedgerUnavailable("gone")),
  });

test("with the ledger away actions and histories are 503, and lists go on", async () => {
  await using api = await openApi({ spools: [spool()], ledger: (real) => away(real, () => false) });
  for (const { status, headers, body } of [
    await api.post("/occupation/tomar", arm()),
    await api.post("/occupation/batch", { accion: "TOMAR", ...arm(), tags: [TAG] }),
    await api.get(`/history/${TAG}`),
  ]) {
    expect(status).toBe(503);
    expect(headers.get("Retry-After")).toBe("2");
    expect(body).toMatchObject({ ok: false, error: "SERVICIO_NO_DISPONIBLE", ocupado_por: null });
  }
  expect((await api.get("/spools")).body.spools).toHaveLength(1);
  expect(await counted(api, "TOMAR", "SERVICIO_NO_DISPONIBLE")).toBe(2);
});

test("a batch does each spool on its own, in order, and tells of each", async () => {
  const held = spool({ tag: "B", ocupacion: ocupacion("ARM", LUIS) });
  await using api = await openApi({
    spools: [spool({ tag: "A" }), held, spool({ tag: "C" }), armado({ tag: "D" })],
  });
  const tags = ["A", "B", "C", "D", "nadie", "A"];
  const lote = { accion: "TOMAR", operacion: "ARM", worker_id: 93, tags };
  const { status, body } = await api.post("/occupation/batch", lote);
  expect(status).toBe(200);
  expect(body.results.map((r: { error?: string }) => r.error ?? "ok")).toEqual([
    "ok",
    "SPOOL_OCUPADO",
    "ok",
    "TRANSICION_INVALIDA",
    "SPOOL_NO_ENCONTRADO",
    "SPOOL_OCUPADO",
  ]);
  expect(body.results[0]).toMatchObject({ ok: true, tag_spool: "A", version: 2 });
  expect(body.results[1].ocupado_por).toEqual({ worker_id: 97, worker_nombre: "Luis Cáceres" });
  expect((await api.get("/dashboard/occupied")).body).toHaveLength(3);
});

test("a batch sent again with its key acts on each spool once", async () => {
  await using api = await openApi({ spools: [spool({ tag: "A" }), spool({ tag: "B" })] });
  const headers = { "Idempotency-Key": "lote" };
  const lote = { accion: "tomar", operacion: "ARM", worker_id: 93, tags: ["A"] };
  await api.post("/occupation/batch", lote, headers);
  const both = { ...lote, accion: "TOMAR", tags: ["A", "B"] };
  const { body } = await api.post("/occupation/batch", both, headers);
  const seq = api.seq();
  expect(body.results.map((r: { ok: boolean }) => r.ok)).toEqual([true, true]);
  expect((await api.post("/occupation/batch", both, headers)).body).toEqual(body);
  expect(api.seq()).toBe(seq);
  const single = { tag_spool: "A", worker_id: 93, operacion: "ARM" };
  const other = await api.post("/occupation/tomar", single, { "Idempotency-Key": "lote A" });
  expect(other.body.error).toBe("SPOOL_OCUPADO");
});

test("a batch frees spools for a supervisor, with a reason", async () => {
  await using api = await openApi({
    spools: [enArm(), spool({ tag: "B", arm: pausado(LUIS), ocupacion: ocupacion("ARM", LUIS) })],
  });
  const lote = { accion: "LIBERAR", worker_id: 168, motivo: "Fin de turno", tags: [TAG, "B"] };
  const { body } = await api.post("/occupation/batch", lote);
  expect(body.results.map((r: { ok: boolean }) => r.ok)).toEqual([true, true]);
});

test("when the ledger goes away in the middle of a batch, the answer tells which were done", async () => {
  let left = 2;
  const ledger = (real: Ledger): Ledger => away(real, () => left-- > 0);
  const spools = ["A", "B", "C"].map((tag) => spool({ tag }));
  await using api = await openApi({ spools, ledger });
  const lote = { accion: "TOMAR", operacion: "ARM", worker_id: 93, tags: ["A", "B", "C"] };
  const { status, body } = await api.post("/occupation/batch", lote);
  expect(status).toBe(200);
  expect(body.results.map((r: { error?: string }) => r.error ?? "ok")).toEqual([
    "ok",
    "ok",
    "SERVICIO_NO_DISPONIBLE",
  ]);
});
