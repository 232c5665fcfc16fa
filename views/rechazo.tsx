/** Answers to an action: as fragments for htmx, as a page for a browser without JavaScript. */
import { Layout, type Shell } from "./layout.tsx";
import { attr } from "./partes/attr.ts";
import { Icono } from "./partes/icono.tsx";

interface RechazoProps {
  readonly code: string;
  readonly message: string;
}

/** Stays on the screen until it is read (spec: a refusal says why). */
export const RechazoSwap = ({ code, message }: RechazoProps): string =>
  String(
    <div id="rechazo" hx-swap-oob="innerHTML">
      <p data-code={attr(code)}>
        <Icono nombre="aviso" /> <span safe>{message}</span>
      </p>
      <button type="button" class="boton" data-cerrar>
        Entendido
      </button>
    </div>,
  );

/** Says that it is done, and takes an older refusal away. */
export const HechoSwap = ({ message }: { message: string }): string =>
  String(
    <>
      <div id="rechazo" hx-swap-oob="innerHTML" />
      <div id="aviso" hx-swap-oob="innerHTML">
        <p>
          <Icono nombre="listo" /> <span safe>{message}</span>
        </p>
      </div>
    </>,
  );

/** The same as a page of its own. */
export const RechazoPage = ({
  shell,
  code,
  message,
  volver,
}: RechazoProps & { shell: Shell; volver: string }) => (
  <Layout {...shell}>
    <main id="zona" class="pagina-rechazo">
      <h1>No se hizo</h1>
      <p class="rechazo-texto" data-code={attr(code)} safe>
        {message}
      </p>
      <a class="boton lleno" href={attr(volver)}>
        <Icono nombre="volver" /> Volver
      </a>
    </main>
  </Layout>
);
