/**
 * A holder of the sync on a ledger file that outlives it, and a process that is one and kills
 * itself in the middle of a flush. The workbook is in the emulator of whoever started it.
 */
import { act } from "../../src/actions/act.ts";
import { type Picture, raisePicture } from "../../src/compose-picture.ts";
import type { Command } from "../../src/domain/command.ts";
import { DEFAULT_POLICY } from "../../src/domain/policy.ts";
import type { Access } from "../../src/google/access.ts";
import { openSpreadsheet } from "../../src/google/client.ts";
import type { Paso } from "../../src/google/outbox-deps.ts";
import { type Turno, takeTurn } from "../../src/google/turno.ts";
import type { Ledger } from "../../src/ledger/ledger.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import { createLog } from "../../src/log.ts";
import { createMetrics } from "../../src/metrics.ts";
import { actor, id, tag } from "../support/builders.ts";
import { Tiempo } from "./stand.ts";

/** A worker's action. */
export interface Tarea {
  readonly tag: string;
  readonly quien: number;
  readonly command: Command;
}

export interface Orders {
  /** The ledger's file. */
  readonly path: string;
  readonly access: Access;
  /** Done one after the other, each group before a while in which the sheet may follow. */
  readonly tareas: readonly (readonly Tarea[])[];
  /** Where it dies: in the n-th flush of what it did, counted from 1; null = of another's hand. */
  readonly muerte: { readonly paso: Paso; readonly flush: number } | null;
}

export interface HolderOptions {
  readonly path: string;
  readonly access: Access;
  /** Virtual milliseconds when it begins. */
  readonly startMs: number;
  readonly onPaso?: (paso: Paso) => void;
}

export interface Holder extends AsyncDisposable {
  readonly ledger: Ledger;
  readonly picture: Picture;
  readonly turno: Turno;
  live(ms: number): Promise<void>;
  /** @throws when it is refused */
  act(tarea: Tarea): Promise<void>;
}

const LEASE_MS = 3_600_000;

function rethrow(error: unknown): never {
  throw error;
}

/** Takes a turn on a ledger file; nothing else of an earlier holder is known. */
export async function openHolder(options: HolderOptions): Promise<Holder> {
  const { path, access, startMs, onPaso } = options;
  const tiempo = new Tiempo();
  tiempo.ms = startMs;
  const log = createLog("silent");
  const policy = DEFAULT_POLICY;
  const ledger = openSqliteLedger({ path, onFault: rethrow, nowMs: tiempo.wall });
  const picture = await raisePicture({ ledger, policy, log, now: tiempo.wall });
  const { floor } = picture;
  const stop = new AbortController();
  const lease = await ledger.lease("planilla", LEASE_MS);
  if (!lease) throw new Error("somebody has the lease");
  const turno = await takeTurn({
    ledger,
    lease,
    spreadsheet: openSpreadsheet(access),
    known: () => ({
      spools: new Map([...floor.spools()].map((spool) => [spool.tag, spool])),
      trabajadores: new Map([...floor.trabajadores()].map((one) => [one.id, one])),
      planilla: floor.planilla,
    }),
    spool: (one) => floor.spool(one),
    policy,
    clock: tiempo,
    now: tiempo.wall,
    random: () => 0.5,
    signal: stop.signal,
    log,
    metrics: createMetrics(),
    tell: () => {},
    ...(onPaso ? { onPaso } : {}),
  });
  return {
    ledger,
    picture,
    turno,
    async live(ms) {
      const untilMs = tiempo.ms + ms;
      while (turno.dueAtMs <= untilMs) {
        tiempo.ms = Math.max(tiempo.ms, turno.dueAtMs);
        await turno.step();
      }
      tiempo.ms = Math.max(tiempo.ms, untilMs);
    },
    async act(tarea) {
      const trabajador = floor.trabajador(id(tarea.quien));
      if (!trabajador) throw new Error(`nobody has the Id ${tarea.quien}`);
      const deps = { ledger, current: floor.spool.bind(floor), policy, now: tiempo.wall };
      const request = { tag: tag(tarea.tag), command: tarea.command, actor: actor(trabajador) };
      const outcome = await act(deps, request);
      if (!outcome.ok) throw new Error(`${tarea.tag}: ${JSON.stringify(outcome.refusal)}`);
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await picture.stop();
      await ledger.close();
    },
  };
}

/** Lives until it is killed; whoever is not has missed its step. */
async function liveAndDie({ path, access, tareas, muerte }: Orders): Promise<void> {
  let acting = false;
  let flushes = 0;
  const onPaso = (paso: Paso): void => {
    if (!acting) return;
    if (paso === "leer") flushes += 1;
    if (paso !== muerte?.paso || flushes < muerte.flush) return;
    process.kill(process.pid, "SIGKILL");
  };
  const holder = await openHolder({ path, access, startMs: 0, onPaso });
  await holder.live(5_000);
  acting = true;
  for (const group of tareas) {
    for (const tarea of group) await holder.act(tarea);
    await holder.live(3_000);
  }
  await holder.live(60_000);
}

if (import.meta.main) {
  await liveAndDie(JSON.parse(process.argv[2] ?? "") as Orders);
  process.exit(0);
}
