/** One spool: where it stands, what was done to it, what the engineers say of it. */
import { type Tramos, tramosDe } from "../src/domain/etapa.ts";
import type { SpoolEvent } from "../src/domain/event.ts";
import type { Policy } from "../src/domain/policy.ts";
import type { Spool } from "../src/domain/spool.ts";
import { CarreteCard } from "./carrete-card.tsx";
import { HistoriaRow, historiaOrden } from "./historia.tsx";
import { Layout, type Shell, type Vivo, Zona } from "./layout.tsx";
import { attr } from "./partes/attr.ts";
import { NotaForm } from "./partes/notas.tsx";
import { Qr } from "./partes/qr.tsx";
import { nvOt } from "./textos.ts";

interface CarreteProps {
  readonly shell: Shell & { readonly vivo: Vivo };
  readonly spool: Spool;
  readonly policy: Policy;
  /** Oldest first; null when it can't be read now. */
  readonly historia: readonly SpoolEvent[] | null;
}

/** Newest first, each with the stage that it ended. */
const Sucesos = ({ historia, zone }: { historia: readonly SpoolEvent[]; zone: string }) => {
  const tramos: Tramos = tramosDe(historia);
  const rows = historia.map((event, at) =>
    HistoriaRow({ event, tramo: tramos[at] ?? null, zone, orden: historiaOrden(event.seq) }),
  );
  return <>{rows.reverse().join("") as "safe"}</>;
};

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
      <NotaForm tag={spool.tag} />
      <p class="codigo">
        <a class="boton" href="#qr">
          Código QR
        </a>
      </p>
      <Qr text={spool.tag} />
      <section>
        <div class="cabeza">
          <h2>Historia</h2>
          <a
            class="boton"
            href={attr(`/carrete.csv?tag=${encodeURIComponent(spool.tag.toWellFormed())}`)}
            download=""
          >
            Descargar CSV
          </a>
        </div>
        <ol id="historia" class="historia">
          {historia ? <Sucesos historia={historia} zone={policy.zone} /> : null}
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
