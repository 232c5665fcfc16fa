/**
 * No secret leaves where it belongs (ASVS 5.0, 16.2.5, 14.2.4): a real server is signed in to in
 * every way, with its log at its most talkative; then all that it ever said or stored for others to
 * read is searched for every secret that was used.
 */
import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openLedger } from "../../src/compose-ledger.ts";
import { readConfig } from "../../src/config.ts";
import { SEQ_ZERO } from "../../src/domain/event.ts";
import { newCodigo } from "../../src/identity/alta.ts";
import { createLog } from "../../src/log.ts";
import { accesoWrite, pinOf } from "../support/acceso.ts";
import { openPortal, type Portal } from "../support/portal.ts";
import { tempFolder } from "../support/shop.ts";
import { runZeues, startZeues } from "../support/terminal.ts";
import { importedFolder } from "../support/workbook.ts";

const CLAVE = "un carro rojo bajo la lluvia";
const WRONG = "otra clave equivocada y larga";
const PIN_WRONG = "918273";
const BEARER = "a-token-of-the-environment-with-40-chars";
const LINK = /^ {2}http\S+\/supervisor#([\w-]{43})$/m;

/** Values of all cookies, and the parts that a signed one has: each opens something. */
const cookieSecrets = (portal: Portal): readonly string[] =>
  portal
    .cookie()
    .split("; ")
    .filter((pair) => /^(__Host-)?zeues(-tablet|-conocido)?=/.test(pair))
    .map((pair) => pair.slice(pair.indexOf("=") + 1))
    .flatMap((value) => [value, ...value.split(".").filter((part) => part.length > 15)]);

function expectNone(secrets: ReadonlySet<string>, where: string, text: string): void {
  const lower = text.toLowerCase();
  // Words a log might have cut or encoded: both forms are looked for.
  for (const secret of secrets) {
    for (const form of [secret, encodeURIComponent(secret), secret.replaceAll(" ", "+")]) {
      if (lower.includes(form.toLowerCase())) throw new Error(`${where} has a secret: ${secret}`);
    }
  }
  expect(text).not.toContain("$argon2");
  // Six digits stand in many a long number.
  expect(text).not.toMatch(new RegExp(`(?<![0-9a-z])${PIN_WRONG}(?![0-9a-z])`, "i"));
}

/** A worker of the workbook with a PIN, and a code that enrols a tablet. */
async function prepared(folder: string) {
  const ledger = await openLedger(readConfig({ ZEUES_DATA: folder }), { log: createLog("silent") });
  const { trabajadores } = await ledger.snapshot();
  const [worker] = trabajadores.filter((t) => t.activo && t.roles.includes("Armador"));
  if (!worker) throw new Error("the workbook has no Armador");
  const [alta, code] = await newCodigo("Mesa 1", Date.now());
  await ledger.commit({ writes: [await pinOf(worker.id), alta].map(accesoWrite) });
  await ledger.close();
  return { worker, code };
}

async function everythingStored(folder: string) {
  const ledger = await openLedger(readConfig({ ZEUES_DATA: folder }), { log: createLog("silent") });
  const events = await ledger.read(SEQ_ZERO);
  await ledger.close();
  return JSON.stringify(events);
}

