/** `/sesion`: picking a name, leaving, and what a cookie is worth (spec 8). */
import { describe, expect, test } from "bun:test";
import { sha256 } from "../../src/identity/secret.ts";
import { IDLE_TABLET_MS, SESSION_MS } from "../../src/identity/session.ts";
import { PIN, sessionOf, TABLET_COOKIE } from "../support/acceso.ts";
import {
  INGRID,
  MAURICIO,
  NOW_MS,
  ocupacion,
  ROSA,
  spool,
  trabajador,
} from "../support/builders.ts";
import { openSse } from "../support/sse.ts";
import { createBrowser, openTaller, type Taller } from "./sin-script.ts";

const T = "SP-1";
const open = (options = {}): Promise<Taller> => openTaller([spool({ tag: T })], options);
const tomar = { tag_spool: T, accion: "TOMAR", operacion: "ARM" };

describe("signing in", () => {
  test("without JavaScript: the list of names, one tap, 303 to where one was going", async () => {
    await using taller = await open();
    const stranger = taller.tablet();
    const sent = await stranger.get("/operacion/ARM?q=a%26b");
    expect(sent.status).toBe(303);
    const answer = await stranger.press(sent.location ?? "", String(MAURICIO.id));
    expect([answer.status, answer.location]).toEqual([303, "/operacion/ARM?q=a%26b"]);
  });

  test("a way back with any signs in it survives the form", async () => {
    await using taller = await open();
    const stranger = taller.tablet();
    const path = "/carrete?tag=a%26lt%3Bb&x=1&lt;='";
    const answer = await stranger.press(
      `/sesion?volver=${encodeURIComponent(path)}`,
      String(MAURICIO.id),
    );
    expect(answer.location).toBe(new URL(path, "http://x").href.slice("http://x".length));
  });

  test("names are in the order of Spanish, with roles; who is not active is not there", async () => {
    await using taller = await open();
    await taller.change(trabajador({ id: 7, nombre: "Zoila", activo: false }));
    await taller.change(trabajador({ id: 8, nombre: "Ñu", roles: [] }));
    const { page } = await taller.tablet().get("/sesion");
    expect(page.forms[0]?.buttons).toEqual(["75", "51", "97", "93", "8", "80", "168"]);
    expect(page.text).toContain("168 · Supervisor · PIN");
    expect(page.text).toContain("Metrología");
    expect(page.text).toContain("Sin rol");
  });

  test("the cookie is HttpOnly, Lax, of the whole site, and 256 random bits", async () => {
    await using taller = await open();
    const pick = () => taller.tablet().post("/sesion", { trabajador: "93" });
    const cookies = [await pick(), await pick()].map(({ headers }) =>
      headers.getSetCookie().find((line) => line.startsWith("zeues=")),
    );
    const [name, ...flags] = (cookies[0] ?? "").split("; ");
    expect(flags.sort()).toEqual([
      "HttpOnly",
      `Max-Age=${SESSION_MS / 1_000}`,
      "Path=/",
      "SameSite=Lax",
    ]);
    expect(name).toMatch(/^zeues=[\w-]{43}\.\d+\.[\w-]{22}$/);
    const [id = ""] = (name ?? "").split(".");
    expect(cookies[1]).not.toContain(id);
  });

  test.each<[string, Record<string, string>, number]>([
    ["an unknown Id", { trabajador: "12345" }, 404],
    ["no Id", { trabajador: "<b>" }, 404],
    ["an Id with a sign", { trabajador: "-93" }, 404],
    ["an Id and more", { trabajador: "93 OR 1=1" }, 404],
  ])("%s gets no session", async (_, fields, status) => {
    await using taller = await open();
    const answer = await taller.tablet().post("/sesion", fields);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("Set-Cookie")).toBeNull();
    expect(answer.page.text).toContain("No hay ningún trabajador");
  });

  test("nobody gets no session", async () => {
    await using taller = await open();
    const answer = await taller.tablet().post("/sesion", {});
    expect([answer.status, answer.headers.get("Set-Cookie")]).toEqual([400, null]);
  });

  test("a browser that is not enrolled is told no name, and gets no session by one", async () => {
    await using taller = await open();
    const stranger = createBrowser(taller.url, "");
    const { status, html, page } = await stranger.get("/sesion");
    expect(status).toBe(200);
    for (const name of ["Mauricio", "Rosa", "93"]) expect(html).not.toContain(name);
    const links = page.elements.map(({ attributes }) => attributes.href);
    expect(links).toContain("/tablet");
    expect(links).toContain("/sesion/clave?volver=%2F");
    const answer = await stranger.post("/sesion", { trabajador: "93" });
    expect([answer.status, answer.headers.get("Set-Cookie")]).toEqual([401, null]);
  });

  test("who has a PIN is asked for it; a name alone opens nothing", async () => {
    await using taller = await open();
    const tablet = taller.tablet();
    const fields = { trabajador: String(ROSA.id), volver: "/tablero?q=a%26b" };
    const asked = await tablet.post("/sesion", fields);
    expect([asked.status, asked.headers.get("Set-Cookie")]).toEqual([303, null]);
    expect(asked.location).toStartWith("/sesion/pin?");
    const { page } = await tablet.get(asked.location ?? "");
    expect(page.text).toContain("Rosa Pérez");
    const answer = await tablet.post("/sesion/pin", { ...page.forms[0]?.fields, pin: PIN });
    expect([answer.status, answer.location]).toEqual([303, "/tablero?q=a%26b"]);
    expect(answer.headers.getSetCookie().some((line) => line.startsWith("zeues="))).toBe(true);
  });

  test("a worker who is not active gets no session", async () => {
    await using taller = await open();
    await taller.change({ ...MAURICIO, activo: false });
    const answer = await taller.tablet().post("/sesion", { trabajador: "93" });
    expect([answer.status, answer.headers.get("Set-Cookie")]).toEqual([404, null]);
  });

  test.each([
    ["JSON", "application/json", '{"trabajador":"93"}', 415],
    ["plain text", "text/plain", "trabajador=93", 415],
    ["half a multipart", "multipart/form-data; boundary=a", "--a\r\nContent-Disp", 400],
    ["no boundary", "multipart/form-data", "x", 400],
  ])("%s gets no session", async (_, type, body, status) => {
    await using taller = await open();
    const headers = { "Content-Type": type };
    const answer = await taller.tablet().post("/sesion", body, headers);
    expect([answer.status, answer.headers.get("Set-Cookie")]).toEqual([status, null]);
  });

  test("another site cannot sign anybody in", async () => {
    await using taller = await open();
    const headers = { Origin: "https://evil.example" };
    const answer = await taller.tablet().post("/sesion", { trabajador: "93" }, headers);
    expect([answer.status, answer.headers.get("Set-Cookie")]).toEqual([403, null]);
  });
});

