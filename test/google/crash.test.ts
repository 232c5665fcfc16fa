/**
 * `kill -9` of the holder at every step of a flush: the next one leaves the sheet as if nothing
 * had happened. Each cell of ours is right, each event has one row in Metadata, and nothing else
 * is touched, whatever was under way and whatever hands did meanwhile (spec 7; O1, O2, G2).
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { DEFAULT_POLICY } from "../../src/domain/policy.ts";
import { parseTag, type Tag } from "../../src/domain/spool.ts";
import type { Paso } from "../../src/google/outbox-deps.ts";
import { ESCRITAS } from "../../src/workbook/columns.ts";
import { eventIdOf } from "../../src/workbook/event-id.ts";
import { isOurs } from "../../src/workbook/plan-export.ts";
import { celdasOf } from "../../src/workbook/spool-cells.ts";
import type { Call } from "../sheets-emulator/call.ts";
import { Emulator, type SheetSeed, startEmulator } from "../sheets-emulator/emulator.ts";
import type { FaultKind } from "../sheets-emulator/faults.ts";
import type { Hands } from "../sheets-emulator/hands.ts";
import { command } from "../support/builders.ts";
import { tempFolder } from "../support/shop.ts";
import { type Holder, type Orders, openHolder, type Tarea } from "./crash-child.ts";
import { accessOf } from "./stand.ts";
import { SUCIAS, tagOf, taller } from "./taller-hoja.ts";

const PASOS: readonly Paso[] = [
  "leer",
  "planear",
  "intento",
  "escribir",
  "escrito",
  "anotar",
  "listo",
];

const WRITE = "spreadsheets.values.batchUpdate";
const MANY = 1_000_000;
const LIMITS = {
  readsPerUser: MANY,
  writesPerUser: MANY,
  readsPerProject: MANY,
  writesPerProject: MANY,
};

type Cells = (typeof SUCIAS)[number];

/** Six spools that are worked on, two that are not, one that was worked on before ZEUES came. */
const FILAS: readonly Cells[] = [
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((n) => ({ TAG_SPOOL: tagOf(n), Obs: `obs ${n}` })),
  {
    TAG_SPOOL: "ARMADO-1",
    Fecha_Armado: "01-11-2026",
    Armador: "ÍN(51)",
    version: 7,
    Estado_Detalle: "Disponible - ARM completado, SOLD pendiente",
  },
  ...SUCIAS,
];

/**
 * The rows in the order in which hands sort them, by their places above: what was meant for the
 * six rows that are worked on lands on one another, on the row with a past, on one that is twice
 * there, on one without a tag and on one that makes no sense.
 */
const SORTED = [1, 0, 8, 10, 11, 12, 2, 3, 4, 5, 6, 7, 9];

function sheets(): SheetSeed[] {
  const nv = (at: number): string => `NV${String(SORTED.indexOf(at)).padStart(4, "0")}`;
  return taller(
    0,
    FILAS.map((cells, at) => ({ NV: nv(at), ...cells })),
  );
}

const tarea = (n: number, quien: number, accion: Tarea["command"]["accion"]): Tarea => ({
  tag: tagOf(n),
  quien,
  command: command(accion),
});

const TOMAR: readonly Tarea[] = [
  tarea(1, 93, "TOMAR"),
  tarea(2, 51, "TOMAR"),
  tarea(3, 93, "TOMAR"),
  tarea(3, 93, "COMPLETAR"),
  tarea(4, 93, "TOMAR"),
  tarea(5, 51, "TOMAR"),
  tarea(6, 51, "TOMAR"),
];
const SEGUIR: readonly Tarea[] = [
  tarea(1, 93, "PAUSAR"),
  tarea(2, 51, "COMPLETAR"),
  tarea(4, 93, "CANCELAR"),
];

type Manos = (hands: Hands) => void;

