/** A text/event-stream client for tests: real HTTP, events awaited, no sleeps. */

export interface SseEvent {
  readonly event: string;
  readonly id: string;
  readonly data: string;
}

export interface SseClient extends Disposable {
  readonly response: Response;
  /** Every event as it comes; ends when the server ends the stream. */
  readonly events: AsyncGenerator<SseEvent>;
  /** The next event of this name, others skipped; rejects when the stream ends first. */
  next(name: string): Promise<SseEvent>;
}

function parse(block: string): SseEvent | null {
  const fields: Record<string, string[]> = {};
  for (const line of block.split("\n")) {
    const at = line.indexOf(":");
    if (at <= 0) continue;
    const name = line.slice(0, at);
    fields[name] = [...(fields[name] ?? []), line.slice(at + 1).replace(/^ /, "")];
  }
  const data = fields.data;
  if (!data) return null;
  const event = fields.event?.[0] ?? "message";
  return { event, id: fields.id?.[0] ?? "", data: data.join("\n") };
}

async function* events(body: ReadableStream<Uint8Array>): AsyncGenerator<SseEvent> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += decoder.decode(value, { stream: true });
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      const event = parse(block);
      if (event) yield event;
    }
  }
}

/** Opens a stream; throws when the answer is no stream. */
export async function openSse(url: string, headers: Record<string, string>): Promise<SseClient> {
  const abort = new AbortController();
  const response = await fetch(url, { headers, signal: abort.signal });
  if (!response.ok || !response.body) throw new Error(`${response.status} for ${url}`);
  const all = events(response.body);
  return {
    response,
    events: all,
    async next(name) {
      for (;;) {
        const { done, value } = await all.next();
        if (done) throw new Error(`the stream ended before ${name}`);
        if (value.event === name) return value;
      }
    },
    [Symbol.dispose]: () => abort.abort(),
  };
}
