/** The supervisor's dashboard: who has which spool, now. */
import type { Planilla } from "../src/domain/event.ts";
import { Layout, type Shell, type Vivo, Zona } from "./layout.tsx";
import { Icono } from "./partes/icono.tsx";
import { Lista, type ListaRows } from "./partes/lista.tsx";
import { numero } from "./textos.ts";

interface TableroProps {
  readonly shell: Shell & { readonly vivo: Vivo };
  readonly ocupados: ListaRows;
  readonly planilla: Planilla | null;
}

/** The way to the workbook's problems, loud only when rows are shut out by them. */
function Problemas({ planilla }: { planilla: Planilla | null }) {
  const problemas = planilla?.problemas ?? [];
  if (problemas.length === 0) return null;
  const errores = problemas.filter(({ gravedad }) => gravedad === "error").length;
  const texto =
    errores > 0 ? `${numero(errores)} por corregir` : `${numero(problemas.length)} avisos`;
  return (
    <a class={errores > 0 ? "problemas hay" : "problemas"} href="/problemas">
      <Icono nombre="aviso" /> Problemas de la planilla: {texto as "safe"}
    </a>
  );
}

export const TableroPage = ({ shell, ocupados, planilla }: TableroProps) => (
  <Layout {...shell}>
    <Zona vivo={shell.vivo} clase="tablero">
      <h1>Tablero</h1>
      <Problemas planilla={planilla} />
      <p class="novedad" role="status">
        <span id="novedad" />
      </p>
      <Lista
        ul="ocupados"
        titulo="Carretes ocupados"
        vacia="Nadie tiene un carrete ahora. Cuando alguien tome uno, aparece aquí al instante."
        rows={ocupados}
      />
    </Zona>
  </Layout>
);
