/**
 * What every ledger keeps (spec 5; laws L1-L6 of src/ledger/ledger.ts): one suite, run against the
 * real thing. Each test begins with an empty store of its own.
 */
import { describe, expect, test } from "bun:test";
import { type Ledger, LedgerUnavailable } from "../../src/ledger/ledger.ts";
import { type Create, openNew } from "../support/ledger-house.ts";
import {
  accesosOf,
  accesoWrite,
  advance,
  contratar,
  importar,
  seqOf,
  seqsOf,
  store,
  tagOf,
} from "../support/ledger-writes.ts";
import { commits, remembering } from "./contract-commits.ts";
import { leases } from "./contract-leases.ts";
import { following, reading } from "./contract-log.ts";

function lasting(create: Create): void {
  test("everything is there when it is opened again (L3)", async () => {
    await using house = await openNew(create);
    const a = importar("A");
    const remember = { key: "k", fingerprint: "f" };
    const documents = { Operaciones: "TAG_SPOOL\nA\n" };
    await house.ledger.commit({ writes: [a, contratar(93)], remember, documents });
    await store(house.ledger, ...accesosOf("one").map(accesoWrite));
    await store(house.ledger, advance(a.state));
    await house.ledger.putDocuments({ "planilla:salida": '{"seq":3}' });
    const { epoch } = house.ledger;
    const before = await everything(house.ledger);
    await house.ledger.close();
    const again = await house.store.open();
    expect(again.epoch).toBe(epoch);
    expect(await everything(again)).toEqual(before);
    expect(seqsOf(await store(again, importar("B")))).toEqual([10]);
    await again.close();
  });

  test("two stores have two epochs", async () => {
    await using one = await openNew(create);
    await using other = await openNew(create);
    expect(one.ledger.epoch).not.toBe("");
    expect(one.ledger.epoch).not.toBe(other.ledger.epoch);
  });

  test("what was asked before close is stored; a closed ledger refuses everything", async () => {
    await using house = await openNew(create);
    const { ledger } = house;
    expect(await ledger.health()).toMatchObject({ ok: true });
    const asked = store(ledger, importar("A"));
    const put = ledger.putDocuments({ "planilla:salida": "1" });
    await ledger.close();
    expect(seqsOf(await asked)).toEqual([1]);
    expect(await put).toBe(true);
    const refused = [
      () => ledger.commit({ writes: [importar("B")] }),
      () => ledger.recall("k"),
      () => ledger.snapshot(),
      () => ledger.read(seqOf(0)),
      () => ledger.history(tagOf("A")),
      () => ledger.document("Operaciones"),
      () => ledger.putDocuments({ Operaciones: "" }),
      () => ledger.follow(seqOf(0), () => {}),
    ];
    for (const ask of refused) await expect(ask()).rejects.toBeInstanceOf(LedgerUnavailable);
    expect(await ledger.health()).toMatchObject({ ok: false });
    await ledger.close();
  });
}

const everything = async (ledger: Ledger) => ({
  snapshot: await ledger.snapshot(),
  log: await ledger.read(seqOf(0)),
  history: await ledger.history(tagOf("A")),
  remembered: await ledger.recall("k"),
  document: await ledger.document("Operaciones"),
  cursor: await ledger.document("planilla:salida"),
});

/** @param create makes an empty store, of its own for each test. */
export function ledgerContract(name: string, create: Create): void {
  describe(`${name}: commits`, () => commits(create));
  describe(`${name}: idempotency`, () => remembering(create));
  describe(`${name}: reading`, () => reading(create));
  describe(`${name}: following`, () => following(create));
  describe(`${name}: leases`, () => leases(create));
  describe(`${name}: lasting`, () => lasting(create));
}
