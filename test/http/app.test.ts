/** What all answers share: headers, faults, and a ledger that is away (spec 3, 5, 8). */
import { describe, expect, test } from "bun:test";
import type { Event } from "../../src/domain/event.ts";
import { LedgerUnavailable } from "../../src/ledger/ledger.ts";
import { openPages } from "../live/pages-taller.ts";
import { openTaller as openFloor } from "../live/taller.ts";
import { PIN } from "../support/acceso.ts";
import { MAURICIO, spool } from "../support/builders.ts";
import { TOKEN } from "../support/shop.ts";
import { openSse } from "../support/sse.ts";
import { parsePage } from "../views/page.ts";
import { announce, openTaller, type Taller } from "./sin-script.ts";

const T = "SP-1";
const tomar = { tag_spool: T, accion: "TOMAR", operacion: "ARM" };

describe("security headers", () => {
  test.each(["/", "/sesion", "/nada", "/static/live.js", "/healthz", "/api/openapi.json"])(
    "%s",
    async (path) => {
      await using taller = await openTaller([spool({ tag: T })]);
      const { headers } = await (await taller.browser(MAURICIO)).get(path);
      const csp = headers.get("Content-Security-Policy") ?? "";
      expect(csp).toContain("default-src 'none'");
      expect(csp).toContain("script-src 'self'");
      expect(csp).toContain("frame-ancestors 'none'");
      expect(csp).toContain("form-action 'self'");
      expect(csp).toContain("base-uri 'none'");
      expect(csp).not.toContain("unsafe");
      expect(csp).not.toContain("*");
      expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
      expect(headers.get("X-Frame-Options")).toBe("DENY");
      expect(headers.get("Referrer-Policy")).toBe("same-origin");
      expect(headers.get("Access-Control-Allow-Origin")).toBeNull();
    },
  );

  test("the policy of htmx allows neither eval nor scripts nor other sites", async () => {
    await using taller = await openTaller([]);
    const { page } = await (await taller.browser(MAURICIO)).get("/");
    const meta = page.elements.find(({ attributes }) => attributes.name === "htmx-config");
    expect(JSON.parse(meta?.attributes.content ?? "")).toMatchObject({
      allowEval: false,
      allowScriptTags: false,
      includeIndicatorStyles: false,
      selfRequestsOnly: true,
      historyCacheSize: 0,
    });
  });
});

