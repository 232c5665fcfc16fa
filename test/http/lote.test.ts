/** `POST /acciones/lote`: one action on several spools, each by itself (issue 3). */
import { describe, expect, test } from "bun:test";
import type { Spool } from "../../src/domain/spool.ts";
import type { Trabajador } from "../../src/domain/trabajador.ts";
import { LedgerUnavailable } from "../../src/ledger/ledger.ts";
import {
  armado,
  INGRID,
  inspeccionado,
  LUIS,
  MAURICIO,
  NOW_MS,
  NUSTA,
  ocupacion,
  ROSA,
  soldado,
  spool,
} from "../support/builders.ts";
import { HOSTILE } from "../views/hostile.ts";
import { type Answer, type Browser, openTaller } from "./sin-script.ts";

const names = (n: number): readonly string[] => Array.from({ length: n }, (_, i) => `SP-${i}`);
const free = (tag: string): Spool => spool({ tag });
const held = (tag: string, quien: Trabajador): Spool =>
  spool({ tag, ocupacion: ocupacion("ARM", quien) });

const lote = (fields: Record<string, string>, tags: readonly string[]): URLSearchParams => {
  const body = new URLSearchParams(fields);
  for (const tag of tags) body.append("tag_spool", tag);
  return body;
};
const TOMAR = { accion: "TOMAR", operacion: "ARM" };
const HTMX = { "HX-Request": "true", "X-Vista": "/eventos?vista=operacion&op=ARM" };

const post = (browser: Browser, body: URLSearchParams, headers = {}): Promise<Answer> =>
  browser.post("/acciones/lote", body, { ...HTMX, ...headers });

