/**
 * Secrets: made, hashed, compared (spec 8).
 *
 * K1: what we make is random and long, and kept as its SHA-256; what people choose is short, and
 *     kept as argon2id (OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one lane).
 * K2: a secret that nobody has takes as long to refuse as one that is wrong.
 */
import { timingSafeEqual } from "node:crypto";

const MEMORY_KIB = 19_456;
const PASSES = 2;
/** Each holds 19 MiB and a core for some 50 ms: two leave the floor its second core's share. */
const AT_ONCE = 2;
/** Forty workers who begin their shift in the same second wait 2 s; more than that is no shift. */
const WAITING_MAX = 64;

const SECRET_BYTES = 32;

/** SHA-256, hex. */
export const sha256 = (text: string): string =>
  new Bun.CryptoHasher("sha256").update(text).digest("hex");

/** `bytes` random bytes, base64url; by default 256 bits. */
export const randomSecret = (bytes = SECRET_BYTES): string =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString("base64url");

/** Crockford's idea: no letters and digits that a hand or an eye takes for each other. */
const CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const CODE_LENGTH = 8;

/** A code to be read out and typed: 40 random bits, `ABCD-EFGH`. */
export function randomCode(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(CODE_LENGTH));
  const letters = [...bytes].map((byte) => CODE_LETTERS[byte % CODE_LETTERS.length]);
  return `${letters.slice(0, 4).join("")}-${letters.slice(4).join("")}`;
}

/** A code as it was meant: without regard to case, spaces and hyphens. */
export const codeOf = (text: string): string =>
  text
    .normalize("NFKC")
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, "")
    .slice(0, 2 * CODE_LENGTH);

/** Too many want their secret looked at in this moment; nothing was done. */
export class Busy extends Error {
  override readonly name = "Busy";
}

let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) {
    if (waiting.length >= WAITING_MAX) throw new Busy("too many secrets at once");
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else {
    running += 1;
  }
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}

/** Argon2id of what a person chose, as a PHC string. Throws Busy. */
export const hashSecret = (secret: string): Promise<string> =>
  inTurn(() =>
    Bun.password.hash(secret, { algorithm: "argon2id", memoryCost: MEMORY_KIB, timeCost: PASSES }),
  );

/** Of a secret that nobody has, with the same parameters: made once, by hand. */
const NOBODYS =
  "$argon2id$v=19$m=19456,t=2,p=1$QHRs6hteduY/bxhTnVByj7aYMyrtAIHPjAnJLkqH+Hc" +
  "$ZEaeUT0LTf12+7bjE+In1FJBdbX7IeGJRqGXLxj4O8M";

/**
 * Whether it is the secret of that hash. Without a hash it takes the same time and is false (K2).
 * Throws Busy.
 */
export async function verifySecret(secret: string, hash: string | null): Promise<boolean> {
  const against = hash ?? NOBODYS;
  const same = await inTurn(() => Bun.password.verify(secret, against));
  return same && hash !== null;
}

const hmac = (key: string, text: string): Uint8Array =>
  new Bun.CryptoHasher("sha256", key).update(text).digest();

/** Signs a short text. */
export const sign = (key: string, text: string): string =>
  Buffer.from(hmac(key, text)).toString("base64url").slice(0, 22);

/** Whether that is its signature; the time tells nothing. */
export function signed(key: string, text: string, signature: string): boolean {
  const wanted = Buffer.from(sign(key, text));
  const given = Buffer.from(signature);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
