/** `/problemas`: what waits for a supervisor about the workbook, seen and decided (spec 7). */
import { describe, expect, test } from "bun:test";
import type { Planilla } from "../../src/domain/event.ts";
import { firmaOf } from "../../src/domain/trabajador.ts";
import { MAURICIO, NOW_MS, ROSA, spool } from "../support/builders.ts";
import { cambio, congelada, planterOf } from "../support/planilla.ts";
import { TOKEN } from "../support/shop.ts";
import { openSse } from "../support/sse.ts";
import type { Form } from "../views/page.ts";
import { type Browser, openTaller } from "./sin-script.ts";

const [A, B] = [spool({ tag: "SP-1" }), spool({ tag: "SP-2" })];
const BOTH = [cambio(A), cambio(B, { estado: null, fila: 1_313, motivo: "Nadie tiene el Id 999" })];

async function openProblemas(parts: Partial<Planilla>) {
  const taller = await openTaller([A, B]);
  const planter = planterOf(taller.shop.running);
  await planter.planilla(parts);
  return Object.assign(taller, { planter, planilla: () => taller.shop.running.floor.planilla });
}

const decisions = async (browser: Browser): Promise<readonly Form[]> =>
  (await browser.get("/problemas")).page.forms.filter(({ attributes }) =>
    attributes.action?.startsWith("/problemas/"),
  );

/** Sends a form as a browser without script does. */
async function send(browser: Browser, form: Form | undefined, headers = {}) {
  if (!form) throw new Error("no such form");
  return browser.post(form.attributes.action ?? "", { ...form.fields }, headers);
}

const HTMX = { "HX-Request": "true" };

describe("what it shows", () => {
  test("each edit with its row, its cells, why it waits and since when", async () => {
    await using taller = await openProblemas({ cambios: BOTH });
    const { page } = await (await taller.browser(MAURICIO)).get("/problemas");
    for (const text of [
      "Cambios a mano 2",
      "SP-1",
      "fila 12 · desde 20-11-2026 10:30",
      "Fecha_Armado: decía nada, dice «01-11-2026»",
      "El carrete estaba tomado cuando se leyó",
      "fila 1.313",
      "Nadie tiene el Id 999",
    ]) {
      expect(page.text).toContain(text);
    }
    expect(page.text).not.toContain("Importación detenida");
    expect(page.text).not.toContain("no tiene problemas");
  });

  test("a supervisor has buttons, nobody else", async () => {
    await using taller = await openProblemas({ cambios: BOTH, congelada: congelada() });
    const actions = async (quien: typeof ROSA) =>
      (await decisions(await taller.browser(quien))).map(({ attributes }) => attributes.action);
    expect(await actions(MAURICIO)).toEqual([]);
    expect(await actions(ROSA)).toEqual([
      "/problemas/importar",
      "/problemas/deshacer",
      "/problemas/aceptar",
      "/problemas/deshacer", // the other can only be undone
    ]);
  });

  test("an import that stands still, first of all", async () => {
    await using taller = await openProblemas({ congelada: congelada(), cambios: BOTH });
    const { page } = await (await taller.browser(ROSA)).get("/problemas");
    const said =
      "Cambiaron o faltan 132 de 2.000 filas: faltan 120 filas y cambiaron 12. " +
      "Desde el 20-11-2026 10:30 no se importa nada de la planilla.";
    expect(page.text.replace(/\s+/g, " ")).toContain(said);
    expect(page.text).toContain("Historial de versiones");
    const at = ["Importación detenida", "Cambios a mano"].map((text) => page.text.indexOf(text));
    expect(at[0]).toBeLessThan(at[1] ?? 0);
  });

  test("who decided, and no buttons any more", async () => {
    const firma = firmaOf(ROSA);
    const cambios = [cambio(A, { deshacer: firma })];
    await using taller = await openProblemas({ cambios, congelada: congelada({ aplicar: firma }) });
    const browser = await taller.browser(ROSA);
    const { page } = await browser.get("/problemas");
    expect(page.text).toContain("Rosa Pérez (168) lo deshizo");
    expect(page.text).toContain("Rosa Pérez (168) dijo que está bien");
    expect(await decisions(browser)).toEqual([]);
  });

  test("a long text is cut, 2,000 problems are there", async () => {
    const long = "x".repeat(50_000);
    const celdas = [{ columna: "Armador", decia: "", dice: long }];
    const problemas = Array.from({ length: 2_000 }, (_, i) => ({
      gravedad: "aviso" as const,
      tab: "Operaciones",
      filas: [i + 2],
      tag: null,
      motivo: `aviso ${i}`,
    }));
    await using taller = await openProblemas({ cambios: [cambio(A, { celdas })], problemas });
    const { html, page } = await (await taller.browser(ROSA)).get("/problemas");
    expect(page.text).toContain(`dice «${"x".repeat(300)}…»`);
    expect(page.text).toContain("aviso 1999");
    expect(html.length).toBeLessThan(600_000);
  });

  test("a workbook without problems says so", async () => {
    await using taller = await openProblemas({});
    const { page } = await (await taller.browser(ROSA)).get("/problemas");
    expect(page.text).toContain("La planilla no tiene problemas.");
  });
});

