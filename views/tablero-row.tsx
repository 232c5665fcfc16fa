/** What a spool's row says on the dashboard and on the wall; the `<li>` is spool-row's. */
import type { Accion } from "../src/domain/command.ts";
import { estadoDetalle } from "../src/domain/estado-detalle.ts";
import type { Policy } from "../src/domain/policy.ts";
import type { Spool } from "../src/domain/spool.ts";
import { enPantalla } from "../src/domain/trabajador.ts";
import { attr } from "./partes/attr.ts";
import { Marca, Tag } from "./partes/tag.tsx";
import { Desde } from "./partes/tiempo.tsx";
import { BOTON, carreteUrl } from "./textos.ts";

interface Props {
  readonly spool: Spool;
  readonly policy: Policy;
}

/**
 * A supervisor's action that needs a reason. Rows are the same for everybody: the page's class
 * shows it to supervisors alone. tablero.js asks for the reason in place; without it the link leads
 * to the form on the spool's page.
 */
const ConMotivo = ({ spool, accion }: { spool: Spool; accion: Accion }) => (
  <a
    class="boton supervisa"
    href={attr(`${carreteUrl(spool.tag)}#${accion.toLowerCase()}`)}
    data-motivo={accion}
    aria-label={attr(`${BOTON[accion]} ${spool.tag}`)}
  >
    {BOTON[accion] as "safe"}…
  </a>
);

/** Who has it, in what, since when. */
export const Ocupado = ({ spool, policy }: Props) =>
  spool.ocupacion && (
    <>
      <Tag spool={spool} />
      <span class="quien" safe>
        {enPantalla(spool.ocupacion.trabajador)}
      </span>
      <Marca operacion={spool.ocupacion.operacion} />
      <Desde ms={spool.ocupacion.desdeMs} zone={policy.zone} />
      <ConMotivo spool={spool} accion="LIBERAR" />
      <small class="detalle" safe>
        {estadoDetalle(spool, policy)}
      </small>
    </>
  );

/** Any spool, occupied or not. */
export const Situado = ({ spool, policy }: Props) => (
  <>
    <Tag spool={spool} />
    <span class="detalle" safe>
      {estadoDetalle(spool, policy)}
    </span>
  </>
);

/** Waits for a supervisor. */
export const Bloqueado = ({ spool }: Props) => (
  <>
    <Tag spool={spool} />
    <ConMotivo spool={spool} accion="DESBLOQUEAR" />
  </>
);
