/** text/event-stream as a browser reads it (HTML Living Standard, 9.2.6). */

export interface SseFrame {
  readonly event: string;
  /** The last event ID after this event. */
  readonly id: string;
  readonly data: string;
}

/** The events of a stream's text, dispatched as the standard says. */
export function parseFrames(text: string): SseFrame[] {
  const out: SseFrame[] = [];
  let event = "";
  let id = "";
  let data: string[] = [];
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (line === "") {
      if (data.length > 0) out.push({ event: event || "message", id, data: data.join("\n") });
      event = "";
      data = [];
      continue;
    }
    const [, field = "", value = ""] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === "event") event = value;
    else if (field === "data") data.push(value);
    else if (field === "id" && !value.includes("\0")) id = value;
  }
  return out;
}
