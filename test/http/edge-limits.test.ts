/** How often one may ask, and how many streams one may hold (middleware/limits). */
import { afterEach, describe, expect, setSystemTime, test } from "bun:test";
import { Hono } from "hono";
import type { Env } from "../../src/http/context.ts";
import {
  createLimits,
  keepsTo,
  RATES,
  STREAMS,
  tellTooMany,
  UNLIMITED,
} from "../../src/http/middleware/limits.ts";

afterEach(() => {
  setSystemTime();
});

/** So many requests of one key; how many passed. */
async function passed(times: number, take: () => Promise<{ readonly ok: boolean }>) {
  const all = await Promise.all(Array.from({ length: times }, take));
  return all.filter(({ ok }) => ok).length;
}

describe("a rate", () => {
  test("is each key's own, and says when it is worth another try", async () => {
    const limits = createLimits({ rates: { entrada: { points: 3, seconds: 300 } } });
    setSystemTime(1_000_000);
    expect(await passed(5, () => limits.take("entrada", "a"))).toBe(3);
    expect(await limits.take("entrada", "b")).toEqual({ ok: true });
    setSystemTime(1_000_000 + 100_500);
    expect(await limits.take("entrada", "a")).toEqual({ ok: false, retryAfterS: 200 });
    setSystemTime(1_000_000 + 299_999);
    expect(await limits.take("entrada", "a")).toEqual({ ok: false, retryAfterS: 1 });
    setSystemTime(1_000_000 + 300_001);
    expect(await limits.take("entrada", "a")).toEqual({ ok: true });
  });

  test("is not another one's", async () => {
    const limits = createLimits({ rates: { altas: { points: 1, seconds: 60 } } });
    expect(await passed(2, () => limits.take("altas", "x"))).toBe(1);
    expect(await limits.take("entrada", "x")).toEqual({ ok: true });
    expect(await passed(2, () => createLimits().take("altas", "x"))).toBe(2);
  });

  test("never asks for more than its own time, when the clock is put back", async () => {
    const limits = createLimits({ rates: { api: { points: 1, seconds: 60 } } });
    setSystemTime(10_000_000);
    await limits.take("api", "t");
    setSystemTime(1_000_000);
    expect(await limits.take("api", "t")).toEqual({ ok: false, retryAfterS: 60 });
  });

  test("remembers so many keys and no more: the one that was quiet longest is forgotten", async () => {
    const rates = { entrada: { points: 1, seconds: 300 } };
    const limits = createLimits({ rates, keysMax: 3 });
    for (const key of ["a", "b", "c"]) await limits.take("entrada", key);
    // A try that is refused counts as a sign of life.
    expect(await limits.take("entrada", "a")).toMatchObject({ ok: false });
    await limits.take("entrada", "d");
    expect(await limits.take("entrada", "a")).toMatchObject({ ok: false });
    expect(await limits.take("entrada", "c")).toMatchObject({ ok: false });
    expect(await limits.take("entrada", "b")).toEqual({ ok: true });
  });

  test("hands never reach it: thirty workers behind one address, a shift's start", async () => {
    const limits = createLimits();
    // Name and PIN, each wrong twice before it is right.
    expect(await passed(30 * 6, () => limits.take("entrada", "192.0.2.1"))).toBe(180);
    // Their pages before and after, all in the same minute, and each tablet woke up ten times.
    expect(await passed(30 * 20, () => limits.take("nadie", "192.0.2.1"))).toBe(600);
    expect(RATES.cambios.points / RATES.cambios.seconds).toBeGreaterThanOrEqual(10);
    expect(await passed(30, () => limits.take("altas", "-"))).toBe(30);
  });

  test("keeps no process from ending", async () => {
    const code = `
      import { createLimits } from "./src/http/middleware/limits.ts";
      await createLimits().take("entrada", "a");
    `;
    const child = Bun.spawn([process.execPath, "-e", code], { stdio: ["ignore", "pipe", "pipe"] });
    // A timer of five minutes would let this test run into its own time limit.
    expect([await child.exited, await new Response(child.stderr).text()]).toEqual([0, ""]);
  });
});

describe("streams", () => {
  test("are counted while they are open", () => {
    const limits = createLimits({ streams: { sesion: 2 } });
    const first = limits.openStream("sesion", "s");
    const second = limits.openStream("sesion", "s");
    expect(limits.openStream("sesion", "s")).toBeNull();
    expect(limits.openStream("sesion", "other")).not.toBeNull();
    expect(limits.openStream("tablet", "s")).not.toBeNull();
    first?.();
    // A stream that is told twice that it is over was one stream.
    first?.();
    expect(limits.openStream("sesion", "s")).not.toBeNull();
    expect(limits.openStream("sesion", "s")).toBeNull();
    second?.();
    expect(limits.openStream("sesion", "s")).not.toBeNull();
  });

  test("a person has more than they can look at, a program as many as its clients", () => {
    const limits = createLimits();
    for (const [holder, most] of Object.entries(STREAMS)) {
      const kind = holder as keyof typeof STREAMS;
      const open = Array.from({ length: most + 1 }, () => limits.openStream(kind, "k"));
      expect(open.filter((one) => one !== null)).toHaveLength(most);
    }
  });
});

test("benchmarks have none", async () => {
  expect(await passed(10_000, () => UNLIMITED.take("altas", "x"))).toBe(10_000);
  expect(UNLIMITED.openStream("sesion", "s")).not.toBeNull();
});

describe("in a request", () => {
  test("429, Retry-After, what to do; who is not counted passes", async () => {
    const limits = createLimits({ rates: { cambios: { points: 2, seconds: 60 } } });
    const app = new Hono<Env>()
      .use(
        keepsTo(
          limits,
          (c) => (c.req.query("quien") ? ["cambios", c.req.query("quien") ?? ""] : null),
          (c, { code, message, status }) => c.text(`${code}: ${message}`, status),
        ),
      )
      .get("/", (c) => c.text("ok"));
    const statuses = async (path: string, times: number) => {
      const all = [];
      for (let nth = 0; nth < times; nth++) all.push((await app.request(path)).status);
      return all;
    };
    expect(await statuses("/?quien=a", 3)).toEqual([200, 200, 429]);
    expect(await statuses("/", 5)).toEqual([200, 200, 200, 200, 200]);
    const refused = await app.request("/?quien=a");
    expect(Number(refused.headers.get("Retry-After"))).toBeWithin(1, 61);
    expect(await refused.text()).toStartWith("DEMASIADAS_SOLICITUDES: ");
  });

  test("too many streams say when to come back too", async () => {
    const app = new Hono<Env>().get("/", (c) => c.json(tellTooMany(c)));
    const answer = await app.request("/");
    expect(Number(answer.headers.get("Retry-After"))).toBeGreaterThan(0);
    expect(await answer.json()).toMatchObject({ status: 429, code: "DEMASIADAS_SOLICITUDES" });
  });
});
