/** `zeues token`: bearer tokens of the programs that use the JSON API (spec 8). */
import { poner, quitar } from "../actions/acceso.ts";
import { CONSOLA } from "../actions/autor.ts";
import { accesoKey, keyOfAcceso, type RolDeToken, type Token } from "../domain/acceso.ts";
import { formatInstant } from "../domain/fecha.ts";
import { parseRol, parseTrabajadorId, plain, ROLES } from "../domain/trabajador.ts";
import { newToken } from "../identity/alta.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { printable } from "../log.ts";
import { type AccessOptions, commanded, withAccessStore } from "./access-store.ts";
import { only, parsed, Usage } from "./usage.ts";

const USAGE = [
  "zeues token list               los que hay, sin su secreto",
  "zeues token add NOMBRE --rol R[,R]   uno nuevo; se muestra una sola vez",
  `    R: ${[...ROLES, "Lectura"].join(", ")} (Lectura solo lee)`,
  "    --dias N | --sin-vencimiento     cuánto vale; por defecto 365 días",
  "    --trabajador ID                  actúa solo por ese trabajador",
  "zeues token revoke ID          deja de valer al momento",
];

const DAYS = 365;
const DAYS_MAX = 730;
const DAY_MS = 24 * 3_600_000;
const NAME_MAX = 60;

function rolesOf(text: string | undefined): readonly RolDeToken[] {
  if (text === undefined) throw new Usage("falta --rol: para qué es el token");
  const roles = text
    .split(",")
    .map((one) => (plain(one) === "lectura" ? "Lectura" : parseRol(one)));
  const known = roles.filter((rol) => rol !== null);
  if (known.length < roles.length) {
    throw new Error(`--rol debe ser de ${ROLES.join(", ")} o Lectura, separados por comas`);
  }
  return [...new Set(known)];
}

/** Until when, epoch milliseconds; null = until it is revoked. */
function venceOf(dias: string | undefined, never: boolean | undefined, nowMs: number) {
  if (never) {
    if (dias !== undefined) throw new Usage("--dias o --sin-vencimiento, no los dos");
    return null;
  }
  const days = dias === undefined ? DAYS : Number(/^\d{1,4}$/.test(dias) ? dias : 0);
  if (days < 1 || days > DAYS_MAX) throw new Error(`--dias debe ser un número de 1 a ${DAYS_MAX}`);
  return nowMs + days * DAY_MS;
}

function nombreOf(text: string | undefined): string {
  const nombre = text?.trim() ?? "";
  if (nombre === "") throw new Usage("falta el nombre: qué programa es");
  if (nombre.length <= NAME_MAX && !/\p{C}/u.test(nombre)) return nombre;
  throw new Error(`El nombre lleva hasta ${NAME_MAX} letras`);
}

async function workerOf(ledger: Ledger, text: string | undefined) {
  if (text === undefined) return null;
  const id = parseTrabajadorId(text);
  const { trabajadores } = await ledger.snapshot();
  const found = trabajadores.find((one) => one.id === id && one.activo);
  if (!found) throw new Error("--trabajador debe ser el Id de un trabajador activo");
  return found.id;
}

async function add(options: AccessOptions, args: readonly string[]): Promise<void> {
  const { print, now, config } = options;
  const { values, positionals } = parsed(args, {
    rol: { type: "string" },
    dias: { type: "string" },
    "sin-vencimiento": { type: "boolean" },
    trabajador: { type: "string" },
  });
  const nombre = nombreOf(only(positionals));
  const roles = rolesOf(values.rol);
  const venceMs = venceOf(values.dias, values["sin-vencimiento"], now());
  await withAccessStore(options, async (ledger) => {
    const trabajadorId = await workerOf(ledger, values.trabajador);
    const [token, secret] = newToken({ nombre, roles, trabajadorId, venceMs }, now());
    const said = { autor: CONSOLA, hecho: "token creado", sobre: nombre } as const;
    const make = (version: number): Token => ({ ...token, version });
    await poner({ ledger, now }, keyOfAcceso(token), make, () => said);
    const until =
      venceMs === null ? "que se revoque" : `el ${formatInstant(venceMs, config.policy.zone)}`;
    print(`Token ${token.id}, ${nombre}: ${roles.join(", ")}; vale hasta ${until}.`);
    print("No se muestra otra vez:");
    print(secret);
  });
}

function* listed(tokens: readonly Token[], { config, now }: AccessOptions) {
  const { zone } = config.policy;
  if (config.apiToken !== null)
    yield "ZEUES_API_TOKEN  del entorno  todos los roles  sin vencimiento";
  for (const { id, nombre, roles, trabajadorId, venceMs } of tokens) {
    const whose = trabajadorId === null ? "" : `, solo por ${trabajadorId}`;
    const past = venceMs !== null && now() >= venceMs;
    const until = venceMs === null ? "sin vencimiento" : formatInstant(venceMs, zone);
    const holds = past ? `VENCIDO ${until}` : venceMs === null ? until : `hasta ${until}`;
    yield `${id}  ${printable(nombre)}  ${roles.join(", ")}${whose}  ${holds}`;
  }
}

async function list(options: AccessOptions, args: readonly string[]): Promise<void> {
  if (only(parsed(args, {}).positionals) !== undefined) throw new Usage("list no lleva nada más");
  await withAccessStore(options, async (ledger) => {
    const { accesos } = await ledger.snapshot();
    const tokens = accesos
      .filter((acceso) => acceso.kind === "token")
      .sort((a, b) => a.desdeMs - b.desdeMs);
    const lines = [...listed(tokens, options)];
    for (const line of lines) options.print(line);
    if (lines.length === 0) options.print("No hay ningún token.");
  });
}

async function revoke(options: AccessOptions, args: readonly string[]): Promise<void> {
  // An Id may begin with a hyphen, as an option does.
  const id = only(args);
  if (id === undefined) throw new Usage("falta el Id: zeues token list los muestra");
  await withAccessStore(options, async (ledger) => {
    const key = accesoKey("token", id);
    const { accesos } = await ledger.snapshot();
    const token = accesos.find((acceso) => acceso.kind === "token" && acceso.id === id);
    const nombre = token?.kind === "token" ? token.nombre : "";
    const said = { autor: CONSOLA, hecho: "token revocado", sobre: nombre } as const;
    const gone = token && (await quitar({ ledger, now: options.now }, key, said));
    // What was typed may be the token itself: it is not repeated.
    if (!gone) throw new Error("No hay ningún token con ese Id: zeues token list los muestra");
    options.print(`El token ${id}, ${printable(nombre)}, ya no vale.`);
  });
}

const ACTS: ReadonlyMap<string, typeof list> = new Map([
  ["list", list],
  ["add", add],
  ["revoke", revoke],
]);

/**
 * The command. @returns the exit code: 2 when it was used wrongly
 * @throws an Error with one Spanish sentence, LedgerUnavailable
 */
export const token = (options: AccessOptions): Promise<number> => commanded(ACTS, USAGE, options);
