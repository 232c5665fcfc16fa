/** What a check of a store found (`zeues doctor`, `/readyz`): a line for people. */
export interface Finding {
  /** `aviso`: it works, and something should be set otherwise. `mal`: it does not work. */
  readonly grade: "bien" | "aviso" | "mal";
  readonly what: string;
  /** What to do; absent when nothing is to be done. */
  readonly fix?: string;
}

export const bien = (what: string): Finding => ({ grade: "bien", what });
export const aviso = (what: string, fix: string): Finding => ({ grade: "aviso", what, fix });
/** @param fix left out where `what` says it already */
export const mal = (what: string, fix?: string): Finding => ({
  grade: "mal",
  what,
  ...(fix === undefined ? {} : { fix }),
});

/** Both halves as one line. */
export const lineOf = ({ what, fix }: Finding): string => (fix ? `${what}; ${fix}` : what);

/** `1.234 sucesos` */
export const sucesos = (count: number): string =>
  `${count.toLocaleString("es-CL")} ${count === 1 ? "suceso" : "sucesos"}`;

/** Clocks further apart than this make instants of two processes hard to compare. */
const CLOCK_MS = 2_000;

const seconds = new Intl.NumberFormat("es-CL", { maximumFractionDigits: 1 });

/** @param aheadMs how much further this machine's clock is than the other one's */
export function judgeClock(aheadMs: number, other: string): Finding {
  const s = `${seconds.format(Math.abs(aheadMs) / 1_000)} s`;
  if (Math.abs(aheadMs) <= CLOCK_MS) return bien(`reloj: a ${s} de ${other}`);
  const how = aheadMs > 0 ? "adelantada" : "atrasada";
  return aviso(
    `reloj: esta máquina va ${s} ${how} respecto de ${other}`,
    "sincroniza los relojes (NTP)",
  );
}
