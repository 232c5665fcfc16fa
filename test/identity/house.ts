/** Processes over one ledger that know who may come in, as compose makes them, without HTTP. */
import { poner, quitar, type Said } from "../../src/actions/acceso.ts";
import { iniciarSesion, terminarSesion } from "../../src/actions/sesion.ts";
import { type Acceso, keyOfAcceso } from "../../src/domain/acceso.ts";
import { type Event, SEQ_ZERO } from "../../src/domain/event.ts";
import type { Prueba, Sesion } from "../../src/domain/sesion.ts";
import type { Trabajador, TrabajadorId } from "../../src/domain/trabajador.ts";
import { type Accesos, createAccesos } from "../../src/identity/accesos.ts";
import { actorOf, createSessions, type Sessions } from "../../src/identity/session.ts";
import type { Ledger } from "../../src/ledger/ledger.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import { tabletOf } from "../support/acceso.ts";
import { INGRID, MAURICIO, NOW_MS, ROSA } from "../support/builders.ts";

export const TABLET = tabletOf().id;
export const OTHER_TABLET = "tablet-2";
const SAID: Said = {
  autor: { firma: null, medio: "consola", dispositivo: null },
  hecho: "token creado",
  sobre: "prueba",
};

/** How somebody signs in: by default by name, on the tablet. */
export interface How {
  readonly prueba?: Prueba;
  readonly tabletId?: string | null;
}

export interface Process {
  readonly accesos: Accesos;
  readonly sessions: Sessions;
  /** @returns the session's cookie */
  signIn(quien: Trabajador, how?: How): Promise<string>;
  leave(cookie: string, quien: Trabajador): Promise<void>;
}

interface Shared {
  readonly ledger: Ledger;
  readonly people: ReadonlyMap<TrabajadorId, Trabajador>;
  readonly policy: { readonly obligatorio: boolean };
  readonly now: () => number;
}

async function start({ ledger, people, policy, now }: Shared): Promise<Process> {
  const accesos = createAccesos(now);
  const sessions = createSessions({
    accesos,
    pinObligatorio: () => policy.obligatorio,
    trabajador: (id) => people.get(id),
    now,
  });
  const snapshot = await ledger.snapshot();
  accesos.load(snapshot.accesos);
  sessions.load(snapshot.sesiones);
  await ledger.follow(snapshot.seq, (events) => {
    accesos.apply(events);
    sessions.apply(events);
  });
  return {
    accesos,
    sessions,
    async signIn(quien, { prueba = "nombre", tabletId = TABLET } = {}) {
      const { cookie, sesion } = sessions.create({ trabajadorId: quien.id, prueba, tabletId });
      const actor = actorOf(sesion, quien);
      const vencidas = sessions.expired(50);
      await iniciarSesion(ledger, { sesion, actor, antes: null, vencidas }, now());
      return cookie;
    },
    async leave(cookie, quien) {
      const sesion = found(sessions, cookie);
      await terminarSesion(ledger, sesion, actorOf(sesion, quien), now());
    },
  };
}

/** The session of a cookie, which must hold on its tablet. */
export function found(sessions: Sessions, cookie: string, tabletId: string | null = TABLET) {
  const sesion = sessions.find(cookie, tabletId)?.sesion;
  if (!sesion) throw new Error("no session");
  return sesion;
}

/** An access as somebody gives or changes it now; the newest wins. */
type Given = Acceso extends infer A ? (A extends Acceso ? Omit<A, "version"> : never) : never;

export interface House extends AsyncDisposable {
  readonly ledger: Ledger;
  readonly clock: { nowMs: number };
  /** Whether a name alone is not enough. */
  readonly policy: { obligatorio: boolean };
  /** Two processes on the same ledger. */
  readonly here: Process;
  readonly there: Process;
  /** A third one, from what the ledger has by then. */
  restart(): Promise<Process>;
  log(): Promise<readonly Event[]>;
  stored(): Promise<readonly Sesion[]>;
  give(acceso: Given): Promise<void>;
  take(acceso: Given): Promise<void>;
  /** Changes a worker, in every process. */
  change(trabajador: Trabajador): void;
}

/** Mauricio, Íngrid and Rosa, two enrolled tablets, nobody with a PIN or a password. */
export async function openHouse(): Promise<House> {
  const clock = { nowMs: NOW_MS };
  const now = (): number => clock.nowMs;
  const onFault = (fault: unknown): never => {
    throw fault;
  };
  const ledger = openSqliteLedger({ path: ":memory:", onFault });
  const people = new Map([MAURICIO, INGRID, ROSA].map((one) => [one.id, one]));
  const policy = { obligatorio: false };
  const shared: Shared = { ledger, people, policy, now };
  const give = async (acceso: Given): Promise<void> => {
    const make = (version: number) => ({ ...acceso, version }) as Acceso;
    await poner({ ledger, now }, keyOfAcceso(make(1)), make, () => SAID);
  };
  await give(tabletOf());
  await give(tabletOf("another-secret", OTHER_TABLET));
  return {
    ledger,
    clock,
    policy,
    here: await start(shared),
    there: await start(shared),
    restart: () => start(shared),
    log: () => ledger.read(SEQ_ZERO),
    stored: async () => (await ledger.snapshot()).sesiones,
    give,
    async take(acceso) {
      await quitar({ ledger, now }, keyOfAcceso({ ...acceso, version: 1 } as Acceso), SAID);
    },
    change: (trabajador) => void people.set(trabajador.id, trabajador),
    [Symbol.asyncDispose]: () => ledger.close(),
  };
}

export const pinDe = ({ id }: Trabajador, desdeMs: number): Given => ({
  kind: "pin",
  trabajadorId: id,
  clave: "$argon2id$pin",
  desdeMs,
});

export const supervisorDe = ({ id }: Trabajador, desdeMs: number): Given => ({
  kind: "supervisor",
  usuario: "rosa",
  trabajadorId: id,
  clave: "$argon2id$clave",
  desdeMs,
});
