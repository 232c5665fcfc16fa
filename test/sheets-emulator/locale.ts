/**
 * What of a locale the sheet reads and shows. Two are known whole, es_CL and en_US; of others only
 * the language's decimal sign and order of a date.
 * Source: the locale's data in CLDR, and support.google.com/docs/answer/58515 (formula separators).
 */
export interface Locale {
  readonly name: string;
  readonly decimal: "," | ".";
  readonly group: "," | ".";
  /** What stands between a formula's arguments. */
  readonly argument: "," | ";";
  readonly order: "DMY" | "MDY";
  readonly currency: string;
  readonly months: readonly string[];
  readonly weekdays: readonly string[];
  /** Formats that a cell has when it was given none. */
  readonly date: string;
  readonly time: string;
  readonly dateTime: string;
  readonly currencyPattern: string;
  readonly yes: string;
  readonly no: string;
}

const words = (text: string): readonly string[] => text.split(" ");

const EN: Locale = {
  name: "en_US",
  decimal: ".",
  group: ",",
  argument: ",",
  order: "MDY",
  currency: "$",
  months: words(
    "January February March April May June July August September October November December",
  ),
  weekdays: words("Sunday Monday Tuesday Wednesday Thursday Friday Saturday"),
  date: "M/d/yyyy",
  time: "h:mm:ss am/pm",
  dateTime: "M/d/yyyy H:mm:ss",
  currencyPattern: '"$"#,##0.00',
  yes: "TRUE",
  no: "FALSE",
};

const ES_CL: Locale = {
  name: "es_CL",
  decimal: ",",
  group: ".",
  argument: ";",
  order: "DMY",
  currency: "$",
  months: words(
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
  ),
  weekdays: words("domingo lunes martes miércoles jueves viernes sábado"),
  date: "dd-MM-yyyy",
  time: "H:mm:ss",
  dateTime: "dd-MM-yyyy H:mm:ss",
  currencyPattern: '"$"#,##0',
  yes: "VERDADERO",
  no: "FALSO",
};

const KNOWN: readonly Locale[] = [EN, ES_CL];
/** Spanish with a decimal point: Mexico and Central America. */
const POINT = /^es_(MX|GT|HN|NI|PA|PE|PR|SV|DO|US)$/;

/** The locale of a name such as `es_CL`; the nearest one when it is not known whole. */
export function localeOf(name: string): Locale {
  const known = KNOWN.find((one) => one.name === name);
  if (known) return known;
  if (!/^(es|pt|fr|de|it)/.test(name)) return { ...EN, name };
  const slashes = { date: "d/M/yyyy", dateTime: "d/M/yyyy H:mm:ss" };
  const signs = POINT.test(name) ? { decimal: ".", group: ",", argument: "," } : {};
  return { ...ES_CL, ...slashes, ...signs, name } as Locale;
}
