/** The log as it stands in Redis: read in seq order, each entry checked before it is believed. */
import { randomUUID } from "node:crypto";
import { type Event, type Pending, SEQ_ZERO, type Seq } from "../domain/event.ts";
import { placed } from "./encoded.ts";
import { LedgerUnavailable } from "./ledger.ts";
import { type Client, valuesOf } from "./redis-connections.ts";
import { FORMAT, type RedisKeys } from "./redis-keys.ts";
import { BEGIN, run } from "./redis-scripts.ts";

/** An entry as it is stored. */
export interface Entry {
  readonly seq: Seq;
  readonly body: string;
}

/** Where the log stands, and what it holds at the place of whoever asks. */
export interface Stand {
  readonly epoch: string;
  readonly head: Seq;
  /** The entry's body at the asked place, null when there is none. */
  readonly here: string | null;
}

type Raw = readonly [id: string, fields: readonly string[]];

function entryOf([id, [format = "", body = ""]]: Raw): Entry {
  const seq = Number(/^(\d+)-0$/.exec(id)?.[1] ?? Number.NaN) as Seq;
  if (!Number.isSafeInteger(seq)) {
    throw new LedgerUnavailable(`el registro tiene una entrada ajena (${id.slice(0, 40)})`);
  }
  if (format !== FORMAT) {
    const known = `este ZEUES conoce el ${FORMAT}`;
    throw new LedgerUnavailable(
      `el suceso ${seq} del registro es de otro formato (${format.slice(0, 20)}; ${known})`,
    );
  }
  return { seq, body };
}

/** Entries as events. @throws LedgerUnavailable naming the first that can't be read */
export function decodeEntries(entries: readonly Entry[]): Event[] {
  try {
    // One parse of one array is much cheaper than a parse for each.
    const bodies = JSON.parse(`[${entries.map(({ body }) => body).join(",")}]`) as Pending[];
    if (bodies.length === entries.length) {
      return bodies.map((body, index) => placed(body, entries[index]?.seq ?? SEQ_ZERO));
    }
  } catch {
    // Which one it is, is found below.
  }
  return entries.map(({ seq, body }) => {
    try {
      return placed(JSON.parse(body) as Pending, seq);
    } catch {
      throw new LedgerUnavailable(`el suceso ${seq} del registro no se puede leer`);
    }
  });
}

/** Entries with seq > `after`, oldest first, at most `limit`. */
export async function entriesAfter(
  client: Client,
  { log }: RedisKeys,
  after: Seq,
  limit: number,
): Promise<Entry[]> {
  const raw = await client.xrange(log, `(${after}-0`, "+", "COUNT", limit);
  return raw.map(entryOf);
}

/** The entries at these places, in their order. */
export async function entriesAt(
  client: Client,
  { log }: RedisKeys,
  seqs: readonly (string | number)[],
): Promise<Entry[]> {
  const pipeline = client.pipeline();
  for (const seq of seqs) pipeline.xrange(log, `${seq}-0`, `${seq}-0`);
  return valuesOf(await pipeline.exec()).flatMap((found) => (found as Raw[]).map(entryOf));
}

/** @returns null when there is no ledger (any more) */
export async function readStand(
  client: Client,
  { meta, log }: RedisKeys,
  place: Seq,
): Promise<Stand | null> {
  const at = `${place}-0`;
  const [fields, entries] = valuesOf(
    await client.multi().hmget(meta, "format", "epoch", "head").xrange(log, at, at).exec(),
  );
  const [format = null, epoch, head] = fields as (string | null)[];
  if (format === null) return null;
  refuseFormat(format);
  const [entry] = entries as Raw[];
  const here = entry ? entryOf(entry).body : null;
  return { epoch: epoch ?? "", head: Number(head) as Seq, here };
}

/** @throws LedgerUnavailable for a ledger of another format */
export function refuseFormat(format: string): void {
  if (format === FORMAT) return;
  const newer = Number(format) > Number(FORMAT);
  const hint = newer ? "actualiza este proceso" : "ábrelo con aquella versión";
  throw new LedgerUnavailable(
    `el registro en Redis es de un ZEUES ${newer ? "más nuevo" : "más antiguo"} ` +
      `(formato ${format.slice(0, 20)}; este conoce ${FORMAT}): ${hint}`,
  );
}

/** A copy that is being made, or that was cut, is no ledger (redis-copy). */
export const UNFINISHED =
  "en Redis hay una copia sin terminar: espera a que termine, o repite la orden que la hacía " +
  "(zeues migrate a-redis, zeues restore)";

/** Where the log stands; begins one, with a name of its own, where there is none. */
export async function beginLog(client: Client, keys: RedisKeys): Promise<Stand> {
  const answer = await run(client, BEGIN, [keys.meta, keys.log, keys.copy], [FORMAT, randomUUID()]);
  const [format] = answer as [format: string];
  if (format === "copying") throw new LedgerUnavailable(UNFINISHED);
  if (format === "broken") {
    throw new LedgerUnavailable("el registro en Redis está roto: hay sucesos, y no dónde terminan");
  }
  refuseFormat(format);
  const stand = await readStand(client, keys, SEQ_ZERO);
  if (!stand) throw new LedgerUnavailable("Redis está vacío: el registro de ZEUES no está");
  return stand;
}
