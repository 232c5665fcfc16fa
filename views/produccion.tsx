/** How much the shop gets done per day, and how long spools stand in each state. */
import { formatFecha } from "../src/domain/fecha.ts";
import { OPERACIONES } from "../src/domain/spool.ts";
import type { Estadia, Produccion } from "../src/floor/diario-produccion.ts";
import { Layout, type Shell } from "./layout.tsx";
import { DiarioNota, type DiarioNotaProps } from "./partes/diario-nota.tsx";
import { duracion, etapaText } from "./partes/duracion.ts";
import { Grafico } from "./partes/grafico.tsx";
import { TableroNav } from "./tablero-nav.tsx";
import { numero, OPERACION } from "./textos.ts";

interface ProduccionProps {
  readonly shell: Shell;
  readonly dias: readonly Produccion[];
  readonly estadias: readonly Estadia[];
  readonly diario: DiarioNotaProps;
}

const sum = (dias: readonly Produccion[], op: (typeof OPERACIONES)[number]): number =>
  dias.reduce((all, { hechos }) => all + hechos[op], 0);

/** `Armado 12, Soldadura 9, …`: what the chart says to who can't see it. */
const resumen = (dias: readonly Produccion[]): string =>
  OPERACIONES.map((op) => `${OPERACION[op]} ${numero(sum(dias, op))}`).join(", ");

const PorDia = ({ dias }: { dias: readonly Produccion[] }) => (
  <table class="datos">
    <thead>
      <tr>
        <th scope="col">Día</th>
        {OPERACIONES.map((op) => (
          <th scope="col" class={`numero ${op}`}>
            {OPERACION[op] as "safe"}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {dias.toReversed().map(({ dia, hechos }) => (
        <tr>
          <th scope="row">{formatFecha(dia.fecha) as "safe"}</th>
          {OPERACIONES.map((op) => (
            <td class="numero">{numero(hechos[op]) as "safe"}</td>
          ))}
        </tr>
      ))}
      <tr class="total">
        <th scope="row">Total</th>
        {OPERACIONES.map((op) => (
          <td class="numero">{numero(sum(dias, op)) as "safe"}</td>
        ))}
      </tr>
    </tbody>
  </table>
);

const PorEstado = ({ estadias }: { estadias: readonly Estadia[] }) => (
  <table class="datos">
    <thead>
      <tr>
        <th scope="col">Estado</th>
        <th scope="col" class="numero">
          Mediana
        </th>
        <th scope="col" class="numero">
          Veces
        </th>
      </tr>
    </thead>
    <tbody>
      {estadias.map(({ etapa, total, medianaMs }) => (
        <tr>
          <th scope="row" class={etapa.operacion}>
            {etapaText(etapa) as "safe"}
          </th>
          <td class="numero">{(total === 0 ? "–" : duracion(medianaMs)) as "safe"}</td>
          <td class="numero">{numero(total) as "safe"}</td>
        </tr>
      ))}
    </tbody>
  </table>
);

const BAR_PX = 46;
const FRAME_PX = 60;

export const ProduccionPage = ({ shell, dias, estadias, diario }: ProduccionProps) => {
  const some = estadias.filter(({ total }) => total > 0);
  const largas = some.map((e) => `${etapaText(e.etapa)} ${duracion(e.medianaMs)}`).join(", ");
  return (
    <Layout {...shell}>
      <main id="zona" class="produccion">
        <div class="cabecera">
          <h1>Producción</h1>
          <TableroNav aqui="produccion" />
        </div>
        <p class="nota">
          Los últimos {numero(dias.length) as "safe"} días, hoy incluido. <DiarioNota {...diario} />
        </p>
        <Grafico
          id="por-dia"
          titulo="Hechos por día"
          src="/graficos/produccion.svg"
          alto={420}
          alt={`Completados por día y operación. En total: ${resumen(dias)}.`}
          csv="/produccion.csv"
        >
          <PorDia dias={dias} />
        </Grafico>
        {some.length === 0 ? (
          <p class="nota">Todavía no terminó ningún estado en estos días.</p>
        ) : (
          <Grafico
            id="por-estado"
            titulo="Tiempo en cada estado"
            src="/graficos/estados.svg"
            alto={some.length * BAR_PX + FRAME_PX}
            alt={`Mediana del tiempo en cada estado: ${largas}.`}
            csv="/estados.csv"
          >
            <PorEstado estadias={estadias} />
          </Grafico>
        )}
        <p class="nota">
          Metrología cuenta lo aprobado. La mitad de los carretes estuvo a lo más la mediana; cuenta
          lo que empezó y terminó en estos días. Lo que se deshizo no cuenta.
        </p>
      </main>
    </Layout>
  );
};
