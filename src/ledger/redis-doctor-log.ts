/** What `zeues doctor` finds of the log in Redis. */
import type { Seq } from "../domain/event.ts";
import { bien, type Finding, judgeClock, mal, sucesos } from "./finding.ts";
import { type Client, valuesOf } from "./redis-connections.ts";
import type { RedisKeys } from "./redis-keys.ts";
import { decodeEntries, entriesAfter, refuseFormat, UNFINISHED } from "./redis-log.ts";

/** Events read at each end of the log. */
const GLANCE = 1_000;

const number = new Intl.NumberFormat("es-CL", { useGrouping: "always" });

/** First and last place of the log, how many entries, and the place that can't be taken again. */
async function endsOf(client: Client, { log }: RedisKeys) {
  const [length, first, last] = valuesOf(
    await client
      .pipeline()
      .xlen(log)
      .xrange(log, "-", "+", "COUNT", 1)
      .xrevrange(log, "+", "-", "COUNT", 1)
      .exec(),
  );
  const place = (entries: unknown): number =>
    Number.parseInt((entries as readonly (readonly [string])[])[0]?.[0] ?? "0", 10);
  return { length: Number(length), first: place(first), last: place(last) };
}

async function lastGenerated(client: Client, { log }: RedisKeys): Promise<string> {
  const info = (await client.xinfo("STREAM", log)) as readonly unknown[];
  return String(info[info.indexOf("last-generated-id") + 1]);
}

/** Whether the log is whole, at a glance: where it ends, how much it has, and both ends read. */
export async function examineLog(
  client: Client,
  keys: RedisKeys,
  nowMs: () => number,
): Promise<readonly Finding[]> {
  const [fields, copying] = valuesOf(
    await client.pipeline().hmget(keys.meta, "format", "head").exists(keys.copy).exec(),
  );
  const [format = null, headText] = fields as (string | null)[];
  if (copying === 1) {
    return [mal(UNFINISHED.split(":")[0] ?? "", "espera, o repite zeues migrate a-redis")];
  }
  const { length, first, last } = await endsOf(client, keys);
  if (format === null) {
    if (length === 0) return [bien("registro: todavía no hay; se crea al empezar")];
    return [mal("registro roto: hay sucesos, y no dónde terminan", "repón el respaldo")];
  }
  refuseFormat(format);
  const head = Number(headText);
  if (length === 0) {
    return head === 0
      ? [bien("registro: vacío")]
      : [mal(`registro roto: debía tener ${sucesos(head)}`, "repón el respaldo")];
  }
  const generated = await lastGenerated(client, keys);
  if (last !== head || generated !== `${head}-0`) {
    const where = `debía terminar en ${head}, termina en ${last} (último id ${generated})`;
    return [mal(`registro roto: ${where}`, "repón el respaldo")];
  }
  const missing = last - first + 1 - length;
  if (missing !== 0) {
    const gap = `entre el ${first} y el ${last} debía haber ${sucesos(missing)} más`;
    return [mal(`registro roto: ${gap}`, "repón el respaldo")];
  }
  const pruned = first > 1 ? `, desde el ${number.format(first)}` : "";
  return [
    bien(`registro: ${sucesos(length)}${pruned}, sin saltos`),
    ...(await glance(client, keys, first, last, nowMs)),
  ];
}

/** Reads both ends of the log as a server does. @throws for an entry that can't be read */
async function glance(
  client: Client,
  keys: RedisKeys,
  first: number,
  last: number,
  nowMs: () => number,
): Promise<readonly Finding[]> {
  decodeEntries(await entriesAfter(client, keys, (first - 1) as Seq, GLANCE));
  const newest = Math.max(first - 1, last - GLANCE) as Seq;
  const event = decodeEntries(await entriesAfter(client, keys, newest, GLANCE)).at(-1);
  const behindMs = event ? event.atMs - nowMs() : 0;
  // Only a clock that is behind shows: the last event may be of yesterday.
  return behindMs > 0 ? [judgeClock(-behindMs, "su último suceso")] : [];
}
