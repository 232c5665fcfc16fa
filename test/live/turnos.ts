/** Random work in a taller: commands of the whole crew, edits in the sheet, new spools, batches. */
import fc from "fast-check";
import { ACCIONES, type Command } from "../../src/domain/command.ts";
import type { Pending } from "../../src/domain/event.ts";
import { OCUPABLES } from "../../src/domain/spool.ts";
import { command, fecha, MINUTE_MS } from "../support/builders.ts";
import { CREW, type Taller } from "./taller.ts";

/** Few, so that they are acted on often; natural order and escaping matter in them. */
export const TAGS = ["SP-2", "SP-10", 'A<hx-fila id="x">&quot;', "línea\ntwo"] as const;

type Move =
  | { readonly kind: "act"; readonly tag: string; readonly n: number }
  | {
      readonly kind: "edit";
      readonly tag: string;
      readonly nv: string;
      readonly material: boolean;
    };

/** Moves that become known together; the clock goes on before them. */
export interface Turno {
  readonly afterMs: number;
  readonly moves: readonly Move[];
}

const COMMANDS: readonly Command[] = ACCIONES.flatMap((accion) =>
  "operacion" in command(accion)
    ? OCUPABLES.map((operacion) => command(accion, operacion))
    : [command(accion)],
);

const tag = fc.constantFrom(...TAGS);
const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("act"), tag, n: fc.nat(9_999) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("edit"),
      tag,
      nv: fc.constantFrom("NV-1", "NV-2"),
      material: fc.boolean(),
    }),
  },
);

export const turno: fc.Arbitrary<Turno> = fc.record({
  afterMs: fc.nat(MINUTE_MS),
  moves: fc.uniqueArray(move, { selector: (m) => m.tag, minLength: 1, maxLength: 3 }),
});
export const turnos: fc.Arbitrary<readonly Turno[]> = fc.array(turno, {
  minLength: 1,
  maxLength: 40,
  size: "max",
});

/** The n-th of the commands that the rules accept now; most histories then get somewhere. */
function accepted(taller: Taller, text: string, n: number): Pending | null {
  const events = CREW.flatMap((who) => COMMANDS.map((cmd) => taller.decide(text, cmd, who)));
  const open = events.filter((event) => event !== null);
  return open[n % open.length] ?? null;
}

/** Plays one turn: its events are applied as one batch. */
export function run(taller: Taller, { afterMs, moves }: Turno): void {
  taller.clock.nowMs += afterMs;
  const events = moves.map((m) => {
    if (m.kind === "act") return accepted(taller, m.tag, m.n);
    const fechaMateriales = m.material ? fecha("13-08-2026") : null;
    return taller.edit(m.tag, { nv: m.nv, fechaMateriales });
  });
  taller.apply(...events.filter((event) => event !== null));
}
