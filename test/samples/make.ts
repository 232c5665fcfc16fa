/**
 * Makes the samples of this folder with the code of the commits that wrote such data: a small
 * workbook imported, a server that some act on, what it then shows. Run from the repository's root,
 * once for each new format (README.md): `bun test/samples/make.ts [COMMIT …]`.
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { startRedis } from "../support/redis-server.ts";
import { type Shown, shownBy, TOKEN } from "../support/samples.ts";

/** Commit, and whether Redis keeps it too. */
const COMMITS: readonly (readonly [commit: string, redis: boolean])[] = [
  ["8764a3d", false],
  ["0749e59", false],
  ["bf6b717", true],
  ["2ce30ea", false],
  ["b0223a2", true],
];

const ROWS = ["A/1", "A/2", "A/3", "ñandú 4", "A5", "A6", "A7", "A8"];
const OWN = "Fecha_Armado,Armador,Fecha_Soldadura,Soldador,Fecha_QC_Metrologia";

/** The workbook; the second time engineers and hands have changed some of it. */
async function writeWorkbook(folder: string, again: boolean): Promise<void> {
  const rows = ROWS.map((tag, at) => {
    const done = at === 7 && again ? "03-11-2026,MR(93),,," : ",,,,";
    return `${tag},NV${again && at === 6 ? 2 : 1},OT-${at},01-11-2026,${done},,,,`;
  });
  const state = "Ocupado_Por,Fecha_Ocupacion,version,Estado_Detalle";
  const header = `TAG_SPOOL,NV,OT,Fecha_Materiales,${OWN},${state}`;
  const tabs = {
    Operaciones: [header, ...rows],
    Trabajadores: ["Id,Nombre,Apellido,Activo", "93,Mauricio,Rodríguez,TRUE", "7,Ana,Ñuñez,TRUE"],
    Roles: [
      "Id,Rol,Activo",
      "93,Armador,TRUE",
      "93,Soldador,TRUE",
      "7,Metrologia,TRUE",
      "7,Supervisor,TRUE",
    ],
    Metadata: [
      "ID,Timestamp,Evento_Tipo,TAG_SPOOL,Worker_ID,Worker_Nombre,Operacion,Accion," +
        "Fecha_Operacion,Metadata_JSON,N_UNION",
    ],
  };
  for (const [name, lines] of Object.entries(tabs)) {
    await Bun.write(join(folder, `${name}.csv`), `${lines.join("\n")}\n`);
  }
}

/** What some do, and what not every version knows: that is refused, or not found. */
const ACTIONS: readonly (readonly [path: string, tag: string, id: number, operacion?: string])[] = [
  ["occupation/tomar", "A/1", 93, "ARM"],
  ["occupation/tomar", "A/2", 93, "ARM"],
  ["occupation/pausar", "A/2", 93, "ARM"],
  ["occupation/tomar", "A/3", 93, "ARM"],
  ["occupation/completar", "A/3", 93, "ARM"],
  ["occupation/tomar", "A/3", 93, "SOLD"],
  ["occupation/completar", "A/3", 93, "SOLD"],
  ["metrologia/rechazar", "A/3", 7],
  ["occupation/tomar", "A/3", 93, "REPARACION"],
  ["occupation/tomar", "ñandú 4", 93, "ARM"],
  ["occupation/liberar", "ñandú 4", 7, "ARM"],
  ["occupation/tomar", "A5", 93, "ARM"],
  ["occupation/completar", "A5", 93, "ARM"],
  ["notas", "A5", 93],
];

async function act(url: string): Promise<void> {
  for (const [path, tag, worker, operacion] of ACTIONS) {
    await fetch(`${url}/api/${path}`, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Authorization: `Bearer ${TOKEN}`,
        "Idempotency-Key": `${path} ${tag} ${operacion}`,
      },
      body: JSON.stringify({
        tag_spool: tag,
        worker_id: worker,
        ...(operacion === undefined ? {} : { operacion }),
        ...(path.endsWith("liberar") ? { motivo: "turno" } : {}),
        ...(path === "notas" ? { texto: "revisar bisel" } : {}),
      }),
    });
  }
  // A picked name was a session once; a record of the ledger since Redis.
  const body = new URLSearchParams({ trabajador: "93" });
  await fetch(`${url}/sesion`, {
    method: "POST",
    headers: { Origin: url },
    body,
    redirect: "manual",
  });
}

type Env = Readonly<Record<string, string>>;

