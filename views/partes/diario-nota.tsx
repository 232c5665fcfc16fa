/** Since when the diary knows everything, said where that is less than the page shows. */
import { Instante } from "./tiempo.tsx";

export interface DiarioNotaProps {
  /** null: it is still being read. */
  readonly desdeMs: number | null;
  /** Where the page's oldest day begins. */
  readonly quiereMs: number;
  readonly zone: string;
}

export const DiarioNota = ({ desdeMs, quiereMs, zone }: DiarioNotaProps) => {
  if (desdeMs === null) return <b>El registro todavía se está leyendo: faltan datos.</b>;
  if (desdeMs <= quiereMs) return null;
  return (
    <b>
      Cuenta desde el <Instante ms={desdeMs} zone={zone} />: lo anterior es demasiado.
    </b>
  );
};
