/**
 * Who gets what (issue 6): every route and method of the running app, asked for as everybody.
 * docs/access.md is this table; `UPDATE=1 bun test test/http/access.test.ts` writes it anew.
 */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { inspectRoutes } from "hono/dev";
import { quienPuede, REGLAS } from "../../src/http/access.ts";
import { UNLIMITED } from "../../src/http/middleware/limits.ts";
import type { Ledger } from "../../src/ledger/ledger.ts";
import { spool } from "../support/builders.ts";
import type { Shop } from "../support/shop.ts";
import { rolesSpools, rolesTable } from "./access-roles.ts";
import { type Subject, startOf, subjectsOf } from "./access-subjects.ts";
import { openTaller } from "./sin-script.ts";

const PAGE = join(import.meta.dir, "../../docs/access.md");
const SAMPLES: Readonly<Record<string, string>> = {
  ":op": "ARM",
  ":name": "app.css",
  ":id": "nada",
  ":usuario": "nadie",
  "*": "MK-1",
};

type Route = readonly [method: "GET" | "POST", path: string];

/** What the app itself says that it serves, a parameter's own pattern taken off. */
const routesOf = ({ running }: Pick<Shop, "running">): readonly Route[] => {
  const all = inspectRoutes(running.app)
    .filter(({ isMiddleware, method }) => !isMiddleware && method !== "ALL")
    .map(({ method, path }) => `${method} ${path.replace(/:tag\{.*\}$/, "*")}`);
  return [...new Set(all)].map((line) => line.split(" ") as [Route[0], string]);
};

const sampled = (path: string): string =>
  path
    .split("/")
    .map((part) => SAMPLES[part] ?? part)
    .join("/");

/** These end sessions: for each, everybody signs in anew. */
const endsSessions = ([method, path]: Route): boolean =>
  method === "POST" &&
  /^\/(sesion\/salir|administracion\/(sesiones|personas\/:id\/sesiones))/.test(path);

type Cell = "sí" | "—" | "no" | "no existe";

/** `sí`: the route itself answered. `—`: sign in first. `no`: known, and not for them. */
function cellOf(path: string, answer: Response): Cell {
  const { status, headers } = answer;
  const sentToSignIn = /^\/sesion(\/clave)?\?volver=/.test(headers.get("Location") ?? "");
  if (status === 401 || sentToSignIn) return "—";
  if (status === 403) return "no";
  return status === 404 && path === "/tablet/demo" ? "no existe" : "sí";
}

async function ask(url: string, [method, path]: Route, { headers }: Subject): Promise<Cell> {
  const api = path.startsWith("/api/");
  const query = path === "/eventos" ? "?vista=muro" : "";
  const answer = await fetch(url + sampled(path) + query, {
    method,
    redirect: "manual",
    headers: {
      Accept: "text/html",
      ...(api ? { "Content-Type": "application/json" } : { Origin: url }),
      ...headers,
    },
    ...(method === "POST" ? { body: api ? "{}" : new URLSearchParams() } : {}),
  });
  const cell = cellOf(path, answer);
  expect([method, path, answer.status >= 500]).toEqual([method, path, false]);
  await answer.body?.cancel();
  return cell;
}

const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

const table = ([head = [], ...rows]: readonly (readonly string[])[]): string =>
  [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");

const TEXT = `# Who gets what

Every route and method of the running app, asked for as everybody; made and checked by
\`test/http/access.test.ts\` (\`UPDATE=1\` writes it anew). \`sí\`: the route itself answers (an
empty form or body: 400, mostly). \`—\`: sign in first (401, or on to the sign-in page). \`no\`:
403. The rules are \`src/http/access.ts\`; what a role may do to a spool is \`domain/decide\`.

`;

const ROLES_TEXT = `
# What each role may do to a spool

Tokens act for a worker who has all roles; a session is of a worker who has one. Each asks for each
action on a spool on which it may be done.

`;

test("every route has a rule, and every rule a route", async () => {
  await using taller = await openTaller([], { limits: UNLIMITED });
  const routes = routesOf(taller.shop);
  const ruled = new Set(REGLAS.map(([method, path]) => `${method} ${path}`));
  const served = routes.map((route) => route.join(" "));
  expect(served.filter((route) => !ruled.has(route))).toEqual([]);
  expect([...ruled].filter((route) => !served.includes(route))).toEqual([]);
  expect(served.length).toBeGreaterThan(40);
});

test("everybody gets what docs/access.md says, and nothing else", async () => {
  const clock = startOf();
  await using taller = await openTaller([spool({ tag: "MK-1" }), ...rolesSpools()], {
    limits: UNLIMITED,
    now: () => clock.ms,
  });
  const { url, shop } = taller;
  const ledger = shop.running.act.ledger as Ledger;
  const place = { url, ledger, clock };
  const subjects = await subjectsOf(place);
  const routes = routesOf(shop).toSorted(
    (a, b) => Number(endsSessions(a)) - Number(endsSessions(b)),
  );
  const rows: string[][] = [];
  for (const route of routes) {
    const row = [route.join(" "), quienPuede(route[0], sampled(route[1])) ?? "?"];
    const asking = endsSessions(route) ? await subjectsOf(place) : subjects;
    for (const subject of asking) row.push(await ask(url, route, subject));
    rows.push(row);
  }
  rows.sort(([a = ""], [b = ""]) => (a < b ? -1 : 1));
  const head = ["", "rule", ...subjects.map(({ name }) => name)];
  const roles = table(await rolesTable({ url, ledger, clock }));
  const text = `${TEXT}${table([head, ...rows])}\n${ROLES_TEXT}${roles}\n`;
  if (process.env.UPDATE) await Bun.write(PAGE, text);
  expect(text).toBe(await Bun.file(PAGE).text());
});

test("what the table does not name is refused, however it is written", async () => {
  await using taller = await openTaller([], { limits: UNLIMITED });
  const { url } = taller;
  const written = ["//", "/administracion/", "//administracion", "/%61dministracion/personas"]
    .concat(["/ADMINISTRACION/personas", "/administracion/./personas", "/tablero/", "/tablero%00"])
    .concat(["/administracion%2Fpersonas", "/static/../administracion/personas", "/tablero%0a"])
    .concat(["/static/..%2f..%2fpackage.json", "/.env", "/api/../tablero", "/sesion/../tablero"]);
  for (const path of written) {
    const answer = await fetch(url + path, {
      redirect: "manual",
      headers: { Accept: "text/html" },
    });
    await answer.body?.cancel();
    expect([path, answer.ok]).toEqual([path, false]);
  }
  const routes = [...new Set(routesOf(taller.shop).map(([, path]) => path))];
  for (const path of routes) {
    for (const method of ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"]) {
      const answer = await fetch(url + sampled(path), { method, headers: { Origin: url } });
      await answer.body?.cancel();
      expect([method, path, answer.ok, answer.status >= 500]).toEqual([method, path, false, false]);
    }
  }
});