const ELSEWHERE = [
  "https://evil.example/",
  "//evil.example/",
  "///evil.example",
  "/\\evil.example",
  "\\\\evil.example",
  "/\t/evil.example",
  "/\n/evil.example",
  "/.//evil.example",
  "/x/..//evil.example",
  "/./..//evil.example",
  "/%2e//evil.example",
  "javascript:alert(1)",
  "evil.example",
  " //evil.example",
  "http:evil.example",
  "/\u0000//evil.example",
];

describe("no link sends a worker to another site", () => {
  const stays = (location: string | null, url: string): void => {
    expect(location).toStartWith("/");
    expect(new URL(location ?? "", url).origin).toBe(url);
  };

  test.each(ELSEWHERE)("volver=%j", async (volver) => {
    await using taller = await open();
    const browser = taller.tablet();
    const answer = await browser.post("/sesion", { trabajador: "93", volver });
    expect(answer.status).toBe(303);
    stays(answer.location, taller.url);
    const { page } = await browser.get(`/sesion?volver=${encodeURIComponent(volver)}`);
    stays(page.forms[0]?.fields.volver ?? null, taller.url);
  });

  test.each([
    ...ELSEWHERE,
    "https://evil.example/.//evil.example",
    "https://evil.example//evil.example",
    "https://evil.example/\\evil.example",
    "about:blank",
    "data:text/html,x",
    "x",
  ])("Referer: %j", async (referer) => {
    await using taller = await open();
    const browser = await taller.browser(MAURICIO);
    const safe = referer.replace(/[\0\r\n]/g, "");
    const done = await browser.post("/acciones", tomar, { Referer: safe });
    expect(done.status).toBe(303);
    stays(done.location, taller.url);
    const refused = await browser.post("/acciones", tomar, { Referer: safe });
    expect(refused.status).toBe(409);
    const back = refused.page.elements.find(({ attributes: a }) => a.class === "boton lleno");
    stays(back?.attributes.href ?? null, taller.url);
  });

  test("without a Referer one comes home", async () => {
    await using taller = await open();
    const browser = await taller.browser(MAURICIO);
    const { location } = await browser.post("/acciones", tomar, { Referer: "" });
    expect(location).toBe("/");
  });
});

