/**
 * A shop's day on a server, for as long as is wanted: people act, look at pages, lose their line
 * and come back, go away and sign in again; programs listen. Everything at the pace of the shop's
 * own clock.
 */
import { pick, type Random, seeded } from "../../src/demo/random.ts";
import type { Api } from "../support/api.ts";
import type { SseFrame } from "../support/sse-parser.ts";
import { openStream } from "../support/streams.ts";
import { signInByName } from "../support/tablet.ts";
import { pause } from "../support/until.ts";
import { FIRST_WORKER } from "../support/workbook.ts";

export interface LoadOptions {
  readonly api: Api;
  readonly tags: readonly string[];
  readonly workers: number;
  readonly screens: number;
  readonly programs: number;
  /** How many times as fast as ours the shop's clock runs. */
  readonly speed: number;
  readonly perMinute: number;
  readonly more: (load: Load) => boolean;
}

export interface Load {
  accepted: number;
  refused: number;
  pages: number;
  signIns: number;
  opened: number;
  /** Requests that met a connection just closed. */
  sentAgain: number;
  frames: number;
  /** The newest seq that any stream told. */
  seq: number;
  /** What must not be: an answer of 5xx, a stream that skipped an event. A few are kept. */
  readonly faults: string[];
  faultCount: number;
}

const FAULTS_KEPT = 20;
const AGAIN_MAX = 3;
const MS_PER_MINUTE = 60_000;
/** Screens are looked at for so long, in the shop's minutes, then they are hidden or closed. */
const LOOK_MIN = 2;
const LOOK_SPAN = 30;
/** Nobody opens and closes pages faster than this, however fast the clock runs. */
const LOOK_LEAST_MS = 400;
/** Of those who end looking at a page, so many end their session. */
const LEAVES_SHOP = 0.2;
const SERVER_ERROR = 500;

const PAGES = ["/tablero", "/operacion/ARM", "/operacion/SOLD", "/tablero/equipo", "/problemas"];
/** COMPLETAR is rare and REPARACION goes round for ever, so no day runs out of work. */
const LEAVES = ["PAUSAR", "PAUSAR", "CANCELAR", "PAUSAR", "CANCELAR", "PAUSAR", "COMPLETAR"];
const TAKES = ["SOLD", "SOLD", "ARM", "REPARACION"];
const INSPECTS = 0.05;

function fault(load: Load, text: string): void {
  load.faultCount++;
  if (load.faults.length < FAULTS_KEPT) load.faults.push(text);
}

/**
 * Sends again what met a connection that the server had just closed for being quiet, as browsers
 * and tablets do.
 */
async function sent<T>(load: Load, ask: () => Promise<T>): Promise<T> {
  for (let again = 0; ; again++) {
    try {
      return await ask();
    } catch (error) {
      if (again === AGAIN_MAX) throw error;
      load.sentAgain++;
      await pause(LOOK_LEAST_MS);
    }
  }
}

/** Takes spools and leaves them again, until there is no more. */
async function person(options: LoadOptions, load: Load, random: Random, id: number) {
  const { api, tags, workers, perMinute, speed, more } = options;
  const meanMs = (workers * MS_PER_MINUTE) / perMinute / speed;
  const act = async (accion: string, operacion: string, tag: string): Promise<boolean> => {
    const key = crypto.randomUUID();
    const ask = { accion, operacion, tag, worker: id };
    const { status, body } = await sent(load, () => api.act(ask, key));
    if (status >= SERVER_ERROR) fault(load, `${status} for ${accion} ${tag}`);
    if (body.ok) load.accepted++;
    else load.refused++;
    await pause(random() * 2 * meanMs);
    return body.ok;
  };
  while (more(load)) {
    const [tag, operacion] = [pick(random, tags), pick(random, TAKES)];
    if (random() < INSPECTS) await act("RECHAZAR", "METROLOGIA", tag);
    else if (await act("TOMAR", operacion, tag)) await act(pick(random, LEAVES), operacion, tag);
  }
}

