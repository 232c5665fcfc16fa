/** What an attacker tries at the door (issue 6), and does not get. Others: edge-*, access, xss. */
import { describe, expect, test } from "bun:test";
import { poner } from "../../src/actions/acceso.ts";
import { ajustar } from "../../src/actions/ajustar.ts";
import { CONSOLA } from "../../src/actions/autor.ts";
import { INTENTOS_LIBRES, keyOfAcceso } from "../../src/domain/acceso.ts";
import { newCodigo } from "../../src/identity/alta.ts";
import { IDLE_TABLET_MS } from "../../src/identity/session.ts";
import type { Ledger } from "../../src/ledger/ledger.ts";
import { giveAcceso, PIN, pinOf, TABLET_COOKIE, tabletOf } from "../support/acceso.ts";
import { MAURICIO, NOW_MS, ROSA, spool } from "../support/builders.ts";
import { startRedis } from "../support/redis-server.ts";
import { cookieOf, openShop, type Shop, signIn, TOKEN } from "../support/shop.ts";
import { openSse } from "../support/sse.ts";
import { giveSupervisor, giveToken, signInByClave, startOf } from "./access-subjects.ts";
import { openTaller, spoolWrite } from "./sin-script.ts";

const ledgerOf = ({ running }: Shop): Ledger => running.act.ledger as Ledger;

const post = (
  url: string,
  path: string,
  fields: Record<string, string> | string,
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(url + path, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { Origin: url, Accept: "text/html", ...headers },
    redirect: "manual",
  });

const get = (url: string, path: string, cookie = ""): Promise<Response> =>
  fetch(url + path, { headers: { Cookie: cookie, Accept: "text/html" }, redirect: "manual" });

/** A new code for a tablet, as a supervisor makes it. */
async function makeCode(ledger: Ledger, nowMs: number): Promise<string> {
  const [alta, code] = await newCodigo("Portón", nowMs);
  const said = { autor: CONSOLA, hecho: "código creado", sobre: alta.nombre } as const;
  await poner(
    { ledger, now: () => nowMs },
    keyOfAcceso(alta),
    () => alta,
    () => said,
  );
  return code;
}

describe("session fixation", () => {
  test("an id that was planted is never the id after signing in", async () => {
    await using taller = await openTaller([]);
    const planted = await taller.shop.signIn(MAURICIO.id);
    const [tablet = "", before = ""] = planted.split("; ");
    const after = await signIn(taller.url, MAURICIO.id, { tablet });
    expect(after).not.toBe(planted);
    // Signed in over it: the one before is over, whoever has it.
    const again = await post(taller.url, "/sesion", { trabajador: "93" }, { Cookie: after });
    expect(cookieOf(again, "zeues")).not.toBe("");
    expect((await get(taller.url, "/", after)).status).toBe(303);
    expect((await get(taller.url, "/", `${tablet}; ${before}`)).status).toBe(200);
  });

  test("a made-up id is not taken over", async () => {
    await using taller = await openTaller([]);
    await taller.shop.signIn(MAURICIO.id);
    const planted = "zeues=planted-by-somebody.1.AAAAAAAAAAAAAAAAAAAAAA";
    const answer = await post(
      taller.url,
      "/sesion",
      { trabajador: "93" },
      { Cookie: `${TABLET_COOKIE}; ${planted}` },
    );
    expect(cookieOf(answer, "zeues")).not.toContain("planted-by-somebody");
    expect((await get(taller.url, "/", `${TABLET_COOKIE}; ${planted}`)).status).toBe(303);
  });
});