/** Each page and call that needs a session, and what a worthless one gets there. */
async function worthless(taller: Taller, cookie: string): Promise<void> {
  const seq = taller.seq();
  const browser = createBrowser(taller.url, cookie);
  for (const path of ["/", "/tablero", "/operacion/ARM", "/problemas", "/nada"]) {
    const { status, location } = await browser.get(path);
    expect([path, status, location]).toEqual([
      path,
      303,
      `/sesion?volver=${encodeURIComponent(path)}`,
    ]);
  }
  // A form is told, with a way to sign in: its page sends one there.
  const told = await browser.post("/acciones", tomar);
  expect(told.status).toBe(401);
  expect(told.page.text).toContain("Primero di quién eres");
  expect(told.page.elements.map(({ attributes }) => attributes.href)).toContain("/");
  // Scripts get the status.
  const htmx = await browser.post("/acciones", tomar, { "HX-Request": "true" });
  expect([htmx.status, htmx.headers.get("Content-Type")?.slice(0, 10)]).toEqual([
    401,
    "text/plain",
  ]);
  const page = await browser.get("/tablero", { "HX-Request": "true" });
  expect(page.status).toBe(401);
  for (const path of ["/sesion/viva", "/eventos?vista=tablero"]) {
    expect((await browser.get(path, { Accept: "*/*" })).status).toBe(401);
  }
  expect(taller.seq()).toBe(seq);
}

