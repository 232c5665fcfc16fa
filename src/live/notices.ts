/**
 * What pages show that is no place in the log: that the store is away, how the sheet stands. A page
 * may have been made before it was said and join after: the last of each thing is kept.
 */
import { encodeFrame } from "./frame.ts";
import type { Vista } from "./vista.ts";

interface Notice {
  readonly bytes: Uint8Array;
  readonly shows: (vista: Vista) => boolean;
}

export class Notices {
  readonly #last = new Map<string, Notice>();

  /** @param on which pages have its place */
  put(thing: string, fragment: string, on: (vista: Vista) => boolean): Notice {
    // Without an id: it is no place in the log.
    const bytes = encodeFrame({ event: "spool_update", data: fragment });
    const notice = { bytes, shows: (vista: Vista) => vista.kind !== "json" && on(vista) };
    this.#last.set(thing, notice);
    return notice;
  }

  /** What a stream that joins is told. */
  *of(vista: Vista): Generator<Uint8Array> {
    for (const { bytes, shows } of this.#last.values()) if (shows(vista)) yield bytes;
  }
}
