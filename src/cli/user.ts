/**
 * `zeues user`: who may administer, from the server's own command line (spec 8): for whoever lost
 * the last password, and for set-ups by script. A password never is an argument: other programs see
 * those, and shells remember them.
 */

import { CONSOLA } from "../actions/autor.ts";
import {
  agregarSupervisor,
  enlazarSupervisor,
  type Nuevo,
  type Quien,
  revocarSupervisor,
  type SupervisoresDeps,
} from "../actions/supervisores.ts";
import { type Acceso, parseUsuario } from "../domain/acceso.ts";
import { hasRol } from "../domain/decide.ts";
import { formatInstant } from "../domain/fecha.ts";
import { nombreCompleto, parseTrabajadorId, type Trabajador } from "../domain/trabajador.ts";
import { enlaceDe, newEnlace, PRIMERA } from "../identity/alta.ts";
import { claveDebil } from "../identity/clave.ts";
import { hashSecret } from "../identity/secret.ts";
import type { Ledger, Snapshot } from "../ledger/ledger.ts";
import { printable } from "../log.ts";
import { type AccessOptions, commanded, withAccessStore } from "./access-store.ts";
import { only, parsed, Usage } from "./usage.ts";

const USAGE = [
  "zeues user list                          quién administra, y los enlaces sin usar",
  "zeues user add USUARIO --trabajador ID   un Supervisor de la planilla; muestra su enlace",
  "zeues user add USUARIO --nombre N --apellido A   alguien que la planilla no tiene",
  "    --clave-stdin                        lee su clave de la entrada estándar, sin enlace",
  "zeues user link USUARIO                  otro enlace, para quien olvidó su clave",
  "zeues user revoke USUARIO                le quita el acceso; sus sesiones terminan",
];

/** Longer than the workbook's longest names. */
const NAME_MAX = 60;

/** Where a browser finds this ZEUES. */
const originOf = ({ publicUrl, port }: AccessOptions["config"]): string =>
  publicUrl ?? `http://localhost:${port}`;

const named = (trabajador: Trabajador): string =>
  printable(`${nombreCompleto(trabajador)} (${trabajador.id})`);

function usuarioOf(text: string | undefined): string {
  if (text === undefined) throw new Usage("falta el usuario");
  const usuario = parseUsuario(text);
  if (usuario !== null) return usuario;
  throw new Error("El usuario lleva de 2 a 31 letras sin tilde, números, puntos o guiones");
}

/** The password as another program or a file gives it, without the end of its line. */
async function readClave({ readInput }: AccessOptions): Promise<string> {
  const bytes = await readInput();
  if (bytes === null) {
    throw new Error("--clave-stdin lee de otro programa: en una terminal, usa el enlace");
  }
  let clave: string;
  try {
    clave = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Error("La clave no está en UTF-8");
  }
  clave = clave.replace(/\r?\n$/, "");
  // No form could ever send it.
  if (/\p{Cc}/u.test(clave)) throw new Error("La clave lleva caracteres que no se pueden teclear");
  return clave;
}

interface AddValues {
  readonly trabajador?: string | undefined;
  readonly nombre?: string | undefined;
  readonly apellido?: string | undefined;
}

function quienOf({ trabajador, nombre = "", apellido = "" }: AddValues): Quien {
  if (trabajador !== undefined) {
    if (nombre !== "" || apellido !== "") throw new Usage("--trabajador o --nombre, no los dos");
    const trabajadorId = parseTrabajadorId(trabajador);
    if (trabajadorId === null) throw new Error("--trabajador debe ser un Id de la planilla");
    return { trabajadorId };
  }
  const names = [nombre.trim(), apellido.trim()];
  if (names.includes("")) throw new Usage("falta --trabajador ID, o --nombre N --apellido A");
  if (names.some((name) => name.length > NAME_MAX || /\p{C}/u.test(name))) {
    throw new Error(`El nombre y el apellido llevan hasta ${NAME_MAX} letras`);
  }
  return { nombre: names[0] ?? "", apellido: names[1] ?? "" };
}

const actionsOf = (ledger: Ledger, { now }: AccessOptions): SupervisoresDeps => ({
  ledger,
  autor: CONSOLA,
  now,
});

function tellLink({ print, config }: AccessOptions, who: Trabajador, secret: string): void {
  print(`Enlace para ${named(who)}; sirve una vez, por 24 horas:`);
  print(`  ${enlaceDe(originOf(config), secret)}`);
}

/** The names that a password of theirs must not be made of. */
function namesOf(known: Snapshot, quien: Quien): string {
  if (!("trabajadorId" in quien)) return `${quien.nombre} ${quien.apellido}`;
  const person = known.trabajadores.find(({ id }) => id === quien.trabajadorId);
  return person ? nombreCompleto(person) : "";
}

