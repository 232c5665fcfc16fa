/** `POST /acciones`: every action by a form, without JavaScript and with htmx (spec 3, 6). */
import { describe, expect, test } from "bun:test";
import type { Spool } from "../../src/domain/spool.ts";
import type { Trabajador } from "../../src/domain/trabajador.ts";
import {
  ALVARO,
  armado,
  INGRID,
  inspeccionado,
  LUIS,
  MAURICIO,
  NUSTA,
  ocupacion,
  ROSA,
  soldado,
  spool,
} from "../support/builders.ts";
import { HOSTILE } from "../views/hostile.ts";
import { htmxRewritten, parsePage } from "../views/page.ts";
import { announce, type Browser, openTaller } from "./sin-script.ts";

const T = "SP-1";
const held = (quien: Trabajador): Spool => spool({ tag: T, ocupacion: ocupacion("ARM", quien) });
const carrete = (tag: string): string => `/carrete?tag=${encodeURIComponent(tag)}`;
const estado = (s: Spool | undefined): unknown =>
  s && {
    arm: s.arm.estado,
    sold: s.sold.estado,
    inspeccion: s.inspeccion.estado,
    ocupado: s.ocupacion?.trabajador.id ?? null,
  };

describe("without JavaScript: POST, 303, GET", () => {
  test.each<[string, Spool, Trabajador, string, Record<string, string>, object]>([
    ["TOMAR", spool({ tag: T }), MAURICIO, "/operacion/ARM", {}, { ocupado: 93 }],
    ["PAUSAR", held(MAURICIO), MAURICIO, "/", {}, { arm: "pausado", ocupado: null }],
    ["COMPLETAR", held(MAURICIO), MAURICIO, "/", {}, { arm: "completado", ocupado: null }],
    ["CANCELAR", held(MAURICIO), MAURICIO, carrete(T), {}, { arm: "pendiente", ocupado: null }],
    ["TOMAR", armado({ tag: T }), LUIS, "/operacion/SOLD?q=sp", {}, { ocupado: 97 }],
    ["LIBERAR", held(MAURICIO), ROSA, carrete(T), { motivo: "Turno" }, { arm: "pausado" }],
    [
      "APROBAR",
      soldado({ tag: T }),
      NUSTA,
      "/operacion/METROLOGIA",
      {},
      { inspeccion: "aprobado" },
    ],
    [
      "RECHAZAR",
      soldado({ tag: T }),
      NUSTA,
      "/operacion/METROLOGIA",
      {},
      { inspeccion: "rechazado" },
    ],
    [
      "RECHAZAR",
      soldado({ tag: T }),
      NUSTA,
      carrete(T),
      { motivo: "" },
      { inspeccion: "rechazado" },
    ],
    [
      "DESBLOQUEAR",
      inspeccionado("bloqueado", { tag: T }),
      ROSA,
      carrete(T),
      { motivo: "Revisado" },
      { inspeccion: "rechazado" },
    ],
    [
      "TOMAR",
      inspeccionado("rechazado", { tag: T }),
      ROSA,
      "/operacion/REPARACION",
      {},
      { ocupado: 168 },
    ],
  ])("%s", async (accion, of, quien, from, fields, after) => {
    await using taller = await openTaller([of]);
    const browser = await taller.browser(quien);
    const seq = taller.seq();
    const answer = await browser.press(from, accion, fields);
    expect([answer.status, answer.location]).toEqual([303, from]);
    expect(taller.seq()).toBe(seq + 1);
    expect(estado(taller.spool(T))).toMatchObject(after);
    // Whoever wrote reads their write at once.
    expect((await browser.get(answer.location ?? "")).status).toBe(200);
  });

  test("the log has who, by which way and why", async () => {
    await using taller = await openTaller([held(MAURICIO)]);
    const rosa = await taller.browser(ROSA);
    await rosa.press(carrete(T), "LIBERAR", { motivo: '  <b>"Fin" de turno  ' });
    const { page } = await rosa.get(carrete(T));
    expect(page.text).toContain("Rosa Pérez (168) liberó (Armado)");
    expect(page.text).toContain('<b>"Fin" de turno');
  });

  test.each(HOSTILE)("the tag %j goes round through its form", async (tag) => {
    await using taller = await openTaller([spool({ tag })]);
    const browser = await taller.browser(MAURICIO);
    for (const [accion, from] of [
      ["TOMAR", "/operacion/ARM"],
      ["PAUSAR", "/"],
      ["TOMAR", carrete(tag)],
      ["COMPLETAR", "/operacion/ARM"],
    ] as const) {
      expect((await browser.press(from, accion)).status).toBe(303);
    }
    expect(taller.spool(tag)?.arm.estado).toBe("completado");
  });
});

