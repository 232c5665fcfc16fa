/** What an intake from Google's sheet is given. */
import type { Tag } from "../domain/spool.ts";
import type { ImportInput } from "./import-change.ts";
import type { Memoria } from "./memoria.ts";

export interface IntakeInput extends Omit<ImportInput, "force" | "tabsChanged"> {
  /** Tags with events that the sheet lacks: the outbox will write them within seconds. */
  readonly pendientes: (tag: Tag) => boolean;
  /** Whether something was ever done to a spool in ZEUES; undefined = not known: ask `dudas`. */
  readonly actuado: (tag: Tag) => boolean | undefined;
  /** What reading the sheet found odd (a tag that is a number …): to be listed. */
  readonly avisos: readonly Aviso[];
  /** Of the reads before, so that unchanged rows cost a comparison only; absent = none. */
  readonly memoria?: Memoria;
}

export interface Aviso {
  readonly tab: string;
  /** As the sheet shows it. */
  readonly fila: number;
  readonly motivo: string;
}
