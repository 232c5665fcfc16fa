/** A small bench/half-open: connections that never finish, and the shop beside them. */
import { expect, test } from "bun:test";
import { openHalf } from "../../bench/support/half-open.ts";
import { openShop, TOKEN } from "../support/shop.ts";

const COUNT = 300;
/** Bun's 10 s for a head and 15 s for a body, in steps of 4 s, on a busy machine. */
const GONE_MAX_MS = 50_000;

test(
  "300 connections that send nothing or half a request stop nobody, and are closed",
  async () => {
    await using shop = await openShop();
    using half = await openHalf(shop.url, COUNT, [
      "silent",
      "half a head",
      "a head that trickles",
      "a body that trickles",
    ]);
    expect(half.open).toBe(COUNT);
    const headers = { Authorization: `Bearer ${TOKEN}` };
    for (let nth = 0; nth < 20; nth++) {
      const answer = await fetch(`${shop.url}/api/spools?limit=5`, { headers });
      expect(answer.status).toBe(200);
    }
    expect(half.open).toBe(COUNT);
    expect(await half.gone(GONE_MAX_MS)).toBe(true);
    expect((await fetch(`${shop.url}/healthz`)).status).toBe(200);
  },
  2 * GONE_MAX_MS,
);
