/**
 * A tablet without a browser: the page's rows, kept true by its stream as live.js does it. At the
 * end it must show what a fresh page shows.
 */
import { dataOf, type SseFrame } from "../support/sse-parser.ts";
import { openStream, type RawStream } from "../support/streams.ts";

interface Row {
  readonly version: number;
  /** Empty once it is gone: the version stays, so that nothing older brings it back. */
  readonly html: string;
}

/** Rows by id, counts by the id of their place. */
export interface Picture {
  readonly rows: Map<string, Row>;
  readonly counts: Map<string, string>;
}

const ROW = /<li id="([^"]+)" class="fila [^"]*" data-v="(\d+)"[^>]*>.*?<\/li>/gs;
/** Rows of spools; the activity feed beside them is told apart by its list. */
const FILA =
  /<hx-fila id="([^"]+)" data-ul="(?!actividad")[^"]+" data-v="(\d+)">(.*?)<\/hx-fila>/gs;
const COUNT = /<span id="(n-[^"]+)" class="cuenta"[^>]*>([^<]*)<\/span>/g;
const MORE = /hx-get="([^"]*[?&]tras=[^"]*)"/;

const plain = (attribute: string): string =>
  attribute.replaceAll("&amp;", "&").replaceAll("&#34;", '"').replaceAll("&#39;", "'");

const attributeOf = (html: string, name: string): string =>
  plain(new RegExp(`${name}="([^"]*)"`).exec(html)?.[1] ?? "");

function takeCounts(picture: Picture, html: string): void {
  for (const [, id = "", text = ""] of html.matchAll(COUNT)) picture.counts.set(id, text);
}

function takeRow(picture: Picture, id: string, version: number, html: string): void {
  if (version <= (picture.rows.get(id)?.version ?? -1)) return;
  picture.rows.set(id, { version, html });
}

type Headers = Readonly<Record<string, string>>;

async function fetchHtml(url: string, headers: Headers): Promise<string> {
  const answer = await fetch(url, { headers: { ...headers, Accept: "text/html" } });
  if (answer.status !== 200) throw new Error(`${answer.status} for ${url}`);
  return await answer.text();
}

/** Reads a page with all that is behind "Mostrar más". */
async function readPage(base: string, path: string, headers: Headers) {
  const picture: Picture = { rows: new Map(), counts: new Map() };
  const first = await fetchHtml(`${base}${path}`, headers);
  takeCounts(picture, first);
  for (let html = first; ; ) {
    for (const [li, id = "", v] of html.matchAll(ROW)) takeRow(picture, id, Number(v), li);
    const more = MORE.exec(html)?.[1];
    if (more === undefined) break;
    html = await fetchHtml(`${base}${plain(more)}`, headers);
  }
  const stream = `${base}${attributeOf(first, "data-eventos")}`;
  return { picture, stream, desde: Number(attributeOf(first, "data-desde")) };
}

export interface Screen extends Disposable {
  readonly path: string;
  readonly frames: number;
  /**
   * What differs from a fresh page now; null when nothing does.
   * @param from the address of the server to ask; by default its own
   */
  difference(from?: string): Promise<string | null>;
}

function compare(mine: Picture, fresh: Picture): string | null {
  const shown = [...mine.rows].filter(([, { html }]) => html !== "");
  if (shown.length !== fresh.rows.size) return `${shown.length} rows, not ${fresh.rows.size}`;
  for (const [id, { html }] of shown) {
    if (fresh.rows.get(id)?.html !== html) return `row ${id}: ${html}`;
  }
  for (const [id, text] of fresh.counts) {
    if (mine.counts.get(id) !== text) return `${id} is ${mine.counts.get(id)}, not ${text}`;
  }
  return null;
}

/** Opens a page and its stream, where the page says that it begins. */
export async function openScreen(
  base: string,
  path: string,
  headers: Headers,
  violations: string[],
): Promise<Screen> {
  const { picture, stream: url, desde } = await readPage(base, path, headers);
  let seq = desde;
  let frames = 0;
  const onFrame = (frame: SseFrame): void => {
    if (frame.id < seq) violations.push(`${path}: ${frame.id} came after ${seq}`);
    seq = frame.id;
    if (frame.event === "ping") return;
    if (frame.event !== "spool_update") violations.push(`${path} was told ${frame.event}`);
    frames++;
    const html = dataOf(frame);
    takeCounts(picture, html);
    for (const [, id = "", v, li = ""] of html.matchAll(FILA)) takeRow(picture, id, Number(v), li);
  };
  const opened: RawStream = await openStream(`${url}&desde=${desde}`, headers, onFrame);
  return {
    path,
    get frames() {
      return frames;
    },
    difference: async (from = base) =>
      compare(picture, (await readPage(from, path, headers)).picture),
    [Symbol.dispose]: () => opened[Symbol.dispose](),
  };
}
