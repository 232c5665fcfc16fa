/**
 * Several spools at once: a box in each row and a bar below the list. The boxes are shown by the
 * switch "Varios" alone, in CSS, and belong to the bar's form wherever they stand: no script.
 */
import type { Accion } from "../../src/domain/command.ts";
import type { Operacion, Tag } from "../../src/domain/spool.ts";
import { tagField } from "./acciones.tsx";
import { attr } from "./attr.ts";

/** Lists whose rows can be picked. */
export type LoteUl = "mios" | "disponibles";

/** What can be done to the picked ones. */
export interface Lote {
  /** null: each spool's own, the one it is held in. */
  readonly operacion: Operacion | null;
  /** In reading order; the last one is the main action. */
  readonly acciones: readonly Accion[];
}

const BOTON_DE_VARIOS: Partial<Record<Accion, string>> = {
  TOMAR: "Tomar todos",
  PAUSAR: "Pausar todos",
  COMPLETAR: "Completar todos",
  APROBAR: "Aprobar todos",
};

/** A row's box. */
export const Elegir = ({ ul, tag }: { ul: LoteUl; tag: Tag }) => (
  <label class="elegir">
    <input
      type="checkbox"
      form={`lote-${ul}`}
      autocomplete="off"
      aria-label={attr(`Elegir ${tag}`)}
      {...tagField(tag)}
    />
  </label>
);

/** The switch; a search keeps it as it is. */
export const Varios = ({ ul }: { ul: LoteUl }) => (
  <label class="boton varios">
    <input id={`varios-${ul}`} type="checkbox" autocomplete="off" hx-preserve="true" />
    Varios
  </label>
);

/** Stands at the screen's lower edge while the switch is on; tablet.js says how many. */
export const LoteBarra = ({ ul, lote }: { ul: LoteUl; lote: Lote }) => (
  <form
    id={`lote-${ul}`}
    class="lote"
    method="post"
    action="/acciones/lote"
    hx-post="/acciones/lote"
  >
    {lote.operacion === null ? null : (
      <input type="hidden" name="operacion" value={lote.operacion} />
    )}
    <output aria-live="polite">Marca hasta 50 carretes</output>
    {lote.acciones.map((accion, index) => (
      <button
        class={index === lote.acciones.length - 1 ? "boton lleno" : "boton"}
        name="accion"
        value={accion}
      >
        {BOTON_DE_VARIOS[accion] as "safe"}
      </button>
    ))}
  </form>
);
