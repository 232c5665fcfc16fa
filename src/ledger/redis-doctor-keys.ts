/** What `zeues doctor` finds under our prefix in Redis. */
import { aviso, bien, type Finding, mal } from "./finding.ts";
import { type Client, valuesOf } from "./redis-connections.ts";
import { scanKeys } from "./redis-scan.ts";

/** Steps of 1,000 keys: enough for a Redis of our own, and an end in one full of others' keys. */
const SCAN_STEPS = 500;
const NAMES_SHOWN = 10;
const NAME_SHOWN = 60;

const number = new Intl.NumberFormat("es-CL", { useGrouping: "always" });

/** The types of our keys, by what follows the prefix; null for a key that is none of ours. */
function typeOf(rest: string): string | null {
  const [, kind = "", more] = /^:(\w+)(:[\s\S]*)?$/.exec(rest) ?? [];
  const types: Readonly<Record<string, string>> = more
    ? { outcome: "hash", history: "list", lease: "hash" }
    : {
        meta: "hash",
        record: "hash",
        log: "stream",
        document: "hash",
        announced: "string",
        copy: "hash",
      };
  return Object.hasOwn(types, kind) ? (types[kind] ?? null) : null;
}

/** Names as they are told: quoted, cut, and no more than people read. */
function some(names: readonly string[]): string {
  const shown = names
    .slice(0, NAMES_SHOWN)
    .map((name) => JSON.stringify(name.slice(0, NAME_SHOWN)));
  const more = names.length - shown.length;
  return shown.join(", ") + (more > 0 ? ` y ${number.format(more)} más` : "");
}

interface Kinds {
  readonly ours: Set<string>;
  readonly foreign: Set<string>;
  readonly wrong: Set<string>;
}

/** Puts each key where it belongs, by its name and its type. */
async function sort(client: Client, prefix: string, names: readonly string[], into: Kinds) {
  const pipeline = client.pipeline();
  for (const name of names) pipeline.type(name);
  const types = valuesOf(await pipeline.exec());
  for (const [index, name] of names.entries()) {
    const type = typeOf(name.slice(prefix.length));
    if (type === null) into.foreign.add(name);
    // Gone since: an outcome whose day is over.
    else if (types[index] !== type && types[index] !== "none") into.wrong.add(name);
    else into.ours.add(name);
  }
}

/** Whose the keys under our prefix are, and whether ours are what they should be. */
export async function examineKeys(client: Client, prefix: string): Promise<readonly Finding[]> {
  const kinds = { ours: new Set<string>(), foreign: new Set<string>(), wrong: new Set<string>() };
  let steps = 0;
  for await (const names of scanKeys(client, prefix)) {
    await sort(client, prefix, names, kinds);
    steps += 1;
    if (steps >= SCAN_STEPS) break;
  }
  const { ours, foreign, wrong } = kinds;
  const part = steps >= SCAN_STEPS ? " (hay más: no se miraron todas)" : "";
  return [
    bien(`claves: ${number.format(ours.size)} de ZEUES bajo ${prefix}${part}`),
    ...(foreign.size > 0
      ? [
          aviso(
            `claves ajenas bajo ${prefix}: ${some([...foreign])}`,
            "bórralas o muévelas: ZEUES no las usa",
          ),
        ]
      : []),
    ...(wrong.size > 0
      ? [
          mal(
            `claves de otro tipo que el de ZEUES: ${some([...wrong])}`,
            "alguien escribió en ellas: repón el respaldo",
          ),
        ]
      : []),
  ];
}
