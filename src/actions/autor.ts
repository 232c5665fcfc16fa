/** Who signs what actions write. */
import type { Actor } from "../domain/command.ts";
import type { Autor } from "../domain/event.ts";
import { firmaOf } from "../domain/trabajador.ts";

export const autorOf = ({ trabajador, medio, dispositivo, requestId }: Actor): Autor => ({
  firma: firmaOf(trabajador),
  medio,
  dispositivo,
  ...(requestId === undefined ? {} : { requestId }),
});

/** Who is at the server's own command line. */
export const CONSOLA: Autor = { firma: null, medio: "consola", dispositivo: null };

/** A browser of which nothing is known yet. */
export const NADIE: Autor = { firma: null, medio: "tablet", dispositivo: null };
