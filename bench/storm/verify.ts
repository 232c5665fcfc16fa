/** After the storm: the events, the log and the state must tell one story. */
import type { Api, SpoolState } from "../support/api.ts";
import type { Message, Seen } from "./json-watch.ts";
import type { Tally } from "./tally.ts";

interface Holder {
  readonly worker: number;
  readonly operacion: string | null;
}

/** What replaying leads to, by tag. */
interface Replayed {
  version: number;
  estado: string;
  holder: Holder | null;
}

const idOf = (etiqueta: string | null): number => Number(/\((\d+)\)$/.exec(etiqueta ?? "")?.[1]);

const holderOf = ({ ocupado_por, operacion }: SpoolState): Holder | null =>
  ocupado_por && { worker: ocupado_por.worker_id, operacion };

const isSame = (one: Holder | null, two: Holder | null): boolean =>
  one?.worker === two?.worker && one?.operacion === two?.operacion;

/** One event on one spool; tells when somebody acted on what another one holds. */
function replayOne(spool: Replayed, message: Message, violations: string[]): void {
  const { accion, operacion, seq, tag_spool, version } = message;
  const actor: Holder = { worker: idOf(message.worker), operacion };
  const { holder } = spool;
  if (version !== spool.version + 1) {
    violations.push(`${tag_spool}: version ${version} after ${spool.version}, seq ${seq}`);
  }
  const wantsFree = accion === "TOMAR" || accion === "APROBAR" || accion === "RECHAZAR";
  if (wantsFree && holder) {
    violations.push(`two occupants: ${tag_spool} is ${holder.worker}'s, seq ${seq} is ${accion}`);
  }
  if (!wantsFree && !isSame(holder, actor)) {
    violations.push(`${tag_spool}: ${accion} by ${actor.worker}, who does not hold it, seq ${seq}`);
  }
  spool.version = version;
  spool.estado = message.estado_detalle;
  spool.holder = accion === "TOMAR" ? actor : null;
}

/** Replays what the streams told on the state before the storm. */
export function replay(
  before: readonly SpoolState[],
  seen: Seen,
  violations: string[],
): Map<string, Replayed> {
  const spools = new Map<string, Replayed>();
  for (const spool of before) {
    const { version, estado_detalle } = spool;
    spools.set(spool.tag_spool, { version, estado: estado_detalle, holder: holderOf(spool) });
  }
  for (const [, text] of [...seen].sort(([a], [b]) => a - b)) {
    const message = JSON.parse(text) as Message;
    const spool = spools.get(message.tag_spool);
    if (spool) replayOne(spool, message, violations);
    else violations.push(`an event of a spool that does not exist: ${message.tag_spool}`);
  }
  return spools;
}

/** The state that the server tells must be the replayed one. */
export function checkState(
  replayed: ReadonlyMap<string, Replayed>,
  after: readonly SpoolState[],
  violations: string[],
): void {
  if (after.length !== replayed.size) violations.push(`${after.length} spools, ${replayed.size}`);
  for (const spool of after) {
    const mine = replayed.get(spool.tag_spool);
    const same =
      mine?.version === spool.version &&
      mine.estado === spool.estado_detalle &&
      isSame(mine.holder, holderOf(spool));
    if (!same) violations.push(`state ${JSON.stringify(spool)}, replayed ${JSON.stringify(mine)}`);
  }
}

interface History {
  readonly events: readonly {
    readonly seq: number;
    readonly accion: string;
    readonly worker_id: number | null;
  }[];
}

/** Every acknowledged action stands in its spool's history exactly once, and nothing else does. */
export async function checkLog(
  api: Api,
  tags: readonly string[],
  base: number,
  { acked, violations }: Tally,
): Promise<void> {
  const logged = new Set<number>();
  for (const tag of tags) {
    const { events } = (await api.get(`/history/${encodeURIComponent(tag)}`)) as History;
    for (const { seq, accion, worker_id } of events.filter((event) => event.seq > base)) {
      const ack = acked.get(seq);
      if (logged.has(seq)) violations.push(`seq ${seq} stands twice in the log`);
      logged.add(seq);
      const same = ack?.tag === tag && ack.accion === accion && ack.worker === worker_id;
      if (!same) violations.push(`seq ${seq} is logged as ${tag} ${accion}, not as acknowledged`);
    }
  }
  for (const seq of acked.keys()) {
    if (!logged.has(seq)) violations.push(`seq ${seq} was acknowledged and is not in the log`);
  }
}

/** Streams saw what was acknowledged, no more and no less. */
export function checkSeen(seen: Seen, { acked, violations }: Tally): void {
  for (const seq of acked.keys()) if (!seen.has(seq)) violations.push(`no stream saw seq ${seq}`);
  for (const seq of seen.keys()) if (!acked.has(seq)) violations.push(`nobody asked for ${seq}`);
}
