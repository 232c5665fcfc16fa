/**
 * Every call of the API with what it takes and answers: the published document is made of this
 * table (openapi.ts), and a test holds it against the routes.
 */
import type { z } from "zod";
import { DESHACER_MS } from "../../domain/decide.ts";
import * as requests from "./requests.ts";
import * as wire from "./wire.ts";

/** Schemas by the names under which the document has them. */
export const ANSWERS = {
  WorkerRef: wire.WorkerRef,
  Spool: wire.Spool,
  SpoolDetail: wire.SpoolDetail,
  Spools: wire.Spools,
  OccupiedList: wire.OccupiedList,
  History: wire.History,
  Workers: wire.Workers,
  StreamMessage: wire.StreamMessage,
  Done: wire.Done,
  Refused: wire.Refused,
  Results: wire.Results,
} as const;

export const REQUESTS = {
  OcuparBody: requests.OcuparBody,
  LiberarBody: requests.LiberarBody,
  DeshacerBody: requests.DeshacerBody,
  AprobarBody: requests.AprobarBody,
  RechazarBody: requests.RechazarBody,
  DesbloquearBody: requests.DesbloquearBody,
  NotaBody: requests.NotaBody,
  BatchBody: requests.BatchBody,
} as const;

type Status = 400 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 429 | 503;

export interface Call {
  readonly method: "get" | "post";
  /** Below `/api`. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly query?: z.ZodObject;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: keyof typeof REQUESTS;
  /** The 200: a schema, an event stream whose data has a schema, or any JSON. */
  readonly answer: keyof typeof ANSWERS | { readonly stream: keyof typeof ANSWERS } | "json";
  readonly refusals: readonly Status[];
}

const BY_TAG =
  "The tag is URL-encoded (encodeURIComponent) and may hold `/`. The tags `.` and `..` fit no " +
  "URL: find them with /api/spools?q=.";

const WRITES = [400, 401, 403, 404, 409, 413, 415, 422, 429, 503] as const;

const action = (path: string, body: keyof typeof REQUESTS, summary: string): Call => ({
  method: "post",
  path,
  summary,
  headers: {
    "Idempotency-Key":
      "1 to 200 printable ASCII characters; the same request sent again with the same key is " +
      "done once and answered alike, for a day",
  },
  body,
  answer: "Done",
  refusals: WRITES,
});

export const CALLS: readonly Call[] = [
  {
    method: "get",
    path: "/sse/stream",
    summary: "Every change as it happens",
    description:
      "text/event-stream: `spool_update` with a StreamMessage as `data` and its `seq` as `id`; " +
      "`ping` every 15 s; `resincronizar` when what was asked for is no longer kept: read all " +
      "again; `volver` when the server stops, with the milliseconds to wait. To miss nothing: " +
      "open it, read the lists, then apply the messages with a higher version.",
    query: requests.StreamQuery,
    headers: { "Last-Event-ID": "As `desde`, and before it" },
    answer: { stream: "StreamMessage" },
    refusals: [400, 401, 429],
  },
  {
    method: "get",
    path: "/dashboard/occupied",
    summary: "Who has which spool, longest first",
    answer: "OccupiedList",
    refusals: [401, 429],
  },
  {
    method: "get",
    path: "/spools",
    summary: "Spools by tag, in pages",
    description:
      "With `operacion` or `estado`, those open for the operation or occupied in it; without " +
      "either all. The cursor is null only at the end.",
    query: requests.SpoolsQuery,
    answer: "Spools",
    refusals: [400, 401, 429],
  },
  {
    method: "get",
    path: "/spools/{tag}",
    summary: "A spool with the dates and workers of each operation",
    description: BY_TAG,
    answer: "SpoolDetail",
    refusals: [400, 401, 404, 429],
  },
  {
    method: "get",
    path: "/history/{tag}",
    summary: "All that happened to a spool, oldest first",
    description: BY_TAG,
    answer: "History",
    refusals: [400, 401, 404, 429, 503],
  },
  {
    method: "get",
    path: "/workers",
    summary: "The workbook's workers, by Id",
    answer: "Workers",
    refusals: [401, 429],
  },
  action("/occupation/tomar", "OcuparBody", "TOMAR"),
  action("/occupation/pausar", "OcuparBody", "PAUSAR"),
  action("/occupation/completar", "OcuparBody", "COMPLETAR"),
  action("/occupation/cancelar", "OcuparBody", "CANCELAR"),
  {
    ...action("/occupation/liberar", "LiberarBody", "LIBERAR, by a supervisor"),
    description: "Ends the spool's occupation, whatever its operation is.",
  },
  {
    ...action("/occupation/deshacer", "DeshacerBody", "DESHACER: take back one's own COMPLETAR"),
    description: `For ${DESHACER_MS / 1_000} s, unless somebody acted on the spool since.`,
  },
  {
    ...action("/occupation/batch", "BatchBody", "One action on up to 50 spools"),
    description:
      "Each spool on its own; 200 also when some are refused, each with its result. The " +
      "idempotency key covers each spool by itself.",
    answer: "Results",
    refusals: [400, 401, 404, 413, 415, 429, 503],
  },
  action("/metrologia/aprobar", "AprobarBody", "APROBAR"),
  action("/metrologia/rechazar", "RechazarBody", "RECHAZAR"),
  action("/metrologia/desbloquear", "DesbloquearBody", "DESBLOQUEAR, by a supervisor"),
  {
    ...action("/notas", "NotaBody", "ANOTAR: a remark on a spool, free or taken"),
    description: "By any active worker. A remark is never changed or removed.",
  },
  {
    method: "get",
    path: "/openapi.json",
    summary: "This document",
    answer: "json",
    refusals: [401, 429],
  },
];
