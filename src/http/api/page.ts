/**
 * Pages of spools, by keyset: a page begins after a tag, and a tag never changes, so that whoever
 * follows the cursor to its end sees every spool that was there all the while exactly once,
 * whatever happens in between.
 */
import type { Tag } from "../../domain/spool.ts";
import { parseTag } from "../../domain/spool.ts";
import type { Floor } from "../../floor/floor.ts";
import { tellEdge } from "../refusals.ts";
import { good, type Result, refuse } from "./reply.ts";

/** All tags as plain text orders them; spools are never removed, so the count tells of new ones. */
export function tagsInOrder(floor: Floor): () => readonly Tag[] {
  let tags: readonly Tag[] = [];
  return () => {
    if (tags.length !== floor.count) tags = Array.from(floor.spools(), ({ tag }) => tag).sort();
    return tags;
  };
}

/** Where the tags after `after` begin, by binary search. */
function startOf(tags: readonly Tag[], after: Tag): number {
  let low = 0;
  let high = tags.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((tags[middle] ?? after) <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}

export interface Page<T> {
  readonly found: readonly T[];
  /** The last tag of this page; null when nothing follows it. */
  readonly next: Tag | null;
}

/** The first `limit` that `find` answers with something, after `after`. */
export function pageOf<T>(
  tags: readonly Tag[],
  after: Tag | null,
  limit: number,
  find: (tag: Tag) => T | null,
): Page<T> {
  const found: T[] = [];
  let last: Tag | null = null;
  for (let at = after === null ? 0 : startOf(tags, after); at < tags.length; at++) {
    const tag = tags[at] as Tag;
    const one = find(tag);
    if (one === null) continue;
    if (found.length === limit) return { found, next: last };
    found.push(one);
    last = tag;
  }
  return { found, next: null };
}

/** Opaque to programs: the tag as JSON, which is exact for any text, in base64url. */
export const cursorOf = (tag: Tag): string =>
  Buffer.from(JSON.stringify(tag)).toString("base64url");

function tagOf(cursor: string): Tag | null {
  try {
    const text: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    return typeof text === "string" ? parseTag(text) : null;
  } catch {
    // JSON.parse has no other way to say that a text is no JSON.
    return null;
  }
}

/** Reads a cursor; only what `cursorOf` made is one. */
export function parseCursor(cursor: string | undefined): Result<Tag | null> {
  if (cursor === undefined) return good(null);
  const tag = tagOf(cursor);
  return tag !== null && cursorOf(tag) === cursor
    ? good(tag)
    : refuse(tellEdge("SOLICITUD_INVALIDA", "El parámetro cursor no es de esta lista"));
}
