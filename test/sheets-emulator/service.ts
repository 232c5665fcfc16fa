/** The methods themselves: from parameters and body to an answer. */
import { type Json, type JsonObject, notFound, within } from "./api-error.ts";
import { append } from "./append.ts";
import { batchUpdate } from "./batch.ts";
import { Calc } from "./calc.ts";
import type { Typing } from "./entered.ts";
import { checkMask, parseFields, select } from "./fields.ts";
import { metadataBody, searchMetadata } from "./metadata.ts";
import { type Block, blockText, locate, type Spreadsheet } from "./model.ts";
import {
  dimensionOf,
  inputOption,
  insertsRows,
  isTrue,
  knownNames,
  renderOptions,
  type Source,
  textList,
} from "./options.ts";
import { type Dimension, type RenderOptions, renderBlock } from "./render.ts";
import { resource } from "./resource.ts";
import type { Method, Route } from "./routes.ts";
import { SCHEMAS } from "./schemas.ts";
import { momentOf, serialInZone } from "./serial.ts";
import { apply, clear, type Plan, planUpdate, readValueRange } from "./values-write.ts";

export interface Request {
  readonly route: Route;
  readonly query: Source;
  readonly body: JsonObject;
}

export interface ServiceOptions {
  readonly now: () => number;
  readonly imports: "error" | "loading";
}

interface Context extends Request {
  readonly spreadsheet: Spreadsheet;
  readonly calc: () => Calc;
  readonly typing: Typing;
  readonly options: ServiceOptions;
}

type Handler = (context: Context) => JsonObject;

function valueRange(
  calc: Calc,
  block: Block,
  render: RenderOptions,
  majorDimension: Dimension,
): JsonObject {
  const values = renderBlock(calc, block, render, majorDimension);
  return { range: blockText(block), majorDimension, ...(values ? { values } : {}) };
}

const get: Handler = ({ spreadsheet, calc, query }) => {
  const blocks = textList(query.ranges).map((range) => locate(spreadsheet, range).block);
  const mask = query.fields === undefined ? undefined : parseFields(String(query.fields));
  // A mask that names cell data asks for it; includeGridData is then ignored.
  const sheets = mask?.get("sheets");
  const named = mask instanceof Map && (sheets === null ? false : sheets?.has("data") === true);
  const grid = named || ((mask === undefined || mask === null) && isTrue(query.includeGridData));
  return resource(spreadsheet, calc(), { blocks, grid });
};

const valuesGet: Handler = ({ spreadsheet, calc, query, route }) => {
  const { block } = locate(spreadsheet, route.name);
  return valueRange(calc(), block, renderOptions(query), dimensionOf(query));
};

const valuesBatchGet: Handler = ({ spreadsheet, calc, query }) => {
  const blocks = textList(query.ranges).map((range) => locate(spreadsheet, range).block);
  const [render, dimension] = [renderOptions(query), dimensionOf(query)];
  const valueRanges = blocks.map((block) => valueRange(calc(), block, render, dimension));
  return {
    spreadsheetId: spreadsheet.spreadsheetId,
    ...(valueRanges.length > 0 ? { valueRanges } : {}),
  };
};

/** The block that an answer to a write shows: all of a range that was larger than the data. */
function echoed(spreadsheet: Spreadsheet, range: string, plan: Plan): Block {
  const { block, single } = locate(spreadsheet, range);
  return single ? plan.block : block;
}

const valuesUpdate: Handler = ({ spreadsheet, calc, query, route, body, typing }) => {
  knownNames(body, ["range", "majorDimension", "values"], "data");
  const option = inputOption(query);
  const render = renderOptions(query, "response");
  const data = readValueRange(body, "data");
  const plan = planUpdate(spreadsheet, route.name, data, option, typing);
  const answer = apply(spreadsheet, plan);
  if (!isTrue(query.includeValuesInResponse)) return answer;
  const block = echoed(spreadsheet, route.name, plan);
  return { ...answer, updatedData: valueRange(calc(), block, render, data.majorDimension) };
};

const BATCH_NAMES = [
  ..."valueInputOption data includeValuesInResponse".split(" "),
  ..."responseValueRenderOption responseDateTimeRenderOption".split(" "),
];

