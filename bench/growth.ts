/**
 * How each cost grows: with streams, with events, with spools, with processes. Prints tables and
 * draws the pictures of docs/performance.md anew.
 * `bun bench/growth.ts`, about 4 minutes; needs `sh .ci/setup bench` once.
 */
import { ofEvents, ofProcesses, ofStreams } from "./growth/live.ts";
import { draw, type Growth } from "./growth/plot.ts";
import { ofSpools } from "./growth/spools.ts";
import { figure, table } from "./support/stats.ts";

async function tell(growth: Growth): Promise<void> {
  const { of, sizes, costs } = growth;
  table(
    [of, ...sizes.map(figure)],
    costs.map(({ name, values }) => [name, ...values.map(figure)]),
  );
  console.log("");
  await draw(growth);
}

for (const measure of [ofStreams, ofEvents, ofSpools, ofProcesses]) await tell(await measure());
