/**
 * nginx, Caddy and HAProxy with the files that ship (docs/deploy), of which only addresses, ports,
 * paths and certificates are changed; and times, where a test would wait for minutes otherwise.
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeCertificate } from "./certificate.ts";
import { freePort } from "./free-port.ts";
import { launch, type Program } from "./program.ts";

const DEPLOY = join(import.meta.dir, "../../docs/deploy");

export const PROXIES = ["nginx", "caddy", "haproxy"] as const;
export type ProxyName = (typeof PROXIES)[number];

export interface ProxyOptions {
  /** False: plain HTTP, as behind something else that ends TLS. */
  readonly tls?: boolean;
  /** Of what ships: the text, which must be there, and what stands instead. */
  readonly changes?: readonly (readonly [from: string, to: string])[];
}

export interface Proxy extends AsyncDisposable {
  /** `https://localhost:PORT`, or `http://…` without TLS. */
  readonly url: string;
  /** As whoever runs it does after a change; resolves once new connections get the new one. */
  reload(): Promise<void>;
}

interface Parts {
  readonly folder: string;
  readonly port: number;
  /** `127.0.0.1:PORT` of the processes behind, one or three. */
  readonly hosts: readonly string[];
  readonly options: ProxyOptions;
}

const shipped = (name: string): Promise<string> => Bun.file(join(DEPLOY, name)).text();

/** Replaces a text that must be there: the file that ships may have become another. */
function swap(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`the shipped file has no ${JSON.stringify(from)}`);
  return text.replaceAll(from, to);
}

const changed = (text: string, { changes = [] }: ProxyOptions): string =>
  changes.reduce((sum, [from, to]) => swap(sum, from, to), text);

/** Its names turned into addresses; lines of processes that there are not are left out. */
function named(text: string, hosts: readonly string[]): string {
  const known = hosts.reduce((sum, host, at) => swap(sum, `zeues-${at + 1}:3000`, host), text);
  return known.replace(/^.*zeues-\d:3000.*\n/gm, "");
}

/** Both outputs as one, which is read. */
const begin = (command: readonly string[]): Program =>
  launch(["sh", "-c", 'exec "$0" "$@" 2>&1', ...command]);

/** That it has said so for the `nth` time. */
const times = (nth: number, words: string): RegExp => new RegExp(`(${words}[\\s\\S]*?){${nth}}`);

/** A daemon of Debian's: some live in sbin, which is not on everybody's PATH. */
const found = (name: string): string => Bun.which(name) ?? `/usr/sbin/${name}`;

async function startNginx({ folder, port, hosts, options }: Parts) {
  const plain = options.tls === false;
  const own = plain ? `127.0.0.1:${port}` : `unix:${folder}/plain.sock`;
  let conf = named(changed(await shipped("nginx.conf"), options), hosts);
  conf = swap(conf, "listen 80;", `listen ${own};`);
  conf = swap(conf, "/etc/nginx/zeues/", `${folder}/`);
  await Bun.write(join(folder, "zeues.conf"), conf);
  if (!plain) {
    const { cert, key } = await makeCertificate(folder);
    let tls = swap(await shipped("nginx-tls.conf"), "listen 443", `listen 127.0.0.1:${port}`);
    tls = swap(tls, "/etc/zeues/tls/cert.pem", cert);
    await Bun.write(join(folder, "tls.conf"), swap(tls, "/etc/zeues/tls/key.pem", key));
  }
  const main = [
    "daemon off;",
    "error_log stderr notice;",
    `pid ${folder}/nginx.pid;`,
    "events { worker_connections 4096; }",
    "http {",
    "  access_log off;",
    ...["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
      (kind) => `  ${kind}_temp_path ${folder}/${kind};`,
    ),
    // As somebody has it who wants all compressed.
    "  gzip on;",
    "  gzip_types *;",
    "  gzip_proxied any;",
    `  include ${folder}/zeues.conf;`,
    "}",
  ];
  const file = join(folder, "nginx.conf");
  await Bun.write(file, main.join("\n"));
  const program = begin([found("nginx"), "-p", folder, "-c", file]);
  await program.said(/start worker process/);
  let reloads = 0;
  const reload = async (): Promise<void> => {
    process.kill(program.pid, "SIGHUP");
    await program.said(times(++reloads, "reconfiguring[\\s\\S]*?gracefully shutting down"));
  };
  return { program, reload };
}

