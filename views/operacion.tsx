/** What can be taken for one operation, with search; what I hold stands above it. */
import type { Operacion } from "../src/domain/spool.ts";
import { Layout, type Shell, type Vivo, Zona } from "./layout.tsx";
import { attr } from "./partes/attr.ts";
import { Busqueda } from "./partes/busqueda.tsx";
import { Lista, type ListaRows } from "./partes/lista.tsx";
import { OPERACION } from "./textos.ts";

interface OperacionProps {
  readonly shell: Shell & { readonly vivo: Vivo };
  readonly operacion: Operacion;
  readonly q: string;
  readonly mios: ListaRows;
  readonly disponibles: ListaRows;
  /** Whether the worker's roles allow the operation. */
  readonly permitida: boolean;
}

const vacia = (q: string): string =>
  q === ""
    ? "No hay carretes disponibles para esta operación."
    : "Ningún carrete disponible coincide con la búsqueda.";

/** The found rows; a search swaps this part and tells live.js which stream goes with it. */
export const Resultado = ({
  shell,
  q,
  disponibles,
}: Omit<OperacionProps, "mios" | "permitida">) => (
  <div id="resultado" data-eventos={attr(shell.vivo.eventos)} data-desde={String(shell.vivo.desde)}>
    <Lista ul="disponibles" titulo="Disponibles" vacia={vacia(q)} rows={disponibles} />
  </div>
);

export const OperacionPage = (props: OperacionProps) => {
  const { shell, operacion, q, mios, permitida } = props;
  return (
    <Layout {...shell}>
      <Zona vivo={shell.vivo} clase={permitida ? "operacion" : "operacion mirar"}>
        <h1>{OPERACION[operacion] as "safe"}</h1>
        {permitida ? null : (
          <p class="nota">Tu rol no permite esta operación; puedes mirar, no tomar.</p>
        )}
        <Lista
          ul="mios"
          titulo="Mis carretes"
          vacia="No tienes ningún carrete tomado."
          rows={mios}
        />
        <Busqueda action={`/operacion/${operacion}`} q={q} texto="Buscar por tag, NV u OT" />
        <Resultado {...props} />
      </Zona>
    </Layout>
  );
};