const valuesBatchUpdate: Handler = ({ spreadsheet, calc, body, typing }) => {
  knownNames(body, BATCH_NAMES);
  const option = inputOption(body);
  const render = renderOptions(body, "response");
  const given = (Array.isArray(body.data) ? body.data : []) as readonly JsonObject[];
  const all = given.map((one, i) => {
    knownNames(one, ["range", "majorDimension", "values"], `data[${i}]`);
    const data = readValueRange(one, `data[${i}]`);
    const range = data.range ?? "";
    return within(`data[${i}]`, () => {
      const plan = planUpdate(spreadsheet, range, data, option, typing);
      return { plan, data, range };
    });
  });
  const rows = new Set<string>();
  const columns = new Set<string>();
  for (const { plan } of all) {
    const { sheetId } = plan.sheet.properties;
    for (const { row, column } of plan.puts) {
      rows.add(`${sheetId}/${row}`);
      columns.add(`${sheetId}/${column}`);
    }
  }
  const answers = all.map(({ plan }) => apply(spreadsheet, plan));
  const echo = isTrue(body.includeValuesInResponse);
  const responses = all.map(({ plan, data, range }, i) => {
    const answer = answers[i] ?? {};
    if (!echo) return answer;
    const block = echoed(spreadsheet, range, plan);
    return { ...answer, updatedData: valueRange(calc(), block, render, data.majorDimension) };
  });
  const cells = all.reduce((n, { plan }) => n + plan.puts.length, 0);
  const sheets = new Set(all.filter(({ plan }) => plan.puts.length > 0).map((a) => a.plan.sheet));
  return {
    spreadsheetId: spreadsheet.spreadsheetId,
    ...(cells > 0
      ? {
          totalUpdatedRows: rows.size,
          totalUpdatedColumns: columns.size,
          totalUpdatedCells: cells,
          totalUpdatedSheets: sheets.size,
        }
      : {}),
    ...(responses.length > 0 ? { responses } : {}),
  };
};

const valuesAppend: Handler = ({ spreadsheet, calc, query, route, body, typing }) => {
  knownNames(body, ["range", "majorDimension", "values"], "data");
  const option = inputOption(query);
  const render = renderOptions(query, "response");
  const inserts = insertsRows(query);
  const data = readValueRange(body, "data");
  const { plan, answer } = append(spreadsheet, route.name, data, option, typing, inserts);
  if (!isTrue(query.includeValuesInResponse)) return answer;
  const updatedData = valueRange(calc(), plan.block, render, data.majorDimension);
  return { ...answer, updates: { ...(answer.updates as JsonObject), updatedData } };
};

const valuesClear: Handler = ({ spreadsheet, route }) => ({
  spreadsheetId: spreadsheet.spreadsheetId,
  clearedRange: clear(spreadsheet, [route.name], false)[0] ?? "",
});

const valuesBatchClear: Handler = ({ spreadsheet, body }) => {
  knownNames(body, ["ranges"]);
  const clearedRanges = clear(spreadsheet, textList(body.ranges), true);
  return {
    spreadsheetId: spreadsheet.spreadsheetId,
    ...(clearedRanges.length > 0 ? { clearedRanges } : {}),
  };
};

const HANDLERS: Readonly<Record<Method, Handler>> = {
  // The server makes it, with the sheets that the body asks for; this answers with it.
  "spreadsheets.create": ({ spreadsheet, calc }) =>
    resource(spreadsheet, calc(), { blocks: [], grid: false }),
  "spreadsheets.get": get,
  "spreadsheets.batchUpdate": ({ spreadsheet, body, typing, calc }) =>
    batchUpdate(spreadsheet, body, typing, calc),
  "spreadsheets.values.get": valuesGet,
  "spreadsheets.values.update": valuesUpdate,
  "spreadsheets.values.append": valuesAppend,
  "spreadsheets.values.clear": valuesClear,
  "spreadsheets.values.batchGet": valuesBatchGet,
  "spreadsheets.values.batchUpdate": valuesBatchUpdate,
  "spreadsheets.values.batchClear": valuesBatchClear,
  "spreadsheets.developerMetadata.get": ({ spreadsheet, route }) => {
    const found = spreadsheet.metadata.find((one) => String(one.metadataId) === route.name);
    if (!found) throw notFound();
    return metadataBody(found);
  },
  "spreadsheets.developerMetadata.search": ({ spreadsheet, body }) =>
    searchMetadata(spreadsheet, body),
};

export class Service {
  readonly #options: ServiceOptions;
  readonly #calcs = new WeakMap<Spreadsheet, { version: number; calc: Calc }>();

  constructor(options: ServiceOptions) {
    this.#options = options;
  }

  /** Computed values, kept until the spreadsheet changes. */
  calc(spreadsheet: Spreadsheet): Calc {
    const { version } = spreadsheet;
    const known = this.#calcs.get(spreadsheet);
    if (known?.version === version) return known.calc;
    const calc = new Calc(spreadsheet, this.#options.now(), this.#options.imports);
    this.#calcs.set(spreadsheet, { version, calc });
    return calc;
  }

  typing({ properties: { locale, timeZone } }: Spreadsheet): Typing {
    const thisYear = momentOf(serialInZone(this.#options.now(), timeZone)).year;
    return { locale, thisYear };
  }

  /** @throws ApiError */
  answer(spreadsheet: Spreadsheet, request: Request): Json {
    const { method } = request.route;
    const fields = request.query.fields;
    const mask = fields === undefined ? null : parseFields(String(fields));
    const schema = SCHEMAS[method];
    if (schema) checkMask(mask, schema);
    const context: Context = {
      ...request,
      spreadsheet,
      calc: () => this.calc(spreadsheet),
      typing: this.typing(spreadsheet),
      options: this.#options,
    };
    return select(HANDLERS[method](context), mask);
  }
}
