/** What a Redis must be for a ledger to be safe in it (spec 5), read from its own INFO. */
import { aviso, bien, type Finding, lineOf, mal } from "./finding.ts";
import type { Client } from "./redis-connections.ts";

/** Redis 7 brought scripts that are refused before they run where they may not write. */
const VERSION_MIN = 7;
/** Beyond this share of `maxmemory` it is time to give it more. */
const MEMORY_SHARE = 0.8;

const fieldsOf = (info: string): ReadonlyMap<string, string> =>
  new Map(
    info.split(/\r?\n/).flatMap((line) => {
      const at = line.indexOf(":");
      return at > 0 ? [[line.slice(0, at), line.slice(at + 1)] as const] : [];
    }),
  );

type Fields = ReadonlyMap<string, string>;

const nameOf = (fields: Fields): string => {
  const valkey = fields.get("valkey_version");
  return valkey === undefined ? `Redis ${fields.get("redis_version") ?? "?"}` : `Valkey ${valkey}`;
};

function judgeVersion(fields: Fields): Finding {
  const name = nameOf(fields);
  return Number.parseInt(name.replace(/^\D+/, ""), 10) < VERSION_MIN
    ? mal(`${name}: se necesita el ${VERSION_MIN} o posterior`, "actualízalo")
    : bien(name);
}

function judgeRole(fields: Fields): Finding | null {
  const role = fields.get("role");
  if (role === undefined) return null;
  return role === "master"
    ? bien("es el maestro")
    : mal(`este Redis es una réplica (${role})`, "apunta REDIS_URL al maestro");
}

function judgePersistence(fields: Fields): Finding | null {
  if (fields.get("aof_last_write_status") === "err") {
    return mal("Redis no pudo escribir su AOF", "revisa su disco");
  }
  const aof = fields.get("aof_enabled");
  if (aof === undefined) return null;
  return aof === "1"
    ? bien("appendonly yes")
    : aviso("appendonly no: si Redis se cae se pierden acciones aceptadas", "ponlo en yes");
}

function judgeEviction(fields: Fields): Finding | null {
  const policy = fields.get("maxmemory_policy");
  if (policy === undefined) return null;
  if (policy === "noeviction") return bien("maxmemory-policy noeviction");
  return aviso(
    `maxmemory-policy ${policy}: Redis puede borrar datos de ZEUES`,
    "ponlo en noeviction",
  );
}

const megabytes = (bytes: number): string =>
  `${Math.round(bytes / 1_048_576).toLocaleString("es-CL")} MB`;

function judgeMemory(fields: Fields): Finding | null {
  const [used, max] = ["used_memory", "maxmemory"].map((name) => Number(fields.get(name)));
  if (used === undefined || max === undefined || Number.isNaN(used + max)) return null;
  if (max === 0) return bien(`memoria: ${megabytes(used)}, sin límite (maxmemory 0)`);
  const memory = `memoria: ${megabytes(used)} de ${megabytes(max)} (maxmemory)`;
  return used > max * MEMORY_SHARE
    ? aviso(`${memory}: queda poca`, "sube maxmemory")
    : bien(memory);
}

/** What an INFO tells, a line each; what a server does not tell is not held against it. */
export function judgeServer(info: string): readonly Finding[] {
  const fields = fieldsOf(info);
  return [judgeVersion, judgeRole, judgePersistence, judgeEviction, judgeMemory]
    .map((judge) => judge(fields))
    .filter((finding) => finding !== null);
}

export interface Checks {
  /** `Redis 7.0.15, appendonly yes, noeviction`. */
  readonly detail: string;
  /** What should be set otherwise, a line each. */
  readonly avisos: readonly string[];
}

/** The same for `/readyz`. */
export function judgeInfo(info: string): Checks {
  const fields = fieldsOf(info);
  const aof = fields.get("aof_enabled");
  const known = [
    nameOf(fields),
    aof !== undefined && `appendonly ${aof === "1" ? "yes" : "no"}`,
    fields.get("maxmemory_policy"),
  ];
  const avisos = judgeServer(info).filter(({ grade }) => grade !== "bien");
  return { detail: known.filter(Boolean).join(", "), avisos: avisos.map(lineOf) };
}

/** Asks the server; of a cluster the node that answers. */
export const checkServer = async (client: Client): Promise<Checks> =>
  judgeInfo(await client.info());
