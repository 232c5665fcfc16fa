/**
 * `zeues migrate a-redis` and `a-sqlite`: the ledger from one store into the other, whole, with a
 * check of equality (issue 4). How a copy is made is ledger/transfer's.
 */
import { ownPlaces } from "../compose-ledger.ts";
import { type Config, ConfigError } from "../config.ts";
import { openRedisTarget } from "../ledger/redis-copy.ts";
import { openRedisSource, type RedisPlace } from "../ledger/redis-transfer.ts";
import { openSqliteTarget } from "../ledger/sqlite-copy.ts";
import { openSqliteSource, type SqlitePlace } from "../ledger/sqlite-transfer.ts";
import { digestOf, type PartName, type Tally } from "../ledger/tally.ts";
import { type Progress, type Source, type Target, transfer } from "../ledger/transfer.ts";

export type Direction = "a-redis" | "a-sqlite";

export const isDirection = (text: string | undefined): text is Direction =>
  text === "a-redis" || text === "a-sqlite";

/** A line at most every so many events: a big log is told ten times, a small one never. */
const TOLD_EVERY = 100_000;
/** Enough of a digest for two people to compare it by eye. */
const DIGEST_SHOWN = 16;

const number = new Intl.NumberFormat("es-CL", { useGrouping: "always" });

/** The parts that people know, one and many. */
const WORDS: readonly (readonly [PartName, one: string, many: string])[] = [
  ["sucesos", "suceso", "sucesos"],
  ["carretes", "carrete", "carretes"],
  ["trabajadores", "trabajador", "trabajadores"],
  ["sesiones", "sesión", "sesiones"],
  ["claves recordadas", "clave recordada", "claves recordadas"],
  ["documentos", "documento", "documentos"],
];

const counts = (tally: Tally): string =>
  WORDS.map(([part, one, many]) => {
    const { count } = tally[part];
    return `${number.format(count)} ${count === 1 ? one : many}`;
  }).join(", ");

interface Open {
  readonly redis: RedisPlace;
  readonly sqlite: SqlitePlace;
}

/** Source and target; what was opened is closed again when the other can't be. */
async function openBoth(direction: Direction, { redis, sqlite }: Open): Promise<[Source, Target]> {
  const source =
    direction === "a-redis" ? await openSqliteSource(sqlite) : await openRedisSource(redis);
  try {
    const target =
      direction === "a-redis" ? await openRedisTarget(redis) : await openSqliteTarget(sqlite);
    return [source, target];
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** Both stores' places. @throws ConfigError when one is not named: a default is not asked for */
function placesOf(config: Config, env: MigrateOptions["env"], nowMs: number): Open {
  const { redis, sqlite } = ownPlaces(config);
  const missing = ["ZEUES_DATA", "REDIS_URL"].filter((name) => !env[name]);
  if (!redis || missing.length > 0) {
    const what = missing.join(" y ");
    throw new ConfigError(`migrate necesita ZEUES_DATA y REDIS_URL: falta ${what}`);
  }
  return { redis: { ...redis, nowMs }, sqlite: { path: sqlite, nowMs } };
}

export interface MigrateOptions {
  readonly direction: Direction;
  readonly config: Config;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly nowMs: number;
  readonly print: (line: string) => void;
}

const THEN: Readonly<Record<Direction, string>> = {
  "a-redis": "Para trabajar en la copia: revisa Redis con zeues doctor, y parte con REDIS_URL.",
  "a-sqlite": "Para trabajar en la copia: parte el servidor sin REDIS_URL.",
};

/**
 * Copies, checks, and says what was copied.
 * @throws with one sentence for people; then the target is no ledger
 */
export async function migrate(options: MigrateOptions): Promise<void> {
  const { direction, config, env, nowMs, print } = options;
  const [source, target] = await openBoth(direction, placesOf(config, env, nowMs));
  let told = 0;
  const onProgress = ({ stage, done, total }: Progress): void => {
    if (stage !== "events" || done - told < TOLD_EVERY || done === total) return;
    told = done;
    print(`  ${number.format(done)} de ${number.format(total)} sucesos`);
  };
  try {
    print(`De ${source.name} a ${target.name}`);
    const { head, tally } = await transfer(source, target, { onProgress });
    const digest = digestOf(tally).slice(0, DIGEST_SHOWN);
    print(`${counts(tally)}: iguales (huella ${digest}).`);
    print(
      `La copia llega al suceso ${number.format(head)}: nadie trabajó en el origen mientras se ` +
        "copiaba. Tiene nombre propio; el origen queda como estaba.",
    );
    print(THEN[direction]);
  } finally {
    await target.close();
    await source.close();
  }
}
