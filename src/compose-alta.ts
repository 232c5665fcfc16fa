/**
 * How a shop gets its first supervisor (spec 8): while it has none, each start makes a new one-time
 * link for whoever reads the server's terminal, and no other such link holds.
 */
import { poner, quitar } from "./actions/acceso.ts";
import { CONSOLA } from "./actions/autor.ts";
import { type Alta, accesoKey } from "./domain/acceso.ts";
import type { Accesos } from "./identity/accesos.ts";
import { newEnlace, PRIMERA } from "./identity/alta.ts";
import type { Ledger } from "./ledger/ledger.ts";

export interface PrimeraDeps {
  readonly ledger: Pick<Ledger, "commit" | "state">;
  readonly accesos: Pick<Accesos, "all" | "get">;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/**
 * The secret of the first supervisor's link, made now; null where somebody administers already,
 * then a link that an earlier start left is gone too. Throws LedgerUnavailable.
 */
export async function primeraAlta({ ledger, accesos, now }: PrimeraDeps): Promise<string | null> {
  const key = accesoKey("alta", PRIMERA);
  const deps = { ledger, now };
  const sobre = "primer supervisor";
  if (accesos.all("supervisor").length > 0) {
    const left = accesos.get("alta", PRIMERA) !== null;
    if (left) await quitar(deps, key, { autor: CONSOLA, hecho: "código anulado", sobre });
    return null;
  }
  const [alta, secret] = newEnlace({ id: PRIMERA, quien: null }, now());
  const make = (version: number): Alta => ({ ...alta, version });
  await poner(deps, key, make, () => ({ autor: CONSOLA, hecho: "código creado", sobre }));
  return secret;
}
