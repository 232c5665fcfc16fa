/** The forms that act on a spool. Real forms first; htmx sends the same without a page load. */
import type { Accion } from "../../src/domain/command.ts";
import type { Operacion, Tag } from "../../src/domain/spool.ts";
import { BOTON } from "../textos.ts";
import { attr } from "./attr.ts";

interface Props {
  readonly tag: Tag;
  readonly operacion: Operacion;
  /** In reading order; the last one is the main action. */
  readonly acciones: readonly Accion[];
}

/**
 * The tag as a hidden field. A browser turns line breaks in forms into CR LF and loses NUL in any
 * page, so that a tag with such characters travels URL-encoded.
 */
const TagField = ({ tag }: { tag: Tag }) =>
  /[\0\r\n]/.test(tag) ? (
    <input type="hidden" name="tag_uri" value={encodeURIComponent(tag)} />
  ) : (
    <input type="hidden" name="tag_spool" value={attr(tag)} />
  );

const CLASE: Partial<Record<Accion, string>> = {
  TOMAR: "boton lleno",
  COMPLETAR: "boton lleno",
  APROBAR: "boton lleno",
  CANCELAR: "boton texto",
};

/** One button per action; the tag travels as it is, whatever it holds. */
export const Acciones = ({ tag, operacion, acciones }: Props) => (
  <form class="acciones" method="post" action="/acciones" hx-post="/acciones">
    <TagField tag={tag} />
    <input type="hidden" name="operacion" value={operacion} />
    {acciones.map((accion) => (
      <button
        class={CLASE[accion] ?? "boton"}
        name="accion"
        value={accion}
        aria-label={attr(`${BOTON[accion]} ${tag}`)}
      >
        {BOTON[accion] as "safe"}
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
    <form method="post" action="/acciones" hx-post="/acciones">
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