describe("with htmx", () => {
  test("each spool by itself: three of ten are refused and named, each with its reason", async () => {
    const tags = names(10);
    const others = [held("SP-0", INGRID), inspeccionado("pendiente", { tag: "SP-1" })];
    const spools = [...others, ...tags.slice(2, 9).map(free)];
    await using taller = await openTaller(spools);
    const browser = await taller.browser(MAURICIO);
    const seq = taller.seq();
    const { status, page, html } = await post(browser, lote(TOMAR, tags));
    expect([status, taller.seq() - seq]).toEqual([200, 7]);
    expect(page.text).toContain("7 de 10 hechos");
    for (const reason of [
      "SP-0 Este carrete fue tomado por Íngrid Núñez (51)",
      "SP-1 No se puede tomar: este carrete está ARM completado",
      "SP-9 No hay ningún carrete SP-9",
    ]) {
      expect(page.text).toContain(reason);
    }
    // It stays until it is read, and the page's own rows are right at once.
    expect(html).toMatch(/<div id="rechazo" hx-swap-oob="innerHTML">.*data-cerrar/s);
    for (const tag of tags.slice(2, 9)) {
      expect(taller.spool(tag)?.ocupacion?.trabajador.id).toBe(MAURICIO.id);
    }
    const rows = page.elements.filter(({ name }) => name === "hx-fila");
    const mine = rows.filter(({ attributes }) => attributes["data-ul"] === "mios");
    expect(new Set(mine.map(({ attributes }) => attributes.id)).size).toBe(9);
    expect(html).toContain('id="n-mios"');
  });

  test("all done: said so, and an older refusal is taken away", async () => {
    await using taller = await openTaller(names(3).map(free));
    const { page, html } = await post(await taller.browser(MAURICIO), lote(TOMAR, names(3)));
    expect(page.text).toContain("3 de 3 hechos");
    expect(html).toContain('<div id="rechazo" hx-swap-oob="innerHTML"></div>');
    expect(page.text).not.toContain("Entendido");
  });

  test("none done is no fault of the request: the reasons are told", async () => {
    await using taller = await openTaller(names(2).map((tag) => held(tag, INGRID)));
    const { status, page } = await post(await taller.browser(MAURICIO), lote(TOMAR, names(2)));
    expect([status, page.text]).toEqual([200, expect.stringContaining("0 de 2 hechos")]);
  });

  test("one of one is one", async () => {
    await using taller = await openTaller([free("SP-0")]);
    const { page } = await post(await taller.browser(MAURICIO), lote(TOMAR, ["SP-0", "SP-0"]));
    expect(page.text).toContain("1 de 1 hecho");
    expect(page.text).not.toContain("1 de 1 hechos");
  });

  test("what one holds is paused or completed each in its own operation", async () => {
    const spools = [
      held("SP-0", LUIS),
      armado({ tag: "SP-1", ocupacion: ocupacion("SOLD", LUIS) }),
      inspeccionado("rechazado", { tag: "SP-2", ocupacion: ocupacion("REPARACION", LUIS) }),
      free("SP-3"),
    ];
    await using taller = await openTaller(spools);
    const browser = await taller.browser(LUIS);
    const { page } = await post(browser, lote({ accion: "COMPLETAR" }, names(4)));
    expect(page.text).toContain("3 de 4 hechos");
    expect(page.text).toContain("SP-3 No se puede completar: este carrete está sin ocupante");
    expect(names(3).map((tag) => taller.spool(tag)?.ocupacion)).toEqual([null, null, null]);
    expect(taller.spool("SP-2")?.inspeccion.estado).toBe("reparado");
    // All that was completed is undone together.
    const undo = page.forms.find(({ buttons }) => buttons.includes("DESHACER"));
    expect(undo?.attributes).toMatchObject({
      "hx-post": "/acciones/lote",
      "data-hasta": String(NOW_MS + 10_000),
    });
    const back = await post(browser, lote({ accion: "DESHACER" }, names(3)));
    expect(back.page.text).toContain("3 de 3 hechos");
    const operaciones = names(3).map((tag) => taller.spool(tag)?.ocupacion?.operacion);
    expect(operaciones).toEqual(["ARM", "SOLD", "REPARACION"]);
  });

  test("inspections and a supervisor's actions too", async () => {
    await using taller = await openTaller([soldado({ tag: "SP-0" }), held("SP-1", INGRID)]);
    const nusta = await taller.browser(NUSTA);
    await post(nusta, lote({ accion: "APROBAR", operacion: "METROLOGIA" }, ["SP-0"]));
    expect(taller.spool("SP-0")?.inspeccion.estado).toBe("aprobado");
    const rosa = await taller.browser(ROSA);
    await post(rosa, lote({ accion: "LIBERAR", motivo: "Turno" }, ["SP-1"]));
    expect(taller.spool("SP-1")?.ocupacion).toBeNull();
  });

  test.each(HOSTILE)("the tag %j is named as text", async (tag) => {
    await using taller = await openTaller([spool({ tag }), spool({ tag: "SP-0" })]);
    const browser = await taller.browser(NUSTA);
    const body = lote(TOMAR, ["SP-0"]);
    body.append("tag_uri", encodeURIComponent(tag));
    const { page } = await post(browser, body);
    expect(page.text).toContain("0 de 2 hechos");
    expect(page.elements.map(({ name }) => name)).not.toContain("script");
    expect(page.elements.some(({ attributes }) => "onerror" in attributes)).toBe(false);
  });
});

