/** Who watches and who acts, on each process of a crowd, for the readers in C (bench/native). */
import { actions, dashboard, head, portOf, post, program } from "../streams/sides.ts";
import type { Crowd, OurCrowd } from "../support/crowd.ts";
import type { Target } from "../support/readers.ts";
import type { Kind } from "../support/side.ts";

/** The readers' label of a kind of stream. */
const LABELS: Readonly<Record<Kind, 0 | 1>> = { json: 0, html: 1 };

/** The same request, sent to a server. */
export const to = (url: string, kind: Kind, request: string): string =>
  `${portOf(url)}:${LABELS[kind]} ${request}`;

/** The request of a peer's stream. */
export const peerStream = (): string => head("/stream", { Accept: "text/event-stream" });

/** So many streams of each kind on each process, in turn. */
const watched = (
  servers: readonly { readonly url: string }[],
  kinds: readonly Kind[],
  stream: (kind: Kind, process: number) => string,
): readonly string[] =>
  kinds.flatMap((kind) => servers.map(({ url }, at) => to(url, kind, stream(kind, at))));

/**
 * Each worker takes a spool and pauses it again, through one process.
 * @param workers how many act
 * @param first the first of them; whoever acted before may have their spool still
 */
export function ourTarget(
  crowd: OurCrowd,
  kinds: readonly Kind[],
  workers: number,
  first = 0,
): Target {
  const heads = watched(crowd.servers, kinds, (kind, process) => {
    // Worker n is at process n.
    const { auth, session } = crowd.at(process);
    return kind === "json" ? program(auth) : dashboard(session);
  });
  const posts = Array.from({ length: workers }, (_, nth) => {
    const worker = first + nth;
    const { url, auth } = crowd.at(worker);
    return actions(auth, worker, 1).map((request) => to(url, "json", request));
  });
  return { port: 0, heads, posts: posts.flat(), publishers: workers, ids: "seq" };
}

/** @param texts what each publishes, in turn */
export function peerTarget(
  { servers, processOf }: Crowd,
  kinds: readonly Kind[],
  workers: number,
  texts: readonly string[],
): Target {
  const heads = watched(servers, kinds, peerStream);
  const posts = Array.from({ length: workers }, (_, worker) => {
    const { url = "" } = servers[processOf(worker)] ?? {};
    const headers = { "Content-Type": "text/plain" };
    return texts.map((text) => to(url, "json", post("/publish?seq={seq}", headers, text)));
  });
  return { port: 0, heads, posts: posts.flat(), publishers: workers, ids: "each" };
}
