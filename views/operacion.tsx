/** What can be taken for one operation, with search; what I hold stands above it. */
import type { Operacion } from "../src/domain/spool.ts";
import { Layout, type Shell, type Vivo, Zona } from "./layout.tsx";
import { Busqueda } from "./partes/busqueda.tsx";
import type { ListaRows } from "./partes/lista.tsx";
import { Disponibles, Mios } from "./partes/trabajo.tsx";
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

export const OperacionPage = (props: OperacionProps) => {
  const { shell, operacion, q, mios, permitida } = props;
  return (
    <Layout {...shell}>
      <Zona vivo={shell.vivo} clase={permitida ? "operacion" : "operacion mirar"}>
        <h1>{OPERACION[operacion] as "safe"}</h1>
        {permitida ? null : (
          <p class="nota">Tu rol no permite esta operación; puedes mirar, no tomar.</p>
        )}
        <Mios rows={mios} />
        <Busqueda action={`/operacion/${operacion}`} q={q} texto="Buscar por tag, NV u OT" />
        <Disponibles {...props} />
      </Zona>
    </Layout>
  );
};
