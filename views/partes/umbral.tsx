/**
 * From how many hours an occupied spool is marked: the same on all screens, set by a supervisor.
 */
import { UMBRAL_MAX_HORAS } from "../../src/domain/ajustes.ts";
import { numero } from "../textos.ts";
import { attr } from "./attr.ts";

const Horas = ({ horas, oob }: { horas: number; oob: boolean }) => (
  <b id="umbral" data-horas={attr(horas)} hx-swap-oob={oob ? "true" : undefined}>
    {numero(horas) as "safe"} h
  </b>
);

/** The threshold swapped into a dashboard that is open. */
export const umbralSwap = (horas: number): string => String(<Horas horas={horas} oob={true} />);

export const Umbral = ({ horas, supervisor }: { horas: number; supervisor: boolean }) => (
  <div class="umbral">
    <span>
      Se marcan los de más de <Horas horas={horas} oob={false} />
    </span>
    {supervisor ? (
      <form method="post" action="/tablero/umbral" hx-post="/tablero/umbral">
        <label>
          Horas
          <input
            name="horas"
            type="number"
            inputmode="numeric"
            min="1"
            max={String(UMBRAL_MAX_HORAS)}
            required={true}
            value={attr(horas)}
          />
        </label>
        <button class="boton">Guardar</button>
      </form>
    ) : null}
  </div>
);
