/** An enrolled tablet, PINs and tokens for tests, written as a supervisor's actions would. */
import { putWrite, type Said } from "../../src/actions/acceso.ts";
import { type Acceso, keyOfAcceso, type Pin, type Tablet } from "../../src/domain/acceso.ts";
import type { TrabajadorId } from "../../src/domain/trabajador.ts";
import { sha256 } from "../../src/identity/secret.ts";
import type { Ledger, Write } from "../../src/ledger/ledger.ts";

const SAID: Said = {
  autor: { firma: null, medio: "consola", dispositivo: null },
  hecho: "tablet inscrito",
  sobre: "prueba",
};

/** The cookie of the tablet that `tabletOf` makes: `zeues-tablet=…`. */
export const TABLET_SECRET = "the-secret-of-a-tablet-that-only-tests-have-1";
export const TABLET_COOKIE = `zeues-tablet=${TABLET_SECRET}`;
/** The PIN of everybody to whom tests give one. */
export const PIN = "7294";

export const tabletOf = (secret = TABLET_SECRET, id = "tablet-1"): Tablet => ({
  kind: "tablet",
  version: 1,
  id,
  nombre: "Tablet de prueba",
  hash: sha256(secret),
  desdeMs: 0,
});

let hashed: Promise<string> | null = null;
/** Argon2id of PIN, made once, and of the smallest cost: hundreds of tests sign in with it. */
const pinHash = (): Promise<string> => {
  hashed ??= Bun.password.hash(PIN, { algorithm: "argon2id", memoryCost: 8, timeCost: 1 });
  return hashed;
};

export const pinOf = async (id: number): Promise<Pin> => ({
  kind: "pin",
  version: 1,
  trabajadorId: id as TrabajadorId,
  clave: await pinHash(),
  desdeMs: 0,
});

/** First sight of an access record. */
export const accesoWrite = (acceso: Acceso): Write => putWrite(acceso, SAID, 0);

/** The session's own cookie among those of a browser: `ID.T.MAC`. */
export const sessionOf = (cookies: string): string =>
  /(?:^|; )zeues=([^;]*)/.exec(cookies)?.[1] ?? "";

/** Stores a record under its key, unless one stands there. */
export async function giveAcceso(
  ledger: Pick<Ledger, "commit" | "state">,
  acceso: Acceso,
): Promise<void> {
  if (await ledger.state(keyOfAcceso(acceso))) return;
  await ledger.commit({ writes: [accesoWrite(acceso)] });
}
