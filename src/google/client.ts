/**
 * The Google client behind Spreadsheet. Its own repeating is off and each request has a timeout:
 * by default it repeats GET and PUT three times and waits for ever (field notes). What a failure
 * means says diagnose.ts, whether to repeat says retry.ts.
 */
import type { sheets_v4 } from "googleapis/build/src/apis/sheets";
import type { Access } from "./access.ts";
import { needAll, propertiesOf, rangeRows, sheetOf } from "./answers.ts";
import type { CallKind } from "./budget.ts";
import { untilStopped } from "./clock.ts";
import { credentialOf, transport, useOneTransport } from "./credentials.ts";
import { diagnose } from "./diagnose.ts";
import { SheetsError, stopped } from "./failure.ts";
import { growRequests, nameRequests, PROPERTIES_FIELDS, readQuery, writeBody } from "./requests.ts";
import type {
  Growth,
  NameChange,
  NewSheet,
  Properties,
  RangeRows,
  RangeWrite,
  Sheet,
  Spreadsheet,
} from "./spreadsheet.ts";

/** 10,000 rows of 40 columns take some 10 s on a slow line; Google gives up after 180 s. */
export const CALL_TIMEOUT_MS = 30_000;
const TOKEN_TIMEOUT_MS = 20_000;
const SCOPES = ["https://www.googleapis.com/auth/spreadsheets"];
/** 60-130 ms and 49 MB (field notes), so only where there is a sheet. */
const load = () => import("googleapis/build/src/apis/sheets");

interface Session {
  readonly api: sheets_v4.Sheets;
  readonly account: string | null;
  /** Resolves when there is a token that is good for now. */
  readonly authorize: () => Promise<unknown>;
}

/** The library's way from a credential to tokens. */
async function signer(access: Access, transporterOptions: object) {
  const [{ auth }, credential] = await Promise.all([load(), credentialOf(access)]);
  if (credential?.kind === "key") {
    const { email, key } = credential;
    const client = new auth.JWT({ email, key, scopes: SCOPES, transporterOptions });
    return { client, account: email };
  }
  const clientOptions = { transporterOptions };
  const google = new auth.GoogleAuth({ scopes: SCOPES, clientOptions });
  const client =
    credential === null
      ? await google.getClient()
      : // The way of the machine's own identity, with a file: the public ones print warnings.
        await google._getApplicationCredentialsFromFilePath(credential.file, clientOptions);
  useOneTransport(client);
  // A machine may be one without a name; the sentences then do without too.
  const named = await google.getCredentials().catch(() => null);
  return { client, account: named?.client_email ?? null };
}

/** Signs in, as far as that goes without a token. */
async function openSession(access: Access, timeoutMs: number): Promise<Session> {
  const { client, account } = await signer(access, {
    fetchImplementation: transport(access.tokenUrl),
    timeout: TOKEN_TIMEOUT_MS,
    // The token's exchange asks for repeats of its own.
    retryConfig: { retry: 0, noResponseRetries: 0 },
  });
  const { sheets } = await load();
  const api = sheets({
    version: "v4",
    auth: client as NonNullable<sheets_v4.Options["auth"]>,
    retry: false,
    timeout: timeoutMs,
    ...(access.apiRoot === null ? {} : { rootUrl: access.apiRoot }),
  });
  return { api, account, authorize: () => client.getAccessToken() };
}

export interface SpreadsheetOptions {
  /** The process stops: what is in flight ends. */
  readonly signal?: AbortSignal;
  /** CALL_TIMEOUT_MS. */
  readonly timeoutMs?: number;
}

class GoogleSpreadsheet implements Spreadsheet {
  readonly #access: Access;
  readonly #signal: AbortSignal | undefined;
  readonly #timeoutMs: number;
  #session: Promise<Session> | null = null;
  #account: string | null;
  /** Whose token was refused; when the next one's is too, it is the credential. */
  #refused: Session | null = null;

  constructor(access: Access, { signal, timeoutMs = CALL_TIMEOUT_MS }: SpreadsheetOptions) {
    this.#access = access;
    this.#signal = signal;
    this.#timeoutMs = timeoutMs;
    this.#account = access.account?.email ?? null;
  }

  get account(): string | null {
    return this.#account;
  }

