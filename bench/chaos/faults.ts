/** What goes wrong in a chaos run, each by itself and healed again. */
import { between, type Random } from "../../src/demo/random.ts";
import type { House } from "./house.ts";

export interface Wreck {
  readonly house: House;
  /** The process that it hits, where it hits one. */
  readonly nth: number;
  readonly random: Random;
  /** Resolves when a broken network has been broken for long enough. */
  readonly hold: () => Promise<void>;
  readonly pauseMs: readonly [min: number, max: number];
}

/** Must exist while the run lasts. */
function memberOf({ house, nth }: Wreck) {
  const member = house.members[nth];
  if (!member) throw new Error(`no process ${nth}`);
  return member;
}

async function restartRedis({ house: { redis } }: Wreck, signal: "SIGTERM" | "SIGKILL") {
  await redis.kill(signal);
  await redis.restart();
}

async function breakNetwork(wreck: Wreck, how: "cut" | "freeze" | "halfCut"): Promise<void> {
  const { proxy } = memberOf(wreck);
  proxy[how]();
  try {
    await wreck.hold();
  } finally {
    proxy.restore();
  }
}

export const FAULTS = {
  "kill -9 of a process": async (wreck) => {
    const member = memberOf(wreck);
    await member.kill();
    await member.start();
  },
  "Redis restarted (SIGTERM)": (wreck) => restartRedis(wreck, "SIGTERM"),
  "Redis restarted (SIGKILL)": (wreck) => restartRedis(wreck, "SIGKILL"),
  "CLIENT PAUSE": async (wreck) => {
    const pauseMs = between(wreck.random, ...wreck.pauseMs);
    await wreck.house.redis.command("CLIENT", "PAUSE", pauseMs, "ALL");
    // Redis holds this answer back until the pause is over.
    await wreck.house.redis.command("PING");
  },
  "CLIENT KILL normal": async ({ house }) => {
    await house.redis.command("CLIENT", "KILL", "TYPE", "normal");
  },
  "CLIENT KILL pubsub": async ({ house }) => {
    await house.redis.command("CLIENT", "KILL", "TYPE", "pubsub");
  },
  "network cut": (wreck) => breakNetwork(wreck, "cut"),
  "network frozen": (wreck) => breakNetwork(wreck, "freeze"),
  "network half cut": (wreck) => breakNetwork(wreck, "halfCut"),
} as const satisfies Readonly<Record<string, (wreck: Wreck) => Promise<void>>>;

export type FaultName = keyof typeof FAULTS;
export const FAULT_NAMES = Object.keys(FAULTS) as readonly FaultName[];
