/**
 * A holder's turn on a real SQLite ledger and a workbook in the emulator, through the real client,
 * on a clock that tests move: an hour takes no time, every request is a real one.
 */
import { join } from "node:path";
import { type Picture, raisePicture } from "../../src/compose-picture.ts";
import type { Sincronia } from "../../src/domain/planilla.ts";
import { DEFAULT_POLICY } from "../../src/domain/policy.ts";
import type { Access } from "../../src/google/access.ts";
import { openSpreadsheet } from "../../src/google/client.ts";
import type { Clock } from "../../src/google/clock.ts";
import type { Paso } from "../../src/google/outbox-deps.ts";
import { type Turno, takeTurn } from "../../src/google/turno.ts";
import type { Lease, Ledger } from "../../src/ledger/ledger.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import { createLog } from "../../src/log.ts";
import { createMetrics } from "../../src/metrics.ts";
import { type Emulator, type SheetSeed, startEmulator } from "../sheets-emulator/emulator.ts";
import { NOW_MS } from "../support/builders.ts";
import { tempFolder } from "../support/shop.ts";

export const accessOf = (emulator: Emulator): Access => ({
  sheetId: emulator.spreadsheetId,
  account: { email: emulator.account.email, privateKey: emulator.account.privateKey },
  credentialsFile: null,
  apiRoot: emulator.apiRoot,
  tokenUrl: emulator.tokenUrl,
});

/** Whoever sleeps on it moves it: nothing else runs meanwhile. */
export class Tiempo implements Clock {
  ms = 0;
  readonly now = (): number => this.ms;
  readonly wall = (): number => NOW_MS + this.ms;
  readonly sleep = async (ms: number): Promise<void> => {
    this.ms += Math.max(0, ms);
  };
}

export interface StandOptions {
  readonly sheets: readonly SheetSeed[];
  readonly locale?: string;
  /** Of the backoff's jitter. */
  readonly random?: () => number;
  /** Goes on with the ledger's file and the workbook of a stand that was left (`leave`). */
  readonly after?: Pick<Stand, "emulator" | "tiempo" | "path">;
}

export interface Stand extends AsyncDisposable {
  readonly emulator: Emulator;
  /** Of the ledger's file. */
  readonly path: string;
  readonly ledger: Ledger;
  readonly picture: Picture;
  readonly tiempo: Tiempo;
  /** What was told last. */
  readonly said: () => Sincronia | null;
  readonly turno: () => Turno;
  /** Another holder takes over, as after a restart: nothing in memory is left. */
  takeOver(onPaso?: (paso: Paso) => void | Promise<void>): Promise<Turno>;
  /** Lives through so much time, doing what is due. */
  live(ms: number): Promise<void>;
  /** Ends what works on it; file and workbook stay until it is disposed of. */
  leave(): Promise<void>;
}

const LEASE_MS = 3_600_000;

/** @throws when a turn can't begin */
export async function openStand(options: StandOptions): Promise<Stand> {
  const { after } = options;
  const tiempo = after?.tiempo ?? new Tiempo();
  const folder = tempFolder();
  const emulator =
    after?.emulator ??
    (await startEmulator({
      sheets: options.sheets,
      now: tiempo.wall,
      sleep: async (ms) => {
        tiempo.ms += ms;
      },
      ...(options.locale ? { locale: options.locale } : {}),
    }));
  const path = after?.path ?? join(folder.path, "zeues.sqlite");
  const log = createLog("silent");
  const ledger = openSqliteLedger({
    path,
    onFault: (error) => {
      throw error;
    },
    nowMs: tiempo.wall,
  });
  const policy = DEFAULT_POLICY;
  const picture = await raisePicture({ ledger, policy, log, now: tiempo.wall });
  const { floor } = picture;
  let said: Sincronia | null = null;
  let lease: Lease | null = null;
  let turno: Turno | null = null;
  let stop = new AbortController();

  const takeOver: Stand["takeOver"] = async (onPaso) => {
    stop.abort();
    stop = new AbortController();
    await lease?.release();
    lease = await ledger.lease("planilla", LEASE_MS);
    if (!lease) throw new Error("somebody has the lease");
    turno = await takeTurn({
      ledger,
      lease,
      spreadsheet: openSpreadsheet(accessOf(emulator)),
      known: () => ({
        spools: new Map([...floor.spools()].map((spool) => [spool.tag, spool])),
        trabajadores: new Map([...floor.trabajadores()].map((one) => [one.id, one])),
        planilla: floor.planilla,
      }),
      spool: (tag) => floor.spool(tag),
      policy,
      clock: tiempo,
      now: tiempo.wall,
      random: options.random ?? (() => 0.5),
      signal: stop.signal,
      log,
      metrics: createMetrics(),
      tell: (sincronia) => {
        said = sincronia;
      },
      ...(onPaso ? { onPaso } : {}),
    });
    return turno;
  };
  await takeOver();
  const now = (): Turno => {
    if (!turno) throw new Error("no turn");
    return turno;
  };
  const leave = async (): Promise<void> => {
    stop.abort();
    await picture.stop();
    await ledger.close();
  };
  return {
    emulator,
    path,
    ledger,
    picture,
    tiempo,
    said: () => said,
    turno: now,
    takeOver,
    async live(ms) {
      const untilMs = tiempo.ms + ms;
      while (now().dueAtMs <= untilMs) {
        tiempo.ms = Math.max(tiempo.ms, now().dueAtMs);
        await now().step();
      }
      tiempo.ms = Math.max(tiempo.ms, untilMs);
    },
    leave,
    async [Symbol.asyncDispose]() {
      await leave();
      if (!after) await emulator.stop();
      folder[Symbol.dispose]();
    },
  };
}
