/** In which coding an answer goes out (RFC 9110, 12.5.3); streams never ask here. */

/** `identity` is the answer as it is. */
export type Coding = "zstd" | "br" | "gzip" | "identity";

/** An old name, which RFC 9110 (8.4.1.3) wants understood. */
const ALIASES: Readonly<Record<string, string>> = { "x-gzip": "gzip" };
/** A weight as RFC 9110 (12.4.2) writes it. */
const WEIGHT = /^q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/i;

/** What a header accepts, each with its weight; a weight that is none counts as a refusal. */
function weights(header: string): ReadonlyMap<string, number> {
  const accepted = new Map<string, number>();
  for (const part of header.toLowerCase().split(",")) {
    const [name = "", ...parameters] = part.split(";").map((text) => text.trim());
    if (name === "") continue;
    const [q] = parameters;
    const weight = q === undefined ? 1 : Number(WEIGHT.exec(q)?.[1] ?? 0);
    accepted.set(ALIASES[name] ?? name, weight);
  }
  return accepted;
}

/**
 * The coding that a client likes best.
 * @param header its Accept-Encoding; without one it gets the answer as it is
 * @param offered what there is beside `identity`, the best first: it decides between equals
 * @returns `identity` too when nothing is acceptable: most clients that ask so can read it
 */
export function codingFor(header: string | undefined, offered: readonly Coding[]): Coding {
  if (header === undefined) return "identity";
  const accepted = weights(header);
  const others = accepted.get("*") ?? 0;
  let best: Coding = "identity";
  // As it is, only what is neither named nor covered by `*` is worse than any coding (12.5.3).
  let bestWeight = accepted.get("identity") ?? 0;
  for (const coding of offered) {
    const weight = accepted.get(coding) ?? others;
    if (weight > bestWeight || (weight > 0 && weight === bestWeight && best === "identity")) {
      best = coding;
      bestWeight = weight;
    }
  }
  return best;
}
