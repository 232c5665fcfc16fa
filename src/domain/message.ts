/** An event as other programs read it: the stream's JSON and `spools:updates` (spec 5, 6). */
import type { SpoolEvent } from "./event.ts";
import { isoInstant } from "./fecha.ts";

export interface Message {
  readonly type: "TOMAR" | "PAUSAR" | "COMPLETAR" | "STATE_CHANGE";
  readonly tag_spool: string;
  /** Label, `MR(93)`; null where nobody signed (an import). */
  readonly worker: string | null;
  readonly estado_detalle: string;
  /** ISO 8601 with the shop's offset. */
  readonly timestamp: string;
  readonly seq: number;
  readonly operacion: string | null;
  readonly accion: string;
  /** The spool's version after the event. */
  readonly version: number;
}

/** Only these three have a type of their own; all else is STATE_CHANGE with its `accion`. */
export function messageType(accion: string): Message["type"] {
  return accion === "TOMAR" || accion === "PAUSAR" || accion === "COMPLETAR"
    ? accion
    : "STATE_CHANGE";
}

/** The message of an event, in the shop's zone. */
export const messageOf = (event: SpoolEvent, zone: string): Message => ({
  type: messageType(event.cambio.accion),
  tag_spool: event.tag,
  worker: event.autor.firma?.etiqueta ?? null,
  estado_detalle: event.estadoDetalle,
  timestamp: isoInstant(event.atMs, zone),
  seq: event.seq,
  operacion: event.cambio.operacion,
  accion: event.cambio.accion,
  version: event.version,
});

const TEXTS = ["type", "tag_spool", "estado_detalle", "timestamp", "accion"] as const;
const NUMBERS = ["seq", "version"] as const;

/** A tag has 1,000 characters at most and is the longest of it; past this nobody need look. */
const MESSAGE_MAX_CHARS = 32_768;

/** Whether a text is such a message, whoever sent it; nothing it holds is acted on. */
export function isMessage(text: string): boolean {
  if (text.length > MESSAGE_MAX_CHARS) return false;
  try {
    const message: unknown = JSON.parse(text);
    if (typeof message !== "object" || message === null) return false;
    const has = (name: string, type: string): boolean => typeof Reflect.get(message, name) === type;
    return (
      TEXTS.every((name) => has(name, "string")) && NUMBERS.every((name) => has(name, "number"))
    );
  } catch {
    return false; // no JSON
  }
}
