/**
 * The one row of a spool: in the page, in the stream and in the answer to an action alike.
 * Nothing personal is in it; what differs per audience is its kind. "Why does the row look so?"
 */

import type { Accion } from "../src/domain/command.ts";
import { closed } from "../src/domain/decide.ts";
import { estadoDetalle } from "../src/domain/estado-detalle.ts";
import type { Policy } from "../src/domain/policy.ts";
import {
  estadoDe,
  firmante,
  OPERACIONES,
  type Operacion,
  type Spool,
} from "../src/domain/spool.ts";
import { Acciones } from "./partes/acciones.tsx";
import { attr } from "./partes/attr.ts";
import { Elegir } from "./partes/lote.tsx";
import { UltimaNota } from "./partes/notas.tsx";
import { Marca, Tag } from "./partes/tag.tsx";
import { Desde } from "./partes/tiempo.tsx";
import { rowId } from "./swaps.tsx";
import { Bloqueado, Ocupado, Situado } from "./tablero-row.tsx";

interface RowProps {
  readonly kind:
    | "ocupado"
    | "situado"
    | "bloqueado"
    | "mio"
    | "encontrado"
    | `disponible:${Operacion}`;
  readonly spool: Spool;
  /** Sort key in its list; the browser keeps rows in this order. */
  readonly orden: string;
  readonly policy: Policy;
}

/** What a worker needs to know before taking it; of a paused one, who paused it. */
function nota(spool: Spool, operacion: Operacion, policy: Policy): string {
  if (operacion === "ARM" || operacion === "SOLD") {
    const quien = firmante(spool, operacion);
    const estado = estadoDe(spool, operacion);
    return quien ? `${estado} · ${quien.etiqueta}` : estado;
  }
  if (operacion === "METROLOGIA") {
    return spool.inspeccion.estado === "reparado" ? "reparado" : "por inspeccionar";
  }
  const ciclo = policy.maxCycles > 0 ? `${spool.ciclo}/${policy.maxCycles}` : `${spool.ciclo}`;
  const estado = spool.inspeccion.estado === "reparacion pausada" ? "pausada" : "rechazado";
  return `${estado} · ciclo ${ciclo}`;
}

const Mio = ({ spool, policy }: { spool: Spool; policy: Policy }) =>
  spool.ocupacion && (
    <>
      <Elegir ul="mios" tag={spool.tag} />
      <Tag spool={spool} />
      <Marca operacion={spool.ocupacion.operacion} />
      <Desde ms={spool.ocupacion.desdeMs} zone={policy.zone} />
      <UltimaNota spool={spool} />
      <Acciones
        tag={spool.tag}
        operacion={spool.ocupacion.operacion}
        acciones={["CANCELAR", "PAUSAR", "COMPLETAR"]}
      />
    </>
  );

const accionesDe = (operacion: Operacion): readonly Accion[] =>
  operacion === "METROLOGIA" ? ["RECHAZAR", "APROBAR"] : ["TOMAR"];

const Disponible = ({
  spool,
  operacion,
  policy,
}: {
  spool: Spool;
  operacion: Operacion;
  policy: Policy;
}) => (
  <>
    <Elegir ul="disponibles" tag={spool.tag} />
    <Tag spool={spool} />
    <small class="nota" safe>
      {nota(spool, operacion, policy)}
    </small>
    <UltimaNota spool={spool} />
    <Acciones tag={spool.tag} operacion={operacion} acciones={accionesDe(operacion)} />
  </>
);

/** What stands open is offered for every operation; the page shows those of its viewer's roles. */
const Encontrado = ({ spool, policy }: { spool: Spool; policy: Policy }) => (
  <>
    <Tag spool={spool} />
    <span class="detalle" safe>
      {estadoDetalle(spool, policy)}
    </span>
    <div class="abiertas">
      {OPERACIONES.filter((operacion) => closed(spool, operacion, policy) === null).map(
        (operacion) => (
          <Acciones
            tag={spool.tag}
            operacion={operacion}
            acciones={accionesDe(operacion)}
            nombrada
          />
        ),
      )}
    </div>
  </>
);

const ULS = {
  ocupado: "ocupados",
  situado: "ocupados",
  bloqueado: "bloqueados",
  mio: "mios",
  encontrado: "encontrados",
} as const;

/** What the row says, by its kind. */
function Contenido({ kind, spool, policy }: Omit<RowProps, "orden">) {
  switch (kind) {
    case "ocupado":
      return <Ocupado spool={spool} policy={policy} />;
    case "situado":
      return <Situado spool={spool} policy={policy} />;
    case "bloqueado":
      return <Bloqueado spool={spool} policy={policy} />;
    case "mio":
      return <Mio spool={spool} policy={policy} />;
    case "encontrado":
      return <Encontrado spool={spool} policy={policy} />;
    default: {
      const operacion = kind.slice("disponible:".length) as Operacion;
      return <Disponible spool={spool} operacion={operacion} policy={policy} />;
    }
  }
}

const isNamed = (kind: RowProps["kind"]): kind is keyof typeof ULS => Object.hasOwn(ULS, kind);

/** The `<li>` of a spool in a list of this kind. */
export function SpoolRow({ kind, spool, orden, policy }: RowProps) {
  const ul = isNamed(kind) ? ULS[kind] : "disponibles";
  return (
    <li
      id={rowId(ul, spool.tag)}
      class={`fila ${ul}`}
      data-v={attr(spool.version)}
      data-k={attr(orden)}
    >
      <Contenido kind={kind} spool={spool} policy={policy} />
    </li>
  );
}
