/** What a worker holds and what they can take: the home and the operations' pages alike. */
import type { Operacion } from "../../src/domain/spool.ts";
import type { Shell, Vivo } from "../layout.tsx";
import { OPERACION } from "../textos.ts";
import { attr } from "./attr.ts";
import { Lista, type ListaRows } from "./lista.tsx";

/** One card per spool held. */
export const Mios = ({ rows }: { rows: ListaRows }) => (
  <Lista
    ul="mios"
    titulo="Mis carretes"
    vacia="No tienes ningún carrete tomado."
    rows={rows}
    lote={{ operacion: null, acciones: ["PAUSAR", "COMPLETAR"] }}
  />
);

interface DisponiblesProps {
  readonly shell: Shell & { readonly vivo: Vivo };
  readonly operacion: Operacion;
  readonly q: string;
  readonly disponibles: ListaRows;
  /** Whether the viewer's roles allow the operation. */
  readonly permitida: boolean;
}

const vacia = (q: string): string =>
  q === ""
    ? "No hay carretes disponibles para esta operación."
    : "Ningún carrete disponible coincide con la búsqueda.";

/** The open spools; a search swaps this part and tells live.js which stream goes with it. */
export const Disponibles = ({ shell, operacion, q, disponibles, permitida }: DisponiblesProps) => {
  const { eventos, desde } = shell.vivo;
  const acciones = [operacion === "METROLOGIA" ? "APROBAR" : "TOMAR"] as const;
  return (
    <div id="resultado" data-eventos={attr(eventos)} data-desde={String(desde)}>
      <Lista
        ul="disponibles"
        titulo={`${OPERACION[operacion]} disponible`}
        vacia={vacia(q)}
        rows={disponibles}
        lote={permitida ? { operacion, acciones } : null}
      />
    </div>
  );
};
