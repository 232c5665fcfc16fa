/**
 * How long getting in takes on a cheap tablet (issue 6): from the touch on one's name to the home
 * page that is live, Chromium with a CPU six times slower (bench/support/throttle.ts). The fingers
 * are a program's: a person's own time for four digits comes on top.
 * `bun bench/entrada.ts [--runs 5]`, about a minute where nothing else runs.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { CREDENCIALES_DEMO } from "../src/domain/demo.ts";
import { readNumbers } from "./support/args.ts";
import { startServer } from "./support/process.ts";
import { median, table } from "./support/stats.ts";
import { launch, live, openTablet, type Tablet } from "./support/throttle.ts";

const { runs } = readNumbers({ runs: 5 });

interface Quien {
  readonly nombre: string;
  /** Empty for somebody who has none. */
  readonly pin: string;
}

/** Of the demo's people: one who has a PIN, one who has none. */
const CON_PIN: Quien = { nombre: "Rosa Pérez", pin: CREDENCIALES_DEMO.pin };
const SIN_PIN: Quien = { nombre: "Luis Ñancucheo", pin: "" };

/** Enrols a browser as the demo shop lets it. @returns the tablet's cookie */
async function enrol(url: string): Promise<string> {
  const answer = await fetch(`${url}/tablet/demo`, {
    method: "POST",
    headers: { Origin: url },
    redirect: "manual",
  });
  const cookie = answer.headers.getSetCookie().find((line) => line.startsWith("zeues-tablet="));
  if (!cookie) throw new Error(`${answer.status}: not enrolled`);
  return cookie.split(";")[0] ?? "";
}

/** One person gets in. @returns seconds, and how often the screen was touched besides the digits */
async function getIn({ page }: Tablet, url: string, { nombre, pin }: Quien) {
  await page.goto(`${url}/sesion`, { waitUntil: "load" });
  const beganAt = performance.now();
  await page.getByRole("button", { name: nombre }).tap();
  let touches = 1;
  for (const digit of pin) await page.locator(`[data-digito="${digit}"]`).tap();
  if (pin !== "") {
    await page.getByRole("button", { name: "Entrar" }).tap();
    touches++;
  }
  await live(page);
  return { seconds: (performance.now() - beganAt) / 1_000, touches };
}

/** Runs with an empty cache, and with what a tablet has after its first day. */
async function measure(browser: Browser, url: string, who: Quien, line: boolean) {
  const cold: number[] = [];
  const warm: number[] = [];
  let touches = 0;
  for (let nth = 0; nth < runs; nth++) {
    await using tablet = await openTablet(browser, url, await enrol(url), line);
    cold.push((await getIn(tablet, url, who)).seconds);
    await tablet.page.getByRole("button", { name: "Salir" }).tap();
    await tablet.page.locator(".nombres").waitFor();
    const again = await getIn(tablet, url, who);
    warm.push(again.seconds);
    touches = again.touches;
  }
  const spread = (all: readonly number[]): string =>
    `${median(all).toFixed(2)} (${Math.min(...all).toFixed(2)} to ${Math.max(...all).toFixed(2)})`;
  const digits = who.pin === "" ? "" : ` and ${who.pin.length} digits`;
  return [`${touches}${digits}`, spread(cold), spread(warm)];
}

const folder = await mkdtemp(join(tmpdir(), "zeues-bench-"));
const env = {
  PORT: "0",
  HOST: "127.0.0.1",
  ZEUES_DATA: join(folder, "data"),
  ZEUES_DEMO: "on",
};
try {
  await using server = await startServer(["src/main.ts", "serve"], env, join(folder, "log"));
  await using browser = await launch();
  const rows: (readonly string[])[] = [];
  for (const line of [false, true]) {
    const where = line ? ", slow 4G" : "";
    const of = (who: Quien) => measure(browser, server.url, who, line);
    rows.push([`with a PIN${where}`, ...(await of(CON_PIN))]);
    rows.push([`by name${where}`, ...(await of(SIN_PIN))]);
  }
  table(["from the name to the live home page, CPU 6x, s", "touches", "first time", "then"], rows);
} finally {
  await rm(folder, { recursive: true, force: true });
}
