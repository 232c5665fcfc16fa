/** What a side's frames hold, so that the peer can be given the same texts. */
import type { OurCrowd } from "./crowd.ts";
import type { Kind, Side } from "./side.ts";
import { dataOf } from "./sse-parser.ts";
import { until } from "./until.ts";

/** The data of two events of a worker: it takes a spool, it pauses it. */
export async function sampleTexts(
  side: Pick<Side, "open" | "publish">,
  kind: Kind,
): Promise<readonly string[]> {
  const texts: string[] = [];
  const take = (frame: Parameters<typeof dataOf>[0]): void => {
    if (frame.event === "spool_update") texts.push(dataOf(frame));
  };
  using _stream = await side.open(kind, take);
  for (const many of [1, 2]) {
    await side.publish(0);
    await until(() => texts.length === many);
  }
  return texts;
}

/** The same of a crowd's first process and worker. */
export const crowdTexts = (crowd: OurCrowd, kind: Kind): Promise<readonly string[]> =>
  sampleTexts(
    {
      publish: (worker) => crowd.publish(worker),
      open: (of, onFrame) => crowd.open(0, 0, of === "json" ? "json" : "vista=tablero", onFrame),
    },
    kind,
  );

export const meanBytes = (texts: readonly string[]): number =>
  texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / texts.length;