describe("enrolment codes", () => {
  test("one of twenty at the same time gets in, and nobody after", async () => {
    await using taller = await openTaller([]);
    const codigo = await makeCode(ledgerOf(taller.shop), NOW_MS);
    const tries = Array.from({ length: 20 }, () => post(taller.url, "/tablet", { codigo }));
    const answers = await Promise.all(tries);
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
    expect(answers.filter((one) => cookieOf(one, "zeues-tablet") !== "")).toHaveLength(1);
    const replayed = await post(taller.url, "/tablet", { codigo });
    expect([replayed.status, cookieOf(replayed, "zeues-tablet")]).toEqual([403, ""]);
  });

  test("after ten minutes it is none", async () => {
    const clock = startOf();
    await using taller = await openTaller([], { now: () => clock.ms });
    const codigo = await makeCode(ledgerOf(taller.shop), clock.ms);
    clock.ms += 10 * 60_000;
    expect((await post(taller.url, "/tablet", { codigo })).status).toBe(403);
  });

  test("it is read without regard to case, spaces and hyphen, and nothing else", async () => {
    await using taller = await openTaller([]);
    const code = await makeCode(ledgerOf(taller.shop), NOW_MS);
    const wrong = [`${code}A`, code.slice(1), `${code}%`, "", "*", "__proto__"];
    for (const codigo of wrong.filter((text) => text !== `${code}%`)) {
      expect([codigo, (await post(taller.url, "/tablet", { codigo })).status]).toEqual([
        codigo,
        403,
      ]);
    }
    const typed = ` ${code.toLowerCase().replace("-", " ")} `;
    expect((await post(taller.url, "/tablet", { codigo: typed })).status).toBe(303);
  });
});

/** How many of the answers came from looking at the secret, not from the lock. */
const looked = (answers: readonly Response[]) =>
  answers.filter(({ status }) => status === 401 || status === 303).length;

describe("guessing", () => {
  test("200 PINs at once are no more guesses than one by one", async () => {
    await using taller = await openTaller([]);
    const ledger = ledgerOf(taller.shop);
    await giveAcceso(ledger, tabletOf());
    await giveAcceso(ledger, await pinOf(ROSA.id));
    const guess = (n: number) =>
      post(
        taller.url,
        "/sesion/pin",
        { trabajador: String(ROSA.id), pin: String(1_000 + n) },
        { Cookie: TABLET_COOKIE },
      );
    const answers = await Promise.all(Array.from({ length: 200 }, (_, n) => guess(n)));
    expect(looked(answers)).toBe(INTENTOS_LIBRES);
    const right = await post(
      taller.url,
      "/sesion/pin",
      { trabajador: String(ROSA.id), pin: PIN },
      { Cookie: TABLET_COOKIE },
    );
    expect([right.status, cookieOf(right, "zeues")]).toEqual([429, ""]);
    expect(Number(right.headers.get("Retry-After"))).toBeGreaterThan(0);
  });

  test("over two processes on one Redis neither", async () => {
    await using redis = await startRedis();
    const env = { REDIS_URL: redis.url, ZEUES_DEMO: "off" };
    await using one = await openShop({ env });
    const ledger = ledgerOf(one);
    await ledger.commit({ writes: [spoolWrite(spool())] });
    await giveSupervisor({ ledger, clock: { ms: Date.now() - 1_000 } });
    await using other = await openShop({ env });
    const fields = { usuario: "rosa.prueba", clave: "no es esta la clave" };
    const shops = Array.from({ length: 60 }, (_, n) => (n % 2 === 0 ? one.url : other.url));
    const answers = await Promise.all(shops.map((url) => post(url, "/sesion/clave", fields)));
    expect(looked(answers)).toBe(INTENTOS_LIBRES);
  });

  test("who guesses on one tablet locks nobody out on another", async () => {
    await using taller = await openTaller([]);
    const ledger = ledgerOf(taller.shop);
    await giveAcceso(ledger, tabletOf());
    await giveAcceso(ledger, tabletOf("the-secret-of-a-second-tablet", "tablet-2"));
    await giveAcceso(ledger, await pinOf(ROSA.id));
    const enter = (pin: string, secret: string) =>
      post(
        taller.url,
        "/sesion/pin",
        { trabajador: String(ROSA.id), pin },
        { Cookie: `zeues-tablet=${secret}` },
      );
    for (let n = 0; n < 8; n++) await enter("0000", "the-secret-of-a-second-tablet");
    expect((await enter(PIN, "the-secret-of-a-second-tablet")).status).toBe(429);
    const own = TABLET_COOKIE.slice("zeues-tablet=".length);
    expect((await enter(PIN, own)).status).toBe(303);
  });

  test("a stranger who guesses a password does not lock its owner's browser out", async () => {
    await using taller = await openTaller([]);
    const ledger = ledgerOf(taller.shop);
    await giveSupervisor({ ledger, clock: { ms: NOW_MS - 1 } });
    const right = { usuario: "rosa.prueba", clave: "una frase larga de prueba" };
    const first = await post(taller.url, "/sesion/clave", right);
    const known = cookieOf(first, "zeues-conocido");
    for (let n = 0; n < 8; n++) {
      await post(taller.url, "/sesion/clave", { ...right, clave: `adivino ${n}` });
    }
    expect((await post(taller.url, "/sesion/clave", right)).status).toBe(429);
    const mine = await post(taller.url, "/sesion/clave", right, { Cookie: known });
    expect(mine.status).toBe(303);
    // Another's cookie, or a changed one, is a stranger's.
    const forged = `${known.slice(0, -1)}${known.endsWith("A") ? "B" : "A"}`;
    expect((await post(taller.url, "/sesion/clave", right, { Cookie: forged })).status).toBe(429);
  });

  test("names that exist and names that do not are answered the same", async () => {
    await using taller = await openTaller([]);
    await giveSupervisor({ ledger: ledgerOf(taller.shop), clock: { ms: NOW_MS - 1 } });
    const answers: (readonly [number, string, string])[] = [];
    for (const usuario of ["rosa.prueba", "nadie.aqui", "Ñandú", ""]) {
      for (let n = 0; n <= INTENTOS_LIBRES; n++) {
        const answer = await post(taller.url, "/sesion/clave", { usuario, clave: "equivocada" });
        const text = (await answer.text()).replaceAll(`value="${usuario}"`, 'value=""');
        const said = /<p class="fallo".*?<\/p>/s.exec(text)?.[0] ?? "";
        answers.push([answer.status, said.replace(/\d+/g, "N"), text.replace(/\d+/g, "N")]);
      }
    }
    const rounds = INTENTOS_LIBRES + 1;
    for (let n = 0; n < rounds; n++) {
      const same = answers.filter((_, index) => index % rounds === n);
      expect(new Set(same.map(String)).size).toBe(1);
    }
    expect(answers.map(([status]) => status).slice(0, rounds)).toEqual([
      ...Array(INTENTOS_LIBRES).fill(401),
      429,
    ]);
  });
});