interface Refused {
  readonly name: string;
  readonly of: Spool;
  readonly quien: Trabajador;
  readonly fields: Record<string, string>;
  readonly status: number;
  readonly code: string;
  readonly sentence: string;
}

const REFUSED: readonly Refused[] = [
  {
    name: "an unknown spool",
    of: spool({ tag: T }),
    quien: MAURICIO,
    fields: { tag_spool: "<hx-x>", accion: "TOMAR", operacion: "ARM" },
    status: 404,
    code: "SPOOL_NO_ENCONTRADO",
    sentence: "No hay ningún carrete <hx-x>",
  },
  {
    name: "somebody else's spool",
    of: held(MAURICIO),
    quien: INGRID,
    fields: { tag_spool: T, accion: "TOMAR", operacion: "ARM" },
    status: 409,
    code: "SPOOL_OCUPADO",
    sentence: "Este carrete fue tomado por Mauricio Rodríguez (93)",
  },
  {
    name: "pausing what another holds",
    of: held(MAURICIO),
    quien: INGRID,
    fields: { tag_spool: T, accion: "PAUSAR", operacion: "ARM" },
    status: 403,
    code: "NO_ES_OCUPANTE",
    sentence: "Este carrete lo tiene Mauricio Rodríguez (93)",
  },
  {
    name: "a role that one has not",
    of: spool({ tag: T }),
    quien: ALVARO,
    fields: { tag_spool: T, accion: "TOMAR", operacion: "ARM" },
    status: 403,
    code: "ROL_NO_AUTORIZADO",
    sentence: "Para esto se necesita el rol Armador o Ayudante",
  },
  {
    name: "a supervisor's action",
    of: held(MAURICIO),
    quien: INGRID,
    fields: { tag_spool: T, accion: "LIBERAR", motivo: "porque sí" },
    status: 403,
    code: "ROL_NO_AUTORIZADO",
    sentence: "Para esto se necesita el rol Supervisor",
  },
  {
    name: "a blocked spool",
    of: inspeccionado("bloqueado", { tag: T }),
    quien: NUSTA,
    fields: { tag_spool: T, accion: "APROBAR" },
    status: 403,
    code: "SPOOL_BLOQUEADO",
    sentence: "Este carrete está bloqueado: contacta al supervisor",
  },
  {
    name: "no materials",
    of: spool({ tag: T, fechaMateriales: null }),
    quien: MAURICIO,
    fields: { tag_spool: T, accion: "TOMAR", operacion: "ARM" },
    status: 422,
    code: "DEPENDENCIAS_NO_SATISFECHAS",
    sentence: "Falta la fecha de materiales de este carrete",
  },
  {
    name: "a step that is not next",
    of: armado({ tag: T }),
    quien: MAURICIO,
    fields: { tag_spool: T, accion: "TOMAR", operacion: "ARM" },
    status: 422,
    code: "TRANSICION_INVALIDA",
    sentence: "No se puede tomar: este carrete está ARM completado",
  },
  {
    name: "an inconsistent spool",
    of: spool({ tag: T, inconsistencia: "SOLD sin ARM" }),
    quien: MAURICIO,
    fields: { tag_spool: T, accion: "TOMAR", operacion: "ARM" },
    status: 422,
    code: "SPOOL_INCONSISTENTE",
    sentence: "Este carrete está inconsistente en la planilla: SOLD sin ARM",
  },
];

