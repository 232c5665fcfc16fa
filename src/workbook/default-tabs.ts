/** The workbook of a ledger that never read one (the demo): its tabs made from the records. */
import { esPropio } from "../domain/acceso.ts";
import { type Fecha, formatFecha } from "../domain/fecha.ts";
import type { Policy } from "../domain/policy.ts";
import type { Spool } from "../domain/spool.ts";
import type { Trabajador } from "../domain/trabajador.ts";
import {
  ESCRITAS,
  isNotas,
  METADATA_COLUMNAS,
  ROLES_COLUMNAS,
  TRABAJADORES_COLUMNAS,
} from "./columns.ts";
import { celdasOf } from "./spool-cells.ts";
import { DEFAULT_DIALECT, type Row, type Tab } from "./tab.ts";

const UNIONES_HEADER: Row = (
  "ID OT N_UNION TAG_SPOOL DN_UNION TIPO_UNION ARM_FECHA_INICIO ARM_FECHA_FIN ARM_WORKER " +
  "SOL_FECHA_INICIO SOL_FECHA_FIN SOL_WORKER NDT_UNION R_NDT_UNION NDT_FECHA NDT_STATUS version"
).split(" ");

const tab = (name: string, header: Row, rows: readonly Row[]): Tab => ({
  name,
  dialect: DEFAULT_DIALECT,
  header,
  rows,
});

const dia = (fecha: Fecha | null): string => (fecha ? formatFecha(fecha) : "");

function operaciones(spools: readonly Spool[], policy: Policy): Tab {
  const described = new Set(spools.flatMap(({ ficha }) => Object.keys(ficha)));
  const titles = [...described].filter((title) => !isNotas(title));
  const header = ["NV", "OT", "TAG_SPOOL", ...titles, "Fecha_Materiales", ...ESCRITAS];
  const rows = spools.map((spool) => {
    const ficha = new Map(Object.entries(spool.ficha));
    const described = titles.map((title) => ficha.get(title) ?? "");
    const notas = [...ficha].find(([title]) => isNotas(title))?.[1];
    const celdas = celdasOf(spool, policy, notas);
    const ours = ESCRITAS.map((name) => celdas[name]);
    return [spool.nv, spool.ot, spool.tag, ...described, dia(spool.fechaMateriales), ...ours];
  });
  return tab("Operaciones", header, rows);
}

const activo = (yes: boolean): string => (yes ? "TRUE" : "FALSE");

/**
 * Tabs that hold all spools and workers; Metadata is still without rows. Without ZEUES's own
 * people: no workbook may have their Ids, so another ZEUES would refuse their rows.
 */
export function defaultTabs(
  spools: readonly Spool[],
  trabajadores: readonly Trabajador[],
  policy: Policy,
): readonly Tab[] {
  const sorted = [...spools].sort((a, b) => (a.tag < b.tag ? -1 : 1));
  const theirs = trabajadores.filter(({ id }) => !esPropio(id));
  const personas = theirs.map((t) => [String(t.id), t.nombre, t.apellido, activo(t.activo)]);
  const roles = theirs.flatMap((t) => t.roles.map((rol) => [String(t.id), rol, "TRUE"]));
  return [
    operaciones(sorted, policy),
    tab("Trabajadores", TRABAJADORES_COLUMNAS, personas),
    tab("Roles", ROLES_COLUMNAS, roles),
    tab("Metadata", METADATA_COLUMNAS, []),
    tab("Uniones", UNIONES_HEADER, []),
  ];
}