/** Reads to the end; one that is cut ends with an error. */
async function ended({ events }: Awaited<ReturnType<typeof openSse>>): Promise<void> {
  let open = true;
  while (open) open = !(await events.next().catch(() => ({ done: true }))).done;
}

describe("what outlives a session", () => {
  test("a stream of an idle session ends, and does not come back", async () => {
    const clock = startOf();
    await using taller = await openTaller([], { now: () => clock.ms });
    const cookie = await taller.shop.signIn(MAURICIO.id);
    using stream = await openSse(`${taller.url}/eventos?vista=tablero`, { Cookie: cookie });
    await stream.next("ping");
    clock.ms += IDLE_TABLET_MS + 31_000;
    await ended(stream);
    const answer = await fetch(`${taller.url}/eventos?vista=tablero`, {
      headers: { Cookie: cookie },
    });
    expect(answer.status).toBe(401);
  });

  test("a token's stream ends when its time is up", async () => {
    const clock = startOf();
    await using taller = await openTaller([], { now: () => clock.ms });
    const ledger = ledgerOf(taller.shop);
    const { secret } = await giveToken({ ledger, clock }, ["Lectura"], { venceMs: clock.ms + 5 });
    using stream = await openSse(`${taller.url}/api/sse/stream`, {
      Authorization: `Bearer ${secret}`,
    });
    await stream.next("ping");
    clock.ms += 5;
    await ended(stream);
  });

  test("touching keeps it, looking for news does not", async () => {
    const clock = startOf();
    await using taller = await openTaller([], { now: () => clock.ms });
    let cookie = await taller.shop.signIn(MAURICIO.id);
    const [tablet = ""] = cookie.split("; ");
    for (let n = 0; n < 3; n++) {
      clock.ms += IDLE_TABLET_MS - 60_000;
      const touched = await post(taller.url, "/sesion/sigo", {}, { Cookie: cookie });
      cookie = `${tablet}; ${cookieOf(touched, "zeues")}`;
    }
    const polls = { Cookie: cookie, "HX-Request": "true", Accept: "text/html" };
    for (let n = 0; n < 4; n++) {
      clock.ms += IDLE_TABLET_MS / 4;
      const poll = await fetch(`${taller.url}/equipo`, { headers: polls, redirect: "manual" });
      expect([n, poll.headers.getSetCookie().join()]).toEqual([n, ""]);
    }
    expect((await get(taller.url, "/", cookie)).status).toBe(303);
  });
});

