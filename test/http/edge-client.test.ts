/** Who a request comes from: only the socket and trusted proxies are believed. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Hono } from "hono";
import { readConfig } from "../../src/config.ts";
import type { Env } from "../../src/http/context.ts";
import { clientOf, knowsClient, parseAddress } from "../../src/http/middleware/client.ts";

const PROXIES = "10.0.0.0/8,fd00::/8,127.0.0.1";

const netOf = (env: Readonly<Record<string, string>> = {}) => {
  const { publicUrl, trustedProxy } = readConfig(env);
  return { publicUrl, trustedProxy };
};
const BEHIND = netOf({ ZEUES_TRUSTED_PROXY: PROXIES });

interface Sent {
  readonly peer?: string;
  readonly tls?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

/** @param net where ZEUES stands; by default behind PROXIES */
function ask({ peer = "10.0.0.2", tls = false, headers = {} }: Sent, net = BEHIND) {
  const all: Readonly<Record<string, string>> = { host: "zeues:3000", ...headers };
  return clientOf({ peer, tls, header: (name) => all[name] }, net);
}
const addressOf = (peer: string, forwardedFor?: string, net = BEHIND) =>
  ask({ peer, headers: forwardedFor === undefined ? {} : { "x-forwarded-for": forwardedFor } }, net)
    ?.address;

describe("an address has one form", () => {
  test.each<[string, string | null, string | null]>([
    ["203.0.113.9", "203.0.113.9", "203.0.113.9"],
    ["::ffff:203.0.113.9", "203.0.113.9", "203.0.113.9"],
    ["0::0:0:ffff:203.0.113.9", "203.0.113.9", "203.0.113.9"],
    ["64:ff9b::203.0.113.9", "64:ff9b:0:0:0:0:cb00:7109", "64:ff9b:0:0::/64"],
    ["::FFFF:cb00:7109", "203.0.113.9", "203.0.113.9"],
    ["0:0:0:0:0:ffff:203.0.113.9", "203.0.113.9", "203.0.113.9"],
    ["2001:DB8::1", "2001:db8:0:0:0:0:0:1", "2001:db8:0:0::/64"],
    ["2001:db8:0:0:9:9:9:9", "2001:db8:0:0:9:9:9:9", "2001:db8:0:0::/64"],
    ["2001:db8:0:1::1", "2001:db8:0:1:0:0:0:1", "2001:db8:0:1::/64"],
    ["::1", "0:0:0:0:0:0:0:1", "0:0:0:0::/64"],
    ["::", "0:0:0:0:0:0:0:0", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0:0:0:0:1", "fe80:0:0:0::/64"],
    ["010.0.0.1", null, null],
    ["1.2.3", null, null],
    ["0x7f000001", null, null],
    ["2130706433", null, null],
    ["127.1", null, null],
    [":::1", null, null],
    ["[::1]", null, null],
    ["", null, null],
    ["localhost", null, null],
    ["1.2.3.4\r\nX: y", null, null],
  ])("%j", (text, plain, bucket) => {
    expect(parseAddress(text)?.plain ?? null).toBe(plain);
    expect(parseAddress(text)?.bucket ?? null).toBe(bucket);
  });

  test("whatever it is", () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const once = parseAddress(text);
        expect(once).not.toBeNull();
        expect(parseAddress(once?.plain ?? "")).toEqual(once);
      }),
    );
  });
});

describe("the address", () => {
  test.each<[peer: string, forwardedFor: string | undefined, address: string]>([
    ["203.0.113.9", undefined, "203.0.113.9"],
    ["10.0.0.2", undefined, "10.0.0.2"],
    ["10.0.0.2", "", "10.0.0.2"],
    // A stranger may say anything.
    ["203.0.113.9", "198.51.100.1", "203.0.113.9"],
    ["203.0.113.9", "10.0.0.2", "203.0.113.9"],
    ["10.0.0.2", "198.51.100.1", "198.51.100.1"],
    // What stands left of the proxy's own entry came from the stranger.
    ["10.0.0.2", "1.1.1.1, 198.51.100.1", "198.51.100.1"],
    ["10.0.0.2", "127.0.0.1, 198.51.100.1", "198.51.100.1"],
    // Two proxies of ours.
    ["10.0.0.2", "198.51.100.1, 10.9.9.9", "198.51.100.1"],
    ["10.0.0.2", "1.1.1.1, 198.51.100.1, fd00::5, 127.0.0.1", "198.51.100.1"],
    // Only proxies: the farthest.
    ["10.0.0.2", "10.0.0.3, 10.0.0.4", "10.0.0.3"],
    // Nothing that is no address is believed, nor what stands left of it.
    ["10.0.0.2", "198.51.100.1, unknown", "10.0.0.2"],
    ["10.0.0.2", "198.51.100.1, , 10.0.0.3", "10.0.0.3"],
    ["10.0.0.2", "198.51.100.1,", "10.0.0.2"],
    ["10.0.0.2", "198.51.100.1 10.0.0.3", "10.0.0.2"],
    ["10.0.0.2", "198.51.100.1;10.0.0.3", "10.0.0.2"],
    ["10.0.0.2", '"198.51.100.1"', "10.0.0.2"],
    ["10.0.0.2", "'; DROP TABLE x --", "10.0.0.2"],
    ["10.0.0.2", "198.51.100.999", "10.0.0.2"],
    // Forms that proxies write.
    ["10.0.0.2", "198.51.100.1:4711", "198.51.100.1"],
    ["10.0.0.2", "[2001:db8::1]:4711", "2001:db8:0:0:0:0:0:1"],
    ["10.0.0.2", "[2001:db8::1]", "2001:db8:0:0:0:0:0:1"],
    ["10.0.0.2", "2001:db8::1", "2001:db8:0:0:0:0:0:1"],
    ["10.0.0.2", "::ffff:198.51.100.1", "198.51.100.1"],
    ["::ffff:10.0.0.2", "198.51.100.1", "198.51.100.1"],
    ["fd00::1", "198.51.100.1, ::ffff:10.0.0.3", "198.51.100.1"],
  ])("socket %s, X-Forwarded-For %j: %s", (peer, forwardedFor, address) => {
    expect(addressOf(peer, forwardedFor)).toBe(address);
  });

  test("of whoever is not a proxy is the socket's, whatever they send", () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string())), (a, list) => {
        expect(addressOf("203.0.113.9", a)).toBe("203.0.113.9");
        expect(addressOf("203.0.113.9", list.join(", "))).toBe("203.0.113.9");
        // Whatever came before it, the proxy's own entry decides.
        expect(addressOf("10.0.0.2", [...list, "198.51.100.1"].join(", "))).toBe("198.51.100.1");
      }),
    );
  });

  test("with no proxy configured nobody is believed, not even this machine", () => {
    expect(addressOf("127.0.0.1", "198.51.100.1", netOf())).toBe("127.0.0.1");
  });

  test("is none where no server tells it, and X-Forwarded-For does not make one", () => {
    const header = (name: string) => ({ host: "zeues", "x-forwarded-for": "1.1.1.1" })[name];
    expect(clientOf({ peer: null, tls: false, header }, BEHIND)).toMatchObject({
      address: null,
      bucket: "-",
    });
  });
});