describe("what is not a live session is none", () => {
  test.each([
    ["no cookie", ""],
    ["an empty one", "zeues="],
    ["a made-up one", `zeues=${"A".repeat(43)}`],
    [
      "a made-up one of today's form",
      `zeues=${"A".repeat(43)}.${NOW_MS / 1_000}.${"A".repeat(22)}`,
    ],
    ["nonsense", "zeues=%E0%A4%A; zeues=' OR 1=1 --"],
    ["a long one", `zeues=${"x".repeat(4_000)}`],
  ])("%s, on the tablet or elsewhere", async (_, cookie) => {
    await using taller = await open();
    await worthless(taller, cookie);
    await worthless(taller, `${TABLET_COOKIE}; ${cookie}`);
  });

  test("one on another browser than the tablet that it was begun on", async () => {
    await using taller = await open();
    const { cookie } = await taller.browser(MAURICIO);
    expect((await createBrowser(taller.url, cookie).get("/")).status).toBe(200);
    await worthless(taller, `zeues=${sessionOf(cookie)}`);
    await worthless(taller, `zeues-tablet=${"A".repeat(43)}; zeues=${sessionOf(cookie)}`);
  });

  test("the stored hash is not the cookie", async () => {
    await using taller = await open();
    const { cookie } = await taller.browser(MAURICIO);
    const [id = "", used, mac] = sessionOf(cookie).split(".");
    for (const forged of [sha256(id), `${sha256(id)}.${used}.${mac}`, sha256(sessionOf(cookie))]) {
      await worthless(taller, `${TABLET_COOKIE}; zeues=${forged}`);
    }
  });

  /** A page is opened. @returns the cookies after it */
  async function opened(taller: Taller, cookies: string): Promise<string> {
    const answer = await createBrowser(taller.url, cookies).get("/");
    expect(answer.status).toBe(200);
    const renewed = answer.headers.getSetCookie().find((line) => line.startsWith("zeues="));
    return renewed ? `${TABLET_COOKIE}; ${renewed.split(";")[0]}` : cookies;
  }

  test("one that nobody used for ten minutes", async () => {
    let nowMs = NOW_MS;
    await using taller = await open({ now: () => nowMs });
    const { cookie } = await taller.browser(MAURICIO);
    nowMs += IDLE_TABLET_MS - 1;
    await opened(taller, cookie);
    nowMs += 1;
    await worthless(taller, cookie);
  });

  test("one that has run out, however often it was used", async () => {
    let nowMs = NOW_MS;
    await using taller = await open({ now: () => nowMs });
    let { cookie } = await taller.browser(MAURICIO);
    for (; nowMs + IDLE_TABLET_MS / 2 < NOW_MS + SESSION_MS; nowMs += IDLE_TABLET_MS / 2) {
      cookie = await opened(taller, cookie);
    }
    cookie = await opened(taller, cookie);
    nowMs = NOW_MS + SESSION_MS - 1;
    await opened(taller, cookie);
    nowMs += 1;
    await worthless(taller, cookie);
  });

  test("one of a worker who is no longer active; it comes back with them", async () => {
    await using taller = await open();
    const browser = await taller.browser(MAURICIO);
    await taller.change({ ...MAURICIO, activo: false });
    await worthless(taller, browser.cookie);
    await taller.change({ ...MAURICIO, activo: true });
    expect((await browser.get("/")).status).toBe(200);
  });

  test("one that was left", async () => {
    await using taller = await open();
    const browser = await taller.browser(MAURICIO);
    const { status, location, headers } = await browser.post("/sesion/salir", {});
    expect([status, location]).toEqual([303, "/sesion"]);
    expect(headers.getSetCookie()[0]).toStartWith("zeues=;");
    await worthless(taller, browser.cookie);
  });
});

describe("leaving", () => {
  test("ends the streams of the session at once, and no other's", async () => {
    await using taller = await open();
    const mine = await taller.browser(MAURICIO);
    const other = await taller.browser(INGRID);
    const stream = ({ cookie }: { cookie: string }) =>
      openSse(`${taller.url}/eventos?vista=tablero`, { Cookie: cookie });
    using a = await stream(mine);
    using b = await stream(other);
    await a.next("ping");
    await b.next("ping");
    await mine.post("/sesion/salir", {});
    expect(taller.shop.running.hub.count()).toEqual({ html: 1, json: 0 });
    const rest = await a.events.next().catch(() => ({ done: true }));
    expect(rest.done).toBe(true);
    await other.post("/acciones", tomar);
    expect((await b.next("spool_update")).data).toContain(T);
  });

  test("another site cannot sign anybody out", async () => {
    await using taller = await open();
    const browser = await taller.browser(MAURICIO);
    const answer = await browser.post("/sesion/salir", {}, { Origin: "https://evil.example" });
    expect(answer.status).toBe(403);
    expect((await browser.get("/")).status).toBe(200);
  });

  test("a GET signs nobody out", async () => {
    await using taller = await open();
    const browser = await taller.browser(MAURICIO);
    await browser.get("/sesion/salir");
    expect((await browser.get("/sesion/viva")).status).toBe(204);
  });

  test("leaves what one holds as it is", async () => {
    await using taller = await openTaller([
      spool({ tag: T, ocupacion: ocupacion("ARM", MAURICIO) }),
    ]);
    const browser = await taller.browser(MAURICIO);
    const before = taller.spool(T);
    await browser.post("/sesion/salir", {});
    expect(taller.spool(T)).toBe(before);
    expect(taller.spool(T)?.ocupacion).not.toBeNull();
  });
});