describe("odd input", () => {
  test("a tag that looks like a path is a tag", async () => {
    const tags = [
      "../../etc/passwd",
      "..%2f..%2f",
      "/static/app.css",
      "%00",
      "..\\..\\x",
      "a/../b",
    ];
    await using taller = await openTaller(tags.map((tag) => spool({ tag })));
    const headers = { Authorization: `Bearer ${TOKEN}` };
    for (const tag of tags) {
      const path = `/api/spools/${encodeURIComponent(tag)}`;
      const answer = await fetch(taller.url + path, { headers });
      expect(((await answer.json()) as { tag_spool: string }).tag_spool).toBe(tag);
    }
    const raw = await fetch(`${taller.url}/api/spools/..%2f..%2f..%2fetc%2fpasswd`, { headers });
    expect(raw.status).toBe(404);
  });

  test("names of every object's own are fields like any other", async () => {
    await using taller = await openTaller([spool({ tag: "MK-1" })]);
    const cookie = await taller.shop.signIn(MAURICIO.id);
    const hostile =
      "__proto__[roles]=Supervisor&constructor[prototype][activo]=1" +
      "&accion=LIBERAR&tag_spool=MK-1&motivo=x";
    const form = await post(taller.url, "/acciones", hostile, { Cookie: cookie });
    expect(form.status).toBe(403);
    const json =
      '{"__proto__":{"roles":["Supervisor"]},"constructor":{"prototype":{"x":1}},' +
      '"tag_spool":"MK-1","worker_id":93,"motivo":"x","operacion":"ARM"}';
    const api = await fetch(`${taller.url}/api/occupation/liberar`, {
      method: "POST",
      body: json,
      headers: { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json" },
    });
    expect(api.status).toBe(403);
    expect(Object.hasOwn(Object.prototype, "roles")).toBe(false);
    expect(({} as { x?: number }).x).toBeUndefined();
  });

  test("text that makes a careless pattern run for ever is answered", async () => {
    await using taller = await openTaller([spool({ tag: "MK-1" })]);
    const cookie = await taller.shop.signIn(MAURICIO.id);
    const long = [
      "a".repeat(15_000),
      " ".repeat(15_000),
      "-".repeat(15_000),
      "%".repeat(15_000),
    ].concat([`${"a@".repeat(7_000)}!`, `${"1.".repeat(7_000)}x`, "(((".repeat(5_000)]);
    for (const text of long) {
      const codigo = await post(taller.url, "/tablet", { codigo: text });
      const usuario = await post(taller.url, "/sesion/clave", { usuario: text, clave: text });
      const motivo = await post(
        taller.url,
        "/acciones",
        { accion: "RECHAZAR", motivo: text, tag_spool: text },
        { Cookie: cookie },
      );
      const bearer = await fetch(`${taller.url}/api/workers`, {
        headers: { Authorization: `Bearer ${text.replace(/\s/g, "\t").slice(0, 8_000)}` },
      });
      // 413: percent-encoded it is longer than what a stranger may send.
      expect([400, 413]).toContain(codigo.status);
      expect([400, 413]).toContain(usuario.status);
      expect([motivo.status, bearer.status]).toEqual([400, 401]);
    }
  });

  test("a way back never leads to another site, nor adds a header", async () => {
    await using taller = await openTaller([]);
    const away = [
      "//evil.example",
      "/\\evil.example",
      "https://evil.example",
      "/.//evil.example",
    ].concat(["/%0d%0aSet-Cookie:%20a=b", "/\r\nSet-Cookie: a=b", "javascript:alert(1)", "\t//e"]);
    for (const volver of away) {
      await taller.shop.signIn(MAURICIO.id);
      const fields = { trabajador: "93", volver };
      const answer = await post(taller.url, "/sesion", fields, { Cookie: TABLET_COOKIE });
      const to = new URL(answer.headers.get("Location") ?? "", taller.url);
      expect([volver, to.origin]).toEqual([volver, taller.url]);
      expect(answer.headers.getSetCookie().some((line) => line.startsWith("a="))).toBe(false);
    }
  });

  test("a worker's session is no key to the API, nor a token to the pages", async () => {
    await using taller = await openTaller([spool({ tag: "MK-1" })]);
    const cookie = await taller.shop.signIn(MAURICIO.id);
    const body = JSON.stringify({ tag_spool: "MK-1", worker_id: ROSA.id, operacion: "ARM" });
    const api = await fetch(`${taller.url}/api/occupation/tomar`, {
      method: "POST",
      body,
      headers: { Cookie: cookie, Origin: taller.url, "Content-Type": "application/json" },
    });
    expect(api.status).toBe(401);
    const page = await fetch(taller.url, {
      headers: { Authorization: `Bearer ${TOKEN}`, Accept: "text/html" },
      redirect: "manual",
    });
    expect(page.status).toBe(303);
    // A form that names somebody else acts as who is signed in.
    const fields = {
      accion: "TOMAR",
      operacion: "ARM",
      tag_spool: "MK-1",
      worker_id: "1",
      trabajador: "1",
    };
    await post(taller.url, "/acciones", fields, { Cookie: cookie });
    expect(taller.spool("MK-1")?.ocupacion?.trabajador.id).toBe(MAURICIO.id);
  });
});

test("the administration of a supervisor is not a worker's, nor a PIN's", async () => {
  await using taller = await openTaller([]);
  await giveSupervisor({ ledger: ledgerOf(taller.shop), clock: { ms: NOW_MS - 1 } });
  const pin = await taller.shop.signIn(ROSA.id);
  const clave = await signInByClave(taller.url);
  const path = "/administracion/personas";
  expect((await get(taller.url, path, pin)).headers.get("Location")).toStartWith("/sesion/clave");
  expect((await get(taller.url, path, clave)).status).toBe(200);
});

test("when the shop asks everybody for a PIN, who came in by name alone is out", async () => {
  await using taller = await openTaller([]);
  const named = await taller.shop.signIn(MAURICIO.id);
  const supervisor = await taller.shop.signIn(ROSA.id);
  using stream = await openSse(`${taller.url}/eventos?vista=tablero`, { Cookie: named });
  await stream.next("ping");
  const { act, floor } = taller.shop.running;
  const quien = { trabajador: ROSA, medio: "tablet", dispositivo: null } as const;
  await ajustar(ledgerOf(taller.shop), floor.ajustes, { pin: "obligatorio" }, quien, act.now());
  await ended(stream);
  expect((await get(taller.url, "/", named)).status).toBe(303);
  expect((await get(taller.url, "/", supervisor)).status).toBe(200);
  const again = await post(taller.url, "/sesion", { trabajador: "93" }, { Cookie: TABLET_COOKIE });
  expect([again.status, await again.text()]).toEqual([403, expect.stringContaining("PIN")]);
});

test("a person has ten sessions; the oldest ends for the eleventh", async () => {
  const clock = startOf();
  await using taller = await openTaller([], { now: () => clock.ms });
  const cookies: string[] = [];
  for (let n = 0; n < 11; n++) {
    clock.ms += 1_000;
    cookies.push(await taller.shop.signIn(MAURICIO.id));
  }
  const statuses = cookies.map(async (cookie) => (await get(taller.url, "/hoy", cookie)).status);
  expect(await Promise.all(statuses)).toEqual([303, ...Array(10).fill(200)]);
});
