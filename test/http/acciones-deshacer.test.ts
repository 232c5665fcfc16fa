/** Undo, remarks and lost answers by a page's forms (issue 3). */
import { describe, expect, test } from "bun:test";
import type { Spool } from "../../src/domain/spool.ts";
import type { Trabajador } from "../../src/domain/trabajador.ts";
import type { Ledger } from "../../src/ledger/ledger.ts";
import { giveAcceso, tabletOf } from "../support/acceso.ts";
import {
  ALVARO,
  INGRID,
  LUIS,
  MAURICIO,
  NOW_MS,
  ocupacion,
  pausado,
  spool,
} from "../support/builders.ts";
import { signIn } from "../support/shop.ts";
import { HOSTILE } from "../views/hostile.ts";
import { parsePage } from "../views/page.ts";
import { type Answer, type Browser, createBrowser, openTaller } from "./sin-script.ts";

const T = "SP-1";
const held = (quien: Trabajador, tag = T): Spool =>
  spool({ tag, arm: pausado(quien), ocupacion: ocupacion("ARM", quien) });
const COMPLETAR = { tag_spool: T, accion: "COMPLETAR", operacion: "ARM" };
const DESHACER = { tag_spool: T, accion: "DESHACER" };
const HTMX = { "HX-Request": "true", "X-Vista": "/eventos?vista=inicio" };

/** The undo that an answer offers. */
const undoOf = ({ page }: Answer) => page.forms.find(({ buttons }) => buttons.includes("DESHACER"));

/** A shop whose clock a test sets. */
async function openClock(spools: readonly Spool[]) {
  const clock = { ms: NOW_MS };
  const taller = await openTaller(spools, { now: () => clock.ms });
  return { taller, clock, [Symbol.asyncDispose]: () => taller[Symbol.asyncDispose]() };
}

const tap = (browser: Browser, fields: Record<string, string>, headers = {}): Promise<Answer> =>
  browser.post("/acciones", fields, { ...HTMX, ...headers });

