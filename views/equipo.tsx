/** What each worker did, today and this week: counts by operation and action, and how long. */
import type { Cuenta, Jornada } from "../src/floor/diario-equipo.ts";
import { Layout, type Shell } from "./layout.tsx";
import { attr } from "./partes/attr.ts";
import { DiarioNota, type DiarioNotaProps } from "./partes/diario-nota.tsx";
import { duracion } from "./partes/duracion.ts";
import { Instante } from "./partes/tiempo.tsx";
import { TableroNav } from "./tablero-nav.tsx";
import { cuentasText, numero, OPERACION } from "./textos.ts";

export interface EquipoProps {
  readonly shell: Shell;
  readonly hoy: readonly Jornada[];
  readonly semana: readonly Jornada[];
  readonly diario: DiarioNotaProps;
  readonly ahoraMs: number;
  readonly zone: string;
}

const COLUMNAS = ["ARM", "SOLD", "METROLOGIA", "REPARACION"] as const;

const de = (cuentas: readonly Cuenta[], operacion: Cuenta["operacion"]): readonly Cuenta[] =>
  cuentas.filter((cuenta) => cuenta.operacion === operacion);

/** Nothing takes no place where the table stands as cards. */
const Celda = ({ titulo, cuentas }: { titulo: string; cuentas: readonly Cuenta[] }) => (
  <td class={cuentas.length === 0 ? "nada" : ""} data-titulo={titulo} safe>
    {cuentasText(cuentas)}
  </td>
);

const Fila = ({ firma, cuentas, conCarreteMs, sumaMs }: Jornada) => (
  <tr>
    <th scope="row">
      <a href={attr(`/tablero?trabajador=${firma.id}#resultado`)}>
        <span safe>{firma.nombre}</span>
        <small safe>{firma.etiqueta}</small>
      </a>
    </th>
    {COLUMNAS.map((operacion) => (
      <Celda titulo={OPERACION[operacion]} cuentas={de(cuentas, operacion)} />
    ))}
    <Celda titulo="Notas" cuentas={de(cuentas, null)} />
    <td data-titulo="Con carrete">{duracion(conCarreteMs) as "safe"}</td>
    <td data-titulo="Suma por carrete">{duracion(sumaMs) as "safe"}</td>
  </tr>
);

const Tabla = ({
  id,
  titulo,
  jornadas,
}: {
  id: "hoy" | "semana";
  titulo: string;
  jornadas: readonly Jornada[];
}) => (
  <section class="tabla" aria-labelledby={`t-${id}`}>
    <div class="cabeza">
      <h2 id={`t-${id}`}>
        {titulo as "safe"} <span class="cuenta">{numero(jornadas.length) as "safe"}</span>
      </h2>
      <a class="boton" href={`/equipo.csv?periodo=${id}`} download="">
        Descargar CSV
      </a>
    </div>
    {jornadas.length === 0 ? (
      <p class="vacia-tabla">Nadie ha hecho nada todavía.</p>
    ) : (
      <table class="datos fichada">
        <thead>
          <tr>
            <th scope="col">Trabajador</th>
            {COLUMNAS.map((operacion) => (
              <th scope="col" class={operacion}>
                {OPERACION[operacion] as "safe"}
              </th>
            ))}
            <th scope="col">Notas</th>
            <th scope="col">Con carrete</th>
            <th scope="col">Suma por carrete</th>
          </tr>
        </thead>
        <tbody>
          {jornadas.map((jornada) => (
            <Fila {...jornada} />
          ))}
        </tbody>
      </table>
    )}
  </section>
);

/** It stands still but for itself: once a minute it is fetched anew. */
export const EquipoPage = ({ shell, hoy, semana, diario, ahoraMs, zone }: EquipoProps) => (
  <Layout {...shell}>
    <main id="zona" class="equipo">
      <div class="cabecera">
        <h1>Equipo</h1>
        <TableroNav aqui="equipo" />
      </div>
      <div
        id="equipo"
        hx-get="/equipo"
        hx-select="#equipo"
        hx-swap="outerHTML"
        hx-trigger="every 60s"
      >
        <p class="nota">
          Hasta el <Instante ms={ahoraMs} zone={zone} />. <DiarioNota {...diario} />
        </p>
        <Tabla id="hoy" titulo="Hoy" jornadas={hoy} />
        <Tabla id="semana" titulo="Esta semana, desde el lunes" jornadas={semana} />
        <p class="nota">
          Con carrete: tiempo con uno o más en la mano. Suma por carrete: cada uno cuenta, aunque
          tenga varios a la vez. Lo que se deshizo no cuenta.
        </p>
      </div>
    </main>
  </Layout>
);
