/**
 * Does the time of a refused sign-in tell whether the name exists (spec 8)? Known and unknown
 * names, PINs that are there and that are not, one after the other in one run.
 *
 * `bun bench/tiempos.ts [--rounds N]`: medians in milliseconds, and how often the unknown one took
 * longer (half of the time: nothing is told). Exits with 1 when that is outside 0.35 to 0.65.
 */
import { parseArgs } from "node:util";
import { UNLIMITED } from "../src/http/middleware/limits.ts";
import { openShop } from "../test/support/shop.ts";
import { median } from "./support/stats.ts";

/** Longer than any wait after failed attempts, so that each is looked at. */
const APART_MS = 25 * 3_600_000;

interface Side {
  readonly name: string;
  readonly path: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly ms: number[];
}

const side = (name: string, path: string, fields: Side["fields"]): Side => {
  return { name, path, fields, ms: [] };
};

/** Of all pairs, the share in which the first took longer. */
function longer(first: readonly number[], second: readonly number[]): number {
  const wins = first.flatMap((a) => second.map((b) => (a > b ? 1 : a === b ? 0.5 : 0)));
  return wins.reduce<number>((sum, win) => sum + win, 0) / wins.length;
}

const { values } = parseArgs({ options: { rounds: { type: "string", default: "80" } } });
const rounds = Number(values.rounds);
let nowMs = Date.now();
await using shop = await openShop({ now: () => nowMs, limits: UNLIMITED });
const enrolled = await fetch(`${shop.url}/tablet/demo`, {
  method: "POST",
  headers: { Origin: shop.url },
  redirect: "manual",
});
const cookie = enrolled.headers.getSetCookie()[0]?.split(";")[0] ?? "";

async function ask({ path, fields, ms }: Side): Promise<void> {
  nowMs += APART_MS;
  const startedMs = performance.now();
  const answer = await fetch(shop.url + path, {
    method: "POST",
    headers: { Origin: shop.url, Cookie: cookie },
    body: new URLSearchParams(fields),
  });
  await answer.text();
  ms.push(performance.now() - startedMs);
  if (answer.status !== 401) throw new Error(`${path} answered ${answer.status}`);
}

const clave = "no es esta la clave";
const pairs: readonly (readonly [known: Side, unknown: Side])[] = [
  [
    side("a password, the name exists", "/sesion/clave", { usuario: "rosa", clave }),
    side("a password, it does not", "/sesion/clave", { usuario: "nadie", clave }),
  ],
  [
    side("a PIN, the worker has one", "/sesion/pin", { trabajador: "11", pin: "7391" }),
    side("a PIN, the worker has none", "/sesion/pin", { trabajador: "21", pin: "7391" }),
  ],
];

let told = false;
for (const [known, unknown] of pairs) {
  for (let round = -5; round < rounds; round++) {
    const order = round % 2 === 0 ? [known, unknown] : [unknown, known];
    for (const one of order) await ask(one);
    // The first few: what is loaded once.
    if (round < 0) for (const one of order) one.ms.length = 0;
  }
  const share = longer(unknown.ms, known.ms);
  told ||= share < 0.35 || share > 0.65;
  for (const { name, ms } of [known, unknown]) {
    console.log(`${name.padEnd(30)} median ${median(ms).toFixed(1)} ms, ${ms.length} times`);
  }
  console.log(`  the second takes longer in ${(100 * share).toFixed(0)} % of all pairs\n`);
}
process.exitCode = told ? 1 : 0;