describe("decided without script", () => {
  test("accepted: the spool is what the sheet says, by whoever accepted", async () => {
    await using taller = await openProblemas({ cambios: BOTH });
    const browser = await taller.browser(ROSA);
    const form = (await decisions(browser)).find((one) =>
      one.attributes.action?.endsWith("/aceptar"),
    );
    const answer = await send(browser, form);
    expect([answer.status, answer.location]).toEqual([303, "/problemas"]);
    expect(taller.spool("SP-1")?.arm.estado).toBe("completado");
    expect(taller.planilla()?.cambios).toEqual([BOTH[1]] as never);
    const again = await send(browser, form);
    expect(again.status).toBe(422);
    expect(again.page.text).toContain("Esto ya no espera una decisión");
    const { page } = await browser.get("/carrete?tag=SP-1");
    expect(page.text).toContain("Rosa Pérez (168) corrigió");
    expect((await browser.get("/tablero")).page.text).toContain("corrigió");
    expect((await browser.get("/hoy")).page.text).toContain("Corrigió SP-1");
  });

  test("undone: it stays on the list, signed", async () => {
    await using taller = await openProblemas({ cambios: BOTH });
    const browser = await taller.browser(ROSA);
    const [form] = await decisions(browser);
    expect((await send(browser, form)).location).toBe("/problemas");
    expect(taller.planilla()?.cambios?.[0]?.deshacer).toEqual(firmaOf(ROSA));
    expect((await browser.get("/problemas")).page.text).toContain("Rosa Pérez (168) lo deshizo");
  });

  test("imported: signed on this reading, not on one that came since", async () => {
    await using taller = await openProblemas({ congelada: congelada() });
    const browser = await taller.browser(ROSA);
    const [form] = await decisions(browser);
    await taller.planter.planilla({ congelada: congelada({ huella: "lectura-2", filas: 140 }) });
    const late = await send(browser, form);
    expect(late.status).toBe(422);
    expect(late.page.text).toContain("La planilla cambió mientras la mirabas");
    expect(taller.planilla()?.congelada?.aplicar).toBeNull();
    const [fresh] = await decisions(browser);
    expect((await send(browser, fresh)).status).toBe(303);
    expect(taller.planilla()?.congelada?.aplicar).toEqual(firmaOf(ROSA));
  });

  test("by nobody else, from nowhere else, with nothing missing", async () => {
    await using taller = await openProblemas({ cambios: BOTH, congelada: congelada() });
    const before = taller.seq();
    const rosa = await taller.browser(ROSA);
    const forms = await decisions(rosa);
    const mauricio = await taller.browser(MAURICIO);
    const seen = taller.seq();
    for (const form of forms) {
      expect((await send(mauricio, form)).status).toBe(403);
      expect((await send(rosa, form, { Origin: "http://other.example" })).status).toBe(403);
      const path = form.attributes.action ?? "";
      const { huella = "", tag_spool = "" } = form.fields;
      expect((await rosa.post(path, { tag_spool })).status).toBe(400);
      expect((await rosa.post(path, { tag_spool, huella: "" })).status).toBe(400);
      expect((await rosa.post(path, { tag_spool, huella: "x".repeat(201) })).status).toBe(400);
      expect((await rosa.post(path, { tag_spool, huella: "x" })).status).toBe(422);
      const json = { "Content-Type": "application/json" };
      expect((await rosa.post(path, JSON.stringify(form.fields), json)).status).toBe(415);
      if (path === "/problemas/importar") continue;
      expect((await rosa.post(path, { huella })).status).toBe(400);
      expect((await rosa.post(path, { huella, tag_uri: "%" })).status).toBe(400);
    }
    expect(seen).toBeGreaterThan(before); // two sign-ins, and nothing since
    expect(taller.seq()).toBe(seen);
    const anonymous = await fetch(`${taller.url}/problemas/importar`, {
      method: "POST",
      headers: { Origin: taller.url },
      body: new URLSearchParams({ huella: "lectura-1" }),
    });
    expect(anonymous.status).toBe(401);
  });

  test("of a spool that has moved on, nothing", async () => {
    await using taller = await openProblemas({ cambios: BOTH });
    const browser = await taller.browser(ROSA);
    const forms = await decisions(browser);
    const body = { tag_spool: "SP-1", worker_id: MAURICIO.id, operacion: "ARM" };
    await taller.shop.api("/occupation/tomar", body);
    const accept = forms.find((one) => one.attributes.action?.endsWith("/aceptar"));
    expect((await send(browser, accept)).status).toBe(409);
    expect(taller.spool("SP-1")?.ocupacion?.trabajador.id).toBe(MAURICIO.id);
  });
});

