/**
 * The sheet sync under hands and faults: `bun bench/sheet-hands.ts [--actions 5000] [--seeds 3]`.
 * Random actions at 150 a minute, 40 % of the writes failing (half before they are applied, half
 * after), hands acting in 30 % of the gaps before and after requests. At the end nothing may be
 * wrong; how long a wrong cell stood meanwhile is measured, in the simulation's own time.
 */
import { parseArgs } from "node:util";
import { type Outcome, simulate } from "../test/google/simulation.ts";

const { values } = parseArgs({
  options: {
    actions: { type: "string", default: "5000" },
    seeds: { type: "string", default: "3" },
    first: { type: "string", default: "1" },
    spools: { type: "string", default: "300" },
  },
});

const [actions, seeds, first, spools] = [
  Number(values.actions),
  Number(values.seeds),
  Number(values.first),
  Number(values.spools),
];

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

function report(seed: number, out: Outcome): boolean {
  const { wrong, strangers, logLost, logTwice, foreignLost, taken, cambios } = out;
  const sorted = [...out.wrongMs].sort((a, b) => a - b);
  const lines = [
    `seed ${seed}: ${out.actions} actions, ${out.writes} writes (${out.failedWrites} failed), ` +
      `${out.handsActed} times hands`,
    `  wrong cells ${wrong.length}, engineers' cells changed ${strangers.length}, ` +
      `Metadata lost ${logLost}, twice ${logTwice}, rows of others lost ${foreignLost}`,
    `  a wrong cell stood ${sorted.length} times: median ${seconds(at(sorted, 0.5))}, ` +
      `p95 ${seconds(at(sorted, 0.95))}, longest ${seconds(sorted.at(-1) ?? 0)}`,
    `  behind at most ${seconds(out.behindMaxMs)}; taken for hand edits ${taken + cambios}`,
  ];
  for (const line of lines) process.stdout.write(`${line}\n`);
  for (const cell of wrong.slice(0, 20)) process.stdout.write(`  ! ${cell}\n`);
  const gone = logLost + logTwice + foreignLost + taken + cambios;
  return wrong.length + strangers.length + gone === 0;
}

let clean = true;
for (let seed = first; seed < first + seeds; seed++) {
  const out = await simulate({ seed, actions, spools, failing: 0.4, hands: 0.3, everyMs: 400 });
  clean = report(seed, out) && clean;
}
process.exit(clean ? 0 : 1);