  properties(): Promise<Properties> {
    const query = { ...this.#id, fields: PROPERTIES_FIELDS };
    return this.#call("read", (api, options) => api.spreadsheets.get(query, options), propertiesOf);
  }

  async read(ranges: readonly string[], { formulas = false } = {}): Promise<readonly RangeRows[]> {
    if (ranges.length === 0) return [];
    const query = { ...this.#id, ...readQuery(ranges, formulas) };
    return this.#call(
      "read",
      (api, options) => api.spreadsheets.values.batchGet(query, options),
      ({ valueRanges }) => needAll(valueRanges, ranges.length).map(rangeRows),
    );
  }

  async write(data: readonly RangeWrite[], { echo = false } = {}): Promise<readonly RangeRows[]> {
    if (data.length === 0) return [];
    const query = { ...this.#id, requestBody: writeBody(data, echo) };
    return this.#call(
      "write",
      (api, options) => api.spreadsheets.values.batchUpdate(query, options),
      ({ responses }) =>
        echo ? needAll(responses, data.length).map((one) => rangeRows(one.updatedData ?? {})) : [],
    );
  }

  async grow(sheetId: number, by: Growth): Promise<void> {
    const requests = growRequests(sheetId, by);
    if (requests.length > 0) await this.#change(requests, () => null);
  }

  async nameColumns(changes: readonly NameChange[]): Promise<void> {
    const requests = nameRequests(changes);
    if (requests.length > 0) await this.#change(requests, () => null);
  }

  addTab({ title, rowCount, columnCount }: NewSheet): Promise<Sheet> {
    const properties = { title, gridProperties: { rowCount, columnCount } };
    return this.#change([{ addSheet: { properties } }], (replies) =>
      sheetOf(needAll(replies, 1)[0]?.addSheet ?? {}),
    );
  }

  get #id() {
    return { spreadsheetId: this.#access.sheetId };
  }

  #change<T>(
    requests: sheets_v4.Schema$Request[],
    parse: (replies: readonly sheets_v4.Schema$Response[]) => T,
  ): Promise<T> {
    const query = { ...this.#id, requestBody: { requests } };
    return this.#call(
      "write",
      (api, options) => api.spreadsheets.batchUpdate(query, options),
      ({ replies }) => parse(replies ?? []),
    );
  }

  /** One request. Whatever goes wrong is a SheetsError. */
  async #call<D, T>(
    kind: CallKind,
    send: (api: sheets_v4.Sheets, options: { signal: AbortSignal }) => Promise<{ data: D }>,
    parse: (data: D) => T,
  ): Promise<T> {
    const call = new AbortController();
    const stop = () => call.abort();
    if (this.#signal?.aborted) throw stopped();
    // One listener a call, taken away: the process's signal outlives a million calls.
    this.#signal?.addEventListener("abort", stop);
    try {
      const session = await this.#authorized(kind, call.signal);
      try {
        const { data } = await send(session.api, { signal: call.signal });
        // A cut body that no longer is JSON comes as text, a gateway's page too.
        if (typeof data !== "object" || data === null) throw new TypeError("not a JSON answer");
        const value = parse(data);
        this.#refused = null;
        return value;
      } catch (error) {
        throw this.#failed(error, kind, session, call.signal);
      }
    } finally {
      this.#signal?.removeEventListener("abort", stop);
    }
  }

  async #authorized(kind: CallKind, signal: AbortSignal): Promise<Session> {
    const signIn = async () => {
      this.#session ??= openSession(this.#access, this.#timeoutMs);
      const session = await this.#session;
      this.#account = session.account;
      await session.authorize();
      return session;
    };
    try {
      return await untilStopped(signIn(), signal);
    } catch (error) {
      if (signal.aborted) throw stopped();
      // The next call begins anew: the key on disk may be another by then.
      this.#session = null;
      throw diagnose(error, { phase: "token", kind, account: this.#account });
    }
  }

  #failed(error: unknown, kind: CallKind, session: Session, signal: AbortSignal): SheetsError {
    const { account } = session;
    if (signal.aborted) {
      return kind === "read"
        ? stopped()
        : new SheetsError({ kind: "lost", reason: "stopped" }, { account, mayBeApplied: true });
    }
    const failure = diagnose(error, { phase: "call", kind, account });
    const { fault, detail } = failure;
    if (fault.kind === "denied") this.#refused = null;
    // Another request with the same token may have been first.
    if (fault.kind !== "busy" || fault.reason !== "token" || session === this.#refused) {
      return failure;
    }
    const again = this.#refused !== null;
    this.#refused = session;
    this.#session = null;
    return again
      ? new SheetsError({ kind: "denied", reason: "credential" }, { account, detail })
      : failure;
  }
}

/** The spreadsheet of a configuration. Nothing is sent or loaded before the first request. */
export const openSpreadsheet = (access: Access, options: SpreadsheetOptions = {}): Spreadsheet =>
  new GoogleSpreadsheet(access, options);
