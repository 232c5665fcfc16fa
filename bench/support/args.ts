/** `--name VALUE` of the command line, numbers only. */
import { parseArgs } from "node:util";

/**
 * Reads whole numbers by name; throws with the names there are when one is unknown or no number.
 */
export function readNumbers<N extends string>(defaults: Readonly<Record<N, number>>) {
  const names = Object.keys(defaults) as N[];
  const options = Object.fromEntries(names.map((name) => [name, { type: "string" } as const]));
  const { values } = parseArgs({ options });
  const read = (name: N): number => {
    const text = values[name];
    if (text === undefined) return defaults[name];
    if (!/^\d{1,9}$/.test(String(text))) throw new Error(`--${name} wants a whole number`);
    return Number(text);
  };
  return Object.fromEntries(names.map((name) => [name, read(name)])) as Record<N, number>;
}
