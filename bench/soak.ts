/**
 * Does it stay as it is? A shop's day on one server, with its sheet, while memory, descriptors and
 * timers are read every ten seconds; at the end the second quarter is compared with the last.
 * Exit code 1 when one of them grew, an event was missed or an answer was 5xx.
 *
 * `bun bench/soak.ts --minutes 60` as it is in a shop, for an hour;
 * `bun bench/soak.ts --hours 24 --minutes 20` a day by a clock that runs 72 times as fast, with all
 * the day's events. (`--workers 30 --screens 40 --programs 10 --actions 150` a minute of the shop)
 *
 * What is kept on purpose and bounded, the replay window of 10,000 events and the diary of twice
 * 30,000, is filled first (`--before 65000`): an hour alone would only show them filling.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Served } from "./sheet/emulator.ts";
import { startLoad } from "./soak/load.ts";
import { plot } from "./soak/plot.ts";
import { descriptors, judge, rssMib, type Sample } from "./soak/samples.ts";
import type { Inside } from "./soak/server.ts";
import { allSpools, openApi } from "./support/api.ts";
import { readNumbers } from "./support/args.ts";
import { ROOT, runZeues, startServer } from "./support/process.ts";
import { figure, table } from "./support/stats.ts";
import { enrolTablet } from "./support/tablet.ts";
import { pause, until } from "./support/until.ts";
import { writeWorkbook } from "./support/workbook.ts";

const TOKEN = "a-token-for-benchmarks-of-32-characters";
const MS_PER_S = 1_000;
const MINUTES_PER_HOUR = 60;
const BYTES_PER_MIB = 1_048_576;
const GOODBYE_MS = 5_000;
const SAMPLES_MIN = 200;
const SAMPLE_MAX_MS = 10_000;
const SPOOLS = 2_000;

const { minutes, hours, workers, screens, programs, actions, before } = readNumbers({
  before: 65_000,
  minutes: 60,
  hours: 0,
  workers: 30,
  screens: 40,
  programs: 10,
  actions: 150,
});
const speed = hours === 0 ? 1 : (hours * MINUTES_PER_HOUR) / minutes;
const lastsMs = minutes * MINUTES_PER_HOUR * MS_PER_S;

const folder = await mkdtemp(join(tmpdir(), "zeues-soak-"));
const inside = join(folder, "inside.json");
const workbook = join(folder, "workbook");
await writeWorkbook(workbook, { spools: SPOOLS, workers });
const access = join(folder, "access.json");
await using emulator = await startServer(
  ["bench/sheet/emulator.ts", workbook, access],
  {},
  join(folder, "emulator.log"),
);
const { sheetId, account, tokenUrl }: Served["access"] = (
  JSON.parse(await readFile(access, "utf8")) as Served
).access;
const env = {
  PORT: "0",
  HOST: "127.0.0.1",
  ZEUES_DATA: join(folder, "data"),
  ZEUES_API_TOKEN: TOKEN,
  ZEUES_MAX_CYCLES: "0",
};
await runZeues(["import", workbook], env);
await enrolTablet(env);
await using server = await startServer(
  ["bench/soak/server.ts", String(speed), inside],
  {
    ...env,
    GOOGLE_SHEET_ID: sheetId,
    GOOGLE_API_ROOT: emulator.url,
    GOOGLE_TOKEN_URL: tokenUrl ?? "",
    GOOGLE_SERVICE_ACCOUNT_EMAIL: account?.email ?? "",
    GOOGLE_PRIVATE_KEY: account?.privateKey ?? "",
  },
  join(folder, "log"),
);

/** What it tells of itself; its answer is a file, written anew. */
async function ask(): Promise<Inside> {
  await rm(inside, { force: true });
  process.kill(server.pid, "SIGUSR2");
  let told: Inside | null = null;
  await until(async () => {
    told = await readFile(inside, "utf8")
      .then(JSON.parse)
      .catch(() => null);
    return told !== null;
  });
  if (told === null) throw new Error("the server does not answer");
  return told;
}

const api = openApi(server.url, TOKEN);
const tags = (await allSpools(api)).map(({ tag_spool }) => tag_spool);
/** As fast as it goes: nobody looks, one program counts. */
async function fill(): Promise<void> {
  const day = { api, tags, workers, screens: 0, programs: 1, speed: 1_000, perMinute: 1e9 };
  await startLoad({ ...day, more: ({ seq }) => seq < before }).end;
}

if (before > 0) await fill();
const beganAt = performance.now();
const elapsedMs = (): number => performance.now() - beganAt;
const more = (): boolean => elapsedMs() < lastsMs;
const { load, end } = startLoad({
  api,
  tags,
  workers,
  screens,
  programs,
  speed,
  perMinute: actions,
  more,
});
const samples: Sample[] = [];
const sampleMs = Math.min(SAMPLE_MAX_MS, lastsMs / SAMPLES_MIN);
while (more()) {
  await pause(sampleMs);
  const { timers, heapBytes } = await ask();
  samples.push({
    seconds: elapsedMs() / MS_PER_S,
    rssMib: await rssMib(server.pid),
    heapMib: heapBytes / BYTES_PER_MIB,
    descriptors: await descriptors(server.pid),
    timers,
    events: load.seq,
  });
}
// Some would look at their page for half an hour more.
await Promise.race([end, pause(GOODBYE_MS)]);

const { accepted, refused, pages, signIns, opened, frames, faults, faultCount, sentAgain } = load;
const what = hours === 0 ? `${minutes} real minutes` : `${hours} hours in ${minutes} minutes`;
console.log(
  `${what}: ${workers} workers, ${screens} screens, ${programs} programs, ${SPOOLS} spools`,
);
console.log(
  `${load.seq} events (${accepted} actions accepted, ${refused} refused), ${pages} pages, ` +
    `${signIns} sign-ins, ${opened} streams opened, ${frames} frames, ` +
    `${sentAgain} requests sent again`,
);
const verdicts = judge(samples);
table(
  ["", "second quarter", "last quarter", ""],
  verdicts.map(({ of, early, late, flat }) => [
    of,
    figure(early),
    figure(late),
    flat ? "flat" : "GROWS",
  ]),
);
for (const text of faults) console.log(`FAULT ${text}`);
console.log(faultCount === 0 ? "no fault" : `${faultCount} faults`);
const errors = (await readFile(join(folder, "log"), "utf8")).match(/"level":[56]0.*/g) ?? [];
console.log(`${errors.length} error lines in the log`);
for (const line of errors.slice(0, 5)) console.log(line.slice(0, 300));
const picture = join(ROOT, "docs", "soak", hours === 0 ? "hour.svg" : "day.svg");
await Bun.write(picture, plot(`ZEUES, ${what}`, samples));
console.log(`drawn: ${picture.slice(ROOT.length + 1)}`);
const good = verdicts.every(({ flat }) => flat) && faultCount === 0 && errors.length === 0;
process.exitCode = good ? 0 : 1;
await server[Symbol.asyncDispose]();
await rm(folder, { recursive: true, force: true });
process.exit();
