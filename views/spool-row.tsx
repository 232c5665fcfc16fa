/**
 * The one row of a spool: in the page, in the stream and in the answer to an action alike.
 * Nothing personal is in it; what differs per audience is its kind. "Why does the row look so?"
 */

import { estadoDetalle } from "../src/domain/estado-detalle.ts";
import type { Policy } from "../src/domain/policy.ts";
import { estadoDe, firmante, type Operacion, type Spool } from "../src/domain/spool.ts";
import { enPantalla } from "../src/domain/trabajador.ts";
import { Acciones } from "./partes/acciones.tsx";
import { attr } from "./partes/attr.ts";
import { Desde } from "./partes/tiempo.tsx";
import { rowId } from "./swaps.tsx";
import { carreteUrl, nvOt, OPERACION } from "./textos.ts";

interface RowProps {
  readonly kind: "ocupado" | "mio" | "encontrado" | `disponible:${Operacion}`;
  readonly spool: Spool;
  /** Sort key in its list; the browser keeps rows in this order. */
  readonly orden: string;
  readonly policy: Policy;
}

const Tag = ({ spool }: { spool: Spool }) => (
  <a class="tag" href={attr(carreteUrl(spool.tag))}>
    <b safe>{spool.tag}</b>
    <small safe>{nvOt(spool)}</small>
  </a>
);

const Marca = ({ operacion }: { operacion: Operacion }) => (
  <span class={`marca ${operacion}`}>{OPERACION[operacion] as "safe"}</span>
);

/** What a worker needs to know before taking it. */
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

const Ocupado = ({ spool, policy }: { spool: Spool; policy: Policy }) =>
  spool.ocupacion && (
    <>
      <Tag spool={spool} />
      <span class="quien" safe>
        {enPantalla(spool.ocupacion.trabajador)}
      </span>
      <Marca operacion={spool.ocupacion.operacion} />
      <Desde ms={spool.ocupacion.desdeMs} zone={policy.zone} />
      <small class="detalle" safe>
        {estadoDetalle(spool, policy)}
      </small>
    </>
  );

const Mio = ({ spool, policy }: { spool: Spool; policy: Policy }) =>
  spool.ocupacion && (
    <>
      <Tag spool={spool} />
      <Marca operacion={spool.ocupacion.operacion} />
      <Desde ms={spool.ocupacion.desdeMs} zone={policy.zone} />
      <Acciones
        tag={spool.tag}
        operacion={spool.ocupacion.operacion}
        acciones={["CANCELAR", "PAUSAR", "COMPLETAR"]}
      />
    </>
  );

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
    <Tag spool={spool} />
    <small class="nota" safe>
      {nota(spool, operacion, policy)}
    </small>
    <Acciones
      tag={spool.tag}
      operacion={operacion}
      acciones={operacion === "METROLOGIA" ? ["RECHAZAR", "APROBAR"] : ["TOMAR"]}
    />
  </>
);

const Encontrado = ({ spool, policy }: { spool: Spool; policy: Policy }) => (
  <>
    <Tag spool={spool} />
    <span class="detalle" safe>
      {estadoDetalle(spool, policy)}
    </span>
  </>
);

const ULS = { ocupado: "ocupados", mio: "mios", encontrado: "encontrados" } as const;

/** What the row says, by its kind. */
function Contenido({ kind, spool, policy }: Omit<RowProps, "orden">) {
  switch (kind) {
    case "ocupado":
      return <Ocupado spool={spool} policy={policy} />;
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
      data-v={String(spool.version)}
      data-k={attr(orden)}
    >
      <Contenido kind={kind} spool={spool} policy={policy} />
    </li>
  );
}
