/** A list of rows with its count, its empty text and, where there are more, the way to them. */
import { Cuenta } from "../swaps.tsx";
import { attr } from "./attr.ts";
import { type Lote, LoteBarra, Varios } from "./lote.tsx";

export interface ListaRows {
  /** Rendered rows. */
  readonly html: string;
  readonly total: number;
  /** Address of the rows after these and order key of the last of these; null: these are all. */
  readonly mas: { readonly url: string; readonly tras: string } | null;
}

interface Comun {
  readonly titulo: string;
  /** What stands there while the list is empty. */
  readonly vacia: string;
  readonly rows: ListaRows;
}

type ListaProps = Comun &
  (
    | { readonly ul: "ocupados" | "bloqueados" | "encontrados"; readonly lote?: null }
    /** `lote`: what can be done to several; null where the viewer may do nothing. */
    | { readonly ul: "mios" | "disponibles"; readonly lote: Lote | null }
  );

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
export const Lista = ({ titulo, vacia, rows, ...list }: ListaProps) => (
  <section class="lista" aria-labelledby={`t-${list.ul}`}>
    <div class="cabeza">
      <h2 id={`t-${list.ul}`}>
        <span safe>{titulo}</span> {Cuenta({ ul: list.ul, total: rows.total }) as "safe"}
      </h2>
      {list.lote ? <Varios ul={list.ul} /> : null}
    </div>
    <ul id={list.ul}>
      <MasRows rows={rows} />
    </ul>
    <p class="vacia" safe>
      {vacia}
    </p>
    {list.lote ? <LoteBarra ul={list.ul} lote={list.lote} /> : null}
  </section>
);