/** How long something is looked at, in our milliseconds. */
const lookMs = ({ speed }: LoadOptions, random: Random): number =>
  Math.max(LOOK_LEAST_MS, ((LOOK_MIN + random() * LOOK_SPAN) * MS_PER_MINUTE) / speed);

/** The address of a page's stream, from where the page stands; null when it is another page. */
function streamOf(html: string): string | null {
  const path = /data-eventos="([^"]+)"/.exec(html)?.[1]?.replaceAll("&amp;", "&");
  const desde = /data-desde="(\d+)"/.exec(html)?.[1];
  return path === undefined || desde === undefined ? null : `${path}&desde=${desde}`;
}

/** Looks at one page for a while. @returns false when nobody is signed in any more */
async function look(options: LoadOptions, load: Load, random: Random, cookie: string) {
  const { api } = options;
  const headers = { Cookie: cookie, Accept: "text/html" };
  const url = api.url + pick(random, PAGES);
  const answer = await sent(load, () => fetch(url, { headers, redirect: "manual" }));
  const stream = streamOf(await answer.text());
  load.pages++;
  if (answer.status >= SERVER_ERROR) fault(load, `${answer.status} for a page`);
  if (answer.status !== 200 || stream === null) return false;
  const onFrame = ({ id }: SseFrame): void => {
    load.frames++;
    if (id > load.seq) load.seq = id;
  };
  const opened = await openStream(api.url + stream, { Cookie: cookie }, onFrame).catch(() => null);
  if (!opened) return false;
  load.opened++;
  await pause(lookMs(options, random));
  opened[Symbol.dispose]();
  return true;
}

/** A browser: signs in, looks at one page after the other, signs out or is forgotten. */
async function screen(options: LoadOptions, load: Load, random: Random, id: number) {
  const { api, more } = options;
  while (more(load)) {
    const cookie = await sent(load, () => signInByName(api.url, id));
    load.signIns++;
    while (more(load) && (await look(options, load, random, cookie)) && random() > LEAVES_SHOP);
    const headers = { Cookie: cookie, Origin: api.url };
    const out = { method: "POST", headers, redirect: "manual" } as const;
    await sent(load, () => fetch(`${api.url}/sesion/salir`, out));
    // However fast the clock runs, nobody signs in at once again.
    await pause(LOOK_LEAST_MS);
  }
}

/** A program: every event once and in order, its line lost now and then. */
async function program(options: LoadOptions, load: Load, random: Random) {
  const { api, more } = options;
  let seq = -1;
  while (more(load)) {
    const onFrame = (frame: SseFrame): void => {
      load.frames++;
      if (frame.event === "resincronizar")
        fault(load, `a program was told to begin anew at ${seq}`);
      if (frame.event !== "spool_update") return;
      if (frame.id <= seq) fault(load, `${frame.id} came after ${seq}`);
      seq = frame.id;
      if (seq > load.seq) load.seq = seq;
    };
    const from = seq < 0 ? "" : `?desde=${seq}`;
    const url = `${api.url}/api/sse/stream${from}`;
    const stream = await sent(load, () => openStream(url, api.auth, onFrame));
    load.opened++;
    await pause(lookMs(options, random));
    stream[Symbol.dispose]();
  }
}

/** Runs the day until there is no more. Throws when something can't go on at all. */
export function startLoad(options: LoadOptions): {
  readonly load: Load;
  readonly end: Promise<void>;
} {
  const { workers, screens, programs } = options;
  const load: Load = {
    accepted: 0,
    refused: 0,
    pages: 0,
    signIns: 0,
    opened: 0,
    sentAgain: 0,
    frames: 0,
    seq: 0,
    faults: [],
    faultCount: 0,
  };
  const people = Array.from({ length: workers }, (_, at) =>
    person(options, load, seeded(at + 1), FIRST_WORKER + at),
  );
  const browsers = Array.from({ length: screens }, (_, at) =>
    screen(options, load, seeded(1_000 + at), FIRST_WORKER + (at % workers)),
  );
  const others = Array.from({ length: programs }, (_, at) =>
    program(options, load, seeded(2_000 + at)),
  );
  return { load, end: Promise.all([...people, ...browsers, ...others]).then(() => {}) };
}
