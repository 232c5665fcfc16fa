/** All connect at once, with nothing to catch up on and with 100 events each. */
import { openOurs, openPeer, PEERS, type Side } from "../streams/sides.ts";
import { openReaders } from "../support/readers.ts";
import { figure, median, quantile, table } from "../support/stats.ts";
import { pause } from "../support/until.ts";

/** Issue 8: all are served by then. */
const BUDGET_S = 5;
const BACK = 100;
/** Enough events that a stream can be 100 behind. */
const EVENTS_MS = 2_000;
const SETTLE_MS = 2_000;
const MS_PER_S = 1_000;
const NS_PER_S = 1e9;

interface Storm {
  readonly name: string;
  readonly side: Side;
  readonly back: number;
}

async function storm({ name, side, back }: Storm, streams: number, rounds: number) {
  await using readers = await openReaders(side.target);
  await readers.open(1);
  await readers.publish(EVENTS_MS);
  const seconds: number[] = [];
  const cpu: number[] = [];
  let failed = 0;
  let bytes = 0;
  for (let nth = 0; nth < rounds; nth++) {
    const before = await side.server.cpuNs();
    const told = await readers.open(streams, streams, back);
    cpu.push(((await side.server.cpuNs()) - before) / NS_PER_S);
    seconds.push(told.ms / MS_PER_S);
    failed += told.errors + told.resyncs + told.disorder + (streams - told.opened);
    bytes = told.bytes / told.opened;
    await readers.closeLast(streams);
    await pause(SETTLE_MS);
  }
  const [low, middle, high] = [0, 0.5, 1].map((q) => figure(quantile(seconds, q)));
  return [
    name,
    `${middle} (${low} to ${high})`,
    `≤ ${BUDGET_S}`,
    String(failed),
    figure(bytes),
    figure(median(cpu)),
  ];
}

/** Measures and prints. */
export async function connectAll(streams: number, rounds: number): Promise<void> {
  const rows: string[][] = [];
  const measure = async (name: string, open: () => Promise<Side>, back: number): Promise<void> => {
    await using side = await open();
    rows.push(await storm({ name, side, back }, streams, rounds));
  };
  await measure("ZEUES, dashboard, 100 events late", () => openOurs("html"), BACK);
  await measure("ZEUES, JSON, 100 events late", () => openOurs("json"), BACK);
  await measure("ZEUES, dashboard, nothing missed", () => openOurs("html"), 0);
  for (const peer of [PEERS.c, PEERS.nchan]) {
    if (!peer) continue;
    await measure(`${peer.name}, no replay`, () => openPeer(peer, ["x", "x"]), 0);
  }
  const head = [`${figure(streams)} at once`, "all live after, s", "budget", "failed"];
  table([...head, "bytes each", "server CPU, s"], rows);
}
