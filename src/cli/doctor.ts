/**
 * `zeues doctor`: looks at everything a server needs, and says what to do (spec 9). It changes
 * nothing and may run beside servers.
 */
import { descriptorLimit, streamsMax } from "../compose-descriptors.ts";
import { ownPlaces } from "../compose-ledger.ts";
import { type Config, ConfigError, readConfig, readSettings, strangers } from "../config.ts";
import { examineGoogle } from "../google/doctor.ts";
import { aviso, bien, type Finding, mal } from "../ledger/finding.ts";
import { examineRedis } from "../ledger/redis-doctor.ts";
import { examineSqlite } from "../ledger/sqlite-doctor.ts";
import { examineCertificado } from "./certificado.ts";
import { explain, explainListening } from "./explain.ts";

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
  for (const { name, near } of strangers(env)) {
    const fix = near === null ? "zeues help muestra las que hay" : `¿será ${near}?`;
    yield aviso(`${name}: este ZEUES no conoce esa variable`, fix);
  }
}

/** A thousand streams, and what comes in between; services often get 1,024. */
const DESCRIPTORS_FEW = 2_048;

function examineDescriptors(): Finding {
  const limit = descriptorLimit();
  if (limit === null) return bien("archivos y conexiones a la vez: este sistema no lo dice");
  const what = `archivos y conexiones a la vez: ${limit}, pantallas hasta ${streamsMax(limit)}`;
  return limit >= DESCRIPTORS_FEW ? bien(what) : aviso(what, "sube ulimit -n (LimitNOFILE)");
}

/** The port of a server that runs is no fault: doctor runs beside it. */
async function examinePort(config: Config): Promise<Finding> {
  const { host, port } = config;
  if (port === 0) return bien("puerto: cualquiera que esté libre");
  try {
    // Without this Bun shares the port, and takes connections from the server that has it.
    const reusePort = false;
    const trial = Bun.serve({ hostname: host, port, reusePort, fetch: () => new Response(null) });
    await trial.stop(true);
    return bien(`puerto ${port} de ${host}: libre`);
  } catch (error) {
    const why = explain(await explainListening(error, config));
    return why.includes("otro ZEUES") ? bien(`puerto ${port}: lo usa un ZEUES`) : mal(why);
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
  yield examineDescriptors();
  yield await examinePort(config);
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
