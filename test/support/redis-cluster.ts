/** A Redis Cluster of three masters, each with a third of the slots. */
import { freePort } from "./free-port.ts";
import { type RedisServer, startRedis } from "./redis-server.ts";

export interface RedisCluster extends AsyncDisposable {
  /** `redis+cluster://127.0.0.1:P1,127.0.0.1:P2,127.0.0.1:P3` */
  readonly url: string;
  readonly nodes: readonly RedisServer[];
}

const NODES = 3;
const SLOTS = 16_384;
/** A node that is silent for this long is taken for dead. */
const NODE_TIMEOUT_MS = 2_000;

interface Member {
  readonly node: RedisServer;
  readonly busPort: number;
}

async function startMember(nth: number): Promise<Member> {
  const busPort = await freePort();
  const node = await startRedis({
    args: [
      ...["--cluster-enabled", "yes", "--cluster-port", String(busPort)],
      ...["--cluster-node-timeout", String(NODE_TIMEOUT_MS)],
    ],
  });
  const slot = (share: number): number => Math.floor((SLOTS * share) / NODES);
  await node.command("CLUSTER", "SET-CONFIG-EPOCH", nth + 1);
  await node.command("CLUSTER", "ADDSLOTSRANGE", slot(nth), slot(nth + 1) - 1);
  return { node, busPort };
}

/** Starts three masters; resolves once each of them says that all slots are served. */
export async function startCluster(): Promise<RedisCluster> {
  const members = await Promise.all(Array.from({ length: NODES }, (_, nth) => startMember(nth)));
  const nodes = members.map(({ node }) => node);
  const [first, ...others] = members;
  for (const { node, busPort } of others) {
    await first?.node.command("CLUSTER", "MEET", "127.0.0.1", node.port, busPort);
  }
  await Promise.all(nodes.map((node) => node.said(/Cluster state changed: ok/)));
  return {
    url: `redis+cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(",")}`,
    nodes,
    async [Symbol.asyncDispose]() {
      await Promise.all(nodes.map((node) => node[Symbol.asyncDispose]()));
    },
  };
}
