/**
 * The state of one spool and what its viewer may do with it; one `<li>` so that it swaps like a
 * row.
 */
import { closed, hasRol, ROLES_DE } from "../src/domain/decide.ts";
import { estadoDetalle } from "../src/domain/estado-detalle.ts";
import { formatFecha } from "../src/domain/fecha.ts";
import type { Policy } from "../src/domain/policy.ts";
import { estadoDe, firmante, OPERACIONES, type Spool } from "../src/domain/spool.ts";
import { enPantalla, type Trabajador } from "../src/domain/trabajador.ts";
import { AccionConMotivo, Acciones } from "./partes/acciones.tsx";
import { attr } from "./partes/attr.ts";
import { Notas } from "./partes/notas.tsx";
import { Desde } from "./partes/tiempo.tsx";
import { OPERACION } from "./textos.ts";

interface CardProps {
  readonly spool: Spool;
  /** Who looks at it; null = nobody who may act. */
  readonly quien: Trabajador | null;
  readonly policy: Policy;
}

/** `completado 20-11-2026 · MR(93)` */
function avance(spool: Spool, operacion: "ARM" | "SOLD"): string {
  const trabajo = operacion === "ARM" ? spool.arm : spool.sold;
  const fecha = trabajo.estado === "completado" ? ` ${formatFecha(trabajo.fecha)}` : "";
  const quien = firmante(spool, operacion);
  return `${estadoDe(spool, operacion)}${fecha}${quien ? ` · ${quien.etiqueta}` : ""}`;
}

function inspeccion(spool: Spool): string {
  const { inspeccion } = spool;
  const fecha = inspeccion.estado === "aprobado" ? ` ${formatFecha(inspeccion.fecha)}` : "";
  const ciclo = spool.ciclo > 0 ? ` · ciclo ${spool.ciclo}` : "";
  return `${inspeccion.estado}${fecha}${ciclo}`;
}

/** The actions that the rules would let this viewer try now. */
function Botones({ spool, quien, policy }: CardProps) {
  if (!quien || spool.inconsistencia !== null) return null;
  const { tag, ocupacion } = spool;
  const supervisor = hasRol(quien, ["Supervisor"]);
  const mine = ocupacion?.trabajador.id === quien.id;
  const open = OPERACIONES.filter(
    (operacion) => hasRol(quien, ROLES_DE[operacion]) && closed(spool, operacion, policy) === null,
  );
  return (
    <div class="botones">
      {ocupacion && mine ? (
        <Acciones
          tag={tag}
          operacion={ocupacion.operacion}
          acciones={["CANCELAR", "PAUSAR", "COMPLETAR"]}
        />
      ) : null}
      {open.map((operacion) => (
        <div class="abierta">
          <span class={`marca ${operacion}`}>{OPERACION[operacion] as "safe"}</span>
          {operacion === "METROLOGIA" ? (
            <>
              <AccionConMotivo tag={tag} accion="RECHAZAR" obligatorio={false} />
              <Acciones tag={tag} operacion={operacion} acciones={["APROBAR"]} />
            </>
          ) : (
            <Acciones tag={tag} operacion={operacion} acciones={["TOMAR"]} />
          )}
        </div>
      ))}
      {supervisor && ocupacion && !mine ? (
        <AccionConMotivo tag={tag} accion="LIBERAR" obligatorio={true} />
      ) : null}
      {supervisor && spool.inspeccion.estado === "bloqueado" ? (
        <AccionConMotivo tag={tag} accion="DESBLOQUEAR" obligatorio={true} />
      ) : null}
    </div>
  );
}

/** The `<li>` that shows where a spool stands. */
export function CarreteCard({ spool, quien, policy }: CardProps): string {
  const { ocupacion } = spool;
  const materiales = spool.fechaMateriales ? formatFecha(spool.fechaMateriales) : "sin fecha";
  return String(
    <li id="carrete-estado" data-v={attr(spool.version)} data-k="">
      <p class={spool.inconsistencia === null ? "detalle" : "detalle inconsistente"} safe>
        {estadoDetalle(spool, policy)}
      </p>
      {ocupacion ? (
        <p class="tenedor">
          <b safe>{enPantalla(ocupacion.trabajador)}</b>
          <Desde ms={ocupacion.desdeMs} zone={policy.zone} />
        </p>
      ) : null}
      <Botones spool={spool} quien={quien} policy={policy} />
      <Notas notas={spool.notas} zone={policy.zone} />
      <dl class="avance">
        <dt>Materiales</dt>
        <dd safe>{materiales}</dd>
        <dt>Armado</dt>
        <dd safe>{avance(spool, "ARM")}</dd>
        <dt>Soldadura</dt>
        <dd safe>{avance(spool, "SOLD")}</dd>
        <dt>Metrología</dt>
        <dd safe>{inspeccion(spool)}</dd>
      </dl>
    </li>,
  );
}
