/** A worker's home: what I hold, and where I can take more. */
import type { Operacion } from "../src/domain/spool.ts";
import { Layout, type Shell, type Vivo, Zona } from "./layout.tsx";
import { Lista, type ListaRows } from "./partes/lista.tsx";
import { Cuenta } from "./swaps.tsx";
import { OPERACION } from "./textos.ts";

interface Puerta {
  readonly operacion: Operacion;
  /** How many spools are open for it. */
  readonly disponibles: number;
  /** Whether the worker's roles allow it. */
  readonly permitida: boolean;
}

interface InicioProps {
  readonly shell: Shell & { readonly vivo: Vivo };
  readonly mios: ListaRows;
  readonly puertas: readonly Puerta[];
}

const Boton = ({ operacion, disponibles, permitida }: Puerta) => (
  <a
    class={permitida ? `puerta ${operacion}` : `puerta ajena ${operacion}`}
    href={`/operacion/${operacion}`}
  >
    <b>{OPERACION[operacion] as "safe"}</b>
    <small>
      {Cuenta({ ul: `puerta-${operacion}`, total: disponibles }) as "safe"}
      {(permitida ? " disponibles" : " disponibles · no es de tu rol") as "safe"}
    </small>
  </a>
);

export const InicioPage = ({ shell, mios, puertas }: InicioProps) => (
  <Layout {...shell}>
    <Zona vivo={shell.vivo} clase="inicio">
      <h1>Inicio</h1>
      <nav class="puertas" aria-label="Operaciones">
        {puertas.map((puerta) => (
          <Boton {...puerta} />
        ))}
      </nav>
      <Lista
        ul="mios"
        titulo="Mis carretes"
        vacia="No tienes ningún carrete. Elige una operación para tomar uno."
        rows={mios}
      />
    </Zona>
  </Layout>
);