describe("refused: nothing changes and the reason is said", () => {
  test.each(REFUSED)("$name, as a page", async ({ of, quien, fields, ...told }) => {
    await using taller = await openTaller([of]);
    const browser = await taller.browser(quien);
    const seq = taller.seq();
    const headers = { Referer: `${taller.url}/operacion/ARM?q=x` };
    const { status, page } = await browser.post("/acciones", fields, headers);
    expect(status).toBe(told.status);
    expect(page.text).toContain(told.sentence);
    expect(page.elements.map(({ attributes }) => attributes["data-code"])).toContain(told.code);
    expect(page.elements.map(({ attributes }) => attributes.href)).toContain("/operacion/ARM?q=x");
    expect(taller.seq()).toBe(seq);
  });

  test.each(REFUSED)("$name, as fragments for htmx", async ({ of, quien, fields, ...told }) => {
    await using taller = await openTaller([of]);
    const browser = await taller.browser(quien);
    const seq = taller.seq();
    const { status, html } = await browser.post("/acciones", fields, { "HX-Request": "true" });
    expect(status).toBe(told.status);
    const { elements, text } = parsePage(htmxRewritten(html));
    expect(elements[0]?.attributes).toMatchObject({ id: "rechazo", "hx-swap-oob": "innerHTML" });
    expect(elements.map(({ attributes }) => attributes["data-code"])).toContain(told.code);
    expect(text).toContain(told.sentence);
    expect(taller.seq()).toBe(seq);
  });
});

describe("with htmx", () => {
  const htmx = (vista: string) => ({ "HX-Request": "true", "X-Vista": vista });
  const tomar = { tag_spool: T, accion: "TOMAR", operacion: "ARM" };
  const filas = (html: string) =>
    parsePage(htmxRewritten(html)).elements.filter(({ name }) => name === "template");

  test("the answer holds the rows of the asker's own page and takes an old refusal away", async () => {
    await using taller = await openTaller([spool({ tag: T })]);
    const browser = await taller.browser(MAURICIO);
    const vista = "/eventos?vista=operacion&op=ARM";
    const { status, html } = await browser.post("/acciones", tomar, htmx(vista));
    expect(status).toBe(200);
    expect(filas(html).map(({ attributes }) => attributes["data-ul"])).toEqual([
      "mios",
      "disponibles",
    ]);
    expect(html).toContain('<div id="rechazo" hx-swap-oob="innerHTML"></div>');
    expect(parsePage(html).text).toContain(`Mauricio Rodríguez (93) tomó ${T} (Armado)`);
  });

  test("a refusal brings the rows as they stand: the screen was behind", async () => {
    await using taller = await openTaller([held(MAURICIO)]);
    const browser = await taller.browser(INGRID);
    const vista = "/eventos?vista=operacion&op=ARM";
    const { status, html } = await browser.post("/acciones", tomar, htmx(vista));
    expect(status).toBe(409);
    expect(filas(html).map(({ attributes }) => attributes["data-ul"])).toEqual([
      "mios",
      "disponibles",
    ]);
  });

  test.each(["", "nada", "/eventos?vista=nada", "http://[", "//x/eventos?vista=json"])(
    "X-Vista %j brings no rows and does no harm",
    async (vista) => {
      await using taller = await openTaller([spool({ tag: T })]);
      const browser = await taller.browser(MAURICIO);
      const { status, html } = await browser.post("/acciones", tomar, htmx(vista));
      expect([status, filas(html)]).toEqual([200, []]);
    },
  );
});

