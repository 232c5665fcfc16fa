/**
 * Logs: JSON lines for machines, one short line each on a terminal (spec 9). No secrets in here.
 * What strangers send stands in them too, so no line can begin another or move a cursor (ASVS 5.0,
 * 16.4.1).
 */
import pino, { type Logger } from "pino";

export type Log = Logger;

export const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

interface Line {
  readonly level: number;
  readonly time: number;
  readonly msg?: string;
  readonly [field: string]: unknown;
}

/** Fields that say the same in every line. */
const DULL = new Set(["level", "time", "msg", "pid", "hostname"]);

/** Controls of terminals and of writing direction, breaks of lines, halves of characters. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

const codeUnits = (char: string): string =>
  Array.from({ length: char.length }, (_, at) => char.charCodeAt(at))
    .map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`)
    .join("");

/** A text in one line that a terminal only shows: what is not for showing, as JSON escapes it. */
export const printable = (text: string): string => text.replace(UNPRINTABLE, codeUnits);

/** A value as one word: a text that could pass for several stands in quotes. */
function wordOf(value: unknown): string {
  const bare = typeof value === "string" && /^[^\s"=\\\p{C}\p{Zl}\p{Zp}]+$/u.test(value);
  return bare ? value : printable(JSON.stringify(value) ?? "");
}

/** A line of JSON as a person reads it. */
export function readable(json: string): string {
  const line = JSON.parse(json) as Line;
  const clock = new Date(line.time).toTimeString().slice(0, 8);
  const fields = Object.entries(line)
    .filter(([name]) => !DULL.has(name))
    .map(([name, value]) => `${printable(name)}=${wordOf(value)}`);
  const label = pino.levels.labels[line.level] ?? "";
  return `${clock} ${label.padEnd(5)} ${printable(line.msg ?? "")} ${fields.join(" ")}\n`;
}

/** The same line of JSON, which whoever looks at it on a terminal may look at. */
export const forMachines = (json: string): string => `${printable(json.trimEnd())}\n`;

/** Logs to standard error, so that standard output stays for what commands print. */
export function createLog(level: LogLevel): Log {
  const line = process.stderr.isTTY === true ? readable : forMachines;
  const write = (json: string) => void process.stderr.write(line(json));
  return pino({ level, base: null }, { write });
}
