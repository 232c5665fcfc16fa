/**
 * A browser's screen as static/live.js keeps it: a model of its rules in a few lines, so that a
 * page that lived through a stream can be compared with a fresh one.
 */

/** A row: its id and its markup. */
export type Row = readonly [id: string, html: string];

export interface Pantalla {
  /** Rows of each list in order, and each count's text. */
  readonly lists: Readonly<Record<string, readonly Row[]>>;
  readonly counts: Readonly<Record<string, string>>;
}

const UL = /<(ul|ol) id="([a-z]+)"[^>]*>(.*?)<\/\1>/gs;
const LI = /<li id="([^"]+)"[^>]*? data-v="(\d+)" data-k="([^"]*)"[^>]*>.*?<\/li>/gs;
const COUNT = /<span id="(n-[^"]+)" class="cuenta"[^>]*>([^<]*)<\/span>/g;
const FILA = /<hx-fila id="([^"]+)" data-ul="([^"]+)" data-v="(\d+)">(.*?)<\/hx-fila>/gs;

interface Li {
  readonly id: string;
  readonly v: number;
  readonly k: string;
  readonly html: string;
}

function rowsIn(html: string): Li[] {
  return [...html.matchAll(LI)].map(([li, id = "", v, k = ""]) => ({
    id,
    v: Number(v),
    // As an attribute's value is compared in the browser.
    k: k.replace(/&#(\d+);|&(lt|gt|amp);/g, (_, code, name) =>
      code ? String.fromCodePoint(Number(code)) : { lt: "<", gt: ">", amp: "&" }[name as "lt"],
    ),
    html: li,
  }));
}

export class Screen {
  readonly #lists = new Map<string, Li[]>();
  readonly #counts = new Map<string, string>();
  readonly #seen = new Map<string, number>();

  constructor(page: string) {
    for (const [, , ul = "", body = ""] of page.matchAll(UL)) this.#lists.set(ul, rowsIn(body));
    for (const [, id = "", text = ""] of page.matchAll(COUNT)) this.#counts.set(id, text);
  }

  /** Applies the data of one `spool_update`. */
  apply(data: string): void {
    for (const [, id = "", ul = "", v, body = ""] of data.matchAll(FILA)) {
      this.#fila(id, ul, Number(v), rowsIn(body)[0]);
    }
    for (const [, id = "", text = ""] of data.matchAll(COUNT)) {
      if (this.#counts.has(id)) this.#counts.set(id, text);
    }
  }

  #fila(id: string, ul: string, v: number, row: Li | undefined): void {
    const list = this.#lists.get(ul);
    const old = list?.find((li) => li.id === id);
    const known = old?.v ?? this.#seen.get(id) ?? -1;
    if (!list || v <= known) return;
    this.#seen.set(id, v);
    if (old) list.splice(list.indexOf(old), 1);
    if (!row) return;
    const next = list.findIndex(({ k }) => k >= row.k);
    list.splice(next < 0 ? list.length : next, 0, row);
  }

  show(): Pantalla {
    const lists = [...this.#lists].map(([ul, rows]) => [ul, rows.map((r) => [r.id, r.html])]);
    return { lists: Object.fromEntries(lists), counts: Object.fromEntries(this.#counts) };
  }
}
