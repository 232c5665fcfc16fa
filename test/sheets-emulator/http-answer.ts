/** Bytes in and out: bodies, queries, JSON as the service prints it, pages, cut answers. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { ApiError, type Json } from "./api-error.ts";
import type { Fault } from "./faults.ts";
import type { Source } from "./options.ts";
import type { Route } from "./routes.ts";

/** Google takes 10 MB of values; more than that is a mistake here. */
const BODY_MAX = 64 * 1024 * 1024;

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly type: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const JSON_TYPE = "application/json; charset=UTF-8";
const HTML_TYPE = "text/html; charset=UTF-8";

export const page = (status: number, title: string, words: string): Answer => ({
  status,
  type: HTML_TYPE,
  body:
    "<!DOCTYPE html>\n<html lang=en>\n  <meta charset=utf-8>\n" +
    `  <title>Error ${status} (${title})!!1</title>\n` +
    `  <p><b>${status}.</b> <ins>That’s an error.</ins>\n` +
    `  <p>${words}  <ins>That’s all we know.</ins>\n`,
});

export const gateway = () =>
  page(
    502,
    "Server Error",
    "The server encountered a temporary error and could not complete your request." +
      "<p>Please try again in 30 seconds.",
  );

export async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > BODY_MAX) throw new ApiError(413, "Request Entity Too Large");
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString("utf8");
}

export function queryOf(params: URLSearchParams): Source {
  const query: Record<string, Json> = {};
  for (const name of new Set(params.keys())) {
    const all = params.getAll(name);
    query[name] = all.length === 1 && name !== "ranges" ? (all[0] ?? "") : all;
  }
  return query;
}

export function jsonAnswer(status: number, body: Json, pretty: boolean, headers = {}): Answer {
  const text = `${pretty ? JSON.stringify(body, null, 2) : JSON.stringify(body)}\n`;
  return { status, body: text, type: JSON_TYPE, headers };
}

export function rangesOf(route: Route, query: Source, body: Json): string[] {
  if (route.name !== "") return [route.name];
  const given = (body ?? {}) as { data?: { range?: string }[]; ranges?: string[] };
  if (Array.isArray(given.data)) return given.data.map(({ range }) => String(range));
  const { ranges } = query;
  const named = given.ranges ?? ranges;
  return Array.isArray(named) ? named.map(String) : [];
}

const FAULT_WORDS: Readonly<Record<number, string>> = {
  429: "Resource has been exhausted (e.g. check quota).",
  500: "Internal error encountered.",
  503: "The service is currently unavailable.",
};

/** What a fault makes of an answer before anything is applied; null when it waits until after. */
export function before(fault: Fault | null): Answer | "drop" | null {
  if (fault?.kind === "drop") return "drop";
  if (fault?.kind === "html") return gateway();
  if (fault?.kind !== "refuse") return null;
  const status = fault.status ?? 503;
  const error = new ApiError(status, FAULT_WORDS[status] ?? "Request had an error.");
  return jsonAnswer(status, error.body(), true);
}

export function send(response: ServerResponse, answer: Answer, fault: Fault | null): void {
  const bytes = Buffer.from(answer.body);
  response.writeHead(answer.status, {
    "content-type": answer.type,
    "content-length": bytes.length,
    vary: "Origin, X-Origin, Referer",
    "cache-control": "private",
    ...answer.headers,
  });
  if (fault?.kind !== "apply-cut") {
    response.end(bytes);
    return;
  }
  const socket = response.socket;
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => socket?.destroy());
}
