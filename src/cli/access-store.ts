/** What `zeues user` and `zeues token` share: the ledger that they change, how they are used. */
import { openLedger } from "../compose-ledger.ts";
import type { Config } from "../config.ts";
import { SEQ_ZERO } from "../domain/event.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { createLog } from "../log.ts";
import { Usage } from "./usage.ts";

export interface AccessOptions {
  readonly config: Config;
  /** What follows `user` or `token`. */
  readonly args: readonly string[];
  readonly print: (line: string) => void;
  /** All of standard input; null = it is a terminal. */
  readonly readInput: () => Promise<Uint8Array | null>;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

const isEmpty = async (ledger: Ledger): Promise<boolean> =>
  (await ledger.read(SEQ_ZERO, 1)).length === 0;

/**
 * Runs on the ledger that a server with this configuration has: the shop's own, the demo's with
 * ZEUES_DEMO=on. On SQLite no server may run meanwhile.
 * @throws LedgerUnavailable in one sentence
 */
export async function withAccessStore<T>(
  { config, print }: Pick<AccessOptions, "config" | "print">,
  work: (ledger: Ledger) => Promise<T>,
): Promise<T> {
  const demo = config.demo === "on";
  const ledger = await openLedger(
    config,
    { log: createLog(config.logLevel) },
    demo ? "demo" : "own",
  );
  try {
    const empty = await isEmpty(ledger);
    if (empty && demo) {
      throw new Error("El taller de demostración se hace al empezar: primero zeues serve");
    }
    const done = await work(ledger);
    if (empty && config.demo === "auto" && !(await isEmpty(ledger))) {
      print("Desde ahora ZEUES muestra tu taller y no el de demostración.");
      print("Falta la planilla: zeues import CARPETA");
    }
    return done;
  } finally {
    await ledger.close();
  }
}

type Act = (options: AccessOptions, args: readonly string[]) => Promise<void>;

/** Runs what the first word names. @returns the exit code: 2 for a wrong use, told in a line */
export async function commanded(
  acts: ReadonlyMap<string, Act>,
  usage: readonly string[],
  options: AccessOptions,
): Promise<number> {
  const [word = "", ...rest] = options.args;
  try {
    const act = acts.get(word);
    if (!act) throw new Usage(word === "" ? "falta qué hacer" : "no existe esa orden");
    await act(options, rest);
    return 0;
  } catch (error) {
    if (!(error instanceof Usage)) throw error;
    options.print(`${error.message}; se usa así:`);
    for (const line of usage) options.print(`  ${line}`);
    return 2;
  }
}
