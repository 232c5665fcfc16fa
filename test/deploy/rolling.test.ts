/** A rolling restart by the script that ships, small; bench/rolling.ts is the same in full. */
import { expect, test } from "bun:test";
import { rolling } from "../../bench/rolling/rolling.ts";

/** Three times: three seconds of notice, a start, a look; on two busy cores far longer. */
const SLOW_MS = 180_000;

test(
  "processes restart in turn: no action fails, no stream misses an event",
  async () => {
    const options = { proxy: "haproxy", workers: 4, streams: 9, thinkMs: () => 100 } as const;
    const { done, failed, violations, backMs, broken } = await rolling(options);
    expect(violations).toEqual([]);
    expect(failed).toEqual([]);
    expect(done.size).toBeGreaterThan(0);
    // Each stop sends somebody away, and all of them come back.
    expect(backMs).toHaveLength(3);
    expect(backMs.flat().length).toBeGreaterThanOrEqual(9);
    expect([...broken.keys()]).toEqual([]);
  },
  SLOW_MS,
);
