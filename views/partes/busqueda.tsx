/** A search that narrows a list as one types; without JavaScript a form with a button. */
import type { Operacion } from "../../src/domain/spool.ts";
import { attr } from "./attr.ts";
import { Icono } from "./icono.tsx";

interface BusquedaProps {
  /** The page that searches. */
  readonly action: string;
  readonly q: string;
  readonly texto: string;
  /** The page's operation, where its address names it beside the text. */
  readonly op?: Operacion;
  /** False where the results are another page's. */
  readonly aqui?: boolean;
}

/** Swaps `#resultado`, which says to live.js where its stream is and at which seq it begins. */
const swapping = (action: string) => ({
  "hx-get": attr(action),
  "hx-trigger": "input changed delay:200ms from:#q, search from:#q, submit",
  "hx-target": "#resultado",
  "hx-select": "#resultado",
  "hx-swap": "outerHTML",
  "hx-sync": "this:replace",
  "hx-replace-url": "true",
});

/** `#escaneo` is where tablet.js says what Enter or the camera found. */
export const Busqueda = ({ action, q, texto, op, aqui = true }: BusquedaProps) => (
  <search>
    <form action={attr(action)} {...(aqui ? swapping(action) : {})}>
      {op ? <input type="hidden" name="op" value={op} /> : null}
      <label for="q">
        <Icono nombre="buscar" /> {texto as "safe"}
      </label>
      <div class="campo">
        <input
          id="q"
          name="q"
          type="search"
          value={attr(q)}
          maxlength={200}
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          enterkeyhint="search"
        />
        <button id="camara" type="button" class="boton" hidden>
          Escanear
        </button>
        <noscript>
          <button class="boton">Buscar</button>
        </noscript>
      </div>
    </form>
    <p id="escaneo" class="escaneo" role="status" />
  </search>
);