describe("the ledger is away", () => {
  /** The ledger is closed under the running shop: nothing can be read or stored. */
  async function goAway({ shop }: Taller): Promise<void> {
    const ledger = shop.running.act.ledger as unknown as { close(): Promise<void> };
    await ledger.close();
  }

  async function away(): Promise<Taller> {
    const taller = await openTaller([spool({ tag: T })]);
    await goAway(taller);
    return taller;
  }

  test("an action by form is a page: 503, when to try again, a sentence, a way back", async () => {
    await using taller = await openTaller([spool({ tag: T })]);
    const browser = await taller.browser(MAURICIO);
    await goAway(taller);
    const { status, headers, page } = await browser.post("/acciones", tomar, {
      Referer: `${taller.url}/operacion/ARM`,
    });
    expect(status).toBe(503);
    expect(Number(headers.get("Retry-After"))).toBeGreaterThan(0);
    expect(page.text).toContain("No se puede guardar ahora; no se hizo ningún cambio");
    expect(page.elements.map(({ attributes }) => attributes.href)).toContain("/operacion/ARM");
    expect(taller.spool(T)?.ocupacion).toBeNull();
  });

  test("with htmx the same in fragments, with a key too", async () => {
    await using taller = await openTaller([spool({ tag: T })]);
    const browser = await taller.browser(MAURICIO);
    await goAway(taller);
    for (const extra of [{}, { "Idempotency-Key": "k" }]) {
      const headers = { "HX-Request": "true", ...extra };
      const answer = await browser.post("/acciones", tomar, headers);
      expect(answer.status).toBe(503);
      expect(answer.headers.get("Retry-After")).toBe("2");
      expect(parsePage(answer.html).elements[0]?.attributes.id).toBe("rechazo");
      expect(answer.page.elements.map(({ attributes }) => attributes["data-code"])).toContain(
        "SERVICIO_NO_DISPONIBLE",
      );
    }
  });

  test("the JSON API says the same", async () => {
    await using taller = await away();
    const body = { tag_spool: T, worker_id: 93, operacion: "ARM" };
    const answer = await taller.shop.api("/occupation/tomar", body);
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get("Retry-After"))).toBeGreaterThan(0);
    expect(await answer.json()).toMatchObject({ ok: false, error: "SERVICIO_NO_DISPONIBLE" });
  });

  test("pages and streams stay up", async () => {
    await using taller = await openTaller([spool({ tag: T })]);
    const browser = await taller.browser(MAURICIO);
    await goAway(taller);
    for (const path of ["/", "/tablero", "/operacion/ARM", "/problemas", `/carrete?tag=${T}`]) {
      expect([path, (await browser.get(path)).status]).toEqual([path, 200]);
    }
    expect((await browser.get(`/carrete?tag=${T}`)).page.text).toContain(
      "La historia no se puede leer ahora",
    );
    const headers = { Cookie: browser.cookie };
    using stream = await openSse(`${taller.url}/eventos?vista=tablero&desde=1`, headers);
    expect((await stream.next("ping")).id).toBe(String(taller.seq()));
  });

  test("nobody can sign in: 503, when to try again, the same sentence, no cookie", async () => {
    await using taller = await away();
    const tablet = taller.tablet();
    expect((await tablet.get("/sesion")).status).toBe(200);
    const ways: readonly (readonly [string, Record<string, string>])[] = [
      ["/sesion", { trabajador: "93" }],
      ["/sesion/pin", { trabajador: "168", pin: PIN }],
      ["/sesion/clave", { usuario: "rosa", clave: "una clave cualquiera" }],
    ];
    for (const [path, fields] of ways) {
      const { status, headers, page } = await tablet.post(path, fields);
      expect([path, status, headers.get("Retry-After")]).toEqual([path, 503, "2"]);
      expect(headers.get("Set-Cookie")).toBeNull();
      expect(page.text).toContain("No se puede guardar ahora; no se hizo ningún cambio");
    }
  });

  test("nobody can leave: they are told, and are still signed in", async () => {
    await using taller = await openTaller([]);
    const browser = await taller.browser(MAURICIO);
    await goAway(taller);
    const { status, headers } = await browser.post("/sesion/salir", {});
    expect([status, headers.get("Set-Cookie")]).toEqual([503, null]);
    expect((await browser.get("/sesion/viva")).status).toBe(204);
  });

  test("readiness says so, liveness does not", async () => {
    await using taller = await away();
    const ready = await fetch(`${taller.url}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ ok: false, ledger: { ok: false } });
    expect((await fetch(`${taller.url}/healthz`)).status).toBe(200);
  });
});

test("whoever wrote reads their write, also where the log comes a moment later", async () => {
  using floor = openFloor({ spools: [spool({ tag: T })] });
  const pages = openPages(floor);
  pages.act.ledger.commit = async ({ writes: [write] }) => {
    const event = { ...write?.event, seq: floor.floor.seq + 1 } as Event;
    setImmediate(() => floor.floor.apply([event]));
    return { kind: "committed", events: [event] };
  };
  const answer = await pages.app.request("/acciones", {
    method: "POST",
    headers: {
      Cookie: pages.cookie(MAURICIO),
      Origin: "http://localhost",
      "HX-Request": "true",
      "X-Vista": "/eventos?vista=inicio",
    },
    body: new URLSearchParams(tomar),
  });
  expect(await answer.text()).toContain('<li id="mios-');
});

describe("a page is never ahead of, nor behind, what its stream begins with", () => {
  test("what commits while the history is read comes by the stream", async () => {
    using floor = openFloor({ spools: [spool({ tag: T })] });
    const pages = openPages(floor);
    const history = pages.ledger.history;
    pages.ledger.history = async (tag) => {
      const before = await history(tag);
      floor.act(T, { accion: "TOMAR", operacion: "ARM" }, MAURICIO);
      return before;
    };
    const page = await pages.load(`/carrete?tag=${T}`, MAURICIO);
    const client = floor.join(page.vista, { desde: page.desde, epoch: page.epoch });
    expect(page.html).not.toContain('id="h-2"');
    expect(client.of("spool_update")[0]?.data).toContain('id="h-2"');
  });
});

describe("a fault", () => {
  test("is a page without its inner side, logged once", async () => {
    using floor = openFloor({ spools: [spool({ tag: T })] });
    const pages = openPages(floor);
    pages.ledger.history = async () => {
      throw new Error("secret detail");
    };
    const headers = { Cookie: pages.cookie(MAURICIO), Accept: "text/html" };
    const answer = await pages.app.request(`/carrete?tag=${T}`, { headers });
    expect(answer.status).toBe(500);
    const html = await answer.text();
    expect(html).toContain("Algo falló en ZEUES");
    expect(html).not.toContain("secret");
  });

  test("of the ledger's kind is a 503 wherever it comes from", async () => {
    using floor = openFloor({ spools: [spool({ tag: T })] });
    const pages = openPages(floor);
    pages.act.ledger.commit = async () => {
      throw new LedgerUnavailable("disk full");
    };
    const headers = { Cookie: pages.cookie(MAURICIO), Origin: "http://localhost" };
    const body = new URLSearchParams(tomar);
    const answer = await pages.app.request("/acciones", { method: "POST", headers, body });
    expect([answer.status, answer.headers.get("Retry-After")]).toEqual([503, "2"]);
    expect(await answer.text()).not.toContain("disk full");
  });
});

test("413 in JSON for programs, before a byte of the body has come", async () => {
  await using taller = await openTaller([spool({ tag: T })]);
  const answer = await announce(taller.url, "/api/occupation/tomar", 10_000_000, {
    Authorization: `Bearer ${TOKEN}`,
    "Content-Type": "application/json",
  });
  expect(answer).toStartWith("HTTP/1.1 413 ");
  const [, body = ""] = answer.split("\r\n\r\n");
  expect(JSON.parse(body)).toMatchObject({ ok: false, error: "CUERPO_DEMASIADO_GRANDE" });
});
