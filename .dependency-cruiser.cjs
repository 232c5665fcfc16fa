/**
 * Who imports whom: docs/architecture in a form that a tool checks. A room's files may import each
 * other, what stands beside the room here, and nothing else. `types` are `import type` only.
 */
const ROOMS = {
  domain: { at: "^src/domain/", values: [] },
  workbook: { at: "^src/workbook/", values: ["domain"] },
  ledger: { at: "^src/ledger/", values: ["domain"], types: ["log", "metrics"] },
  floor: { at: "^src/floor/", values: ["domain"], types: ["ledger", "log", "metrics"] },
  actions: { at: "^src/actions/", values: ["domain", "ledger"], types: ["log", "metrics"] },
  views: { at: "^views/", values: ["domain", "static"], types: ["floor", "problema"] },
  live: { at: "^src/live/", values: ["domain", "floor", "views"], types: ["log", "metrics"] },
  google: {
    at: "^src/google/",
    values: ["domain", "workbook", "ledger", "actions"],
    types: ["log", "metrics"],
  },
  announce: { at: "^src/announce[.]ts$", values: ["domain", "ledger"], types: ["log", "metrics"] },
  sincronia: { at: "^src/sincronia[.]ts$", values: ["domain", "ledger"] },
  identity: { at: "^src/identity/", values: ["domain"], types: ["log", "metrics"] },
  demo: { at: "^src/demo/", values: ["domain", "actions", "ledger"], types: ["floor", "log"] },
  http: {
    at: "^src/http/",
    values: ["domain", "ledger", "floor", "actions", "views", "live", "identity", "static"],
    types: ["problema", "sincronia", "log", "metrics"],
  },
  log: { at: "^src/log[.]ts$", values: [] },
  metrics: { at: "^src/metrics[^/]*[.]ts$", values: [] },
  config: { at: "^src/config[^/]*[.]ts$", values: ["domain", "log", "redisUrl", "googleAccess"] },
  version: { at: "^src/version[.]ts$", values: ["package"] },
  compose: { at: "^src/compose[^/]*[.]ts$", values: "anything" },
  cli: { at: "^src/cli/", values: "anything" },
  main: { at: "^src/main[.]ts$", values: ["cli", "compose", "config", "log", "version"] },
};

/** Named places that rooms may import and that import nothing themselves. */
const PLACES = {
  problema: "^src/workbook/problema[.]ts$",
  redisUrl: "^src/ledger/redis-url[.]ts$",
  googleAccess: "^src/google/access[.]ts$",
  static: "^(static/|node_modules/htmx)",
  package: "^package[.]json$",
};

/** Packages that live in one place only. */
const PACKAGES = {
  hono: ["^src/http/"],
  echarts: ["^src/http/tablero-graficos[.]ts$"],
  googleapis: ["^src/google/client[.]ts$"],
  "bun:sqlite": ["^src/ledger/(sqlite|migrations)[^/]*[.]ts$"],
  ioredis: ["^src/ledger/redis[^/]*[.]ts$", "^src/announce[.]ts$"],
  pino: ["^src/log[.]ts$"],
  "prom-client": ["^src/metrics[^/]*[.]ts$"],
  "rate-limiter-flexible": ["^src/http/middleware/(limits|rate-limiter[.]d)[.]ts$"],
  "@kitajs/html": ["^views/"],
};

/** These import the rooms, and no room imports them: who tests or measures sees everything. */
const OUTSIDE = "^(test|bench|[.]ci)/";
const OURS = "^(src|views|static|test|bench|[.]ci)/|^package[.]json$";

const placeOf = (name) => ROOMS[name]?.at ?? PLACES[name];
const list = (names) => names.map(placeOf);

function rulesOf([name, { at, values, types = [] }]) {
  if (values === "anything") return [];
  return [
    {
      name: `${name}-imports`,
      comment: `${name} may import ${[...values, ...types].join(", ") || "nothing"}`,
      severity: "error",
      from: { path: at },
      to: { path: OURS, pathNot: [at, ...list(values), ...list(types)] },
    },
    ...(types.length === 0
      ? []
      : [
          {
            name: `${name}-types-only`,
            comment: `${name} may import types, with \`import type\`, of ${types.join(", ")}`,
            severity: "error",
            from: { path: at },
            to: {
              path: list(types),
              pathNot: [at, ...list(values)],
              dependencyTypesNot: ["type-only"],
            },
          },
        ]),
  ];
}

/** Bun's own modules stay as they are written; packages are found in node_modules. */
const modulePath = (name) => (name.includes(":") ? `^${name}$` : `(^|node_modules/)${name}(/|$)`);

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "no-circles",
      severity: "error",
      from: {},
      // Types vanish when it runs, so two files may speak of each other's.
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "every-file-has-a-room",
      comment: "a new room needs a line in .dependency-cruiser.cjs",
      severity: "error",
      from: {
        path: "^(src|views)/",
        pathNot: Object.values(ROOMS).map(({ at }) => at),
      },
      to: {},
    },
    ...Object.entries(ROOMS).flatMap(rulesOf),
    {
      name: "nobody-imports-tests",
      severity: "error",
      from: { pathNot: OUTSIDE },
      to: { path: OUTSIDE },
    },
    {
      name: "domain-uses-no-packages",
      comment: "pure: no clock, no I/O, so nothing of Node, Bun or npm either",
      severity: "error",
      from: { path: "^src/domain/" },
      to: { pathNot: OURS },
    },
    {
      name: "workbook-does-no-io",
      comment: "pure as domain is, but for the hashes of node:crypto",
      severity: "error",
      from: { path: "^src/workbook/" },
      to: { pathNot: [OURS, "^(node:)?crypto$"] },
    },
    ...Object.entries(PACKAGES).map(([name, homes]) => ({
      name: `${name}-at-home`,
      comment: `${name} is imported in ${homes.join(" and ")} only`,
      severity: "error",
      from: { path: "^(src|views)/", pathNot: homes },
      to: { path: modulePath(name) },
    })),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types"] },
  },
};
