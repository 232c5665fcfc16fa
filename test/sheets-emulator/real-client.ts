/** The real googleapis client against an emulator, set up as the field notes say. */
import { auth, sheets, type sheets_v4 } from "googleapis/build/src/apis/sheets";
import type { Emulator } from "./emulator.ts";

const SCOPES = ["https://www.googleapis.com/auth/spreadsheets"];
const GOOGLE_TOKEN_URL = "https://oauth2.googleapis.com/token";
/** Longer than any answer here takes. */
const TIMEOUT_MS = 10_000;

/** For each call: its own repeats would hide what a fault does. */
export const ONCE = { retry: false, timeout: TIMEOUT_MS };

export interface ClientOptions {
  readonly email?: string;
  readonly privateKey?: string;
  readonly scopes?: readonly string[];
}

export function realClient(emulator: Emulator, options: ClientOptions = {}): sheets_v4.Sheets {
  const { email = emulator.account.email, privateKey = emulator.account.privateKey } = options;
  const fetchImplementation = (input: string | URL | Request, init?: RequestInit) => {
    const url = input instanceof Request ? input.url : String(input);
    return fetch(url === GOOGLE_TOKEN_URL ? emulator.tokenUrl : url, {
      ...(init?.method ? { method: init.method } : {}),
      ...(init?.headers ? { headers: init.headers } : {}),
      ...(init?.body ? { body: init.body } : {}),
      // Bun repeats a GET on a kept connection that was dropped.
      keepalive: false,
    });
  };
  const client = new auth.JWT({
    email,
    key: privateKey,
    scopes: [...(options.scopes ?? SCOPES)],
    transporterOptions: {
      fetchImplementation: fetchImplementation as typeof fetch,
      retryConfig: { retry: 0, noResponseRetries: 0 },
    },
  });
  return sheets({ version: "v4", auth: client, rootUrl: emulator.apiRoot, ...ONCE });
}

/** What a refused call was refused with. */
export interface Refused {
  readonly status: number;
  readonly message: string;
  /** The body's `error`, when there was one. */
  readonly error: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/** Waits for a call to fail and reads how. */
export async function refusal(call: Promise<unknown>): Promise<Refused> {
  try {
    await call;
  } catch (thrown) {
    const { response, message } = thrown as {
      response?: { status?: number; data?: unknown };
      message: string;
    };
    const body = response?.data;
    const error = (body as { error?: Record<string, unknown> } | undefined)?.error ?? {};
    return { status: response?.status ?? 0, message, error, body };
  }
  throw new Error("the call was not refused");
}