test("the log, the numbers, the exports, the events: none has a secret that was used", async () => {
  using folder = await importedFolder("taller");
  const { worker, code } = await prepared(folder.path);
  const env = { ZEUES_DATA: folder.path, ZEUES_API_TOKEN: BEARER, ZEUES_LOG: "debug" };
  const secrets = new Set([CLAVE, WRONG, BEARER, code, code.replace("-", "")]);
  const logs: string[] = [];

  const added = await runZeues(["token", "add", "lector", "--rol", "Lectura"], env);
  const [, bearer = ""] = /^(zt_[\w-]{43})$/m.exec(added.stdout) ?? [];
  secrets.add(bearer);
  const linked = "user add ana --nombre Ana --apellido Díaz".split(" ");
  const invited = await runZeues(linked, env);
  const [, link = ""] = LINK.exec(invited.stdout) ?? [];
  secrets.add(link);
  expect([bearer, link]).not.toContain("");
  logs.push(added.stderr, invited.stderr);

  await using server = await startZeues(env);
  const [, primera = ""] = await server.said(LINK);
  secrets.add(primera);
  const boss = openPortal(server.url);
  const form = { usuario: "ana", repetida: CLAVE, nombre: "", apellido: "" };
  await boss.post("/supervisor", { ...form, codigo: "A".repeat(43), clave: CLAVE });
  await boss.post("/supervisor", { ...form, codigo: link, clave: WRONG });
  await boss.post("/supervisor", { ...form, codigo: link, clave: CLAVE });
  expect((await boss.get("/sesion/viva")).status).toBe(204);
  for (const secret of cookieSecrets(boss)) secrets.add(secret);
  // Not signed in before: another browser, first with what is wrong.
  const desk = openPortal(server.url);
  await desk.post("/sesion/clave", { usuario: "ana", clave: WRONG });
  // People type a password where a name belongs.
  await desk.post("/sesion/clave", { usuario: CLAVE, clave: WRONG });
  expect((await desk.post("/sesion/clave", { usuario: "ana", clave: CLAVE })).status).toBe(303);
  for (const secret of cookieSecrets(desk)) secrets.add(secret);

  const tablet = openPortal(server.url);
  await tablet.post("/tablet", { codigo: "ABCD-EFGH" });
  expect((await tablet.post("/tablet", { codigo: code })).status).toBe(303);
  const who = { trabajador: String(worker.id) };
  await tablet.post("/sesion", who);
  await tablet.post("/sesion/pin", { ...who, pin: PIN_WRONG });
  expect((await tablet.post("/sesion/pin", { ...who, pin: "7294" })).status).toBe(303);
  for (const secret of cookieSecrets(tablet)) secrets.add(secret);

  for (const token of [bearer, BEARER, `${bearer}x`]) {
    await fetch(`${server.url}/api/workers`, { headers: { Authorization: `Bearer ${token}` } });
  }
  // Where they have no place, too.
  await tablet.get(`/buscar?q=${bearer}`);
  await tablet.get(`/sesion?volver=${encodeURIComponent(`/x?clave=${CLAVE}`)}`);
  const open = ["/metrics", "/readyz", "/healthz", "/sesion", "/administracion"];
  const csv = ["/carrete.csv", "/equipo.csv", "/estados.csv", "/produccion.csv", "/tablero.csv"];
  for (const path of [...open, ...csv]) {
    expectNone(secrets, path, await (await boss.get(path)).text());
  }
  await desk.post("/sesion/salir", {});
  await server.stop();
  logs.push(server.stderr());
  expect(secrets.size).toBeGreaterThan(14);

  const said = logs.join("");
  expectNone(secrets, "the log", said);
  const lines = said
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
  expect(lines.map(({ msg }) => msg)).toEqual(
    expect.arrayContaining([
      "signed in",
      "sign-in refused",
      "tablet enrolled",
      "enrolment refused",
    ]),
  );
  // Who asked is told: by their Id, their program's, their tablet's, and from where.
  const asked = lines.filter(({ msg }) => msg === "request");
  expect(asked.every(({ address }) => address === "127.0.0.1")).toBe(true);
  const as = (path: string) => asked.filter((line) => line.path === path);
  expect(as("/api/workers").map(({ quien }) => quien)).toEqual([
    /Token (\S+),/.exec(added.stdout)?.[1],
    "ZEUES_API_TOKEN",
    undefined,
  ]);
  expect(as("/buscar")[0]).toMatchObject({ quien: worker.id, tablet: expect.any(String) });

  expectNone(secrets, "an event", await everythingStored(folder.path));
  using out = tempFolder();
  await runZeues(["export", join(out.path, "planilla")], env);
  const files = readdirSync(join(out.path, "planilla"));
  expect(files.length).toBeGreaterThan(2);
  for (const file of files) {
    expectNone(secrets, file, readFileSync(join(out.path, "planilla", file), "utf8"));
  }
});

test("a secret would be found, in whatever form", () => {
  for (const text of ["x=UN CARRO", "q=un+carro", "un%20carro", '"$argon2id$v=19"', "pin 918273"]) {
    expect(() => expectNone(new Set(["un carro"]), "here", text)).toThrow();
  }
  expectNone(new Set(["un carro"]), "here", "un camión 19182730");
});
