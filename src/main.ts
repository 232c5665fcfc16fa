/** The command line: parses it, and nothing else (architecture). */
import { explain, explainListening } from "./cli/explain.ts";
import { only, parsed, Usage } from "./cli/usage.ts";
import { type Config, describeVariables, readConfig, strangers } from "./config.ts";
import { maybe, nearest } from "./config-nearest.ts";
import { createLog, type Log, printable } from "./log.ts";
import { COMPILED, describeVersion, VERSION } from "./version.ts";

const HELP_HEAD = `zeues ${VERSION}: quién tiene qué carrete, ahora`;

/** Each command: how it is used, what it does. */
const COMMANDS: readonly (readonly [usage: string, does: string])[] = [
  ["serve [--demo-traffic]", "atiende las páginas y la API (por defecto)"],
  ["import CARPETA [--forzar] [--dry-run]", "lee la planilla en CSV"],
  ["export CARPETA [--forzar]", "escribe la planilla en CSV"],
  ["migrate a-redis | a-sqlite", "copia el registro entero entre ZEUES_DATA y REDIS_URL"],
  ["migrate formato N", "deja ZEUES_DATA como lo lee un ZEUES anterior"],
  ["backup DESTINO [--conservar N]", "respalda el registro, sin detener nada"],
  ["backup --verificar ARCHIVO", "revisa un respaldo entero"],
  ["restore ARCHIVO [--forzar]", "repone un respaldo, con el servidor detenido"],
  ["user list | add | link | revoke", "quién administra el taller (zeues user dice cómo)"],
  ["token list | add | revoke", "tokens de los programas que usan la API (zeues token dice cómo)"],
  ["planilla [--dry-run | --crear]", "revisa la planilla de Google; ensaya; agrega lo que falte"],
  ["doctor", "revisa configuración, registro y planilla: qué hacer"],
  ["salud", "pregunta si el servidor de aquí está vivo (0 sí, 1 no)"],
  ["licencias", "de todo lo que hay adentro"],
  ["version", "esta, con su commit"],
  ["help [ORDEN]", "esto, o cómo se usa una orden"],
];
const NAMES = [...new Set(COMMANDS.map(([usage]) => usage.split(" ")[0] ?? ""))];

const usageLines = (name?: string): string =>
  COMMANDS.filter(([usage]) => name === undefined || usage.split(" ")[0] === name)
    .map(([usage, does]) => `  zeues ${usage.padEnd(38)} ${does}`)
    .join("\n");

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const complain = (line: string): void => void process.stderr.write(`zeues: ${line}\n`);

/**
 * A full disk or a reader that is gone takes what is printed: a server goes on without its log, a
 * command has not told what it should. Without listeners the process would end with a stack.
 */
let unprinted: unknown = null;
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") unprinted = error;
});
process.stderr.on("error", () => {});

