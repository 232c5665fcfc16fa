/** One spool: where it stands, what was done to it, what the engineers say of it. */
import type { SpoolEvent } from "../src/domain/event.ts";
import type { Policy } from "../src/domain/policy.ts";
import type { Spool } from "../src/domain/spool.ts";
import { CarreteCard } from "./carrete-card.tsx";
import { HistoriaRow, historiaOrden } from "./historia.tsx";
import { Layout, type Shell, type Vivo, Zona } from "./layout.tsx";
import { nvOt } from "./textos.ts";

interface CarreteProps {
  readonly shell: Shell & { readonly vivo: Vivo };
  readonly spool: Spool;
  readonly policy: Policy;
  /** Oldest first; null when it can't be read now. */
  readonly historia: readonly SpoolEvent[] | null;
}

export const CarretePage = ({ shell, spool, policy, historia }: CarreteProps) => (
  <Layout {...shell}>
    <Zona vivo={shell.vivo} clase="carrete">
      <h1 class="tag-largo" safe>
        {spool.tag}
      </h1>
      <p class="nota" safe>
        {nvOt(spool)}
      </p>
      <ul id="carrete" class="tarjeta">
        {CarreteCard({ spool, quien: shell.quien, policy }) as "safe"}
      </ul>
      <section>
        <h2>Historia</h2>
        <ol id="historia" class="historia">
          {historia?.toReversed().map(
            (event) =>
              HistoriaRow({
                event,
                zone: policy.zone,
                orden: historiaOrden(event.seq),
              }) as "safe",
          )}
        </ol>
        <p class="vacia">
          {historia ? "Todavía no hay nada en su historia." : "La historia no se puede leer ahora."}
        </p>
      </section>
      <section>
        <h2>Ficha</h2>
        <dl class="ficha">
          {Object.entries(spool.ficha).map(([nombre, valor]) => (
            <>
              <dt safe>{nombre}</dt>
              <dd safe>{valor}</dd>
            </>
          ))}
        </dl>
      </section>
    </Zona>
  </Layout>
);
