/**
 * What waits for a supervisor's decision about the workbook (spec 7): an import that stands still,
 * hand edits of our columns. One `<li>` so that it swaps like a row; others see it without buttons.
 */
import { huellaDe } from "../src/domain/cambio-visto.ts";
import { hasRol } from "../src/domain/decide.ts";
import type { Planilla } from "../src/domain/event.ts";
import type { CambioAMano, CeldaAMano, Congelada } from "../src/domain/planilla.ts";
import { enPantalla, type Trabajador } from "../src/domain/trabajador.ts";
import { TagField } from "./partes/acciones.tsx";
import { attr } from "./partes/attr.ts";
import { Icono } from "./partes/icono.tsx";
import { Instante } from "./partes/tiempo.tsx";
import { carreteUrl, numero } from "./textos.ts";

/** Ids of the list and of its one row. */
export const DECISIONES_UL = "decisiones";
export const DECISIONES = "por-decidir";

interface DecisionesProps {
  readonly planilla: Planilla | null;
  /** Who looks at it; null = nobody who may act. */
  readonly quien: Trabajador | null;
  readonly zone: string;
}

interface Part {
  readonly supervisor: boolean;
  readonly zone: string;
}

/** A cell may hold 50,000 characters; this many tell which it is. */
const CELDA_MAX = 300;

const cortado = (text: string): string =>
  text.length > CELDA_MAX ? `${text.slice(0, CELDA_MAX).toWellFormed()}…` : text;

const dicho = (verbo: string, text: string): string =>
  text === "" ? `${verbo} nada` : `${verbo} «${cortado(text)}»`;

const Celda = ({ celda: { columna, decia, dice } }: { celda: CeldaAMano }) => (
  <li>
    <b safe>{cortado(columna)}</b>
    <span safe>{`: ${dicho("decía", decia)}, ${dicho("dice", dice)}`}</span>
  </li>
);

/** One decision on one edit. */
const Boton = ({ cambio, a, texto }: { cambio: CambioAMano; a: string; texto: string }) => (
  <form method="post" action={attr(a)} hx-post={attr(a)}>
    <TagField tag={cambio.tag} />
    <input type="hidden" name="huella" value={huellaDe(cambio)} />
    <button
      class={texto === "Aceptar" ? "boton lleno" : "boton"}
      aria-label={attr(`${texto} ${cambio.tag}`)}
    >
      {texto as "safe"}
    </button>
  </form>
);

const Botones = ({ cambio }: { cambio: CambioAMano }) => (
  <div class="acciones">
    <Boton cambio={cambio} a="/problemas/deshacer" texto="Deshacer" />
    {cambio.estado ? <Boton cambio={cambio} a="/problemas/aceptar" texto="Aceptar" /> : null}
  </div>
);

const Cambio = ({ cambio, supervisor, zone }: Part & { cambio: CambioAMano }) => (
  <li class="cambio">
    <div class="cambio-de">
      <a class="tag-en-linea" href={attr(carreteUrl(cambio.tag))} safe>
        {cambio.tag}
      </a>
      <small>
        fila {numero(cambio.fila) as "safe"} · desde <Instante ms={cambio.vistoMs} zone={zone} />
      </small>
    </div>
    <ul class="celdas">
      {cambio.celdas.map((celda) => (
        <Celda celda={celda} />
      ))}
    </ul>
    <p class="nota" safe>
      {cambio.motivo}
    </p>
    {cambio.deshacer ? (
      <p class="decidido" safe>
        {`${enPantalla(cambio.deshacer)} lo deshizo: ZEUES escribe de nuevo lo suyo`}
      </p>
    ) : null}
    {supervisor && !cambio.deshacer ? <Botones cambio={cambio} /> : null}
  </li>
);

const Cambios = ({ cambios, ...part }: Part & { cambios: readonly CambioAMano[] }) => (
  <section class="lista" aria-labelledby="t-cambios">
    <h2 id="t-cambios">
      Cambios a mano <span class="cuenta">{numero(cambios.length) as "safe"}</span>
    </h2>
    <p class="nota">
      Alguien cambió en la planilla columnas que escribe ZEUES. Estas celdas quedan como están hasta
      que un supervisor decida.
    </p>
    <ul>
      {cambios.map((cambio) => (
        <Cambio cambio={cambio} {...part} />
      ))}
    </ul>
  </section>
);

const Importar = ({ huella }: { huella: string }) => (
  <form class="acciones" method="post" action="/problemas/importar" hx-post="/problemas/importar">
    <input type="hidden" name="huella" value={attr(huella)} />
    <button class="boton lleno">Está bien así: importar</button>
  </form>
);

const cuantas = ({ filas, total }: Congelada): string => `${numero(filas)} de ${numero(total)}`;

const Detenida = ({ congelada, supervisor, zone }: Part & { congelada: Congelada }) => (
  <section class="detenida" aria-labelledby="t-detenida">
    <h2 id="t-detenida">
      <Icono nombre="aviso" /> Importación detenida
    </h2>
    <p>
      Cambiaron o faltan {cuantas(congelada) as "safe"} filas: <span safe>{congelada.motivo}</span>.
      Desde el <Instante ms={congelada.desdeMs} zone={zone} /> no se importa nada de la planilla.
    </p>
    {congelada.aplicar ? (
      <p class="decidido" safe>
        {`${enPantalla(congelada.aplicar)} dijo que está bien: se importa en la próxima lectura`}
      </p>
    ) : (
      <p>
        Si fue un error, deshazlo en la planilla (Archivo &gt; Historial de versiones): cuando
        vuelva a estar como antes, la importación sigue sola.
      </p>
    )}
    {supervisor && !congelada.aplicar ? <Importar huella={congelada.huella} /> : null}
  </section>
);

/** The `<li>`. */
export function Decisiones({ planilla, quien, zone }: DecisionesProps): string {
  const { problemas = [], cambios = [], congelada = null } = planilla ?? {};
  const part = { supervisor: quien !== null && hasRol(quien, ["Supervisor"]), zone };
  return String(
    <li id={DECISIONES} data-v={attr(planilla?.version ?? 0)} data-k="">
      {congelada ? <Detenida congelada={congelada} {...part} /> : null}
      {cambios.length > 0 ? <Cambios cambios={cambios} {...part} /> : null}
      {problemas.length + cambios.length === 0 && !congelada ? (
        <p class="nota">La planilla no tiene problemas.</p>
      ) : null}
    </li>,
  );
}
