/** The dashboard's tiles: how many spools stand where, each number the way to them. */
import type { Operacion } from "../../src/domain/spool.ts";
import type { ListKey } from "../../src/floor/lists.ts";
import type { Situacion } from "../../src/floor/resumen.ts";
import { Cuenta } from "../swaps.tsx";
import { OPERACION } from "../textos.ts";
import { attr } from "./attr.ts";

/** What a tile's count is called in `n-…`. */
export const fichaUl = (list: ListKey | "problemas"): string => `t-${list.replaceAll(":", "-")}`;

/** The words of a place, as the operation says them. */
export function situacionText(operacion: Operacion, situacion: Situacion): string {
  if (operacion === "METROLOGIA") return situacion === "completado" ? "Aprobado" : "Pendiente";
  if (operacion === "REPARACION" && situacion === "disponible") return "Por reparar";
  return SITUACION[situacion];
}

export const SITUACION: Readonly<Record<Situacion, string>> = {
  pendiente: "Pendiente",
  disponible: "Disponible",
  progreso: "En progreso",
  pausado: "Pausado",
  completado: "Completado",
};

export interface Ficha {
  readonly operacion: Operacion;
  readonly casillas: readonly { readonly situacion: Situacion; readonly total: number }[];
}

const Numero = ({
  href,
  texto,
  list,
  total,
}: {
  href: string;
  texto: string;
  list: ListKey | "problemas";
  total: number;
}) => (
  <a class="casilla" href={attr(href)}>
    {Cuenta({ ul: fichaUl(list), total }) as "safe"}
    <span>{texto as "safe"}</span>
  </a>
);

const Operacionales = ({ operacion, casillas }: Ficha) => (
  <section class={`ficha-cuenta ${operacion}`} aria-labelledby={`ficha-${operacion}`}>
    <h2 id={`ficha-${operacion}`}>{OPERACION[operacion] as "safe"}</h2>
    <div class="casillas">
      {casillas.map(({ situacion, total }) => (
        <Numero
          href={`/tablero?operacion=${operacion}&estado=${situacion}#resultado`}
          texto={situacionText(operacion, situacion)}
          list={`en:${operacion}:${situacion}`}
          total={total}
        />
      ))}
    </div>
  </section>
);

export interface FichasProps {
  readonly fichas: readonly Ficha[];
  readonly ocupados: number;
  readonly bloqueados: number;
  readonly inconsistentes: number;
  /** Of the workbook. */
  readonly problemas: number;
}

/** All tiles; a filter swaps them whole. */
export const Fichas = ({ fichas, ...taller }: FichasProps) => (
  <div id="fichas" class="fichas">
    {fichas.map((ficha) => (
      <Operacionales {...ficha} />
    ))}
    <section class="ficha-cuenta taller" aria-labelledby="ficha-taller">
      <h2 id="ficha-taller">Taller</h2>
      <div class="casillas">
        <Numero
          href="/tablero#resultado"
          texto="Ocupados"
          list="ocupados"
          total={taller.ocupados}
        />
        <Numero
          href="/tablero?estado=bloqueado#resultado"
          texto="Bloqueados"
          list="bloqueados"
          total={taller.bloqueados}
        />
        <Numero
          href="/tablero?estado=inconsistente#resultado"
          texto="Inconsistentes"
          list="inconsistentes"
          total={taller.inconsistentes}
        />
        <Numero href="/problemas" texto="Problemas" list="problemas" total={taller.problemas} />
      </div>
    </section>
  </div>
);
