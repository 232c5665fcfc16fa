/** An instant on screen: in the shop's zone, and how long ago as the script counts it. */
import { formatInstant, isoInstant } from "../../src/domain/fecha.ts";
import { attr } from "./attr.ts";

/** Characters of `DD-MM-YYYY HH:MM:SS` without the seconds. */
const TO_MINUTE = 16;

/** `20-11-2026 08:26`, machine-readable. */
export const Instante = ({ ms, zone }: { ms: number; zone: string }) => (
  <time datetime={isoInstant(ms, zone)}>
    {formatInstant(ms, zone).slice(0, TO_MINUTE) as "safe"}
  </time>
);

/** Since when; the script fills in how long (`3 h 12 min`), counted by the server's clock. */
export const Desde = ({ ms, zone }: { ms: number; zone: string }) => (
  <span class="desde">
    <b class="lapso" data-desde={attr(ms)} />
    <small>
      desde <Instante ms={ms} zone={zone} />
    </small>
  </span>
);

/** Characters before the hour in `DD-MM-YYYY HH:MM`. */
const TO_HOUR = 11;

/** `08:26`, machine-readable with its day, which stands in the title. */
export const Hora = ({ ms, zone }: { ms: number; zone: string }) => {
  const text = formatInstant(ms, zone).slice(0, TO_MINUTE);
  return (
    <time datetime={isoInstant(ms, zone)} title={text}>
      {text.slice(TO_HOUR) as "safe"}
    </time>
  );
};
