/** How commands are used: their words and options, and what is said when they are not used so. */
import { type ParseArgsConfig, parseArgs } from "node:util";
import { maybe, nearest } from "../config-nearest.ts";

/** A command was used wrongly; the message says how, beside the lines that say how it is used. */
export class Usage extends Error {
  override readonly name = "Usage";
}

type Options = NonNullable<ParseArgsConfig["options"]>;

/** Options and the rest; throws Usage, which never repeats what was typed: it may be a secret. */
export function parsed<O extends Options>(args: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch {
    const names = Object.keys(options).map((name) => `--${name}`);
    const typed = args.map((arg) => arg.replace(/=.*/s, ""));
    const odd = typed.find((arg) => arg.startsWith("--") && !names.includes(arg));
    const near = odd === undefined ? null : nearest(odd, names);
    throw new Usage(`hay una opción que no existe o a la que le falta su valor${maybe(near)}`);
  }
}

/** The only one of them. @returns undefined for none; throws Usage for more */
export function only([first, ...more]: readonly string[]): string | undefined {
  if (more.length > 0) throw new Usage("hay palabras de más");
  return first;
}