describe("secure and origin", () => {
  const PUBLIC = { ZEUES_PUBLIC_URL: "https://zeues.taller.cl" };
  const proto = (text: string) => ({ "x-forwarded-proto": text });

  test.each<[Sent, object]>([
    [{}, { secure: false, origin: "http://zeues:3000" }],
    [{ tls: true }, { secure: true, origin: "https://zeues:3000" }],
    [{ headers: proto("https") }, { secure: true, origin: "https://zeues:3000" }],
    [{ headers: proto("http, https") }, { secure: true, origin: "https://zeues:3000" }],
    [{ headers: proto("https, http") }, { secure: false, origin: "http://zeues:3000" }],
    [{ headers: proto("HTTPS") }, { secure: false, origin: "http://zeues:3000" }],
    [{ headers: proto("javascript") }, { secure: false, origin: "http://zeues:3000" }],
    [{ peer: "203.0.113.9", headers: proto("https") }, { secure: false }],
    [{ headers: { host: "Zeues.Taller.CL:80" } }, { origin: "http://zeues.taller.cl" }],
    [{ headers: { host: "[FD00::5]:3000" } }, { origin: "http://[fd00::5]:3000" }],
    [{ headers: { "x-forwarded-host": "zeues.taller.cl" } }, { origin: "http://zeues.taller.cl" }],
    [{ headers: { "x-forwarded-host": "malo, zeues.cl" } }, { origin: "http://zeues.cl" }],
    [
      { peer: "203.0.113.9", headers: { "x-forwarded-host": "malo.cl" } },
      { origin: "http://zeues:3000" },
    ],
  ])("%j", (sent, expected) => expect(ask(sent)).toMatchObject(expected));

  test("the public address goes before what was sent", () => {
    const headers = { host: "malo.cl", "x-forwarded-host": "malo.cl", "x-forwarded-proto": "http" };
    const net = netOf({ ...PUBLIC, ZEUES_TRUSTED_PROXY: PROXIES });
    expect(ask({ headers }, net)).toMatchObject({
      secure: true,
      origin: "https://zeues.taller.cl",
    });
    expect(ask({ peer: "203.0.113.9" }, netOf({ ZEUES_PUBLIC_URL: "http://z" }))).toMatchObject({
      secure: false,
      origin: "http://z",
    });
  });

  test.each([
    "a b",
    "zeues:3000, malo.cl",
    "zeues/..",
    "yo@malo.cl",
    "zeues:99999",
    "zeues:3000#",
    "zeues\\malo",
    "",
    "[::1",
    "zeues:",
    "%",
  ])("Host: %j names no host: no client", (host) => {
    expect(ask({ headers: { host } })).toBeNull();
  });
});

describe("in a request", () => {
  const app = (net = netOf()) =>
    new Hono<Env>().use(knowsClient(net)).all("*", (c) => c.json(c.get("client")));

  test("without a server, as tests ask", async () => {
    const answer = await app().request("http://zeues.test/a");
    expect(await answer.json()).toEqual({
      address: null,
      bucket: "-",
      secure: false,
      origin: "http://zeues.test",
    });
    expect(await (await app().request("https://zeues.test/a")).json()).toMatchObject({
      secure: true,
      origin: "https://zeues.test",
    });
  });

  test("of a socket", async () => {
    await using server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      development: false,
      fetch: (request, self) => app(BEHIND).fetch(request, { server: self }),
    });
    const url = `http://127.0.0.1:${server.port}`;
    expect(await (await fetch(url)).json()).toEqual({
      address: "127.0.0.1",
      bucket: "127.0.0.1",
      secure: false,
      origin: url,
    });
    const headers = { "X-Forwarded-For": "1.1.1.1, 198.51.100.1", "X-Forwarded-Proto": "https" };
    expect(await (await fetch(url, { headers })).json()).toMatchObject({
      address: "198.51.100.1",
      secure: true,
    });
  });

  test.each(["TRACE", "CONNECT"])("%s has no place here", async (method) => {
    const request = new Request("http://zeues.test/a");
    Object.defineProperty(request, "method", { value: method });
    const answer = await app().fetch(request);
    expect([answer.status, await answer.text()]).toEqual([405, ""]);
  });
});
