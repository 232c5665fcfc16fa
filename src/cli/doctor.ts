/**
 * `zeues doctor`: looks at everything a server needs, and says what to do (spec 9). It changes
 * nothing and may run beside servers.
 */
import { ownPlaces } from "../compose-ledger.ts";
import { type Config, ConfigError, readConfig, readSettings, VARIABLE_NAMES } from "../config.ts";
import { examineGoogle } from "../google/doctor.ts";
import { aviso, bien, type Finding, mal } from "../ledger/finding.ts";
import { examineRedis } from "../ledger/redis-doctor.ts";
import { examineSqlite } from "../ledger/sqlite-doctor.ts";
import { examineCertificado } from "./certificado.ts";

export interface DoctorOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly nowMs: () => number;
  readonly print: (line: string) => void;
}

/** A build or a battery that lost the time begins at 1970 or at its own making. */
const CLOCK_MIN_MS = Date.UTC(2026, 0, 1);

function* examineSettings(env: DoctorOptions["env"]): Generator<Finding> {
  for (const { name, kind, text } of readSettings(env)) {
    if (kind === "bad") yield mal(`${name} no sirve`, `debe ser ${text}`);
    else yield bien(`${name}: ${text}${kind === "default" ? " (por defecto)" : ""}`);
  }
  const known: readonly string[] = VARIABLE_NAMES;
  for (const name of Object.keys(env).sort()) {
    if (!name.startsWith("ZEUES_") || known.includes(name)) continue;
    const fix = "¿está mal escrita? zeues help muestra las que hay";
    yield aviso(`${name}: este ZEUES no conoce esa variable`, fix);
  }
}

/** The configuration, or the one line that stops a start. */
function configOf(env: DoctorOptions["env"]): Config | string {
  try {
    return readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

async function* examine({ env, nowMs }: DoctorOptions): AsyncGenerator<Finding> {
  yield* examineSettings(env);
  if (nowMs() < CLOCK_MIN_MS) yield mal("reloj: está en el pasado", "pon en hora esta máquina");
  const config = configOf(env);
  if (typeof config === "string") {
    yield aviso(`el registro no se revisó (${config})`, "arregla primero la configuración");
    return;
  }
  if (config.tls) yield await examineCertificado(config.tls, nowMs());
  const { redis, sqlite } = ownPlaces(config);
  if (redis) yield* examineRedis({ ...redis, nowMs });
  else yield* examineSqlite(sqlite, nowMs);
  const { google: access, policy } = config;
  if (access) yield* examineGoogle({ access, zone: policy.zone });
}

/** No control character of a key or a path reaches the terminal. */
const plainLine = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");

function lineOf({ grade, what, fix }: Finding): string {
  const then = fix === undefined ? "" : `. Qué hacer: ${fix}`;
  return plainLine(grade.padEnd(7) + what.replace(/[.]$/, "") + then);
}

/** Prints findings as they come, and how many. @returns the exit code: 1 when something is `mal` */
export async function report(
  findings: AsyncIterable<Finding>,
  print: DoctorOptions["print"],
): Promise<number> {
  const count = { bien: 0, aviso: 0, mal: 0 };
  for await (const finding of findings) {
    count[finding.grade] += 1;
    print(lineOf(finding));
  }
  const avisos = count.aviso === 1 ? "1 aviso" : `${count.aviso} avisos`;
  const males = count.mal === 1 ? "1 cosa que arreglar" : `${count.mal} cosas que arreglar`;
  print(count.mal > 0 ? `Hay ${males}, ${avisos}.` : `Nada mal, ${avisos}.`);
  return count.mal > 0 ? 1 : 0;
}

/** The command. @returns the exit code: 1 when something is `mal` */
export const doctor = (options: DoctorOptions): Promise<number> =>
  report(examine(options), options.print);
