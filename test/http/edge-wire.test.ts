/** What no well-behaved client sends: malformed, smuggled, injected, too large a head. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { ask, openRaw, statusOf } from "../support/raw-http.ts";
import { openShop, type Shop } from "../support/shop.ts";

const LUIS = 21;
let shop: Shop;
let cookie: string;
let host: string;
beforeAll(async () => {
  shop = await openShop();
  cookie = await shop.signIn(LUIS);
  host = `Host: ${new URL(shop.url).host}\r\n`;
});
afterAll(() => shop[Symbol.asyncDispose]());

describe("a request that could be read in two ways is 400 and closed, never two requests", () => {
  const smuggled = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
  test.each<[string, string, string]>([
    ["two lengths that differ", "Content-Length: 3\r\nContent-Length: 40\r\n", `abc${smuggled}`],
    ["the same the other way round", "Content-Length: 40\r\nContent-Length: 3\r\n", "abc"],
    ["a list of lengths", "Content-Length: 3, 3\r\n", "abc"],
    ["a negative length", "Content-Length: -1\r\n", "abc"],
    ["a length with a sign", "Content-Length: +3\r\n", "abc"],
    ["a length in hex", "Content-Length: 0x3\r\n", "abc"],
    ["a length over all numbers", `Content-Length: ${"9".repeat(30)}\r\n`, "abc"],
    ["length and chunks", "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"],
    ["chunks and length", "Transfer-Encoding: chunked\r\nContent-Length: 6\r\n", "0\r\n\r\n"],
    ["chunked twice", "Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"],
    ["chunked and then not", "Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"],
    ["a coding nobody knows", "Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"],
    ["a space before the colon", "Transfer-Encoding : chunked\r\n", "0\r\n\r\n"],
    ["a chunk's size that is none", "Transfer-Encoding: chunked\r\n", "zz\r\nabc\r\n0\r\n\r\n"],
    ["a chunk past all numbers", "Transfer-Encoding: chunked\r\n", `${"f".repeat(17)}\r\nabc`],
    ["chunks with bare newlines", "Transfer-Encoding: chunked\r\n", "3\nabc\n0\n\n"],
  ])("%s", async (_, head, body) => {
    using raw = await openRaw(shop.url);
    const form = "Content-Type: application/x-www-form-urlencoded\r\n";
    const own = `${host}Origin: ${shop.url}\r\n${form}`;
    raw.send(`POST /sesion/clave HTTP/1.1\r\n${own}${head}\r\n${body}`);
    const text = await raw.closed;
    expect(statusOf(text)).toBe(400);
    expect(text.match(/HTTP\/1\.1 /g)).toHaveLength(1);
  });

  test("a length that lies: what is over it is the next request, and refused as such", async () => {
    using raw = await openRaw(shop.url);
    const head = `Content-Length: 3\r\nContent-Type: text/plain\r\n`;
    raw.send(`POST /sesion/clave HTTP/1.1\r\n${host}Origin: ${shop.url}\r\n${head}\r\nabcdefg`);
    raw.send("\r\n\r\n");
    const text = await raw.closed;
    expect(statusOf(text)).toBe(415);
  });
});

describe("heads", () => {
  test.each<[string, string, number]>([
    ["no host", "GET /sesion HTTP/1.1\r\n\r\n", 400],
    ["two hosts", "GET /sesion HTTP/1.1\r\nHost: zeues\r\nHost: malo.cl\r\n\r\n", 400],
    ["a host that is none", "GET /sesion HTTP/1.1\r\nHost: a b/c@d\r\n\r\n", 400],
    ["HTTP/1.0 without a host", "GET /sesion HTTP/1.0\r\n\r\n", 400],
    ["a header that goes on", "GET /sesion HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n", 400],
    ["a bare return in a header", "GET /sesion HTTP/1.1\r\nHost: x\r\nX: a\rY: b\r\n\r\n", 400],
    ["a nought in a header", "GET /sesion HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n", 400],
    ["TLS to a port that has none", "\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03", 400],
    ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400],
    ["another version", "GET /sesion HTTP/9.9\r\nHost: x\r\n\r\n", 505],
    ["bare newlines", "GET /sesion HTTP/1.1\nHost: x\n\n", 505],
    ["OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 400],
    ["a large head", `GET /sesion HTTP/1.1\r\nHost: x\r\nX: ${"a".repeat(20_000)}\r\n\r\n`, 431],
    ["a huge head", `GET /sesion HTTP/1.1\r\nHost: x\r\nX: ${"a".repeat(1_000_000)}\r\n\r\n`, 431],
    ["many headers", `GET /sesion HTTP/1.1\r\nHost: x\r\n${"X: y\r\n".repeat(250)}\r\n`, 431],
    ["a long address", `GET /${"a".repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431],
  ])("%s", async (_, text, status) => {
    using raw = await openRaw(shop.url);
    raw.send(text);
    await Promise.race([raw.closed, raw.said(/\r\n\r\n/)]);
    expect(statusOf(raw.text)).toBe(status);
  });

  test("an address with another host in it is answered as ours, links and redirects too", async () => {
    for (const scheme of ["http", "https"]) {
      const line = `GET ${scheme}://malo.cl/tablero HTTP/1.1\r\n`;
      const text = await ask(shop.url, `${line}${host}Accept: text/html\r\n\r\n`);
      expect(text).not.toContain("malo.cl");
      expect(/^location: (.*)\r$/im.exec(text)?.[1]).toBe("/sesion?volver=%2Ftablero");
    }
  });
});

describe("methods", () => {
  test.each(["TRACE", "CONNECT"])("%s is 405 and shows nothing of the request", async (method) => {
    const text = await ask(
      shop.url,
      `${method} / HTTP/1.1\r\n${host}Cookie: ${cookie}\r\nX-Secret: s3cret\r\n\r\n`,
    );
    expect(statusOf(text)).toBe(405);
    expect(text).not.toMatch(/s3cret|zeues=/);
  });

  test("CONNECT to elsewhere makes no proxy of us", async () => {
    const text = await ask(shop.url, `CONNECT malo.cl:443 HTTP/1.1\r\n${host}\r\n`);
    expect(statusOf(text)).toBe(405);
  });

  test.each(["FOO", "get", "G E T", "\x00"])("%j is closed", async (method) => {
    using raw = await openRaw(shop.url);
    raw.send(`${method} / HTTP/1.1\r\n${host}\r\n`);
    expect([0, 400, 505]).toContain(statusOf(await raw.closed));
  });

  test("OPTIONS allows no other site anything", async () => {
    for (const path of ["/", "/acciones", "/api/spools"]) {
      const answer = await fetch(shop.url + path, {
        method: "OPTIONS",
        headers: { Origin: "https://malo.cl", "Access-Control-Request-Method": "POST" },
      });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      const cors = [...answer.headers.keys()].filter((name) => name.startsWith("access-control"));
      expect(cors).toEqual([]);
    }
  });

  test("HEAD of every page is GET without the page", async () => {
    const headers = { Cookie: cookie, Accept: "text/html" };
    const pages = ["/", "/buscar", "/operacion/ARM", "/tablero", "/problemas", "/hoy", "/equipo"];
    for (const path of [...pages, "/muro", "/sesion", "/sesion/clave", "/tablet", "/nada"]) {
      const read = (method: string) =>
        fetch(shop.url + path, { method, headers, redirect: "manual" });
      const [head, get] = [await read("HEAD"), await read("GET")];
      expect([path, head.status]).toEqual([path, get.status]);
      expect(await head.text()).toBe("");
      expect(head.headers.get("Content-Type")).toBe(get.headers.get("Content-Type"));
      expect(head.headers.get("Content-Security-Policy")).not.toBeNull();
    }
  });
});

describe("nothing that is sent becomes a header of ours", () => {
  const EVIL = [
    "/tablero\r\nSet-Cookie: zeues=malo",
    "/tablero%0d%0aSet-Cookie:%20zeues=malo",
    "/tablero\nX-Malo: 1",
    "//malo.cl",
    "/\\malo.cl",
    "/.//malo.cl",
    "https://malo.cl",
    "javascript:alert(1)",
    "/\tmalo",
    "/ñ\u2028",
  ];

  const checkAnswer = (answer: Response): void => {
    expect(answer.headers.get("X-Malo")).toBeNull();
    for (const line of answer.headers.getSetCookie()) expect(line).not.toContain("malo");
    const location = answer.headers.get("Location");
    if (location === null) return;
    expect(location).toMatch(/^\/(?![/\\])/);
    expect(new URL(location, shop.url).origin).toBe(shop.url);
  };

  test.each(EVIL)("volver=%j", async (volver) => {
    const query = `?${new URLSearchParams({ volver })}`;
    const all = { Origin: shop.url, Accept: "text/html" };
    for (const path of ["/sesion", "/sesion/clave", "/tablero"]) {
      const headers = { Accept: "text/html" };
      checkAnswer(await fetch(shop.url + path + query, { headers, redirect: "manual" }));
    }
    const fields = { trabajador: String(LUIS), usuario: "nadie", clave: "x", volver };
    for (const path of ["/sesion", "/sesion/clave"]) {
      const body = new URLSearchParams(fields);
      const headers = { ...all, Cookie: cookie };
      const init = { method: "POST", body, headers, redirect: "manual" } as const;
      checkAnswer(await fetch(shop.url + path, init));
    }
  });

  test("nor what stands in an address: it is encoded, or 400", async () => {
    for (const path of ["/tablero%0d%0aX-Malo:%201", "/a%00b", "/%ff%fe", "/%e2%80%a8", "/%"]) {
      const text = await ask(shop.url, `GET ${path} HTTP/1.1\r\n${host}Accept: text/html\r\n\r\n`);
      expect(text).not.toMatch(/^x-malo/im);
      expect([303, 400, 401, 404]).toContain(statusOf(text));
    }
  });

  test("nor what another cookie, Referer or X-Forwarded header says", async () => {
    const answer = await fetch(`${shop.url}/tablero`, {
      headers: {
        Accept: "text/html",
        Cookie: "visto=1%0d%0aX-Malo:1; zeues=%0d%0aX-Malo:1",
        Referer: "https://malo.cl/%0d%0aX-Malo:1",
        "X-Forwarded-Host": "malo.cl",
        "X-Forwarded-Proto": "https",
        "X-Original-URL": "/administracion",
        "X-HTTP-Method-Override": "DELETE",
      },
      redirect: "manual",
    });
    checkAnswer(answer);
    expect(answer.headers.get("Location")).toBe("/sesion?volver=%2Ftablero");
  });
});
