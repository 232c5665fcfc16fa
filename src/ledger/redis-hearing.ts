/**
 * What is said on a channel that others may use too (`spools:updates`). Nobody needs to hear it, so
 * it stands in nobody's way, whatever is sent there.
 *
 * E1: it has a connection of its own. A flood makes Redis cut a listener that does not keep up
 *     (client-output-buffer-limit pubsub), and that must not be the one that hears the bell.
 * E2: whoever shouts is not listened to: past one of the bounds within a second, or once Redis
 *     has cut the connection, nothing is heard for DEAF_MS. So a flood costs a second's work a
 *     minute, and holds as many bytes as the bound, also of one message that never ends.
 */
import type { Redis } from "ioredis";
import { createClient } from "./redis-connections.ts";
import type { RedisTarget } from "./redis-url.ts";

const WINDOW_MS = 1_000;
/** What is committed as fast as Redis lets us (docs/performance.md) is a third of either. */
const BYTES_MAX = 16_000_000;
const MESSAGES_MAX = 40_000;
/** Another program's slip comes with each of its messages; this many a second is no slip. */
const STRANGE_MAX = 200;
const DEAF_MS = 60_000;

export interface Hearing {
  readonly channel: string;
  /** Told each message. @returns whether it is one of ours */
  readonly message: (message: string) => boolean;
  /** Told when it stops to listen because of what is sent there. */
  readonly onDeaf: (forMs: number) => void;
  /** Tests have less patience. */
  readonly deafMs?: number;
}

/** How much came within the present second. */
interface Heard {
  sinceMs: number;
  bytes: number;
  messages: number;
  strange: number;
}

const nothing = (sinceMs: number): Heard => ({ sinceMs, bytes: 0, messages: 0, strange: 0 });

const tooMuch = ({ bytes, messages, strange }: Heard): boolean =>
  bytes > BYTES_MAX || messages > MESSAGES_MAX || strange > STRANGE_MAX;

/** Of a cluster any node will do: all of them pass on what is published on one. */
const oneServer = (target: RedisTarget): RedisTarget =>
  target.kind === "cluster" ? { ...target, kind: "single" } : target;

/**
 * Begins to listen, now or as soon as there is a Redis to listen to; nothing waits for it.
 * @param onFault told when this Redis does not let us
 * @returns a function that ends it
 */
export function startHearing(
  target: RedisTarget,
  name: string,
  { channel, message, onDeaf, deafMs = DEAF_MS }: Hearing,
  onFault: (error: unknown) => void,
): () => void {
  const client = createClient(oneServer(target), name, () => deafMs) as Redis;
  let heard = nothing(0);
  let deaf = false;
  const add = ({ bytes = 0, messages = 0, strange = 0 }: Partial<Heard>): void => {
    const nowMs = performance.now();
    if (nowMs - heard.sinceMs >= WINDOW_MS) heard = nothing(nowMs);
    heard.bytes += bytes;
    heard.messages += messages;
    heard.strange += strange;
    if (deaf || !tooMuch(heard)) return;
    deaf = true;
    onDeaf(deafMs);
    client.disconnect(true);
  };
  // Its going and coming is nobody's business; that Redis is away, the ledger's own tell.
  client.on("error", () => {});
  client.on("ready", () => {
    deaf = false;
    heard = nothing(performance.now());
    // Also what is only the beginning of a message.
    client.stream.on("data", ({ length }: Uint8Array) => add({ bytes: length }));
    client.subscribe(channel).catch(onFault);
  });
  client.on("message", (_, text) => {
    // What had come already when it hung up.
    if (!deaf) add({ messages: 1, strange: message(text) ? 0 : 1 });
  });
  client.connect().catch(() => {}); // it tries again by itself
  return () => client.disconnect();
}
