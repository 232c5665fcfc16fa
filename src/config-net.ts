/** Where ZEUES stands in a network: its public address, the proxies before it. Pure. */
import { BlockList, isIP } from "node:net";

/** What of a BlockList is asked; the address in its plain form (middleware/client.ts). */
export type TrustedProxy = Pick<BlockList, "check">;

/**
 * A public address, `https://zeues.taller.cl`: no path (ZEUES stands at the root), no user.
 * @returns its origin as browsers send it: lower case, no default port; null when it is none
 */
export function publicOrigin(text: string): string | null {
  // URL would forgive spaces, tabs and newlines, which are mistakes of whoever wrote them.
  const url = /[\s\\]/.test(text) ? null : URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) return null;
  return url.pathname === "/" && !/[?#]/.test(text) ? url.origin : null;
}

/** IPv4 in an IPv6 socket (RFC 4291, 2.5.5.2), as people write it. */
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
const MAPPED_BITS = 96;
const V4_BITS = 32;
const V6_BITS = 128;

interface Net {
  readonly address: string;
  readonly family: "ipv4" | "ipv6";
  /** Null = this one address. */
  readonly prefix: number | null;
}

/** One address or `ADDRESS/PREFIX`; null when it is neither, or all addresses there are. */
function parseNet(text: string): Net | null {
  const [, written = "", bits] = /^([0-9a-f:.]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? [];
  const [, v4] = MAPPED.exec(written) ?? [];
  const address = v4 ?? written;
  const kind = isIP(address);
  if (kind === 0) return null;
  const family = kind === 4 ? "ipv4" : "ipv6";
  if (bits === undefined) return { address, family, prefix: null };
  const prefix = Number(bits) - (v4 === undefined ? 0 : MAPPED_BITS);
  // Believing everybody's X-Forwarded-For is believing no address at all: a mistake, not a wish.
  const fits = prefix >= 1 && prefix <= (kind === 4 ? V4_BITS : V6_BITS);
  return fits ? { address, family, prefix } : null;
}

/** `127.0.0.1, 10.0.0.0/8, fd00::/8` as something to ask; null when one of them is none. */
export function trustedProxy(text: string): TrustedProxy | null {
  const list = new BlockList();
  for (const one of text.split(",")) {
    const net = parseNet(one.trim());
    if (!net) return null;
    const { address, family, prefix } = net;
    if (prefix === null) list.addAddress(address, family);
    else list.addSubnet(address, prefix, family);
  }
  return list;
}
