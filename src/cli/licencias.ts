/** `zeues licencias`: the licence of ZEUES and the notices of all that is inside the binary. */
import own from "../../LICENSE" with { type: "text" };
import others from "./licencias.txt" with { type: "text" };

export const licencias = (print: (line: string) => void): void =>
  print(`ZEUES\n\n${own.trim()}\n\n${others.trim()}`);
