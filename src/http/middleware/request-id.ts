/**
 * The name of a request, by which its lines are found in the logs of every process, and which a
 * worker can read out to those who run it.
 */

/** No letters or digits that are taken for others when they are read out (Crockford's, lower). */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
/** Where a dash stands before a character. */
const GROUPS = [4, 8];
/** 60 random bits: a thousand million requests share one by a chance of a few in ten. */
const LENGTH = 12;
const RANDOM = new Uint8Array(LENGTH);

/** A new one, `k7m3-9qxt-2wfa`. */
export function newRequestId(): string {
  crypto.getRandomValues(RANDOM);
  let id = "";
  for (const [at, byte] of RANDOM.entries()) {
    id += `${GROUPS.includes(at) ? "-" : ""}${ALPHABET[byte % ALPHABET.length]}`;
  }
  return id;
}

/** As nginx, HAProxy, Caddy and traces write them: nothing that a log or a page could trip over. */
const SANE = /^[\w.:-]{8,100}$/;

/**
 * @param header X-Request-Id as it came, where a trusted proxy sent it
 * @returns it where it is sane, else a new one
 */
export const requestIdOf = (header: string | undefined): string =>
  header !== undefined && SANE.test(header) ? header : newRequestId();
