/** The answer to an action on several spools: how many were done, and why the others were not. */
import type { Tag } from "../src/domain/spool.ts";
import { Layout, type Shell } from "./layout.tsx";
import { attr } from "./partes/attr.ts";
import { Icono } from "./partes/icono.tsx";
import { Deshacer } from "./rechazo.tsx";
import { numero } from "./textos.ts";

export interface Rechazado {
  readonly tag: Tag;
  readonly hecho: false;
  readonly code: string;
  readonly message: string;
}

export type Resultado =
  | { readonly tag: Tag; readonly hecho: true; readonly message: string }
  | Rechazado;

interface LoteProps {
  readonly hechos: number;
  /** How many were asked for; null when that is not known any more. */
  readonly total: number | null;
  readonly rechazados: readonly Rechazado[];
  /** Completions that may be taken back together; `hastaMs` is the server's clock. */
  readonly deshacer: { readonly tags: readonly Tag[]; readonly hastaMs: number } | null;
}

const cuantos = (n: number): string => `${numero(n)} ${n === 1 ? "hecho" : "hechos"}`;

/** `8 de 10 hechos`. */
const resumen = (hechos: number, total: number | null): string =>
  total === null ? cuantos(hechos) : `${numero(hechos)} de ${cuantos(total)}`;

const Fila = ({ tag, code, message }: Rechazado) => (
  <li data-code={attr(code)}>
    <b safe>{tag}</b> <span safe>{message}</span>
  </li>
);

const Rechazados = ({ texto, rechazados }: { texto: string; rechazados: readonly Rechazado[] }) => (
  <div id="rechazo" hx-swap-oob="innerHTML">
    <p>
      <Icono nombre="aviso" /> {texto as "safe"}
    </p>
    <ul>
      {rechazados.map((one) => (
        <Fila {...one} />
      ))}
    </ul>
    <button type="button" class="boton" data-cerrar>
      Entendido
    </button>
  </div>
);

/** What was refused stays on the screen until it is read; that all was done goes by itself. */
export function LoteSwap({ hechos, total, rechazados, deshacer }: LoteProps): string {
  const texto = resumen(hechos, total);
  return String(
    <>
      {rechazados.length > 0 ? (
        <Rechazados texto={texto} rechazados={rechazados} />
      ) : (
        <div id="rechazo" hx-swap-oob="innerHTML" />
      )}
      <div id="aviso" hx-swap-oob="innerHTML">
        {rechazados.length === 0 || deshacer ? (
          <p>
            <Icono nombre="listo" /> {texto as "safe"}
          </p>
        ) : null}
        {deshacer ? <Deshacer {...deshacer} /> : null}
      </div>
    </>,
  );
}

const Hecho = ({ result }: { result: Resultado }) => (
  <li class={result.hecho ? "hecho" : "no-hecho"}>
    <Icono nombre={result.hecho ? "listo" : "aviso"} /> <b safe>{result.tag}</b>{" "}
    <span safe>{result.message}</span>
  </li>
);

interface PageProps {
  readonly shell: Shell;
  readonly results: readonly Resultado[];
  /** The page that the form was on. */
  readonly volver: string;
}

/** The same as a page of its own, what was refused first. */
export const LotePage = ({ shell, results, volver }: PageProps) => (
  <Layout {...shell}>
    <main id="zona" class="pagina-lote">
      <h1>{resumen(results.filter(({ hecho }) => hecho).length, results.length) as "safe"}</h1>
      <ul class="resultados">
        {results
          .toSorted((a, b) => Number(a.hecho) - Number(b.hecho))
          .map((result) => (
            <Hecho result={result} />
          ))}
      </ul>
      <a class="boton lleno" href={attr(volver)}>
        <Icono nombre="volver" /> Volver
      </a>
    </main>
  </Layout>
);
