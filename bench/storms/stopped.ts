/** One stream in ten reads no more: do the others notice, and does memory stay bounded? */
import { openOurs } from "../streams/sides.ts";
import { openReaders, type Published } from "../support/readers.ts";
import { figure, median, ratio, table } from "../support/stats.ts";

const STOPPED = 0.1;
const ROUND_MS = 2_000;
/** Longer than a client that takes nothing is kept (spec 6: 30 s). */
const UNTIL_CUT_MS = 40_000;
const KIB_PER_MIB = 1_024;

const rate = ({ deliveries, seconds }: Published): number => deliveries / seconds;

/** Measures and prints. */
export async function stopSome(streams: number, rounds: number): Promise<void> {
  await using side = await openOurs("html");
  await using readers = await openReaders(side.target);
  await readers.open(1);
  await readers.publish(ROUND_MS);
  await readers.open(streams - 1);
  await readers.publish(ROUND_MS);
  const before: Published[] = [];
  for (let nth = 0; nth < rounds; nth++) before.push(await readers.publish(ROUND_MS));
  const rss = [await side.server.rssKib()];
  const stopped = streams * STOPPED;
  await readers.stopReading(stopped);
  const after: Published[] = [];
  for (let nth = 0; nth < rounds; nth++) {
    after.push(await readers.publish(ROUND_MS));
    rss.push(await side.server.rssKib());
  }
  // At the shop's pace, until the last of them is cut for its age.
  const calm = await readers.publish(UNTIL_CUT_MS, 400);
  rss.push(await side.server.rssKib());
  const metrics = await (await fetch(`${side.server.url}/metrics`)).text();
  const left = Number(/zeues_streams\{kind="html"\} (\d+)/.exec(metrics)?.[1]);
  const per = (of: (one: Published) => number) => [
    figure(median(before.map(of))),
    figure(median(after.map(of))),
    ratio(after.map(of), before.map(of)),
  ];
  table(
    [`${figure(streams)} streams`, "all read", `${figure(stopped)} read no more`, "ratio"],
    [
      ["deliveries per second to those who read", ...per(rate)],
      ["p50, ms", ...per(({ p50 }) => p50)],
      ["p99, ms", ...per(({ p99 }) => p99)],
    ],
  );
  const mib = rss.map((kib) => figure(kib / KIB_PER_MIB)).join(", ");
  console.log(`\nMiB before, after each round, at the end: ${mib}`);
  console.log(`closed: ${streams - left} of ${stopped}; of those who read: ${calm.ended}`);
}
