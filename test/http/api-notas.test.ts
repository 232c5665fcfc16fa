/** `POST /api/notas` and `/api/occupation/deshacer` (issue 3): remarks and undo by programs. */
import { describe, expect, test } from "bun:test";
import { messageOf } from "../../src/domain/message.ts";
import {
  ALVARO,
  inspeccionado,
  MAURICIO,
  NUSTA,
  ocupacion,
  ROSA,
  spool,
  trabajador,
  ZONE,
} from "../support/builders.ts";
import { openApi } from "./api-support.ts";

const TAG = "A";
const held = spool({ tag: TAG, ocupacion: ocupacion("ARM", MAURICIO) });
const nota = (texto: unknown, worker_id = 93, rest: object = {}): object => ({
  tag_spool: TAG,
  worker_id,
  texto,
  ...rest,
});

describe("notas", () => {
  test("a remark on a spool, free, taken, blocked or inconsistent, is told with its author and time", async () => {
    for (const before of [
      spool({ tag: TAG }),
      held,
      inspeccionado("bloqueado", { tag: TAG }),
      spool({ tag: TAG, inconsistencia: "Fecha imposible" }),
    ]) {
      await using api = await openApi({ spools: [before] });
      expect((await api.post("/notas", nota("Falta una unión"))).status).toBe(200);
      const { body } = await api.post("/notas", nota("Llegó", 80));
      expect(body).toMatchObject({ ok: true, tag_spool: TAG, version: 3 });
      const timestamp = "2026-11-20T10:30:00-03:00";
      const { body: shown } = await api.get(`/spools/${TAG}`);
      expect(shown.notas).toEqual([
        {
          texto: "Falta una unión",
          worker_id: 93,
          worker_nombre: "Mauricio Rodríguez",
          timestamp,
        },
        { texto: "Llegó", worker_id: 80, worker_nombre: "Ñusta Fuentes", timestamp },
      ]);
      const { body: history } = await api.get(`/history/${TAG}`);
      expect(history.events.at(-1)).toMatchObject({
        type: "STATE_CHANGE",
        accion: "ANOTAR",
        operacion: null,
        worker_id: 80,
        texto: "Llegó",
      });
    }
  });

  test.each([
    ["</li><script>alert(1)</script>", "</li><script>alert(1)</script>"],
    ["  una\r\ndos\rtres\n ", "una\ndos\ntres"],
    ["ñ".repeat(500), "ñ".repeat(500)],
    [` ${"x".repeat(500)} `, "x".repeat(500)],
    [`${"x".repeat(498)}\r\ny`, `${"x".repeat(498)}\ny`],
    ["=1+1", "=1+1"],
    ["nul\0", "nul\0"],
  ])("the text %j is kept", async (texto, kept) => {
    await using api = await openApi({ spools: [held] });
    expect((await api.post("/notas", nota(texto))).status).toBe(200);
    expect((await api.get(`/spools/${TAG}`)).body.notas[0].texto).toBe(kept);
    expect((await api.get(`/history/${TAG}`)).body.events.at(-1).texto).toBe(kept);
  });

  test.each([
    ["", "empty"],
    [" \n ", "blank"],
    ["x".repeat(501), "too long"],
    [7, "no text"],
  ])("400: %p", async (texto) => {
    await using api = await openApi({ spools: [held] });
    const { status, body } = await api.post("/notas", nota(texto));
    const message = "El campo texto debe ser un texto de 1 a 500 caracteres";
    expect([status, body.message]).toEqual([400, message]);
    const { tag_spool, worker_id } = nota("") as Record<string, unknown>;
    const missing = await api.post("/notas", { tag_spool, worker_id });
    expect(missing.body.message).toBe("Falta el campo texto");
    expect(api.seq()).toBe(7);
  });

  test("refused: an unknown spool, an inactive worker; a key remarks once", async () => {
    const trabajadores = [MAURICIO, trabajador({ id: 5, activo: false })];
    await using api = await openApi({ spools: [held], trabajadores });
    const unknown = await api.post("/notas", nota("x", 93, { tag_spool: "no" }));
    expect([unknown.status, unknown.body.error]).toEqual([404, "SPOOL_NO_ENCONTRADO"]);
    const gone = await api.post("/notas", nota("x", 5));
    expect([gone.status, gone.body.error]).toEqual([403, "ROL_NO_AUTORIZADO"]);
    const key = { "Idempotency-Key": "k" };
    const [a, b] = [
      await api.post("/notas", nota("x"), key),
      await api.post("/notas", nota("x"), key),
    ];
    expect(b.body).toEqual(a.body);
    expect((await api.get(`/spools/${TAG}`)).body.notas).toHaveLength(1);
    expect((await api.post("/notas", nota("y"), key)).body.error).toBe("CLAVE_REUTILIZADA");
  });
});

describe("deshacer", () => {
  const ask = (worker_id: number): object => ({ tag_spool: TAG, worker_id });
  const completar = { tag_spool: TAG, worker_id: 93, operacion: "ARM" };

  test("gives the spool back as it was held; the event is a STATE_CHANGE", async () => {
    await using api = await openApi({ spools: [held] });
    const { body: before } = await api.get(`/spools/${TAG}`);
    await api.post("/occupation/completar", completar);
    await api.post("/notas", nota("x", 80));
    const { status } = await api.post("/occupation/deshacer", ask(93));
    expect(status).toBe(200);
    const { body: after } = await api.get(`/spools/${TAG}`);
    expect({ ...after, version: 1, notas: [] }).toEqual(before);
    const last = (await api.deps.ledger.history(held.tag)).at(-1);
    if (!last) throw new Error("no event");
    expect(messageOf(last, ZONE)).toMatchObject({
      type: "STATE_CHANGE",
      accion: "DESHACER",
      operacion: "ARM",
      worker: "MR(93)",
    });
  });

  test("refused once somebody else has it, and names them; by others; of nothing", async () => {
    await using api = await openApi({ spools: [held] });
    const nothing = await api.post("/occupation/deshacer", ask(93));
    expect([nothing.status, nothing.body.error]).toEqual([409, "SPOOL_OCUPADO"]);
    await api.post("/occupation/completar", completar);
    const other = await api.post("/occupation/deshacer", ask(ROSA.id));
    expect([other.status, other.body.error]).toEqual([403, "NO_ES_OCUPANTE"]);
    await api.post("/occupation/tomar", { ...completar, worker_id: ALVARO.id, operacion: "SOLD" });
    const late = await api.post("/occupation/deshacer", ask(93));
    expect(late.status).toBe(409);
    expect(late.body).toMatchObject({
      error: "SPOOL_OCUPADO",
      message: "Este carrete fue tomado por Álvaro Silva (75)",
      ocupado_por: { worker_id: 75, worker_nombre: "Álvaro Silva" },
    });
    await api.post("/occupation/pausar", { ...completar, worker_id: 75, operacion: "SOLD" });
    const over = await api.post("/occupation/deshacer", ask(93));
    expect([over.status, over.body.message]).toEqual([422, "Ya no se puede deshacer"]);
    expect((await api.post("/occupation/deshacer", ask(NUSTA.id))).status).toBe(422);
  });
});
