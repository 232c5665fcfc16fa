/** All checks, in the order in which they run; `CUPO` only when it is asked for, last of all. */
import { CELL_CHECKS } from "./check-cells.ts";
import { names } from "./check-names.ts";
import { REFUSAL_CHECKS } from "./check-refusals.ts";
import type { Check, Probe } from "./probe.ts";

const KEY = "zeues-prueba";

const rowMetadata: Check = {
  name: "metadatos-y-orden",
  question: "does a row's developer metadata follow its row when a range is sorted?",
  rows: 10,
  columns: 3,
  async run(probe) {
    const rows = [["TAG"], ["c"], ["a"], ["b"]];
    await probe.write("escribir", [[probe.a1("A1:A4"), rows]]);
    const location = { dimensionRange: probe.lines(1, 2) };
    // The tab's own id in it: other runs' metadata is not found.
    const metadataValue = String(probe.tab.sheetId);
    const mark = { metadataKey: KEY, metadataValue, location, visibility: "DOCUMENT" };
    await probe.change("marcar la fila de c", [
      { createDeveloperMetadata: { developerMetadata: mark } },
    ]);
    const sortSpecs = [{ dimensionIndex: 0, sortOrder: "ASCENDING" }];
    await probe.change("ordenar", [{ sortRange: { range: probe.grid(1, 4), sortSpecs } }]);
    await search(probe, "dónde está tras ordenar", metadataValue);
    await probe.read("leer", [probe.a1("A1:A4")], "UNFORMATTED_VALUE");
    const insert = { range: probe.lines(1, 2), inheritFromBefore: false };
    await probe.change("insertar encima", [{ insertDimension: insert }]);
    await search(probe, "dónde está tras insertar", metadataValue);
  },
};

function search(probe: Probe, step: string, metadataValue: string) {
  const dataFilters = [{ developerMetadataLookup: { metadataKey: KEY, metadataValue } }];
  const query = { ...probe.id, requestBody: { dataFilters } };
  return probe.get(step, (api, options) =>
    api.spreadsheets.developerMetadata.search(query, options),
  );
}

const ROWS = 2_000;
const SAMPLES = 20;
const FULL_READS = 5;
const letters = "ABCDEFGHIJKLMNOPQRSTUVWX";

const rowOf = (at: number): string[] => [...letters].map((letter) => `ZP-${at}-${letter}`);

const latencies: Check = {
  name: "latencias",
  question: "how long do reads and writes of 1, 50 and 500 rows take, and a read of 2,000 x 24?",
  rows: ROWS,
  columns: letters.length,
  timesOnly: true,
  async run(probe) {
    const all = Array.from({ length: ROWS }, (_, at) => rowOf(at + 1));
    await probe.write("llenar 2000 x 24", [[probe.a1(`A1:X${ROWS}`), all]], { keep: false });
    for (const many of [1, 50, 500]) {
      // A range a row, as the product writes them.
      const rows = all.slice(0, many).map((row, at) => {
        return [probe.a1(`A${at + 1}:X${at + 1}`), [row]] as const;
      });
      const ranges = [probe.a1(`A1:X${many}`)];
      for (let nth = 0; nth < SAMPLES; nth++) {
        await probe.read(`leer ${many}`, ranges, "UNFORMATTED_VALUE", false);
        await probe.write(`escribir ${many}`, rows, { keep: false });
      }
    }
    for (let nth = 0; nth < FULL_READS; nth++) {
      await probe.read("leer 2000 x 24", [probe.a1("A:X")], "UNFORMATTED_VALUE", false);
    }
  },
};

/** Of the 300 a minute that a project has, and more. */
const BURST_MAX = 400;

/** Reads only: the tabs are taken away by a write. */
export const CUPO: Check = {
  name: "cupo",
  question: "the body and the headers of a 429: which bucket, and is there a Retry-After?",
  rows: 1,
  columns: 1,
  run: (probe) => {
    const query = { ...probe.id, range: probe.a1("A1") };
    return probe.burst(
      "hasta el 429",
      (api, options) => api.spreadsheets.values.get(query, options),
      BURST_MAX,
    );
  },
};

export const CHECKS: readonly Check[] = [
  rowMetadata,
  names,
  ...REFUSAL_CHECKS,
  ...CELL_CHECKS,
  latencies,
];
