/** What the tab Uniones lets one see of Operaciones' slips. Reading its unions comes later. */
import { cellAt, findTab, headerKey, type Tab } from "./tab.ts";

export interface Uniones {
  /** Whether Uniones has the tag, but in other upper and lower case only. */
  otherCase(tag: string): boolean;
  /** Whether Uniones has the OT only with zeros before it: 00012 for 12. */
  withoutZeros(ot: string): boolean;
}

const bare = (ot: string): string => ot.replace(/^0+/, "");

/** Reads the columns TAG_SPOOL and OT, if the workbook has them. */
export function readUniones(tabs: readonly Tab[]): Uniones {
  const tab = findTab(tabs, "Uniones");
  const place = (name: string): number =>
    tab ? tab.header.findIndex((title) => headerKey(title) === headerKey(name)) : -1;
  const tagPlace = place("TAG_SPOOL");
  const otPlace = place("OT");
  const tags = new Set(tab?.rows.map((row) => cellAt(row, tagPlace).trim()));
  const lower = new Set([...tags].map((tag) => tag.toLowerCase()));
  const ots = new Set(tab?.rows.map((row) => cellAt(row, otPlace).trim()));
  const bareOts = new Set([...ots].map(bare));
  return {
    otherCase: (tag) => !tags.has(tag) && lower.has(tag.toLowerCase()),
    withoutZeros: (text) => {
      const ot = text.trim();
      return ot !== "" && !ots.has(ot) && bareOts.has(bare(ot));
    },
  };
}
