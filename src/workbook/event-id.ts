/** The ID of an event's row in Metadata: one event has one, wherever and whenever it is written. */
import { createHash } from "node:crypto";

/** Namespace of our names (RFC 9562, version 5): a fixed number of our own. */
const NAMESPACE = Buffer.from("5a4555455345564e544f533030303031", "hex");

/** A UUID, version 5, of a ledger's epoch and a place in its log. */
export function eventIdOf(epoch: string, seq: number): string {
  const hash = createHash("sha1").update(NAMESPACE).update(`${epoch}/${seq}`).digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString("hex");
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
  return [...parts, hex.slice(20, 32)].join("-");
}
