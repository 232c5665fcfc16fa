/** Self-signed certificates for tests, made anew each time by openssl. */
import { join } from "node:path";

export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
  /** Certificate and key in one file, as HAProxy wants it. */
  readonly both: string;
}

/** Makes one for localhost and 127.0.0.1 in a folder. @param name of the files and its subject */
export async function makeCertificate(folder: string, name = "tls"): Promise<CertificateFiles> {
  const [cert, key] = [join(folder, `${name}-cert.pem`), join(folder, `${name}-key.pem`)];
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const names = ["-subj", `/CN=${name}`, "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
  const files = ["-keyout", key, "-out", cert];
  const made = Bun.spawnSync(["openssl", "req", "-x509", ...kind, ...names, ...files]);
  if (made.exitCode !== 0) throw new Error(`openssl: ${made.stderr}`);
  const both = join(folder, `${name}.pem`);
  await Bun.write(both, (await Bun.file(cert).text()) + (await Bun.file(key).text()));
  return { cert, key, both };
}
