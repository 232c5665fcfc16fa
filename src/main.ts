/** The command line: parses it, and nothing else (architecture). */
import { type Config, describeVariables, readConfig } from "./config.ts";
import { createLog } from "./log.ts";
import { COMPILED, describeVersion, VERSION } from "./version.ts";

const HELP = `zeues ${VERSION}: quién tiene qué carrete, ahora

  zeues serve [--demo-traffic]           atiende las páginas y la API (por defecto)
  zeues import CARPETA [--forzar] [--dry-run]   lee la planilla en CSV
  zeues export CARPETA [--forzar]        escribe la planilla en CSV
  zeues migrate a-redis | a-sqlite       copia el registro entero entre ZEUES_DATA y REDIS_URL
  zeues migrate formato N                deja ZEUES_DATA como lo lee un ZEUES anterior
  zeues backup DESTINO [--conservar N]   respalda el registro, sin detener nada
  zeues backup --verificar ARCHIVO       revisa un respaldo entero
  zeues restore ARCHIVO [--forzar]       repone un respaldo, con el servidor detenido
  zeues user list | add | link | revoke   quién administra el taller (zeues user dice cómo)
  zeues token list | add | revoke        tokens de los programas que usan la API
  zeues planilla [--dry-run | --crear]   revisa la planilla de Google; ensaya; agrega lo que falte
  zeues doctor                           revisa configuración, registro y planilla: qué hacer
  zeues salud                            pregunta si el servidor de aquí está vivo (0 sí, 1 no)
  zeues version | licencias | help

Variables de entorno:
${describeVariables()}`;

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const complain = (line: string): void => void process.stderr.write(`zeues: ${line}\n`);

/** `import` and `export`: a folder, and the ledger while no server uses it. */
async function folderCommand(
  name: "import" | "export",
  args: readonly string[],
  config: Config,
): Promise<number> {
  const log = createLog(config.logLevel);
  const [folder] = args.filter((arg) => !arg.startsWith("--"));
  if (folder === undefined) {
    complain(`falta la carpeta: zeues ${name} CARPETA`);
    return 2;
  }
  const { policy } = config;
  const force = args.includes("--forzar");
  const { openLedger } = await import("./compose-ledger.ts");
  const ledger = await openLedger(config, { log });
  try {
    if (name === "export") {
      const { exportFolder } = await import("./cli/export.ts");
      await exportFolder({ ledger, folder, policy, force, print });
    } else {
      const { importFolder } = await import("./cli/import.ts");
      const dryRun = args.includes("--dry-run");
      await importFolder({ ledger, folder, policy, force, dryRun, nowMs: Date.now(), print });
    }
    return 0;
  } finally {
    await ledger.close();
  }
}

/** `migrate`: which way, and both stores while nobody works on the one that is copied. */
async function migrateCommand(args: readonly string[], config: Config): Promise<number> {
  // Both stores' parts, which a server does not load.
  const { isDirection, migrate } = await import("./cli/migrate.ts");
  const [direction, format] = args;
  if (direction === "formato" && /^[1-9]\d{0,3}$/.test(format ?? "")) {
    const { goBack } = await import("./cli/formato.ts");
    return goBack({ config, format: Number(format), nowMs: Date.now(), version: VERSION, print });
  }
  if (!isDirection(direction)) {
    complain("falta hacia dónde: zeues migrate a-redis, a-sqlite, o formato N");
    return 2;
  }
  await migrate({ direction, config, env: process.env, nowMs: Date.now(), print });
  return 0;
}

/** `backup` and `restore`: a checked copy of the ledger, and the way back. */
async function backupCommand(name: "backup" | "restore", args: readonly string[], config: Config) {
  const options = { config, args, version: VERSION, nowMs: Date.now(), print };
  if (name === "backup") return (await import("./cli/backup.ts")).backup(options);
  return (await import("./cli/restore.ts")).restore(options);
}

/** All of standard input; null when it is a terminal, where a password would be seen. */
const readInput = async (): Promise<Uint8Array | null> =>
  process.stdin.isTTY ? null : new Uint8Array(await Bun.stdin.arrayBuffer());

/** `user` and `token`: who may come in. */
async function accessCommand(name: "user" | "token", args: readonly string[], config: Config) {
  const options = { config, args, print, readInput, now: Date.now };
  if (name === "user") return (await import("./cli/user.ts")).user(options);
  return (await import("./cli/token.ts")).token(options);
}

type Order = (args: readonly string[]) => number | Promise<number>;

/** An order of the table that works on what the variables name. */
const configured =
  (order: (config: Config, args: readonly string[]) => Promise<number>): Order =>
  (args) =>
    order(readConfig(process.env), args);

const tell = (text: string): number => {
  print(text);
  return 0;
};

/** Each loads its own parts, and only when it is asked for: a start waits for no others. */
const ORDERS: Readonly<Record<string, Order>> = {
  help: () => tell(HELP),
  version: () => tell(describeVersion()),
  licencias: async () => {
    (await import("./cli/licencias.ts")).licencias(print);
    return 0;
  },
  // Before the configuration is believed: it is one of the things to be looked at.
  doctor: async () => {
    const { doctor } = await import("./cli/doctor.ts");
    return doctor({ env: process.env, nowMs: Date.now, print });
  },
  serve: configured(async (config, args) => {
    const { serveCommand } = await import("./cli/serve.ts");
    return serveCommand(config, createLog(config.logLevel), args, print);
  }),
  salud: configured(async (config) => {
    const { salud } = await import("./cli/salud.ts");
    return salud({ config, print, complain });
  }),
  import: configured((config, args) => folderCommand("import", args, config)),
  export: configured((config, args) => folderCommand("export", args, config)),
  migrate: configured((config, args) => migrateCommand(args, config)),
  backup: configured((config, args) => backupCommand("backup", args, config)),
  restore: configured((config, args) => backupCommand("restore", args, config)),
  user: configured((config, args) => accessCommand("user", args, config)),
  token: configured((config, args) => accessCommand("token", args, config)),
  planilla: configured(async (config, args) => {
    const { planilla } = await import("./cli/planilla.ts");
    return planilla({ config, args, print });
  }),
};

async function run(args: readonly string[]): Promise<number> {
  if (args.includes("--help")) return tell(HELP);
  const [name = "serve", ...rest] = args[0]?.startsWith("--") ? ["serve", ...args] : args;
  const order = Object.hasOwn(ORDERS, name) ? ORDERS[name] : undefined;
  if (order) return order(rest);
  complain(`no existe la orden ${name}; zeues help las muestra`);
  return 2;
}

/** One line for people; the stack is only for faults of ours, at log level debug. */
function explain(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Left in an environment by whoever develops with Bun, they run other code or open a debugger. */
const refused = ["BUN_OPTIONS", "BUN_INSPECT", "BUN_INSPECT_PRELOAD"].find(
  (name) => COMPILED && Boolean(process.env[name]),
);
const refuse = async (name: string): Promise<number> => {
  complain(`${name} está puesta y cambia lo que hace este programa: quítala del entorno`);
  return 2;
};

(refused ? refuse(refused) : run(process.argv.slice(2))).then(
  (code) => process.exit(code),
  (error) => {
    complain(explain(error));
    if (process.env.ZEUES_LOG === "debug") process.stderr.write(`${error?.stack}\n`);
    process.exit(1);
  },
);
