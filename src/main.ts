/** The command line: parses it, and nothing else (architecture). */
import { exportFolder } from "./cli/export.ts";
import { importFolder } from "./cli/import.ts";
import { serveCommand } from "./cli/serve.ts";
import { openLedger, VERSION } from "./compose.ts";
import { type Config, describeVariables, readConfig } from "./config.ts";
import { createLog, type Log } from "./log.ts";

const HELP = `zeues ${VERSION}: quién tiene qué carrete, ahora

  zeues serve [--demo-traffic]           atiende las páginas y la API (por defecto)
  zeues import CARPETA [--forzar] [--dry-run]   lee la planilla en CSV
  zeues export CARPETA [--forzar]        escribe la planilla en CSV
  zeues version | help

Variables de entorno:
${describeVariables()}`;

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const complain = (line: string): void => void process.stderr.write(`zeues: ${line}\n`);

/** `import` and `export`: a folder, and the ledger while no server uses it. */
async function folderCommand(
  name: "import" | "export",
  args: readonly string[],
  config: Config,
  log: Log,
): Promise<number> {
  const [folder] = args.filter((arg) => !arg.startsWith("--"));
  if (folder === undefined) {
    complain(`falta la carpeta: zeues ${name} CARPETA`);
    return 2;
  }
  const { policy } = config;
  const force = args.includes("--forzar");
  const ledger = openLedger(config, log);
  try {
    if (name === "export") {
      await exportFolder({ ledger, folder, policy, force, print });
    } else {
      const dryRun = args.includes("--dry-run");
      await importFolder({ ledger, folder, policy, force, dryRun, nowMs: Date.now(), print });
    }
    return 0;
  } finally {
    await ledger.close();
  }
}

async function run(args: readonly string[]): Promise<number> {
  const [command = "serve", ...rest] = args[0]?.startsWith("--") ? ["serve", ...args] : args;
  if (command === "help" || rest.includes("--help")) {
    print(HELP);
    return 0;
  }
  if (command === "version") {
    print(VERSION);
    return 0;
  }
  const config = readConfig(process.env);
  const log = createLog(config.logLevel);
  if (command === "serve") return serveCommand(config, log, rest, print);
  if (command === "import" || command === "export")
    return folderCommand(command, rest, config, log);
  complain(`no existe la orden ${command}; zeues help las muestra`);
  return 2;
}

/** One line for people; the stack is only for faults of ours, at log level debug. */
function explain(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

run(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error) => {
    complain(explain(error));
    if (process.env.ZEUES_LOG === "debug") process.stderr.write(`${error?.stack}\n`);
    process.exit(1);
  },
);
