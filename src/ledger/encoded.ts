/**
 * A commit as a store keeps it: checked, and turned to JSON, before any transaction begins. So a
 * malformed commit is its own caller's fault and touches nobody else's.
 */
import type { Event, Pending, Seq } from "../domain/event.ts";
import {
  type Commit,
  type RecordKey,
  sesionKey,
  spoolKey,
  trabajadorKey,
  type Write,
} from "./ledger.ts";

export interface EncodedWrite {
  readonly key: RecordKey;
  readonly expectedVersion: number;
  /** Null removes the record. */
  readonly state: string | null;
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
    case "sesion":
      return sesionKey(event.hash);
    case "acceso":
      return event.key;
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
  if (state === null && expectedVersion === 0) {
    throw new RangeError(`${key}: what does not exist can't be removed`);
  }
  if ((state?.version ?? version) !== version || event.version !== version) {
    throw new RangeError(`${key}: state and event must carry version ${version}`);
  }
  if (recordKeyOf(event) !== key) throw new TypeError(`${key}: the event is about another record`);
  const stored = state && JSON.stringify(state);
  return { key, expectedVersion, state: stored, event, body: JSON.stringify(event) };
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

/**
 * A key as a store holds it, one to one and with the same beginning. UTF-8 has no lone surrogates,
 * and a store would make two such tags one: they are escaped, and so is what escapes them.
 */
export const columnKey = (key: string): string =>
  key.replace(/[\\\p{Surrogate}]/gu, (unit) =>
    unit === "\\" ? "\\\\" : `\\u${unit.charCodeAt(0).toString(16)}`,
  );

/** The key that a store holds as `column`. */
export const keyOfColumn = (column: string): string =>
  column.replace(/\\(?:\\|u([\da-f]{4}))/g, (_, code?: string) =>
    code === undefined ? "\\" : String.fromCharCode(Number.parseInt(code, 16)),
  );
