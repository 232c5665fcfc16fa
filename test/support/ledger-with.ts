/** A ledger with some of its parts replaced, for what a real one does only on a bad day. */
import type { Ledger } from "../../src/ledger/ledger.ts";

export const ledgerWith = (real: Ledger, parts: Partial<Ledger>): Ledger =>
  new Proxy(real, {
    get(target, name) {
      const replaced = Reflect.get(parts, name);
      if (replaced !== undefined) return replaced;
      const own = Reflect.get(target, name, target);
      return typeof own === "function" ? own.bind(target) : own;
    },
  });