async function add(options: AccessOptions, args: readonly string[]): Promise<void> {
  const { values, positionals } = parsed(args, {
    trabajador: { type: "string" },
    nombre: { type: "string" },
    apellido: { type: "string" },
    "clave-stdin": { type: "boolean" },
  });
  const usuario = usuarioOf(only(positionals));
  const quien = quienOf(values);
  const clave = values["clave-stdin"] ? await readClave(options) : null;
  await withAccessStore(options, async (ledger) => {
    const deps = actionsOf(ledger, options);
    const nuevo = { usuario, quien, primera: PRIMERA };
    if (clave === null) {
      const [enlace, secret] = newEnlace({ quien: null }, options.now());
      const who = await agregarSupervisor(deps, { ...nuevo, dado: { enlace } });
      options.print(`Usuario ${usuario}: lo será cuando abra su enlace y elija una clave.`);
      tellLink(options, who, secret);
      return;
    }
    const debil = await claveDebil(clave, [usuario, namesOf(await ledger.snapshot(), quien)]);
    if (debil !== null) throw new Error(debil);
    const dado: Nuevo["dado"] = { clave: await hashSecret(clave) };
    const who = await agregarSupervisor(deps, { ...nuevo, dado });
    options.print(`${named(who)} ya puede entrar como ${usuario}.`);
  });
}

async function link(options: AccessOptions, args: readonly string[]): Promise<void> {
  const usuario = usuarioOf(only(parsed(args, {}).positionals));
  await withAccessStore(options, async (ledger) => {
    const [enlace, secret] = newEnlace({ quien: null }, options.now());
    const who = await enlazarSupervisor(actionsOf(ledger, options), usuario, enlace);
    tellLink(options, who, secret);
  });
}

async function revoke(options: AccessOptions, args: readonly string[]): Promise<void> {
  const { print } = options;
  const usuario = usuarioOf(only(parsed(args, {}).positionals));
  await withAccessStore(options, async (ledger) => {
    const who = await revocarSupervisor(actionsOf(ledger, options), usuario);
    print(`${usuario}${who ? `, ${named(who)},` : ""} ya no administra; sus sesiones terminaron.`);
    const { accesos } = await ledger.snapshot();
    if (accesos.some((acceso) => acceso.kind === "pin" && acceso.trabajadorId === who?.id)) {
      if (who?.activo) print("Su PIN en los tablets sigue; la planilla dice qué rol tiene.");
    }
    if (!accesos.some(({ kind }) => kind === "supervisor")) {
      print("Nadie administra ahora: el próximo inicio de ZEUES muestra un enlace.");
    }
  });
}

/** What `list` says of a supervisor, or of a link that nobody used yet; null of all else. */
function lineOf(acceso: Acceso, who: Trabajador | undefined, { config, now }: AccessOptions) {
  const { zone } = config.policy;
  if (acceso.kind === "supervisor") {
    const since = `desde ${formatInstant(acceso.desdeMs, zone)}`;
    const can = who && hasRol(who, ["Supervisor"]) ? since : `${since}, SIN el rol Supervisor`;
    return `${acceso.usuario}  ${who ? named(who) : acceso.trabajadorId}  ${can}`;
  }
  if (acceso.kind !== "alta" || acceso.para !== "supervisor" || now() >= acceso.venceMs)
    return null;
  const until = formatInstant(acceso.venceMs, zone);
  const whose = who ? named(who) : "quien lo abra";
  return `${acceso.nombre || "-"}  ${whose}  enlace sin usar, hasta ${until}`;
}

function linesOf({ accesos, trabajadores }: Snapshot, options: AccessOptions): readonly string[] {
  return accesos.flatMap((acceso) => {
    const id = "trabajadorId" in acceso ? acceso.trabajadorId : null;
    const who = trabajadores.find((one) => one.id === id);
    return lineOf(acceso, who, options) ?? [];
  });
}

async function list(options: AccessOptions, args: readonly string[]): Promise<void> {
  if (parsed(args, {}).positionals.length > 0) throw new Usage("list no lleva nada más");
  await withAccessStore(options, async (ledger) => {
    const lines = linesOf(await ledger.snapshot(), options).toSorted();
    for (const line of lines) options.print(line);
    if (lines.length === 0) options.print("Nadie administra todavía.");
  });
}

const ACTS: ReadonlyMap<string, typeof list> = new Map([
  ["list", list],
  ["add", add],
  ["link", link],
  ["revoke", revoke],
]);

/**
 * The command. @returns the exit code: 2 when it was used wrongly
 * @throws an Error with one Spanish sentence, LedgerUnavailable
 */
export const user = (options: AccessOptions): Promise<number> => commanded(ACTS, USAGE, options);
