/**
 * Who a request comes from: its address, whether its way is encrypted, the origin that it was sent
 * to. Believed are the socket, and what the proxies of `ZEUES_TRUSTED_PROXY` say; from anybody else
 * X-Forwarded-… is a stranger's text and is not read.
 */
import { type BlockList, isIP } from "node:net";
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { Env } from "../context.ts";
import { tellEdge } from "../refusals.ts";

/** Where ZEUES stands in the network, of the configuration. */
export interface Net {
  /** `https://zeues.taller.cl`; null = whatever a request was sent to. */
  readonly publicUrl: string | null;
  /** Null = nobody before ZEUES is believed. */
  readonly trustedProxy: Pick<BlockList, "check"> | null;
}

export interface Client {
  /** In its plain form; null where no server tells it (tests). */
  readonly address: string | null;
  /** The key of limits: the IPv4 address, or the /64 that an IPv6 one may change within. */
  readonly bucket: string;
  /** TLS on the whole way that is known: cookies are Secure then. */
  readonly secure: boolean;
  /** Scheme, host and port, as a browser's Origin of our own pages has them. */
  readonly origin: string;
}

/** An IPv6 address has eight groups of 16 bits; a network is given a /64, the first four. */
const V6_GROUPS = 8;
const SUBNET_GROUPS = 4;

/** `a.b.c.d` at the end of an IPv6 address, as the two groups that it is. */
function withoutDots(address: string): string {
  return address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...bytes: readonly string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(0, 4).map(Number);
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
}

/**
 * The eight groups of an IPv6 address, numbers. (Bun's URL would give them too, but knows not all
 * that are written with dots.)
 */
function groupsOf(address: string): readonly number[] {
  const [head = "", tail] = withoutDots(address).split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array<string>(V6_GROUPS - before.length - after.length).fill("0");
  return [...before, ...zeros, ...after].map((group) => Number.parseInt(group, 16));
}

const V4_MAPPED = [0, 0, 0, 0, 0, 0xffff];

function mappedV4(groups: readonly number[]): string | null {
  if (!V4_MAPPED.every((group, at) => groups[at] === group)) return null;
  return groups
    .slice(V4_MAPPED.length)
    .flatMap((group) => [group >> 8, group & 0xff])
    .join(".");
}

interface Address {
  readonly plain: string;
  readonly bucket: string;
}

/**
 * An address in one form, however it was written: lower case, without a zone, IPv4 in IPv6 as IPv4.
 * @returns null for what is no address
 */
export function parseAddress(text: string): Address | null {
  const [bare = ""] = text.split("%");
  const kind = isIP(bare);
  if (kind === 4) return { plain: bare, bucket: bare };
  if (kind === 0) return null;
  const groups = groupsOf(bare);
  const v4 = mappedV4(groups);
  if (v4 !== null) return { plain: v4, bucket: v4 };
  const hex = groups.map((group) => group.toString(16));
  return { plain: hex.join(":"), bucket: `${hex.slice(0, SUBNET_GROUPS).join(":")}::/64` };
}

/** An entry of X-Forwarded-For; some proxies add the port, then IPv6 stands in brackets. */
function parseEntry(text: string): Address | null {
  const [, v6, v4] = /^(?:\[([^\]]+)\](?::\d+)?|(\d+(?:\.\d+){3}):\d+)$/.exec(text) ?? [];
  return parseAddress(v6 ?? v4 ?? text);
}

/** The entries of a header that each proxy adds to on the right; the nearest one's first. */
const fromRight = (header: string | undefined): readonly string[] =>
  (header ?? "")
    .split(",")
    .map((entry) => entry.trim())
    .reverse();

