/** The supervisor's dashboard: who has which spool, now; what the shop did last. */
import type { Planilla, SpoolEvent } from "../src/domain/event.ts";
import type { Carga } from "../src/floor/resumen.ts";
import { Layout, type Shell, type Vivo, Zona } from "./layout.tsx";
import { Actividad, Cargas } from "./partes/actividad.tsx";
import { attr } from "./partes/attr.ts";
import { Fichas, type FichasProps } from "./partes/ficha-cuenta.tsx";
import { Filtros, type FiltrosProps } from "./partes/filtros.tsx";
import { Lista, type ListaRows } from "./partes/lista.tsx";
import { Motivo } from "./partes/motivo.tsx";
import { type PlanillaChipProps, PlanillaLugar } from "./partes/planilla-chip.tsx";
import { ProblemasEnlace } from "./partes/problemas-enlace.tsx";
import { Umbral } from "./partes/umbral.tsx";
import { TableroNav } from "./tablero-nav.tsx";

interface TableroProps {
  readonly shell: Shell & { readonly vivo: Vivo };
  readonly filtros: FiltrosProps;
  /** What the list shows, in words: `Armado · pausado`. */
  readonly titulo: string;
  /** Why the list is empty, if it is. */
  readonly vacia: string;
  readonly ocupados: ListaRows;
  /** The same list as CSV. */
  readonly csv: string;
  readonly bloqueados: ListaRows;
  readonly fichas: FichasProps;
  readonly planilla: Planilla | null;
  /** How far the sheet is behind; null = none is kept in step. */
  readonly sincronia: PlanillaChipProps | null;
  readonly cargas: readonly Carga[];
  /** Oldest first. */
  readonly actividad: readonly SpoolEvent[];
  readonly zone: string;
  /** Hours after which an occupied spool is marked, on all screens. */
  readonly umbralHoras: number;
  readonly supervisor: boolean;
}

/** The list; a filter swaps it and tells live.js which stream goes with it. */
const Resultado = ({ shell, titulo, vacia, ocupados, csv }: TableroProps) => (
  <div id="resultado" data-eventos={attr(shell.vivo.eventos)} data-desde={String(shell.vivo.desde)}>
    <p class="lista-pie">
      <span id="tardes" class="tardes" role="status" />
      <a class="boton texto a-lado" href="#t-actividad">
        Actividad
      </a>
      <a class="boton" href={attr(csv)} download="">
        Descargar CSV
      </a>
    </p>
    <Lista ul="ocupados" titulo={titulo} vacia={vacia} rows={ocupados} />
  </div>
);

export const TableroPage = (props: TableroProps) => {
  const { shell, fichas, filtros, bloqueados, cargas, actividad, zone, supervisor, planilla } =
    props;
  return (
    <Layout {...shell}>
      <Zona vivo={shell.vivo} clase={supervisor ? "tablero supervisor" : "tablero"}>
        <div class="cabecera">
          <h1>Tablero</h1>
          <TableroNav aqui="tablero" />
        </div>
        <div class="de-planilla">
          {props.sincronia ? <PlanillaLugar {...props.sincronia} /> : null}
          <ProblemasEnlace planilla={planilla} />
        </div>
        <p class="novedad" role="status">
          <span id="novedad" />
        </p>
        <Fichas {...fichas} />
        <div class="columnas">
          <div class="principal">
            <Filtros {...filtros} />
            <Umbral horas={props.umbralHoras} supervisor={supervisor} />
            <Resultado {...props} />
          </div>
          <aside class="lado" aria-label="Resumen">
            <div id="espera-supervisor">
              <Lista
                ul="bloqueados"
                titulo="Bloqueados"
                vacia="Ningún carrete espera a un supervisor."
                rows={bloqueados}
              />
            </div>
            <section aria-labelledby="t-carga">
              <h2 id="t-carga">Quién tiene cuántos</h2>
              <Cargas cargas={cargas} />
            </section>
            <Actividad events={actividad} zone={zone} />
          </aside>
        </div>
        {supervisor ? <Motivo /> : null}
      </Zona>
    </Layout>
  );
};
