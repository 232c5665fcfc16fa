/** Rules, one commit, again on a conflict: laws A1 and A2 of actions/act, on a real ledger. */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { type ActDeps, type ActRequest, act, type Outcome } from "../../src/actions/act.ts";
import { DEFAULT_POLICY } from "../../src/domain/policy.ts";
import { Floor } from "../../src/floor/floor.ts";
import { type Ledger, LedgerUnavailable } from "../../src/ledger/ledger.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import { spoolWrite } from "../http/sin-script.ts";
import { actor, command, INGRID, MAURICIO, NOW_MS, spool, tag } from "../support/builders.ts";
import { tempFolder } from "../support/shop.ts";

interface House extends AsyncDisposable {
  readonly ledger: Ledger;
  readonly floor: Floor;
  readonly deps: ActDeps;
  do(request: Partial<ActRequest>): Promise<Outcome>;
}

/** A ledger with spools A, B and C; `stale` keeps the floor where it was at the start. */
async function open(parts: Partial<ActDeps["ledger"]> & { stale?: boolean } = {}): Promise<House> {
  const folder = tempFolder();
  const onFault = (fault: unknown): never => {
    throw fault;
  };
  const ledger = openSqliteLedger({ path: join(folder.path, "l.sqlite"), onFault });
  const spools = ["A", "B", "C"].map((text) => spoolWrite(spool({ tag: text })));
  await ledger.commit({ writes: spools });
  const floor = new Floor(DEFAULT_POLICY, await ledger.snapshot());
  if (!parts.stale) await ledger.follow(floor.seq, (events) => floor.apply(events));
  const deps: ActDeps = {
    ledger: {
      commit: parts.commit ?? ((commit) => ledger.commit(commit)),
      recall: parts.recall ?? ((key) => ledger.recall(key)),
      state: parts.state ?? ((key) => ledger.state(key)),
    },
    current: (of) => floor.spool(of),
    policy: DEFAULT_POLICY,
    now: () => NOW_MS,
  };
  const base = { tag: tag("A"), command: command("TOMAR"), actor: actor(MAURICIO) };
  return {
    ledger,
    floor,
    deps,
    do: (request) => act(deps, { ...base, ...request }),
    async [Symbol.asyncDispose]() {
      await ledger.close();
      folder[Symbol.dispose]();
    },
  };
}

const seqOf = async ({ ledger }: House): Promise<number> => (await ledger.snapshot()).seq;

test("an accepted action is one event with who, which way, when and what came of it", async () => {
  await using house = await open();
  const outcome = await house.do({ actor: actor(MAURICIO, { dispositivo: "abc" }) });
  expect(outcome).toMatchObject({
    ok: true,
    repeated: false,
    event: {
      seq: 4,
      tag: "A",
      version: 2,
      atMs: NOW_MS,
      autor: { firma: { id: 93 }, medio: "tablet", dispositivo: "abc" },
      estadoDetalle: "MR(93) trabajando ARM (ARM en progreso, SOLD pendiente)",
    },
  });
  expect(await house.ledger.read(3 as never)).toHaveLength(1);
});

test("a refusal stores nothing", async () => {
  await using house = await open();
  expect(await house.do({ command: command("PAUSAR") })).toMatchObject({
    ok: false,
    refusal: { code: "TRANSICION_INVALIDA" },
  });
  expect(await house.do({ tag: tag("no") })).toMatchObject({
    ok: false,
    refusal: { code: "SPOOL_NO_ENCONTRADO", tag: "no" },
  });
  expect(await seqOf(house)).toBe(3);
});

describe("A1: rules run on the newest state", () => {
  test("a process that is behind decides again on the state that won", async () => {
    await using house = await open({ stale: true });
    await house.do({});
    const late = await house.do({ actor: actor(INGRID) });
    expect(late).toMatchObject({
      ok: false,
      refusal: { code: "SPOOL_OCUPADO", ocupacion: { trabajador: { id: 93 } } },
    });
    expect(await seqOf(house)).toBe(4);
  });

  test("of fifty at once exactly one takes it", async () => {
    await using house = await open();
    const all = await Promise.all(
      Array.from({ length: 50 }, (_, i) => house.do({ actor: actor(i % 2 ? INGRID : MAURICIO) })),
    );
    expect(all.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await seqOf(house)).toBe(4);
  });

  test("who always loses is told in the end, and has stored nothing", async () => {
    let tries = 0;
    await using house = await open({
      async commit({ writes: [write] }) {
        tries += 1;
        if (!write?.state) throw new Error("no write");
        const state = { ...write.state, ocupacion: null, version: write.expectedVersion + 1 };
        return { kind: "conflict", key: write.key, state };
      },
    });
    expect(await house.do({})).toMatchObject({
      ok: false,
      refusal: { code: "CONFLICTO_DE_VERSION" },
    });
    expect(tries).toBeLessThanOrEqual(20);
    expect(await seqOf(house)).toBe(3);
  });

  test("a spool that is gone under the action is not found", async () => {
    await using house = await open({
      commit: async ({ writes: [write] }) => ({
        kind: "conflict",
        key: write?.key ?? "planilla",
        state: null,
      }),
      state: async () => null,
    });
    expect(await house.do({})).toMatchObject({ refusal: { code: "SPOOL_NO_ENCONTRADO" } });
  });

  test("a refusal by a floor that lags is judged again on the ledger's state", async () => {
    await using house = await open({ stale: true });
    const other = { ...house.deps, ledger: house.ledger };
    const base = { tag: tag("A"), actor: actor(MAURICIO) };
    await act(other, { ...base, command: command("TOMAR") });
    // To this process the spool is still free, and a pause of it a mistake.
    expect(await house.do({ command: command("PAUSAR") })).toMatchObject({ ok: true });
    expect(await house.do({ command: command("PAUSAR") })).toMatchObject({
      ok: false,
      refusal: { code: "TRANSICION_INVALIDA" },
    });
  });

  test("a spool that the floor does not know yet is looked for in the ledger", async () => {
    await using house = await open({ stale: true });
    await house.ledger.commit({ writes: [spoolWrite(spool({ tag: "NEW" }))] });
    expect(await house.do({ tag: tag("NEW") })).toMatchObject({ ok: true });
    expect(await house.do({ tag: tag("NADA") })).toMatchObject({
      refusal: { code: "SPOOL_NO_ENCONTRADO" },
    });
  });
});

