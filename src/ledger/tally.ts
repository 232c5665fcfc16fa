/**
 * What a ledger holds, counted and hashed part by part, read by its own code, so that two of them
 * can be compared (issue 4: `zeues migrate`, with a check of equality).
 */
import { createHash, type Hash } from "node:crypto";
import { keyOfAcceso } from "../domain/acceso.ts";
import { SEQ_ZERO, type Seq } from "../domain/event.ts";
import { keyOfColumn } from "./encoded.ts";
import type { Snapshot } from "./ledger.ts";
import type { Reading } from "./transfer.ts";

export interface Part {
  readonly count: number;
  /** SHA-256, hex. */
  readonly digest: string;
}

/** Where they are counted, in the order in which people are told. */
export const PARTS = [
  "sucesos",
  "carretes",
  "trabajadores",
  "sesiones",
  "accesos",
  "ajustes y planilla",
  "historias",
  "claves recordadas",
  "documentos",
] as const;

export type PartName = (typeof PARTS)[number];
export type Tally = Readonly<Record<PartName, Part>>;

/** What a store can't be asked for by the ledger's interface: names, and how far to read. */
export interface Asked {
  readonly head: Seq;
  readonly documents: readonly string[];
  /** As stores hold them. */
  readonly outcomes: readonly string[];
}

/** Events in memory at once. */
const PIECE = 1_000;
/** Questions on their way at once, where each is small. */
const AT_ONCE = 100;

/** Separates what it is fed, so that moving text from one item to the next is not the same. */
function counter() {
  const hash: Hash = createHash("sha256");
  let count = 0;
  return {
    add(item: unknown): void {
      hash.update(`${JSON.stringify(item)}\n`);
      count += 1;
    },
    part: (): Part => ({ count, digest: hash.digest("hex") }),
  };
}

const partOf = (items: readonly unknown[]): Part => {
  const all = counter();
  for (const item of items) all.add(item);
  return all.part();
};

/** Stores may list the same records in another order. */
const sorted = <T>(items: readonly T[], keyOf: (item: T) => string): readonly T[] =>
  items
    .map((item) => [keyOf(item), item] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, item]) => item);

async function logPart(reading: Reading, head: Seq): Promise<Part> {
  const all = counter();
  for (let place = SEQ_ZERO; place < head; ) {
    const events = (await reading.read(place, PIECE)).filter(({ seq }) => seq <= head);
    for (const event of events) all.add(event);
    const last = events.at(-1)?.seq;
    if (last === undefined) break;
    place = last;
  }
  return all.part();
}

/** Asks for each, some at once. */
async function askedPart<Q>(questions: readonly Q[], ask: (question: Q) => Promise<unknown>) {
  const all = counter();
  for (let at = 0; at < questions.length; at += AT_ONCE) {
    const some = questions.slice(at, at + AT_ONCE);
    const answers = await Promise.all(some.map(ask));
    for (const [index, answer] of answers.entries()) all.add([some[index], answer]);
  }
  return all.part();
}

const historiesPart = (reading: Reading, { spools }: Snapshot): Promise<Part> =>
  askedPart(
    sorted(spools, ({ tag }) => tag).map(({ tag }) => tag),
    // Where its events stand: what they are is compared in the log.
    async (tag) => (await reading.history(tag)).map(({ seq, version }) => [seq, version]),
  );

/** Reads all of a ledger that nobody changes meanwhile. */
export async function tallyOf(reading: Reading, asked: Asked): Promise<Tally> {
  const snapshot = await reading.snapshot();
  const { spools, trabajadores, sesiones, accesos, planilla, ajustes } = snapshot;
  return {
    sucesos: await logPart(reading, asked.head),
    carretes: partOf(sorted(spools, ({ tag }) => tag)),
    trabajadores: partOf(sorted(trabajadores, ({ id }) => String(id))),
    sesiones: partOf(sorted(sesiones, ({ hash }) => hash)),
    accesos: partOf(sorted(accesos, keyOfAcceso)),
    "ajustes y planilla": partOf([planilla, ajustes]),
    historias: await historiesPart(reading, snapshot),
    "claves recordadas": await askedPart(asked.outcomes, async (key) => {
      const found = await reading.recall(keyOfColumn(key));
      return found && [found.fingerprint, found.events.map((event) => event.seq)];
    }),
    documentos: await askedPart(asked.documents, (name) => reading.document(name)),
  };
}

/** Which parts differ, a phrase each. */
export const compare = (one: Tally, other: Tally): readonly string[] =>
  PARTS.filter((name) => one[name].digest !== other[name].digest).map(
    (name) => `${name} (${one[name].count} y ${other[name].count})`,
  );

/** One for all of it. */
export const digestOf = (tally: Tally): string =>
  createHash("sha256")
    .update(PARTS.map((name) => tally[name].digest).join(""))
    .digest("hex");
