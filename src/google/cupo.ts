/** What was spent of Google's minute, from one holder to the next (budget B3). */
import type { Ledger } from "../ledger/ledger.ts";
import { Budget, type CallKind, parseSpent } from "./budget.ts";
import type { Clock } from "./clock.ts";

const CUPO_DOCUMENT = "planilla:cupo";

/** A holder that is killed left its note before its last requests: room for those. */
const AHEAD: Readonly<Record<CallKind, number>> = { read: 8, write: 6 };

/** The budget as the last holder left it; whole when there never was one. */
export async function openBudget(
  ledger: Pick<Ledger, "document">,
  clock: Clock,
  wallMs: number,
): Promise<Budget> {
  const spent = await ledger.document(CUPO_DOCUMENT);
  return new Budget({ clock, before: spent === null ? "none" : parseSpent(spent), wallMs });
}

/**
 * The note for the next holder.
 * @param last whether nothing more will be sent
 */
export function cupoDocument(
  budget: Budget,
  wallMs: number,
  last: boolean,
): Readonly<Record<string, string>> {
  const { atMs, ages } = budget.note(wallMs);
  const told = (kind: CallKind): readonly number[] =>
    last ? ages[kind] : [...ages[kind], ...new Array<number>(AHEAD[kind]).fill(0)];
  return {
    [CUPO_DOCUMENT]: JSON.stringify({ atMs, ages: { read: told("read"), write: told("write") } }),
  };
}
