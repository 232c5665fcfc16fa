/**
 * The workbook: what waits for a supervisor, live, and what is wrong in it, row by row, for whoever
 * can mend it there (spec 4, 7).
 */
import type { Planilla, Problema } from "../src/domain/event.ts";
import type { Trabajador } from "../src/domain/trabajador.ts";
import { DECISIONES_UL, Decisiones } from "./decisiones.tsx";
import { Layout, type Shell, type Vivo, Zona } from "./layout.tsx";
import { attr } from "./partes/attr.ts";
import { Instante } from "./partes/tiempo.tsx";
import { carreteUrl, numero } from "./textos.ts";

interface ProblemasProps {
  readonly shell: Shell & { readonly vivo: Vivo };
  readonly planilla: Planilla | null;
  /** Who looks at it. */
  readonly quien: Trabajador;
  readonly zone: string;
}

const filas = (rows: readonly number[]): string =>
  `${rows.length === 1 ? "fila" : "filas"} ${rows.join(", ")}`;

const Item = ({ problema }: { problema: Problema }) => (
  <li class={attr(`problema es-${problema.gravedad}`)}>
    <span class="donde" safe>
      {problema.filas.length === 0 ? problema.tab : `${problema.tab}, ${filas(problema.filas)}`}
    </span>
    {problema.tag === null ? null : (
      <a href={attr(carreteUrl(problema.tag))} safe>
        {problema.tag}
      </a>
    )}
    <span safe>{problema.motivo}</span>
  </li>
);

const Grupo = ({
  titulo,
  nota,
  problemas,
}: {
  titulo: string;
  nota: string;
  problemas: readonly Problema[];
}) =>
  problemas.length === 0 ? null : (
    <section class="lista">
      <h2>
        {titulo as "safe"} <span class="cuenta">{numero(problemas.length) as "safe"}</span>
      </h2>
      <p class="nota">{nota as "safe"}</p>
      <ul>
        {problemas.map((problema) => (
          <Item problema={problema} />
        ))}
      </ul>
    </section>
  );

export const ProblemasPage = ({ shell, planilla, quien, zone }: ProblemasProps) => {
  const all = planilla?.problemas ?? [];
  return (
    <Layout {...shell}>
      <Zona vivo={shell.vivo} clase="pagina-problemas">
        <h1>Problemas de la planilla</h1>
        <ul id={DECISIONES_UL}>{Decisiones({ planilla, quien, zone }) as "safe"}</ul>
        {planilla ? (
          <p class="nota">
            Planilla leída el <Instante ms={planilla.leidaMs} zone={zone} />
          </p>
        ) : null}
        <Grupo
          titulo="Por corregir"
          nota="Estas filas no se usan ni se escriben hasta que se corrijan en la planilla."
          problemas={all.filter(({ gravedad }) => gravedad === "error")}
        />
        <Grupo
          titulo="Avisos"
          nota="Estas filas se leyeron bien; conviene ordenarlas."
          problemas={all.filter(({ gravedad }) => gravedad === "aviso")}
        />
      </Zona>
    </Layout>
  );
};
