/** A cheap tablet on a poor line, as issue 3 wants it measured: Chromium slowed down over CDP. */
import { type Browser, type CDPSession, chromium, type Page } from "playwright-core";
import { pause } from "./until.ts";

const CPU_RATE = 6;
const LATENCY_MS = 150;
const BYTES_PER_S = { down: 1_600_000 / 8, up: 750_000 / 8 };
const TABLET = { width: 800, height: 1280 };

export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
  });

/** Totals of `Performance.getMetrics`: seconds, bytes and counts. */
export interface Metrics {
  readonly TaskDuration: number;
  readonly ScriptDuration: number;
  readonly LayoutDuration: number;
  readonly RecalcStyleDuration: number;
  readonly JSHeapUsedSize: number;
  readonly Nodes: number;
  readonly JSEventListeners: number;
}

export interface Tablet extends AsyncDisposable {
  readonly page: Page;
  readonly cdp: CDPSession;
  /** Bytes of all answers that ended, headers too, compressed as they came. */
  transferred(): number;
  metrics(): Promise<Metrics>;
}

/** Runs in the page before its own scripts: when it said that it is connected, in page time. */
function noteConnected(): void {
  new MutationObserver((_, observer) => {
    if (document.body?.dataset.conexion !== "Conectado") return;
    Object.assign(window, { conectadoMs: performance.now() });
    observer.disconnect();
  }).observe(document, { subtree: true, attributeFilter: ["data-conexion"] });
}

/**
 * A tablet with nothing in its cache, signed in.
 * @param cookie `NAME=VALUE; NAME=VALUE`
 * @param line false: the network as it is
 */
export async function openTablet(
  browser: Browser,
  url: string,
  cookie: string,
  line: boolean,
): Promise<Tablet> {
  const context = await browser.newContext({ viewport: TABLET, hasTouch: true });
  const pairs = cookie.split("; ").map((pair) => pair.split("="));
  await context.addCookies(pairs.map(([name = "", value = ""]) => ({ name, value, url })));
  await context.addInitScript(noteConnected);
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  let bytes = 0;
  cdp.on("Network.loadingFinished", ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  await cdp.send("Network.enable");
  await cdp.send("Performance.enable");
  await cdp.send("Emulation.setCPUThrottlingRate", { rate: CPU_RATE });
  if (line) {
    await cdp.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: LATENCY_MS,
      downloadThroughput: BYTES_PER_S.down,
      uploadThroughput: BYTES_PER_S.up,
    });
  }
  return {
    page,
    cdp,
    transferred: () => bytes,
    async metrics() {
      const { metrics } = await cdp.send("Performance.getMetrics");
      return Object.fromEntries(metrics.map((one) => [one.name, one.value])) as never;
    },
    [Symbol.asyncDispose]: () => context.close(),
  };
}

/** Event Timing tells nothing of what is painted sooner (W3C, Event Timing API). */
export const EVENT_MIN_MS = 16;

/**
 * Arms the page: milliseconds from the next touch to the button pressed (Event Timing, by 8 ms), to
 * busy, and to the row gone, as painted.
 */
export function watchTap(): void {
  const tap: Record<string, number> = {};
  Object.assign(window, { tap });
  new PerformanceObserver((list, self) => {
    const down = list.getEntriesByName("pointerdown")[0];
    if (!down) return;
    tap.pressed = down.duration;
    self.disconnect();
  }).observe({ type: "event", durationThreshold: 16 } as PerformanceObserverInit);
  document.addEventListener("pointerdown", (event) => (tap.at = event.timeStamp), { once: true });
  const shown = (name: string) =>
    requestAnimationFrame(() =>
      setTimeout(() => (tap[name] = performance.now() - (tap.at ?? Number.NaN))),
    );
  const list = document.querySelector("#disponibles");
  const observer = new MutationObserver((changes) => {
    for (const { type, target, removedNodes } of changes) {
      if (type === "attributes" && (target as Element).ariaBusy === "true") shown("busy");
      if (target !== list || removedNodes.length === 0) continue;
      shown("gone");
      observer.disconnect();
    }
  });
  const what = { subtree: true, childList: true, attributeFilter: ["aria-busy"] };
  if (list) observer.observe(list, what);
}

/** Arms the page: `seenAt`, when the next row that comes or goes on the dashboard was painted. */
export function watchRow(): void {
  Object.assign(window, { seenAt: undefined });
  const list = document.querySelector("#ocupados");
  const observer = new MutationObserver(() => {
    observer.disconnect();
    const seen = (): unknown => Object.assign(window, { seenAt: Date.now() });
    requestAnimationFrame(() => setTimeout(seen));
  });
  if (list) observer.observe(list, { childList: true });
}

/** Waits until the page says that its stream is open. */
export const live = (page: Page) => page.waitForSelector("body[data-conexion=Conectado]");

/** What is left once nothing happens any more and the garbage is gone. */
export async function rest({ cdp, metrics }: Tablet): Promise<Metrics> {
  await pause(1_500);
  for (let nth = 0; nth < 3; nth++) await cdp.send("HeapProfiler.collectGarbage");
  return await metrics();
}

/** The same site, its scripts taken out of the page: what HTML and CSS alone cost. */
export const bareSite = (url: string) =>
  Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch({ url: asked, headers }) {
      const { pathname, search } = new URL(asked);
      const answer = await fetch(url + pathname + search, { headers });
      const type = answer.headers.get("Content-Type") ?? "";
      const text = (await answer.text()).replace(/<script[^>]*><\/script>/g, "");
      const gzip = { "Content-Type": type, "Content-Encoding": "gzip" };
      return new Response(Bun.gzipSync(text), { headers: gzip });
    },
  });