const sortRows: Manos = (hands) => hands.sort("Operaciones", "NV");
const insertIntoLog: Manos = (hands) => hands.insertRows("Metadata", 2, 1);
const moveColumns: Manos = (hands) => {
  hands.insertColumns("Operaciones", "Armador");
  hands.moveColumns("Operaciones", "Ocupado_Por", "NV");
};

interface Caso {
  readonly name: string;
  /** In which flush after the actions began. */
  readonly flush: number;
  /** All of them by default. */
  readonly pasos?: readonly Paso[];
  readonly tareas?: Orders["tareas"];
  /** What befalls each write. */
  readonly faults?: readonly FaultKind[];
  /** What hands do when the first write that is applied has just arrived. */
  readonly manos?: Manos;
  /** How long the next holder lives. */
  readonly quietMs?: number;
}

/** Two polls and their flushes. */
const SHORT_MS = 25_000;
/** As long as a lost write may still be applied, and a poll more. */
const LONG_MS = 150_000;

/** Where all of it was applied, the reading shows it, and nothing is sent again. */
const SHOWN: readonly Paso[] = ["leer", "planear", "anotar", "listo"];

const CASOS: readonly Caso[] = [
  { name: "the first flush of an action", flush: 1 },
  { name: "the flush of a later action", flush: 2, tareas: [TOMAR, SEGUIR] },
  { name: "a flush after one that was dropped", flush: 2, faults: ["drop"] },
  { name: "one after one that was refused", flush: 2, faults: ["refuse"], pasos: ["escribir"] },
  {
    name: "one whose answer was lost",
    flush: 2,
    faults: ["apply-drop"],
    pasos: SHOWN,
    quietMs: LONG_MS,
  },
  // As far as nothing was sent, it is the first flush again.
  { name: "one into sorted rows", flush: 1, manos: sortRows, pasos: ["escrito"] },
  { name: "the repair of sorted rows", flush: 2, manos: sortRows },
  {
    name: "the repair of sorted rows, the answer lost",
    flush: 2,
    faults: ["apply-cut"],
    manos: sortRows,
  },
  {
    name: "a repair after one that was dropped",
    flush: 3,
    faults: ["none", "drop"],
    manos: sortRows,
  },
  {
    name: "a repair after one whose answer was lost",
    flush: 3,
    faults: ["none", "apply-drop"],
    manos: sortRows,
    pasos: SHOWN,
  },
  {
    name: "a flush while columns were moved",
    flush: 1,
    manos: moveColumns,
    pasos: ["escrito", "anotar", "listo"],
  },
  { name: "one while rows came into the log", flush: 1, manos: insertIntoLog, pasos: ["escrito"] },
  { name: "what follows on rows that came into the log", flush: 2, manos: insertIntoLog },
];

const built = tempFolder();
let childFile = "";

beforeAll(async () => {
  // Bundled once: a child starts in half the time, and there are many.
  const entrypoints = [join(import.meta.dir, "crash-child.ts")];
  const { outputs } = await Bun.build({ entrypoints, target: "bun", outdir: built.path });
  childFile = outputs.find(({ kind }) => kind === "entry-point")?.path ?? "";
});

afterAll(() => built[Symbol.dispose]());

