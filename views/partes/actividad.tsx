/** The feed: what people did, newest first, and who holds how many now. */
import type { SpoolEvent } from "../../src/domain/event.ts";
import type { Carga } from "../../src/floor/resumen.ts";
import { historiaOrden } from "../historia.tsx";
import { carreteUrl, HIZO, numero, OPERACION, quienFue } from "../textos.ts";
import { attr } from "./attr.ts";
import { Hora } from "./tiempo.tsx";

export const actividadId = (seq: number): string => `a-${seq}`;

/** One action; it never changes, so its version is always 1. */
export const ActividadRow = ({ event, zone }: { event: SpoolEvent; zone: string }): string => {
  const { cambio, tag } = event;
  const quien = quienFue(event, ({ etiqueta }) => etiqueta);
  return String(
    <li
      id={actividadId(event.seq)}
      class="accion"
      data-v="1"
      data-k={attr(historiaOrden(event.seq))}
    >
      <Hora ms={event.atMs} zone={zone} />
      <span>
        <b safe>{quien}</b> <span safe>{HIZO[cambio.accion] ?? cambio.accion}</span>{" "}
        <a href={attr(carreteUrl(tag))} safe>
          {tag}
        </a>
        {cambio.operacion ? (
          <small class={attr(cambio.operacion)} safe>
            {OPERACION[cambio.operacion]}
          </small>
        ) : null}
      </span>
    </li>,
  );
};

/** @param events oldest first */
export const Actividad = ({ events, zone }: { events: readonly SpoolEvent[]; zone: string }) => (
  <section class="lista actividad" aria-labelledby="t-actividad">
    <h2 id="t-actividad">Actividad</h2>
    {/* A part that scrolls needs the keyboard. */}
    <ol id="actividad" tabindex={0} aria-labelledby="t-actividad">
      {events.toReversed().map((event) => ActividadRow({ event, zone }) as "safe")}
    </ol>
    <p class="vacia">Nadie ha hecho nada todavía.</p>
  </section>
);

const cargaHref = ({ firma }: Carga): string => `/tablero?trabajador=${firma.id}#resultado`;

const Links = ({ cargas }: { cargas: readonly Carga[] }) => (
  <>
    {cargas.map((carga) => (
      <a
        id={attr(`carga-${carga.firma.id}`)}
        href={attr(cargaHref(carga))}
        title={attr(carga.firma.nombre)}
      >
        <span safe>{carga.firma.etiqueta}</span> · <b>{numero(carga.total) as "safe"}</b>
      </a>
    ))}
  </>
);

/** `MR(93) · 4`: the load of each worker, the way to their spools. */
export const Cargas = ({ cargas }: { cargas: readonly Carga[] }) => (
  <nav id="carga" class="cargas" aria-label="Carga por trabajador">
    <Links cargas={cargas} />
  </nav>
);

/** The same swapped into a page that is there. */
export const cargasSwap = (cargas: readonly Carga[]): string =>
  String(
    <nav id="carga" class="cargas" aria-label="Carga por trabajador" hx-swap-oob="true">
      <Links cargas={cargas} />
    </nav>,
  );
