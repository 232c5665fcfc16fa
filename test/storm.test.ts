/**
 * The storm of bench/storm.ts, short and counted instead of timed: 30 workers at random, 50 JSON
 * streams, 10 pages, all in this process.
 */
import { expect, test } from "bun:test";
import { join } from "node:path";
import type { Seen } from "../bench/storm/json-watch.ts";
import { storm } from "../bench/storm/storm.ts";
import { replay } from "../bench/storm/verify.ts";
import { openApi, type SpoolState } from "../bench/support/api.ts";
import { dataOf, SseParser } from "../bench/support/sse-parser.ts";
import { enrolTablet } from "../bench/support/tablet.ts";
import { writeWorkbook } from "../bench/support/workbook.ts";
import { importFolder } from "../src/cli/import.ts";
import { openLedger } from "../src/compose-ledger.ts";
import { readConfig } from "../src/config.ts";
import { createLog } from "../src/log.ts";
import { openShop, TOKEN, tempFolder } from "./support/shop.ts";

const ACTIONS = 1_500;
const WORKERS = 30;

/** A data folder with a made-up workbook in it. */
async function importMadeUp(folder: string): Promise<string> {
  const workbook = join(folder, "workbook");
  const data = join(folder, "data");
  await writeWorkbook(workbook, { spools: 200, workers: WORKERS });
  const config = readConfig({ ZEUES_DATA: data });
  const ledger = await openLedger(config, { log: createLog("silent") });
  const { policy } = config;
  const nowMs = Date.now();
  await importFolder({ ledger, folder: workbook, policy, force: false, nowMs, print: () => {} });
  await ledger.close();
  await enrolTablet({ ZEUES_DATA: data });
  return data;
}

test("every stream sees every event once and in order, and state is the log replayed", async () => {
  using own = tempFolder();
  const folder = await importMadeUp(own.path);
  let shop = await openShop({ folder, windowMs: 50 });
  let begun = 0;
  try {
    const result = await storm({
      api: openApi(shop.url, TOKEN),
      seed: 2026,
      workers: WORKERS,
      streams: 50,
      screens: 10,
      more: () => begun++ < ACTIONS,
      think: async () => {},
      restart: async () => {
        await shop[Symbol.asyncDispose]();
        shop = await openShop({ folder });
        return openApi(shop.url, TOKEN);
      },
    });
    expect(result.violations).toEqual([]);
    expect(result.acked.size).toBe(result.events);
    expect(result.events).toBeGreaterThan(ACTIONS / 10);
    expect(result.reconnects).toBeGreaterThan(0);
  } finally {
    await shop[Symbol.asyncDispose]();
  }
});

const message = (seq: number, accion: string, worker: string, version: number): string =>
  JSON.stringify({
    seq,
    accion,
    worker,
    version,
    tag_spool: "MK-1",
    operacion: "ARM",
    estado_detalle: "",
  });

const FREE: SpoolState = {
  tag_spool: "MK-1",
  version: 1,
  estado_detalle: "",
  operacion: null,
  ocupado_por: null,
};

function violationsOf(...messages: string[]): string[] {
  const seen: Seen = new Map(messages.map((text, at) => [at + 1, text]));
  const violations: string[] = [];
  replay([FREE], seen, violations);
  return violations;
}

test("the check of the storm finds a second occupant, a stranger and a lost version", () => {
  const taken = message(1, "TOMAR", "RP(101)", 2);
  expect(violationsOf(taken, message(2, "PAUSAR", "RP(101)", 3))).toEqual([]);
  expect(violationsOf(taken, message(2, "TOMAR", "LV(102)", 3))).toEqual([
    "two occupants: MK-1 is 101's, seq 2 is TOMAR",
  ]);
  expect(violationsOf(taken, message(2, "PAUSAR", "LV(102)", 3))).toEqual([
    "MK-1: PAUSAR by 102, who does not hold it, seq 2",
  ]);
  expect(violationsOf(taken, message(2, "PAUSAR", "RP(101)", 4))).toEqual([
    "MK-1: version 4 after 2, seq 2",
  ]);
});

test("frames are read the same however the bytes are cut", () => {
  const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
  const bytes = Buffer.from(
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunk("event: ping\nid: 7\nda")}` +
      chunk("ta: ñ\n\nevent: a\ndata: 1\ndata: 2\nid: 12\n\n") +
      chunk("event: spool_update\nid: 13\ndata: x\n\n"),
  );
  for (let cut = 0; cut <= bytes.length; cut++) {
    const frames: unknown[] = [];
    const parser = new SseParser((frame) => frames.push([frame.event, frame.id, dataOf(frame)]));
    parser.feed(bytes.subarray(0, cut));
    for (const byte of bytes.subarray(cut)) parser.feed(Buffer.from([byte]));
    expect(frames).toEqual([
      ["ping", 7, "ñ"],
      ["a", 12, "1\n2"],
      ["spool_update", 13, "x"],
    ]);
  }
});
