/** Fields and forms of the administration's pages. */
import type { Children } from "@kitajs/html";
import { attr } from "./attr.ts";

/** One button that changes something, as a form of its own. */
export const Accion = ({
  action,
  texto,
  campos = {},
  lleno = false,
}: {
  action: string;
  texto: string;
  campos?: Readonly<Record<string, string>>;
  lleno?: boolean;
}) => (
  <form method="post" action={attr(action)}>
    {Object.entries(campos).map(([name, value]) => (
      <input type="hidden" name={attr(name)} value={attr(value)} />
    ))}
    <button class={lleno ? "boton lleno" : "boton"} safe>
      {texto}
    </button>
  </form>
);

/** What takes something away: a touch opens it and tells what will happen, a second does it. */
export const Confirmar = ({
  action,
  texto,
  aviso,
  boton,
}: {
  action: string;
  /** On the first button. */
  texto: string;
  /** What will happen. */
  aviso: string;
  /** On the second. */
  boton: string;
}) => (
  <details class="confirmar">
    <summary class="boton" safe>
      {texto}
    </summary>
    <form method="post" action={attr(action)}>
      <p safe>{aviso}</p>
      <button class="boton lleno" safe>
        {boton}
      </button>
    </form>
  </details>
);

/** One of several to be picked, or any of several. */
export const Opcion = ({
  tipo,
  nombre,
  valor,
  texto,
  elegida,
}: {
  tipo: "radio" | "checkbox";
  nombre: string;
  valor: string;
  texto: string;
  elegida: boolean;
}) => (
  <label class="opcion">
    <input type={tipo} name={attr(nombre)} value={attr(valor)} checked={elegida} />
    <span safe>{texto}</span>
  </label>
);

/** A whole number. */
export const Numero = ({
  nombre,
  texto,
  valor,
  max,
  ayuda,
}: {
  nombre: string;
  texto: string;
  valor: string;
  max: number;
  ayuda: string;
}) => (
  <label class="campo">
    <span safe>{texto}</span>
    <input
      type="text"
      inputmode="numeric"
      name={attr(nombre)}
      value={attr(valor)}
      pattern="[0-9]*"
      maxlength={String(max).length}
      autocomplete="off"
    />
    <small safe>{ayuda}</small>
  </label>
);

/** A part of a page with its heading. */
export const Parte = ({
  id,
  titulo,
  children,
}: {
  id: string;
  titulo: string;
  children: Children;
}) => (
  <section class="parte" aria-labelledby={`t-${id}`}>
    <h2 id={`t-${id}`} safe>
      {titulo}
    </h2>
    {children as "safe"}
  </section>
);

/** A search that a button sends. */
export const Filtro = ({ action, q, texto }: { action: string; q: string; texto: string }) => (
  <search class="filtro">
    <form action={attr(action)}>
      <label class="campo">
        <span safe>{texto}</span>
        <input type="search" name="q" value={attr(q)} maxlength={100} autocomplete="off" />
      </label>
      <button class="boton">Buscar</button>
    </form>
  </search>
);
