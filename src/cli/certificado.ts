/**
 * The certificate of direct TLS: two PEM files, read whole and checked before anybody is served
 * with them. Each thing that may be wrong is one line.
 */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { TlsFiles } from "../config.ts";
import { ConfigError } from "../config.ts";
import { aviso, bien, type Finding, mal } from "../ledger/finding.ts";

export interface Certificado {
  /** PEM: the certificate, then those between it and its root. */
  readonly cert: string;
  /** PEM, without a password. */
  readonly key: string;
  /** The last moment that it holds. */
  readonly untilMs: number;
  /** Names and addresses that it is for, as the certificate has them. */
  readonly names: string;
}

const MS_PER_DAY = 86_400_000;
/** Let's Encrypt's clients renew 30 days before the end: with a third of that gone, none does. */
const SOON_DAYS = 20;

const WHY: Readonly<Record<string, string>> = {
  ENOENT: "no existe",
  EACCES: "no se puede leer: dale permiso de lectura al usuario de ZEUES",
  EISDIR: "es una carpeta, no un archivo",
};

async function readPem(name: string, path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    throw new ConfigError(`${name} no sirve: ${path} ${WHY[code] ?? message}`);
  }
}

/** What `parse` makes of the file's text; the key's own text never gets into a message. */
function parsed<T>(name: string, path: string, what: string, parse: () => T): T {
  try {
    return parse();
  } catch {
    throw new ConfigError(`${name} no sirve: ${path} no es ${what}`);
  }
}

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/**
 * Reads and checks both files.
 * @throws ConfigError in one line: missing, unreadable, no PEM, not matching, not of today
 */
export async function readCertificado(files: TlsFiles, nowMs: number): Promise<Certificado> {
  const cert = await readPem("ZEUES_TLS_CERT", files.cert);
  const key = await readPem("ZEUES_TLS_KEY", files.key);
  const x509 = parsed("ZEUES_TLS_CERT", files.cert, "un certificado PEM", () => {
    return new X509Certificate(cert);
  });
  const secret = parsed("ZEUES_TLS_KEY", files.key, "una clave privada PEM sin contraseña", () => {
    return createPrivateKey(key);
  });
  if (!x509.checkPrivateKey(secret)) {
    const pair = `${files.key} no es la clave de ${files.cert}`;
    throw new ConfigError(`ZEUES_TLS_CERT y ZEUES_TLS_KEY no sirven: ${pair}`);
  }
  const untilMs = Date.parse(x509.validTo);
  if (nowMs > untilMs) {
    const how = "renuévalo y revisa la hora de esta máquina";
    throw new ConfigError(
      `ZEUES_TLS_CERT no sirve: ${files.cert} venció el ${dayOf(untilMs)}: ${how}`,
    );
  }
  const fromMs = Date.parse(x509.validFrom);
  if (nowMs < fromMs) {
    const how = `vale desde el ${dayOf(fromMs)}: revisa la hora de esta máquina`;
    throw new ConfigError(`ZEUES_TLS_CERT no sirve: ${files.cert} ${how}`);
  }
  return { cert, key, untilMs, names: x509.subjectAltName ?? x509.subject };
}

/** What `zeues doctor` says of it. */
export async function examineCertificado(files: TlsFiles, nowMs: number): Promise<Finding> {
  try {
    const { untilMs, names } = await readCertificado(files, nowMs);
    const days = Math.floor((untilMs - nowMs) / MS_PER_DAY);
    const what = `certificado de ${names}: hasta el ${dayOf(untilMs)}, ${days} días`;
    return days < SOON_DAYS
      ? aviso(what, "renuévalo; ZEUES toma el nuevo sin reiniciar")
      : bien(what);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return mal(error.message, "ZEUES no parte sin un certificado que sirva (docs/proxies.md)");
  }
}