describe("bad input changes nothing", () => {
  const good = { tag_spool: T, accion: "TOMAR", operacion: "ARM" };
  const without = (field: keyof typeof good): Record<string, string> => {
    const { [field]: _, ...rest } = good;
    return rest;
  };

  async function refused(
    fields: Record<string, string> | BodyInit,
    headers: Record<string, string> = {},
    of = spool({ tag: T }),
    quien = MAURICIO,
  ): Promise<{ status: number; text: string }> {
    await using taller = await openTaller([of]);
    const browser = await taller.browser(quien);
    const seq = taller.seq();
    const { status, page, headers: got } = await browser.post("/acciones", fields, headers);
    expect(taller.seq()).toBe(seq);
    expect(got.get("Content-Type")).toStartWith("text/html");
    expect(page.elements.map(({ attributes }) => attributes.href)).toContain("/");
    return { status, text: page.text };
  }

  test.each<[string, Record<string, string>, string]>([
    ["no fields", {}, "incompleta o mal escrita"],
    ["no tag", without("tag_spool"), "Falta el tag del carrete"],
    ["a blank tag", { ...good, tag_spool: " \n " }, "Falta el tag del carrete"],
    ["a tag of 1,001", { ...good, tag_spool: "x".repeat(1_001) }, "demasiado largo"],
    ["a tag that is no URL text", { accion: "APROBAR", tag_uri: "%E0%A4%A" }, "Falta el tag"],
    ["no action", without("accion"), "incompleta o mal escrita"],
    ["an unknown action", { ...good, accion: "BORRAR" }, "incompleta o mal escrita"],
    ["an action in small letters", { ...good, accion: "tomar" }, "incompleta o mal escrita"],
    ["an action from the sheet", { ...good, accion: "IMPORTAR" }, "incompleta o mal escrita"],
    ["no operation", without("operacion"), "Falta la operación"],
    ["an unknown operation", { ...good, operacion: "PINTURA" }, "Falta la operación"],
    ["METROLOGIA is not taken", { ...good, operacion: "METROLOGIA" }, "Falta la operación"],
    ["no reason", { tag_spool: T, accion: "LIBERAR" }, "Falta el motivo"],
    ["a blank reason", { tag_spool: T, accion: "LIBERAR", motivo: "  " }, "Falta el motivo"],
    [
      "a reason of 501",
      { tag_spool: T, accion: "LIBERAR", motivo: "x".repeat(501) },
      "incompleta o mal escrita",
    ],
  ])("400: %s", async (_, fields, sentence) => {
    const { status, text } = await refused(fields);
    expect(status).toBe(400);
    expect(text).toContain(sentence);
  });

  test.each([
    "application/json",
    "text/plain",
    "application/octet-stream",
    "application/x-www-form-urlencodedx",
    "",
  ])("415: content type %j", async (type) => {
    const body = new Blob([JSON.stringify(good)], { type });
    const { status } = await refused(body, { "Content-Type": type });
    expect(status).toBe(415);
  });

  test.each([
    ["without a boundary", "multipart/form-data", "tag_spool=x"],
    ["with another boundary", "multipart/form-data; boundary=a", "--b\r\n\r\nx\r\n--b--\r\n"],
    [
      "cut short",
      "multipart/form-data; boundary=a",
      '--a\r\nContent-Disposition: form-data; name="',
    ],
    ["with nothing in it", "multipart/form-data; boundary=a", "--a--\r\n"],
  ])("400: multipart %s", async (_, type, body) => {
    expect((await refused(body, { "Content-Type": type })).status).toBe(400);
  });

  test("400: a file where a text belongs", async () => {
    const form = new FormData();
    for (const [name, value] of Object.entries(good)) form.set(name, value);
    form.set("tag_spool", new File(["SP-1"], "SP-1"));
    expect((await refused(form)).status).toBe(400);
  });

  test("413: 10 MB, before a byte of them has come", async () => {
    await using taller = await openTaller([spool({ tag: T })]);
    const { cookie } = await taller.browser(MAURICIO);
    const answer = await announce(taller.url, "/acciones", 10_000_000, {
      Cookie: cookie,
      Origin: taller.url,
      "Content-Type": "application/x-www-form-urlencoded",
    });
    expect(answer).toStartWith("HTTP/1.1 413 ");
    expect(parsePage(answer).text).toContain("La solicitud es demasiado grande");
  });

  test("413: too much that was not told beforehand", async () => {
    const chunks = new ReadableStream({
      start(controller) {
        for (let i = 0; i < 10; i++) controller.enqueue(new Uint8Array(50_000).fill(120));
        controller.close();
      },
    });
    const form = { "Content-Type": "application/x-www-form-urlencoded" };
    const { status, text } = await refused(chunks, form);
    expect([status, text]).toEqual([413, expect.stringContaining("demasiado grande")]);
  });

  test.each([
    ["another site", { Origin: "https://evil.example" }],
    [
      "another site that says so",
      { Origin: "https://evil.example", "Sec-Fetch-Site": "cross-site" },
    ],
    ["a neighbour of ours", { Origin: "http://localhost:1", "Sec-Fetch-Site": "same-site" }],
    ["a sandbox", { Origin: "null" }],
    ["nowhere", { Origin: "" }],
  ])("403: from %s", async (_, headers) => {
    const { status, text } = await refused(good, headers);
    expect(status).toBe(403);
    expect(text).toContain("viene de otro sitio");
  });

  test.each(["ñ", " ", "x".repeat(201), "a b"])("400: Idempotency-Key %j", async (key) => {
    const raw = Buffer.from(key).toString("latin1").trim();
    if (raw === "") return;
    expect((await refused(good, { "Idempotency-Key": raw })).status).toBe(400);
  });

  test("equal names: the last counts, as in any browser's form", async () => {
    await using taller = await openTaller([spool({ tag: T })]);
    const browser = await taller.browser(MAURICIO);
    const body = "tag_spool=no&tag_spool=SP-1&accion=PAUSAR&accion=TOMAR&operacion=ARM";
    const headers = { "Content-Type": "application/x-www-form-urlencoded" };
    expect((await browser.post("/acciones", body, headers)).status).toBe(303);
  });

  test("a multipart form is a form", async () => {
    await using taller = await openTaller([spool({ tag: T })]);
    const form = new FormData();
    for (const [name, value] of Object.entries(good)) form.set(name, value);
    const browser = await taller.browser(MAURICIO);
    expect((await browser.post("/acciones", form)).status).toBe(303);
  });
});

