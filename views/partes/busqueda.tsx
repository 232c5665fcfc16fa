/** A search that narrows a list as one types; without JavaScript a form with a button. */
import { attr } from "./attr.ts";
import { Icono } from "./icono.tsx";

interface BusquedaProps {
  /** The page that searches. */
  readonly action: string;
  readonly q: string;
  readonly texto: string;
}

/** Swaps `#resultado`, which says to live.js where its stream is and at which seq it begins. */
export const Busqueda = ({ action, q, texto }: BusquedaProps) => (
  <search>
    <form
      action={attr(action)}
      hx-get={attr(action)}
      hx-trigger="input changed delay:200ms from:#q, search from:#q, submit"
      hx-target="#resultado"
      hx-select="#resultado"
      hx-swap="outerHTML"
      hx-sync="this:replace"
      hx-replace-url="true"
    >
      <label for="q">
        <Icono nombre="buscar" /> {texto as "safe"}
      </label>
      <input id="q" name="q" type="search" value={attr(q)} maxlength={200} autocomplete="off" />
      <noscript>
        <button class="boton">Buscar</button>
      </noscript>
    </form>
  </search>
);
