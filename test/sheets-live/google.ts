/** The spreadsheet asked with the raw client: every answer is kept as it came, refusals too. */
import { auth, sheets, type sheets_v4 } from "googleapis/build/src/apis/sheets";
import type { Access } from "../../src/google/access.ts";
import { Budget, type CallKind } from "../../src/google/budget.ts";
import { realClock } from "../../src/google/clock.ts";
import { credentialOf, transport } from "../../src/google/credentials.ts";

export interface Answer {
  readonly step: string;
  /** Of HTTP; 0 = there was no answer. */
  readonly status: number;
  readonly ms: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Null where only the time counts. */
  readonly body: unknown;
}

type Options = { readonly signal: AbortSignal };
type Raw = { readonly status: number; readonly headers: unknown; readonly data: unknown };
export type Send = (api: sheets_v4.Sheets, options: Options) => Promise<Raw>;

export interface Google {
  readonly spreadsheetId: string;
  /** One request within the minute's budget. `keep` false leaves the body away. */
  ask(step: string, kind: CallKind, send: Send, keep?: boolean): Promise<Answer>;
  /** Reads, past the budget, until one is refused or `most` were not. @returns the last answer */
  burst(step: string, send: Send, most: number): Promise<Answer>;
}

export interface GoogleOptions {
  /** Requests of a kind in a minute; the product's own by default. */
  readonly limit?: number;
  readonly signal: AbortSignal;
}

const SCOPES = ["https://www.googleapis.com/auth/spreadsheets"];
/** 2,000 rows of 24 columns over a slow line. */
const TIMEOUT_MS = 60_000;
/** A free slot comes within a minute. */
const PATIENCE_MS = 90_000;
/** At once, in a burst: 400 take a second or two. */
const ABREAST = 20;

/** As the product signs in (src/google/client.ts), with its transport. */
async function openApi(access: Access): Promise<sheets_v4.Sheets> {
  const transporterOptions = {
    fetchImplementation: transport(access.tokenUrl) as typeof fetch,
    retryConfig: { retry: 0, noResponseRetries: 0 },
  };
  const credential = await credentialOf(access);
  const keyed = credential?.kind === "key" ? credential : null;
  const client = keyed
    ? new auth.JWT({ email: keyed.email, key: keyed.key, scopes: SCOPES, transporterOptions })
    : new auth.GoogleAuth({
        scopes: SCOPES,
        clientOptions: { transporterOptions },
        ...(credential?.kind === "file" ? { keyFilename: credential.file } : {}),
      });
  // The first request's time is to be its own, without the token's.
  await client.getAccessToken();
  const rootUrl = access.apiRoot === null ? {} : { rootUrl: access.apiRoot };
  return sheets({ version: "v4", auth: client, retry: false, timeout: TIMEOUT_MS, ...rootUrl });
}

/** Of a refusal its answer alone: the client's error holds the whole request, its token too. */
function refused(thrown: unknown): Raw {
  const { response, message, code } = thrown as {
    readonly response?: Raw;
    readonly message?: string;
    readonly code?: string | number;
  };
  if (response) return response;
  return { status: 0, headers: {}, data: { noAnswer: `${code ?? ""} ${message ?? ""}`.trim() } };
}

function headersOf(headers: unknown): Record<string, string> {
  const all = headers instanceof Headers ? [...headers] : Object.entries(Object(headers));
  return Object.fromEntries(
    all
      .map(([name, value]) => [name.toLowerCase(), String(value)] as const)
      .filter(([name]) => name !== "set-cookie"),
  );
}

/** @throws what keeps it from signing in */
export async function openGoogle(access: Access, options: GoogleOptions): Promise<Google> {
  const { limit, signal } = options;
  const api = await openApi(access);
  const some = limit === undefined ? {} : { limit };
  const budget = new Budget({ clock: realClock, before: "none", ...some });
  const sent = async (step: string, send: Send, keep: boolean): Promise<Answer> => {
    const beganAt = performance.now();
    const { status, headers, data } = await send(api, { signal }).catch(refused);
    const ms = Math.round((performance.now() - beganAt) * 10) / 10;
    return { step, status, ms, headers: headersOf(headers), body: keep ? data : null };
  };
  return {
    spreadsheetId: access.sheetId,
    async ask(step, kind, send, keep = true) {
      using grant = await budget.hold({ [kind]: 1 }, PATIENCE_MS, signal);
      grant.take(kind);
      return await sent(step, send, keep);
    },
    async burst(step, send, most) {
      for (let asked = 0; ; asked += ABREAST) {
        const all = Array.from({ length: ABREAST }, () => sent(step, send, true));
        const answers = await Promise.all(all);
        const last = answers.find(({ status }) => status !== 200) ?? answers[0];
        if (last && (last.status !== 200 || asked + ABREAST >= most)) return last;
      }
    },
  };
}
