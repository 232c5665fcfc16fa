/** Ledgers with a past, places to copy them to, and copies that close what they opened. */
import { type Acceso, keyOfAcceso } from "../../src/domain/acceso.ts";
import type { Spool } from "../../src/domain/spool.ts";
import type { Ledger, Write } from "../../src/ledger/ledger.ts";
import { parseRedisUrl } from "../../src/ledger/redis-url.ts";
import { type Source, type Target, transfer } from "../../src/ledger/transfer.ts";
import { HOSTILE_TAGS } from "./ledger-house.ts";
import { redisStore } from "./ledger-redis.ts";
import type { SqliteStore } from "./ledger-store.ts";
import {
  AT_MS,
  accesosOf,
  accesoWrite,
  advance,
  contratar,
  eventsOf,
  importar,
  leerPlanilla,
  quitarWrite,
  salirWrite,
  sesionOf,
  sesionWrite,
  upTo,
} from "./ledger-writes.ts";

const HOUR_MS = 3_600_000;

/** An empty Redis ledger's place, under a hash tag of its own. */
export function emptyPlace(url: string) {
  const kept = redisStore(url);
  const target = parseRedisUrl(url);
  if (!target) throw new Error("no Redis URL");
  return { ...kept, place: { target, prefix: kept.prefix, nowMs: AT_MS } };
}

/** The place of a file, at the tests' instant. */
export const fileOf = ({ path }: SqliteStore) => ({ path, nowMs: AT_MS });

/** Copies and closes both. */
export async function copy(opening: Promise<Source>, into: () => Promise<Target>, piece = 7) {
  const source = await opening;
  try {
    const target = await into();
    try {
      return await transfer(source, target, { piece });
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** What a refusal says, `accepted` when there is none. */
export const message = async (asked: Promise<unknown>): Promise<string> =>
  await asked.then(
    () => "accepted",
    (reason: Error) => reason.message,
  );

/** What happens, to whom, and how long before AT_MS. */
export type Step = readonly [what: number, which: number, ageHours: number];

/** One more thing that happens in the shop: anything that a ledger can hold. */
async function happen(ledger: Ledger, [what, which]: Step, key: string): Promise<void> {
  const text = HOSTILE_TAGS[which % HOSTILE_TAGS.length] ?? "";
  const remember = { key: `${key}${text}`, fingerprint: text };
  const spool = (await ledger.state(`spool:${text}`)) as Spool | null;
  const sesion = sesionOf(`hash-${which}`);
  const open = (await ledger.state(`sesion:${sesion.hash}`)) !== null;
  const hired = ((await ledger.state(`trabajador:${which}`)) as { version: number } | null)
    ?.version;
  const accesos = accesosOf(`a-${which}${text}`, which + 1);
  const acceso = accesos[what % accesos.length] as Acceso;
  const standing = (await ledger.state(keyOfAcceso(acceso))) as Acceso | null;
  const read = ((await ledger.state("planilla")) as { version: number } | null)?.version;
  const spoolWrite = spool ? advance(spool) : importar(text);
  const choices: (() => readonly Write[])[] = [
    () => [spoolWrite],
    () => [spoolWrite, contratar(which, hired)],
    () => [open ? salirWrite(sesion) : sesionWrite(sesion)],
    () => [leerPlanilla(read)],
    () => [standing ? quitarWrite(standing) : accesoWrite(acceso)],
  ];
  const writes = choices[what % choices.length]?.() ?? [];
  const documents = what % 3 === 0 ? { [`hoja:${text}`]: `${text}\n${key}` } : {};
  eventsOf(await ledger.commit({ writes, remember, documents }));
  if (what % 4 === 1) await ledger.putDocuments({ [`puesto:${text}`]: key });
}

/** A ledger with such a past; each step at its own time before AT_MS. */
export async function fill(kept: SqliteStore, steps: readonly Step[]): Promise<void> {
  let nowMs = AT_MS;
  const ledger = await kept.open({ nowMs: () => nowMs });
  for (const [index, step] of steps.entries()) {
    nowMs = AT_MS - step[2] * HOUR_MS;
    await happen(ledger, step, `k-${index}-`);
  }
  await ledger.close();
}

/** Two hundred commits of all kinds, with access of each. */
export const STEPS: readonly Step[] = upTo(200).map((n) => [n % 30, n % 23, 0]);