async function startCaddy({ folder, port, hosts, options }: Parts) {
  const site = options.tls === false ? `http://:${port}` : `https://localhost:${port}`;
  const admin = `unix/${folder}/admin.sock`;
  let conf = changed(await shipped("Caddyfile"), options);
  conf = swap(conf, "zeues-1:3000 zeues-2:3000 zeues-3:3000", hosts.join(" "));
  if (hosts.length === 1) conf = conf.replace(/^\t+(fail_duration|health_\w+) .*\n/gm, "");
  // Not the machine's own ports, nor another test's.
  const own = `\tadmin ${admin}\n\tauto_https disable_redirects\n\tdefault_bind 127.0.0.1\n`;
  conf = swap(conf, "{\n\tservers {", `{\n${own}\tservers {`);
  const { cert, key } = await makeCertificate(folder);
  const tls = options.tls === false ? "" : `\n\ttls ${cert} ${key}`;
  conf = swap(conf, "\nzeues.taller.cl {", `\n${site} {${tls}`);
  const file = join(folder, "Caddyfile");
  await Bun.write(file, conf);
  const env = ["env", `HOME=${folder}`, `XDG_DATA_HOME=${folder}`, `XDG_CONFIG_HOME=${folder}`];
  const command = [...env, "caddy", "run", "--config", file, "--adapter", "caddyfile"];
  const program = begin(command);
  await program.said(/serving initial configuration/);
  const reload = async (): Promise<void> => {
    const args = ["--config", file, "--address", admin, "--force"];
    const child = Bun.spawn([...env, "caddy", "reload", "--adapter", "caddyfile", ...args], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    const said = await new Response(child.stderr).text();
    if ((await child.exited) !== 0) throw new Error(said);
  };
  return { program, reload };
}

async function startHaproxy({ folder, port, hosts, options }: Parts) {
  let conf = named(changed(await shipped("haproxy.cfg"), options), hosts);
  if (hosts.length === 1) conf = swap(conf, "backend zeues-three", "backend zeues-one");
  // Both backends are there; the second of that name must go.
  if (hosts.length === 1) {
    conf = conf.replace(/^backend zeues-one\n[\s\S]*?(?=^# One process)/m, "");
  }
  conf = swap(conf, "/run/haproxy/", `${folder}/`);
  if (options.tls === false) {
    conf = swap(conf, "bind :80", `bind 127.0.0.1:${port}`);
    conf = conf.replace(/^ +(bind :443|http-request redirect).*\n/gm, "");
  } else {
    conf = conf.replace(/^ +bind :80\n/m, "");
    conf = swap(conf, "bind :443", `bind 127.0.0.1:${port}`);
    conf = swap(conf, "/etc/zeues/tls/zeues.pem", (await makeCertificate(folder)).both);
  }
  const file = join(folder, "haproxy.cfg");
  await Bun.write(file, conf);
  const program = begin([found("haproxy"), "-W", "-f", file]);
  await program.said(/Loading success/);
  let reloads = 0;
  const reload = async (): Promise<void> => {
    process.kill(program.pid, "SIGUSR2");
    await program.said(times(++reloads, "Reloading HAProxy[\\s\\S]*?Loading success"));
  };
  return { program, reload };
}

const START = { nginx: startNginx, caddy: startCaddy, haproxy: startHaproxy };

/** Starts it before these processes, one or three. */
export async function startProxy(
  name: ProxyName,
  behind: readonly { readonly url: string }[],
  options: ProxyOptions = {},
): Promise<Proxy> {
  const folder = await mkdtemp(join(tmpdir(), `zeues-${name}-`));
  await mkdir(folder, { recursive: true });
  const port = await freePort();
  const hosts = behind.map(({ url }) => new URL(url).host);
  const { program, reload } = await START[name]({ folder, port, hosts, options });
  return {
    url: `${options.tls === false ? "http" : "https"}://localhost:${port}`,
    reload,
    async [Symbol.asyncDispose]() {
      // Not in order: it would wait for its streams.
      await program.kill("SIGTERM");
      await rm(folder, { recursive: true, force: true });
    },
  };
}
