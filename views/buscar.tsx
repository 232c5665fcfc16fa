/** Any spool of the shop, whatever its state: who has it, where does it stand? */
import type { Operacion } from "../src/domain/spool.ts";
import { Layout, type Shell, type Vivo, Zona } from "./layout.tsx";
import { attr } from "./partes/attr.ts";
import { Busqueda } from "./partes/busqueda.tsx";
import { Lista, type ListaRows } from "./partes/lista.tsx";

interface BuscarProps {
  readonly shell: Shell & { readonly vivo: Vivo };
  readonly q: string;
  readonly encontrados: ListaRows;
  /** Operations that the viewer's roles allow: the rows show the buttons of these. */
  readonly permitidas: readonly Operacion[];
}

export const BuscarPage = ({ shell, q, encontrados, permitidas }: BuscarProps) => (
  <Layout {...shell}>
    <Zona
      vivo={shell.vivo}
      clase={["buscar", ...permitidas.map((operacion) => `puede-${operacion}`)].join(" ")}
    >
      <h1>Buscar</h1>
      <Busqueda action="/buscar" q={q} texto="Cualquier carrete, por tag, NV u OT" />
      <div
        id="resultado"
        data-eventos={attr(shell.vivo.eventos)}
        data-desde={String(shell.vivo.desde)}
      >
        <Lista
          ul="encontrados"
          titulo="Carretes"
          vacia="Ningún carrete coincide con la búsqueda."
          rows={encontrados}
        />
      </div>
    </Zona>
  </Layout>
);