/** `host` or `host:port`, and nothing that a URL would read as something else. */
const HOST = /^([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/i;

/** The origin of a scheme and a Host header; null when the header names no host. */
function originOf(scheme: "http" | "https", host: string | undefined): string | null {
  return host !== undefined && HOST.test(host)
    ? (URL.parse(`${scheme}://${host}`)?.origin ?? null)
    : null;
}

export interface Asking {
  /** Of the socket; null when unknown. */
  readonly peer: string | null;
  readonly tls: boolean;
  readonly header: (name: string) => string | undefined;
}

/** From the nearest to the farthest: the first that is not a trusted proxy is who asks. */
function whoAsks({ peer, header }: Asking, trusts: (address: string) => boolean) {
  let nearest = peer === null ? null : parseAddress(peer);
  for (const entry of fromRight(header("x-forwarded-for"))) {
    if (!nearest || !trusts(nearest.plain)) break;
    const next = parseEntry(entry);
    // What a trusted proxy was told by a stranger may be anything; then the proxy is who asks.
    if (!next) break;
    nearest = next;
  }
  return nearest;
}

const trustOf =
  (trustedProxy: Net["trustedProxy"]) =>
  (address: string): boolean =>
    trustedProxy?.check(address, isIP(address) === 4 ? "ipv4" : "ipv6") ?? false;

function trustsPeer(peer: string | null, trusts: (address: string) => boolean): boolean {
  const socket = peer === null ? null : parseAddress(peer);
  return socket !== null && trusts(socket.plain);
}

/** Whether a proxy that is believed sent it. */
export const fromTrustedProxy = (c: Context<Env>, { trustedProxy }: Net): boolean =>
  trustedProxy !== null && trustsPeer(askingOf(c).peer, trustOf(trustedProxy));

/**
 * Who asks.
 * @returns null when the request names no host that it could be sent to
 */
export function clientOf(asking: Asking, { publicUrl, trustedProxy }: Net): Client | null {
  const { peer, tls, header } = asking;
  const trusts = trustOf(trustedProxy);
  const behindProxy = trustsPeer(peer, trusts);
  const who = whoAsks(asking, trusts);
  const [proto] = behindProxy ? fromRight(header("x-forwarded-proto")) : [];
  const [forwardedHost] = behindProxy ? fromRight(header("x-forwarded-host")) : [];
  const encrypted = tls || proto === "https";
  const sentTo = originOf(encrypted ? "https" : "http", forwardedHost || header("host"));
  if (sentTo === null) return null;
  return {
    address: who?.plain ?? null,
    bucket: who?.bucket ?? "-",
    secure: encrypted || publicUrl?.startsWith("https:") === true,
    origin: publicUrl ?? sentTo,
  };
}

/** What of a request tells who asks. A handler without a server (tests) has only the URL. */
function askingOf(c: Context<Env>): Asking {
  // Hono passes on whatever it was given, also nothing.
  const server = (c.env as Partial<Env["Bindings"]> | undefined)?.server;
  const url = URL.parse(c.req.url);
  // Bun makes the request's URL from its Host header and of nothing else that is sent.
  const host = c.req.header("host") ?? (server ? undefined : url?.host);
  return {
    peer: server?.requestIP?.(c.req.raw)?.address ?? null,
    tls: (server?.url?.protocol ?? url?.protocol) === "https:",
    header: (name) => (name === "host" ? host : c.req.header(name)),
  };
}

/** Methods that would make a proxy of us or show a request's cookies to a script. */
const NEVER = new Set(["TRACE", "CONNECT"]);

/**
 * Sets `client`. A request without one usable Host header, or with a method that has no place here,
 * goes no further: its URL is not one, and what comes after counts on it.
 */
export const knowsClient = (net: Net) =>
  createMiddleware<Env>(async function knowsClientMiddleware(c, next) {
    if (NEVER.has(c.req.method)) return c.body(null, 405, { Allow: "GET, HEAD, POST" });
    const client = clientOf(askingOf(c), net);
    if (!client) {
      const { code, message, status } = tellEdge("SOLICITUD_INVALIDA");
      return c.text(`${code}: ${message}`, status);
    }
    c.set("client", client);
    await next();
  });
