/**
 * `zeues restore`: a backup becomes the ledger that this configuration works on, once it is checked
 * whole (ledger/sqlite-restore, ledger/redis-restore).
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ownPlaces } from "../compose-ledger.ts";
import { formatInstant } from "../domain/fecha.ts";
import { restoreRedis } from "../ledger/redis-restore.ts";
import { stampOf, verifyBackup } from "../ledger/sqlite-backup.ts";
import { copyPrivate, removeFile } from "../ledger/sqlite-place.ts";
import { restoreSqlite, type Standing } from "../ledger/sqlite-restore.ts";
import { type BackupCommand, backupTo, describeSeal } from "./backup.ts";
import { only, parsed, Usage } from "./usage.ts";

const USAGE = ["zeues restore ARCHIVO [--forzar]   con el servidor detenido"];

const number = new Intl.NumberFormat("es-CL", { useGrouping: "always" });

/** What stands there, and how to go on in spite of it. */
const refusal = (where: string, zone: string) => (standing: Standing) => {
  const then = "con --forzar se guarda aparte y se repone el respaldo";
  if (standing.kind === "none") return `${where} está vacío`;
  if (standing.kind === "unreadable") {
    return `${where} no se puede leer (${standing.reason}): ${then}`;
  }
  const { events, lastMs } = standing;
  const until = lastMs === null ? "" : `, el último del ${formatInstant(lastMs, zone)}`;
  const many = events === 1 ? "1 suceso" : `${number.format(events)} sucesos`;
  return `${where} ya tiene un registro con ${many}${until}: ${then}`;
};

interface Restoring extends BackupCommand {
  readonly archive: string;
  readonly force: boolean;
}

/** @returns where the old one is kept, null when there was none */
async function intoRedis(restoring: Restoring): Promise<string | null> {
  const { archive, force, config, nowMs } = restoring;
  const { redis } = ownPlaces(config);
  if (!redis) throw new TypeError("no Redis is configured");
  const folder = mkdtempSync(join(tmpdir(), "zeues-restauracion-"));
  const working = join(folder, "copia.sqlite");
  let kept: string | null = null;
  try {
    copyPrivate(archive, working);
    const describe = refusal("Redis", config.policy.zone);
    await restoreRedis({
      working,
      place: { ...redis, nowMs },
      force,
      describe: (standing) => describe({ kind: "ledger", ...standing }),
      keep: async () => {
        mkdirSync(config.dataFolder, { recursive: true });
        kept = (await backupTo(config.dataFolder, restoring)).path;
      },
    });
    return kept;
  } finally {
    removeFile(working);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function restored(restoring: Restoring): Promise<void> {
  const { archive, force, config, nowMs, print } = restoring;
  const { zone } = config.policy;
  const seal = verifyBackup(archive);
  print(`${archive}: está entero; llega ${describeSeal(seal, zone)}.`);
  const { redis, sqlite: path } = ownPlaces(config);
  const stamp = stampOf(nowMs, zone);
  const kept = redis
    ? await intoRedis(restoring)
    : restoreSqlite({ archive, seal, path, force, stamp, describe: refusal(path, zone) });
  print(`Repuesto en ${redis ? "Redis" : path}. Lo que pasó después de ese suceso no está.`);
  if (kept !== null) print(`Lo que había queda en ${kept}`);
  print(
    "Sesiones, tabletas, PIN y tokens son los de entonces: lo que se revocó después vuelve a " +
      "valer; revísalo en /administracion.",
  );
  if (config.google) {
    print("La planilla sabe más que el registro: mira Problemas de la planilla cuando parta.");
  }
}

/** The command. @returns the exit code: 2 for a wrong use, told in a line; throws one sentence */
export async function restore(command: BackupCommand): Promise<number> {
  const { args, print } = command;
  try {
    const { values, positionals } = parsed(args, { forzar: { type: "boolean" } });
    const archive = only(positionals);
    if (archive === undefined) throw new Usage("falta el respaldo");
    await restored({ ...command, archive, force: values.forzar === true });
    return 0;
  } catch (error) {
    if (!(error instanceof Usage)) throw error;
    print(`${error.message}; se usa así:`);
    for (const line of USAGE) print(`  ${line}`);
    return 2;
  }
}
