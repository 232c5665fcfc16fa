/**
 * How far the sheet is behind, in one line: on the dashboard and on the wall (spec 7). How long is
 * counted by planilla.js, which also says a change of state to a screen reader.
 */
import type { EstadoDePlanilla } from "../../src/domain/estado-planilla.ts";
import { fechaAt } from "../../src/domain/fecha.ts";
import { numero } from "../textos.ts";
import { attr } from "./attr.ts";
import { cronometro } from "./duracion.ts";
import { Icono } from "./icono.tsx";
import { Hora, Instante } from "./tiempo.tsx";

export interface PlanillaChipProps {
  readonly estado: EstadoDePlanilla;
  /** The server's clock, epoch milliseconds. */
  readonly ahoraMs: number;
  readonly zone: string;
}

type Kind = EstadoDePlanilla["kind"];

const CLASE: Readonly<Record<Kind, string>> = {
  leyendo: "",
  "al dia": "bien",
  pendientes: "",
  "sin conexion": "mal",
  nadie: "mal",
  detenida: "mal lleno",
};

/** What a screen reader hears when it comes to this; how many and how long is no news. */
const DICHO: Readonly<Record<Kind, string>> = {
  leyendo: "Leyendo la planilla",
  "al dia": "Planilla al día",
  pendientes: "La planilla está atrasada",
  "sin conexion": "Sin conexión con la planilla",
  nadie: "Nadie sincroniza la planilla",
  detenida: "Importación de la planilla detenida",
};

/** `10:32`; with its day when that is another one. */
const Desde = ({ ms, ahoraMs, zone }: { ms: number; ahoraMs: number; zone: string }) => (
  <>
    desde{" "}
    {fechaAt(ms, zone) === fechaAt(ahoraMs, zone) ? (
      <Hora ms={ms} zone={zone} />
    ) : (
      <Instante ms={ms} zone={zone} />
    )}
  </>
);

const cuantos = (total: number): string =>
  `${numero(total)} ${total === 1 ? "pendiente" : "pendientes"}`;

function Texto({ estado, ahoraMs, zone }: PlanillaChipProps) {
  switch (estado.kind) {
    case "leyendo":
      return <>Planilla: leyendo…</>;
    case "al dia":
      return <>Planilla al día</>;
    case "pendientes":
      return (
        <>
          {cuantos(estado.total) as "safe"} hace{" "}
          <span class="hace" data-hace={String(estado.desdeMs)}>
            {cronometro(ahoraMs - estado.desdeMs) as "safe"}
          </span>
        </>
      );
    case "sin conexion":
      return (
        <>
          sin conexión <Desde ms={estado.desdeMs} ahoraMs={ahoraMs} zone={zone} />
        </>
      );
    case "nadie":
      return (
        <>
          nadie sincroniza <Desde ms={estado.desdeMs} ahoraMs={ahoraMs} zone={zone} />
        </>
      );
    case "detenida":
      return <>Importación detenida</>;
  }
}

/**
 * The chip, the way to what it tells of.
 * @param swap for the stream: the fragment that replaces the one on the page
 */
export const PlanillaChip = ({
  swap = false,
  ...props
}: PlanillaChipProps & { swap?: boolean }) => {
  const { estado } = props;
  const { kind } = estado;
  const motivo = kind === "sin conexion" ? estado.motivo : null;
  // Of what it is behind must be plain where the words before do not say it.
  const suelto = kind === "sin conexion" || kind === "nadie" || kind === "pendientes";
  return (
    <a
      id="planilla"
      class={`chip-planilla ${CLASE[kind]}`}
      href="/problemas"
      title={motivo === null ? undefined : attr(motivo)}
      data-dicho={DICHO[kind]}
      {...(swap ? { "hx-swap-oob": "true" } : {})}
    >
      {kind === "leyendo" || kind === "pendientes" ? null : (
        <Icono nombre={kind === "al dia" ? "listo" : "aviso"} />
      )}
      <span>
        <b>
          <Texto {...props} />
        </b>
        {suelto ? <small safe>{motivo ?? "Planilla de Google"}</small> : null}
      </span>
    </a>
  );
};

/** Its place on a page, with the region that planilla.js speaks through. */
export const PlanillaLugar = (props: PlanillaChipProps) => (
  <div class="lugar-planilla">
    <PlanillaChip {...props} />
    <span id="planilla-voz" class="oculto" role="status" />
  </div>
);
