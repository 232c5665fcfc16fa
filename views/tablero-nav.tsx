/** Between the pages of the dashboard. */
import { attr } from "./partes/attr.ts";

const PAGINAS = [
  ["tablero", "/tablero", "Ahora"],
  ["equipo", "/equipo", "Equipo"],
  ["produccion", "/produccion", "Producción"],
  ["muro", "/muro", "Muro"],
] as const;

export const TableroNav = ({ aqui }: { aqui: (typeof PAGINAS)[number][0] }) => (
  <nav class="subnav" aria-label="Tablero">
    {PAGINAS.map(([lugar, href, texto]) => (
      <a href={attr(href)} aria-current={lugar === aqui ? "page" : undefined}>
        {texto as "safe"}
      </a>
    ))}
  </nav>
);
