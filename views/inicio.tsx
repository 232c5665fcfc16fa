/** A worker's home: what I hold, large; then what I can take, one tap away. */
import type { Operacion } from "../src/domain/spool.ts";
import { Layout, type Shell, type Vivo, Zona } from "./layout.tsx";
import { Busqueda } from "./partes/busqueda.tsx";
import type { ListaRows } from "./partes/lista.tsx";
import { Disponibles, Mios } from "./partes/trabajo.tsx";
import { Cuenta } from "./swaps.tsx";
import { OPERACION } from "./textos.ts";

interface Puerta {
  readonly operacion: Operacion;
  /** How many spools are open for it. */
  readonly disponibles: number;
  /** Whether the worker's roles allow it. */
  readonly permitida: boolean;
}

/** What stands open for the operation that the worker works at. */
interface Abierta {
  readonly operacion: Operacion;
  readonly q: string;
  readonly disponibles: ListaRows;
}

interface InicioProps {
  readonly shell: Shell & { readonly vivo: Vivo };
  readonly mios: ListaRows;
  /** Those of the worker's roles first. */
  readonly puertas: readonly Puerta[];
  /** null: their roles are for none; the doors lead on. */
  readonly abierta: Abierta | null;
}

const Boton = ({ operacion, disponibles, permitida, aqui }: Puerta & { aqui: boolean }) => (
  <a
    class={permitida ? `puerta ${operacion}` : `puerta ajena ${operacion}`}
    href={permitida ? `/?op=${operacion}` : `/operacion/${operacion}`}
    aria-current={aqui ? "true" : undefined}
  >
    <b>{OPERACION[operacion] as "safe"}</b>
    <small>
      {Cuenta({ ul: `puerta-${operacion}`, total: disponibles }) as "safe"}
      {(permitida ? " disponibles" : " solo mirar") as "safe"}
    </small>
  </a>
);

const Puertas = ({
  puertas,
  abierta,
}: {
  puertas: readonly Puerta[];
  abierta: Operacion | null;
}) => (
  <nav class={abierta ? "puertas bajas" : "puertas"} aria-label="Operaciones">
    {puertas.map((puerta) => (
      <Boton {...puerta} aqui={puerta.operacion === abierta} />
    ))}
  </nav>
);

/** What this tablet does besides; tablet.js shows what it can. */
const Ajustes = ({ conPin }: Pick<Shell, "conPin">) => (
  <section class="ajustes" aria-label="Este tablet">
    <button id="sonido" type="button" class="boton" hidden>
      Sonido y vibración
    </button>
    <button id="pantalla" type="button" class="boton" hidden>
      Pantalla completa
    </button>
    {conPin ? (
      <a class="boton" href="/sesion/pin/mio">
        Cambiar mi PIN
      </a>
    ) : null}
  </section>
);

export const InicioPage = ({ shell, mios, puertas, abierta }: InicioProps) => (
  <Layout {...shell}>
    <Zona vivo={shell.vivo} clase="inicio">
      <h1 class="oculto">Inicio</h1>
      <Mios rows={mios} />
      <Puertas puertas={puertas} abierta={abierta?.operacion ?? null} />
      {abierta ? (
        <>
          <Busqueda
            action="/"
            q={abierta.q}
            op={abierta.operacion}
            texto="Buscar por tag, NV u OT"
          />
          <Disponibles shell={shell} permitida {...abierta} />
        </>
      ) : (
        <Busqueda action="/buscar" q="" texto="Cualquier carrete, por tag, NV u OT" aqui={false} />
      )}
      <Ajustes conPin={shell.conPin ?? false} />
    </Zona>
  </Layout>
);
