/** A process that starts while others act misses nothing: its replay window has no hole. */
import { expect, test } from "bun:test";
import { openLedgerAt } from "../../bench/redis/open.ts";
import { advance, importar, store } from "../support/ledger-writes.ts";
import { startRedis } from "../support/redis-server.ts";
import { openShop, TOKEN } from "../support/shop.ts";
import { openSse } from "../support/sse.ts";

/** Long enough to reach back before the start. */
const BACK = 100;

test("a stream that comes back to a process just started gets every event once (spec 6)", async () => {
  await using redis = await startRedis();
  const ledger = await openLedgerAt(redis.url);
  const first = importar("A");
  await store(ledger, first);
  let { state } = first;
  let seq = 1;
  const act = async (): Promise<void> => {
    const write = advance(state);
    await store(ledger, write);
    state = write.state;
    seq++;
  };
  while (seq < BACK) await act();
  let starting = true;
  const others = (async () => {
    while (starting) await act();
  })();
  await using shop = await openShop({ env: { REDIS_URL: redis.url, ZEUES_DEMO: "off" } });
  starting = false;
  await others;
  await act();
  const desde = seq - BACK;
  const headers = { Authorization: `Bearer ${TOKEN}` };
  using sse = await openSse(`${shop.url}/api/sse/stream?desde=${desde}`, headers);
  for (let next = desde + 1; next <= seq; next++) {
    expect((await sse.next("spool_update")).id).toBe(String(next));
  }
  await ledger.close();
});
