/**
 * The cookie of a browser on which a supervisor signed in before (OWASP, device cookies): who has
 * it is counted apart when a password is wrong, so that strangers can't lock its owner out.
 */
import { randomSecret, sign, signed } from "./secret.ts";

/** A browser that nobody signed in on for half a year is a stranger again. */
const KNOWN_MS = 180 * 24 * 3_600_000;

/** The password's hash signs: with the password, all known browsers end. */
interface Account {
  readonly usuario: string;
  readonly clave: string;
}

const keyOf = ({ clave }: Account): string => sign(clave, "zeues-conocido");

/** A new one for that supervisor. */
export function conocidoCookie(account: Account, nowMs: number) {
  const bare = `${randomSecret(12)}.${nowMs + KNOWN_MS}`;
  const mac = sign(keyOf(account), `${account.usuario}.${bare}`);
  return { value: `${bare}.${mac}`, maxAgeMs: KNOWN_MS };
}

/** What names the browser; null for a cookie that is none of this supervisor's. */
export function conocidoNonce(cookie: string, account: Account, nowMs: number): string | null {
  const [nonce = "", untilMs = "", mac = ""] = cookie.split(".");
  if (!/^\d{1,16}$/.test(untilMs) || Number(untilMs) <= nowMs) return null;
  const text = `${account.usuario}.${nonce}.${untilMs}`;
  return signed(keyOf(account), text, mac) ? nonce : null;
}
