/**
 * A small shop's workbook for the sync's tests: our columns among the engineers' and formulas, and
 * the rows that real sheets have: a tag twice, no tag, a row that makes no sense.
 */
import type { SheetSeed } from "../sheets-emulator/emulator.ts";

export const HEADER = [
  "NV",
  "OT",
  "TAG_SPOOL",
  "Cliente",
  "Fecha_Materiales",
  "Fecha_Armado",
  "Armador",
  "Obs",
  "Fecha_Soldadura",
  "Soldador",
  "Total_Uniones",
  "Fecha_QC_Metrologia",
  "Ocupado_Por",
  "Fecha_Ocupacion",
  "version",
  "Estado_Detalle",
  "Pulgadas_ARM",
  "Notas",
] as const;

export const METADATA_HEADER = [
  "ID",
  "Timestamp",
  "Evento_Tipo",
  "TAG_SPOOL",
  "Worker_ID",
  "Worker_Nombre",
  "Operacion",
  "Accion",
  "Fecha_Operacion",
  "Metadata_JSON",
  "N_UNION",
] as const;

type Cells = Partial<Record<(typeof HEADER)[number], string | number>>;

/** A row; formulas and materials are there unless told otherwise. */
export const fila = (cells: Cells): (string | number)[] => {
  const whole: Cells = {
    NV: "NV0600",
    OT: "00001",
    Cliente: "Codelco",
    Fecha_Materiales: "13-08-2026",
    Total_Uniones: "=1+1",
    Pulgadas_ARM: '=LEN("abc")',
    Estado_Detalle: "Disponible - ARM pendiente, SOLD pendiente",
    ...cells,
  };
  return HEADER.map((title) => whole[title] ?? "");
};

export const tagOf = (n: number): string => `MK-1300-SL-${String(n).padStart(3, "0")}`;

/** @param n how many sound spools, free and with materials */
export function taller(n: number, extra: readonly Cells[] = []): SheetSeed[] {
  const sound = Array.from({ length: n }, (_, i) =>
    fila({ TAG_SPOOL: tagOf(i + 1), Obs: `obs ${i + 1}`, Cliente: `Cliente ${(i * 7) % 13}` }),
  );
  return [
    {
      title: "Operaciones",
      typed: false,
      values: [[...HEADER], ...sound, ...extra.map(fila)],
      rowCount: n + extra.length + 40,
    },
    {
      title: "Trabajadores",
      values: [
        ["Id", "Nombre", "Apellido", "Activo"],
        [93, "Mauricio", "Rodríguez", true],
        [51, "Íngrid", "Núñez", true],
        [7, "Álvaro", "Soto", true],
        [8, "Luis", "Castro", true],
        [9, "Rosa", "Vega", true],
      ],
    },
    {
      title: "Roles",
      values: [
        ["Id", "Rol", "Activo"],
        [93, "Armador", true],
        [51, "Ayudante", true],
        [7, "Soldador", true],
        [8, "Metrologia", true],
        [9, "Supervisor", true],
      ],
    },
    {
      title: "Metadata",
      values: [
        [...METADATA_HEADER],
        ["vieja-1", "01-10-2026 09:00:00", "TOMAR_SPOOL", tagOf(1), 93, "MR(93)", "ARM", "TOMAR"],
        ["", "02-10-2026 09:00:00", "NOTA", tagOf(2), "", "", "", "una fila sin ID"],
      ],
      rowCount: 40,
    },
  ];
}

/** Rows that are nobody's, or that nobody acts on. */
export const SUCIAS: readonly Cells[] = [
  { TAG_SPOOL: "DUP-1", Armador: "MR(93)", version: 4, Obs: "primera" },
  { TAG_SPOOL: "DUP-1", Armador: "ÍN(51)", version: 5, Obs: "segunda" },
  { TAG_SPOOL: "", Armador: "nota suelta", Obs: "sin tag" },
  { TAG_SPOOL: "MALA-1", Fecha_Soldadura: "01-11-2026", Soldador: "ÁS(7)", Obs: "sin armado" },
];
