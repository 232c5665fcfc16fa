/**
 * Who may ask for what (spec 8): the one table. A request that no line names is refused, so a new
 * route needs a line here first; test/http/access.test.ts walks the running app and asks for each
 * as everybody. Roles of the shop are the rules' (domain/decide): they depend on the spool too.
 */

export type Quien =
  /** Anybody. */
  | "publico"
  /** Anybody, in a made-up shop; nobody elsewhere. */
  | "demo"
  /** An enrolled tablet, whoever stands before it; or a session. */
  | "tablet"
  /** A session. */
  | "sesion"
  /** A Supervisor who gave the password; to change something, not long ago. */
  | "administracion"
  /** A program's token. */
  | "token"
  /** A program's token that is not only for reading. */
  | "token que actúa";

type Method = "GET" | "POST";
export type Regla = readonly [method: Method, path: string, quien: Quien];

type Paths = readonly string[];
const all = (method: Method, quien: Quien, paths: Paths): readonly Regla[] =>
  paths.map((path) => [method, path, quien]);

const PAGES = ["/", "/buscar", "/operacion/:op", "/carrete", "/problemas", "/tablero", "/hoy"]
  .concat(["/equipo", "/produccion", "/graficos/produccion.svg", "/graficos/estados.svg"])
  .concat(["/carrete.csv", "/equipo.csv", "/estados.csv", "/produccion.csv", "/tablero.csv"]);
const CHANGES = ["/acciones", "/acciones/lote", "/tablero/umbral"].concat(
  ["aceptar", "deshacer", "importar"].map((decision) => `/problemas/${decision}`),
);
/** Under `/administracion`. */
const ADMINISTRACION = ["", "/personas", "/personas/:id", "/tablets", "/tablets/codigo/:id"]
  .concat(["/tablets/:id", "/tokens", "/tokens/:id", "/sesiones", "/registro", "/clave"])
  .map((path) => `/administracion${path}`);
const ADMINISTRAR = ["/pin", "/invitacion", "/enlaces/:id/anular", "/tablets/codigo"]
  .concat(
    ["pin", "pin/generar", "pin/quitar", "acceso", "acceso/quitar", "sesiones", "intentos"].map(
      (que) => `/personas/:id/${que}`,
    ),
  )
  .concat(["/tablets/codigo/:id/anular", "/tablets/:id/nombre", "/tablets/:id/revocar"])
  .concat(["/tokens", "/tokens/:id/revocar", "/sesiones/terminar", "/sesiones/otras", "/clave"])
  .map((path) => `/administracion${path}`);
const OCUPAR = ["tomar", "pausar", "completar", "cancelar", "liberar", "deshacer", "batch"];
const INSPECCIONAR = ["aprobar", "rechazar", "desbloquear"];

export const REGLAS: readonly Regla[] = [
  ["GET", "/healthz", "publico"],
  ["GET", "/readyz", "publico"],
  ["GET", "/metrics", "publico"],
  ["GET", "/static/:name", "publico"],
  ["GET", "/sesion", "publico"],
  ["POST", "/sesion", "tablet"],
  ["GET", "/sesion/pin", "tablet"],
  ["POST", "/sesion/pin", "tablet"],
  ["GET", "/sesion/clave", "publico"],
  ["POST", "/sesion/clave", "publico"],
  ["POST", "/sesion/sigo", "sesion"],
  ["POST", "/sesion/salir", "sesion"],
  ["POST", "/sesion/pin/mio", "sesion"],
  ["GET", "/tablet", "publico"],
  ["POST", "/tablet", "publico"],
  ["POST", "/tablet/demo", "demo"],
  ["GET", "/supervisor", "publico"],
  ["POST", "/supervisor", "publico"],
  ["GET", "/muro", "tablet"],
  ["GET", "/eventos", "tablet"],
  ["GET", "/sesion/viva", "sesion"],
  ["GET", "/sesion/pin/mio", "sesion"],
  ["GET", "/acciones/hecha", "sesion"],
  ...all("GET", "sesion", PAGES),
  ...all("POST", "sesion", CHANGES),
  ...all("GET", "administracion", ADMINISTRACION),
  ...all("POST", "administracion", ADMINISTRAR),
  ...all("GET", "token", ["/api/openapi.json", "/api/sse/stream", "/api/dashboard/occupied"]),
  ...all("GET", "token", ["/api/spools", "/api/spools/*", "/api/history/*", "/api/workers"]),
  ...all("POST", "token que actúa", ["/api/notas"]),
  ...all(
    "POST",
    "token que actúa",
    OCUPAR.map((accion) => `/api/occupation/${accion}`),
  ),
  ...all(
    "POST",
    "token que actúa",
    INSPECCIONAR.map((accion) => `/api/metrologia/${accion}`),
  ),
];

/** A path's pattern as what it matches: `:name` is one part, `*` all that is left. */
const patternOf = (path: string): RegExp =>
  new RegExp(
    `^${path
      .split("/")
      .map((part) =>
        part.startsWith(":") ? "[^/]+" : part === "*" ? "[\\s\\S]+" : part.replace(/[.]/g, "\\."),
      )
      .join("/")}$`,
  );

const COMPILED = REGLAS.map((regla) => [regla, patternOf(regla[1])] as const);

const search = (method: string, path: string): Regla | null =>
  COMPILED.find(([[its], pattern]) => its === method && pattern.test(path))?.[0] ?? null;

/** Those without a hole, at once: all else is tried against the table, twice for each request. */
const EXACT = new Map(
  REGLAS.filter((regla) => search(regla[0], regla[1]) === regla).map((regla) => [
    `${regla[0]} ${regla[1]}`,
    regla,
  ]),
);

/**
 * The line of the table that names it.
 * @param method HEAD is answered as GET is
 */
export function reglaDe(method: string, path: string): Regla | null {
  const asked = method === "HEAD" ? "GET" : method;
  return EXACT.get(`${asked} ${path}`) ?? search(asked, path);
}

/** Who may ask for it; null when no line of the table names it. */
export const quienPuede = (method: string, path: string): Quien | null =>
  reglaDe(method, path)?.[2] ?? null;