async function command(tree: string, env: Env, args: readonly string[], input = ""): Promise<void> {
  const child = Bun.spawn([process.execPath, "src/main.ts", ...args], {
    cwd: tree,
    env,
    stdio: [new TextEncoder().encode(input), "ignore", "inherit"],
  });
  await child.exited;
}

/** Serves, lets some act. @returns what it shows then */
async function serve(tree: string, env: Env): Promise<Shown> {
  const child = Bun.spawn([process.execPath, "src/main.ts", "serve"], {
    cwd: tree,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  const reader = child.stdout.getReader();
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    text += new TextDecoder().decode(chunk.value);
    const url = /(http:\/\/[^/\s]+)\//.exec(text)?.[1];
    if (url === undefined) continue;
    await act(url);
    const shown = await shownBy(url);
    child.kill("SIGTERM");
    await child.exited;
    return shown;
  }
  throw new Error(text);
}

/** The shop's life with one version. */
async function live(tree: string, env: Env, folder: string): Promise<Shown> {
  await writeWorkbook(folder, false);
  await command(tree, env, ["import", folder]);
  // Where there were no accounts yet these are refused, in a line.
  await command(
    tree,
    env,
    ["user", "add", "ana", "--trabajador", "7"],
    "tres tristes tigres tragan\n",
  );
  await command(tree, env, ["token", "add", "Patio", "--rol", "Lectura"]);
  await writeWorkbook(folder, true);
  await command(tree, env, ["import", folder]);
  return await serve(tree, env);
}

/** All keys as the commands that make them; what ends by itself is left out. */
async function commandsOf(redis: Redis): Promise<readonly (readonly string[])[]> {
  const out: string[][] = [];
  for (const key of (await redis.keys("*")).sort()) {
    if ((await redis.pttl(key)) >= 0) continue;
    const type = await redis.type(key);
    if (type === "hash")
      out.push(["HSET", key, ...Object.entries(await redis.hgetall(key)).flat()]);
    if (type === "list") out.push(["RPUSH", key, ...(await redis.lrange(key, 0, -1))]);
    if (type === "string") out.push(["SET", key, (await redis.get(key)) ?? ""]);
    if (type !== "stream") continue;
    for (const [id, fields] of await redis.xrange(key, "-", "+"))
      out.push(["XADD", key, id, ...fields]);
  }
  return out;
}

const gzipTo = (name: string, bytes: Uint8Array<ArrayBuffer>): Promise<number> =>
  Bun.write(join(import.meta.dir, name), Bun.gzipSync(bytes, { level: 9 }));

async function sample(commit: string, withRedis: boolean): Promise<void> {
  const tree = mkdtempSync(join(tmpdir(), "zeues-sample-"));
  try {
    const tar = Bun.spawnSync(["git", "archive", commit]);
    Bun.spawnSync(["tar", "x", "-C", tree], { stdin: tar.stdout });
    symlinkSync(join(process.cwd(), "node_modules"), join(tree, "node_modules"));
    const folder = join(tree, "libro");
    mkdirSync(folder);
    const env = {
      PATH: process.env.PATH ?? "",
      HOST: "127.0.0.1",
      PORT: "0",
      ZEUES_LOG: "warn",
      ZEUES_API_TOKEN: TOKEN,
      ZEUES_DATA: join(tree, "datos"),
    };
    const shown = await live(tree, env, folder);
    const file = await Bun.file(join(tree, "datos", "zeues.sqlite")).bytes();
    await gzipTo(`${commit}.sqlite.gz`, file);
    await Bun.write(join(import.meta.dir, `${commit}.json`), `${JSON.stringify(shown, null, 1)}\n`);
    if (!withRedis) return;
    await using server = await startRedis();
    const ofRedis = await live(tree, { ...env, REDIS_URL: server.url }, folder);
    const redis = new Redis(server.url);
    const lines = (await commandsOf(redis)).map((line) => JSON.stringify(line)).join("\n");
    redis.disconnect();
    await gzipTo(`${commit}.redis.gz`, new TextEncoder().encode(lines));
    await Bun.write(
      join(import.meta.dir, `${commit}.redis.json`),
      `${JSON.stringify(ofRedis, null, 1)}\n`,
    );
  } finally {
    rmSync(tree, { recursive: true });
  }
}

const wanted = process.argv.slice(2);
for (const [commit, redis] of COMMITS) {
  if (wanted.length === 0 || wanted.includes(commit)) await sample(commit, redis);
}
