/** What a new spreadsheet is answered with (recorded answers: gspread's cassettes). */
import type { JsonObject } from "./api-error.ts";

const WHITE = { red: 1, green: 1, blue: 1 };

export const DEFAULT_FORMAT: JsonObject = {
  backgroundColor: WHITE,
  padding: { top: 2, right: 3, bottom: 2, left: 3 },
  verticalAlignment: "BOTTOM",
  wrapStrategy: "OVERFLOW_CELL",
  textFormat: {
    foregroundColor: {},
    fontFamily: "arial,sans,sans-serif",
    fontSize: 10,
    bold: false,
    italic: false,
    strikethrough: false,
    underline: false,
    foregroundColorStyle: { rgbColor: {} },
  },
  backgroundColorStyle: { rgbColor: WHITE },
};

/** A theme's colours, in the order of recorded answers: red, green, blue in 255ths. */
const COLORS = [
  ["BACKGROUND", 255, 255, 255],
  ["ACCENT6", 70, 189, 198],
  ["ACCENT2", 234, 67, 53],
  ["TEXT", 0, 0, 0],
  ["ACCENT4", 52, 168, 83],
  ["ACCENT1", 66, 133, 244],
  ["ACCENT3", 251, 188, 4],
  ["ACCENT5", 255, 109, 1],
  ["LINK", 17, 85, 204],
] as const;

/** Single-precision, as protobuf prints it; zero is left out. */
const part = (name: string, value: number): JsonObject =>
  value === 0 ? {} : { [name]: Number(Math.fround(value / 255).toPrecision(8)) };

export const THEME: JsonObject = {
  primaryFontFamily: "Arial",
  themeColors: COLORS.map(([colorType, red, green, blue]) => ({
    colorType,
    color: {
      rgbColor: { ...part("red", red), ...part("green", green), ...part("blue", blue) },
    },
  })),
};
