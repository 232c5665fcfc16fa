/**
 * Where the Redis ledger is: the forms of `REDIS_URL` (spec 9). Pure, so that a bad value stops the
 * start before anything is connected.
 *
 * `redis://[user:password@]host[:6379][/db]`, `rediss://` the same over TLS;
 * `redis+sentinel://[user:password@]host[:26379],host.../name[/db]`: the master of that name;
 * `redis+cluster://[user:password@]host[:6379],host...`: nodes of a cluster.
 * `rediss+sentinel://` and `rediss+cluster://` are the same over TLS.
 */

export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

export interface RedisTarget {
  readonly kind: "single" | "sentinel" | "cluster";
  readonly tls: boolean;
  /** Sentinels of `sentinel`, any nodes of `cluster`, the one of `single`. */
  readonly nodes: readonly [RedisNode, ...RedisNode[]];
  readonly username: string | null;
  readonly password: string | null;
  /** Database number; 0 for a cluster. */
  readonly db: number;
  /** The name under which Sentinel knows the master; "" for the others. */
  readonly master: string;
}

const SCHEME = /^(redis|rediss)(\+sentinel|\+cluster)?:\/\/(.+)$/;
const DB_MAX = 15_999;
const PORT_MAX = 65_535;

function parseNode(text: string, defaultPort: number): RedisNode | null {
  const [, host = "", port] = /^(\[[0-9a-fA-F:.]+\]|[^:[\]\s]+)(?::(\d{1,5}))?$/.exec(text) ?? [];
  const number = port === undefined ? defaultPort : Number(port);
  if (host === "" || number < 1 || number > PORT_MAX) return null;
  return { host: host.replace(/^\[|\]$/g, ""), port: number };
}

function parseDb(text: string | undefined): number | null {
  if (text === undefined || text === "") return 0;
  return /^\d{1,5}$/.test(text) && Number(text) <= DB_MAX ? Number(text) : null;
}

/** A user and password may hold any character, percent-encoded (RFC 3986, 3.2.1). */
function decoded(text: string | undefined): string | null {
  if (text === undefined || text === "") return null;
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a lone % is meant as itself
  }
}

/** What follows the hosts: the master's name and the database, as far as the kind has them. */
function parsePath(kind: RedisTarget["kind"], path: string) {
  const [first, second, ...rest] = path.split("/");
  if (rest.length > 0) return null;
  if (kind === "sentinel") {
    const db = parseDb(second);
    return first && db !== null ? { master: decodeURIComponent(first), db } : null;
  }
  const db = parseDb(first);
  if (db === null || second !== undefined) return null;
  // A cluster has one database (redis.io, cluster specification).
  return kind === "cluster" && db !== 0 ? null : { master: "", db };
}

/** @returns where to connect, null for a text of none of the forms */
export function parseRedisUrl(text: string): RedisTarget | null {
  const [, scheme, form, rest = ""] = SCHEME.exec(text) ?? [];
  if (scheme === undefined) return null;
  const kind = form === undefined ? "single" : form === "+cluster" ? "cluster" : "sentinel";
  const at = rest.lastIndexOf("@");
  const [, user, password] = /^([^:]*)(?::(.*))?$/s.exec(at < 0 ? "" : rest.slice(0, at)) ?? [];
  const [hosts = "", ...tail] = rest.slice(at + 1).split("/");
  const path = parsePath(kind, tail.join("/"));
  const port = kind === "sentinel" ? 26_379 : 6_379;
  const nodes = hosts.split(",").map((host) => parseNode(host, port));
  const [first, ...others] = nodes.filter((node) => node !== null);
  const count = 1 + others.length;
  if (!path || !first || count !== nodes.length || (kind === "single" && count > 1)) return null;
  return {
    kind,
    tls: scheme === "rediss",
    nodes: [first, ...others],
    username: decoded(user),
    password: decoded(password),
    ...path,
  };
}

/** The target for people, without its secrets: `redis 10.0.0.5:6379/0`. */
export const describeTarget = ({ kind, nodes, master, db }: RedisTarget): string => {
  const hosts = nodes.map(({ host, port }) => `${host}:${port}`).join(",");
  if (kind === "cluster") return `cluster ${hosts}`;
  return kind === "sentinel" ? `sentinel ${hosts} ${master}/${db}` : `${hosts}/${db}`;
};
