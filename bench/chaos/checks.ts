/** When all is healed: streams, histories, lists and pages of each process tell the log's story. */
import type { Event, SpoolEvent } from "../../src/domain/event.ts";
import { messageOf } from "../../src/domain/message.ts";
import type { Policy } from "../../src/domain/policy.ts";
import { eventJson, spoolJson } from "../../src/http/api/to-wire.ts";
import type { Seen } from "../storm/json-watch.ts";
import { openScreen } from "../storm/screen.ts";
import { type Api, allSpools } from "../support/api.ts";
import { storiesOf } from "./story.ts";
import type { Watch } from "./watch.ts";

const PAGES = ["/tablero", "/operacion/ARM", "/operacion/SOLD", "/operacion/METROLOGIA"];

/** The first place where two lists of seqs part. */
function parting(mine: readonly number[], right: readonly number[]): string {
  const at = right.findIndex((seq, nth) => mine[nth] !== seq);
  if (at < 0) return `${mine.length - right.length} too many`;
  return `${mine[at] ?? "nothing"} instead of ${right[at]}, its ${at + 1}th`;
}

/** Every stream was told every spool's event since it began, once, in order, in the log's words. */
export function checkStreams(
  watches: readonly Watch[],
  seen: Seen,
  log: readonly Event[],
  policy: Policy,
): string[] {
  const events = log.filter((event): event is SpoolEvent => event.kind === "spool");
  const found = watches.flatMap(({ base, seqs }, nth) => {
    const right = events.filter(({ seq }) => seq > base).map(({ seq }) => seq as number);
    const same = seqs.length === right.length && right.every((seq, at) => seqs[at] === seq);
    return same ? [] : [`stream ${nth} from ${base} on was told ${parting(seqs, right)}`];
  });
  const texts = new Map(
    events.map((event) => [event.seq as number, JSON.stringify(messageOf(event, policy.zone))]),
  );
  for (const [seq, text] of seen) {
    if (texts.get(seq) !== text) found.push(`streams were told of ${seq}: ${text}, not as logged`);
  }
  return found;
}

/** The history of each spool, asked of the processes in turn, is what the log says. */
export async function checkHistories(
  apis: readonly Api[],
  log: readonly Event[],
  policy: Policy,
): Promise<string[]> {
  const found: string[] = [];
  for (const [at, { tag, events }] of [...storiesOf(log).values()].entries()) {
    const told = await apis[at % apis.length]?.get(`/history/${encodeURIComponent(tag)}`);
    const right = {
      tag_spool: tag as string,
      events: events.map((event) => eventJson(event, policy.zone)),
    };
    if (!Bun.deepEquals(told, right)) found.push(`the history of ${tag} is not the log's`);
  }
  return found;
}

/** What `/readyz` says. */
export interface Ready {
  readonly ok: boolean;
  readonly seq: number;
  readonly ledger: { readonly epoch: string; readonly detail: string };
}

/** @returns null when nobody answers */
export const readyOf = async ({ url }: Api): Promise<Ready | null> =>
  fetch(`${url}/readyz`)
    .then(async (answer) => (await answer.json()) as Ready)
    .catch(() => null);

/** Every process stands at the log's end and lists the spools as the log leaves them. */
export async function checkProcesses(
  apis: readonly Api[],
  log: readonly Event[],
  policy: Policy,
): Promise<string[]> {
  const found: string[] = [];
  const right = new Map(
    [...storiesOf(log).values()].flatMap(({ tag, states }) => {
      const state = states.at(-1);
      return state ? [[tag as string, spoolJson(state, policy)] as const] : [];
    }),
  );
  for (const [nth, api] of apis.entries()) {
    const seq = (await readyOf(api))?.seq;
    const last = log.at(-1)?.seq;
    if (seq !== last) found.push(`process ${nth} stands at ${seq}, the log at ${last}`);
    const spools = await allSpools(api);
    if (spools.length !== right.size) found.push(`process ${nth} has ${spools.length} spools`);
    for (const spool of spools) {
      if (Bun.deepEquals(spool, right.get(spool.tag_spool))) continue;
      found.push(`process ${nth} tells ${JSON.stringify(spool)}`);
    }
  }
  return found;
}

/** The pages of all processes, under one session of the first, show the same. */
export async function checkPages(
  apis: readonly Api[],
  session: Readonly<Record<string, string>>,
): Promise<string[]> {
  const found: string[] = [];
  const [first, ...others] = apis;
  if (!first) return found;
  for (const path of PAGES) {
    using screen = await openScreen(first.url, path, session, found);
    for (const { url } of others) {
      const difference = await screen.difference(url);
      if (difference) found.push(`${path} of ${url}: ${difference}`);
    }
  }
  return found;
}
