/** The log in words, as far as it is about access or a supervisor's doing. */
import type { Suceso } from "../../views/administracion-registro.tsx";
import { PRUEBA } from "../../views/partes/admin-textos.ts";
import { HIZO } from "../../views/textos.ts";
import type { AccesoEvent } from "../domain/acceso.ts";
import type { Medio } from "../domain/command.ts";
import type { AjustesEvent, Autor, Event, SesionEvent, SpoolEvent } from "../domain/event.ts";
import type { FinDeSesion } from "../domain/sesion.ts";
import { enPantalla, type TrabajadorId } from "../domain/trabajador.ts";
import type { Deps } from "./context.ts";

type Known = Pick<Deps, "accesos" | "floor">;

/** What supervisors do to spools; what workers do is on the spools' own pages. */
const DE_SUPERVISOR = new Set(["LIBERAR", "DESBLOQUEAR", "CORREGIR", "SUPERVISOR_OVERRIDE"]);

const FIN: Readonly<Record<FinDeSesion, string>> = {
  salida: "Salió",
  relevo: "Otra sesión tomó el lugar de la suya",
  vencida: "Sesión vencida",
  revocada: "Sesión terminada por un supervisor",
};

const MEDIO: Readonly<Record<Medio, string>> = {
  tablet: "Navegador",
  api: "Programa",
  planilla: "Planilla",
  demo: "Demostración",
  consola: "Consola del servidor",
};

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const personaDe = ({ floor }: Known, id: TrabajadorId): string => {
  const trabajador = floor.trabajador(id);
  return trabajador ? `${trabajador.nombre} ${trabajador.apellido} (${id})` : `(${id})`;
};

/** By which way: devices by their name while they have one. */
function desdeDe({ accesos }: Known, { medio, dispositivo }: Autor): string {
  if (dispositivo === null) return MEDIO[medio];
  const named = accesos.get("tablet", dispositivo) ?? accesos.get("token", dispositivo);
  return named?.nombre ?? `${MEDIO[medio]} ${dispositivo}`;
}

/** What a reading of the log knows beside each event. */
interface Contexto extends Known {
  /** Whose a session is, by its hash, as far as its beginning was read. */
  readonly sesiones: ReadonlyMap<string, TrabajadorId>;
  /** Counts of attempts that were forgotten because the person got in: `KEY@VERSION`. */
  readonly acertados: ReadonlySet<string>;
}

function contextoDe(known: Known, events: readonly Event[]): Contexto {
  const sesiones = new Map<string, TrabajadorId>();
  const acertados = new Set<string>();
  for (const event of events) {
    if (event.kind === "sesion" && event.sesion) {
      sesiones.set(event.hash, event.sesion.trabajadorId);
    }
    if (event.kind === "acceso" && event.hecho === "intentos olvidados" && event.autor.firma) {
      acertados.add(`${event.key}@${event.version}`);
    }
  }
  return { ...known, sesiones, acertados };
}

/** Null for what says nothing: the attempt that got in, whose session says so itself. */
function delAcceso(event: AccesoEvent, { acertados }: Contexto): string | null {
  const { hecho, sobre, key, version, visible, autor } = event;
  const about = sobre === "" ? "" : `: ${sobre}`;
  if (hecho === "intentos olvidados") return sobre === "" ? null : upper(hecho + about);
  if (hecho === "código anulado" && autor.firma === null) return "Código vencido";
  if (hecho !== "intento de entrar") return upper(hecho + about);
  if (acertados.has(`${key}@${version + 1}`)) return null;
  const nth = visible?.kind === "intentos" ? ` (${visible.fallos}.º seguido)` : "";
  return `Intento fallido de entrar${about}${nth}`;
}

function deSesion(event: SesionEvent, contexto: Contexto): string {
  const { sesion } = event;
  if (sesion) {
    return `Entró ${PRUEBA[sesion.prueba] ?? ""}: ${personaDe(contexto, sesion.trabajadorId)}`;
  }
  const whose = contexto.sesiones.get(event.hash);
  return `${FIN[event.fin]}${whose === undefined ? "" : `: ${personaDe(contexto, whose)}`}`;
}

function deCarrete({ cambio, tag }: SpoolEvent): string | null {
  if (!DE_SUPERVISOR.has(cambio.accion)) return null;
  const motivo = "motivo" in cambio && cambio.motivo ? `: ${cambio.motivo}` : "";
  return `${upper(HIZO[cambio.accion] ?? cambio.accion)} ${tag}${motivo}`;
}

const deAjustes = ({ ajustes: { umbralHoras, pin } }: AjustesEvent): string =>
  `Ajustes: marca desde ${umbralHoras} h, PIN ${pin ?? "opcional"}`;

function queDe(event: Event, contexto: Contexto): string | null {
  switch (event.kind) {
    case "acceso":
      return delAcceso(event, contexto);
    case "sesion":
      return deSesion(event, contexto);
    case "spool":
      return deCarrete(event);
    case "ajustes":
      return deAjustes(event);
    default:
      return null;
  }
}

/**
 * These events in words, in their order; what the register does not show is left out.
 * @param events oldest first, as the log has them
 */
export function sucesosDe(known: Known, events: readonly Event[]): readonly Suceso[] {
  const contexto = contextoDe(known, events);
  return events.flatMap((event) => {
    const que = queDe(event, contexto);
    if (que === null) return [];
    const { seq, atMs, autor } = event;
    const quien = autor.firma ? enPantalla(autor.firma) : "–";
    return [{ seq, atMs, que, quien, desde: desdeDe(known, autor) }];
  });
}
