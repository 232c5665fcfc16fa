/** The one line that a screen reader hears when something happens on the dashboard. */
import type { SpoolEvent } from "../../src/domain/event.ts";
import { enPantalla } from "../../src/domain/trabajador.ts";
import { HIZO, OPERACION, quienFue } from "../textos.ts";

/** Who did what: `Rosa Pérez (168) tomó`. */
const quienHizo = (event: SpoolEvent): string =>
  `${quienFue(event, enPantalla)} ${HIZO[event.cambio.accion] ?? event.cambio.accion}`;

const enOperacion = ({ cambio }: SpoolEvent): string =>
  cambio.operacion ? ` (${OPERACION[cambio.operacion]})` : "";

/** What happened to which spool, as one sentence. */
export const novedadText = (event: SpoolEvent): string =>
  `${quienHizo(event)} ${event.tag}${enOperacion(event)}`;

/** The same where the spool is plain from the page. */
export const sucesoText = (event: SpoolEvent): string =>
  `${quienHizo(event).replace(/ (en|de)$/, "")}${enOperacion(event)}`;

/** Replaces the content of the page's `role=status` line. */
export const Novedad = ({ event }: { event: SpoolEvent }): string =>
  String(
    <span id="novedad" hx-swap-oob="true" safe>
      {novedadText(event)}
    </span>,
  );
