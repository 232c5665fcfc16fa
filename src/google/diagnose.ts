/**
 * An error of the Google client as what it means (failure.ts), by HTTP status, code and Google's
 * own words: `err.response?.status` and `err.code`, since minified builds lose class names.
 * Sources: the error bodies of AIP-193, the Sheets API's usage limits, and the field notes.
 */
import type { CallKind } from "./budget.ts";
import { type DeniedReason, type Fault, SheetsError } from "./failure.ts";

export interface Asked {
  /** `token`: the credential's exchange for an access token; nothing reached the sheet. */
  readonly phase: "token" | "call";
  readonly kind: CallKind;
  readonly account: string | null;
}

/** How much of Google's words goes into the log. */
const DETAIL_MAX = 200;

/** Codes of connections that never stood, of Bun and of Node. */
const NEVER_SENT = new Set(
  (
    "ECONNREFUSED ENOTFOUND EAI_AGAIN EAI_FAIL EHOSTUNREACH ENETUNREACH ENETDOWN " +
    "ConnectionRefused FailedToOpenSocket"
  ).split(" "),
);
const BAD_CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|ALTNAME/;

interface Answer {
  /** 0 = none came. */
  readonly status: number;
  readonly code: string;
  /** Google's message, in one line. */
  readonly message: string;
  /** Google's reason, e.g. `RATE_LIMIT_EXCEEDED`, `SERVICE_DISABLED`, `invalid_grant`. */
  readonly reason: string;
  readonly bucket: string | null;
  readonly retryAfterMs: number;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;
const record = (value: unknown) => (isRecord(value) ? value : {});
const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** One line, without what a web page is made of and without anything that looks like a secret. */
function plainLine(words: string): string {
  const line = words
    .replace(/<(style|script)\b.*?<\/\1>/gis, " ")
    .replace(/<[^>]*>/g, " ")
    .replace(/-----BEGIN[\s\S]*?(-----END[^-]*-----|$)/g, "…")
    .replace(/\b(ya29\.|eyJ)[\w.~+/-]+=*/g, "…")
    .replace(/\s+/g, " ")
    .trim();
  return line.length > DETAIL_MAX ? `${line.slice(0, DETAIL_MAX)}…` : line;
}

/** `Retry-After` in milliseconds, from seconds or a date; 0 when there is none. */
function retryAfterOf(headers: unknown): number {
  const value = headers instanceof Headers ? headers.get("retry-after") : null;
  if (value === null) return 0;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}

/** Reads the parts of an error that tell what happened. */
function answerOf(error: unknown): Answer {
  const { response, code, message } = record(error);
  const { status, data, headers } = record(response);
  const { error: body, error_description: description } = record(data);
  // A token endpoint says {error: "invalid_grant", error_description}, the API {error: {…}}.
  const api = record(body);
  const details = (Array.isArray(api.details) ? api.details : []).map(record);
  const legacy = (Array.isArray(api.errors) ? api.errors : []).map(record);
  const info = details.find((detail) => typeof detail.reason === "string") ?? legacy[0] ?? {};
  const metadata = record(record(info).metadata);
  const words = text(api.message) || text(description) || text(data) || text(message);
  return {
    status: typeof status === "number" ? status : 0,
    code: text(code),
    message: plainLine(words),
    reason: text(body) || text(info.reason) || text(api.status),
    bucket: text(metadata.quota_limit) || /limit '([^']+)'/.exec(words)?.[1] || null,
    retryAfterMs: retryAfterOf(headers),
  };
}

const FORBIDDEN: readonly (readonly [RegExp, DeniedReason])[] = [
  [/SERVICE_DISABLED|accessNotConfigured|has not been used in project|is disabled/i, "api-off"],
  [/SCOPE_INSUFFICIENT|insufficient authentication scopes|insufficientPermissions/i, "scope"],
  [/protected cell|protected range|protected sheet/i, "protected"],
];