describe("live", () => {
  test("htmx is answered with the page's own part, refusals too", async () => {
    await using taller = await openProblemas({ cambios: BOTH });
    const browser = await taller.browser(ROSA);
    const forms = await decisions(browser);
    const accept = forms.find((one) => one.attributes.action?.endsWith("/aceptar"));
    const done = await send(browser, accept, HTMX);
    expect(done.status).toBe(200);
    expect(done.html).toContain("Se aceptó lo de la planilla: SP-1");
    expect(done.html).toContain('<hx-fila id="por-decidir" data-ul="decisiones" data-v="2">');
    expect(done.html).not.toContain("Aceptar SP-1");
    expect(done.html).toContain("Deshacer SP-2");
    const again = await send(browser, accept, HTMX);
    expect(again.status).toBe(422);
    expect(again.html).toContain("<hx-fila");
  });

  test("the stream brings what changes, with the viewer's own buttons, and nothing else", async () => {
    await using taller = await openProblemas({});
    const open = async (quien: typeof ROSA) => {
      const Cookie = await taller.shop.signIn(quien.id);
      const query = `vista=problemas&desde=${taller.seq()}`;
      const client = await openSse(`${taller.url}/eventos?${query}`, { Cookie });
      await client.next("ping");
      return client;
    };
    using mauricio = await open(MAURICIO);
    using rosa = await open(ROSA);
    const body = { tag_spool: "SP-1", worker_id: MAURICIO.id, operacion: "ARM" };
    await taller.shop.api("/occupation/tomar", body);
    await taller.planter.planilla({ cambios: [cambio(B)] });
    const own = (await rosa.next("spool_update")).data;
    expect(own).toStartWith('<hx-fila id="por-decidir" data-ul="decisiones" data-v="2">');
    expect(own).toContain("Aceptar SP-2");
    expect((await mauricio.next("spool_update")).data).not.toContain("Aceptar");
    const page = await (await taller.browser(ROSA)).get("/problemas");
    expect(page.html).toContain(`data-desde="${taller.seq()}"`);
  });

  test("a page that comes back gets it once", async () => {
    await using taller = await openProblemas({});
    const Cookie = await taller.shop.signIn(ROSA.id);
    const desde = taller.seq();
    await taller.planter.planilla({ cambios: [cambio(B)] });
    await taller.planter.planilla({ cambios: BOTH });
    const query = `vista=problemas&desde=${desde}`;
    using client = await openSse(`${taller.url}/eventos?${query}`, { Cookie });
    const { data } = await client.next("spool_update");
    expect(data.match(/<hx-fila/g)).toHaveLength(1);
    expect(data).toContain("Cambios a mano");
  });

  test("a hand edit that was taken by itself is the sheet's", async () => {
    await using taller = await openProblemas({});
    const standing = taller.planter.spool("SP-1");
    const { estado } = cambio(standing);
    const version = standing.version + 1;
    const event = {
      kind: "spool" as const,
      tag: standing.tag,
      version,
      atMs: NOW_MS,
      autor: { firma: null, medio: "planilla", dispositivo: null } as const,
      cambio: { accion: "CORREGIR", operacion: null, estado: estado as never } as const,
      estadoDetalle: "Disponible - ARM completado, SOLD pendiente",
    };
    const state = { ...standing, ...estado, version };
    const key = `spool:${standing.tag}` as const;
    const expectedVersion = standing.version;
    await taller.planter.ledger.commit({ writes: [{ key, expectedVersion, state, event }] });
    const browser = await taller.browser(ROSA);
    for (const path of ["/carrete?tag=SP-1", "/tablero"]) {
      expect((await browser.get(path)).page.text).toContain("La planilla corrigió");
    }
    const json = await fetch(`${taller.url}/api/history/SP-1`, {
      headers: { Authorization: `Bearer ${TOKEN}` },
    });
    const { events } = (await json.json()) as { readonly events: readonly object[] };
    const corregir = { accion: "CORREGIR", type: "STATE_CHANGE", worker_id: null };
    expect(events.at(-1)).toMatchObject(corregir);
  });
});
