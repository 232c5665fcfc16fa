/** The server is restarted, and then killed, under all streams: do all come back by themselves? */
import { openOursAt, type Restartable } from "../streams/sides.ts";
import { openReaders, type Readers, type Recovered } from "../support/readers.ts";
import { figure, table } from "../support/stats.ts";

const RECOVER_MAX_MS = 60_000;
const EVENTS_MS = 1_000;
const MS_PER_S = 1_000;

async function under(readers: Readers, act: () => Promise<void>): Promise<Recovered> {
  const [told] = await Promise.all([readers.recover(RECOVER_MAX_MS), act()]);
  return told;
}

const row = (name: string, told: Recovered): string[] => [
  name,
  `${told.back} of ${told.all}`,
  told.ms < 0 ? "never" : figure(told.ms / MS_PER_S),
  String(told.failed),
  String(told.resyncs),
];

/** Measures and prints. */
export async function restartUnder(streams: number): Promise<void> {
  await using shop: Restartable = await openOursAt("html");
  await using readers = await openReaders(shop.target);
  await readers.open(1);
  await readers.publish(EVENTS_MS);
  await readers.open(streams - 1);
  await readers.publish(EVENTS_MS);
  const restarted = await under(readers, () => shop.restart("SIGTERM"));
  const killed = await under(readers, () => shop.restart("SIGKILL"));
  const after = await readers.publish(EVENTS_MS);
  const head = [`${figure(streams)} streams`, "came back", "after the first end, s"];
  table(
    [...head, "refused meanwhile", "had to read all anew"],
    [row("restarted (SIGTERM)", restarted), row("killed (SIGKILL)", killed)],
  );
  console.log(`\nafterwards an event reaches ${after.live} of them`);
}
