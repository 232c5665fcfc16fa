/**
 * The connections of a process to Redis, whatever stands behind the URL: two, and one that hears
 * what others say (redis-hearing). Spec 5: at most 4.
 *
 * N1: nothing is queued while there is no connection: a command fails at once (issue 4, no
 *     pile-up), and one whose answer is lost is not sent again behind the ledger's back. (A
 *     cluster's client follows MOVED and tries again for about 2 s by itself.)
 * N2: a lost connection is made again for ever, 50 ms to 2 s apart.
 */
import { Cluster, Redis } from "ioredis";
import { AnswerLost } from "./answer-lost.ts";
import { LedgerUnavailable } from "./ledger.ts";
import { refusalOf } from "./redis-faults.ts";
import { describeTarget, type RedisTarget } from "./redis-url.ts";

export type Client = Redis | Cluster;

const CONNECT_MS = 2_000;
const RETRY_MIN_MS = 50;
const RETRY_MAX_MS = 2_000;
/** A Redis that was asked and sends nothing for this long is given up, and connected to anew. */
const SILENCE_MS = 3_000;

/** Doubling, with jitter: processes that lost the same Redis do not come back in step. */
const retryMs = (times: number): number =>
  Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** Math.min(times, 10)) * (0.7 + Math.random() * 0.3);

type RetryMs = (times: number) => number;

const optionsOf = (
  { username, password, db, tls }: RedisTarget,
  name: string,
  retryStrategy: RetryMs,
) => ({
  ...(username === null ? {} : { username }),
  ...(password === null ? {} : { password }),
  ...(tls ? { tls: {} } : {}),
  db,
  connectionName: name,
  lazyConnect: true,
  connectTimeout: CONNECT_MS,
  socketTimeout: SILENCE_MS,
  noDelay: true,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  retryStrategy,
  // A master that became a replica: ask again who the master is.
  reconnectOnError: ({ message }: Error) => message.startsWith("READONLY"),
});

/**
 * One client, not yet connected.
 * @param name shown in `CLIENT LIST`
 * @param retry milliseconds until a lost connection is made again, by how often it was tried
 */
export function createClient(target: RedisTarget, name: string, retry: RetryMs = retryMs): Client {
  const { kind, nodes, master, tls } = target;
  const options = optionsOf(target, name, retry);
  if (kind === "cluster") {
    return new Cluster([...nodes], {
      lazyConnect: true,
      enableOfflineQueue: false,
      clusterRetryStrategy: retryMs,
      redisOptions: options,
      ...(tls ? { dnsLookup: (address, done) => done(null, address) } : {}),
    });
  }
  if (kind === "sentinel") {
    return new Redis({
      ...options,
      sentinels: [...nodes],
      name: master,
      enableTLSForSentinelMode: tls,
      sentinelRetryStrategy: retryMs,
    });
  }
  const [{ host, port }] = nodes;
  return new Redis({ ...options, host, port });
}

export interface Heard {
  readonly message: (message: string) => void;
  readonly lost: (error: Error) => void;
  readonly back: () => void;
}

export interface RedisConnections {
  readonly commands: Client;
  /** Both are there: what is committed can be stored, and is heard of. */
  connected(): boolean;
  /** Also how often both were there again after one was lost. */
  figures(): { readonly connected: boolean; readonly reconnects: number };
  listen(heard: Heard): void;
  close(): void;
}

/** Why there is no connection, by what ioredis and the system say; with that, to look up. */
const UNREACHABLE: readonly (readonly [said: RegExp, words: string])[] = [
  [/ECONNREFUSED/, "nadie contesta ahí: enciende Redis, o corrige REDIS_URL"],
  [/ENOTFOUND|EAI_AGAIN/, "ese nombre no existe (DNS): corrige REDIS_URL"],
  [/EHOSTUNREACH|ENETUNREACH/, "no se llega a esa máquina: revisa la red"],
  [/ETIMEDOUT/, "no contesta a tiempo: revisa la red, y si ese Redis habla TLS (rediss://)"],
  [/EPIPE|ECONNRESET|is closed/, "corta la conexión: ¿es Redis?, ¿pide TLS (rediss://)?"],
  [/Protocol error/, "lo que contesta ahí no es Redis: corrige REDIS_URL"],
  [/Socket timeout/, "acepta la conexión y no contesta: ¿es Redis?, ¿pide TLS (rediss://)?"],
  [/certificate|CERT_|SELF_SIGNED|issuer/i, "su certificado no vale aquí (NODE_EXTRA_CA_CERTS)"],
  [/SSL|TLS/, "no habla TLS: usa redis://, o enciéndelo en Redis"],
];

function unreachable({ message, code }: Error & { code?: unknown }): string {
  const found = UNREACHABLE.find(([said]) => said.test(`${message} ${code}`));
  return found ? `${found[1]} (${message})` : message;
}

/** Connects one client. @throws with the reason, in one line: ioredis tells some only as events. */
export async function connect(client: Client, target: RedisTarget): Promise<void> {
  let last: Error | null = null;
  const note = (error: Error): void => {
    last = error;
  };
  client.on("error", note);
  try {
    await client.connect();
  } catch (error) {
    const reason: Error = last ?? (error as Error);
    const refusal = refusalOf(reason);
    const line = `${describeTarget(target)}: ${refusal?.detail ?? unreachable(reason)}`;
    throw refusal ? new LedgerUnavailable(line, { cause: reason }) : new AnswerLost(line);
  } finally {
    client.off("error", note);
  }
}

/** The names of this process's connections in `CLIENT LIST` begin with it. */
export const CLIENT_NAME = `zeues-${process.pid}`;

/** Both connections, the second one hearing the bell. @param name shown in `CLIENT LIST` */
export async function openConnections(
  target: RedisTarget,
  bell: string,
  name = CLIENT_NAME,
): Promise<RedisConnections> {
  const commands = createClient(target, name);
  const subscriber = createClient(target, `${name}-bell`);
  const both = [commands, subscriber];
  const close = (): void => {
    for (const client of both) client.disconnect();
  };
  try {
    await Promise.all(both.map((client) => connect(client, target)));
    await subscriber.subscribe(bell);
  } catch (error) {
    close();
    throw error;
  }
  // A client without a listener prints its errors; whoever listens to `lost` is told the last one.
  let last = new Error("Redis cerró la conexión");
  let reconnects = 0;
  for (const client of both) client.on("error", (error: Error) => (last = error));
  const connected = (): boolean => both.every(({ status }) => status === "ready");
  return {
    commands,
    connected,
    figures: () => ({ connected: connected(), reconnects }),
    listen({ message, lost, back }) {
      subscriber.on("message", (_, text) => message(text));
      for (const client of both) {
        client.on("close", () => lost(last));
        client.on("ready", () => {
          if (!connected()) return;
          reconnects += 1;
          back();
        });
      }
    },
    close,
  };
}

/** The answers of a pipeline or transaction. @throws the first error among them */
export function valuesOf(answers: readonly [Error | null, unknown][] | null): readonly unknown[] {
  return (answers ?? []).map(([error, value]) => {
    if (error) throw error;
    return value;
  });
}
