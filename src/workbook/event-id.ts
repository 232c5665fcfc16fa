/**
 * The ID of an event's row in Metadata: one event has one, wherever and whenever it is written. It
 * is made of what the event is, not of its store: a ledger that moves to another one, or that came
 * back from a backup, must write no row a second time.
 */
import { createHash } from "node:crypto";
import type { SpoolEvent } from "../domain/event.ts";

/** Namespace of our names (RFC 9562, version 5): a fixed number of our own. */
const NAMESPACE = Buffer.from("5a4555455345564e544f533030303031", "hex");

export type Identified = Pick<SpoolEvent, "seq" | "atMs" | "tag" | "version"> & {
  readonly cambio: Pick<SpoolEvent["cambio"], "accion">;
};

/** A UUID, version 5, of an event: its place, its instant and what it did to which spool. */
export function eventIdOf({ seq, atMs, tag, version, cambio }: Identified): string {
  const name = JSON.stringify([seq, atMs, tag, version, cambio.accion]);
  const hash = createHash("sha1").update(NAMESPACE).update(name).digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString("hex");
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
  return [...parts, hex.slice(20, 32)].join("-");
}
