/** Made-up workers who act, so that a newcomer sees the floor live (`--demo-traffic`). */
import { type ActDeps, act } from "../actions/act.ts";
import type { Command } from "../domain/command.ts";
import { hasRol, ROLES_DE } from "../domain/decide.ts";
import { OPERACIONES, type Spool, type Tag } from "../domain/spool.ts";
import type { Trabajador } from "../domain/trabajador.ts";
import type { Floor } from "../floor/floor.ts";
import type { Log } from "../log.ts";
import { pick } from "./random.ts";

/** Between two actions: lively, but still readable. */
const PAUSE_MIN_MS = 700;
const PAUSE_SPAN_MS = 1_800;
/** The made-up shop keeps about as many spools occupied as a real one of its size. */
const OCCUPIED = 28;

interface Deed {
  readonly spool: Spool;
  readonly command: Command;
  readonly trabajador: Trabajador;
}

const some = <T>(values: readonly T[]): T | undefined =>
  values.length === 0 ? undefined : pick(Math.random, values);

/** Somebody ends or pauses what they hold. */
function leaving(floor: Floor): Deed | null {
  const entry = some(floor.list("ocupados"));
  const spool = entry && floor.spool(entry.tag);
  const trabajador = spool?.ocupacion && floor.trabajador(spool.ocupacion.trabajador.id);
  if (!spool?.ocupacion || !trabajador) return null;
  const accion = pick(Math.random, ["COMPLETAR", "COMPLETAR", "PAUSAR", "CANCELAR"] as const);
  return { spool, trabajador, command: { accion, operacion: spool.ocupacion.operacion } };
}

/** Somebody takes or inspects what is open. */
function taking(floor: Floor): Deed | null {
  const operacion = pick(Math.random, OPERACIONES);
  const entry = some(floor.list(`disponibles:${operacion}`));
  const spool = entry && floor.spool(entry.tag);
  const trabajador = some([...floor.trabajadores()].filter((t) => hasRol(t, ROLES_DE[operacion])));
  if (!spool || !trabajador) return null;
  if (operacion !== "METROLOGIA") {
    return { spool, trabajador, command: { accion: "TOMAR", operacion } };
  }
  const accion = Math.random() < 0.8 ? "APROBAR" : "RECHAZAR";
  return { spool, trabajador, command: { accion } };
}

/** Starts the traffic. @returns a function that ends it. */
export function startTraffic(floor: Floor, deps: ActDeps, log: Log): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const step = async (): Promise<void> => {
    const busy = floor.list("ocupados").length / OCCUPIED;
    const deed = Math.random() < busy / 2 ? leaving(floor) : taking(floor);
    if (deed) {
      const { spool, command, trabajador } = deed;
      const tag: Tag = spool.tag;
      await act(deps, { tag, command, actor: { trabajador, medio: "demo", dispositivo: null } });
    }
  };
  const again = (): void => {
    timer = setTimeout(
      () =>
        void step()
          .catch((error) => log.warn({ err: error }, "demo traffic"))
          .then(again),
      PAUSE_MIN_MS + Math.random() * PAUSE_SPAN_MS,
    );
  };
  again();
  return () => clearTimeout(timer);
}
