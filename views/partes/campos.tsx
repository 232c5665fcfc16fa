/** Fields of the forms through which people get in: large, named, pasteable (ASVS 5.0, 6.2.7). */
import { attr } from "./attr.ts";
import { Icono } from "./icono.tsx";

interface CampoProps {
  readonly nombre: string;
  readonly texto: string;
  readonly valor?: string;
  readonly autocomplete?: string;
  /** A line below that says what is wanted. */
  readonly ayuda?: string;
  readonly opcional?: boolean;
}

export const Campo = ({ nombre, texto, valor, autocomplete, ayuda, opcional }: CampoProps) => (
  <label class="campo">
    <span safe>{texto}</span>
    <input
      type="text"
      name={attr(nombre)}
      value={attr(valor ?? "")}
      autocomplete={attr(autocomplete ?? "off")}
      autocapitalize="none"
      spellcheck={false}
      maxlength={256}
      required={!opcional}
    />
    {ayuda ? <small safe>{ayuda}</small> : null}
  </label>
);

/** A password, which can be looked at (entrada.js shows the button). */
export const Clave = ({ nombre, texto, autocomplete, ayuda }: CampoProps) => (
  <div class="campo">
    {/* The button is no part of the field's name, which a screen reader says. */}
    <label for={attr(`campo-${nombre}`)} safe>
      {texto}
    </label>
    <span class="clave">
      <input
        id={attr(`campo-${nombre}`)}
        type="password"
        name={attr(nombre)}
        autocomplete={attr(autocomplete ?? "off")}
        maxlength={512}
        required
      />
      <button type="button" class="boton texto" data-mostrar hidden>
        Mostrar
      </button>
    </span>
    {ayuda ? <small safe>{ayuda}</small> : null}
  </div>
);

/** Why the form came back. */
export const Fallo = ({ error }: { error: string | null }) =>
  error === null ? (
    ""
  ) : (
    <p class="fallo" role="alert">
      <Icono nombre="aviso" /> <span safe>{error}</span>
    </p>
  );
