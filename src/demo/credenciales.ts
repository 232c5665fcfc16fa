/** The demo shop's credentials, made in its own store and in no other (spec 8). */
import { poner } from "../actions/acceso.ts";
import { type Acceso, accesoKey } from "../domain/acceso.ts";
import { CREDENCIALES_DEMO } from "../domain/demo.ts";
import type { Autor } from "../domain/event.ts";
import type { TrabajadorId } from "../domain/trabajador.ts";
import type { Ledger } from "../ledger/ledger.ts";

const SYSTEM: Autor = { firma: null, medio: "demo", dispositivo: null };

/**
 * Gives the demo's supervisors their password and PIN, where they have none yet.
 * @param hash of a secret, argon2id
 */
export async function darCredenciales(
  ledger: Pick<Ledger, "commit" | "state">,
  hash: (secret: string) => Promise<string>,
  nowMs: number,
): Promise<void> {
  const { usuario, clave, supervisorId, pin, conPin } = CREDENCIALES_DEMO;
  const key = accesoKey("supervisor", usuario);
  if (await ledger.state(key)) return;
  const deps = { ledger, now: () => nowMs };
  const desdeMs = nowMs;
  const claveHash = await hash(clave);
  const pinHash = await hash(pin);
  for (const id of conPin) {
    const trabajadorId = id as TrabajadorId;
    const make = (version: number): Acceso => {
      return { kind: "pin", version, trabajadorId, clave: pinHash, desdeMs };
    };
    const said = { autor: SYSTEM, hecho: "PIN puesto", sobre: `Id ${id}` } as const;
    await poner(deps, accesoKey("pin", String(id)), make, () => said);
  }
  // Last: whoever finds it finds the PINs too.
  const trabajadorId = supervisorId as TrabajadorId;
  const make = (version: number): Acceso => {
    return { kind: "supervisor", version, usuario, trabajadorId, clave: claveHash, desdeMs };
  };
  const said = { autor: SYSTEM, hecho: "acceso de supervisor dado", sobre: usuario } as const;
  await poner(deps, key, make, () => said);
}
