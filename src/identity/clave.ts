/**
 * What a password must be (NIST SP 800-63B-4, 3.1.1; OWASP ASVS 5.0, 6.2): long enough, and not one
 * that a guesser tries early; no rules of letters and signs, and never cut or changed. How soon it
 * would be tried is zxcvbn's to say (Wheeler, USENIX Security 2016), from the 50,000 most used
 * passwords, keyboard runs, repeats, dates, and the words that anybody here knows.
 */

/** Counted as people do, by code points. */
export const CLAVE_MIN = 12;
export const CLAVE_MAX = 256;

/** Words of the shop and of ours, which a guesser tries first. */
const CONTEXTO = ["zeues", "carrete", "spool", "taller", "soldador", "soldadura", "armador"]
  .concat(["armado", "ayudante", "metrologia", "supervisor", "planilla", "tuberia", "trabajador"])
  .concat(["contraseña", "contrasena", "clave", "password", "administrador", "chile"]);

/** Guesses that an attacker who is slowed and locked out does not get to make in years. */
const ADIVINADA = 10 ** 9;
/** More of a password is not looked at: the estimate's time grows faster than its length. */
const MIRADOS = 64;

async function guesses(clave: string, words: readonly string[]): Promise<number> {
  // A megabyte of words, for the few times that somebody chooses a password.
  const [{ ZxcvbnFactory }, { dictionary, adjacencyGraphs }] = await Promise.all([
    import("@zxcvbn-ts/core"),
    import("@zxcvbn-ts/language-common"),
  ]);
  const zxcvbn = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs, maxLength: MIRADOS });
  return zxcvbn.check([...clave].slice(0, MIRADOS).join(""), [...words]).guesses;
}

/**
 * Why a password will not do, one Spanish sentence; null when it will.
 * @param names the person's: name, usuario
 */
export async function claveDebil(clave: string, names: readonly string[]): Promise<string | null> {
  const length = [...clave].length;
  if (length < CLAVE_MIN) return `La clave debe tener ${CLAVE_MIN} caracteres o más`;
  if (length > CLAVE_MAX) return `La clave debe tener ${CLAVE_MAX} caracteres o menos`;
  const bare = names.map((name) => name.normalize("NFD").replace(/\p{M}/gu, ""));
  const parts = [...names, ...bare].flatMap((name) => name.split(/[\s._-]+/));
  const joined = bare.map((name) => name.replace(/[\s._-]+/g, ""));
  const words = [...parts, ...joined, ...CONTEXTO];
  return (await guesses(clave, words)) < ADIVINADA
    ? "Esa clave se adivina pronto: evita palabras del taller, nombres, fechas y repeticiones"
    : null;
}
