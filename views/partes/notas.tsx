/** Remarks on a spool: who said what, when; and where one more is written. */
import type { Nota, Spool, Tag } from "../../src/domain/spool.ts";
import { enPantalla } from "../../src/domain/trabajador.ts";
import { TagField } from "./acciones.tsx";
import { Instante } from "./tiempo.tsx";

/** The newest remark in one line, for whoever takes over: `«Falta una unión» MR(93)`. */
export function UltimaNota({ spool }: { spool: Spool }) {
  const nota = spool.notas.at(-1);
  return nota ? (
    <small class="relevo" safe>
      {`«${nota.texto}» ${nota.firma.etiqueta}`}
    </small>
  ) : null;
}

const Item = ({ nota, zone }: { nota: Nota; zone: string }) => (
  <li>
    <q safe>{nota.texto}</q>
    <small>
      <span safe>{enPantalla(nota.firma)}</span> · <Instante ms={nota.atMs} zone={zone} />
    </small>
  </li>
);

/** All of them, newest first. */
export const Notas = ({ notas, zone }: { notas: readonly Nota[]; zone: string }) =>
  notas.length === 0 ? null : (
    <ul class="notas" aria-label="Notas">
      {notas.toReversed().map((nota) => (
        <Item nota={nota} zone={zone} />
      ))}
    </ul>
  );

/** Stands outside of what the stream swaps, so that nobody loses what they are writing. */
export const NotaForm = ({ tag }: { tag: Tag }) => (
  <form class="anotar" method="post" action="/acciones" hx-post="/acciones" data-limpiar>
    <TagField tag={tag} />
    <label for="texto">Nueva nota</label>
    <textarea id="texto" name="texto" rows="2" maxlength="500" required />
    <button class="boton" name="accion" value="ANOTAR">
      Anotar
    </button>
  </form>
);
