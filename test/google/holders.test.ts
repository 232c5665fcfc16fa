/**
 * Two processes on one Redis ledger: one at a time talks to Google, the other takes over, and a
 * holder that slept too long does no harm (spec 7; Y1, L7, O2).
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { act } from "../../src/actions/act.ts";
import { type Picture, raisePicture } from "../../src/compose-picture.ts";
import type { Accion } from "../../src/domain/command.ts";
import type { SpoolEvent } from "../../src/domain/event.ts";
import type { Sincronia } from "../../src/domain/planilla.ts";
import { DEFAULT_POLICY } from "../../src/domain/policy.ts";
import { BUDGET_PER_MINUTE } from "../../src/google/budget.ts";
import { openSpreadsheet } from "../../src/google/client.ts";
import { type Clock, realClock } from "../../src/google/clock.ts";
import type { Paso } from "../../src/google/outbox-deps.ts";
import { LEASE, Sync, type SyncDeps } from "../../src/google/sync.ts";
import type { Lease } from "../../src/ledger/ledger.ts";
import type { RedisLedger } from "../../src/ledger/redis.ts";
import { redisKeys } from "../../src/ledger/redis-keys.ts";
import { createLog } from "../../src/log.ts";
import { createMetrics } from "../../src/metrics.ts";
import { type Emulator, startEmulator } from "../sheets-emulator/emulator.ts";
import { throwAwayAccount } from "../sheets-emulator/oauth.ts";
import { actor, command, id, NOW_MS, tag } from "../support/builders.ts";
import { type RedisStore, redisStore, stranger } from "../support/ledger-redis.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { busiestMinute, wrongCells, wrongInLog } from "./jornada.ts";
import { accessOf } from "./stand.ts";
import { SUCIAS, tagOf, taller } from "./taller-hoja.ts";

/** So much faster than the shop's runs the sync's clock; leases and Redis have the machine's. */
const FAST = 40;
const fastClock: Clock = {
  now: () => performance.now() * FAST,
  sleep: (ms, signal) => realClock.sleep(ms / FAST, signal),
};
const wall = (): number => NOW_MS + Math.round(fastClock.now());

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server[Symbol.asyncDispose]());

/** Whoever waits for something looks again whenever anything was told. */
class Noticias {
  #waiting: (() => void)[] = [];

  readonly tell = (): void => {
    for (const wake of this.#waiting.splice(0)) wake();
  };

  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((wake) => this.#waiting.push(wake));
  }
}

/** A process that can be frozen: where it next takes a step or sleeps, it stays. */
class Proceso implements AsyncDisposable {
  readonly email: string;
  readonly events: SpoolEvent[] = [];
  said: Sincronia | null = null;
  /** How often it asked for the lease. */
  asked = 0;
  /** What its clock says of the lease once it has slept. */
  honest = true;
  frozenAt: Paso | null = null;
  #freezeAt: Paso | null = null;
  #ice: PromiseWithResolvers<void> | null = null;
  readonly #taller: Taller;
  readonly #ledger: RedisLedger;
  readonly #picture: Picture;
  readonly #sync: Sync;

  constructor(of: Taller, email: string, ledger: RedisLedger, picture: Picture) {
    this.email = email;
    this.#taller = of;
    this.#ledger = ledger;
    this.#picture = picture;
    this.#sync = this.#made();
  }

  #made(): Sync {
    const { emulator, noticias } = this.#taller;
    const { floor } = this.#picture;
    const account = { email: this.email, privateKey: emulator.account.privateKey };
    return new Sync({
      ledger: withLease(this.#ledger, (name, ttlMs) => this.#lease(name, ttlMs)),
      spreadsheet: openSpreadsheet({ ...accessOf(emulator), account }),
      known: () => ({
        spools: new Map([...floor.spools()].map((spool) => [spool.tag, spool])),
        trabajadores: new Map([...floor.trabajadores()].map((one) => [one.id, one])),
        planilla: floor.planilla,
      }),
      spool: (one) => floor.spool(one),
      policy: DEFAULT_POLICY,
      clock: {
        now: fastClock.now,
        sleep: async (ms, signal) => {
          await fastClock.sleep(ms, signal);
          await this.#ice?.promise;
        },
      },
      now: wall,
      random: () => 0.5,
      log: createLog("silent"),
      metrics: createMetrics(),
      tell: (sincronia) => {
        this.said = sincronia;
        noticias.tell();
      },
      onPaso: (paso) => this.#paso(paso),
    });
  }

  async #lease(name: string, ttlMs: number): Promise<Lease | null> {
    this.asked += 1;
    this.#taller.noticias.tell();
    const lease = await this.#ledger.lease(name, ttlMs);
    const before = this.asked;
    const slept = (): boolean => this.honest && this.frozenAt !== null && this.asked === before;
    return lease && { ...lease, leftMs: () => (slept() ? 0 : lease.leftMs()) };
  }

