/** All records in Redis at one place of the log. */
import type { Seq } from "../domain/event.ts";
import { LedgerUnavailable, type Snapshot } from "./ledger.ts";
import { stateOf } from "./redis-commit.ts";
import { type Client, valuesOf } from "./redis-connections.ts";
import type { RedisKeys } from "./redis-keys.ts";
import { refuseFormat } from "./redis-log.ts";

type Pair = readonly [key: string, stored: string];

/** By the key's bytes, as SQLite has them: both ledgers tell the same order. */
const inOrder = (pairs: readonly Pair[]): readonly string[] =>
  pairs
    .map(([key, stored]) => [Buffer.from(key), stored] as const)
    .sort(([a], [b]) => Buffer.compare(a, b))
    .map(([, stored]) => stored);

/** Thousands of states at once: one parse of one array is much cheaper than thousands of parses. */
function parseAll<S>(pairs: readonly Pair[], kind: string): readonly S[] {
  const mine = inOrder(pairs.filter(([key]) => key.startsWith(`${kind}:`)));
  const states = mine.map((stored) => stored.slice(stored.indexOf(" ") + 1));
  return JSON.parse(`[${states.join(",")}]`) as S[];
}

/** Reads place and records in one transaction. @throws LedgerUnavailable when there is no ledger */
export async function readSnapshot(client: Client, keys: RedisKeys): Promise<Snapshot> {
  const [meta, records] = valuesOf(
    await client.multi().hmget(keys.meta, "format", "head").hgetall(keys.record).exec(),
  );
  const [format, head] = meta as (string | null)[];
  if (!format) throw new LedgerUnavailable("Redis está vacío: el registro de ZEUES no está");
  refuseFormat(format);
  const stored = records as Record<string, string>;
  const pairs = Object.entries(stored);
  const one = <S>(key: string): S | null => stateOf(stored[key] ?? null) as S | null;
  return {
    seq: Number(head) as Seq,
    spools: parseAll(pairs, "spool"),
    trabajadores: parseAll(pairs, "trabajador"),
    sesiones: parseAll(pairs, "sesion"),
    accesos: parseAll(pairs, "acceso"),
    planilla: one("planilla"),
    ajustes: one("ajustes"),
  };
}
