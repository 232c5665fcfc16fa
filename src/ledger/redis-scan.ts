/** What stands in a Redis beside what is asked for by name: keys under a prefix, clients. */
import { Cluster } from "ioredis";
import type { Client } from "./redis-connections.ts";

/** Keys looked at per step: about a millisecond of Redis's time. */
const SCAN_COUNT = 1_000;

/** A prefix as a pattern that matches just itself and what follows. */
const patternOf = (prefix: string): string => `${prefix.replace(/[\\*?[\]]/g, "\\$&")}*`;

/**
 * The keys that begin with a prefix, a piece for each step, so that who asks can stop: a piece may
 * be empty, and a key may come twice (redis.io, SCAN).
 */
export async function* scanKeys(client: Client, prefix: string): AsyncGenerator<string[]> {
  // Which node of a cluster answers a SCAN is not ours to choose.
  for (const node of client instanceof Cluster ? client.nodes("master") : [client]) {
    let cursor = "0";
    do {
      const [next, keys] = await node.scan(cursor, "MATCH", patternOf(prefix), "COUNT", SCAN_COUNT);
      cursor = next;
      yield keys;
    } while (cursor !== "0");
  }
}

/** `zeues-PID`, its bell (redis-connections) and what it hears of others (redis-hearing). */
const PROCESS = /^(zeues-\d+)(?:-bell|-hear)?$/;

/** ZEUES processes connected to the same database; none where Redis does not tell. */
export async function processesOn(client: Client): Promise<readonly string[]> {
  const names = new Set<string>();
  for (const node of client instanceof Cluster ? client.nodes("master") : [client]) {
    const list = String(await node.call("CLIENT", "LIST").catch(() => ""));
    const mine = /\bdb=(\d+)/.exec(String(await node.call("CLIENT", "INFO").catch(() => "")));
    for (const line of list.split("\n")) {
      const fields = new Map(line.split(" ").map((field) => field.split("=") as [string, string]));
      const [, name] = PROCESS.exec(fields.get("name") ?? "") ?? [];
      if (name !== undefined && fields.get("db") === mine?.[1]) names.add(name);
    }
  }
  return [...names].sort();
}
