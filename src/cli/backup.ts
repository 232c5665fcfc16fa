/** `zeues backup`: a checked copy of the ledger while servers work (ledger/sqlite-backup). */
import { setPriority } from "node:os";
import { resolve } from "node:path";
import { ownPlaces } from "../compose-ledger.ts";
import type { Config } from "../config.ts";
import { formatInstant } from "../domain/fecha.ts";
import {
  type Backup,
  fillFromRedis,
  fillFromSqlite,
  makeBackup,
  removeOld,
  verifyBackup,
} from "../ledger/sqlite-backup.ts";
import type { Seal } from "../ledger/sqlite-seal.ts";
import { only, parsed, Usage } from "./usage.ts";

export interface BackupCommand {
  readonly config: Config;
  readonly args: readonly string[];
  /** Of this ZEUES. */
  readonly version: string;
  readonly nowMs: number;
  readonly print: (line: string) => void;
}

const USAGE = [
  "zeues backup DESTINO [--conservar N]   una carpeta, o un archivo nuevo .sqlite",
  "zeues backup --verificar ARCHIVO       revisa un respaldo entero",
];

/** A backup yields to the server that it runs beside. */
const NICE = 10;

const number = new Intl.NumberFormat("es-CL", { useGrouping: "always" });
const megabytes = (bytes: number): string => `${number.format(Math.ceil(bytes / 1e5) / 10)} MB`;

/** What is in it, until when, for people. */
export function describeSeal({ head, lastMs, spools, format }: Seal, zone: string): string {
  const until = lastMs === null ? "" : `, del ${formatInstant(lastMs, zone)}`;
  const carretes = spools === 1 ? "1 carrete" : `${number.format(spools)} carretes`;
  return `hasta el suceso ${number.format(head)}${until}; ${carretes}; formato ${format}`;
}

/** Makes one of the ledger that this configuration works on. @throws with one sentence */
export async function backupTo(
  destination: string,
  { config, version, nowMs }: Pick<BackupCommand, "config" | "version" | "nowMs">,
): Promise<Backup> {
  const { redis, sqlite } = ownPlaces(config);
  const fill = redis ? fillFromRedis({ ...redis, nowMs }) : fillFromSqlite(sqlite);
  const { zone } = config.policy;
  return await makeBackup({ fill, destination, madeMs: nowMs, zone, by: version });
}

function verified(path: string, { config, print }: BackupCommand): void {
  const seal = verifyBackup(path);
  const { zone } = config.policy;
  print(`${path}: está entero, y nada cambió desde que se hizo.`);
  print(`Hecho el ${formatInstant(seal.madeMs, zone)} por ZEUES ${seal.by}.`);
  print(`Llega ${describeSeal(seal, zone)}; huella ${seal.digest.slice(0, 16)}.`);
}

async function made(destination: string, keep: number | null, command: BackupCommand) {
  const { config, print } = command;
  const begunMs = performance.now();
  setPriority(NICE);
  const { path, seal, bytes } = await backupTo(destination, command);
  const seconds = number.format(Math.ceil((performance.now() - begunMs) / 100) / 10);
  print(`Respaldo: ${path} (${megabytes(bytes)}, ${seconds} s)`);
  print(`Llega ${describeSeal(seal, config.policy.zone)}; huella ${seal.digest.slice(0, 16)}.`);
  if (!config.redis && resolve(path, "..") === resolve(config.dataFolder)) {
    print("Aviso: está en la carpeta del registro; un disco que falla se lleva los dos.");
  }
  for (const name of keep === null ? [] : removeOld(path, keep)) print(`Borrado: ${name}`);
}

/** How many stay. @throws Usage */
function kept(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new Usage("--conservar necesita un número desde 1");
  return Number(text);
}

/** The command. @returns the exit code: 2 for a wrong use, told in a line; throws one sentence */
export async function backup(command: BackupCommand): Promise<number> {
  const { args, print } = command;
  try {
    const { values, positionals } = parsed(args, {
      conservar: { type: "string" },
      verificar: { type: "boolean" },
    });
    const path = only(positionals);
    if (path === undefined) throw new Usage("falta dónde");
    const keep = kept(values.conservar);
    if (values.verificar) verified(path, command);
    else await made(path, keep, command);
    return 0;
  } catch (error) {
    if (!(error instanceof Usage)) throw error;
    print(`${error.message}; se usa así:`);
    for (const line of USAGE) print(`  ${line}`);
    return 2;
  }
}
