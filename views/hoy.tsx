/** What I did today, with times. */

import type { Tramo } from "../src/domain/etapa.ts";
import type { SpoolEvent } from "../src/domain/event.ts";
import type { Jornada } from "../src/floor/diario-equipo.ts";
import { Layout, type Shell } from "./layout.tsx";
import { attr } from "./partes/attr.ts";
import { DiarioNota, type DiarioNotaProps } from "./partes/diario-nota.tsx";
import { duracion, tramoText } from "./partes/duracion.ts";
import { Hora } from "./partes/tiempo.tsx";
import { carreteUrl, cuentasText, HIZO, OPERACION } from "./textos.ts";

interface Hecho {
  readonly event: SpoolEvent;
  readonly tramo: Tramo | null;
}

interface HoyProps {
  readonly shell: Shell;
  /** Newest first. */
  readonly hechos: readonly Hecho[];
  readonly jornada: Jornada | null;
  readonly diario: DiarioNotaProps;
  readonly zone: string;
}

const Fila = ({ event, tramo, zone }: Hecho & { zone: string }) => {
  const { cambio, tag } = event;
  const hizo = HIZO[cambio.accion] ?? cambio.accion;
  const mio = tramo?.etapa.estado === "progreso" ? tramo : null;
  return (
    <li class={attr(`suceso ${cambio.operacion ?? ""}`)}>
      <Hora ms={event.atMs} zone={zone} />
      <span>
        <span safe>{`${hizo.charAt(0).toUpperCase()}${hizo.slice(1)}`}</span>{" "}
        <a class="tag-en-linea" href={attr(carreteUrl(tag))} safe>
          {tag}
        </a>
        {(cambio.operacion ? ` (${OPERACION[cambio.operacion]})` : "") as "safe"}
      </span>
      {cambio.accion === "ANOTAR" ? <q safe>{cambio.texto}</q> : null}
      {mio ? <b class="tramo">{tramoText(mio) as "safe"}</b> : null}
    </li>
  );
};

export const HoyPage = ({ shell, hechos, jornada, diario, zone }: HoyProps) => (
  <Layout {...shell}>
    <main id="zona" class="hoy">
      <h1>Hoy</h1>
      {jornada ? (
        <dl class="avance cifras">
          <dt>Con carrete en la mano</dt>
          <dd>{duracion(jornada.conCarreteMs) as "safe"}</dd>
          {(["ARM", "SOLD", "METROLOGIA", "REPARACION"] as const)
            .map((op) => ({ op, own: jornada.cuentas.filter((c) => c.operacion === op) }))
            .filter(({ own }) => own.length > 0)
            .map(({ op, own }) => (
              <>
                <dt class={op}>{OPERACION[op] as "safe"}</dt>
                <dd safe>{cuentasText(own)}</dd>
              </>
            ))}
        </dl>
      ) : null}
      <p class="nota">
        <DiarioNota {...diario} />
      </p>
      <ol class="historia">
        {hechos.map((hecho) => (
          <Fila {...hecho} zone={zone} />
        ))}
      </ol>
      <p class="vacia">Hoy todavía no has hecho nada en ZEUES.</p>
    </main>
  </Layout>
);
