/** What each role may do to a spool, as a token and in a session: one spool for each question. */
import type { Spool } from "../../src/domain/spool.ts";
import { ROLES, type Rol, type Trabajador } from "../../src/domain/trabajador.ts";
import { trabajadorKey, type Write } from "../../src/ledger/ledger.ts";
import { giveAcceso, PIN, pinOf, TABLET_COOKIE } from "../support/acceso.ts";
import {
  ALVARO,
  armado,
  inspeccionado,
  NOW_MS,
  ocupacion,
  soldado,
  spool,
  trabajador,
} from "../support/builders.ts";
import { signIn, TOKEN } from "../support/shop.ts";
import { giveToken, type Place } from "./access-subjects.ts";

interface Deed {
  readonly name: string;
  readonly api: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly form: Readonly<Record<string, string>>;
  readonly spool: (tag: string) => Spool;
}

const motivo = "Fin de turno";
const bloqueado = (tag: string): Spool => inspeccionado("bloqueado", { tag, ciclo: 3 });
const ocupado = (tag: string): Spool => spool({ tag, ocupacion: ocupacion("ARM", ALVARO) });

export const DEEDS: readonly Deed[] = [
  {
    name: "TOMAR ARM",
    api: "/occupation/tomar",
    body: { operacion: "ARM" },
    form: { accion: "TOMAR", operacion: "ARM" },
    spool: (tag) => spool({ tag }),
  },
  {
    name: "TOMAR SOLD",
    api: "/occupation/tomar",
    body: { operacion: "SOLD" },
    form: { accion: "TOMAR", operacion: "SOLD" },
    spool: (tag) => armado({ tag }),
  },
  {
    name: "TOMAR REPARACION",
    api: "/occupation/tomar",
    body: { operacion: "REPARACION" },
    form: { accion: "TOMAR", operacion: "REPARACION" },
    spool: (tag) => inspeccionado("rechazado", { tag }),
  },
  {
    name: "APROBAR",
    api: "/metrologia/aprobar",
    body: {},
    form: { accion: "APROBAR" },
    spool: (tag) => soldado({ tag }),
  },
  {
    name: "RECHAZAR",
    api: "/metrologia/rechazar",
    body: { motivo },
    form: { accion: "RECHAZAR", motivo },
    spool: (tag) => soldado({ tag }),
  },
  {
    name: "LIBERAR",
    api: "/occupation/liberar",
    body: { operacion: "ARM", motivo },
    form: { accion: "LIBERAR", motivo },
    spool: ocupado,
  },
  {
    name: "DESBLOQUEAR",
    api: "/metrologia/desbloquear",
    body: { motivo },
    form: { accion: "DESBLOQUEAR", motivo },
    spool: bloqueado,
  },
  {
    name: "ANOTAR",
    api: "/notas",
    body: { texto: "Falta una unión" },
    form: { accion: "ANOTAR", texto: "Falta una unión" },
    spool: (tag) => spool({ tag }),
  },
  {
    name: "PAUSAR lo de otro",
    api: "/occupation/pausar",
    body: { operacion: "ARM" },
    form: { accion: "PAUSAR", operacion: "ARM" },
    spool: ocupado,
  },
];

/** How many ask: a spool for each deed and each of them. */
export const ASKERS = 15;
const tagOf = (deed: Deed, asker: number): string => `${deed.name} ${asker}`;

export const rolesSpools = (): readonly Spool[] =>
  DEEDS.flatMap((deed) =>
    Array.from({ length: ASKERS }, (_, asker) => deed.spool(tagOf(deed, asker))),
  );

const VERSATIL = trabajador({ id: 700, nombre: "Versátil", apellido: "Prueba", roles: [...ROLES] });
const OTRO = trabajador({ id: 701, nombre: "Otro", apellido: "Más", roles: [...ROLES] });
const ofRol = (rol: Rol, id: number): Trabajador =>
  trabajador({ id, nombre: rol, apellido: "Solo", roles: [rol] });
const UNO_POR_ROL = ROLES.map((rol, index) => ofRol(rol, 710 + index));
const SIN_PIN = ofRol("Supervisor", 720);

const hire = (persona: Trabajador): Write => ({
  key: trabajadorKey(persona.id),
  expectedVersion: 0,
  state: persona,
  event: {
    kind: "trabajador",
    version: 1,
    atMs: NOW_MS,
    autor: { firma: null, medio: "planilla", dispositivo: null },
    trabajador: persona,
  },
});

type Ask = (deed: Deed, tag: string) => Promise<string>;

const byToken =
  (url: string, token: string): Ask =>
  async ({ api, body }, tag) => {
    const answer = await fetch(`${url}/api${api}`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: JSON.stringify({ ...body, tag_spool: tag, worker_id: VERSATIL.id }),
    });
    const json = (await answer.json()) as { ok: boolean; error?: string };
    return json.ok ? "sí" : String(json.error);
  };

const bySession =
  (url: string, cookie: string): Ask =>
  async ({ form }, tag) => {
    const answer = await fetch(`${url}/acciones`, {
      method: "POST",
      headers: { Cookie: cookie, Origin: url, "HX-Request": "true" },
      body: new URLSearchParams({ ...form, tag_spool: tag }),
      redirect: "manual",
    });
    const text = await answer.text();
    return answer.status < 400
      ? "sí"
      : (/data-code="(\w+)"/.exec(text)?.[1] ?? String(answer.status));
  };

/** Asks each deed as each of them. @returns the table's head and rows */
export async function rolesTable(place: Place): Promise<readonly (readonly string[])[]> {
  const { url, ledger } = place;
  await ledger.commit({ writes: [VERSATIL, OTRO, ...UNO_POR_ROL, SIN_PIN].map(hire) });
  const askers: [name: string, ask: Ask][] = [];
  for (const rol of [...ROLES, "Lectura"] as const) {
    askers.push([`token ${rol}`, byToken(url, (await giveToken(place, [rol])).secret)]);
  }
  const { secret } = await giveToken(place, [...ROLES], { trabajadorId: OTRO.id });
  askers.push(["token de otro trabajador", byToken(url, secret)]);
  askers.push(["ZEUES_API_TOKEN", byToken(url, TOKEN)]);
  for (const persona of UNO_POR_ROL) {
    const [rol = "?"] = persona.roles;
    if (rol === "Supervisor") await giveAcceso(ledger, await pinOf(persona.id));
    const cookie = await signIn(url, persona.id, { tablet: TABLET_COOKIE, pin: PIN });
    askers.push([`sesión ${rol}${rol === "Supervisor" ? ", PIN" : ""}`, bySession(url, cookie)]);
  }
  const named = await signIn(url, SIN_PIN.id, { tablet: TABLET_COOKIE });
  askers.push(["sesión Supervisor, solo nombre", bySession(url, named)]);
  if (askers.length > ASKERS) throw new Error(`a spool for each: ${askers.length} ask`);
  const rows = [["", ...askers.map(([name]) => name)]];
  for (const deed of DEEDS) {
    const row = [deed.name];
    for (const [index, [, ask]] of askers.entries()) row.push(await ask(deed, tagOf(deed, index)));
    rows.push(row);
  }
  return rows;
}