/** A workbook and one that ZEUES never sees, which hands work on alike. */
class Mesa implements AsyncDisposable {
  readonly #folder = tempFolder();
  readonly shadow = new Emulator({ sheets: sheets() });
  readonly emulator: Emulator;
  readonly path = join(this.#folder.path, "zeues.sqlite");
  child: Bun.Subprocess | null = null;

  constructor(emulator: Emulator) {
    this.emulator = emulator;
  }

  hands(manos: Manos): void {
    for (const { hands } of [this.emulator, this.shadow]) manos(hands);
  }

  /** Calls `what` when the n-th write that is applied has come, before it is. */
  onWrite(n: number, when: "beforeApply" | "afterApply", what: () => unknown): void {
    let writes = 0;
    const { hooks } = this.emulator;
    const earlier = hooks[when];
    hooks[when] = async (call: Readonly<Call>) => {
      await earlier?.(call, 200);
      if (call.method !== WRITE) return;
      writes += 1;
      if (writes === n) await what();
    };
  }

  start(tareas: Orders["tareas"], muerte: Orders["muerte"]): Bun.Subprocess {
    const { path } = this;
    const orders: Orders = { path, access: accessOf(this.emulator), tareas, muerte };
    this.child = Bun.spawn([process.execPath, childFile, JSON.stringify(orders)], {
      stdio: ["ignore", "inherit", "inherit"],
    });
    return this.child;
  }

  async kill(): Promise<void> {
    this.child?.kill("SIGKILL");
    await this.child?.exited;
  }

  /** Another holder, a while after. */
  next(): Promise<Holder> {
    return openHolder({ path: this.path, access: accessOf(this.emulator), startMs: 90_000 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await this.emulator.stop();
    this.#folder[Symbol.dispose]();
  }
}

const openMesa = async (): Promise<Mesa> =>
  new Mesa(await startEmulator({ sheets: sheets(), limits: LIMITS }));

type Grid = readonly (readonly (string | number | boolean)[])[];

const full = (grid: Grid | undefined): Grid =>
  (grid ?? []).map((row) => (grid?.[0] ?? []).map((_, at) => row[at] ?? ""));

/** The sheet that hands left, with what the ledger says in the rows that were worked on. */
function wanted({ shadow }: Mesa, { picture }: Holder): Grid {
  const grid = full(shadow.snapshot().Operaciones);
  const header = (grid[0] ?? []).map(String);
  const acted = new Set([...TOMAR, ...SEGUIR].map(({ tag }) => tag));
  return grid.map((row) => {
    const tag = parseTag(String(row[header.indexOf("TAG_SPOOL")])) as Tag;
    const spool = acted.has(tag) ? picture.floor.spool(tag) : undefined;
    if (!spool) return row;
    const celdas = celdasOf(spool, DEFAULT_POLICY);
    return row.map((cell, at) => {
      const name = ESCRITAS.find((one) => one === header[at]);
      if (!name) return cell;
      return name === "version" ? spool.version : celdas[name];
    });
  });
}

const lines = (rows: Grid): string[] =>
  rows.map((row) => row.map(String).join("|")).filter((line) => /[^|]/.test(line));

/** Each row of others as often as it was there, each event once, and nothing else. */
async function expectWholeLog(mesa: Mesa, { ledger }: Holder, events: number): Promise<void> {
  const read = await ledger.read(0 as never);
  const ids = read.flatMap((one) => (one.kind === "spool" && isOurs(one) ? [eventIdOf(one)] : []));
  expect(ids).toHaveLength(events);
  const rows = full(mesa.emulator.snapshot().Metadata).slice(1);
  const own = rows.filter(([id]) => ids.includes(String(id)));
  expect(own.map(([id]) => String(id)).toSorted()).toEqual(ids.toSorted());
  const foreign = rows.filter((row) => !own.includes(row));
  const before = full(mesa.shadow.snapshot().Metadata).slice(1);
  expect(lines(foreign).toSorted()).toEqual(lines(before).toSorted());
}

async function expectRight(mesa: Mesa, holder: Holder, tareas: Orders["tareas"]): Promise<void> {
  const { planilla } = holder.picture.floor;
  expect(planilla?.cambios ?? []).toEqual([]);
  expect(planilla?.congelada ?? null).toBeNull();
  expect(holder.turno.sincronia()).toMatchObject({ pendientes: 0, sinConexionDesdeMs: null });
  expect(full(mesa.emulator.snapshot().Operaciones)).toEqual(wanted(mesa, holder));
  await expectWholeLog(mesa, holder, tareas.flat().length);
}

async function killedAt(paso: Paso, caso: Caso): Promise<void> {
  const { flush, tareas = [TOMAR], faults = [], manos, quietMs = SHORT_MS } = caso;
  await using mesa = await openMesa();
  const { emulator } = mesa;
  emulator.faults.script(faults.map((kind) => ({ kind, methods: [WRITE] })));
  if (manos) mesa.onWrite(1, "beforeApply", () => mesa.hands(manos));
  const child = mesa.start(tareas, { paso, flush });
  await child.exited;
  expect(child.signalCode).toBe("SIGKILL");
  await using holder = await mesa.next();
  await holder.live(quietMs);
  await expectRight(mesa, holder, tareas);
}

describe("killed at each step of", () => {
  for (const caso of CASOS) {
    const { name, pasos = PASOS } = caso;
    test(name, async () => {
      const ends = await Promise.allSettled(pasos.map((paso) => killedAt(paso, caso)));
      const bad = ends.flatMap((end, at) =>
        end.status === "rejected" ? [`${pasos[at]}: ${(end.reason as Error).message}`] : [],
      );
      expect(bad).toEqual([]);
    });
  }
});

test("those rows really were hit: nobody's, twice there, with a past, without a sense", async () => {
  await using mesa = await openMesa();
  mesa.onWrite(1, "beforeApply", () => mesa.hands(sortRows));
  await mesa.start([TOMAR], { paso: "escrito", flush: 1 }).exited;
  const left = full(mesa.shadow.snapshot().Operaciones);
  const now = full(mesa.emulator.snapshot().Operaciones);
  const tags = now.flatMap((row, at) => (Bun.deepEquals(row, left[at]) ? [] : [String(row[2])]));
  expect(tags.toSorted()).toEqual(
    [tagOf(1), tagOf(2), "ARMADO-1", "DUP-1", "", "MALA-1"].toSorted(),
  );
});

describe("killed while a write is under way", () => {
  const manos: readonly (readonly [string, Manos])[] = [
    ["", () => {}],
    [", rows sorted under it", sortRows],
    [", columns moved under it", moveColumns],
    [", rows inserted into the log under it", insertIntoLog],
  ];

  test.each(manos)("applied and not yet answered%s", async (_, what) => {
    await using mesa = await openMesa();
    mesa.onWrite(1, "beforeApply", () => mesa.hands(what));
    mesa.onWrite(1, "afterApply", () => mesa.kill());
    await mesa.start([TOMAR], null).exited;
    await using holder = await mesa.next();
    await holder.live(SHORT_MS);
    await expectRight(mesa, holder, [TOMAR]);
  });

  test.each(manos)("not yet applied%s", async (_, what) => {
    await using mesa = await openMesa();
    mesa.onWrite(1, "beforeApply", async () => {
      await mesa.kill();
      mesa.hands(what);
    });
    await mesa.start([TOMAR], null).exited;
    await using holder = await mesa.next();
    await holder.live(SHORT_MS);
    await expectRight(mesa, holder, [TOMAR]);
  });

  // Into a log that hands pushed down it would bring a row a second time: nothing takes it away.
  const late = manos.filter(([, what]) => what !== insertIntoLog);
  test.each(late)("and applied long after the next holder wrote%s", async (_, what) => {
    await using mesa = await openMesa();
    const held = Promise.withResolvers<void>();
    const applied = Promise.withResolvers<void>();
    mesa.onWrite(1, "beforeApply", async () => {
      await mesa.kill();
      await held.promise;
    });
    await mesa.start([TOMAR], null).exited;
    await using holder = await mesa.next();
    await holder.live(SHORT_MS);
    await expectRight(mesa, holder, [TOMAR]);
    mesa.hands(what);
    mesa.emulator.hooks.afterApply = () => applied.resolve();
    held.resolve();
    await applied.promise;
    await holder.live(LONG_MS);
    await expectRight(mesa, holder, [TOMAR]);
  });
});