describe("the asker's own version", () => {
  test("is agreed to when it stands, refused when it does not", async () => {
    await using house = await open();
    expect(await house.do({ expectedVersion: 7 })).toEqual({
      ok: false,
      refusal: { code: "CONFLICTO_DE_VERSION", tag: tag("A"), version: 1 },
    });
    expect(await house.do({ expectedVersion: 1 })).toMatchObject({ ok: true });
  });

  test("does not hide a better reason", async () => {
    await using house = await open();
    await house.do({});
    const late = await house.do({ actor: actor(INGRID), expectedVersion: 1 });
    expect(late).toMatchObject({ refusal: { code: "SPOOL_OCUPADO" } });
  });
});

describe("A2: an idempotency key acts once", () => {
  test("repeated at once, it is one event and one answer", async () => {
    await using house = await open();
    const all = await Promise.all([1, 2, 3].map(() => house.do({ idempotencyKey: "k" })));
    const events = all.map((outcome) => outcome.ok && outcome.event.seq);
    expect(events).toEqual([4, 4, 4] as never);
    expect(all.filter((outcome) => outcome.ok && !outcome.repeated)).toHaveLength(1);
    expect(await seqOf(house)).toBe(4);
  });

  test("repeated after the state moved on, it is the first answer", async () => {
    await using house = await open();
    const first = await house.do({ idempotencyKey: "k" });
    await house.do({ command: command("COMPLETAR") });
    const again = await house.do({ idempotencyKey: "k" });
    expect(again).toEqual({ ...first, repeated: true } as Outcome);
    expect(await seqOf(house)).toBe(5);
  });

  test("when the repeat overtook the answer, it is not told that its own act was another's", async () => {
    // The floor still has the spool as somebody else's; the first try commits while the refusal is
    // being looked into.
    const first = { tag: tag("A"), command: command("PAUSAR"), actor: actor(MAURICIO) };
    let overtaken = false;
    await using house = await open({
      stale: true,
      async recall(key) {
        if (overtaken) return await house.ledger.recall(key);
        overtaken = true;
        await act({ ...house.deps, ledger: house.ledger }, { ...first, command: command("TOMAR") });
        await act({ ...house.deps, ledger: house.ledger }, { ...first, idempotencyKey: "k" });
        return await house.ledger.recall(key);
      },
    });
    const again = { command: command("PAUSAR"), idempotencyKey: "k" };
    expect(await house.do(again)).toMatchObject({ ok: true, repeated: true });
    expect(await seqOf(house)).toBe(5);
  });

  test.each<[string, Partial<ActRequest>]>([
    ["another spool", { tag: tag("B") }],
    ["another action", { command: command("CANCELAR") }],
    ["another operation", { command: command("TOMAR", "SOLD") }],
    ["another person", { actor: actor(INGRID) }],
  ])("with %s it is another request's key, and nothing is done", async (_, other) => {
    await using house = await open();
    await house.do({ idempotencyKey: "k" });
    expect(await house.do({ idempotencyKey: "k", ...other })).toEqual({ ok: false, refusal: null });
    expect(await seqOf(house)).toBe(4);
  });
});

describe("a ledger that is away", () => {
  test.each([undefined, "k"])("throws (key %s), and nothing is half done", async (key) => {
    await using house = await open();
    const before = house.floor.spool(tag("A"));
    await house.ledger.close();
    const request = key === undefined ? {} : { idempotencyKey: key };
    await expect(house.do(request)).rejects.toBeInstanceOf(LedgerUnavailable);
    expect(house.floor.spool(tag("A"))).toBe(before as never);
  });
});