  async #paso(paso: Paso): Promise<void> {
    if (paso !== this.#freezeAt) return;
    this.#freezeAt = null;
    this.freeze();
    this.frozenAt = paso;
    this.#taller.noticias.tell();
    await this.#ice?.promise;
  }

  freezeAt(paso: Paso): void {
    this.#freezeAt = paso;
  }

  freeze(): void {
    this.#ice ??= Promise.withResolvers();
  }

  thaw(): void {
    this.#ice?.resolve();
    this.#ice = null;
  }

  start(): void {
    this.#sync.start();
  }

  stop(): Promise<void> {
    return this.#sync.stop();
  }

  /** Until its own picture of the sheet is that all is there. */
  async quiet(): Promise<void> {
    await this.#taller.noticias.until(() => {
      const { pendientes = 1, leidaMs = null } = this.said ?? {};
      return pendientes === 0 && leidaMs !== null;
    });
  }

  /** Somebody does something here; the outcome is in `events` of the shop. */
  async act(n: number, accion: Accion, quien = 93): Promise<void> {
    const { floor } = this.#picture;
    const trabajador = floor.trabajador(id(quien));
    if (!trabajador) throw new Error(`nobody has the Id ${quien}`);
    const deps = {
      ledger: this.#ledger,
      current: floor.spool.bind(floor),
      policy: DEFAULT_POLICY,
      now: wall,
    };
    const request = { tag: tag(tagOf(n)), command: command(accion), actor: actor(trabajador) };
    const outcome = await act(deps, request);
    if (!outcome.ok) throw new Error(`${accion}: ${JSON.stringify(outcome.refusal)}`);
    this.#taller.events.push(outcome.event);
    this.said = null;
  }

  get picture(): Picture {
    return this.#picture;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.thaw();
    await this.stop();
    await this.#picture.stop();
    await this.#ledger.close();
  }
}

/** A ledger whose leases come by another way. */
const withLease = (ledger: RedisLedger, lease: RedisLedger["lease"]): SyncDeps["ledger"] => ({
  lease,
  get epoch() {
    return ledger.epoch;
  },
  commit: ledger.commit.bind(ledger),
  document: ledger.document.bind(ledger),
  follow: ledger.follow.bind(ledger),
  history: ledger.history.bind(ledger),
  onRewound: ledger.onRewound.bind(ledger),
  putDocuments: ledger.putDocuments.bind(ledger),
  read: ledger.read.bind(ledger),
  snapshot: ledger.snapshot.bind(ledger),
  state: ledger.state.bind(ledger),
});

/** A workbook and a ledger that processes share; who is at Google at the same time is noted. */
class Taller implements AsyncDisposable {
  readonly noticias = new Noticias();
  readonly events: SpoolEvent[] = [];
  readonly store: RedisStore = redisStore(server.url);
  readonly emulator: Emulator;
  readonly #processes: Proceso[] = [];
  readonly #under = new Map<number, string>();
  /** Accounts whose requests overlapped. */
  readonly overlaps = new Set<string>();

