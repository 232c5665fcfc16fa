/**
 * Logs: JSON lines for machines, one short line each on a terminal (spec 9). No secrets in here.
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

/** A JSON line as a person reads it; a line that is none stays as it is. */
function readable(json: string): string {
  const line = JSON.parse(json) as Line;
  const clock = new Date(line.time).toTimeString().slice(0, 8);
  const fields = Object.entries(line)
    .filter(([name]) => !DULL.has(name))
    .map(([name, value]) => `${name}=${typeof value === "object" ? JSON.stringify(value) : value}`);
  const label = pino.levels.labels[line.level] ?? "";
  return `${clock} ${label.padEnd(5)} ${line.msg ?? ""} ${fields.join(" ")}\n`;
}

/** Logs to standard error, so that standard output stays for what commands print. */
export function createLog(level: LogLevel): Log {
  const terminal = process.stderr.isTTY === true;
  return pino(
    { level, base: null },
    { write: (json: string) => void process.stderr.write(terminal ? readable(json) : json) },
  );
}
