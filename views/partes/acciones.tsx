/** The forms that act on a spool. Real forms first; htmx sends the same without a page load. */
import type { Accion } from "../../src/domain/command.ts";
import type { Operacion, Tag } from "../../src/domain/spool.ts";
import { BOTON, OPERACION } from "../textos.ts";
import { attr } from "./attr.ts";

interface Props {
  readonly tag: Tag;
  readonly operacion: Operacion;
  /** In reading order; the last one is the main action. */
  readonly acciones: readonly Accion[];
  /** Where several operations stand side by side, the button says which one it means. */
  readonly nombrada?: boolean;
}

/**
 * A tag as a form's field. A browser turns line breaks in forms into CR LF and loses NUL in any
 * page, so that a tag with such characters travels URL-encoded.
 */
export const tagField = (tag: Tag): { readonly name: string; readonly value: string } =>
  /[\0\r\n]/.test(tag)
    ? { name: "tag_uri", value: encodeURIComponent(tag) }
    : { name: "tag_spool", value: attr(tag) };

/** The spool that a form is about. */
export const TagField = ({ tag }: { tag: Tag }) => <input type="hidden" {...tagField(tag)} />;

const CLASE: Partial<Record<Accion, string>> = {
  TOMAR: "boton lleno",
  COMPLETAR: "boton lleno",
  APROBAR: "boton lleno",
  CANCELAR: "boton texto",
};

/** One button per action; the tag travels as it is, whatever it holds. */
export const Acciones = ({ tag, operacion, acciones, nombrada = false }: Props) => (
  <form class={attr(`acciones ${operacion}`)} method="post" action="/acciones" hx-post="/acciones">
    <TagField tag={tag} />
    <input type="hidden" name="operacion" value={attr(operacion)} />
    {acciones.map((accion) => (
      <button
        class={CLASE[accion] ?? "boton"}
        name="accion"
        value={accion}
        aria-label={attr(
          nombrada ? `${BOTON[accion]} ${OPERACION[operacion]} ${tag}` : `${BOTON[accion]} ${tag}`,
        )}
      >
        {BOTON[accion] as "safe"}
        {nombrada ? <small safe> {OPERACION[operacion]}</small> : null}
      </button>
    ))}
  </form>
);

/** An action that needs a reason, folded away until it is wanted. */
export const AccionConMotivo = ({
  tag,
  accion,
  obligatorio,
}: {
  tag: Tag;
  accion: Accion;
  obligatorio: boolean;
}) => (
  <details class="motivo">
    <summary class="boton">{BOTON[accion] as "safe"}…</summary>
    {/* A link to the form opens the fold around it: the dashboard's rows lead here. */}
    <form id={accion.toLowerCase()} method="post" action="/acciones" hx-post="/acciones">
      <TagField tag={tag} />
      <label>
        {(obligatorio ? "Motivo" : "Motivo (opcional)") as "safe"}
        <input name="motivo" maxlength={500} required={obligatorio} autocomplete="off" />
      </label>
      <button class="boton lleno" name="accion" value={accion}>
        {BOTON[accion] as "safe"}
      </button>
    </form>
  </details>
);
