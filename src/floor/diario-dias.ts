/**
 * Days and weeks of the shop as spans of instants. Pure. A day is 23, 24 or 25 hours long as the
 * zone's clock goes; where spring skips midnight it begins at one o'clock.
 */
import { type Fecha, fechaAt, fechaOf, instantOf } from "../domain/fecha.ts";

/** From `desdeMs` until before `hastaMs`, epoch milliseconds. */
export interface Periodo {
  readonly desdeMs: number;
  readonly hastaMs: number;
}

export interface Dia extends Periodo {
  readonly fecha: Fecha;
}

const DAYS_OF_WEEK = 7;

/** The day that is `days` after a day of the calendar. */
function plus(fecha: Fecha, days: number): Fecha {
  const [year = 0, month = 1, day = 1] = fecha.split("-").map(Number);
  const at = new Date(Date.UTC(year, month - 1, day + days));
  const reading = { hour: 0, minute: 0, second: 0, day: at.getUTCDate() };
  return fechaOf({ ...reading, year: at.getUTCFullYear(), month: at.getUTCMonth() + 1 });
}

/** When a day begins in the zone. */
function beginOf(fecha: Fecha, zone: string): number {
  const [year = 0, month = 1, day = 1] = fecha.split("-").map(Number);
  return instantOf({ year, month, day, hour: 0, minute: 0, second: 0 }, zone);
}

const diaOf = (fecha: Fecha, zone: string): Dia => ({
  fecha,
  desdeMs: beginOf(fecha, zone),
  hastaMs: beginOf(plus(fecha, 1), zone),
});

/** The last `count` days of the shop, today last. */
export function diasHasta(nowMs: number, zone: string, count: number): readonly Dia[] {
  const today = fechaAt(nowMs, zone);
  return Array.from({ length: count }, (_, i) => diaOf(plus(today, i + 1 - count), zone));
}

/** Today in the shop's zone. */
export const hoy = (nowMs: number, zone: string): Dia => diaOf(fechaAt(nowMs, zone), zone);

/** This week in the shop's zone, from Monday. */
export function semana(nowMs: number, zone: string): Periodo {
  const today = fechaAt(nowMs, zone);
  const weekday = new Date(`${today}T00:00:00Z`).getUTCDay();
  const monday = plus(today, -((weekday + DAYS_OF_WEEK - 1) % DAYS_OF_WEEK));
  return { desdeMs: beginOf(monday, zone), hastaMs: beginOf(plus(monday, DAYS_OF_WEEK), zone) };
}