describe("twice", () => {
  const key = { "Idempotency-Key": "k" };

  test("a batch that is sent again acts on each spool once and answers alike", async () => {
    await using taller = await openTaller([...names(3).map(free), held("SP-3", INGRID)]);
    const browser = await taller.browser(MAURICIO);
    const first = await post(browser, lote(TOMAR, names(4)), key);
    const seq = taller.seq();
    const again = await post(browser, lote(TOMAR, names(4)), key);
    expect([again.html, taller.seq()]).toEqual([first.html, seq]);
  });

  test("also when the operation was each spool's own, which it has left by then", async () => {
    const spools = [
      held("SP-0", LUIS),
      armado({ tag: "SP-1", ocupacion: ocupacion("SOLD", LUIS) }),
    ];
    await using taller = await openTaller(spools);
    const browser = await taller.browser(LUIS);
    const pausar = lote({ accion: "PAUSAR" }, names(2));
    await post(browser, pausar, key);
    const ingrid = await taller.browser(INGRID);
    await ingrid.post("/acciones", { ...TOMAR, tag_spool: "SP-0" });
    const seq = taller.seq();
    const again = await post(browser, pausar, key);
    expect([again.page.text, taller.seq()]).toEqual([
      expect.stringContaining("2 de 2 hechos"),
      seq,
    ]);
  });

  test("both at once are one: four events, two like answers", async () => {
    await using taller = await openTaller(names(4).map((tag) => held(tag, MAURICIO)));
    const browser = await taller.browser(MAURICIO);
    const seq = taller.seq();
    const body = lote({ accion: "COMPLETAR" }, names(4));
    const both = await Promise.all([post(browser, body, key), post(browser, body, key)]);
    for (const { page } of both) expect(page.text).toContain("4 de 4 hechos");
    expect(taller.seq() - seq).toBe(4);
  });

  test("a batch's key is never a single action's", async () => {
    await using taller = await openTaller(names(2).map(free));
    const browser = await taller.browser(MAURICIO);
    await post(browser, lote(TOMAR, ["SP-0"]), key);
    const single = await browser.post(
      "/acciones",
      { ...TOMAR, tag_spool: "SP-1" },
      { ...HTMX, ...key },
    );
    expect(single.status).toBe(200);
  });

  test("a key that belongs to another batch is refused, spool by spool", async () => {
    await using taller = await openTaller(names(2).map(free));
    const browser = await taller.browser(MAURICIO);
    await post(browser, lote(TOMAR, ["SP-0"]), key);
    const { page } = await post(browser, lote(TOMAR, ["SP-1"]), key);
    expect(page.text).toContain("SP-1 Esa clave de idempotencia ya se usó");
    expect(taller.spool("SP-1")?.ocupacion).toBeNull();
  });
});

describe("the ledger goes away", () => {
  interface Store {
    close(): Promise<void>;
    commit(commit: { writes: readonly { key: string }[] }): Promise<unknown>;
  }

  test("wholly: 503 and when to try again; nothing was done", async () => {
    await using taller = await openTaller(names(2).map((tag) => held(tag, MAURICIO)));
    const browser = await taller.browser(MAURICIO);
    await (taller.shop.running.act.ledger as unknown as Store).close();
    for (const extra of [{}, { "Idempotency-Key": "k" }]) {
      const answer = await post(browser, lote({ accion: "PAUSAR" }, names(2)), extra);
      expect([answer.status, answer.headers.get("Retry-After")]).toEqual([503, "2"]);
      expect(answer.page.text).toContain("No se puede guardar ahora");
    }
  });

  test("half-way: what was done is told, and what was not", async () => {
    await using taller = await openTaller(names(2).map((tag) => held(tag, MAURICIO)));
    const browser = await taller.browser(MAURICIO);
    const store = taller.shop.running.act.ledger as unknown as Store;
    const commit = store.commit.bind(store);
    store.commit = (one) =>
      one.writes[0]?.key.endsWith("SP-1")
        ? Promise.reject(new LedgerUnavailable("x"))
        : commit(one);
    const { status, page } = await post(browser, lote({ accion: "PAUSAR" }, names(2)));
    expect([status, page.text]).toEqual([200, expect.stringContaining("1 de 2 hechos")]);
    expect(page.text).toContain("SP-1 No se puede guardar ahora");
  });
});

describe("without JavaScript", () => {
  test("a page with the result of each spool, the refused first, and the way back", async () => {
    await using taller = await openTaller([free("SP-0"), held("SP-1", INGRID), free("SP-2")]);
    const browser = await taller.browser(MAURICIO);
    const { status, page } = await browser.post("/acciones/lote", lote(TOMAR, names(3)), {
      Referer: `${taller.url}/operacion/ARM?q=sp`,
    });
    expect(status).toBe(200);
    expect(page.text).toContain("2 de 3 hechos");
    const refused = page.text.indexOf("SP-1 Este carrete fue tomado por Íngrid Núñez (51)");
    const done = page.text.indexOf("SP-0 Mauricio Rodríguez (93) tomó SP-0 (Armado)");
    expect(refused).toBeGreaterThan(0);
    expect(done).toBeGreaterThan(refused);
    const back = page.elements.find(({ attributes }) => attributes.class === "boton lleno");
    expect(back?.attributes.href).toBe("/operacion/ARM?q=sp");
  });
});