describe("DESHACER", () => {
  test("the answer to COMPLETAR offers it for ten seconds of the server's clock", async () => {
    await using shop = await openClock([held(MAURICIO)]);
    const browser = await shop.taller.browser(MAURICIO);
    const done = await tap(browser, COMPLETAR);
    const undo = undoOf(done);
    expect(undo?.attributes).toMatchObject({
      method: "post",
      action: "/acciones",
      "hx-post": "/acciones",
      "data-hasta": String(NOW_MS + 10_000),
    });
    shop.clock.ms += 9_000;
    const answer = await tap(browser, { ...undo?.fields, accion: "DESHACER" });
    expect(answer.status).toBe(200);
    expect(answer.page.text).toContain("Mauricio Rodríguez (93) deshizo su Completar de SP-1");
    expect(undoOf(answer)).toBeUndefined();
    const after = shop.taller.spool(T);
    expect(after).toEqual({ ...held(MAURICIO), version: 3 });
    // The card stands on the page again, with its buttons.
    expect(answer.html).toContain('data-ul="mios"');
    expect(answer.page.forms.some(({ buttons }) => buttons.includes("COMPLETAR"))).toBe(true);
  });

  test("only COMPLETAR offers it, and only to htmx", async () => {
    await using taller = await openTaller([held(MAURICIO)]);
    const browser = await taller.browser(MAURICIO);
    const paused = await tap(browser, { ...COMPLETAR, accion: "PAUSAR" });
    expect(undoOf(paused)).toBeUndefined();
    await tap(browser, { ...COMPLETAR, accion: "TOMAR" });
    expect((await browser.post("/acciones", COMPLETAR)).status).toBe(303);
    expect((await browser.post("/acciones", DESHACER)).status).toBe(303);
    expect(taller.spool(T)?.ocupacion?.trabajador.id).toBe(MAURICIO.id);
  });

  test("refused once somebody else took the spool: their name, and the rows as they stand", async () => {
    await using taller = await openTaller([held(MAURICIO)]);
    const mauricio = await taller.browser(MAURICIO);
    const alvaro = await taller.browser(ALVARO);
    await tap(mauricio, COMPLETAR);
    await tap(alvaro, { tag_spool: T, accion: "TOMAR", operacion: "SOLD" });
    const seq = taller.seq();
    const late = await tap(mauricio, DESHACER);
    expect(late.status).toBe(409);
    expect(late.page.text).toContain("Este carrete fue tomado por Álvaro Silva (75)");
    expect(late.html).toContain('<div id="rechazo" hx-swap-oob="innerHTML"><p');
    expect([taller.seq(), taller.spool(T)?.ocupacion?.operacion]).toEqual([seq, "SOLD"]);
  });

  test("the tablet's clock does not count, only the server's", async () => {
    await using shop = await openClock([held(MAURICIO)]);
    const browser = await shop.taller.browser(MAURICIO);
    await tap(browser, COMPLETAR);
    const wrong = new Date(NOW_MS - 86_400_000).toUTCString();
    const claims = { ...DESHACER, ahora: String(NOW_MS), atMs: String(NOW_MS), hasta: "9e15" };
    shop.clock.ms += 12_001;
    const late = await tap(browser, claims, { Date: wrong });
    expect([late.status, late.page.text]).toEqual([422, expect.stringContaining("Ya no se puede")]);
    shop.clock.ms -= 1;
    const soon = await tap(browser, claims, { Date: wrong });
    expect(soon.status).toBe(200);
  });

  test("a repeated COMPLETAR offers it no longer than the first did", async () => {
    await using shop = await openClock([held(MAURICIO)]);
    const browser = await shop.taller.browser(MAURICIO);
    const key = { "Idempotency-Key": "k" };
    await tap(browser, COMPLETAR, key);
    shop.clock.ms += 4_000;
    const again = await tap(browser, COMPLETAR, key);
    expect(undoOf(again)?.attributes["data-hasta"]).toBe(String(NOW_MS + 10_000));
    shop.clock.ms = NOW_MS + 10_000;
    expect(undoOf(await tap(browser, COMPLETAR, key))).toBeUndefined();
    shop.clock.ms = NOW_MS + 5_000;
    const luis = await shop.taller.browser(LUIS);
    await tap(luis, { tag_spool: T, accion: "TOMAR", operacion: "SOLD" });
    const taken = await tap(browser, COMPLETAR, key);
    expect([taken.status, undoOf(taken)]).toEqual([200, undefined]);
  });

  test("twice is once: a double tap with one key is one event", async () => {
    await using taller = await openTaller([held(MAURICIO)]);
    const browser = await taller.browser(MAURICIO);
    await tap(browser, COMPLETAR);
    const seq = taller.seq();
    const key = { "Idempotency-Key": "u" };
    const answers = await Promise.all([1, 2].map(() => tap(browser, DESHACER, key)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(taller.seq()).toBe(seq + 1);
  });

  test.each(HOSTILE)("the tag %j goes round through the undo", async (tag) => {
    await using taller = await openTaller([held(MAURICIO, tag)]);
    const browser = await taller.browser(MAURICIO);
    const fields = { ...COMPLETAR, tag_spool: "", tag_uri: encodeURIComponent(tag) };
    const undo = undoOf(await tap(browser, fields));
    expect((await tap(browser, { ...undo?.fields, accion: "DESHACER" })).status).toBe(200);
    expect(taller.spool(tag)?.ocupacion?.trabajador.id).toBe(MAURICIO.id);
  });
});

describe("ANOTAR", () => {
  const anotar = (texto: string) => ({ tag_spool: T, accion: "ANOTAR", texto });
  const from = { ...HTMX, "X-Vista": `/eventos?vista=carrete&tag=${T}` };

  test.each([
    "</li><script>alert(1)</script>",
    '<hx-fila id="mios" data-ul="mios">',
    "ñ".repeat(500),
    "uno\r\ndos",
  ])("the text %j is shown as text and kept", async (texto) => {
    await using taller = await openTaller([held(MAURICIO)]);
    const browser = await taller.browser(INGRID);
    const answer = await tap(browser, anotar(texto), from);
    expect(answer.status).toBe(200);
    expect(answer.page.elements.map(({ name }) => name)).not.toContain("script");
    const kept = texto.replace("\r\n", "\n");
    expect(taller.spool(T)?.notas).toMatchObject([{ texto: kept, firma: { id: INGRID.id } }]);
    const page = await browser.get(`/carrete?tag=${T}`);
    const scripts = page.page.elements.filter(({ name }) => name === "script");
    expect(scripts.every(({ attributes }) => attributes.src)).toBe(true);
  });

  test("500 characters with line breaks, as a form sends them, are 500", async () => {
    await using taller = await openTaller([held(MAURICIO)]);
    const browser = await taller.browser(INGRID);
    const lines = `${"x".repeat(9)}\r\n`.repeat(50);
    expect((await tap(browser, anotar(lines))).status).toBe(200);
    expect(taller.spool(T)?.notas[0]?.texto).toHaveLength(499);
  });

  test.each(["", "  \r\n ", "x".repeat(501)])("400: %j", async (texto) => {
    await using taller = await openTaller([held(MAURICIO)]);
    const browser = await taller.browser(INGRID);
    const seq = taller.seq();
    expect((await tap(browser, anotar(texto))).status).toBe(400);
    expect((await browser.post("/acciones", anotar(texto))).status).toBe(400);
    expect(taller.seq()).toBe(seq);
  });

  test("without JavaScript it is done and the page comes again", async () => {
    await using taller = await openTaller([held(MAURICIO)]);
    const browser = await taller.browser(INGRID);
    const answer = await browser.post("/acciones", anotar("Falta"), {
      Referer: `${taller.url}/carrete?tag=${T}`,
    });
    expect([answer.status, answer.location]).toEqual([303, `/carrete?tag=${T}`]);
  });
});

describe("GET /acciones/hecha", () => {
  const key = { "Idempotency-Key": "k1" };
  const hecha = (browser: Browser, headers: object = key) =>
    browser.get("/acciones/hecha", { ...HTMX, ...headers });

  test("a tap whose answer was lost: what was done is told, with the rows as they stand", async () => {
    await using taller = await openTaller([held(MAURICIO)]);
    const browser = await taller.browser(MAURICIO);
    const first = await tap(browser, COMPLETAR, key);
    const seq = taller.seq();
    const again = await hecha(browser);
    expect([again.status, again.html]).toEqual([200, first.html]);
    expect(taller.seq()).toBe(seq);
  });

  test("404: it was not done; refused counts as not done", async () => {
    await using taller = await openTaller([held(MAURICIO)]);
    const browser = await taller.browser(INGRID);
    expect((await hecha(browser)).status).toBe(404);
    expect((await tap(browser, COMPLETAR, key)).status).toBe(403);
    expect((await hecha(browser)).status).toBe(404);
  });

  test("another tablet's key tells nothing, nor another worker's; 400 without a key", async () => {
    await using taller = await openTaller([held(MAURICIO)]);
    const first = await tap(await taller.browser(MAURICIO), COMPLETAR, key);
    await giveAcceso(taller.shop.running.act.ledger as Ledger, tabletOf("other", "tablet-2"));
    const tablet = "zeues-tablet=other";
    const elsewhere = await signIn(taller.url, MAURICIO.id, { tablet });
    const others = [await taller.browser(INGRID), createBrowser(taller.url, elsewhere)];
    for (const other of others) {
      expect((await other.get("/")).status).toBe(200);
      expect((await hecha(other)).status).toBe(404);
    }
    // Who signed in again where they were is told what became of it.
    const again = await hecha(await taller.browser(MAURICIO));
    expect([again.status, again.html]).toEqual([200, first.html]);
    const [other] = others as [Browser, Browser];
    expect((await hecha(other, {})).status).toBe(400);
    expect(parsePage((await hecha(other, {})).html).text).toContain("Falta la clave");
  });

  test("a batch: how many of it were done", async () => {
    await using taller = await openTaller([
      held(MAURICIO),
      held(MAURICIO, "SP-2"),
      held(INGRID, "SP-3"),
    ]);
    const browser = await taller.browser(MAURICIO);
    const body = new URLSearchParams({ accion: "PAUSAR" });
    for (const tag of [T, "SP-2", "SP-3"]) body.append("tag_spool", tag);
    await browser.post("/acciones/lote", body, { ...HTMX, ...key });
    const again = await hecha(browser);
    expect([again.status, again.page.text]).toEqual([200, expect.stringContaining("2 hechos")]);
  });
});
