/** A chart with the same numbers as a table under it. */
import type { Children } from "@kitajs/html";
import { attr } from "./attr.ts";

interface GraficoProps {
  readonly id: string;
  readonly titulo: string;
  /** Address of the SVG, without its theme. */
  readonly src: string;
  /** Its width by its height, so that the page does not jump. */
  readonly alto: number;
  /** What it shows, in words. */
  readonly alt: string;
  /** The same as CSV. */
  readonly csv: string;
  readonly children: Children;
}

const ANCHO = 1_000;

export const Grafico = ({ id, titulo, src, alto, alt, csv, children }: GraficoProps) => (
  <section class="grafico" aria-labelledby={`t-${id}`}>
    <div class="cabeza">
      <h2 id={`t-${id}`}>{titulo as "safe"}</h2>
      <a class="boton" href={attr(csv)} download="">
        Descargar CSV
      </a>
    </div>
    <picture>
      <source media="(prefers-color-scheme: dark)" srcset={attr(`${src}?tema=oscuro`)} />
      <img src={attr(`${src}?tema=claro`)} alt={attr(alt)} width={ANCHO} height={alto} />
    </picture>
    <details>
      <summary class="boton">Ver los números</summary>
      {children as "safe"}
    </details>
  </section>
);
