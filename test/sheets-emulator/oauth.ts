/**
 * The token endpoint: a signed assertion or a refresh token for an access token that expires.
 * Source: developers.google.com/identity/protocols/oauth2/service-account#authorizingrequests
 */
import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { ApiError, errorInfo, type JsonObject } from "./api-error.ts";

export const JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const TOKEN_LIFE_S = 3599;
/** An assertion lives an hour at most; clocks may differ by so much. */
const ASSERTION_LIFE_S = 3600;
const SKEW_S = 300;

const SHEET_SCOPES = new Map([
  ["https://www.googleapis.com/auth/spreadsheets", true],
  ["https://www.googleapis.com/auth/drive", true],
  ["https://www.googleapis.com/auth/drive.file", true],
  ["https://www.googleapis.com/auth/spreadsheets.readonly", false],
  ["https://www.googleapis.com/auth/drive.readonly", false],
  ["https://www.googleapis.com/auth/cloud-platform", false],
]);

/** What the client signs for, whatever address it sends to. */
const AUDIENCES = [
  "https://oauth2.googleapis.com/token",
  "https://www.googleapis.com/oauth2/v4/token",
  "https://accounts.google.com/o/oauth2/token",
];

export interface Account {
  readonly email: string;
  /** PEM, PKCS #8. */
  readonly privateKey: string;
  readonly publicKey: string;
  readonly privateKeyId: string;
}

/** One pair a process: making one takes a tenth of a second and none is a secret. */
let pair: { privateKey: string; publicKey: string } | null = null;

export function throwAwayAccount(email: string): Account {
  pair ??= generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  return { email, ...pair, privateKeyId: "emulator-key" };
}

export interface Grant {
  readonly email: string;
  readonly untilMs: number;
  readonly scopes: readonly string[];
}

export interface TokenAnswer {
  readonly status: number;
  readonly body: JsonObject;
}

const refusal = (error: string, error_description: string, status = 400): TokenAnswer => ({
  status,
  body: { error, error_description },
});

function readJwt(assertion: string) {
  const [head = "", claims = "", signature = ""] = assertion.split(".");
  const json = (part: string): JsonObject => {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return typeof value === "object" && value !== null ? (value as JsonObject) : {};
  };
  return {
    header: json(head),
    claims: json(claims),
    signed: Buffer.from(`${head}.${claims}`),
    signature: Buffer.from(signature, "base64url"),
  };
}

export class OAuth {
  readonly accounts = new Map<string, Account>();
  readonly #revoked = new Set<string>();
  readonly #tokens = new Map<string, Grant>();
  readonly #refresh = new Map<string, string>();
  /** Besides Google's own, e.g. this server's address. */
  audience = "";
  #issued = 0;

  addAccount(account: Account): void {
    this.accounts.set(account.email, account);
  }

  /** A user's refresh token. */
  addRefreshToken(token: string, email: string): void {
    this.#refresh.set(token, email);
  }

  /** Its assertions are refused from now on; tokens that are out stay good until they expire. */
  revokeKey(email: string): void {
    this.#revoked.add(email);
  }

  /** All tokens that are out are refused from now on. */
  revokeTokens(): void {
    this.#tokens.clear();
  }

  issue(email: string, scopes: readonly string[], nowMs: number): JsonObject {
    this.#issued += 1;
    const token = `ya29.c.emulator-${this.#issued}-${Buffer.from(email).toString("base64url")}`;
    this.#tokens.set(token, { email, scopes, untilMs: nowMs + TOKEN_LIFE_S * 1000 });
    return { access_token: token, expires_in: TOKEN_LIFE_S, token_type: "Bearer" };
  }

  exchange(form: URLSearchParams, nowMs: number): TokenAnswer {
    const type = form.get("grant_type") ?? "";
    if (type === "refresh_token") {
      const email = this.#refresh.get(form.get("refresh_token") ?? "");
      if (email === undefined || this.#revoked.has(email)) {
        return refusal("invalid_grant", "Token has been expired or revoked.");
      }
      return { status: 200, body: this.issue(email, [...SHEET_SCOPES.keys()], nowMs) };
    }
    if (type !== JWT_GRANT) {
      return refusal("unsupported_grant_type", `Invalid grant_type: ${type}`);
    }
    try {
      return this.#assertion(form.get("assertion") ?? "", nowMs);
    } catch {
      return refusal("invalid_grant", "Invalid JWT: Failed to parse.");
    }
  }

  #assertion(assertion: string, nowMs: number): TokenAnswer {
    const { header, claims, signed, signature } = readJwt(assertion);
    const account = this.accounts.get(String(claims.iss));
    if (!account) return refusal("invalid_grant", "Invalid grant: account not found");
    const key = createPublicKey(account.publicKey);
    const genuine = header.alg === "RS256" && verify("RSA-SHA256", signed, key, signature);
    if (!genuine || this.#revoked.has(account.email)) {
      return refusal("invalid_grant", "Invalid JWT Signature.");
    }
    const now = nowMs / 1000;
    const [iat, exp] = [Number(claims.iat), Number(claims.exp)];
    const timely = iat <= now + SKEW_S && exp > now - SKEW_S && exp - iat <= ASSERTION_LIFE_S;
    if (!timely) {
      return refusal(
        "invalid_grant",
        "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable " +
          "timeframe. Check your iat and exp values in the JWT claim.",
      );
    }
    if (![...AUDIENCES, this.audience].includes(String(claims.aud))) {
      return refusal("invalid_grant", "Invalid JWT: Failed audience check.");
    }
    const scopes = String(claims.scope ?? "").split(" ");
    if (!scopes.some((scope) => SHEET_SCOPES.has(scope))) {
      return refusal("invalid_scope", "Invalid OAuth scope or ID token audience provided.");
    }
    return { status: 200, body: this.issue(account.email, scopes, nowMs) };
  }

  /**
   * Who asks. @throws ApiError 401 for a token that is none or no more, 403 without a header or
   * without the right to write
   */
  authorize(header: string | undefined, writing: boolean, nowMs: number, method: string): string {
    if (header === undefined || header === "") {
      throw new ApiError(
        403,
        "Method doesn't allow unregistered callers (callers without established identity). " +
          "Please use API Key or other form of API consumer identity to call this API.",
      );
    }
    const grant = this.#tokens.get(header.replace(/^Bearer /i, ""));
    const metadata = { service: "sheets.googleapis.com", method };
    if (!grant || grant.untilMs <= nowMs) {
      throw new ApiError(
        401,
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login " +
          "cookie or other valid authentication credential. See " +
          "https://developers.google.com/identity/sign-in/web/devconsole-project.",
        grant ? [errorInfo("ACCESS_TOKEN_EXPIRED", metadata)] : [],
        {
          "www-authenticate": 'Bearer realm="https://accounts.google.com/", error="invalid_token"',
        },
      );
    }
    const may = grant.scopes.some((scope) => {
      const writes = SHEET_SCOPES.get(scope);
      const own = scope !== "https://www.googleapis.com/auth/cloud-platform";
      return own && writes !== undefined && (writes || !writing);
    });
    if (may) return grant.email;
    throw new ApiError(403, "Request had insufficient authentication scopes.", [
      errorInfo("ACCESS_TOKEN_SCOPE_INSUFFICIENT", metadata),
    ]);
  }
}
