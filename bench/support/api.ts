/** ZEUES as a program sees it: the JSON API with its token, pages with a session. */
import { signInByName } from "./tablet.ts";

export interface Done {
  readonly ok: true;
  readonly tag_spool: string;
  readonly version: number;
  readonly seq: number;
  readonly estado_detalle: string;
}

/** What a POST came to. */
export interface Answer {
  readonly status: number;
  readonly body: Done | { readonly ok: false; readonly error: string };
}

/** One action as it is asked for. */
export interface Ask {
  readonly accion: string;
  readonly operacion: string;
  readonly tag: string;
  readonly worker: number;
}

export interface Api {
  readonly url: string;
  readonly auth: Readonly<Record<string, string>>;
  act(ask: Ask, key?: string, signal?: AbortSignal): Promise<Answer>;
  /** GET of `/api…`; throws unless it answers 200. */
  get(path: string): Promise<unknown>;
  /** Picks a name on the enrolled tablet (support/tablet). @returns the headers of its session. */
  signIn(worker: number): Promise<Readonly<Record<string, string>>>;
}

const pathOf = (accion: string): string =>
  accion === "APROBAR" || accion === "RECHAZAR" ? "metrologia" : "occupation";

/** @param url without a slash at the end */
export function openApi(url: string, token: string): Api {
  const auth = { Authorization: `Bearer ${token}` };
  return {
    url,
    auth,
    async act({ accion, operacion, tag, worker }, key, signal) {
      const answer = await fetch(`${url}/api/${pathOf(accion)}/${accion.toLowerCase()}`, {
        method: "POST",
        body: JSON.stringify({ tag_spool: tag, worker_id: worker, operacion }),
        headers: {
          ...auth,
          "Content-Type": "application/json",
          ...(key === undefined ? {} : { "Idempotency-Key": key }),
        },
        ...(signal === undefined ? {} : { signal }),
      });
      return { status: answer.status, body: (await answer.json()) as Answer["body"] };
    },
    async get(path) {
      const answer = await fetch(`${url}/api${path}`, { headers: auth });
      if (!answer.ok) throw new Error(`${answer.status} for ${path}: ${await answer.text()}`);
      return await answer.json();
    },
    signIn: async (worker) => ({ Cookie: await signInByName(url, worker) }),
  };
}

interface SpoolsPage {
  readonly spools: readonly SpoolState[];
  readonly cursor: string | null;
}

/** A spool as `GET /api/spools` tells it. */
export interface SpoolState {
  readonly tag_spool: string;
  readonly estado_detalle: string;
  readonly operacion: string | null;
  readonly ocupado_por: { readonly worker_id: number; readonly worker_nombre: string } | null;
  readonly version: number;
}

/** Every spool, page by page. */
export async function allSpools(api: Api): Promise<readonly SpoolState[]> {
  const spools: SpoolState[] = [];
  let cursor: string | null = null;
  do {
    const from: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const page = (await api.get(`/spools?limit=500${from}`)) as SpoolsPage;
    spools.push(...page.spools);
    cursor = page.cursor;
  } while (cursor !== null);
  return spools;
}