describe("twice", () => {
  const tomar = { tag_spool: T, accion: "TOMAR", operacion: "ARM" };
  const pausar = { ...tomar, accion: "PAUSAR" };
  const key = (value: string) => ({ "Idempotency-Key": value, "HX-Request": "true" });
  const at = async (
    act: (
      browser: Browser,
      seq: () => number,
      change: Awaited<ReturnType<typeof openTaller>>,
    ) => Promise<void>,
  ) => {
    await using taller = await openTaller([spool({ tag: T }), spool({ tag: "SP-2" })]);
    await act(await taller.browser(MAURICIO), taller.seq, taller);
  };

  test("a double tap with one key is one event, and both taps read the same answer", () =>
    at(async (browser, seq) => {
      const before = seq();
      const [a, b] = await Promise.all([
        browser.post("/acciones", tomar, key("k")),
        browser.post("/acciones", tomar, key("k")),
      ]);
      expect([a.status, b.status]).toEqual([200, 200]);
      expect(b.html).toBe(a.html);
      expect(seq()).toBe(before + 1);
    }));

  test("a double tap without a key is one event; the second reads that it is theirs already", () =>
    at(async (browser, seq) => {
      const before = seq();
      const answers = await Promise.all([1, 2].map(() => browser.post("/acciones", tomar)));
      expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
      const refused = answers.find(({ status }) => status === 409);
      expect(refused?.page.text).toContain("Ya tienes este carrete en ARM");
      expect(seq()).toBe(before + 1);
    }));

  test("a request repeated after the state moved on gets its first answer and does nothing", () =>
    at(async (browser, seq) => {
      const first = await browser.post("/acciones", tomar, key("a"));
      await browser.post("/acciones", pausar, key("b"));
      const before = seq();
      const again = await browser.post("/acciones", tomar, key("a"));
      expect([again.status, again.page.text]).toEqual([200, first.page.text]);
      expect(seq()).toBe(before);
    }));

  test("a refusal is not remembered: the same key acts once it may", () =>
    at(async (browser, seq) => {
      const before = seq();
      expect((await browser.post("/acciones", pausar, key("a"))).status).toBe(422);
      await browser.post("/acciones", tomar, key("b"));
      expect((await browser.post("/acciones", pausar, key("a"))).status).toBe(200);
      expect(seq()).toBe(before + 2);
    }));

  test("a key that belongs to another request is refused", () =>
    at(async (browser, seq) => {
      await browser.post("/acciones", tomar, key("k"));
      const before = seq();
      for (const other of [pausar, { ...tomar, tag_spool: "SP-2" }]) {
        const { status, page } = await browser.post("/acciones", other, key("k"));
        expect(status).toBe(400);
        expect(page.text).toContain("ya se usó para otra solicitud");
      }
      expect(seq()).toBe(before);
    }));

  test("a key is its worker's own: another's same key is another request, also on one tablet", () =>
    at(async (browser, seq, taller) => {
      await browser.post("/acciones", tomar, key("k"));
      const ingrid = await taller.browser(INGRID);
      const before = seq();
      const { status, page } = await ingrid.post("/acciones", tomar, key("k"));
      expect(status).toBe(409);
      expect(page.text).toContain("fue tomado por Mauricio");
      expect(seq()).toBe(before);
    }));

  test("thirty workers reach for one spool: one has it, all others read who", () =>
    at(async (_, seq, taller) => {
      const browsers = await Promise.all([MAURICIO, INGRID, LUIS].map((w) => taller.browser(w)));
      const before = seq();
      const answers = await Promise.all(
        Array.from({ length: 30 }, (__, i) =>
          (browsers[i % 3] as Browser).post("/acciones", tomar, key(`k${i}`)),
        ),
      );
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(answers.filter(({ status }) => status === 409)).toHaveLength(29);
      expect(seq()).toBe(before + 1);
    }));
});
