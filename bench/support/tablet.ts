/** The enrolled tablet on which benchmarks sign in (spec 8: elsewhere nobody picks a name). */
import { openLedger } from "../../src/compose-ledger.ts";
import { readConfig } from "../../src/config.ts";
import { createLog } from "../../src/log.ts";
import { giveAcceso, TABLET_COOKIE, tabletOf } from "../../test/support/acceso.ts";
import { cookieOf } from "../../test/support/shop.ts";

/** Writes it into the ledger that these variables name, and which no server has open yet. */
export async function enrolTablet(env: Readonly<Record<string, string>>): Promise<void> {
  const ledger = await openLedger(readConfig(env), { log: createLog("silent") });
  await giveAcceso(ledger, tabletOf());
  await ledger.close();
}

/** Asks ZEUES; by default over the network. */
type Ask = (url: string, init: RequestInit) => Response | Promise<Response>;

/**
 * Picks the name of a worker who has no PIN, on that tablet.
 * @returns the cookies of tablet and session. Throws when nobody got in.
 */
export async function signInByName(url: string, worker: number, ask: Ask = fetch): Promise<string> {
  const answer = await ask(`${url}/sesion`, {
    method: "POST",
    body: new URLSearchParams({ trabajador: String(worker) }),
    headers: { Origin: url, Cookie: TABLET_COOKIE },
    redirect: "manual",
  });
  const session = cookieOf(answer, "zeues");
  if (session === "") throw new Error(`no session for worker ${worker}: ${answer.status}`);
  return `${TABLET_COOKIE}; ${session}`;
}
