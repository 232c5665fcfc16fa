/** `/administracion/tokens`: a program's token, shown once, bounded, revoked. */
import { expect, test } from "bun:test";
import { type AdminShop, accesosDe, LUIS, openAdmin, secretoDe } from "./administracion-support.ts";

const PATH = "/administracion/tokens";

const form = (fields: Record<string, string>, roles: readonly string[]): URLSearchParams => {
  const all = { nombre: "Panel", dias: "365", trabajador: "", ...fields };
  const sent = new URLSearchParams(all);
  for (const rol of roles) sent.append("roles", rol);
  return sent;
};

const crear = ({ rosa }: AdminShop, fields: Record<string, string>, roles: readonly string[]) =>
  rosa.post(PATH, form(fields, roles));

const asked = ({ url }: AdminShop, token: string, path: string, body?: object): Promise<Response> =>
  fetch(`${url}/api${path}`, {
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    ...(body ? { method: "POST", body: JSON.stringify(body) } : {}),
  });

test("made, shown once, used, listed, revoked", async () => {
  await using admin = await openAdmin();
  const answer = await crear(admin, {}, ["Lectura"]);
  expect([answer.status, answer.headers.get("Cache-Control")]).toEqual([200, "no-store"]);
  const token = secretoDe(answer);
  expect(token).toMatch(/^zt_[\w-]{43}$/);
  expect((await asked(admin, token, "/workers")).status).toBe(200);
  const tomar = { tag_spool: "X", worker_id: LUIS, operacion: "ARM" };
  expect((await asked(admin, token, "/occupation/tomar", tomar)).status).toBe(403);
  const list = await admin.rosa.get(PATH);
  expect(list.html).not.toContain(token);
  expect(list.page.text).toContain("Panel");
  const [one] = await accesosDe(admin.shop, "token");
  expect((one?.venceMs ?? 0) - (one?.desdeMs ?? 0)).toBe(365 * 24 * 3_600_000);
  const path = `${PATH}/${one?.id}`;
  expect((await admin.rosa.get(path)).page.text).toContain("Revocar este token");
  expect((await admin.rosa.post(`${path}/revocar`, {})).location).toBe(`${PATH}?hecho=token`);
  expect((await asked(admin, token, "/workers")).status).toBe(401);
  expect((await admin.rosa.post(`${path}/revocar`, {})).location).toBe(`${PATH}?hecho=nada`);
  expect((await admin.rosa.get(path)).location).toBe(`${PATH}?hecho=nada`);
});

test("bound to a worker, without an end; and when its time is over it opens nothing", async () => {
  await using admin = await openAdmin();
  const fields = { nombre: "Robot", dias: "", trabajador: String(LUIS) };
  const robot = secretoDe(await crear(admin, fields, ["Armador", "Soldador"]));
  const [one] = await accesosDe(admin.shop, "token");
  expect(one).toMatchObject({
    roles: ["Armador", "Soldador"],
    trabajadorId: LUIS,
    venceMs: null,
  });
  const other = { tag_spool: "X", worker_id: 22, operacion: "ARM" };
  expect((await asked(admin, robot, "/occupation/tomar", other)).status).toBe(403);
  const short = secretoDe(await crear(admin, { nombre: "Un día", dias: "1" }, ["Lectura"]));
  expect((await asked(admin, short, "/workers")).status).toBe(200);
  admin.pass(24 * 3_600_000);
  expect((await asked(admin, short, "/workers")).status).toBe(401);
  expect((await asked(admin, robot, "/workers")).status).toBe(200);
});

test("what is no token's is refused on the form, with what was typed", async () => {
  await using admin = await openAdmin();
  await crear(admin, { nombre: "Panel" }, ["Lectura"]);
  for (const [fields, roles, why] of [
    [{ nombre: "" }, ["Lectura"], "El nombre lleva"],
    [{ nombre: "x".repeat(61) }, ["Lectura"], "El nombre lleva"],
    [{ nombre: "Panel" }, ["Lectura"], "Ya hay un token"],
    [{ nombre: "Otro" }, [], "Elige qué puede hacer"],
    [{ nombre: "Otro" }, ["Dios"], "Elige qué puede hacer"],
    [{ nombre: "Otro", dias: "0" }, ["Lectura"], "Los días van"],
    [{ nombre: "Otro", dias: "731" }, ["Lectura"], "Los días van"],
    [{ nombre: "Otro", dias: "1e2" }, ["Lectura"], "Los días van"],
    [{ nombre: "Otro", trabajador: "7777" }, ["Lectura"], "Ese Id no es"],
    [{ nombre: "Otro", trabajador: "61" }, ["Lectura"], "Ese Id no es"],
  ] as const) {
    const { status, page } = await crear(admin, fields, roles);
    expect([status, page.text.includes(why)]).toEqual([400, true]);
    expect(page.elements.some(({ attributes }) => attributes.value === fields.nombre)).toBe(true);
  }
  expect((await admin.rosa.post(PATH, { nombre: "Otro" })).status).toBe(400);
  expect(await accesosDe(admin.shop, "token")).toHaveLength(1);
});
