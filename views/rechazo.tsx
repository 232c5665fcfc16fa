/** Answers to an action: as fragments for htmx, as a page for a browser without JavaScript. */
import type { Tag } from "../src/domain/spool.ts";
import { Layout, type Shell } from "./layout.tsx";
import { TagField } from "./partes/acciones.tsx";
import { attr } from "./partes/attr.ts";
import { Icono } from "./partes/icono.tsx";
import { BOTON } from "./textos.ts";

interface RechazoProps {
  readonly code: string;
  readonly message: string;
  /** The request's name, where those who run it should look it up; null = no need. */
  readonly pedido?: string | null;
}

const Pedido = ({ pedido }: { readonly pedido: string }) => (
  <p class="pedido">
    Si vuelve a pasar, avisa y da este código: <code safe>{pedido}</code>
  </p>
);

/** Stays on the screen until it is read (spec: a refusal says why). */
export const RechazoSwap = ({ code, message, pedido = null }: RechazoProps): string =>
  String(
    <div id="rechazo" hx-swap-oob="innerHTML">
      <p data-code={attr(code)}>
        <Icono nombre="aviso" /> <span safe>{message}</span>
      </p>
      {pedido === null ? null : <Pedido pedido={pedido} />}
      <button type="button" class="boton" data-cerrar>
        Entendido
      </button>
    </div>,
  );

interface DeshacerProps {
  readonly tags: readonly Tag[];
  /** When it ends, epoch milliseconds of the server's clock; tablet.js takes it away then. */
  readonly hastaMs: number;
}

/** Takes completions back (issue 3). */
export const Deshacer = ({ tags, hastaMs }: DeshacerProps) => {
  const action = tags.length === 1 ? "/acciones" : "/acciones/lote";
  return (
    <form
      class="deshacer"
      method="post"
      action={action}
      hx-post={action}
      hx-swap="none"
      data-hasta={attr(hastaMs)}
    >
      {tags.map((tag) => (
        <TagField tag={tag} />
      ))}
      <button class="boton" name="accion" value="DESHACER">
        {BOTON.DESHACER as "safe"}
      </button>
    </form>
  );
};

interface HechoProps {
  readonly message: string;
  /** The completion that this was, while it may be undone. */
  readonly deshacer?: { readonly tag: Tag; readonly hastaMs: number } | null;
}

/** Says that it is done, and takes an older refusal away. */
export const HechoSwap = ({ message, deshacer = null }: HechoProps): string =>
  String(
    <>
      <div id="rechazo" hx-swap-oob="innerHTML" />
      <div id="aviso" hx-swap-oob="innerHTML">
        <p>
          <Icono nombre="listo" /> <span safe>{message}</span>
        </p>
        {deshacer ? <Deshacer tags={[deshacer.tag]} hastaMs={deshacer.hastaMs} /> : null}
      </div>
    </>,
  );

/** The same as a page of its own. */
export const RechazoPage = ({
  shell,
  code,
  message,
  pedido = null,
  volver,
}: RechazoProps & { shell: Shell; volver: string }) => (
  <Layout {...shell}>
    <main id="zona" class="pagina-rechazo">
      <h1>No se hizo</h1>
      <p class="rechazo-texto" data-code={attr(code)} safe>
        {message}
      </p>
      {pedido === null ? null : <Pedido pedido={pedido} />}
      <a class="boton lleno" href={attr(volver)}>
        <Icono nombre="volver" /> Volver
      </a>
    </main>
  </Layout>
);
