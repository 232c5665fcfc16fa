/** `/equipo`: what each worker did today and this week; `/hoy`: what I did today. */
import { type Context, Hono } from "hono";
import { EquipoPage } from "../../views/equipo.tsx";
import { HoyPage } from "../../views/hoy.tsx";
import { fechaAt, formatFecha } from "../domain/fecha.ts";
import { OPERACIONES } from "../domain/spool.ts";
import { hoy, type Periodo, semana } from "../floor/diario-dias.ts";
import { type Jornada, jornadas, tramada } from "../floor/diario-equipo.ts";
import type { Floor } from "../floor/floor.ts";
import type { Deps, Env } from "./context.ts";
import { type Cell, csvAnswer, minutos } from "./csv.ts";
import type { Pages } from "./pages.ts";

/** What is held now, each since when. */
const abiertas = (floor: Floor) =>
  floor.list("ocupados").flatMap(({ tag }) => floor.spool(tag)?.ocupacion ?? []);

const jornadasDe = ({ floor, now }: Deps, periodo: Periodo): readonly Jornada[] =>
  jornadas(floor.diario.events, abiertas(floor), periodo, now());

const nota = ({ floor, policy }: Deps, { desdeMs: quiereMs }: Periodo) => ({
  desdeMs: floor.diario.completoDesdeMs,
  quiereMs,
  zone: policy.zone,
});

const ACCIONES = [
  "TOMAR",
  "PAUSAR",
  "COMPLETAR",
  "CANCELAR",
  "LIBERAR",
  "APROBAR",
  "RECHAZAR",
  "DESBLOQUEAR",
] as const;

/** Every operation with the actions that it knows. */
const COLUMNAS = OPERACIONES.flatMap((operacion) =>
  ACCIONES.filter((accion) => {
    const inspecciona = ["APROBAR", "RECHAZAR", "DESBLOQUEAR"].includes(accion);
    return inspecciona === (operacion === "METROLOGIA");
  }).map((accion) => ({ operacion, accion })),
);

const CSV_HEADER = [
  "Desde",
  "Hasta",
  "Id",
  "Trabajador",
  ...COLUMNAS.map(({ operacion, accion }) => `${operacion} ${accion}`),
  "Notas",
  "Minutos con carrete",
  "Minutos sumados por carrete",
];

function csvRow(jornada: Jornada, fechas: readonly Cell[]): readonly Cell[] {
  const total = (operacion: string | null, accion: string): number =>
    jornada.cuentas.find((c) => c.operacion === operacion && c.accion === accion)?.total ?? 0;
  return [
    ...fechas,
    jornada.firma.id,
    jornada.firma.nombre,
    ...COLUMNAS.map(({ operacion, accion }) => total(operacion, accion)),
    total(null, "ANOTAR"),
    minutos(jornada.conCarreteMs),
    minutos(jornada.sumaMs),
  ];
}

function hoyPage(c: Context<Env>, deps: Deps, pages: Pages) {
  const { floor, policy, now } = deps;
  const { id } = c.get("actor").trabajador;
  const periodo = hoy(now(), policy.zone);
  const hechos = tramada(floor.diario.events)
    .filter(({ event }) => event.autor.firma?.id === id && event.atMs >= periodo.desdeMs)
    .sort((a, b) => b.event.seq - a.event.seq);
  const jornada = jornadasDe(deps, periodo).find(({ firma }) => firma.id === id) ?? null;
  const shell = { ...pages.still(c, "Hoy"), lugar: "hoy", extra: ["tablero.css"] } as const;
  const diario = nota(deps, periodo);
  return c.html(HoyPage({ shell, hechos, jornada, diario, zone: policy.zone }));
}

export function tableroEquipoRoutes(deps: Deps, pages: Pages): Hono<Env> {
  const { policy, now } = deps;
  const { zone } = policy;
  const routes = new Hono<Env>();

  routes.get("/hoy", (c) => hoyPage(c, deps, pages));

  routes.get("/equipo", (c) => {
    const shell = {
      ...pages.still(c, "Equipo"),
      lugar: "tablero",
      extra: ["tablero.css"],
    } as const;
    const ahoraMs = now();
    const week = semana(ahoraMs, zone);
    return c.html(
      EquipoPage({
        shell,
        hoy: jornadasDe(deps, hoy(ahoraMs, zone)),
        semana: jornadasDe(deps, week),
        diario: nota(deps, week),
        ahoraMs,
        zone,
      }),
    );
  });

  routes.get("/equipo.csv", (c) => {
    const whole = c.req.query("periodo") === "semana";
    const periodo = whole ? semana(now(), zone) : hoy(now(), zone);
    const fechas = [periodo.desdeMs, periodo.hastaMs - 1].map((ms) =>
      formatFecha(fechaAt(ms, zone)),
    );
    const rows = jornadasDe(deps, periodo).map((jornada) => csvRow(jornada, fechas));
    const name = whole ? "equipo-semana" : "equipo-hoy";
    return csvAnswer(c, { name, header: CSV_HEADER, rows }, now(), zone);
  });
  return routes;
}
