/**
 * A commit as a store keeps it: checked, and turned to JSON, before any transaction begins. So a
 * malformed commit is its own caller's fault and touches nobody else's.
 */
import type { Event, Pending, Seq } from "../domain/event.ts";
import { type Commit, type RecordKey, spoolKey, trabajadorKey, type Write } from "./ledger.ts";

export interface EncodedWrite {
  readonly key: RecordKey;
  readonly expectedVersion: number;
  readonly state: string;
  readonly event: Pending;
  readonly body: string;
}

/** The record that an event is about; a spool's history is found by it. */
export function recordKeyOf(event: Pending): RecordKey {
  switch (event.kind) {
    case "spool":
      return spoolKey(event.tag);
    case "trabajador":
      return trabajadorKey(event.trabajador.id);
    case "planilla":
    case "ajustes":
      return event.kind;
  }
}

function encodeWrite({ key, expectedVersion, state, event }: Write): EncodedWrite {
  const version = expectedVersion + 1;
  if (!Number.isSafeInteger(expectedVersion) || expectedVersion < 0) {
    throw new RangeError(`${key}: ${expectedVersion} is no version`);
  }
  if (state.version !== version || event.version !== version) {
    throw new RangeError(`${key}: state and event must carry version ${version}`);
  }
  if (recordKeyOf(event) !== key) throw new TypeError(`${key}: the event is about another record`);
  return { key, expectedVersion, state: JSON.stringify(state), event, body: JSON.stringify(event) };
}

/** @throws RangeError or TypeError for a commit that breaks the interface's own words. */
export function encodeWrites({ writes }: Commit): readonly EncodedWrite[] {
  if (writes.length === 0) throw new RangeError("a commit needs at least one write");
  if (new Set(writes.map(({ key }) => key)).size < writes.length) {
    throw new RangeError("a commit writes each key at most once");
  }
  return writes.map(encodeWrite);
}

/** Gives an event its place. */
export const placed = (event: Pending, seq: number): Event => ({ ...event, seq: seq as Seq });

export const decodeEvent = (seq: number, body: string): Event =>
  placed(JSON.parse(body) as Pending, seq);
