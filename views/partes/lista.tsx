/** A list of rows with its count, its empty text and, where there are more, the way to them. */
import { Cuenta } from "../swaps.tsx";
import { attr } from "./attr.ts";

export interface ListaRows {
  /** Rendered rows. */
  readonly html: string;
  readonly total: number;
  /** Address of the rows after these and order key of the last of these; null: these are all. */
  readonly mas: { readonly url: string; readonly tras: string } | null;
}

interface ListaProps {
  readonly ul: "ocupados" | "mios" | "disponibles" | "encontrados";
  readonly titulo: string;
  /** What stands there while the list is empty. */
  readonly vacia: string;
  readonly rows: ListaRows;
}

/** Rows to append and, if there are still more, the next such link. */
export const MasRows = ({ rows }: { rows: ListaRows }) => (
  <>
    {rows.html as "safe"}
    {rows.mas === null ? null : (
      <li class="mas" data-mas data-k={attr(rows.mas.tras)}>
        <a
          class="boton"
          href={attr(rows.mas.url)}
          hx-get={attr(rows.mas.url)}
          hx-trigger="click, revealed"
          hx-target="closest li"
          hx-swap="outerHTML"
        >
          Mostrar más
        </a>
      </li>
    )}
  </>
);

/** The `<ul>` that live.js keeps in order. No white space in it while empty: `:empty` counts. */
export const Lista = ({ ul, titulo, vacia, rows }: ListaProps) => (
  <section class="lista" aria-labelledby={`t-${ul}`}>
    <h2 id={`t-${ul}`}>
      {titulo as "safe"} {Cuenta({ ul, total: rows.total }) as "safe"}
    </h2>
    <ul id={ul}>
      <MasRows rows={rows} />
    </ul>
    <p class="vacia">{vacia as "safe"}</p>
  </section>
);