/** `import` and `export`: a folder, and the ledger while no server uses it. */
async function folderCommand(
  name: "import" | "export",
  args: readonly string[],
  config: Config,
  log: Log,
): Promise<number> {
  const trial = name === "import" ? { "dry-run": { type: "boolean" } as const } : {};
  const { values, positionals } = parsed(args, { forzar: { type: "boolean" }, ...trial });
  const folder = only(positionals);
  if (folder === undefined) throw new Usage("falta la carpeta");
  const { policy } = config;
  const { forzar: force = false, "dry-run": dryRun = false } = values as Record<string, boolean>;
  const { openLedger } = await import("./compose-ledger.ts");
  const ledger = await openLedger(config, { log });
  try {
    if (name === "export") {
      const { exportFolder } = await import("./cli/export.ts");
      await exportFolder({ ledger, folder, policy, force, print });
    } else {
      const { importFolder } = await import("./cli/import.ts");
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
  if (args.length > (direction === "formato" ? 2 : 1)) throw new Usage("hay palabras de más");
  if (direction === "formato" && /^[1-9]\d{0,3}$/.test(format ?? "")) {
    const { goBack } = await import("./cli/formato.ts");
    return goBack({ config, format: Number(format), nowMs: Date.now(), version: VERSION, print });
  }
  if (!isDirection(direction)) throw new Usage("falta hacia dónde: a-redis, a-sqlite, o formato N");
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

/** Help and versions: what is told without a look at anything. @returns false for other commands */
async function toldAtOnce(command: string, rest: readonly string[]): Promise<boolean> {
  const help = [command, ...rest].some((arg) => arg === "--help" || arg === "-h");
  if (command === "help" || help) {
    const about = command === "help" ? rest[0] : command;
    if (about !== undefined && NAMES.includes(about)) print(usageLines(about));
    else print(`${HELP_HEAD}\n\n${usageLines()}\n\nVariables de entorno:\n${describeVariables()}`);
    return true;
  }
  if (command === "version") print(describeVersion());
  else if (command === "licencias") (await import("./cli/licencias.ts")).licencias(print);
  else return false;
  return true;
}

/** One line for each variable that looks like ours and is none: a slip would go unseen. */
function warnOfStrangers(): void {
  for (const { name, near } of strangers(process.env)) {
    complain(`${name}: este ZEUES no conoce esa variable, y no la mira${maybe(near)}`);
  }
}

async function serveFrom(rest: readonly string[], config: Config, log: Log): Promise<number> {
  if (only(parsed(rest, { "demo-traffic": { type: "boolean" } }).positionals) !== undefined) {
    throw new Usage("serve no lleva palabras");
  }
  const { serveCommand } = await import("./cli/serve.ts");
  try {
    const code = await serveCommand(config, log, rest, print);
    // Who is served has had the answers; what a terminal should have shown is no fault of theirs.
    unprinted = null;
    return code;
  } catch (error) {
    throw await explainListening(error, config);
  }
}

async function runNamed(command: string, rest: readonly string[]): Promise<number> {
  // Before the configuration is believed: it is one of the things to be looked at.
  if (command === "doctor") {
    if (rest.length > 0) throw new Usage("hay palabras de más");
    const { doctor } = await import("./cli/doctor.ts");
    return doctor({ env: process.env, nowMs: Date.now, print });
  }
  const config = readConfig(process.env);
  if (command === "salud") {
    const { salud } = await import("./cli/salud.ts");
    return salud({ config, print, complain });
  }
  warnOfStrangers();
  const log = createLog(config.logLevel);
  if (command === "serve") return serveFrom(rest, config, log);
  if (command === "import" || command === "export")
    return folderCommand(command, rest, config, log);
  if (command === "migrate") return migrateCommand(rest, config);
  if (command === "backup" || command === "restore") return backupCommand(command, rest, config);
  if (command === "user" || command === "token") return accessCommand(command, rest, config);
  const { planilla } = await import("./cli/planilla.ts");
  return planilla({ config, args: rest, print });
}

async function run([first = "serve", ...more]: readonly string[]): Promise<number> {
  if (first === "--version" || first === "-v") return run(["version"]);
  if (first.startsWith("-") && first !== "-h" && first !== "--help")
    return run(["serve", first, ...more]);
  if (await toldAtOnce(first, more)) return 0;
  if (!NAMES.includes(first)) {
    const near = maybe(nearest(first, NAMES));
    complain(`no existe la orden ${printable(first.slice(0, 40))}${near}; zeues help las muestra`);
    return 2;
  }
  try {
    return await runNamed(first, more);
  } catch (error) {
    if (!(error instanceof Usage)) throw error;
    const usages = COMMANDS.map(([usage]) => usage).filter((usage) => usage.startsWith(first));
    complain(`${error.message}; se usa así: ${usages.map((usage) => `zeues ${usage}`).join("; ")}`);
    return 2;
  }
}

/** Left in an environment by whoever develops with Bun, they run other code or open a debugger. */
const refused = ["BUN_OPTIONS", "BUN_INSPECT", "BUN_INSPECT_PRELOAD"].find(
  (name) => COMPILED && Boolean(process.env[name]),
);
const refuse = async (name: string): Promise<number> => {
  complain(`${name} está puesta y cambia lo que hace este programa: quítala del entorno`);
  return 2;
};

/** Resolves once all that was printed is out, or lost. */
const printed = (): Promise<void> =>
  new Promise((resolve) => process.stdout.write("", () => setImmediate(resolve)));

async function end(code: number): Promise<never> {
  await printed();
  if (unprinted !== null) complain(`no se pudo escribir la respuesta: ${explain(unprinted)}`);
  process.exit(code === 0 && unprinted !== null ? 1 : code);
}

(refused ? refuse(refused) : run(process.argv.slice(2))).then(end, (error) => {
  complain(explain(error));
  if (process.env.ZEUES_LOG === "debug") process.stderr.write(`${error?.stack}\n`);
  return end(1);
});