describe("bad requests change nothing", () => {
  const bad: readonly (readonly [string, number, URLSearchParams, string])[] = [
    ["no spool", 400, lote(TOMAR, []), "No se eligió ningún carrete"],
    ["51 spools", 400, lote(TOMAR, names(51)), "Se pueden elegir 50 carretes a lo más"],
    ["an empty tag", 400, lote(TOMAR, ["SP-0", " "]), "Un tag está vacío"],
    ["a tag of 1,001", 400, lote(TOMAR, ["x".repeat(1_001)]), "demasiado largo"],
    ["no action", 400, lote({ operacion: "ARM" }, ["SP-0"]), "incompleta"],
    ["another action", 400, lote({ accion: "IMPORTAR" }, ["SP-0"]), "incompleta"],
    ["TOMAR of nothing", 400, lote({ accion: "TOMAR" }, ["SP-0"]), "Falta la operación"],
    ["LIBERAR without a reason", 400, lote({ accion: "LIBERAR" }, ["SP-0"]), "Falta el motivo"],
    ["operacion twice", 400, lote({ ...TOMAR }, ["SP-0"]), "incompleta"],
  ];
  bad.at(-1)?.[2].append("operacion", "SOLD");
  test.each(bad)("%s", async (_, status, body, sentence) => {
    await using taller = await openTaller([free("SP-0")]);
    const browser = await taller.browser(MAURICIO);
    const seq = taller.seq();
    for (const headers of [HTMX, {}]) {
      const answer = await browser.post("/acciones/lote", body, headers);
      expect([answer.status, answer.page.text]).toEqual([
        status,
        expect.stringContaining(sentence),
      ]);
    }
    expect(taller.seq()).toBe(seq);
  });

  test("50 are no more than 50, also when one is there twice", async () => {
    await using taller = await openTaller(names(50).map(free));
    const browser = await taller.browser(MAURICIO);
    const { page } = await post(browser, lote(TOMAR, [...names(50), "SP-0"]));
    expect(page.text).toContain("50 de 50 hechos");
  });

  test("415 another content type, 403 another site, 400 a bad key, a file for a tag", async () => {
    await using taller = await openTaller([free("SP-0")]);
    const browser = await taller.browser(MAURICIO);
    const body = lote(TOMAR, ["SP-0"]);
    const send = async (what: BodyInit, headers: Record<string, string>) =>
      (await browser.post("/acciones/lote", what, headers)).status;
    const json = { "Content-Type": "application/json" };
    expect(await send(JSON.stringify(TOMAR), json)).toBe(415);
    expect(await send(body, { Origin: "https://evil.example" })).toBe(403);
    expect(await send(body, { "Idempotency-Key": "a b" })).toBe(400);
    const form = new FormData();
    for (const [name, value] of Object.entries(TOMAR)) form.set(name, value);
    form.append("tag_spool", new File(["SP-0"], "SP-0"));
    expect(await send(form, {})).toBe(400);
    expect(taller.spool("SP-0")?.ocupacion).toBeNull();
  });

  test("nobody who is not signed in", async () => {
    await using taller = await openTaller([free("SP-0")]);
    const answer = await fetch(`${taller.url}/acciones/lote`, {
      method: "POST",
      body: lote(TOMAR, ["SP-0"]),
      headers: { Origin: taller.url },
      redirect: "manual",
    });
    expect([303, 401]).toContain(answer.status);
    expect(taller.spool("SP-0")?.ocupacion).toBeNull();
  });
});
