/** Sessions (spec 8): random, stored hashed, ended everywhere at once. Laws I1 and I2. */

import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { actorOf, createSessions, SESSION_MS } from "../../src/identity/session.ts";
import { openSessionStore } from "../../src/identity/store.ts";
import { INGRID, MAURICIO, NOW_MS } from "../support/builders.ts";
import { tempFolder } from "../support/shop.ts";

function open(path = ":memory:") {
  const clock = { nowMs: NOW_MS };
  const store = openSessionStore(path);
  const sessions = createSessions(store, () => clock.nowMs);
  return { clock, sessions, [Symbol.dispose]: () => store.close() };
}

test("a session is found by its cookie and by nothing else", () => {
  using house = open();
  const cookie = house.sessions.begin(MAURICIO.id);
  const session = house.sessions.find(cookie);
  expect(session).toMatchObject({ trabajadorId: MAURICIO.id, sinceMs: NOW_MS });
  for (const other of ["", `${cookie} `, cookie.slice(1), session?.hash ?? "", "' OR 1=1 --"]) {
    expect(house.sessions.find(other)).toBeNull();
  }
});

describe("I1", () => {
  test("an id is 256 random bits, never twice", () => {
    using house = open();
    const cookies = Array.from({ length: 100 }, () => house.sessions.begin(MAURICIO.id));
    expect(new Set(cookies).size).toBe(100);
    for (const cookie of cookies) expect(Buffer.from(cookie, "base64url")).toHaveLength(32);
  });

  test("the store keeps only a hash", () => {
    using folder = tempFolder();
    const path = join(folder.path, "identidad.sqlite");
    using house = open(path);
    const cookie = house.sessions.begin(MAURICIO.id);
    const db = new Database(path, { readonly: true });
    const rows = db.query("SELECT * FROM session").all();
    db.close();
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(cookie);
    expect(rows).toEqual([
      {
        hash: new Bun.CryptoHasher("sha256").update(cookie).digest("hex"),
        trabajador_id: 93,
        since_ms: NOW_MS,
      },
    ]);
  });
});

describe("I2", () => {
  test("an ended session is found no more, and whoever watches is told once", () => {
    using house = open();
    const told: string[] = [];
    house.sessions.onEnd((hash) => told.push(hash));
    const [mine, other] = [MAURICIO, INGRID].map(({ id }) => house.sessions.begin(id));
    const session = house.sessions.find(mine ?? "");
    if (!session) throw new Error("no session");
    house.sessions.end(session);
    expect(house.sessions.find(mine ?? "")).toBeNull();
    expect(house.sessions.find(other ?? "")).not.toBeNull();
    expect(told).toEqual([session.hash]);
  });
});

describe("it lasts a shift and a half", () => {
  test("and not a moment longer", () => {
    using house = open();
    const cookie = house.sessions.begin(MAURICIO.id);
    house.clock.nowMs += SESSION_MS - 1;
    expect(house.sessions.find(cookie)).not.toBeNull();
    house.clock.nowMs += 1;
    expect(house.sessions.find(cookie)).toBeNull();
  });

  test("then it is forgotten when the next one begins", () => {
    using folder = tempFolder();
    const path = join(folder.path, "identidad.sqlite");
    using house = open(path);
    house.sessions.begin(MAURICIO.id);
    house.clock.nowMs += SESSION_MS + 1;
    house.sessions.begin(INGRID.id);
    const db = new Database(path, { readonly: true });
    expect(db.query("SELECT trabajador_id FROM session").all()).toEqual([{ trabajador_id: 51 }]);
    db.close();
  });

  test("and survives a restart", () => {
    using folder = tempFolder();
    const path = join(folder.path, "identidad.sqlite");
    let cookie = "";
    {
      using before = open(path);
      cookie = before.sessions.begin(MAURICIO.id);
    }
    using after = open(path);
    expect(after.sessions.find(cookie)?.trabajadorId).toBe(MAURICIO.id);
  });
});

test("the actor in the log tells tablets apart and gives no session away", () => {
  using house = open();
  const cookie = house.sessions.begin(MAURICIO.id);
  const session = house.sessions.find(cookie);
  if (!session) throw new Error("no session");
  const { medio, dispositivo, trabajador } = actorOf(session, MAURICIO);
  expect([medio, trabajador]).toEqual(["tablet", MAURICIO]);
  expect(session.hash).toStartWith(dispositivo ?? "-");
  expect(dispositivo).toHaveLength(12);
});