const BAD_REQUEST: readonly (readonly [RegExp, DeniedReason])[] = [
  [/protected cell|protected range|protected sheet/i, "protected"],
  [/unable to parse range|no grid with id|sheet with id .* not found/i, "tab"],
  [/exceeds grid limits|tried writing to (row|column) /i, "grid"],
  [/above the limit of \d+ cells|number of cells .* limit|10,?000,?000/i, "full"],
  [/not supported for this document|office file/i, "office"],
  [/already exists/i, "exists"],
];

const firstOf = (table: readonly (readonly [RegExp, DeniedReason])[], words: string) =>
  table.find(([pattern]) => pattern.test(words))?.[1];

function denied({ status, message, reason }: Answer, { kind }: Asked): DeniedReason {
  const words = `${reason} ${message}`;
  if (status === 403) {
    return firstOf(FORBIDDEN, words) ?? (kind === "write" ? "readonly" : "unshared");
  }
  if (status === 404) return "missing";
  return firstOf(BAD_REQUEST, words) ?? "request";
}

/** A 403 may also be a quota in its older words. */
const isQuota = ({ status, reason }: Answer): boolean =>
  status === 429 || (status === 403 && /rateLimitExceeded|RATE_LIMIT_EXCEEDED/i.test(reason));

/** An answer of the API that is a refusal. */
function refusal(answer: Answer, asked: Asked): Fault {
  const { status, bucket, retryAfterMs } = answer;
  if (isQuota(answer)) return { kind: "busy", reason: "quota", bucket, retryAfterMs };
  if (status >= 500 || status === 408) {
    return { kind: "busy", reason: "server", status, retryAfterMs };
  }
  if (status === 401) return { kind: "busy", reason: "token" };
  return { kind: "denied", reason: denied(answer, asked) };
}

/** No answer of the API, or none that is one: 200 with a body that was cut is told as `cut` too. */
function silence({ code }: Answer): Fault {
  if (NEVER_SENT.has(code) || BAD_CERTIFICATE.test(code)) {
    return { kind: "busy", reason: "unreachable" };
  }
  const timeout = code === "TimeoutError" || code === "ETIMEDOUT";
  return { kind: "lost", reason: timeout ? "timeout" : "cut" };
}

/** The token's exchange: what is lost here is not sent at all, so it is never `lost`. */
function tokenFault(answer: Answer): Fault {
  const { status, code, message, reason } = answer;
  if (status === 0) {
    const network = NEVER_SENT.has(code) || /^E[A-Z]+$|Timeout|Abort/.test(code);
    // What has neither status nor a network's code is a file, a key or an identity that is none.
    return network && code !== "ENOENT" && code !== "EACCES" && code !== "EISDIR"
      ? { kind: "busy", reason: "unreachable" }
      : { kind: "denied", reason: "no-credential" };
  }
  if (isQuota(answer) || status >= 500 || status === 408) {
    return refusal(answer, { phase: "token", kind: "read", account: null });
  }
  if (status < 400) return { kind: "busy", reason: "unreachable" };
  // `Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.`
  const clock = /timeframe|iat and exp/i.test(message) && /invalid_grant/.test(reason);
  return { kind: "denied", reason: clock ? "clock" : "credential" };
}

/** What an error of the client means. @param error anything that its promise was rejected with */
export function diagnose(error: unknown, asked: Asked): SheetsError {
  if (error instanceof SheetsError) return error;
  const answer = answerOf(error);
  const { account, kind, phase } = asked;
  const { status, message: detail } = answer;
  if (phase === "token") return new SheetsError(tokenFault(answer), { account, detail });
  const fault = status === 0 || status < 400 ? silence(answer) : refusal(answer, asked);
  const unsure = fault.kind === "lost" || (fault.kind === "busy" && fault.reason === "server");
  return new SheetsError(fault, { account, detail, mayBeApplied: kind === "write" && unsure });
}
