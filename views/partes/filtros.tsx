/** The dashboard's filters: all in the address, so that a filtered dashboard can be kept. */
import { OPERACIONES, type Operacion } from "../../src/domain/spool.ts";
import type { Estado } from "../../src/floor/filtro.ts";
import { OPERACION } from "../textos.ts";
import { attr } from "./attr.ts";
import { SITUACION } from "./ficha-cuenta.tsx";

/** A choice of the worker filter. */
export interface Opcion {
  readonly valor: string;
  /** `MR(93) · 4`. */
  readonly texto: string;
}

export interface FiltrosProps {
  readonly q: string;
  /** As the address says it; "" is everybody's. */
  readonly trabajador: string;
  readonly trabajadores: readonly Opcion[];
  readonly operacion: Operacion | null;
  readonly estado: Estado;
}

/** The words of a state without an operation. */
export const ESTADO_TEXTO: Readonly<Record<Estado, string>> = {
  ...SITUACION,
  progreso: "En progreso",
  bloqueado: "Bloqueado",
  inconsistente: "Inconsistente",
};

const Select = ({
  name,
  texto,
  valor,
  opciones,
}: {
  name: string;
  texto: string;
  valor: string;
  opciones: readonly Opcion[];
}) => (
  <label>
    {texto as "safe"}
    <select id={`f-${name}`} name={name}>
      {opciones.map((opcion) => (
        <option value={attr(opcion.valor)} selected={opcion.valor === valor} safe>
          {opcion.texto}
        </option>
      ))}
    </select>
  </label>
);

const OPERACION_OPCIONES: readonly Opcion[] = [
  { valor: "", texto: "Todas" },
  ...OPERACIONES.map((valor) => ({ valor, texto: OPERACION[valor] })),
];
const ESTADO_OPCIONES: readonly Opcion[] = Object.entries(ESTADO_TEXTO).map(([valor, texto]) => ({
  valor,
  texto,
}));

/** Swaps the list, and with it all else that the new stream keeps true. */
export const Filtros = (props: FiltrosProps) => (
  <search class="filtros">
    <form
      action="/tablero"
      hx-get="/tablero"
      hx-trigger="input changed delay:200ms from:#q, search from:#q, change, submit"
      hx-target="#resultado"
      hx-select="#resultado"
      hx-select-oob="#fichas,#carga,#actividad,#espera-supervisor"
      hx-swap="outerHTML"
      hx-sync="this:replace"
      hx-replace-url="true"
    >
      <label class="texto">
        Buscar por tag, NV u OT
        <input
          id="q"
          name="q"
          type="search"
          value={attr(props.q)}
          maxlength={200}
          autocomplete="off"
        />
      </label>
      <Select
        name="trabajador"
        texto="Trabajador"
        valor={props.trabajador}
        opciones={props.trabajadores}
      />
      <Select
        name="operacion"
        texto="Operación"
        valor={props.operacion ?? ""}
        opciones={OPERACION_OPCIONES}
      />
      <Select name="estado" texto="Estado" valor={props.estado} opciones={ESTADO_OPCIONES} />
      <noscript>
        <button class="boton">Filtrar</button>
      </noscript>
    </form>
  </search>
);
