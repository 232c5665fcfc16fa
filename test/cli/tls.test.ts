/** Direct TLS: files that are checked, renewed without a restart, and what browsers see of it. */
import { describe, expect, test } from "bun:test";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { connect } from "node:tls";
import { examineCertificado, readCertificado } from "../../src/cli/certificado.ts";
import { readConfig } from "../../src/config.ts";
import { makeCertificate } from "../support/certificate.ts";
import { curl, openCurl } from "../support/curl.ts";
import { TOKEN, tempFolder } from "../support/shop.ts";
import { runZeues, startZeues } from "../support/terminal.ts";

const MS_PER_DAY = 86_400_000;
const auth = { Authorization: `Bearer ${TOKEN}` };

const refusalOf = async (cert: string, key: string, nowMs = Date.now()): Promise<string> =>
  await readCertificado({ cert, key }, nowMs).then(
    () => "accepted",
    (error: Error) => error.message,
  );

describe("what is wrong with the files is one line", () => {
  test("missing, no PEM, not matching, over, not begun", async () => {
    using folder = tempFolder();
    const { cert, key } = await makeCertificate(folder.path);
    const other = await makeCertificate(folder.path, "otro");
    expect(await refusalOf(cert, key)).toBe("accepted");
    const nada = join(folder.path, "nada.pem");
    expect(await refusalOf(nada, key)).toBe(`ZEUES_TLS_CERT no sirve: ${nada} no existe`);
    expect(await refusalOf(cert, nada)).toBe(`ZEUES_TLS_KEY no sirve: ${nada} no existe`);
    expect(await refusalOf(folder.path, key)).toContain("es una carpeta, no un archivo");
    expect(await refusalOf(key, key)).toContain("no es un certificado PEM");
    expect(await refusalOf(cert, cert)).toContain("no es una clave privada PEM");
    expect(await refusalOf(cert, other.key)).toContain(`${other.key} no es la clave de ${cert}`);
    const now = Date.now();
    expect(await refusalOf(cert, key, now + 400 * MS_PER_DAY)).toContain("venció el ");
    expect(await refusalOf(cert, key, now - MS_PER_DAY)).toContain("revisa la hora");
  });

  test("one without the other, and at the start of the process", async () => {
    const both = "ZEUES_TLS_CERT y ZEUES_TLS_KEY no sirven: deben ponerse las dos";
    expect(() => readConfig({ ZEUES_TLS_CERT: "a.pem" })).toThrow(both);
    expect(() => readConfig({ ZEUES_TLS_KEY: "a.pem" })).toThrow(both);
    using folder = tempFolder();
    const env = { ZEUES_DATA: folder.path, ZEUES_TLS_CERT: "/nada", ZEUES_TLS_KEY: "/nada" };
    const { code, stdout, stderr } = await runZeues(["serve"], env);
    expect(code).toBe(1);
    expect(stdout + stderr).toBe("zeues: ZEUES_TLS_CERT no sirve: /nada no existe\n");
  });

  test("doctor says until when it holds, and warns before", async () => {
    using folder = tempFolder();
    const files = await makeCertificate(folder.path);
    const { untilMs } = await readCertificado(files, Date.now());
    const at = (days: number) => examineCertificado(files, untilMs - days * MS_PER_DAY);
    expect(await at(25)).toMatchObject({ grade: "bien", what: expect.stringContaining("25 días") });
    expect(await at(10)).toMatchObject({ grade: "aviso" });
    expect(await at(-1)).toMatchObject({ grade: "mal" });
  });
});

/** Whose certificate a new connection gets. */
async function servedTo(url: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = connect({ port: Number(new URL(url).port), rejectUnauthorized: false }, () => {
    resolve(String(socket.getPeerCertificate().subject.CN));
    socket.end();
  });
  socket.on("error", reject);
  return await promise;
}

test("a renewed certificate is served from SIGHUP on, and streams stay", async () => {
  using folder = tempFolder();
  const { cert, key } = await makeCertificate(folder.path, "viejo");
  const renewed = await makeCertificate(folder.path, "nuevo");
  const tls = { ZEUES_TLS_CERT: cert, ZEUES_TLS_KEY: key };
  const env = { ...tls, ZEUES_DATA: folder.path, ZEUES_API_TOKEN: TOKEN, ZEUES_LOG: "info" };
  await using zeues = await startZeues({ ...env, ZEUES_DEMO: "on" });
  expect(zeues.url).toStartWith("https://");
  expect(await servedTo(zeues.url)).toBe("viejo");
  await using stream = openCurl(`${zeues.url}/api/sse/stream`, { headers: auth });
  await stream.said(/event: ping/);

  // Half of a renewal: the old one goes on.
  await copyFile(renewed.cert, cert);
  zeues.signal("SIGHUP");
  await zeues.logged(/certificate not renewed/);
  expect(await servedTo(zeues.url)).toBe("viejo");
  await copyFile(renewed.key, key);
  zeues.signal("SIGHUP");
  await zeues.logged(/certificate renewed/);
  expect(await servedTo(zeues.url)).toBe("nuevo");

  const list = `${zeues.url}/api/spools?operacion=ARM&estado=disponible&limit=1`;
  const [, tag] = /"tag_spool":"([^"]+)"/.exec(await curl(list, { headers: auth })) ?? [];
  const data = JSON.stringify({ tag_spool: tag, worker_id: 21, operacion: "ARM" });
  const headers = { ...auth, "Content-Type": "application/json" };
  await curl(`${zeues.url}/api/occupation/tomar`, { headers, more: ["--data", data] });
  await stream.said(/event: spool_update/);
  // Also the server of before is told to stop.
  zeues.signal("SIGTERM");
  await stream.said(/event: volver/);
  expect(await zeues.exited).toBe(0);
});

test("as behind a proxy: cookies are Secure, HSTS is sent, only its own Origin may change", async () => {
  using folder = tempFolder();
  const { cert, key } = await makeCertificate(folder.path);
  const tls = { ZEUES_TLS_CERT: cert, ZEUES_TLS_KEY: key };
  await using zeues = await startZeues({ ...tls, ZEUES_DATA: folder.path, ZEUES_DEMO: "on" });
  const enrol = (origin: string) =>
    curl(`${zeues.url}/tablet/demo`, { headers: { Origin: origin }, more: ["--data", ""] });
  const enrolled = await enrol(zeues.url);
  expect(enrolled).toMatch(/^set-cookie: __Host-zeues-tablet=.*; Secure/im);
  expect(enrolled).toMatch(/^strict-transport-security: max-age=31536000/im);
  expect(await enrol(zeues.url.replace("https", "http"))).toStartWith("HTTP/1.1 403");
});

test("the health check asks with TLS, and so does a start whose port another ZEUES has", async () => {
  using folder = tempFolder();
  const { cert, key } = await makeCertificate(folder.path);
  const tls = { ZEUES_TLS_CERT: cert, ZEUES_TLS_KEY: key };
  await using zeues = await startZeues({ ...tls, ZEUES_DATA: folder.path, ZEUES_DEMO: "on" });
  const { port: PORT } = new URL(zeues.url);
  expect(await runZeues(["salud"], { ...tls, PORT })).toMatchObject({ code: 0, stderr: "" });
  const ZEUES_DATA = join(folder.path, "other");
  const second = await runZeues(["serve"], { ...tls, PORT, ZEUES_DATA, ZEUES_DEMO: "on" });
  expect(second.code).toBe(1);
  expect(second.stderr).toContain(`el puerto ${PORT} ya lo usa otro ZEUES`);
});
