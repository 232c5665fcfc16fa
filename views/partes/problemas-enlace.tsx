/** The dashboard's way to the workbook's problems, loud only when somebody has to act. */
import type { Planilla } from "../../src/domain/event.ts";
import { numero } from "../textos.ts";
import { Icono } from "./icono.tsx";

interface Props {
  readonly planilla: Planilla | null;
  readonly swap?: boolean;
}

const cuantos = (total: number, one: string, many: string): string =>
  `${numero(total)} ${total === 1 ? one : many}`;

/** `3 cambios a mano, 2 por corregir`; the warnings when there is nothing else. */
function texto({ problemas, cambios = [] }: Planilla): { texto: string; fuerte: boolean } {
  const errores = problemas.filter(({ gravedad }) => gravedad === "error").length;
  const partes = [
    cambios.length > 0 ? cuantos(cambios.length, "cambio a mano", "cambios a mano") : "",
    errores > 0 ? `${numero(errores)} por corregir` : "",
  ].filter(Boolean);
  return partes.length > 0
    ? { texto: partes.join(", "), fuerte: true }
    : { texto: cuantos(problemas.length, "aviso", "avisos"), fuerte: false };
}

function Enlace({ planilla }: { planilla: Planilla | null }) {
  if (!planilla || planilla.problemas.length + (planilla.cambios?.length ?? 0) === 0) return null;
  const { texto: dice, fuerte } = texto(planilla);
  return (
    <a class={fuerte ? "problemas hay" : "problemas"} href="/problemas">
      <Icono nombre="aviso" /> Problemas de la planilla: {dice as "safe"}
    </a>
  );
}

/** The link's place; empty while the workbook is as it should be. */
export const ProblemasEnlace = ({ planilla, swap = false }: Props) => (
  <span id="problemas" {...(swap ? { "hx-swap-oob": "true" } : {})}>
    <Enlace planilla={planilla} />
  </span>
);

/** The same swapped into a page that is there. */
export const problemasSwap = (planilla: Planilla | null): string =>
  String(<ProblemasEnlace planilla={planilla} swap={true} />);
