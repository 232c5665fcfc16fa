/**
 * Two people who hand one spool to each other as fast as they can, each request through another
 * process: whoever asks the moment after an answer must be answered by what that answer says.
 */
import type { Api, Ask } from "../support/api.ts";

export interface RelayOptions {
  readonly api: Api;
  /** They may weld it. */
  readonly pair: readonly [number, number];
  readonly tag: string;
  readonly more: () => boolean;
}

/** Takes, is envied, pauses, and the other takes: until there is no more to do. */
export async function relay({ api, pair, tag, more }: RelayOptions): Promise<void> {
  for (let nth = 0; more(); nth++) {
    const [holder, other] = nth % 2 === 0 ? pair : [pair[1], pair[0]];
    const steps = [
      ["TOMAR", holder],
      ["TOMAR", other],
      ["PAUSAR", other],
      ["PAUSAR", holder],
    ] as const;
    for (const [at, [accion, worker]] of steps.entries()) {
      const ask: Ask = { accion, operacion: "SOLD", tag, worker };
      await api.act(ask, `relay-${tag}-${nth}-${at}`);
    }
  }
}