  constructor(emulator: Emulator) {
    this.emulator = emulator;
    emulator.latencyMs = ({ id: call, kind, user }) => {
      if (kind === "token") return 0;
      this.#under.set(call, user);
      const users = new Set(this.#under.values());
      if (users.size > 1) this.overlaps.add([...users].join(" and "));
      return 400;
    };
    emulator.hooks.afterApply = ({ id: call }) => {
      this.#under.delete(call);
      this.noticias.tell();
    };
  }

  async process(name: string): Promise<Proceso> {
    const email = `${name}@emulator.iam.gserviceaccount.com`;
    this.emulator.oauth.addAccount(throwAwayAccount(email));
    this.emulator.share(email, "writer");
    const ledger = await this.store.open({ nowMs: wall });
    const log = createLog("silent");
    const picture = await raisePicture({ ledger, policy: DEFAULT_POLICY, log, now: wall });
    const proceso = new Proceso(this, email, ledger, picture);
    this.#processes.push(proceso);
    return proceso;
  }

  /** The lease runs out. */
  async expire(): Promise<void> {
    using redis = stranger(server.url);
    expect(await redis.del(redisKeys(this.store.prefix).lease(LEASE))).toBe(1);
  }

  requests({ email }: Proceso, kind?: "read" | "write"): number {
    const { calls } = this.emulator;
    return calls.filter(
      (call) => call.user === email && (kind ? call.kind === kind : call.kind !== "token"),
    ).length;
  }

  expectRight({ picture }: Proceso): void {
    const seen = { emulator: this.emulator, picture };
    expect(wrongCells(seen, this.events)).toEqual([]);
    expect(wrongInLog(seen, this.events)).toEqual([]);
    expect(picture.floor.planilla?.cambios ?? []).toEqual([]);
    for (const kind of ["read", "write"] as const) {
      expect(busiestMinute(this.emulator, kind)).toBeLessThanOrEqual(BUDGET_PER_MINUTE);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const one of this.#processes) await one[Symbol.asyncDispose]();
    await this.emulator.stop();
  }
}

async function openTaller(): Promise<Taller> {
  const sleep = (ms: number): Promise<void> => fastClock.sleep(ms);
  const sheets = taller(20, SUCIAS);
  return new Taller(await startEmulator({ sheets, now: wall, sleep }));
}

test("one of two talks to Google; when it stops, the other does, and nothing is there twice", async () => {
  await using shop = await openTaller();
  const a = await shop.process("a");
  const b = await shop.process("b");
  a.start();
  await a.quiet();
  b.start();
  await shop.noticias.until(() => b.asked > 2);
  await a.act(1, "TOMAR");
  await b.act(2, "TOMAR", 51);
  await a.act(3, "TOMAR");
  await a.quiet();
  shop.expectRight(a);
  expect(shop.requests(b)).toBe(0);

  await b.act(1, "COMPLETAR");
  const before = a.asked;
  await a.stop();
  await b.quiet();
  await b.act(2, "PAUSAR", 51);
  await b.quiet();
  shop.expectRight(b);
  expect(a.asked).toBe(before);
  expect([...shop.overlaps]).toEqual([]);
  // Told by the other process, the first one's picture is the same.
  shop.expectRight(a);
});

test("one that stops while its write is under way leaves it to the other", async () => {
  await using shop = await openTaller();
  const a = await shop.process("a");
  const b = await shop.process("b");
  a.start();
  await a.quiet();
  b.start();
  const stopped = Promise.withResolvers<void>();
  shop.emulator.hooks.beforeApply = ({ method }) => {
    if (method !== "spreadsheets.values.batchUpdate") return;
    delete shop.emulator.hooks.beforeApply;
    a.stop().then(stopped.resolve, stopped.reject);
    shop.emulator.hands.sort("Operaciones", "Cliente");
  };
  await a.act(1, "TOMAR");
  await a.act(2, "TOMAR", 51);
  await stopped.promise;
  await b.quiet();
  shop.expectRight(b);
});

describe("one that slept while its lease passed on sends no write, frozen at", () => {
  const cases = [
    // It may still believe in its lease: then the ledger refuses what goes before the write.
    ["leer", false],
    ["planear", false],
    ["intento", false],
    ["intento", true],
    ["escribir", true],
    ["escrito", true],
    ["anotar", false],
    ["listo", false],
  ] as const;

  test.each(cases)("%s, knowing it: %p", async (paso, honest) => {
    await using shop = await openTaller();
    const a = await shop.process("a");
    const b = await shop.process("b");
    a.honest = honest;
    a.start();
    await a.quiet();
    a.freezeAt(paso);
    await a.act(1, "TOMAR");
    await a.act(2, "TOMAR", 51);
    await shop.noticias.until(() => a.frozenAt === paso);

    await shop.expire();
    shop.emulator.hands.sort("Operaciones", "Cliente");
    await b.act(1, "PAUSAR");
    b.start();
    await b.quiet();
    shop.expectRight(b);
    const { asked } = a;
    const writes = shop.requests(a, "write");
    a.thaw();
    await shop.noticias.until(() => a.asked > asked);
    await b.act(3, "TOMAR");
    await b.quiet();
    shop.expectRight(b);
    expect(shop.requests(a, "write")).toBe(writes);
  });
});

test("what one read before it slept is not imported after the other imported it", async () => {
  await using shop = await openTaller();
  const { emulator } = shop;
  const a = await shop.process("a");
  const b = await shop.process("b");
  a.honest = false;
  a.start();
  await a.quiet();
  const row = emulator.hands.row("Operaciones", "TAG_SPOOL", tagOf(5)) ?? 0;
  emulator.hands.put("Operaciones", row, "Obs", "a mano");
  const tell = emulator.hooks.afterApply ?? (() => {});
  const held = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  emulator.hooks.afterApply = async (call, status) => {
    tell(call, status);
    const poll = call.user === a.email && call.ranges.some((range) => range === "'Roles'");
    if (!poll) return;
    emulator.hooks.afterApply = tell;
    a.freeze();
    held.resolve();
    await answer.promise;
  };
  await held.promise;
  await shop.expire();
  b.start();
  await b.quiet();
  expect(b.picture.floor.spool(tag(tagOf(5)))?.ficha.Obs).toBe("a mano");
  const { asked } = a;
  answer.resolve();
  a.thaw();
  await shop.noticias.until(() => a.asked > asked);
  await b.act(1, "TOMAR");
  await b.quiet();
  shop.expectRight(b);
  expect(b.picture.floor.spool(tag(tagOf(5)))?.version).toBe(2);
});
