/**
 * Who we are to Google (spec 9): a service account's address and key, a file (a service account's
 * key, or a workload identity's description), or what the machine itself has (ADC). The exchange
 * for access tokens is google-auth-library's; only its address can be another one.
 */
import { readFile } from "node:fs/promises";
import type { Access } from "./access.ts";
import { SheetsError } from "./failure.ts";

export type Credential =
  /** A service account's. */
  | { readonly kind: "key"; readonly email: string; readonly key: string }
  /** A description that the library reads itself: a workload identity, an impersonation. */
  | { readonly kind: "file"; readonly file: string };

const unusable = (detail: string) =>
  new SheetsError({ kind: "denied", reason: "no-credential" }, { detail });

async function readCredential(file: string): Promise<Credential> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw unusable(`${file}: ${error.code}`);
  });
  let fields: Readonly<Record<string, unknown>> | null;
  try {
    fields = Object(JSON.parse(text));
  } catch {
    // The parser's words would quote the file, which is a secret.
    throw unusable(`${file}: not JSON`);
  }
  const { type, client_email: email, private_key: key } = fields ?? {};
  if (typeof email === "string" && typeof key === "string") return { kind: "key", email, key };
  if (typeof type !== "string") throw unusable(`${file}: not a credential`);
  return { kind: "file", file };
}

/**
 * The credential that a configuration names, null = the machine's own. The file is read anew each
 * time, so that a key changed on disk is taken without a restart.
 * Throws SheetsError `denied`, `no-credential`.
 */
export async function credentialOf(access: Access): Promise<Credential | null> {
  const { account, credentialsFile } = access;
  if (account) return { kind: "key", email: account.email, key: account.privateKey };
  return credentialsFile === null ? null : readCredential(credentialsFile);
}

/** Where google-auth-library sends a service account's assertion, whatever `token_uri` says. */
const GOOGLE_TOKEN_URL = "https://oauth2.googleapis.com/token";

/** What of a request the transport reads; it brings more that only confuses a fetch. */
type Init = Pick<RequestInit, "method" | "headers" | "body" | "signal">;

/**
 * The transport under the client. It differs from the client's own in that
 * the token's address may be another; that
 * a GET never goes over a kept connection: Bun repeats it by itself when the other side has just
 * closed that one, and Google would count two (measured); that
 * no redirect is followed: Google sends none, and a POST's body, the assertion, would go along; and
 * that nothing but http and https is asked, where Bun's fetch reads files too, which a description
 * of an identity might name.
 */
export const transport =
  (tokenUrl: string | null) =>
  async (input: string | URL | Request, init: Init = {}): Promise<Response> => {
    const url = input instanceof Request ? input.url : String(input);
    if (!/^https?:\/\//i.test(url)) throw new TypeError("not an address over the network");
    const { method = "GET", headers, body, signal } = init;
    return fetch(url === GOOGLE_TOKEN_URL ? (tokenUrl ?? url) : url, {
      method,
      ...(headers ? { headers } : {}),
      ...(body ? { body } : {}),
      ...(signal ? { signal } : {}),
      keepalive: method !== "GET",
      redirect: "manual",
    });
  };

/** What google-auth-library's clients are made of, as far as it is used here (11.3.4). */
interface AuthParts {
  readonly transporter?: unknown;
  readonly stsCredential?: { transporter?: unknown };
  readonly sourceClient?: object;
}

/**
 * Gives a client's exchange of identities the client's own transport: the library makes it one of
 * its own, which follows redirects and waits for ever.
 */
export function useOneTransport(client: object): void {
  const { transporter, stsCredential, sourceClient } = client as AuthParts;
  if (stsCredential && transporter) stsCredential.transporter = transporter;
  if (sourceClient) useOneTransport(sourceClient);
}
